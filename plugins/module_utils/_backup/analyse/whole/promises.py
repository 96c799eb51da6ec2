# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What export programs promise in their comments: tables, rows and parts, counted against what came."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName

# MySQLDumper: -- Status:tables:rows:MP_part:database:..., and a line for each table.
_STATUS = re.compile(rb"^(?:--|#) Status:([0-9]+):([0-9]+):(?:MP_([0-9]+))?:")
_TABLE = re.compile(rb"^(?:--|#) TABLE\|([^|\r\n]+)\|([0-9]+)\|[^|\r\n]*\|[^|\r\n]*\|([^|\r\n]*)")
_PART = re.compile(rb"^(?:--|#)\s+This is part ([0-9]+) of the backup")
# mysqldump-php, behind the rows of each table.
_DUMPED = re.compile(rb"^-- Dumped table `(.+)` with ([0-9]+) row")
_COUNTED = ("myisam", "aria", "")
_SHOWN = 5


class _Promise(t.NamedTuple):
    table: str
    rows: int
    line: int
    # Whether the number is that of the rows, and no estimate as a server gives it for other engines.
    is_exact: bool


class Promises:
    """Takes note of promises, and says at the end which were not kept."""

    def __init__(self) -> None:
        self.part = 0
        self._part_line = 0
        self._tables = 0
        self._rows = 0
        self._line = 0
        self._of_tables: list[_Promise] = []

    def see(self, comment: bytes, line: int) -> None:
        """Take note of one comment."""
        status = _STATUS.match(comment)
        if status is not None:
            self._tables, self._rows, self._line = int(status.group(1)), int(status.group(2)), line
            self.part, self._part_line = int(status.group(3) or 0), line
        part = _PART.match(comment)
        if part is not None:
            self.part, self._part_line = int(part.group(1)), line
        listed = _TABLE.match(comment)
        if listed is not None:
            exact = listed.group(3).strip().lower().decode("ascii", "replace") in _COUNTED
            self._of_tables.append(_Promise(_name(listed.group(1)), int(listed.group(2)), line, exact))
        dumped = _DUMPED.match(comment)
        if dumped is not None:
            self._of_tables.append(_Promise(_name(dumped.group(1)), int(dumped.group(2)), line, True))

    def signs(self, rows: ByName[int], there: t.Container[str], *, ended: bool) -> t.Iterator[Sign]:
        """Give what is not as promised; ``rows`` by tables, and what is ``there`` by names in lower case.

        ``ended``: the program's last line is there. Then it has not stopped early, and an estimate may be wrong.
        """
        broken = list(self._broken(rows, there, ended=ended))
        if self.part > 1 or (self.part and (broken or not ended)):
            text = f"line {self._part_line}: this is part {self.part} of a multi-part backup"
            yield Sign("promise_broken", text, line=self._part_line)
        yield from broken

    def _broken(self, rows: ByName[int], there: t.Container[str], *, ended: bool) -> t.Iterator[Sign]:
        own = [one for one in self._of_tables if not is_generation_before(one.table)]
        for one in own:
            found = rows.find(one.table) or 0
            if one.table.lower() not in there:
                yield _sign(one, f"the table {one.table} is promised and does not come")
            elif found < one.rows and (one.is_exact or not ended):
                yield _sign(one, f"{one.rows} rows of {one.table} are promised and {found} come")
        if self._line and not own:
            total = sum(rows.values())
            if total < self._rows or len(rows) < self._tables:
                text = (
                    f"line {self._line}: {self._tables} tables with {self._rows} rows are promised, "
                    f"{len(rows)} with {total} come"
                )
                yield Sign("promise_broken", text, line=self._line)


def _sign(promise: _Promise, text: str) -> Sign:
    return Sign("promise_broken", f"line {promise.line}: {text}", promise.table, promise.line)


def _name(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip()
