# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo Mandant as a whole: all tables with their rows, and the backup of it."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupTable,
    Row,
    WriterOptions,
    write_backup,
)
from demo import company, documents, office, trade
from demo.plan import Plan
from demo.schema import tables

_MAKERS = {**company.TABLES, **documents.TABLES, **office.TABLES, **trade.TABLES}


class DemoMandant:
    """The rows of a plan. Every call makes them anew, the same ones; memory does not grow with their number.

    ``rows`` and ``bytes_written`` count what ``backup`` has given out so far.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = 0
        self.bytes_written = 0

    def table_rows(self, name: str) -> t.Iterator[Row]:
        """The rows of one table; some tables have none, as in every Mandant."""
        maker = _MAKERS.get(name)
        return maker(self.plan) if maker else iter(())

    def tables(self) -> t.Iterator[tuple[BackupTable, t.Iterator[Row]]]:
        """All 73 tables with their rows, in the order of the backup."""
        for name, table in tables().items():
            yield table, self._counted(name)

    def backup(self, options: WriterOptions | None = None) -> t.Iterator[bytes]:
        """The backup that CAO would have written of this Mandant, in pieces."""
        self.rows = self.bytes_written = 0
        header = BackupHeader(self.plan.mandant, self.plan.when)
        for piece in write_backup(header, self.tables(), options or WriterOptions()):
            self.bytes_written += len(piece)
            yield piece

    def _counted(self, name: str) -> t.Iterator[Row]:
        for row in self.table_rows(name):
            self.rows += 1
            yield row
