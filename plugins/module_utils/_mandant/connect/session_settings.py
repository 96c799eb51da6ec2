# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How our session is set while it works, whatever the server's defaults are."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import SQL_MODE, ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis

# How long a statement waits for a table that another session holds. While it waits, others queue
# behind it, so this is also how long the Mandant can stand still for nothing.
LOCK_WAIT_SECONDS = 3
_LONG_SECONDS = 86400
_NETWORK_SECONDS = 600
_READER_SECONDS = 600
_WARNINGS_MOST = 65535
_ZERO_IS_A_VALUE = "NO_AUTO_VALUE_ON_ZERO"


def prepare(session: Session, server: Server) -> None:
    """Set everything that lasts as long as the session."""
    settings = [
        "foreign_key_checks=0",
        f"lock_wait_timeout={LOCK_WAIT_SECONDS}",
        f"wait_timeout={_LONG_SECONDS}",
        f"net_read_timeout={_NETWORK_SECONDS}",
        f"net_write_timeout={_NETWORK_SECONDS}",
    ]
    if "innodb_lock_wait_timeout" in server.variables:
        settings.append(f"innodb_lock_wait_timeout={LOCK_WAIT_SECONDS}")
    if "max_statement_time" in server.variables and server.flavour.limits_statements:
        settings.append("max_statement_time=0")
    if "max_execution_time" in server.variables:
        settings.append("max_execution_time=0")
    session.execute("SET SESSION " + ", ".join(settings))


def for_reading(session: Session) -> None:
    """Set what makes rows come as they are stored: bytes without conversion, moments in UTC."""
    session.execute("SET SESSION character_set_results=binary, time_zone='+00:00'")
    session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def use(session: Session, mandant: str) -> None:
    """Make the Mandant the session's database."""
    session.execute(f"USE {quoted(mandant)}")


@contextlib.contextmanager
def for_trigger(session: Session, sql_mode: str) -> t.Iterator[None]:
    """While it lasts, a trigger is created that runs under ``sql_mode`` from then on."""
    session.execute("SET SESSION sql_mode=%s", (sql_mode,))
    try:
        yield
    finally:
        if not session.broken:
            session.execute("SET SESSION sql_mode=%s", (SQL_MODE,))


@contextlib.contextmanager
def for_keys(session: Session) -> t.Iterator[None]:
    """While it lasts, a statement waits longer for those who read a table: on a shadow that is our own connection."""
    session.execute(f"SET SESSION lock_wait_timeout={_READER_SECONDS}")
    try:
        yield
    finally:
        if not session.broken:
            session.execute(f"SET SESSION lock_wait_timeout={LOCK_WAIT_SECONDS}")


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


def take_definitions_literally(session: Session) -> None:
    """Have a TIMESTAMP get no default that its definition does not say, where this account may set that."""
    with contextlib.suppress(ServerError):
        session.execute("SET SESSION explicit_defaults_for_timestamp=1")


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


@contextlib.contextmanager
def for_rows(session: Session, analysis: Analysis) -> t.Iterator[None]:
    """While it lasts, what is sent is in the dump's encoding, in transactions.

    What comes back stays UTF-8. ``unique_checks`` stays on: without it InnoDB may leave a
    duplicate in a secondary key unnoticed, and MariaDB's bulk load is slower, since a thread of the server
    spins while it waits for the next rows (measured on 10.11: 12 to 30 seconds of CPU instead of 6).
    """
    session.execute(f"SET NAMES {analysis.encoding}")
    session.execute("SET character_set_results=utf8mb4")
    # A warning says which value it is about, so all of a statement are wanted.
    session.execute(f"SET autocommit=0, unique_checks=1, max_error_count={_WARNINGS_MOST}")
    try:
        yield
        session.execute("COMMIT")
    finally:
        if not session.broken:
            session.execute("ROLLBACK")
            session.execute("SET autocommit=1")
            session.execute("SET NAMES utf8mb4")
