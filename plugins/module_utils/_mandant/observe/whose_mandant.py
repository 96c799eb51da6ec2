# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The few facts that tell whose Mandant it is, of which version and how old (cao-format 6).

They come from whatever tables of these names are there: other programs have a FIRMA too. Views are
never read: one that belongs to somebody else can run functions with the rights of whoever looks.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    DOCUMENT_DATES,
    REGISTRIES,
    TAX_NUMBERS,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    Identity,
)

_LETTERS = 200
_NO_SUCH_COLUMN = 1054
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Facts:
    """Dates as yyyy-mm-dd; a fact that is not there is None, and ``not_seen`` tells what could not be read."""

    db_version: str | None = None
    company: str | None = None
    last_document_date: str | None = None
    last_backup_date: str | None = None
    not_seen: tuple[str, ...] = ()


def observe_facts(session: Session, mandant: str, tables: t.Mapping[str, ExistingTable]) -> Facts:
    """Return the facts of a Mandant with these tables."""
    reader = _Reader(session, mandant, tables)
    registry = next((name for name in REGISTRIES if reader.has(name)), REGISTRIES[0])
    return Facts(
        db_version=reader.registry(registry, "MAIN", "DB_VERSION"),
        company=reader.company(),
        last_document_date=reader.last_document_date(),
        last_backup_date=_date(reader.registry(registry, "MAIN\\SICHERUNG", "LAST_BACKUP")),
        not_seen=tuple(dict.fromkeys(reader.not_seen)),
    )


def live_db_version(session: Session, mandant: str, tables: t.Mapping[str, ExistingTable]) -> str | None:
    """Return REGISTRY's DB_VERSION, None in a Mandant that has no such table or row."""
    reader = _Reader(session, mandant, tables)
    registry = next((name for name in REGISTRIES if reader.has(name)), REGISTRIES[0])
    return reader.registry(registry, "MAIN", "DB_VERSION")


def live_identity(session: Session, mandant: str, tables: t.Mapping[str, ExistingTable]) -> Identity:
    """Return whose Mandant it is and how new its documents are, as far as its tables tell."""
    reader = _Reader(session, mandant, tables)
    numbers = {name: reader.company(name) for name in TAX_NUMBERS}
    return Identity(
        company=reader.company(),
        tax_numbers={name: number for name, number in numbers.items() if number},
        last_document_date=reader.last_document_date(),
    )


class _Reader:
    """Reads single values; what is refused is noted and no reason to stop."""

    def __init__(self, session: Session, mandant: str, tables: t.Mapping[str, ExistingTable]) -> None:
        self._session = session
        self._mandant = mandant
        # Where a server has FIRMA and firma, CAO's is the one in upper case.
        names = sorted((name for name, table in tables.items() if not table.is_view), reverse=True)
        self._names = {name.upper(): tables[name].name for name in names}
        self.not_seen: list[str] = []

    def has(self, table: str) -> bool:
        return table in self._names

    def registry(self, table: str, main_key: str, name: str) -> str | None:
        return self.value(table, "VAL_CHAR", "WHERE MAINKEY = %s AND NAME = %s LIMIT 1", (main_key, name))

    def company(self, column: str = "NAME1") -> str | None:
        """Return the company's name, or what else FIRMA says of it.

        1.5 keeps older rows, and the newest counts (cao-format 6).
        """
        try:
            return self._read("FIRMA", column, "ORDER BY REC_ID DESC LIMIT 1")
        except ServerError as exc:
            if exc.number != _NO_SUCH_COLUMN:
                self._refused("FIRMA", exc)
                return None
        return self.value("FIRMA", column, "LIMIT 1")

    def last_document_date(self) -> str | None:
        """Return the date of the newest document."""
        found = [_date(self._newest(table, column)) for table, column in DOCUMENT_DATES.items()]
        # 1899-12-30 is how CAO writes that there is none.
        return max((date for date in found if date and date >= "1900"), default=None)

    def _newest(self, table: str, column: str) -> str | None:
        try:
            return self._read(table, f"CAST(MAX({column}) AS CHAR)", "")
        except ServerError as exc:
            # Of the journal it is known that it has one.
            if exc.number != _NO_SUCH_COLUMN or table == "JOURNAL":
                self._refused(table, exc)
            return None

    def value(self, table: str, what: str, rest: str = "", args: t.Sequence[object] = ()) -> str | None:
        """Return one value as text fit for a result, None where there is none."""
        try:
            return self._read(table, what, rest, args)
        except ServerError as exc:
            self._refused(table, exc)
            return None

    def _read(self, table: str, what: str, rest: str, args: t.Sequence[object] = ()) -> str | None:
        name = self._names.get(table)
        if name is None:
            return None
        where = f"{quoted(self._mandant)}.{quoted(name)}"
        # However long a hostile value is, only its beginning comes over the line.
        found = self._session.value(f"SELECT LEFT({what}, {_LETTERS}) FROM {where} {rest}", args)
        text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found or "")
        return printable(text.strip()) or None

    def _refused(self, table: str, error: ServerError) -> None:
        if error.lost:
            raise error
        self.not_seen.append(f"{table}: {described(error.number, error.message)}")


def _date(text: str | None) -> str | None:
    """Return a date as yyyy-mm-dd; CAO writes dd.mm.yyyy where it writes a text."""
    german, iso = _GERMAN_DATE.match(text or ""), _ISO_DATE.match(text or "")
    parts = iso.groups() if iso else german.groups()[::-1] if german else None
    if parts is None:
        return None
    try:
        return datetime.date(*map(int, parts)).isoformat()
    except ValueError:
        return None
