# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A place for temporary tables, which no other session sees and no binary log gets to know."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed

_ELSEWHERE = "information_schema"
# Nobody makes a table there.
_NEVER = frozenset((_ELSEWHERE, "performance_schema"))
_TRIED_AT_MOST = 10


@contextlib.contextmanager
def place_alone(session: Session, observed: Observed) -> t.Iterator[str | None]:
    """While it lasts, temporary tables can be made in a database; its name, None where the account has none for that.

    It is in use then, unless it is that of a Mandant that is not there yet. The tables are the caller's to drop.
    """
    with _unlogged(session, observed) as unlogged:
        places = _places(session, observed) if unlogged else []
        place = next((name for name in places if _takes(session, name, observed.server.names.check(0))), None)
        if place is None or (place == observed.mandant and not observed.exists):
            yield place
            return
        session_settings.use(session, place)
        try:
            yield place
        finally:
            # Who looks for sessions that use the Mandant does not find this one any more.
            if not session.broken:
                session_settings.use(session, _ELSEWHERE)


@contextlib.contextmanager
def _unlogged(session: Session, observed: Observed) -> t.Iterator[bool]:
    """While it lasts, nothing of temporary tables gets into a binary log; whether that can be had."""
    if not _is_logged(session, observed):
        yield True
    elif session.execute_if_allowed("SET SESSION sql_log_bin=0"):
        try:
            yield True
        finally:
            if not session.broken:
                session.execute("SET SESSION sql_log_bin=1")
    else:
        yield False


def _is_logged(session: Session, observed: Observed) -> bool:
    wanted = "'log_bin', 'sql_log_bin', 'binlog_format'"
    said: dict[str, str] = dict(session.query(f"SHOW SESSION VARIABLES WHERE Variable_name IN ({wanted})"))
    on = said.get("log_bin") == said.get("sql_log_bin") == "ON"
    return on and observed.server.flavour.logs_temporary_tables(said.get("binlog_format", "ROW"))


def _places(session: Session, observed: Observed) -> list[str]:
    """Return the databases that come into question: for a Mandant that is not there yet, each that the account sees."""
    if observed.exists:
        return [observed.mandant]
    others = [str(name) for (name,) in session.query("SHOW DATABASES")]
    # Some servers do not mind that there is no such database.
    return [*[name for name in others if name.lower() not in _NEVER][:_TRIED_AT_MOST], observed.mandant]


def _takes(session: Session, database: str, table: str) -> bool:
    name = f"{quoted(database)}.{quoted(table)}"
    try:
        session.execute(f"CREATE TEMPORARY TABLE {name} (A INT)")
        session.execute(f"DROP TEMPORARY TABLE {name}")
    except ServerError as exc:
        if exc.lost:
            raise
        return False
    return True
