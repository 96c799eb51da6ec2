# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What follows the swap: the pending steps of a marker, each safe to be done again."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import (
    for_texts,
    for_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import objects_after
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import note_finished
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.to_disk import bring_to_disk

_DEFINER = re.compile(r"^CREATE\s+DEFINER\s*=\s*`(?:[^`]|``)*`@`(?:[^`]|``)*`\s+")
_NOT_ALLOWED = 1227
# A file has such a name as it stands.
_TO_A_PLAIN_NAME = re.compile(r" REFERENCES `[0-9A-Za-z_]+` \(")


def finish(
    session: Session, mandant: str, table: str, marker: Marker, *, created: t.Callable[[], None] | None = None
) -> Marker:
    """Do what is pending, note in the marker's ``table`` that nothing is any more, return the marker.

    ``created`` is called when all that users miss is there again. Nothing is dropped here: as long as it is not noted,
    everything can be taken back. Raises Failure.
    """
    for step in marker.pending:
        if not is_drop(step):
            do(session, mandant, step)
    if created is not None:
        created()
    try:
        return _note_finished(session, mandant, table, marker)
    except ServerError as exc:
        raise failure_of(exc, where=f"{session.where}, {mandant}", doing="noting that the new state is whole") from None


def drop_what_went(session: Session, mandant: str, marker: Marker) -> list[str]:
    """Drop the generations that have gone, whose successor is finished; return warnings.

    What cannot be dropped now stays until the next run: the Mandant is right without that.
    """
    drops = [step for step in marker.pending if is_drop(step)]
    try:
        try:
            if drops:
                there = observe_tables(session, mandant)
                bring_to_disk(session, [there.get(name) for name in marker.tables])
            for step in drops:
                do(session, mandant, step)
        except ServerError as exc:
            raise failure_of(exc, where=f"{session.where}, {mandant}", doing="dropping what has gone") from None
    except Failure as failure:
        if failure.error == "connection_failed":
            raise
        return [f"{failure.msg}. The Mandant is whole; the next run drops what is left"]
    return []


def is_drop(step: Step) -> bool:
    """Whether a step drops tables or views of a generation that has gone."""
    return step.do in ("drop_tables", "drop_views")


def _note_finished(session: Session, mandant: str, table: str, marker: Marker) -> Marker:
    there = observe_tables(session, mandant)
    objects = objects_after(session, mandant, marker, there)
    note_finished(session, mandant, table, objects)
    return dataclasses.replace(marker, objects=objects)


def do(session: Session, mandant: str, step: Step) -> None:
    """Do one step, which looks before it acts; raises Failure."""
    try:
        _ACTIONS[step.do](session, mandant, step)
    except ServerError as exc:
        what = f"{step.do.replace('_', ' ')} {step.name or ', '.join(step.names[:3])}"
        where = f"{session.where}, {mandant}"
        raise failure_of(exc, where=where, doing=f"finishing: {what}") from None


def _drop_foreign_key(session: Session, mandant: str, step: Step) -> None:
    references = _referenced_by(session, mandant, step)
    if references is not None and references not in step.names:
        session.execute(f"ALTER TABLE {quoted(step.table)} DROP FOREIGN KEY {quoted(step.name)}")


def _add_foreign_key(session: Session, mandant: str, step: Step) -> None:
    if _referenced_by(session, mandant, step) is None:
        session.execute(f"ALTER TABLE {quoted(step.table)} {step.sql}{_way(session, step.sql)}")


def _way(session: Session, clause: str) -> str:
    """Return how a foreign key has to be added so that its parent holds it, too."""
    if _TO_A_PLAIN_NAME.search(clause):
        return ""
    flavour = ServerFlavour.of(str(session.value("SELECT VERSION()")))
    return "" if flavour.notes_names_as_files else ", ALGORITHM=COPY"


def _referenced_by(session: Session, mandant: str, step: Step) -> str | None:
    """Return the table that a foreign key points to; None where it is not there."""
    found = rows_named(
        session,
        "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME"
        " FROM information_schema.REFERENTIAL_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = %s AND TABLE_NAME = %s AND CONSTRAINT_NAME = %s",
        mandant,
        step.table,
        step.name,
    )
    return str(found[0][0]) if found else None


def _trigger_table(session: Session, mandant: str, step: Step) -> str | None:
    found = rows_named(
        session,
        "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
        " WHERE TRIGGER_SCHEMA = %s AND TRIGGER_NAME = %s",
        mandant,
        step.name,
    )
    return str(found[0][0]) if found else None


def _drop_trigger(session: Session, mandant: str, step: Step) -> None:
    if _trigger_table(session, mandant, step) == step.table:
        session.execute(f"DROP TRIGGER {quoted(step.name)}")


def _create_trigger(session: Session, mandant: str, step: Step) -> None:
    if _trigger_table(session, mandant, step) == step.table:
        return
    with for_trigger(session, step.sql_mode, step.collation):
        try:
            session.execute(step.sql)
        except ServerError as exc:
            own = _DEFINER.sub("CREATE ", step.sql)
            if exc.number != _NOT_ALLOWED or own == step.sql:
                raise
            # Only an administrator makes one that runs as another account: it is not lost for that.
            session.execute(own)


def _create_view(session: Session, mandant: str, step: Step) -> None:
    found = rows_named(
        session,
        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s"
        " AND TABLE_TYPE LIKE '%%VIEW'",
        mandant,
        step.name,
    )
    if not found:
        with for_texts(session, step.collation):
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
