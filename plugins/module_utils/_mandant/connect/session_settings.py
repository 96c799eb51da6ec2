# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How our session is set while it works, whatever the server's defaults are."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import SQL_MODE, Session
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


@contextlib.contextmanager
def for_rows(session: Session, analysis: Analysis) -> t.Iterator[None]:
    """While it lasts, what is sent is in the dump's encoding and time zone, in transactions.

    What comes back stays UTF-8. ``unique_checks`` stays on: without it InnoDB may leave a
    duplicate in a secondary key unnoticed, and MariaDB's bulk load is slower, since a thread of the server
    spins while it waits for the next rows (measured on 10.11: 12 to 30 seconds of CPU instead of 6).
    """
    before = session.value("SELECT @@session.time_zone")
    zone = analysis.time_zone or before
    session.execute(f"SET NAMES {analysis.encoding}")
    session.execute("SET character_set_results=utf8mb4")
    session.execute("SET autocommit=0, unique_checks=1, time_zone=%s", (zone,))
    try:
        yield
        session.execute("COMMIT")
    finally:
        if not session.broken:
            session.execute("ROLLBACK")
            session.execute("SET autocommit=1, time_zone=%s", (before,))
            session.execute("SET NAMES utf8mb4")
