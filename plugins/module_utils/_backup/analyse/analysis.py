# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the analysis says about a backup: values only, no behaviour that reads or writes."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_mandants

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        TableDefinition,
    )
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger, View


@dataclasses.dataclass(frozen=True)
class Header:
    """The lines a dump program writes first; CAO's own are Datum and Mandant (cao-format 1.3)."""

    program: str | None = None
    date: str | None = None
    mandant: str | None = None


@dataclasses.dataclass(frozen=True)
class FileFacts:
    """The chosen file; ``size`` in bytes, ``sha256`` in hex, ``member`` of a ZIP."""

    path: str
    size: int
    sha256: str
    member: str | None
    encryption: str


@dataclasses.dataclass(frozen=True)
class TableFacts:
    """One table: number of rows and the bytes that its rows take in the dump."""

    name: str
    rows: int
    bytes: int


@dataclasses.dataclass(frozen=True)
class Repair:
    """A known defect that is put right (cao-format 1.7): how often, and one sentence about it."""

    name: str
    table: str
    column: str | None
    count: int
    text: str


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that a person should know before the backup is restored."""

    name: str
    table: str | None
    text: str


@dataclasses.dataclass(frozen=True)
class Analysis:
    """All that is known about a backup after every byte of it was read once.

    ``encoding`` is the character set for ``SET NAMES``; ``time_zones`` are all that the dump sets; ``left_ids`` are the
    tables with rows that leave the number of their counter to the server, beside others that may not, ``numbered``
    those and the ones with rows that do so throughout; ``empty_enums``
    has the columns, in lower case, of tables that hold the empty value of an ENUM, which is none of its members;
    ``row_triggers`` are those that all rows of their tables go through;
    ``tax_numbers`` are the company's, which no result tells; ``last_document_date`` is that of the newest document;
    ``checks_keys`` says that nothing in the dump has foreign keys unchecked; ``database_format`` is the character set
    and the collation that the dump says of its database;
    ``longest_rows`` are the bytes of each table's longest row;
    ``sql_sha256`` identifies the unpacked SQL, so that a second pass knows that it read the same; ``signs`` are those
    that show it not to be whole.
    """

    dialect: str
    header: Header
    file: FileFacts
    encoding: str
    tables: tuple[TableFacts, ...]
    definitions: t.Mapping[str, TableDefinition]
    views: tuple[View, ...]
    triggers: tuple[Trigger, ...]
    rows: int
    statements: int
    db_version: str | None
    company: str | None
    head: tuple[str, ...]
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    time_zones: frozenset[str]
    longest_rows: t.Mapping[str, int]
    sql_bytes: int
    sql_sha256: str
    left_ids: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    empty_enums: t.Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    row_triggers: t.Mapping[str, Trigger] = dataclasses.field(default_factory=dict)
    signs: tuple[Sign, ...] = ()
    tax_numbers: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    last_document_date: str | None = None
    database_format: tuple[str | None, str | None] = (None, None)
    checks_keys: bool = False

    @property
    def is_mandants(self) -> bool:
        """Whether it is the backup of a Mandant, whoever wrote it."""
        tables = {name: [column.name for column in definition.columns] for name, definition in self.definitions.items()}
        return is_mandants(self.dialect, tables)

    def to_result(self) -> dict[str, t.Any]:
        """Return the ``analysis`` that modules give back: no row data, no secret."""
        return {
            "dialect": self.dialect,
            "header": dataclasses.asdict(self.header),
            "file": dataclasses.asdict(self.file),
            "encoding": self.encoding,
            "tables": [dataclasses.asdict(table) for table in self.tables],
            "rows": self.rows,
            "statements": self.statements,
            "db_version": self.db_version,
            "company": self.company,
            "last_document_date": self.last_document_date,
            "head": list(self.head),
            "repairs": [dataclasses.asdict(repair) for repair in self.repairs],
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
        }
