# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Looking at a server and a Mandant: SELECT and SHOW only, so that not one binary log event comes of it."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_marker, is_ours, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    Server,
    SessionFact,
    TriggerFact,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges, read_grants
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers

_VARIABLES = (
    "version", "version_comment", "max_allowed_packet", "lower_case_table_names", "local_infile", "read_only",
    "super_read_only", "innodb_read_only", "default_storage_engine", "storage_engine", "max_statement_time",
    "innodb_lock_wait_timeout", "max_execution_time",
)  # fmt: skip
_ON = ("ON", "1")


def observe_server(session: Session) -> Server:
    """Return the server, its settings, and what it has to offer for tables."""
    return observe_formats(session, observe_settings(session))


def observe_settings(session: Session) -> Server:
    """Return the server and its settings: all that is needed to find that there is nothing to do."""
    wanted = ", ".join(f"'{name}'" for name in _VARIABLES)
    found = {name.lower(): value for name, value in session.query(f"SHOW VARIABLES WHERE Variable_name IN ({wanted})")}
    mariadb = "mariadb" in (found["version"] + found.get("version_comment", "")).lower()
    return Server(
        where=session.where,
        flavour=ServerFlavour(mariadb=mariadb, version=_version(found["version"])),
        version=found["version"],
        max_allowed_packet=int(found["max_allowed_packet"]),
        lower_case_table_names=int(found["lower_case_table_names"]),
        local_infile=found.get("local_infile") in _ON,
        read_only=any(found.get(name) in _ON for name in ("read_only", "super_read_only", "innodb_read_only"))
        or found.get("read_only", "OFF") not in ("OFF", "0"),
        default_engine=found.get("default_storage_engine") or found.get("storage_engine") or "InnoDB",
        variables=frozenset(found),
    )


def observe_formats(session: Session, server: Server) -> Server:
    """Return the server with its engines, character sets and collations, and the sql_mode of new sessions."""
    engines = session.query("SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')")
    # MariaDB 10.10 and later have collations for all character sets; the third column is their full name.
    collations = session.query("SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY")
    charsets = session.query(
        "SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME, MAXLEN FROM information_schema.CHARACTER_SETS"
    )
    return dataclasses.replace(
        server,
        engines={name.lower(): name for (name,) in engines},
        collations={str(row[2] if len(row) > 2 else row[0]).lower(): str(row[1]).lower() for row in collations},
        charsets={name.lower(): (collation, int(longest)) for name, collation, longest in charsets},
        sql_mode=str(session.value("SELECT @@GLOBAL.sql_mode")),
    )


def _version(text: str) -> tuple[int, int, int]:
    # Old replication clients made MariaDB put 5.5.5- in front.
    numbers = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)", text)
    return (int(numbers[1]), int(numbers[2]), int(numbers[3])) if numbers else (0, 0, 0)


def observe_names(session: Session, server: Server, mandant: str) -> Observed:
    """Return what is needed to know whether anything is to be done: tables and the marker."""
    found = session.query(
        "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
        " WHERE LOWER(SCHEMA_NAME) = LOWER(%s)",
        (mandant,),
    )
    fitting = [row for row in found if server.names.key(row[0]) == server.names.key(mandant)]
    if not fitting:
        spelling = found[0][0] if found else None
        return Observed(server, mandant, exists=False, spelling=spelling, similar=_similar(session, mandant))
    name, charset, collation = fitting[0]
    tables = observe_tables(session, name)
    # A view of this name is somebody else's, and what it runs would run with this account's rights.
    its_marker = next((table for table in tables if is_marker(table) and not tables[table].is_view), None)
    marker, problem = read_marker(session, name, its_marker)
    return Observed(
        server,
        name,
        exists=True,
        charset=charset,
        collation=collation,
        tables=tables,
        marker=marker,
        marker_problem=problem,
    )


