# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How many rows each change of ``neutralise`` will concern, counted in the backup itself for check mode."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import codec_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import string_value
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import OUTBOX, SETTING_KEPT


def count_changes(changes: t.Sequence[Change], backup: Backup) -> list[tuple[Change, int]]:
    """Return each change with the rows that it will concern; reads the rows again where it has to look at them."""
    analysis = backup.analysis
    rows_of = {table.name: table.rows for table in analysis.tables}
    counter = _Counter(changes, analysis.definitions, codec_of(analysis.encoding))
    if counter.tables:
        for rows in backup.rows():
            counter.see(rows)
    return [(change, counter.count(change, rows_of.get(change.source, 0))) for change in changes]


class _Counter:
    """Looks at the rows of the tables where not all of them are concerned."""

    def __init__(self, changes: t.Sequence[Change], definitions: t.Mapping[str, TableDefinition], codec: str) -> None:
        self._definitions = definitions
        self._codec = codec
        self._by_settings = [change for change in changes if change.patterns]
        self._patterns = {change: _compiled(change) for change in self._by_settings}
        self._outboxes = [change for change in changes if change.outbox]
        self._found: t.Counter[Change] = collections.Counter()
        self._mails: t.Counter[str] = collections.Counter()
        self._folders: set[str] = set()
        self.tables = {name for change in changes for name in _looked_at(change)}

    def see(self, rows: Rows) -> None:
        """Count rows."""
        if rows.table not in self.tables:
            return
        for row in rows.singles():
            values = self._values(row)
            for change in self._by_settings:
                if change.source == row.table and any(
                    pattern.fullmatch(values.get(column, "")) for column, pattern in self._patterns[change]
                ):
                    self._found[change] += 1
                    # The next one meets with what this one leaves.
                    values = {name: value for name, value in values.items() if name in SETTING_KEPT}
            for change in self._outboxes:
                if change.source == row.table:
                    self._mails[values.get("ORDNER_ID", "")] += 1
                elif change.outbox == row.table and values.get("ORDNER_TYP") == OUTBOX:
                    self._folders.add(values.get("ORDNER_ID", ""))

    def _values(self, row: Rows) -> dict[str, str]:
        names = row.columns or tuple(column.name for column in self._definitions[row.table].columns)
        return {name.upper(): self._value(cell) for name, cell in zip(names, cells(row.text))}

    def _value(self, cell: bytes) -> str:
        value = string_value(cell) if cell[:1] == b"'" else b"" if cell == b"NULL" else cell
        # In upper case as a server makes them, for the letters that patterns have.
        return value.upper().decode(self._codec, "replace")

    def count(self, change: Change, all_rows: int) -> int:
        """Return how many rows a change concerns."""
        if change.patterns:
            return self._found[change]
        return sum(self._mails[folder] for folder in self._folders) if change.outbox else all_rows


def _looked_at(change: Change) -> tuple[str, ...]:
    if change.outbox:
        return change.source, change.outbox
    return (change.source,) if change.patterns else ()


def _compiled(change: Change) -> list[tuple[str, re.Pattern[str]]]:
    return [(column, re.compile(_expression(pattern), re.DOTALL)) for column, pattern in change.patterns]


def _expression(pattern: str) -> str:
    """Return a regular expression that matches as LIKE does with the escape |."""
    parts = re.findall(r"\|.|.", pattern, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
