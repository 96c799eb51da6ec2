# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Fingerprints: what a table holds and how it is made, cheap enough to be taken of all of them."""

from __future__ import annotations

import hashlib
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import MALFORMED, ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import (
    FILES_MISSING,
    is_of_the_moment,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import every_row
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    foreign_keys_of,
    observe_triggers,
    tables_with_foreign_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    CHECKSUM_TABLE,
    EVERY_ROW,
    Fingerprint,
    Marker,
)

UNREADABLE = -1
_FILES_BROKEN = frozenset((1033, 1034, 1194, 1195))
# It stands before the first text of the line, which may hold the like.
_COUNTER = re.compile(r"^(\)[^']*?) AUTO_INCREMENT=\d+")
# MySQL renames those that it has named itself with their table, and it names all that a restore makes.
_MYSQLS_CHECK = re.compile(r"^  CONSTRAINT `(?:[^`]|``)+_chk_\d+` (CHECK .*)$")


def definition_hash(shown: str) -> str:
    """Return a hash of SHOW CREATE TABLE without the name, the counter and the foreign keys.

    They change without the table being another: by the swap, by a row that came and went, and the
    foreign keys are compared by themselves.
    """
    lines = [line.rstrip(",") for line in shown.split("\n")[1:] if not line.startswith("  CONSTRAINT `")]
    kept = [_COUNTER.sub(r"\1", line) for line in lines]
    kept += [
        _MYSQLS_CHECK.sub(r"  \1", line.rstrip(","))
        for line in shown.split("\n")
        if line.startswith("  CONSTRAINT `") and " CHECK " in line
    ]
    return _hash("\n".join(kept))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def show_create(session: Session, mandant: str, table: str) -> str:
    """Return the text of SHOW CREATE TABLE; raises Failure for one that is no text."""
    try:
        return str(session.query(f"SHOW CREATE TABLE {quoted(mandant)}.{quoted(table)}")[0][1])
    except ServerError as exc:
        if exc.number != MALFORMED:
            raise
        # MariaDB shows it by its bytes, as it is.
        which = "a table of the backup" if is_shadow(table) else f"the table {printable(table)}"
        raise Failure(
            "server_setting",
            f"{session.where}, {mandant}: what this server says of {which} is no UTF-8, as for a binary column with a "
            "DEFAULT of bytes that are no letters; give the column another one, or none. The Mandant is unchanged",
        ) from None


def live_fingerprints(
    session: Session,
    mandant: str,
    remembered: t.Mapping[str, Fingerprint],
    known: t.Mapping[str, Fingerprint] | None = None,
    names: t.Mapping[str, str] | None = None,
) -> dict[str, Fingerprint]:
    """Return the fingerprints of tables that exist, by the measures by which they are ``remembered``.

    A table that cannot be read has the checksum UNREADABLE. ``known`` are those that need not be asked for, ``names``
    as for as_called_now.
    """
    known = known or {}
    now = {new: old for old, new in (names or {}).items()}
    return {
        table: known[table] if table in known else fingerprint(session, mandant, now.get(table, table), before.measure)
        for table, before in remembered.items()
    }


def fingerprint(session: Session, mandant: str, table: str, measure: str = EVERY_ROW) -> Fingerprint:
    """Return a table's fingerprint; by CHECKSUM TABLE, without a number of rows, where it cannot be by every row."""
    try:
        shown = show_create(session, mandant, table)
    except ServerError as exc:
        if exc.number not in FILES_MISSING | _FILES_BROKEN:
            raise
        return Fingerprint(0, UNREADABLE, "", measure)
    definition = definition_hash(shown)
    if measure == EVERY_ROW:
        try:
            content = every_row(session, mandant, table, shown)
        except ServerError as exc:
            # Measured otherwise, what is there as it was would be taken for another.
            if is_of_the_moment(exc):
                raise
        else:
            return Fingerprint(content.rows, content.checksum, definition, EVERY_ROW)
    value = session.query(f"CHECKSUM TABLE {quoted(mandant)}.{quoted(table)}")[0][1]
    return Fingerprint(0, UNREADABLE if value is None else int(value), definition, CHECKSUM_TABLE)


def live_objects(
    session: Session,
    mandant: str,
    tables: t.Collection[str],
    views: t.Collection[str],
    names: t.Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return hashes of what belongs to tables: ``foreign_keys:TABLE``, ``trigger:NAME`` ...

    ``names`` as for as_called_now; what belongs to tables is told as it will be then.
    """
    names = names or {}
    found: dict[str, str] = {}
    for now in tables_with_foreign_keys(session, mandant):
        table = names.get(now, now)
        if table in tables:
            shown = show_create(session, mandant, now)
            there = [key.called(names) for key in foreign_keys_of(now, shown)]
            keys = sorted(f"{key.name} {key.clause}" for key in there)
            found[f"foreign_keys:{table}"] = _hash("\n".join(keys))
            # A foreign key may bring an index of its own.
            found[f"definition:{table}"] = definition_hash(shown)
    for trigger in (one.called(names) for one in observe_triggers(session, mandant)):
        if trigger.table in tables:
            found[f"trigger:{trigger.name}"] = _hash(f"{trigger.table} {trigger.sql_mode} {trigger.sql}")
    shown_views = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE FROM information_schema.VIEWS"
        " WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    for now, *rest in shown_views:
        view = names.get(now, now)
        if view in views:
            found[f"view:{view}"] = _hash("\n".join(rest))
    found.update(_settings(session, mandant, tables, views, names))
    return found


def objects_after(session: Session, mandant: str, marker: Marker, there: t.Container[str]) -> dict[str, str]:
    """Return the objects of a marker whose swap is done: what stayed has those that were remembered of it."""
    swapped = [name for name in (*marker.tables, *marker.views) if not marker.scope or name in marker.scope]
    tables = {name for name in swapped if name in marker.tables}
    views = [name for name in swapped if name in marker.views and name in there]
    return {**marker.stayed, **live_objects(session, mandant, tables, views)}


def _settings(
    session: Session, mandant: str, tables: t.Collection[str], views: t.Collection[str], names: t.Mapping[str, str]
) -> dict[str, str]:
    """Return hashes of what triggers and views do not say in their texts, and version 1.0.0 did not look at."""
    found: dict[str, str] = {}
    triggers = rows_named(
        session,
        "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_ORDER, CHARACTER_SET_CLIENT,"
        " COLLATION_CONNECTION, DATABASE_COLLATION FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s",
        mandant,
    )
    for name, table, *rest in triggers:
        if names.get(table, table) in tables:
            found[f"trigger_settings:{name}"] = _joined(rest)
    shown = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION"
        " FROM information_schema.VIEWS WHERE TABLE_SCHEMA = %s",
        mandant,
    )
    for now, *rest in shown:
        view = names.get(now, now)
        if view in views:
            found[f"view_settings:{view}"] = _joined([*rest, _algorithm(session, mandant, now)])
    return found


def _algorithm(session: Session, mandant: str, view: str) -> str:
    """Return a view's algorithm, which not every server has in a table."""
    try:
        text = str(session.query(f"SHOW CREATE VIEW {quoted(mandant)}.{quoted(view)}")[0][1])
    except ServerError as exc:
        if is_of_the_moment(exc):
            raise
        return ""
    return text.partition(" DEFINER=")[0]


def _joined(values: t.Iterable[object]) -> str:
    return _hash("\n".join(map(str, values)))
