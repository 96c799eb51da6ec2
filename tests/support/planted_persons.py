# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mandant with a mark of its own in every text of every table, and in tables that nobody has described."""

from __future__ import annotations

import datetime
import itertools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import BackupColumn, BackupKey, BackupTable, Cell, Row, write_backup
from demo.schema import Shape, tables

MARK = re.compile(rb"ZQ[0-9]{4}")
WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)
# Tables of rows as big as these have no names beyond the sixth letter.
_MARK_LETTERS = 6
_NUMBERS = (1, 2, 20001)
_TEXT = re.compile(r"(?:char|varchar)\((\d+)\)|(?:tiny|medium|long)?(?:text|blob)", re.IGNORECASE)
_INTEGER = re.compile(r"(?:tiny|small|medium|big)?int", re.IGNORECASE)

_PK = (BackupKey("PRIMARY KEY", ("ID",)),)
# Of 1.5, and of other programs: known by how their columns are named.
STRANGE = (
    BackupTable("ADRESSEN_LOG", (BackupColumn("ID", "int(11)", nullable=False), BackupColumn("ALT", "text")), _PK),
    BackupTable(
        "EKEINGANG",
        tuple(
            BackupColumn(name, "varchar(40)") for name in ("BELEGNUM", "KUN_NAME1", "LIEF_STRASSE", "KUN_EMAIL", "XY")
        ),
    ),
    BackupTable(
        "XT_KUNDEN",
        (
            BackupColumn("ID", "int(11)", nullable=False),
            *(
                BackupColumn(name, "varchar(60)")
                for name in (
                    "NACHNAME",
                    "VORNAME",
                    "Telefon_Privat",
                    "HANDY",
                    "E_MAIL",
                    "IBAN",
                    "GEAEND_NAME",
                    "UID",
                    "FARBE",
                )
            ),
        ),
        (*_PK, BackupKey("UNIQUE KEY", ("E_MAIL",), "MAIL")),
    ),
    BackupTable(
        "XT_ABOS",
        (BackupColumn("EMAIL", "varchar(60)", nullable=False), BackupColumn("ART", "varchar(20)")),
        (BackupKey("PRIMARY KEY", ("EMAIL",)),),
    ),
)


class PlantedPersons:
    """Marks by where they were planted, ``TABLE.COLUMN``."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.places: dict[bytes, str] = {}

    def backup(self, *names: str) -> bytes:
        """Return the backup, of all tables or of some."""
        wanted = [table for table in (*tables().values(), *STRANGE) if not names or table.name in names]
        found = [(table, list(self._rows(table))) for table in wanted]
        found.sort(key=lambda one: one[0].name)
        return b"".join(write_backup(BackupHeader("Kräuterhof", WHEN), found))

    def left_in(self, content: bytes) -> set[str]:
        """Return the places whose marks are in bytes."""
        return {self.places[mark] for mark in MARK.findall(content) if mark in self.places}

    def _rows(self, table: BackupTable) -> t.Iterator[Row]:
        known = table.name in tables()
        for number in _NUMBERS:
            defaults: list[Cell] = list(Shape(table.name).row()) if known else [None] * len(table.columns)
            yield [self._cell(table, column, default, number) for column, default in zip(table.columns, defaults)]

    def _cell(self, table: BackupTable, column: BackupColumn, default: Cell, number: int) -> Cell:
        text = _TEXT.match(column.type_text)
        if text is not None and not (text[1] and int(text[1]) < _MARK_LETTERS):
            mark = f"ZQ{next(self._numbers):04d}"
            self.places[mark.encode()] = f"{table.name}.{column.name}"
            if table.name in ("REGISTRY",) and column.name == "MAINKEY":
                return f"USERSETTINGS\\{mark}" if number == 1 else f"MAIN\\{mark}"
            return mark.encode() if "blob" in column.type_text.lower() else mark
        in_key = any(column.name in key.columns for key in table.keys)
        if text is not None and in_key:
            return "ABC"[_NUMBERS.index(number)]
        if _INTEGER.match(column.type_text) and (in_key or column.name.endswith("_ID")):
            small = column.type_text.startswith(("tiny", "small"))
            return _NUMBERS.index(number) + 1 if small else number
        if column.name in ("GEBDATUM", "KUN_GEBDATUM", "BIRTHDATE"):
            return "1961-04-17"
        return default
