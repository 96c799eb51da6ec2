# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Fingerprints: what a table holds and how it is made, cheap enough to be taken of all of them."""

from __future__ import annotations

import contextlib
import hashlib
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    foreign_keys_of,
    observe_triggers,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint

_COUNTER = re.compile(r" AUTO_INCREMENT=\d+")


def definition_hash(shown: str) -> str:
    """Return a hash of SHOW CREATE TABLE without the name, the counter and the foreign keys.

    They change without the table being another: by the swap, by a row that came and went, and the
    foreign keys are compared by themselves.
    """
    lines = [line.rstrip(",") for line in shown.split("\n")[1:] if not line.startswith("  CONSTRAINT `")]
    kept = [_COUNTER.sub("", line) if line.startswith(") ") else line for line in lines]
    kept += [line.rstrip(",") for line in shown.split("\n") if line.startswith("  CONSTRAINT `") and " CHECK " in line]
    return _hash("\n".join(kept))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def show_create(session: Session, mandant: str, table: str) -> str:
    """Return the text of SHOW CREATE TABLE."""
    return str(session.query(f"SHOW CREATE TABLE {quoted(mandant)}.{quoted(table)}")[0][1])


def checksums(session: Session, mandant: str, tables: t.Sequence[str]) -> dict[str, int | None]:
    """Return CHECKSUM TABLE by table; None where the server cannot read the table."""
    if not tables:
        return {}
    rows = session.query(_checksum_statement(mandant, tables))
    return dict(zip(tables, (None if value is None else int(value) for _name, value in rows)))


def checksums_during(
    session: Session, mandant: str, tables: t.Sequence[str], work: t.Callable[[], object]
) -> dict[str, int]:
    """Return CHECKSUM TABLE by table, which the server finds out while ``work`` is done here.

    A table that it could not tell about is missing.
    """
    if not tables:
        work()
        return {}
    session.send(_checksum_statement(mandant, tables).encode())
    try:
        work()
    except Failure:
        # Nothing of this is left on the server when the failure is told.
        with contextlib.suppress(ServerError):
            session.receive_rows()
        raise
    try:
        rows = session.receive_rows()
    except ServerError as exc:
        if exc.lost:
            raise
        return {}
    return {table: int(value) for table, (_name, value) in zip(tables, rows) if value is not None}


def _checksum_statement(mandant: str, tables: t.Sequence[str]) -> str:
    return "CHECKSUM TABLE " + ", ".join(f"{quoted(mandant)}.{quoted(table)}" for table in tables)


def live_fingerprints(
    session: Session, mandant: str, tables: t.Sequence[str], known: t.Mapping[str, int] | None = None
) -> dict[str, Fingerprint]:
    """Return the fingerprints of tables that exist; a table that cannot be read has the checksum -1.

    ``known`` has the checksums that need not be asked for.
    """
    known = known or {}
    sums = {**known, **checksums(session, mandant, [table for table in tables if table not in known])}
    found = {}
    for table in tables:
        value = sums[table]
        definition = definition_hash(show_create(session, mandant, table))
        found[table] = Fingerprint(rows=0, checksum=-1 if value is None else value, definition=definition)
    return found


def live_objects(session: Session, mandant: str, tables: t.Collection[str], views: t.Collection[str]) -> dict[str, str]:
    """Return hashes of what belongs to tables: ``foreign_keys:TABLE``, ``trigger:NAME`` ..."""
    found: dict[str, str] = {}
    rows = session.query(
        "SELECT DISTINCT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = %s",
        (mandant,),
    )
    for (table,) in sorted(rows):
        if table in tables:
            shown = show_create(session, mandant, table)
            keys = sorted(f"{key.name} {key.clause}" for key in foreign_keys_of(table, shown))
            found[f"foreign_keys:{table}"] = _hash("\n".join(keys))
            # A foreign key may bring an index of its own.
            found[f"definition:{table}"] = definition_hash(shown)
    for trigger in observe_triggers(session, mandant):
        if trigger.table in tables:
            found[f"trigger:{trigger.name}"] = _hash(f"{trigger.table} {trigger.sql_mode} {trigger.sql}")
    shown_views = session.query(
        "SELECT TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE FROM information_schema.VIEWS"
        " WHERE TABLE_SCHEMA = %s",
        (mandant,),
    )
    found.update({f"view:{view}": _hash("\n".join(rest)) for view, *rest in shown_views if view in views})
    return found
