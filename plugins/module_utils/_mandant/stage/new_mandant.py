# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A Mandant that is missing, made with the note that it is ours."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import use
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_made, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    observe_programs,
    observe_tables,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.new_marker import made_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.database_format import (
    of_new_database,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import content_of, note_made

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


def create_database(
    session: Session, mandant: str, charset: str, collation: str | None, comment: str | None = None
) -> None:
    """Create a Mandant that is missing."""
    collate = f" COLLATE {collation}" if collation else ""
    said = ("", ()) if comment is None else (" COMMENT %s", (comment,))
    session.execute(f"CREATE DATABASE {quoted(mandant)} CHARACTER SET {charset}{collate}{said[0]}", said[1])


def create_mandant(session: Session, observed: Observed, wanted: Wanted, analysis: Analysis) -> None:
    """Create a Mandant that is missing, with the note that it is ours: a run that is killed leaves no marker."""
    made = made_by(wanted, observed)
    comment = content_of(made) if observed.server.flavour.has_comments_of_databases else None
    create_database(session, observed.mandant, *of_new_database(wanted, analysis, observed.server), comment)
    try:
        use(session, observed.mandant)
        note_made(session, observed.server, made)
    except BaseException:
        with contextlib.suppress(ServerError):
            drop_what_holds_nothing(session, observed.mandant)
        raise


def drop_what_holds_nothing(session: Session, mandant: str) -> None:
    """Drop a database that this run has made, unless others have put something into it meanwhile."""
    there = any(not is_made(name) for name in observe_tables(session, mandant)) or observe_programs(session, mandant)
    if not there:
        session.execute(f"DROP DATABASE IF EXISTS {quoted(mandant)}")
