# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The marker as a table of the Mandant: read, written, and made where there is none."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker

_LONGEST_KIND = 32
_THERE_ALREADY = 1062


def read_marker(
    session: Session, mandant: str, table: str | None, *, only_look: bool = False
) -> tuple[markers.Marker | None, str | None]:
    """Return the marker and, when there is one that cannot be understood, why.

    Raises Failure for one of a later version of this collection, unless the run is to ``only_look``.
    """
    if table is None:
        return None, None
    try:
        rows = session.query(f"SELECT kind, content FROM {quoted(mandant)}.{quoted(table)}")
        return markers.decode({str(kind): content for kind, content in rows}), None
    except markers.Unreadable as exc:
        if isinstance(exc, markers.Newer) and not only_look:
            raise newer(session, mandant, exc) from None
        return None, str(exc)
    except ServerError as exc:
        # Not above: most markers can be read.
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_of_the_moment

        # What stands in the way says nothing of the marker.
        if is_of_the_moment(exc):
            raise
        return None, f"the server cannot read it (error {exc.number})"


def newer(session: Session, mandant: str, exc: markers.Newer) -> Failure:
    """Return the Failure of a Mandant in which a later version of this collection has worked."""
    theirs = f"version {printable(exc.version)}" if exc.version else "a later version"
    return Failure(
        "newer_version",
        f"{session.where}, {mandant}: {theirs} of cao.faktura has worked here, and this earlier one does not "
        "understand what it noted about that; update the collection where the playbook runs. Nothing was changed",
    )


def write_marker(session: Session, server: Server, marker: Marker) -> None:
    """Write the marker of the new state under its shadow name; it is also the intent of the swap."""
    create_marker_table(session, server, server.names.shadow_marker)
    if not _put(session, quoted(server.names.shadow_marker), markers.KIND_RESTORE, markers.encode(marker)):
        raise Failure(
            "locked",
            f"{session.where}: another run has put its own marker in the place of this one's over another member of "
            "the cluster: name one server for all, and run again. The Mandant is unchanged",
        )


def _put(session: Session, table: str, kind: str, content: str) -> bool:
    """Write a note; return False where a run over another member of a cluster has written one of its kind before."""
    try:
        session.execute(f"INSERT INTO {table} (kind, content) VALUES (%s, %s)", (kind, content))
    except ServerError as exc:
        if not (exc.shared and exc.number == _THERE_ALREADY):
            raise
        return False
    return True


def create_marker_table(session: Session, server: Server, table: str) -> None:
    """Create a table for notes of ours in the session's database."""
    session.execute(
        f"CREATE TABLE {quoted(table)} (kind VARCHAR({_LONGEST_KIND}) NOT NULL PRIMARY KEY, content LONGTEXT NOT NULL)"
        f" ENGINE={_safest_engine(server)} DEFAULT CHARSET=utf8"
    )


def note_finished(session: Session, mandant: str, table: str, objects: t.Mapping[str, str]) -> None:
    """Note in the marker's ``table`` that nothing is pending any more, and the objects that are there then.

    A run over another member of a cluster may have taken this one for one that was cut off, and have ended its work.
    """
    _put(session, f"{quoted(mandant)}.{quoted(table)}", markers.KIND_FINISHED, markers.encode_objects(objects))


def note_taken_back(session: Session, mandant: str, table: str, restored: Marker) -> None:
    """Note in the marker's ``table`` that a rollback took a restore back before it was finished."""
    session.execute(
        f"INSERT INTO {quoted(mandant)}.{quoted(table)} (kind, content) VALUES (%s, %s)",
        ((markers.KIND_TAKEN_BACK + restored.run)[:_LONGEST_KIND], markers.encode_taken_back(restored)),
    )


def create_stand_in(session: Session, server: Server) -> None:
    """Create an empty table that a way back moves where there is no marker to move; before the intent is written."""
    name, engine = quoted(server.names.shadow(1)), _safest_engine(server)
    # Servers may demand a key of every table.
    session.execute(f"CREATE TABLE {name} (nothing TINYINT NOT NULL PRIMARY KEY) ENGINE={engine}")


def _safest_engine(server: Server) -> str:
    """Return the engine that survives a crash of the server, whatever engine the Mandant's tables have."""
    return next((server.engines[name] for name in ("innodb", "aria") if name in server.engines), "MyISAM")
