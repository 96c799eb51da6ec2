# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the order and the layout of CAO's own files show: it writes no last line (cao-format 1.3 and 1.8)."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    KNOWN,
    LAST,
    NEVER_EMPTY,
    REGISTRIES,
    is_generation_before,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of

_HEADING = re.compile(rb"^# TABLE \[([^\]\r\n]+)\]( DATA)?")
# So many lines end behind the rows of a table, and before the next heading.
_LINES_BEHIND_A_BLOCK = 3
# So many of CAO's tables, or those that no Mandant is without, are nobody's choice of a few.
_MANY_TABLES = 20
_NOBODYS_CHOICE = frozenset(NEVER_EMPTY)


class CaoOrder:
    """Takes note of CAO's headings, and says at the end what is missing behind the last one.

    ``last_rows`` is the table of the last rows.
    """

    def __init__(self) -> None:
        self.last_rows = ""
        self._last: tuple[str, bool, int] | None = None
        self._behind = 0
        self._least_behind: int | None = None
        # What stands behind the last block and is none of it, the line of that, and the line ends before it.
        self._after: tuple[t.Literal["", "comment", "rows", "statement"], int] = ("", 0)
        self._gap: int | None = None

    def see(self, comment: bytes, line: int, behind: int) -> None:
        """Take note of one comment, so many line ends behind what is before it."""
        self._behind = behind or self._behind
        match = _HEADING.match(comment)
        if match is None:
            self._follows("comment", line, behind)
        else:
            self._after, self._gap = ("", 0), None
            if match.group(2) is None and self._last is not None and self._last[1]:
                least = self._least_behind
                self._least_behind = self._behind if least is None else min(least, self._behind)
            self._last = (match.group(1).decode("cp1252", "replace"), match.group(2) is not None, line)

    def see_rows(self, table: str) -> None:
        """Take note that rows of a table come."""
        self.last_rows = table
        if self._last is not None and table.upper() != self._last[0].upper():
            self._follows("rows", 0, _LINES_BEHIND_A_BLOCK)
        else:
            self._after, self._gap = ("", 0), None

    def see_statement(self, tokens: t.Sequence[Token], line: int, behind: int) -> None:
        """Take note of a statement, so many line ends behind what is before it."""
        if self._last is None:
            return
        words = [token.upper for token in tokens[:2]]
        names = (name_of(token) or "" for token in tokens[2:6])
        makes = words in ([b"DROP", b"TABLE"], [b"CREATE", b"TABLE"]) and not self._last[1]
        if makes and self._last[0].upper() in map(str.upper, names):
            self._after, self._gap = ("", 0), None
        else:
            self._follows("statement", line, behind)

    def _follows(self, kind: t.Literal["comment", "rows", "statement"], line: int, behind: int) -> None:
        """Take note of the first of its kind behind the last block; a comment counts as long as nothing else comes."""
        self._gap = behind if self._gap is None else self._gap
        if self._after[0] in ("", "comment"):
            self._after = (kind, line)

    def signs(self, rows: t.Mapping[str, int], last_line: int) -> t.Iterator[Sign]:
        """Give what shows that it was cut; ``rows`` by tables."""
        stopped = self._stopped(rows)
        if stopped is not None:
            yield stopped
        names = {name.upper() for name in rows}
        known = sorted(names & KNOWN)
        if known and LAST not in names and _is_whole_mandant(names):
            missing = f"{LAST} is" if names.intersection(REGISTRIES) else f"{REGISTRIES[0]} and {LAST} are"
            order = f"CAO writes its tables in the order of their names, this ends with {known[-1]}"
            yield Sign("missing_end", f"line {last_line}: {order}, and {missing} missing", LAST, last_line)

    def _stopped(self, rows: t.Mapping[str, int]) -> Sign | None:
        """Return the sign that the file stops behind a heading."""
        if self._last is None:
            return None
        name, is_data, line = self._last
        found = {table.upper(): count for table, count in rows.items()}.get(name.upper())
        if found is None:
            return Sign(
                "missing_end", f"line {line}: the file stops behind the heading of the table {name}", name, line
            )
        if is_data and not found and not is_generation_before(name):
            return Sign("missing_end", f"line {line}: the rows of {name} are announced and none comes", name, line)
        return None

    def cut_in_block(self, tail: bytes, last_line: int) -> Sign | None:
        """Return the sign that the last table has not the empty lines behind it that the others have."""
        if (self._least_behind or 0) < _LINES_BEHIND_A_BLOCK or self._last is None:
            return None
        name, is_data, _line = self._last
        block = f"the {'rows' if is_data else 'definition'} of {name}"
        kind, line = self._after
        behind = tail.rstrip(b"\x1a")[tail.rfind(b";") + 1 :]
        if kind == "statement" and (self._gap or 0) < _LINES_BEHIND_A_BLOCK:
            text = f"a statement that CAO does not write follows {block}, and"
        elif not kind and not behind.strip() and behind.count(b"\n") < _LINES_BEHIND_A_BLOCK:
            line, text = last_line, f"the file stops {'in' if is_data else 'behind'} {block}:"
        else:
            # What somebody has put behind a whole block has a layout of its own.
            return None
        text += (
            " the empty lines that CAO writes behind every table are missing, and what went with them cannot be known"
        )
        return Sign("missing_end", f"line {line}: {text}", name, line)


def _is_whole_mandant(names: t.Collection[str]) -> bool:
    return len(KNOWN.intersection(names)) >= _MANY_TABLES or set(names) >= _NOBODYS_CHOICE