def _similar(session: Session, mandant: str) -> tuple[str, ...]:
    """Return the databases that a misspelled name may be meant for, the nearest first."""
    names = {name.lower(): name for (name,) in session.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")}
    # Not above: a Mandant that is there needs no similar ones.
    import difflib

    near = difflib.get_close_matches(mandant.lower(), names, n=3, cutoff=0.75)
    return tuple(names[name] for name in near)


def observe_tables(session: Session, mandant: str) -> dict[str, ExistingTable]:
    """Return the tables and views by name."""
    rows = session.query(
        "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
        (mandant,),
    )
    return {
        name: ExistingTable(name, kind.upper().endswith("VIEW"), engine, collation)
        for name, kind, engine, collation in sorted(rows)
    }


def read_marker(session: Session, mandant: str, table: str | None) -> tuple[markers.Marker | None, str | None]:
    """Return the marker and, when there is one that cannot be understood, why."""
    if table is None:
        return None, None
    try:
        rows = session.query(f"SELECT kind, content FROM {quoted(mandant)}.{quoted(table)}")
        return markers.decode({str(kind): content for kind, content in rows}), None
    except markers.Unreadable as exc:
        return None, str(exc)
    except ServerError as exc:
        if exc.lost:
            raise
        return None, f"the server cannot read it (error {exc.number})"


def observe_sessions(session: Session, mandant: str) -> tuple[SessionFact, ...]:
    """Return the other sessions on the Mandant that this account may see."""
    rows = session.query(
        "SELECT ID, USER, HOST, TIME FROM information_schema.PROCESSLIST"
        " WHERE DB = %s AND ID <> CONNECTION_ID() AND COMMAND NOT IN ('Daemon', 'Binlog Dump') ORDER BY ID",
        (mandant,),
    )
    return tuple(SessionFact(int(number), f"{user}@{host}", int(time or 0)) for number, user, host, time in rows)


def observe_privileges(session: Session, mandant: str, *, ignore_case: bool) -> Privileges:
    """Return what the account may do; rights that come with its roles included."""
    lines = [str(row[0]) for row in session.query("SHOW GRANTS")]
    return read_grants(lines, mandant, ignore_case=ignore_case)


def observe_foreign_keys(session: Session, mandant: str) -> tuple[ForeignKeyFact, ...]:
    """Return the foreign keys inside the Mandant, with their clauses as the server shows them."""
    tables = session.query(
        "SELECT DISTINCT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = %s",
        (mandant,),
    )
    found: list[ForeignKeyFact] = []
    for (table,) in sorted(tables):
        if not is_ours(table):
            shown = session.query(f"SHOW CREATE TABLE {quoted(mandant)}.{quoted(table)}")[0][1]
            found += foreign_keys_of(table, shown)
    return tuple(found)


_CONSTRAINT = re.compile(
    r"^  CONSTRAINT `((?:[^`]|``)+)` (FOREIGN KEY \(.+?\) REFERENCES (?:`(?:[^`]|``)+`\.)?`((?:[^`]|``)+)` .+?),?$",
    re.MULTILINE,
)


def foreign_keys_of(table: str, shown: str) -> list[ForeignKeyFact]:
    """Return the foreign keys in the text of SHOW CREATE TABLE."""
    return [
        ForeignKeyFact(table, name.replace("``", "`"), references.replace("``", "`"), clause)
        for name, clause, references in _CONSTRAINT.findall(shown)
    ]


def observe_referrers(session: Session, mandant: str) -> tuple[str, ...]:
    """Return the tables of other databases whose foreign keys point into the Mandant."""
    rows = session.query(
        "SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE"
        " WHERE REFERENCED_TABLE_SCHEMA = %s AND TABLE_SCHEMA <> %s",
        (mandant, mandant),
    )
    return tuple(sorted(f"{schema}.{table}" for schema, table in rows))


def observe_triggers(session: Session, mandant: str) -> tuple[TriggerFact, ...]:
    """Return the triggers of the Mandant, with the statements that create them again."""
    rows = session.query(
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s"
        " ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER",
        (mandant,),
    )
    return tuple(_trigger(session, mandant, name, table) for name, table in rows)


def _trigger(session: Session, mandant: str, name: str, table: str) -> TriggerFact:
    for row in session.query(f"SHOW CREATE TRIGGER {quoted(mandant)}.{quoted(name)}"):
        return TriggerFact(name, table, row[2], str(row[1]))
    return TriggerFact(name, table, None)


def count_rows(session: Session, mandant: str, names: t.Iterable[str]) -> dict[str, int]:
    """Return the exact numbers of rows."""
    return {name: int(session.value(f"SELECT COUNT(*) FROM {quoted(mandant)}.{quoted(name)}")) for name in names}
