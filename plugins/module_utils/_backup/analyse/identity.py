# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whose backup it is: the company, the version of the schema and the newest document, from the rows (cao-format 6)."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    DOCUMENT_DATES,
    REGISTRIES,
    TAX_NUMBERS,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells, cells_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import string_value

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        TableDefinition,
    )

# From 1900 on: 1899-12-30 and 0000-00-00 are how CAO writes that there is none.
_DATE = re.compile(rb"'((?:19|[2-9][0-9])[0-9]{2}-[01][0-9]-[0-3][0-9])(?![0-9])")


def _column_names(definition: TableDefinition, row: Rows) -> list[str]:
    return [name.upper() for name in row.columns or tuple(column.name for column in definition.columns)]


def _named_cells(definition: TableDefinition, row: Rows) -> dict[str, bytes]:
    return dict(zip(_column_names(definition, row), cells(row.text)))


def _value(cell: bytes) -> bytes:
    return string_value(cell) if cell[:1] == b"'" else b"" if cell == b"NULL" else cell


class IdentityReader:
    """Picks a few facts from the rows that go by; nothing else of them is kept."""

    def __init__(self) -> None:
        self._db_version = b""
        self._company: dict[str, bytes] = {}
        self._company_id = -1
        self._newest = b""

    def see(self, definition: TableDefinition, rows: Rows) -> None:
        """Look at rows of FIRMA, of REGISTRY's DB_VERSION, and at the dates of documents."""
        table = rows.table.upper()
        if table == "FIRMA":
            for row in rows.singles():
                self._see_company(_named_cells(definition, row))
        elif table in REGISTRIES and b"DB_VERSION" in rows.text:
            for row in rows.singles():
                if b"DB_VERSION" in row.text:
                    self._see_registry(_named_cells(definition, row))
        elif table in DOCUMENT_DATES:
            self._see_documents(_column_names(definition, rows), DOCUMENT_DATES[table], rows)

    def _see_company(self, row: dict[str, bytes]) -> None:
        # 1.5 keeps older rows; the newest counts (cao-format 6).
        number = _value(row.get("REC_ID", b"0"))
        identity = int(number) if number.isdigit() else 0
        if identity > self._company_id:
            self._company_id = identity
            self._company = {name: _value(row.get(name, b"")) for name in ("NAME1", *TAX_NUMBERS)}

    def _see_registry(self, row: dict[str, bytes]) -> None:
        if _value(row.get("MAINKEY", b"")).upper() == b"MAIN" and _value(row.get("NAME", b"")).upper() == b"DB_VERSION":
            self._db_version = _value(row.get("VAL_CHAR", b""))

    def _see_documents(self, names: list[str], column: str, rows: Rows) -> None:
        dates = map(_DATE.match, cells_of(rows, names.index(column)) if column in names else ())
        self._newest = max((date[1] for date in dates if date and date[1] > self._newest), default=self._newest)

    def db_version(self, codec: str) -> str | None:
        """Return the version of the schema, for example 1.10."""
        return self._db_version.decode(codec, "replace")[:40] or None

    def company(self, codec: str) -> str | None:
        """Return the company's name."""
        return self._company.get("NAME1", b"").decode(codec, "replace")[:250] or None

    def tax_numbers(self, codec: str) -> dict[str, str]:
        """Return what the tax office calls the company, by the columns of FIRMA; only what is there."""
        found = {name: self._company.get(name, b"").decode(codec, "replace")[:40].strip() for name in TAX_NUMBERS}
        return {name: number for name, number in found.items() if number}

    def facts(self, codec: str) -> dict[str, t.Any]:
        """Return all of it, by the names that the analysis has for it."""
        return {
            "db_version": self.db_version(codec),
            "company": self.company(codec),
            "tax_numbers": self.tax_numbers(codec),
            "last_document_date": self.last_document_date,
        }

    @property
    def last_document_date(self) -> str | None:
        """The date of the newest document, as yyyy-mm-dd."""
        return self._newest.decode("ascii") or None
