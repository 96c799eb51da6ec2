# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The session under what a dump has set at the place it has come to: its time zone, zeros, and checks."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import SQL_MODE

_ZERO_IS_A_VALUE = "NO_AUTO_VALUE_ON_ZERO"


class Conditions:
    """Keeps the session under what a dump has set at the place it has come to; a change alone is sent."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before = session.value("SELECT @@session.time_zone")
        self._now = Under()

    def put(self, under: Under) -> None:
        """Set what holds from here on."""
        if under.time_zone != self._now.time_zone:
            self._session.execute("SET SESSION time_zone=%s", (under.time_zone or self._before,))
        if under.zero_counts != self._now.zero_counts:
            modes = [mode for mode in SQL_MODE.split(",") if not (under.zero_counts and mode == _ZERO_IS_A_VALUE)]
            self._session.execute("SET SESSION sql_mode=%s", (",".join(modes),))
        if under.checks != self._now.checks and self._session.value("SHOW VARIABLES LIKE 'check_constraint_checks'"):
            self._session.execute(f"SET SESSION check_constraint_checks={int(under.checks)}")
        self._now = under


@contextlib.contextmanager
def conditions(session: Session) -> t.Iterator[Conditions]:
    """While it lasts, the session may be put under what a dump has set."""
    found = Conditions(session)
    try:
        yield found
    finally:
        if not session.broken:
            found.put(Under())


def take_definitions_literally(session: Session, definitions: t.Iterable[TableDefinition]) -> None:
    """Have a TIMESTAMP get no default that its definition does not say, where this account may set that.

    And let tables be whose rows could be too large, where the dump lets them be.
    """
    with contextlib.suppress(ServerError):
        session.execute("SET SESSION explicit_defaults_for_timestamp=1")
    if any(definition.any_size for definition in definitions):
        with contextlib.suppress(ServerError):
            session.execute("SET SESSION innodb_strict_mode=0")


@contextlib.contextmanager
def lenient(session: Session) -> t.Iterator[None]:
    """While it lasts, a value that a column cannot hold becomes one that it can, with a warning."""
    kept = (mode for mode in SQL_MODE.split(",") if not mode.startswith("STRICT"))
    session.execute("SET SESSION sql_mode=%s", (",".join(kept),))
    try:
        yield
    finally:
        if not session.broken:
            session.execute("SET SESSION sql_mode=%s", (SQL_MODE,))


def check_zones(session: Session, zones: t.Iterable[str]) -> None:
    """Raise Failure server_setting for a time zone of a dump that the server does not know."""
    known = "SELECT CONVERT_TZ('2001-01-01 00:00:00', '+00:00', %s)"
    unknown = [zone for zone in sorted(zones) if session.value(known, (zone,)) is None]
    if unknown:
        raise Failure(
            "server_setting",
            f"{session.where}: the backup has moments in the time zone {', '.join(unknown)}, which this server does "
            "not know; load the tables of zones with mysql_tzinfo_to_sql, and run again",
        )
