# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""SET statements of a dump: what they say is noted, none of them is ever executed."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import BACKSLASH
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, string_value
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    split_at_commas,
    text_of,
)

# sql_modes under which a double quote begins an identifier (documentation of sql_mode).
_ANSI_QUOTES = re.compile(r"\b(?:ANSI_QUOTES|ANSI|DB2|MAXDB|MSSQL|ORACLE|POSTGRESQL)\b", re.IGNORECASE)
_REAL_AS_FLOAT = re.compile(r"\b(?:REAL_AS_FLOAT|ANSI)\b")
_NOT_FIRST = re.compile(r"\b(?:HIGH_NOT_PRECEDENCE|MYSQL323|MYSQL40)\b")
_MODES_REFUSED = {
    "EMPTY_STRING_IS_NULL": "rows of this dump mean something else than they say",
}
_MODE_LITERAL = re.compile(r"(?:[A-Z]+(?:_[A-Z]+)*(?:,[A-Z]+(?:_[A-Z]+)*)*)?")
_PART_OF_MODE = re.compile(r"[A-Za-z_, ]*")
_MODE_NOW = (b"@@SQL_MODE", b"@@SESSION.SQL_MODE", b"@@LOCAL.SQL_MODE")
_CLIENT_NOW = (b"@@CHARACTER_SET_CLIENT", b"@@SESSION.CHARACTER_SET_CLIENT", b"@@LOCAL.CHARACTER_SET_CLIENT")
_ZONE_NOW = (b"@@TIME_ZONE", b"@@SESSION.TIME_ZONE", b"@@LOCAL.TIME_ZONE")
# An offset, or a name: the server is asked whether it knows that one.
_TIME_ZONE = re.compile(r"[+-][0-9]{1,2}:[0-9]{2}|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")
# No byte of a longer character of these can be a quote or a backslash.
_CHARSETS = {
    "latin1": "latin1", "cp1252": "latin1", "ascii": "latin1", "utf8": "utf8mb4", "utf8mb3": "utf8mb4",
    "utf8mb4": "utf8mb4", "binary": "binary", "latin2": "latin2", "latin5": "latin5", "latin7": "latin7",
    "cp1250": "cp1250", "cp1251": "cp1251", "cp1257": "cp1257", "cp850": "cp850", "cp852": "cp852",
    "cp866": "cp866", "cp1256": "cp1256", "koi8r": "koi8r", "koi8u": "koi8u", "greek": "greek", "hebrew": "hebrew",
    "macroman": "macroman", "macce": "macce", "hp8": "hp8", "tis620": "tis620", "gb2312": "gb2312", "euckr": "euckr",
    "ujis": "ujis",
}  # fmt: skip
_HARMLESS = frozenset(
    b"""AUTOCOMMIT CHARACTER_SET_CLIENT CHARACTER_SET_CONNECTION CHARACTER_SET_RESULTS CHARSET COLLATION_CONNECTION
    CHARACTER_SET_DATABASE COLLATION_DATABASE COLLATION_SERVER
    DEFAULT_STORAGE_ENGINE DEFAULT_TABLE_ACCESS_METHOD FOREIGN_KEY_CHECKS NOTE_VERBOSITY SQL_AUTO_IS_NULL
    SQL_LOG_BIN SQL_MODE SQL_NOTES SQL_QUOTE_SHOW_CREATE SQL_SAFE_UPDATES SQL_WARNINGS STORAGE_ENGINE TABLE_TYPE
    TIME_ZONE TX_ISOLATION TRANSACTION_ISOLATION UNIQUE_CHECKS WAIT_TIMEOUT INTERACTIVE_TIMEOUT NET_READ_TIMEOUT
    NET_WRITE_TIMEOUT
    INNODB_STRICT_MODE CHECK_CONSTRAINT_CHECKS EXPLICIT_DEFAULTS_FOR_TIMESTAMP SQL_REQUIRE_PRIMARY_KEY
    CHARACTER_SET_SERVER MAX_ALLOWED_PACKET NET_BUFFER_LENGTH BULK_INSERT_BUFFER_SIZE SORT_BUFFER_SIZE
    MYISAM_SORT_BUFFER_SIZE LOCK_WAIT_TIMEOUT INNODB_LOCK_WAIT_TIMEOUT MAX_STATEMENT_TIME MAX_EXECUTION_TIME
    SQL_BIG_SELECTS SQL_GENERATE_INVISIBLE_PRIMARY_KEY INFORMATION_SCHEMA_STATS_EXPIRY
    ALTER_ALGORITHM BIG_TABLES COMPLETION_TYPE DEFAULT_TMP_STORAGE_ENGINE GROUP_CONCAT_MAX_LEN GTID_NEXT
    INNODB_STATS_AUTO_RECALC JOIN_BUFFER_SIZE LC_MESSAGES LC_TIME_NAMES LONG_QUERY_TIME LOW_PRIORITY_UPDATES
    MAX_DELAYED_THREADS MAX_ERROR_COUNT MAX_HEAP_TABLE_SIZE OLD_ALTER_TABLE PROFILING PSEUDO_REPLICA_MODE
    PSEUDO_SLAVE_MODE QUERY_CACHE_TYPE READ_BUFFER_SIZE READ_RND_BUFFER_SIZE SHOW_CREATE_TABLE_VERBOSITY
    SHOW_CREATE_TABLE_SKIP_SECONDARY_ENGINE SQL_BIG_TABLES SQL_BUFFER_RESULT SQL_LOW_PRIORITY_UPDATES
    SQL_SELECT_LIMIT TMP_TABLE_SIZE BINLOG_FORMAT DIV_PRECISION_INCREMENT OPTIMIZER_SWITCH""".split()
)
# What mysqlpump and mysqldump set for all sessions of a server; it is nothing that a table holds.
_HARMLESS_GLOBAL = frozenset((b"GTID_PURGED", b"INNODB_STATS_AUTO_RECALC"))
# What changes which values the server gives to rows behind it.
_CHANGES_ROWS = {b"INSERT_ID": "the number of the next row", b"TIMESTAMP": "the time of rows that leave it out"}


