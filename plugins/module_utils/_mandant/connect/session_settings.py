# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How our session is set while it works, whatever the server's defaults, its init_connect and the library do.

Everything that a statement of ours relies on stands in FIRST, which every session begins with. What is left to the
server are its policies: who may do what, what goes into the binary log, which engines there are, what a CHECK is.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis


class Session(t.Protocol):
    """What is asked of driver.Session, which begins with this file."""

    @property
    def broken(self) -> bool:
        """Whether nobody can tell whose answer comes next."""

    def execute(self, sql: str, args: t.Sequence[object] = ()) -> object:
        """Run a statement without rows."""

    def execute_if_allowed(self, sql: str) -> bool:
        """Run a statement without rows; whether the account may."""

    def value(self, sql: str, args: t.Sequence[object] = ()) -> t.Any:
        """Return the first cell of the first row."""


# Zero dates are values (cao-format 4.2), and so are the 30th of February and its like, which a server stores when told
# so; strictness turns what would be cut into an error.
SQL_MODE = "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"
# How long a statement waits for a table that another session holds. While it waits, others queue
# behind it, so this is also how long the Mandant can stand still for nothing.
LOCK_WAIT_SECONDS = 3
_LONG_SECONDS = 86400
_NETWORK_SECONDS = 600
_READER_SECONDS = 600
_NO_LIMIT = 2**64 - 1
_WARNINGS_MOST = 65535
# By the comment of the servers that execute them (MariaDB and MySQL documentation, comment syntax); "" is all of them.
_SETTINGS: t.Mapping[str, tuple[str, ...]] = {
    "": (
        "NAMES utf8mb4",
        # What is said means what it says.
        f"sql_mode='{SQL_MODE}'",
        "autocommit=1",
        "completion_type=0",
        "sql_auto_is_null=0",
        # Moments are those of the server, not of an account whose sessions begin somewhere else.
        "time_zone=@@GLOBAL.time_zone",
        "default_storage_engine=@@GLOBAL.default_storage_engine",
        "old_alter_table=0",
        "foreign_key_checks=0",
        "unique_checks=1",
        # All rows are meant, however many, and all warnings are told.
        f"sql_select_limit={_NO_LIMIT}",
        "sql_big_selects=1",
        "sql_safe_updates=0",
        "max_sort_length=1024",
        "sql_notes=1",
        "sql_quote_show_create=1",
        # The work may take long, but it holds nobody up.
        f"lock_wait_timeout={LOCK_WAIT_SECONDS}",
        f"innodb_lock_wait_timeout={LOCK_WAIT_SECONDS}",
        f"wait_timeout={_LONG_SECONDS}",
        f"net_read_timeout={_NETWORK_SECONDS}",
        f"net_write_timeout={_NETWORK_SECONDS}",
    ),
    "50708": ("max_execution_time=0",),
    # What is known of a table's size is of now.
    "80003": ("information_schema_stats_expiry=0",),
    # 0 takes back a value that was set for the next id; to MySQL it would be that value.
    "M!100000": ("insert_id=0", "old_mode=''"),
    "M!100102": ("max_statement_time=0",),
    "M!100300": (
        "idle_transaction_timeout=0",
        "idle_readonly_transaction_timeout=0",
        "idle_write_transaction_timeout=0",
    ),
    # 1 would have a RENAME leave out what is not there.
    "M!100502": ("sql_if_exists=0",),
    "M!100601": ("old_mode='UTF8_IS_UTF8MB3'",),
}
# A transaction's nature is no variable that all servers call the same.
_TRANSACTION = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ /*!50605 , READ WRITE */"
_IDS = "SET SESSION auto_increment_increment=1, auto_increment_offset=1"
_NOT_ALLOWED = 1227
_UNKNOWN_VARIABLE = 1193


def _in_comment(servers: str, text: str) -> str:
    return f"/*{'' if servers.startswith('M') else '!'}{servers} {text} */" if servers else text


class First(t.NamedTuple):
    """A statement that a session begins with; ``may_fail`` numbers errors that are no reason not to work.

    ``instead`` is run one by one where a server lacks one of the variables.
    """

    sql: str
    instead: tuple[str, ...] = ()
    may_fail: tuple[int, ...] = ()


