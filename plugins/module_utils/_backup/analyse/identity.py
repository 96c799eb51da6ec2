# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whose backup it is: the company and the version of the schema, from the rows (cao-format 6)."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import REGISTRIES
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import string_value


def _named_cells(definition: TableDefinition, row: Rows) -> dict[str, bytes]:
    names = row.columns or tuple(column.name for column in definition.columns)
    return {name.upper(): cell for name, cell in zip(names, cells(row.text))}


def _value(cell: bytes) -> bytes:
    return string_value(cell) if cell[:1] == b"'" else b"" if cell == b"NULL" else cell


class IdentityReader:
    """Picks two facts from the rows that go by; nothing else of them is kept."""

    def __init__(self) -> None:
        self._db_version = b""
        self._company = b""
        self._company_id = -1

    def see(self, definition: TableDefinition, rows: Rows) -> None:
        """Look at rows of FIRMA and of REGISTRY's DB_VERSION."""
        table = rows.table.upper()
        if table == "FIRMA":
            for row in rows.singles():
                self._see_company(_named_cells(definition, row))
        elif table in REGISTRIES and b"DB_VERSION" in rows.text:
            for row in rows.singles():
                if b"DB_VERSION" in row.text:
                    self._see_registry(_named_cells(definition, row))

    def _see_company(self, row: dict[str, bytes]) -> None:
        # 1.5 keeps older rows; the newest counts (cao-format 6).
        number = _value(row.get("REC_ID", b"0"))
        identity = int(number) if number.isdigit() else 0
        if identity >= self._company_id:
            self._company_id = identity
            self._company = _value(row.get("NAME1", b""))

    def _see_registry(self, row: dict[str, bytes]) -> None:
        if _value(row.get("MAINKEY", b"")).upper() == b"MAIN" and _value(row.get("NAME", b"")).upper() == b"DB_VERSION":
            self._db_version = _value(row.get("VAL_CHAR", b""))

    def db_version(self, codec: str) -> str | None:
        """Return the version of the schema, for example 1.10."""
        return self._db_version.decode(codec, "replace")[:40] or None

    def company(self, codec: str) -> str | None:
        """Return the company's name."""
        return self._company.decode(codec, "replace")[:250] or None
