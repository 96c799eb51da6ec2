# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The witness of a pass: sees all that is no row, and says at the end whether the backup is whole."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.cao_order import CaoOrder
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_lines import (
    ANY_LINE,
    LAST_LINES,
    LastLine,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_words import (
    is_harmless,
    quoted,
    says_it_failed,
    table_named_in,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.promises import Promises
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import Settings

_HEAD_LIMIT_BYTES = 8192
_TAIL_BYTES = 256
# What a program says of itself stands at the beginning of what it says.
_LONGEST_BYTES = 16384
_SIGNS_KEPT = 50
# To a server each of these is a COMMIT, too.
_COMMITS = frozenset(
    b"ALTER ANALYZE BEGIN CHECK COMMIT CREATE DROP LOCK OPTIMIZE RENAME REPAIR START TRUNCATE UNLOCK".split()
)
# What is started where a dump was made of a replica, and is no transaction.
_OF_REPLICAS = (b"SLAVE", b"REPLICA", b"SLAVES")


def _begins_another(commit: t.Sequence[Token]) -> bool:
    """Whether it is COMMIT AND CHAIN, behind which rows wait for one more."""
    return any((one.upper, two.upper) == (b"AND", b"CHAIN") for one, two in zip(commit, commit[1:]))


class Witness:
    """Gathers what a file says of itself.

    ``head`` are its first bytes, for what stands in no comment; ``last_line`` is the number of its last line.
    """

    def __init__(self) -> None:
        self.head = b""
        self.last_line = 0
        self._comments = b""
        self._tail = b""
        self._promises = Promises()
        self._order = CaoOrder()
        self._signs: list[Sign] = []
        self._warned: list[Sign] = []
        self._ended: set[str] = set()
        self._without_keys: dict[str, int] = {}
        self._locked = 0
        self._begun = 0
        self._is_uncommitted = False
        self._closed = False

    def see_bytes(self, chunk: bytes) -> None:
        """Take note of the bytes of the file, in their order."""
        if len(self.head) < _HEAD_LIMIT_BYTES:
            self.head += chunk[:_HEAD_LIMIT_BYTES]
        self._tail = (self._tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]

    def see_comment(self, comment: bytes, line: int, behind: int, tables: t.Mapping[str, t.Any]) -> None:
        """Take note of a comment between statements, so many line ends behind what is before it.

        ``tables`` are those that were made before it.
        """
        if len(self._comments) < _HEAD_LIMIT_BYTES:
            self._comments += comment[:1024] + (b"" if comment.endswith(b"\n") else b"\n")
        comment = comment[:_LONGEST_BYTES]
        self._promises.see(comment, line)
        self._order.see(comment, line, behind)
        for name, one in LAST_LINES.items() if ANY_LINE.match(comment) else ():
            if one.last.match(comment):
                self._ended.add(name)
            elif name in self._ended and one.first.match(comment):
                # Several in one file, one behind the other: each has its own end.
                self._ended.remove(name)
        if says_it_failed(comment):
            self._add(comment, line, tables)

    def see_stray(self, stray: bytes, line: int, tables: t.Mapping[str, t.Any]) -> None:
        """Take note of what is no SQL but an export program's own words."""
        stray = stray[:_LONGEST_BYTES]
        if not is_harmless(stray):
            self._add(stray, line, tables)
        elif len(self._warned) < _SIGNS_KEPT:
            text = f"line {line} is no SQL but what the export program says (2>&1 brings it there), and is left out: "
            self._warned.append(Sign("tool_warning", text + repr(quoted(stray)), line=line))

    def see_statement(self, tokens: t.Sequence[Token], line: int, behind: int) -> None:
        """Take note of a statement, so many line ends behind what is before it.

        It may open what its writer closes behind the rows of a table.
        """
        verb = tokens[0].upper if tokens else b""
        self._order.see_statement(tokens, line, behind)
        if verb in _COMMITS:
            self.see_commit()
        if verb == b"LOCK":
            self._locked = line
        elif verb == b"UNLOCK":
            self._locked = 0
        elif verb == b"BEGIN" or (verb == b"START" and tokens[-1].upper not in _OF_REPLICAS):
            self._begun = line
        elif verb == b"COMMIT":
            self._begun, self._closed = line if _begins_another(tokens) else 0, True
        elif verb == b"ALTER" and len(tokens) > 4 and tokens[-1].upper == b"KEYS":
            name = tokens[-3].text.strip(b"`").decode("utf-8", "replace")
            if tokens[-2].upper == b"DISABLE":
                self._without_keys[name] = line
            else:
                self._without_keys.pop(name, None)

    def see_rows(self, table: str, *, uncommitted: bool = False) -> None:
        """Take note that rows of a table come; ``uncommitted``: into an engine that forgets them without a COMMIT."""
        self._order.see_rows(table)
        self._is_uncommitted = self._is_uncommitted or uncommitted

    def see_commit(self) -> None:
        """Take note that a server stores the rows so far."""
        self._is_uncommitted = False

    def _add(self, said: bytes, line: int, tables: t.Mapping[str, t.Any]) -> None:
        if len(self._signs) >= _SIGNS_KEPT:
            return
        named = table_named_in(said, tables)
        table = named or (list(tables)[-1].upper() if tables else None)
        where = f"line {line}, {'at' if named else 'behind'} the table {table}" if table else f"line {line}"
        self._signs.append(Sign("export_failed", f"{where}: the export itself failed: {quoted(said)!r}", table, line))

    @property
    def warned(self) -> tuple[Sign, ...]:
        """What an export program warned of in the file."""
        return tuple(self._warned)

    @property
    def part(self) -> int:
        """The number of a part, where the file says that it is one of several."""
        return self._promises.part

    def _last_line(self, dialect: str) -> LastLine | None:
        """Return the last line that this program should have written."""
        line = LAST_LINES.get(dialect)
        return line if line is not None and line.first.search(self._comments) else None

    def lacks_old_last_line(self, dialect: str) -> str | None:
        """Return the last line that is missing, where that has had an error of its own since the first version."""
        line = self._last_line(dialect)
        return line.words if line is not None and line.is_old and dialect not in self._ended else None

    def leaves_the_end_open(self, dialect: str, settings: Settings) -> bool:
        """Whether its writer is known, and nothing that it writes shows that the file goes to its end."""
        if dialect in ("unknown", "cao", "mysqldump", "mariadb-dump"):
            return False
        return not (dialect in self._ended or settings.kept or self._closed or self._is_of_navicat(dialect))

    def doubt(self, dialect: str) -> Sign | None:
        """Return the sign that CAO's layout stops short: sure of a bare file, a doubt of one that arrived packed."""
        if dialect != "cao":
            return None
        return self._order.cut_in_block(self._tail, self.last_line)

    def signs(self, dialect: str, rows: t.Mapping[str, int], there: t.Container[str], settings: Settings) -> list[Sign]:
        """Return all that shows the backup not to be whole; ``rows`` by tables, ``there`` are names in lower case."""
        found = [*self._signs, *self._promises.signs(ByName(rows), there, ended=dialect in self._ended)]
        if dialect == "cao":
            found += self._order.signs(rows, self.last_line)
        missing = self._missing_end(dialect, settings)
        return found if missing is None else [*found, missing]

    def _missing_end(self, dialect: str, settings: Settings) -> Sign | None:
        last = self._last_line(dialect)
        if last is not None:
            text = f"the file ends, and {last.words!r}, which {dialect} writes last, is missing"
            return None if dialect in self._ended else self._at_the_end(text)
        left_open = self._left_open()
        if left_open is not None:
            return left_open
        old = {name for name in settings.kept if name.startswith(b"@OLD_")} or settings.kept
        if dialect != "cao" and old and not old & settings.restored:
            return self._at_the_end("the file ends, and nothing is set back of what it sets at its beginning")
        if self._is_of_navicat(dialect) and settings.foreign_keys_off:
            return self._at_the_end("the file ends, and 'SET FOREIGN_KEY_CHECKS = 1', which it writes last, is missing")
        return None

    def _at_the_end(self, text: str) -> Sign:
        table = self._order.last_rows or None
        where = f"line {self.last_line}" if table is None else f"line {self.last_line}, behind rows of {table}"
        return Sign("missing_end", f"{where}: {text}", table, self.last_line)

    def _left_open(self) -> Sign | None:
        """Return the sign that what is opened for the rows of a table is not closed behind them."""
        for table, line in self._without_keys.items():
            text = f"line {line}: the keys of {table} are switched off for its rows, and never on again"
            return Sign("missing_end", text, table, line)
        if self._locked:
            return self._at_the_end(f"the file ends, and the tables that line {self._locked} locks are never unlocked")
        if self._begun:
            return self._at_the_end(f"the file ends, and the transaction of line {self._begun} is never committed")
        if self._is_uncommitted:
            return self._at_the_end("the file ends, and no COMMIT stands behind these rows, though autocommit is off")
        return None

    def _is_of_navicat(self, dialect: str) -> bool:
        """Whether it is of those versions that end with a line; older ones write this one without blanks."""
        return dialect == "navicat" and b"SET FOREIGN_KEY_CHECKS = 0;" in self.head