FIRST = (
    First(
        "SET "
        + " ".join(
            _in_comment(servers, ("," if servers else "") + ", ".join(settings))
            for servers, settings in _SETTINGS.items()
        ),
        instead=tuple(
            # A statement of which a server sees nothing is an error.
            "SET @faktura=0 " + _in_comment(servers, f", {setting}")
            for servers, settings in _SETTINGS.items()
            for setting in settings
        ),
    ),
    First(_TRANSACTION),
    # From MySQL 8.0.14 on only accounts that may set more than others.
    First(_IDS, may_fail=(_NOT_ALLOWED,)),
    # So does MySQL 9.7 with this one.
    First("SET SESSION max_error_count=64", may_fail=(_NOT_ALLOWED,)),
)


def is_not_allowed(number: int) -> bool:
    """Whether the server's error says that the account may not set a variable."""
    return number == _NOT_ALLOWED


def is_unknown_variable(number: int) -> bool:
    """Whether the server's error says that it does not have a variable."""
    return number == _UNKNOWN_VARIABLE


def for_definitions(session: Session) -> None:
    """Set what makes definitions come with the moments that a backup says: in UTC."""
    session.execute("SET SESSION time_zone='+00:00'")


def for_reading(session: Session) -> None:
    """Set what makes rows come as they are stored: bytes without conversion, moments in UTC."""
    for_definitions(session)
    session.execute("SET SESSION character_set_results=binary")


def use(session: Session, mandant: str) -> None:
    """Make the Mandant the session's database."""
    session.execute(f"USE {quoted(mandant)}")


@contextlib.contextmanager
def for_texts(session: Session, collation: str) -> t.Iterator[None]:
    """While it lasts, a view or trigger is created whose texts are in a collation; "" is the session's."""
    if collation:
        session.execute("SET SESSION collation_connection=%s", (collation,))
    try:
        yield
    finally:
        if collation and not session.broken:
            session.execute("SET SESSION character_set_connection=utf8mb4")


@contextlib.contextmanager
def for_trigger(session: Session, sql_mode: str, collation: str) -> t.Iterator[None]:
    """While it lasts, a trigger is created that runs under ``sql_mode`` from then on; ``collation`` as for_texts."""
    session.execute("SET SESSION sql_mode=%s", (sql_mode,))
    try:
        with for_texts(session, collation):
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
def for_checks(session: Session, seconds: int) -> t.Iterator[None]:
    """While it lasts, nothing can be changed, and a query gives two rows at most, in time where a server sees to it."""
    limits = {"50708": f"max_execution_time={seconds * 1000:d}", "M!100102": f"max_statement_time={seconds:d}"}
    comments = " ".join(_in_comment(servers, f", {setting}") for servers, setting in limits.items())
    session.execute(f"SET sql_select_limit=2 {comments}")
    session.execute("START TRANSACTION READ ONLY")
    try:
        yield
    finally:
        if not session.broken:
            session.execute("ROLLBACK")
            again = " ".join(
                _in_comment(servers, f", {setting.partition('=')[0]}=0") for servers, setting in limits.items()
            )
            session.execute(f"SET sql_select_limit={_NO_LIMIT} {again}")


@contextlib.contextmanager
def for_rows(session: Session, analysis: Analysis) -> t.Iterator[None]:
    """While it lasts, what is sent is in the dump's encoding, in transactions.

    What comes back stays UTF-8. ``unique_checks`` stays on: without it InnoDB may leave a
    duplicate in a secondary key unnoticed, and MariaDB's bulk load is slower, since a thread of the server
    spins while it waits for the next rows (measured on 10.11: 12 to 30 seconds of CPU instead of 6).
    """
    session.execute(f"SET NAMES {analysis.encoding}")
    session.execute("SET character_set_results=utf8mb4")
    session.execute("SET autocommit=0, unique_checks=1")
    # A warning says which value it is about, so all of a statement are wanted.
    session.execute_if_allowed(f"SET SESSION max_error_count={_WARNINGS_MOST}")
    try:
        yield
        session.execute("COMMIT")
    finally:
        if not session.broken:
            session.execute("ROLLBACK")
            session.execute("SET autocommit=1")
            session.execute("SET NAMES utf8mb4")
