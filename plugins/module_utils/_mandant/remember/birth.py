# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The note in a database that no marker tells of: a restore made it and was cut off, or it is being removed.

It is a table like the marker's. A removal begins by giving the marker's table its name: from then on nobody takes what
is left for a Mandant, and the next removal knows what was ours. Before that table is there, a database says by its
comment what it is, where the server takes one: it comes with the database or not at all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server, rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Made, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    create_marker_table,
    newer,
)

KIND_MADE = "made"


@dataclasses.dataclass(frozen=True)
class Birth:
    """The note: what was ``made``, and the marker of what is being removed, if that is what it stands for."""

    made: Made
    removing: Marker | None = None


def note_made(session: Session, server: Server, made: Made) -> None:
    """Note that a restore has made the session's database, which is empty."""
    create_marker_table(session, server, server.names.made)
    sql = f"INSERT INTO {quoted(server.names.made)} (kind, content) VALUES (%s, %s)"
    session.execute(sql, (KIND_MADE, content_of(made)))


def content_of(made: Made) -> str:
    """Return the text of a note."""
    return json.dumps({"format": markers.FORMAT, "made": dataclasses.asdict(made)}, sort_keys=True)


def forget_made(session: Session, server: Server, mandant: str) -> None:
    """Drop the note, now that a marker tells of the Mandant; one that stays harms nobody."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop

    with contextlib.suppress(ServerError):
        drop(session, [server.names.made])
        # What others have written there is theirs.
        if read_comment(session, server, mandant) is not None:
            session.execute(f"ALTER DATABASE {quoted(mandant)} COMMENT ''")


def read_comment(session: Session, server: Server, mandant: str) -> Birth | None:
    """Return the note that a database has in its comment, None where there is none of ours."""
    if not server.flavour.has_comments_of_databases:
        return None
    found = rows_named(
        session, "SELECT SCHEMA_NAME, SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = %s", mandant
    )
    with contextlib.suppress(markers.Newer):
        for (comment,) in found:
            return decode({KIND_MADE: str(comment)}) if comment else None
    return None


def read_birth(session: Session, mandant: str, table: str | None, *, only_look: bool = False) -> Birth | None:
    """Return the note, None where there is none that can be understood: then nothing is known to be ours.

    Raises Failure for one of a later version of this collection, unless the run is to ``only_look``.
    """
    if table is None:
        return None
    try:
        rows = session.query(f"SELECT kind, content FROM {quoted(mandant)}.{quoted(table)}")
        return decode({str(kind): content for kind, content in rows})
    except markers.Newer as exc:
        if not only_look:
            raise newer(session, mandant, exc) from None
        return None
    except ServerError as exc:
        # Not above: most databases have no note.
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_of_the_moment

        if is_of_the_moment(exc):
            raise
        return None


def decode(rows: dict[str, str]) -> Birth | None:
    """Return the note of a table's rows by kind, None when it is anything else; raises Newer."""
    try:
        if KIND_MADE in rows:
            return Birth(markers.decode_made(markers.document(rows[KIND_MADE]).get("made", {})))
        marker = markers.decode(rows)
    except markers.Newer:
        raise
    except (markers.Unreadable, AttributeError):
        return None
    return Birth(marker.made, marker)
