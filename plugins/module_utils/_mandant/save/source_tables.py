# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a backup reads of a Mandant: its tables with their columns, and what it leaves out as CAO does."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import STATIC, is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import Definition, read_definition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import show_create

# How the values of a column are written: as texts, in hexadecimal digits, as the number that each is stored as, or as
# texts with one that stands for an ENUM's empty value.
Spelled = t.Literal["text", "digits", "number", "nothing"]

_Row = tuple[str, str, t.Optional[str], int]
# A table is not there any more, not as it was, or not among those that are locked.
CHANGED_ERRORS = (1100, 1146, 1356, 1412)
_TRANSACTIONAL = ("innodb", "rocksdb")
_OTHERS = (
    ("triggers", "SELECT TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s"),
    ("routines", "SELECT ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %s"),
    ("events", "SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %s"),
)


@dataclasses.dataclass(frozen=True)
class SourceColumn:
    """A column; ``charset`` of texts, ``octets`` the most bytes of texts and binaries, ``scale`` of numbers.

    ``precision`` is all digits of a number, ``type_sql`` the type as it is defined.
    """

    name: str
    type_name: str
    nullable: bool
    charset: str | None
    octets: int | None
    scale: int | None
    extra: str
    precision: int | None = None
    type_sql: str = ""
    spelled: Spelled = "text"
    collation: str | None = None

    @property
    def generated(self) -> bool:
        """Whether the server computes it; MySQL says DEFAULT_GENERATED of something else."""
        return any(word in ("VIRTUAL", "PERSISTENT", "STORED") for word in self.extra.upper().split())

    @property
    def invisible(self) -> bool:
        return "INVISIBLE" in self.extra.upper()


@dataclasses.dataclass(frozen=True)
class SourceTable:
    """A table to be saved; ``data_bytes`` is the server's estimate."""

    name: str
    engine: str
    data_bytes: int
    columns: tuple[SourceColumn, ...]
    definition: Definition

    @property
    def transactional(self) -> bool:
        """Whether a snapshot shows it unchanged; any other table has to be locked."""
        return self.engine.lower() in _TRANSACTIONAL

    @property
    def static(self) -> bool:
        return self.name.upper() in STATIC

    @property
    def written_columns(self) -> tuple[SourceColumn, ...]:
        """The columns whose values are written."""
        return tuple(column for column in self.columns if not column.generated)

    @property
    def named_columns(self) -> tuple[str, ...]:
        """The names an INSERT has to give, none where all columns stand in their order."""
        special = any(column.generated or column.invisible for column in self.columns)
        return tuple(column.name for column in self.written_columns) if special else ()


@dataclasses.dataclass(frozen=True)
class Source:
    """What a Mandant has: ``tables`` in CAO's order, by name, and the names of what is ``left_out`` by kind."""

    tables: tuple[SourceTable, ...]
    left_out: dict[str, list[str]]

    @property
    def kinds(self) -> dict[str, bool]:
        """What has to be held, and how: a table that is transactional, and one that is not."""
        return {table.name: table.transactional for table in self.tables}


def observe_source(session: Session, mandant: str, generation_before: t.Mapping[str, str] | None = None) -> Source:
    """Return what is there by now.

    Of the ``generation_before`` these tables only, under the names that they have in use.
    """
    rows = _tables(session, mandant)
    columns = observe_source_columns(session, mandant)
    if generation_before is not None:
        return Source(_tables_before(session, mandant, rows, columns, generation_before), {})
    tables = []
    left_out: dict[str, list[str]] = {"views": [], "sequences": []}
    for name, kind, engine, data_bytes in sorted(rows, key=lambda row: (row[0].upper(), row[0])):
        if is_generation_before(name):
            continue
        other = {"VIEW": "views", "SYSTEM VIEW": "views", "SEQUENCE": "sequences"}.get(kind.upper())
        if other:
            left_out[other].append(name)
            continue
        definition = read_definition(name, _shown(session, mandant, name))
        tables.append(SourceTable(name, engine or "", data_bytes, tuple(columns.get(name, ())), definition))
    left_out.update({kind: _names(session, sql, mandant) for kind, sql in _OTHERS})
    return Source(tuple(tables), {kind: names for kind, names in left_out.items() if names})


def _tables(session: Session, mandant: str) -> list[_Row]:
    """Return what there is: its name, kind, engine, and the server's estimate of its bytes."""
    kinds = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    # For its size a server opens a table, and what it cannot open is none but a table to some, be it a view.
    sizes: dict[str, t.Any] = dict(
        rows_named(
            session,
            "SELECT TABLE_SCHEMA, TABLE_NAME, DATA_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
            mandant,
        )
    )
    return [(name, kind, engine, int(sizes.get(name) or 0)) for name, kind, engine in kinds]


def _shown(session: Session, mandant: str, table: str) -> str:
    """Return the definition of a table; raises Failure for one that the server cannot open, with its name.

    What others do with it meanwhile is a ServerError: a later look may find it at rest.
    """
    try:
        return show_create(session, mandant, table)
    except ServerError as exc:
        if exc.number in (*LOCK_ERRORS, *CHANGED_ERRORS):
            raise
        doing = f"reading the definition of the table {printable(table)}"
        raise failure_of(exc, where=f"{session.where}, {mandant}", doing=doing) from None


def _tables_before(
    session: Session,
    mandant: str,
    rows: t.Sequence[_Row],
    columns: t.Mapping[str, t.Sequence[SourceColumn]],
    real_names: t.Mapping[str, str],
) -> tuple[SourceTable, ...]:
    found = []
    for name, _kind, engine, data_bytes in rows:
        if name in real_names:
            definition = read_definition(real_names[name], _shown(session, mandant, name))
            keys = tuple(_under_real_names(key, real_names) for key in definition.foreign_keys)
            definition = dataclasses.replace(definition, foreign_keys=keys)
            found.append(SourceTable(name, engine or "", data_bytes, tuple(columns.get(name, ())), definition))
    return tuple(sorted(found, key=lambda table: (table.definition.name.upper(), table.definition.name)))


def _under_real_names(foreign_key: str, real_names: t.Mapping[str, str]) -> str:
    for name, real in real_names.items():
        foreign_key = foreign_key.replace(f" REFERENCES {quoted(name)} ", f" REFERENCES {quoted(real)} ")
    return foreign_key


def observe_source_columns(session: Session, mandant: str) -> dict[str, list[SourceColumn]]:
    """Return the columns of each table and view, in their order."""
    rows = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, IS_NULLABLE, CHARACTER_SET_NAME,"
        " CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, COLUMN_TYPE, EXTRA, COLLATION_NAME"
        " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, ORDINAL_POSITION",
        mandant,
    )
    found: dict[str, list[SourceColumn]] = {}
    for table, name, type_name, nullable, charset, octets, precision, scale, type_sql, extra, collation in rows:
        column = SourceColumn(
            name=name,
            type_name=_text(type_name).lower(),
            nullable=nullable == "YES",
            charset=charset,
            octets=None if octets is None else int(octets),
            scale=None if scale is None else int(scale),
            extra=_text(extra),
            precision=None if precision is None else int(precision),
            type_sql=_text(type_sql),
            collation=collation,
        )
        found.setdefault(table, []).append(column)
    return found


def _text(value: t.Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _names(session: Session, sql: str, mandant: str) -> list[str]:
    try:
        return sorted(str(name) for (name,) in rows_named(session, sql, mandant))
    except ServerError as exc:
        # The server's own tables about these may be of another version.
        if exc.lost:
            raise
        return []