# By these Percona's mysqldump has MyRocks load faster where it is there; the strings are run by PREPARE and EXECUTE.
BULK_LOAD_VERBS = frozenset((b"SELECT", b"SET", b"PREPARE", b"EXECUTE", b"DEALLOCATE"))
_BULK_LOAD = re.compile(
    rb"""SELECT\ COUNT\(\*\)\ INTO\ @is_rocksdb_supported\ FROM\ INFORMATION_SCHEMA\.\w+\ WHERE\ VARIABLE_NAME\ ?=
    \ ?'rocksdb_bulk_load'
    |SET\ (?P<set>@\w+)\ =\ IF\ ?\(@is_rocksdb_supported,\ '(?:SET|SELECT)\ [\w@=\ ]*rocksdb_bulk_load[\w@=\ ]*',
    \ 'SET\ @\w+\ =\ 0'\)
    |PREPARE\ s\ FROM\ (?P<from>@\w+)|EXECUTE\ s|DEALLOCATE\ PREPARE\ s""",
    re.VERBOSE,
)
_OF_TRANSACTIONS = frozenset(
    b"SESSION LOCAL TRANSACTION ISOLATION LEVEL READ WRITE ONLY COMMITTED UNCOMMITTED REPEATABLE SERIALIZABLE".split()
)
_OFF = ("0", "OFF", "FALSE")
_ENGINE = (b"DEFAULT_STORAGE_ENGINE", b"STORAGE_ENGINE", b"TABLE_TYPE")


def _text(token: Token) -> str:
    """Return what a string stands for, as a server reads it, or the word itself."""
    text = string_value(token.text) if token.kind == "string" else token.text
    return text.decode("ascii", "replace")


