# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""SET statements of a dump: what they say is noted, none of them is ever executed."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_calls
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.connection import (
    OF_CONNECTION,
    Connection,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import (
    ANSI_QUOTES,
    CHANGES_SECONDS,
    MODE_LITERAL,
    MODES_REFUSED,
    OF_SERVER,
    Mode,
    changed_mode,
    check_mode,
    other_meaning,
    text_of_token,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.values import (
    choice_of,
    is_plain,
    selected,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.variables import (
    CHANGES_ROWS,
    CHARSETS,
    ENGINE,
    HARMLESS,
    HARMLESS_GLOBAL,
    USUAL,
    as_offset,
    system_variable,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import BACKSLASH
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    split_at_commas,
    text_of,
)

# An offset, or a name: the server is asked whether it knows that one.
_TIME_ZONE = re.compile(r"[+-][0-9]{1,2}:[0-9]{2}|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")


# By these Percona's mysqldump has MyRocks load faster where it is there; the strings are run by PREPARE and EXECUTE.
BULK_LOAD_VERBS = frozenset((b"SELECT", b"SET", b"PREPARE", b"EXECUTE", b"DEALLOCATE"))
_BULK_LOAD = re.compile(
    rb"""SELECT\ COUNT\(\*\)\ INTO\ @\w*rocksdb\w*\ FROM\ INFORMATION_SCHEMA\.\w+\ WHERE
    \ (?:VARIABLE_NAME\ ?=\ ?'rocksdb_bulk_load'|TABLE_SCHEMA\ =\ '\w+'\ AND\ TABLE_NAME\ =\ 'session_variables')
    |SET\ (?P<set>@\w+)\ =\ IF\ ?\(@\w*rocksdb\w*,
    \ '(?:(?:SET|SELECT)\ [\w@=\ ]*rocksdb_bulk_load[\w@=\ ]*
      |SELECT\ COUNT\(\*\)\ INTO\ @\w+\ FROM\ performance_schema\.session_variables\ WHERE\ VARIABLE_NAME=
       (?:\\'rocksdb_bulk_load\\'|\?))',
    \ '(?:SET\ @\w+\ =\ 0|SELECT\ 0)'\)
    |PREPARE\ s\ FROM\ (?P<from>@\w+)|EXECUTE\ s(?:\ USING\ @\w+)?|DEALLOCATE\ PREPARE\ s""",
    re.VERBOSE,
)
_OF_TRANSACTIONS = frozenset(
    b"SESSION LOCAL TRANSACTION ISOLATION LEVEL READ WRITE ONLY COMMITTED UNCOMMITTED REPEATABLE SERIALIZABLE".split()
)
_OFF = ("0", "OFF", "FALSE")
_ON = ("1", "ON", "TRUE", "DEFAULT")
_NOTHING_BEHIND_COMMIT = ("0", "NO_CHAIN", "DEFAULT")


class Settings:
    """What the SET statements of a dump said so far; ``sql_mode`` is None as long as it is the server's.

    ``engine`` is that of tables that name none; ``time_zone`` and ``checks`` are those at hand, ``time_zones`` all that
    were set.
    ``charset`` is that of the backup, ``client`` the one that statements are in from here on (character_set_client):
    dump programs set it for definitions alone. Both are None where the dump says nothing.
    """

    def __init__(self) -> None:
        self.charset: str | None = None
        self.client: str | None = None
        self.connection = Connection()
        self.time_zone: str | None = None
        self.time_zones: set[str] = set()
        self.checks = True
        self.foreign_keys_off = False
        # Whether they were off anywhere, or set to what is not known.
        self.keys_unchecked = False
        self.autocommit_off = False
        # Those of USUAL that were set to something else.
        self.unusual: frozenset[bytes] = frozenset()
        # Whether a TIMESTAMP that does not say so may not be NULL, and follows the clock.
        self.implicit_timestamps = False
        self.any_size = False
        self.mode = OF_SERVER
        self.engine: str | None = None
        self.saved: set[bytes] = set()
        self.restored: set[bytes] = set()
        self._bulk_load: set[bytes] = set()
        self._is_bulk_load = False
        self._saved_modes: dict[bytes, Mode] = {}
        self._saved_clients: dict[bytes, str | None] = {}
        self._saved_zones: dict[bytes, str | None] = {}
        self._of_literals: set[bytes] = set()
        # A server looks at all values of a statement before it sets one.
        self._in_this_statement: set[bytes] = set()
        self._rows_noted = False

    @property
    def meaning(self) -> tuple[object, ...]:
        """All by which statements behind these settings can come to mean something else."""
        texts = (self.charset, self.client, self.connection.collation, self.engine)
        return (*texts, self.unusual, self.mode, self.time_zone, self.checks, self.implicit_timestamps)

    @property
    def sql_mode(self) -> str | None:
        """The text of the mode."""
        return self.mode.text

    @property
    def ansi_quotes(self) -> bool:
        """Whether a double quote begins an identifier."""
        return bool(ANSI_QUOTES.search(self.sql_mode or ""))

    def other_meaning(self, tokens: t.Sequence[Token]) -> str | None:
        """Return why a definition would mean something else under another sql_mode, None where it would not."""
        if b"DIV_PRECISION_INCREMENT" in self.unusual and any(token.is_mark(b"/") for token in tokens):
            return "/ under a div_precision_increment that no server keeps with it"
        return other_meaning((self.sql_mode or "").upper(), tokens)

    @property
    def under(self) -> Under:
        """What holds for rows from here on.

        A dump that states no sql_mode has its rows from a program that writes what is stored, 0 as well.
        """
        zero_counts = self.sql_mode is not None and "NO_AUTO_VALUE_ON_ZERO" not in self.sql_mode.upper()
        return Under(self.time_zone, zero_counts, self.checks)

    @property
    def no_escapes(self) -> bool:
        """Whether a backslash in a text is one like any other letter."""
        return "NO_BACKSLASH_ESCAPES" in (self.sql_mode or "").upper()

    def check_texts(self, tokens: t.Sequence[Token]) -> None:
        """Refuse texts that a server would read otherwise than they were read."""
        if self.no_escapes and any(token.kind == "string" and b"\\" in token.text for token in tokens):
            raise Refused(BACKSLASH)

    def check_rows(self) -> None:
        """Refuse rows whose values a server would change by the sql_mode."""
        stated = (self.sql_mode or "").upper()
        for mode in CHANGES_SECONDS:
            if mode in stated:
                raise Refused(f"rows under the sql_mode {mode}, which changes parts of seconds")

    def note_rows(self) -> None:
        """Take note that rows follow; Refused where they are in another character set than the backup."""
        self._rows_noted = True
        self.charset = self.charset or self.client
        if self.client not in (None, self.charset):
            raise Refused(f"rows in the character set {self.client} in a backup of {self.charset}: one backup has one")

    def read(self, words: Words) -> None:
        """Read what follows SET; Refused for whatever is not one of the harmless settings."""
        is_names = words.accept(b"NAMES")
        if is_names or words.accept(b"CHARACTER", b"SET") or words.accept(b"CHARSET"):
            charset = words.take()
            self._set_charset(charset)
            collation = words.take() if words.accept(b"COLLATE") else None
            self.connection.names(charset, collation, of_database=not is_names)
            if words.at_end:
                return
            words.expect(b",")
        if self._is_of_transactions(words):
            return
        self._in_this_statement.clear()
        for assignment in split_at_commas(words.rest()):
            self._assign(Words(assignment))

    def sets_bulk_load(self, tokens: t.Sequence[Token]) -> bool:
        """Whether a statement only sets how MyRocks loads: its own strings alone are prepared and executed by these."""
        if tokens[0].upper in (b"SELECT", b"SET") and not any(b"rocksdb" in token.text for token in tokens):
            return False
        text = render(tokens)
        found = _BULK_LOAD.fullmatch(text)
        if found is None:
            return False
        if found["set"]:
            self._bulk_load.add(found["set"].upper())
        if found["from"]:
            self._is_bulk_load = found["from"].upper() in self._bulk_load
        return bool(found["set"]) or text.startswith(b"SELECT") or self._is_bulk_load

    @staticmethod
    def _is_of_transactions(words: Words) -> bool:
        """Whether it is SET [SESSION] TRANSACTION ..., which is taken: a restore has transactions of its own."""
        scope = words.upper() in (b"SESSION", b"LOCAL")
        if words.upper(1 if scope else 0) != b"TRANSACTION":
            return False
        rest = words.rest()
        if any(token.upper not in _OF_TRANSACTIONS and not token.is_mark(b",") for token in rest):
            raise Refused(f"SET {text_of(rest)}")
        return True

    def _set_charset(self, token: Token) -> None:
        charset = self._charset(token)
        # Behind rows a second one is refused as soon as others follow: see note_rows.
        if not self._rows_noted or self.charset is None:
            self.charset = charset or self.charset
        self.client = charset

    def _charset(self, token: Token) -> str | None:
        name = text_of_token(token).strip("`").lower()
        if name == "default" or token.kind == "variable":
            return None
        if name not in CHARSETS:
            raise Refused(
                f"SET NAMES {name[:20]}: a character set whose bytes cannot be read safely; "
                "make the dump again in utf8mb4 (--default-character-set)"
            )
        return CHARSETS[name]

    def _assign(self, words: Words) -> None:
        if words.upper() in (b"SESSION", b"LOCAL"):
            words.take()
        elif words.upper() == b"GLOBAL" and words.upper(1) in HARMLESS_GLOBAL:
            return
        target = words.take()
        if not (words.accept(b"=") or words.accept(b":=")):
            raise Refused(f"SET {text_of([target])}")
        value = words.rest()
        name = target.upper or (system_variable(target.text) if target.kind == "variable" else b"?")
        if name is None:
            self._save(target, value)
        elif name.startswith(b"GLOBAL.") and name[len(b"GLOBAL.") :] in HARMLESS_GLOBAL:
            return
        elif name in CHANGES_ROWS and not (name == b"TIMESTAMP" and render(value).upper() in (b"0", b"DEFAULT")):
            raise Refused(f"SET {text_of([target])}: {CHANGES_ROWS[name]} would not be what the rows say")
        elif name not in HARMLESS and name not in CHANGES_ROWS:
            raise Refused(f"SET {text_of([target])}")
        else:
            self._set(name, value)

    def _save(self, target: Token, value: t.Sequence[Token]) -> None:
        """Take note of ``@OLD_X = @@X``; the value must be a variable, a literal or a word."""
        value = selected(self._or_default(value))
        change = changed_mode(value)
        if any(token.is_mark(b"(") for token in value) and not any(token.upper == b"SELECT" for token in value):
            # What it computes is nothing that is set back.
            check_calls(value)
            value = (Token("word", b"NULL", False),)
        self._check_value(value)
        name = target.text.upper()
        self.saved.add(name)
        self.restored.discard(name)
        self._bulk_load.discard(name)
        self._in_this_statement.add(name)
        self._saved_modes.pop(name, None)
        self._saved_clients.pop(name, None)
        self._saved_zones.pop(name, None)
        self._of_literals.discard(name)
        system = system_variable(value[0].text) if len(value) == 1 else None
        self.connection.save(name, system)
        if system == b"SQL_MODE" or change is not None:
            self._saved_modes[name] = self.mode if change is None else self.mode.changed(change)
        elif system == b"CHARACTER_SET_CLIENT":
            self._saved_clients[name] = self.client
        elif system == b"TIME_ZONE":
            self._saved_zones[name] = self.time_zone
        elif system is None:
            self._of_literals.add(name)
            if len(value) == 1 and value[0].kind == "string":
                self._save_literal(name, text_of_token(value[0]))

    @property
    def kept(self) -> set[bytes]:
        """The variables that keep what a setting was; ``SET @x = 1`` keeps none."""
        return {name for name in self.saved if name.startswith(b"@OLD_") or name not in self._of_literals}

    def _save_literal(self, name: bytes, text: str) -> None:
        """Take note of a string that a variable gets; Sequel Ace does so in the place of the mode before."""
        if _TIME_ZONE.fullmatch(text):
            self._saved_zones[name] = as_offset(text)
        if MODE_LITERAL.fullmatch(text) and not any(mode in text for mode in MODES_REFUSED):
            self._saved_modes[name] = Mode(text)

    def _set(self, name: bytes, value: t.Sequence[Token]) -> None:
        value = selected(self._or_default(value))
        change = changed_mode(value)
        if change is not None and name == b"SQL_MODE":
            changed = self.mode.changed(change)
            check_mode(changed.text or "")
            self.mode = changed
            return
        self._check_value(value)
        if value and value[0].kind == "variable":
            self.restored.add(value[0].text.upper())
        text = text_of_token(value[0]) if value else ""
        if name == b"SQL_MODE":
            self._set_mode(value, text)
        elif name == b"CHARACTER_SET_CLIENT" and value:
            if len(value) != 1 or value[0].text.upper() in self._of_literals:
                raise Refused("SET character_set_client to something else than the name of a character set")
            self.client = self._saved_clients.get(value[0].text.upper()) or self._charset(value[0])
        elif name in OF_CONNECTION and value:
            self.connection.set(value)
        elif name == b"TIME_ZONE" and value:
            self._set_zone(value, text)
        elif name in ENGINE and value:
            self.engine = text if value[0].kind in ("string", "word") and value[0].upper != b"DEFAULT" else None
        elif value:
            self._switch(name, text)

    def _switch(self, name: bytes, text: str) -> None:
        is_off = text.upper() in _OFF
        if name == b"CHECK_CONSTRAINT_CHECKS":
            self.checks = not is_off
        elif name == b"FOREIGN_KEY_CHECKS":
            self.foreign_keys_off = is_off
            self.keys_unchecked = self.keys_unchecked or text.upper() not in _ON
        elif name == b"AUTOCOMMIT":
            self.autocommit_off = is_off
        elif name == b"COMPLETION_TYPE" and text.upper() not in _NOTHING_BEHIND_COMMIT:
            raise Refused("SET completion_type, by which COMMIT begins another transaction or ends the connection")
        elif name == b"EXPLICIT_DEFAULTS_FOR_TIMESTAMP":
            self.implicit_timestamps = is_off
        elif name == b"INNODB_STRICT_MODE":
            self.any_size = is_off
        elif name in USUAL:
            # A variable of the dump has what was there before.
            is_usual = text.startswith("@") or text.lower() in USUAL[name]
            self.unusual = self.unusual - {name} if is_usual else self.unusual | {name}

    def _set_zone(self, value: t.Sequence[Token], text: str) -> None:
        name = value[0].text.upper()
        if len(value) == 1 and value[0].kind == "variable":
            if name.startswith(b"@@"):
                self.time_zone = self.time_zone if system_variable(name) == b"TIME_ZONE" else None
            elif name in self._in_this_statement:
                raise Refused("SET time_zone to a variable that the same statement sets")
            elif name in self._saved_zones:
                self.time_zone = self._saved_zones[name]
            elif name in self.saved:
                raise Refused("SET time_zone to a variable that does not hold a zone")
        elif len(value) == 1 and value[0].upper == b"DEFAULT":
            self.time_zone = None
        elif len(value) == 1 and value[0].kind in ("string", "word") and _TIME_ZONE.fullmatch(text):
            self.time_zone = as_offset(text)
        else:
            raise Refused("SET time_zone to something else than an offset, or the name of a zone")
        if self.time_zone is not None:
            self.time_zones.add(self.time_zone)

    def _set_mode(self, value: t.Sequence[Token], text: str) -> None:
        if len(value) != 1 or value[0].kind == "mark":
            raise Refused("SET sql_mode to something else than one string, word or variable")
        check_mode(text)
        name = value[0].text.upper()
        if name.startswith(b"@") and not name.startswith(b"@@"):
            if name not in self._saved_modes or name in self._in_this_statement:
                raise Refused("SET sql_mode to a variable that does not hold the mode before")
            mode_before = self._saved_modes[name]
            check_mode(mode_before.text or "")
            self.mode = mode_before
        elif value[0].kind == "number" and text.strip("0"):
            raise Refused("SET sql_mode to a number")
        elif system_variable(name) != b"SQL_MODE":
            of_server = name == b"DEFAULT" or name.startswith(b"@@")
            self.mode = Mode(None if of_server else text if text.strip("0") else "")

    def _or_default(self, value: t.Sequence[Token]) -> t.Sequence[Token]:
        """Return what ``IFNULL(@OLD_X, ...)`` and its like give, as HeidiSQL writes them; any other value as it is."""
        if len(value) < 6 or not value[1].is_mark(b"(") or not value[-1].is_mark(b")"):
            return value
        parts = split_at_commas(value[2:-1])
        choice = choice_of(value[0].upper, parts)
        if choice is None or any(len(part) != 1 or not is_plain(part[0]) for part in choice):
            return value
        variable, other = choice
        is_set = variable[0].text.startswith(b"@@") or variable[0].text.upper() in self.saved
        return variable if is_set else other

    def _check_value(self, value: t.Sequence[Token]) -> None:
        for token in value:
            if token.kind not in ("string", "number", "variable", "word") and token.text not in (b"-", b"+", b"*"):
                raise Refused(f"SET to an expression: {text_of(value)}")
            if token.upper == b"SELECT":
                raise Refused("SET to a query")
