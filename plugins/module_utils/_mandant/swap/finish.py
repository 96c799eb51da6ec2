# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What follows the swap: the pending steps of a marker, each safe to be done again."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_trigger
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import live_objects
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import note_finished


def finish(
    session: Session, mandant: str, table: str, marker: Marker, *, created: t.Callable[[], None] | None = None
) -> Marker:
    """Do what is pending, note in the marker's ``table`` that nothing is any more, return the marker.

    ``created`` is called when all that users miss is there again. Raises Failure statement_failed; what is
    left is done by the next run.
    """
    told = False
    for step in marker.pending:
        if step.do.startswith("drop_") and step.names and not told:
            told = True
            if created is not None:
                created()
        _do(session, mandant, step)
    if created is not None and not told:
        created()
    return _note_finished(session, mandant, table, marker)


def _note_finished(session: Session, mandant: str, table: str, marker: Marker) -> Marker:
    there = observe_tables(session, mandant)
    objects = live_objects(session, mandant, set(marker.tables), [view for view in marker.views if view in there])
    note_finished(session, mandant, table, objects)
    return dataclasses.replace(marker, objects=objects)


def _do(session: Session, mandant: str, step: Step) -> None:
    try:
        _ACTIONS[step.do](session, mandant, step)
    except ServerError as exc:
        what = f"{step.do.replace('_', ' ')} {step.name or ', '.join(step.names[:3])}"
        where = f"{session.where}, {mandant}"
        doing = f"finishing: {what}. The Mandant has its new content; the next run does what is left"
        raise failure_of(exc, where=where, doing=doing) from None


def _drop_foreign_key(session: Session, mandant: str, step: Step) -> None:
    if _has_foreign_key(session, mandant, step):
        session.execute(f"ALTER TABLE {quoted(step.table)} DROP FOREIGN KEY {quoted(step.name)}")


def _add_foreign_key(session: Session, mandant: str, step: Step) -> None:
    if not _has_foreign_key(session, mandant, step):
        session.execute(f"ALTER TABLE {quoted(step.table)} {step.sql}")


def _has_foreign_key(session: Session, mandant: str, step: Step) -> bool:
    found = session.value(
        "SELECT COUNT(*) FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = %s"
        " AND TABLE_NAME = %s AND CONSTRAINT_NAME = %s",
        (mandant, step.table, step.name),
    )
    return bool(found)


def _trigger_table(session: Session, mandant: str, step: Step) -> str | None:
    table = session.value(
        "SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s AND TRIGGER_NAME = %s",
        (mandant, step.name),
    )
    return None if table is None else str(table)


def _drop_trigger(session: Session, mandant: str, step: Step) -> None:
    if _trigger_table(session, mandant, step) == step.table:
        session.execute(f"DROP TRIGGER {quoted(step.name)}")


def _create_trigger(session: Session, mandant: str, step: Step) -> None:
    if _trigger_table(session, mandant, step) != step.table:
        with for_trigger(session, step.sql_mode):
            session.execute(step.sql)


def _create_view(session: Session, mandant: str, step: Step) -> None:
    found = session.value(
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s",
        (mandant, step.name),
    )
    if not found:
        session.execute(step.sql)


def _drop_tables(session: Session, _mandant: str, step: Step) -> None:
    drop(session, step.names)


def _drop_views(session: Session, _mandant: str, step: Step) -> None:
    drop_views(session, step.names)


_ACTIONS: t.Mapping[str, t.Callable[[Session, str, Step], None]] = {
    "add_foreign_key": _add_foreign_key,
    "create_trigger": _create_trigger,
    "create_view": _create_view,
    "drop_foreign_key": _drop_foreign_key,
    "drop_tables": _drop_tables,
    "drop_trigger": _drop_trigger,
    "drop_views": _drop_views,
}