def _is_plain(token: Token) -> bool:
    return token.kind in ("string", "number", "variable", "word") and token.upper != b"SELECT"


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
        self.time_zone: str | None = None
        self.time_zones: set[str] = set()
        self.checks = True
        self.foreign_keys_off = False
        # Whether a TIMESTAMP that does not say so may not be NULL, and follows the clock.
        self.implicit_timestamps = False
        self.sql_mode: str | None = None
        self.engine: str | None = None
        self.saved: set[bytes] = set()
        self.restored: set[bytes] = set()
        self._bulk_load: set[bytes] = set()
        self._is_bulk_load = False
        self._saved_modes: dict[bytes, str | None] = {}
        self._saved_clients: dict[bytes, str | None] = {}
        self._saved_zones: dict[bytes, str | None] = {}
        self._of_literals: set[bytes] = set()
        # A server looks at all values of a statement before it sets one.
        self._in_this_statement: set[bytes] = set()

    @property
    def ansi_quotes(self) -> bool:
        """Whether a double quote begins an identifier."""
        return bool(_ANSI_QUOTES.search(self.sql_mode or ""))

    def other_meaning(self, tokens: t.Sequence[Token]) -> str | None:
        """Return why a definition would mean something else under another sql_mode, None where it would not."""
        mode = (self.sql_mode or "").upper()
        words = {token.upper for token in tokens}
        pipes = "PIPES_AS_CONCAT" in mode or (self.ansi_quotes and "ANSI_QUOTES" not in mode)
        if pipes and any(token.is_mark(b"||") for token in tokens):
            return "|| under a sql_mode in which that joins texts; servers write CONCAT"
        if b"REAL" in words and _REAL_AS_FLOAT.search(mode):
            return "REAL under a sql_mode in which that is FLOAT; servers write FLOAT or DOUBLE"
        if b"DATE" in words and "ORACLE" in mode:
            return "DATE under a sql_mode in which that is DATETIME; servers write which of the two"
        if b"NOT" in words and b"SELECT" in words and _NOT_FIRST.search(mode):
            return "NOT under a sql_mode in which that comes before what it stands in front of"
        return None

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

    def check_texts(self, texts: t.Iterable[bytes]) -> None:
        """Refuse texts that a server would read otherwise than they were read."""
        if self.no_escapes and any(b"\\" in text for text in texts):
            raise Refused(BACKSLASH)

    def check_rows(self) -> None:
        """Refuse rows whose values a server would change by the sql_mode."""
        if "TIME_ROUND_FRACTIONAL" in (self.sql_mode or "").upper():
            raise Refused("rows under the sql_mode TIME_ROUND_FRACTIONAL, which changes parts of seconds")

    def note_rows(self) -> None:
        """Take note that rows follow; Refused where they are in another character set than the backup."""
        self.charset = self.charset or self.client
        if self.client not in (None, self.charset):
            raise Refused(f"rows in the character set {self.client} in a backup of {self.charset}: one backup has one")

    def read(self, words: Words) -> None:
        """Read what follows SET; Refused for whatever is not one of the harmless settings."""
        if words.accept(b"NAMES") or words.accept(b"CHARACTER", b"SET") or words.accept(b"CHARSET"):
            self._set_charset(words.take())
            if words.accept(b"COLLATE"):
                words.take()
            if words.at_end:
                return
            words.expect(b",")
        if self._is_of_transactions(words):
            return
        self._in_this_statement.clear()
        for assignment in split_at_commas(words.rest()):
            self._assign(Words(assignment))

    def sets_bulk_load(self, text: bytes) -> bool:
        """Whether a statement only sets how MyRocks loads: its own strings alone are prepared and executed by these."""
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
        if charset is not None and self.charset not in (None, charset):
            raise Refused("SET NAMES with a second character set: one backup has one")
        self.charset = charset or self.charset
        self.client = charset

    def _charset(self, token: Token) -> str | None:
        name = _text(token).strip("`").lower()
        if name == "default" or token.kind == "variable":
            return None
        if name not in _CHARSETS:
            raise Refused(f"SET NAMES {name[:20]}: a character set whose bytes cannot be read safely")
        return _CHARSETS[name]

    def _assign(self, words: Words) -> None:
        if words.upper() in (b"SESSION", b"LOCAL"):
            words.take()
        elif words.upper() == b"GLOBAL" and words.upper(1) in _HARMLESS_GLOBAL:
            return
        target = words.take()
        if not (words.accept(b"=") or words.accept(b":=")):
            raise Refused(f"SET {text_of([target])}")
        value = words.rest()
        name = target.upper or self._system_variable(target)
        if name is None:
            self._save(target, value)
        elif name.startswith(b"GLOBAL.") and name[len(b"GLOBAL.") :] in _HARMLESS_GLOBAL:
            return
        elif name in _CHANGES_ROWS:
            raise Refused(f"SET {text_of([target])}: {_CHANGES_ROWS[name]} would not be what the rows say")
        elif name not in _HARMLESS:
            raise Refused(f"SET {text_of([target])}")
        else:
            self._set(name, value)

    def _system_variable(self, target: Token) -> bytes | None:
        """Return the name of ``@@x`` and ``@@session.x``; None for a user variable ``@x``."""
        if target.kind != "variable" or not target.text.startswith(b"@@"):
            return None if target.kind == "variable" else b"?"
        name = target.text[2:].upper()
        for scope in (b"SESSION.", b"LOCAL."):
            if name.startswith(scope):
                return name[len(scope) :]
        return name

    def _save(self, target: Token, value: t.Sequence[Token]) -> None:
        """Take note of ``@OLD_X = @@X``; the value must be a variable, a literal or a word."""
        value = self._or_default(value)
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
        if len(value) == 1 and value[0].text.upper() in _MODE_NOW:
            self._saved_modes[name] = self.sql_mode
        elif len(value) == 1 and value[0].text.upper() in _CLIENT_NOW:
            self._saved_clients[name] = self.client
        elif len(value) == 1 and value[0].text.upper() in _ZONE_NOW:
            self._saved_zones[name] = self.time_zone
        elif not (len(value) == 1 and value[0].text.startswith(b"@@")):
            self._of_literals.add(name)
            if len(value) == 1 and value[0].kind == "string":
                self._save_literal(name, _text(value[0]))

    @property
    def kept(self) -> set[bytes]:
        """The variables that keep what a setting was; ``SET @x = 1`` keeps none."""
        return {name for name in self.saved if name.startswith(b"@OLD_") or name not in self._of_literals}

    def _save_literal(self, name: bytes, text: str) -> None:
        """Take note of a string that a variable gets; Sequel Ace does so in the place of the mode before."""
        if _TIME_ZONE.fullmatch(text):
            self._saved_zones[name] = text
        if _MODE_LITERAL.fullmatch(text) and not any(mode in text for mode in _MODES_REFUSED):
            self._saved_modes[name] = text

    def _set(self, name: bytes, value: t.Sequence[Token]) -> None:
        value = self._changed_mode(self._or_default(value))
        self._check_value(value)
        if value and value[0].kind == "variable":
            self.restored.add(value[0].text.upper())
        text = _text(value[0]) if value else ""
        if name == b"SQL_MODE":
            self._set_mode(value, text)
        elif name == b"CHARACTER_SET_CLIENT" and value:
            if len(value) != 1 or value[0].text.upper() in self._of_literals:
                raise Refused("SET character_set_client to something else than the name of a character set")
            self.client = self._saved_clients.get(value[0].text.upper()) or self._charset(value[0])
        elif name == b"TIME_ZONE" and value:
            self._set_zone(value, text)
        elif name in _ENGINE and value:
            self.engine = text if value[0].kind in ("string", "word") and value[0].upper != b"DEFAULT" else None
        elif name == b"CHECK_CONSTRAINT_CHECKS" and value:
            self.checks = text.upper() not in _OFF
        elif name == b"FOREIGN_KEY_CHECKS" and value:
            self.foreign_keys_off = text.upper() in _OFF
        elif name == b"EXPLICIT_DEFAULTS_FOR_TIMESTAMP" and value:
            self.implicit_timestamps = text.upper() in _OFF

    def _set_zone(self, value: t.Sequence[Token], text: str) -> None:
        name = value[0].text.upper()
        if len(value) == 1 and value[0].kind == "variable":
            if name.startswith(b"@@"):
                self.time_zone = self.time_zone if name in _ZONE_NOW else None
            elif name in self._in_this_statement:
                raise Refused("SET time_zone to a variable that the same statement sets")
            elif name in self._saved_zones:
                self.time_zone = self._saved_zones[name]
            elif name in self.saved:
                raise Refused("SET time_zone to a variable that does not hold a zone")
        elif len(value) == 1 and value[0].upper == b"DEFAULT":
            self.time_zone = None
        elif len(value) == 1 and value[0].kind in ("string", "word") and _TIME_ZONE.fullmatch(text):
            self.time_zone = text
        else:
            raise Refused("SET time_zone to something else than an offset, or the name of a zone")
        if self.time_zone is not None:
            self.time_zones.add(self.time_zone)

    def _changed_mode(self, value: t.Sequence[Token]) -> t.Sequence[Token]:
        """Return what CONCAT and REPLACE make of the mode at hand; any other value as it is.

        A server's own is taken to be strict, as it is where nobody has changed it.
        """
        words = value
        if len(words) > 3 and words[0].is_mark(b"(") and words[1].upper == b"SELECT" and words[-1].is_mark(b")"):
            words = words[2:-1]
        function = words[0].upper if len(words) > 3 and words[1].is_mark(b"(") and words[-1].is_mark(b")") else b""
        parts = split_at_commas(words[2:-1]) if function in (b"CONCAT", b"CONCAT_WS", b"REPLACE") else []
        texts = [text for text in map(self._text_of_mode, parts) if text is not None]
        if len(texts) != len(parts) or not any(part[0].text.upper() in _MODE_NOW for part in parts):
            return value
        if function == b"REPLACE":
            made = texts[0].replace(texts[1], texts[2]) if len(texts) == 3 and texts[1] else None
        else:
            made = "".join(texts) if function == b"CONCAT" else texts[0].join(texts[1:])
        return value if made is None else [Token("string", b"'%b'" % made.encode(), True)]

    def _text_of_mode(self, part: t.Sequence[Token]) -> str | None:
        if len(part) != 1:
            return None
        if part[0].text.upper() in _MODE_NOW:
            return "STRICT_TRANS_TABLES" if self.sql_mode is None else self.sql_mode
        text = _text(part[0])
        return text if part[0].kind == "string" and _PART_OF_MODE.fullmatch(text) else None

    def _set_mode(self, value: t.Sequence[Token], text: str) -> None:
        if len(value) != 1 or value[0].kind == "mark":
            raise Refused("SET sql_mode to something else than one string, word or variable")
        self._check_mode(text)
        name = value[0].text.upper()
        if name.startswith(b"@") and not name.startswith(b"@@"):
            if name not in self._saved_modes or name in self._in_this_statement:
                raise Refused("SET sql_mode to a variable that does not hold the mode before")
            mode_before = self._saved_modes[name]
            self._check_mode(mode_before or "")
            self.sql_mode = mode_before
        elif value[0].kind == "number" and text.strip("0"):
            raise Refused("SET sql_mode to a number")
        elif name not in _MODE_NOW:
            self.sql_mode = None if name == b"DEFAULT" or name.startswith(b"@@") else text if text.strip("0") else ""

    @staticmethod
    def _check_mode(text: str) -> None:
        for mode, reason in _MODES_REFUSED.items():
            if mode in text.upper():
                raise Refused(f"SET sql_mode with {mode}: {reason}")

    def _or_default(self, value: t.Sequence[Token]) -> t.Sequence[Token]:
        """Return what ``IFNULL(@OLD_X, ...)`` and its like give, as HeidiSQL writes them; any other value as it is."""
        if len(value) < 6 or not value[1].is_mark(b"(") or not value[-1].is_mark(b")"):
            return value
        parts = split_at_commas(value[2:-1])
        choice = self._choice(value[0].upper, parts)
        if choice is None or any(len(part) != 1 or not _is_plain(part[0]) for part in choice):
            return value
        variable, other = choice
        is_set = variable[0].text.startswith(b"@@") or variable[0].text.upper() in self.saved
        return variable if is_set else other

    @staticmethod
    def _choice(function: bytes, parts: list[list[Token]]) -> tuple[list[Token], list[Token]] | None:
        """Return the variable and what stands in for it where it is NULL; None for any other call."""
        if function in (b"IFNULL", b"COALESCE", b"NVL") and len(parts) == 2:
            variable, other = parts
        elif function == b"IF" and len(parts) == 3:
            asked = [token.upper or token.text for token in parts[0][1:]]
            if asked == [b"IS", b"NULL"]:
                other, variable = parts[1:]
            elif asked == [b"IS", b"NOT", b"NULL"]:
                variable, other = parts[1:]
            else:
                return None
            if [token.text.upper() for token in variable] != [parts[0][0].text.upper()]:
                return None
        else:
            return None
        return (variable, other) if variable and variable[0].kind == "variable" else None

    def _check_value(self, value: t.Sequence[Token]) -> None:
        for token in value:
            if token.kind not in ("string", "number", "variable", "word") and token.text not in (b"-", b"+", b"*"):
                raise Refused(f"SET to an expression: {text_of(value)}")
            if token.upper == b"SELECT":
                raise Refused("SET to a query")
