# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Looking at a server and a Mandant: SELECT and SHOW only, so that not one binary log event comes of it."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server, rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    is_made,
    is_marker,
    is_ours,
    lowered,
    quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
    first_table,
    pointed_to,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges, read_grants
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import read_birth, read_comment
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker


def observe_names(session: Session, server: Server, mandant: str, *, only_look: bool = False) -> Observed:
    """Return what is needed to know whether anything is to be done: tables and the marker.

    Raises Failure where a later version of this collection has noted something, unless the run is to ``only_look``.
    """
    found = session.query(
        "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
        " WHERE LOWER(SCHEMA_NAME) = LOWER(%s)",
        (mandant,),
    )
    fitting = [row for row in found if server.names.key(row[0]) == server.names.key(mandant)]
    if not fitting:
        spelling = next((name for name, *_rest in found if lowered(name) == lowered(mandant)), None)
        return Observed(server, mandant, exists=False, spelling=spelling, similar=_similar(session, mandant))
    name, charset, collation = fitting[0]
    tables = observe_tables(session, name)
    marker, problem = read_marker(session, name, first_table(tables, is_marker), only_look=only_look)
    note = first_table(tables, is_made)
    return Observed(
        server,
        name,
        exists=True,
        charset=charset,
        collation=collation,
        tables=tables,
        marker=marker,
        marker_problem=problem,
        birth=read_birth(session, name, note, only_look=only_look) if tables else read_comment(session, server, name),
    )


def _similar(session: Session, mandant: str) -> tuple[str, ...]:
    """Return the databases that a misspelled name may be meant for, the nearest first."""
    names: dict[str, list[str]] = {}
    for (name,) in session.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"):
        names.setdefault(name.lower(), []).append(name)
    # Not above: a Mandant that is there needs no similar ones.
    import difflib

    near = difflib.get_close_matches(mandant.lower(), names, n=3, cutoff=0.75)
    return tuple(name for lower in near for name in sorted(names[lower]))


def is_read_only(session: Session, server: Server, mandant: str) -> bool:
    """Whether an administrator has made the database one that nobody may write to."""
    if not server.flavour.has_read_only_databases:
        return False
    rows = rows_named(
        session,
        "SELECT SCHEMA_NAME, OPTIONS FROM information_schema.SCHEMATA_EXTENSIONS WHERE SCHEMA_NAME = %s",
        mandant,
    )
    return any("READ ONLY=1" in str(options) for (options,) in rows)


def observe_tables(session: Session, mandant: str) -> dict[str, ExistingTable]:
    """Return the tables and views by name."""
    rows = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION FROM information_schema.TABLES"
        " WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    return {
        name: ExistingTable(name, kind.upper().endswith("VIEW"), engine, collation)
        for name, kind, engine, collation in sorted(rows)
    }


# The option stands in the message, and no other word of it is looked at.
_OPTION_FORBIDS = 1290
_WITHOUT_GRANTS = "--skip-grant-tables"


def observe_privileges(session: Session, mandant: str, *, ignore_case: bool) -> Privileges:
    """Return what the account may do; rights that come with its roles included."""
    try:
        lines = [str(row[0]) for row in session.query("SHOW GRANTS")]
    except ServerError as exc:
        if not (exc.number == _OPTION_FORBIDS and _WITHOUT_GRANTS in exc.message):
            raise
        # Everybody may do everything there.
        lines = ["GRANT ALL PRIVILEGES ON *.* TO `` WITH GRANT OPTION"]
    return read_grants(lines, mandant, ignore_case=ignore_case)


def observe_foreign_keys(
    session: Session, mandant: str, names: t.Mapping[str, str] | None = None
) -> tuple[ForeignKeyFact, ...]:
    """Return the foreign keys inside the Mandant, with their clauses as the server shows them.

    ``names`` as for as_called_now.
    """
    found: list[ForeignKeyFact] = []
    for table in tables_with_foreign_keys(session, mandant):
        if not is_ours((names or {}).get(table, table)):
            shown = session.query(f"SHOW CREATE TABLE {quoted(mandant)}.{quoted(table)}")[0][1]
            found += foreign_keys_of(table, shown)
    return tuple(found)


def tables_with_foreign_keys(session: Session, mandant: str) -> list[str]:
    """Return the tables of the Mandant that have foreign keys."""
    rows = rows_named(
        session,
        "SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = %s",
        mandant,
    )
    return sorted({table for (table,) in rows})


_CONSTRAINT = re.compile(
    r"^  CONSTRAINT `((?:[^`]|``)+)` (FOREIGN KEY \(.+?\) REFERENCES (?:`((?:[^`]|``)+)`\.)?`((?:[^`]|``)+)` .+?),?$",
    re.MULTILINE,
)


def foreign_keys_of(table: str, shown: str) -> list[ForeignKeyFact]:
    """Return the foreign keys in the text of SHOW CREATE TABLE."""
    return [
        ForeignKeyFact(table, name.replace("``", "`"), pointed_to(database, references), clause)
        for name, clause, database, references in _CONSTRAINT.findall(shown)
    ]


def observe_referrers(session: Session, mandant: str) -> dict[str, tuple[str, ...]]:
    """Return the tables of other databases whose foreign keys point into the Mandant, by the tables they point to."""
    rows = rows_named(
        session,
        "SELECT REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, TABLE_SCHEMA, TABLE_NAME"
        " FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = %s",
        mandant,
    )
    found: dict[str, set[str]] = {}
    for own, schema, table in rows:
        if schema != mandant:
            found.setdefault(own, set()).add(f"{schema}.{table}")
    return {own: tuple(sorted(tables)) for own, tables in sorted(found.items())}


def observe_triggers(session: Session, mandant: str) -> tuple[TriggerFact, ...]:
    """Return the triggers of the Mandant, with the statements that create them again."""
    rows = rows_named(
        session,
        "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
        " WHERE TRIGGER_SCHEMA = %s ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER",
        mandant,
    )
    return tuple(_trigger(session, mandant, name, table) for name, table in rows)


def _trigger(session: Session, mandant: str, name: str, table: str) -> TriggerFact:
    try:
        for row in session.query(f"SHOW CREATE TRIGGER {quoted(mandant)}.{quoted(name)}"):
            return TriggerFact(name, table, row[2], str(row[1]), str(row[4]))
    except ServerError as exc:
        # Not above: most runs find nothing to do, and look at no trigger.
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_not_allowed

        # MariaDB 10.11 tells the names of triggers to whoever may write to their tables.
        if not is_not_allowed(exc):
            raise
    return TriggerFact(name, table, None)


def observe_views(session: Session, mandant: str) -> dict[str, str]:
    """Return the texts of the views, empty where the account may not see them."""
    rows = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    return {name: str(text or "") for name, text in rows}


def observe_columns(session: Session, mandant: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table and view."""
    rows = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return {table: tuple(columns) for table, columns in found.items()}


def observe_programs(session: Session, mandant: str) -> list[str]:
    """Return the routines and events of a database, as far as the account may see them."""
    routines = rows_named(
        session,
        "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %s",
        mandant,
    )
    events = rows_named(
        session, "SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %s", mandant
    )
    return [*sorted(f"{str(kind).lower()} {name}" for name, kind in routines), *sorted(f"event {n}" for (n,) in events)]


def readable_rows(session: Session, mandant: str, name: str) -> int | None:
    """Return the exact number of rows, None of a table that cannot be read."""
    try:
        return count_rows(session, mandant, [name])[name]
    except ServerError as exc:
        if exc.lost:
            raise
        return None


def count_rows(session: Session, mandant: str, names: t.Iterable[str]) -> dict[str, int]:
    """Return the exact numbers of rows."""
    return {name: int(session.value(f"SELECT COUNT(*) FROM {quoted(mandant)}.{quoted(name)}")) for name in names}


def keys_between_databases(session: Session) -> bool:
    """Whether a foreign key of any database may point into another one.

    It is asked before observe_referrers(), for which MariaDB, and MySQL before 8.0, open each table that the server
    has: seconds, where many Mandanten share it. Where the account may not ask, there may be one.
    """
    where, to = (f"BINARY SUBSTRING_INDEX({name}, '/', 1)" for name in ("FOR_NAME", "REF_NAME"))
    try:
        return bool(session.query(f"SELECT 1 FROM information_schema.INNODB_SYS_FOREIGN WHERE {where} <> {to} LIMIT 1"))
    except ServerError as exc:
        if exc.lost:
            raise
        return True
