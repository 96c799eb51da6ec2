# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The connection to the server: the only file that knows PyMySQL, with `pymysql_private` for what it does not promise.

Everything else speaks to a Session and sees a ServerError, never an exception of the library.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import pymysql_private, session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.login import Endpoint, resolve, tls_context
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.option_file import read_option_file
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

Row = tuple[t.Any, ...]

_PLACE = re.compile(r"`(?:[^`]|``)*`|%s")
# Source: MySQL documentation, client/server protocol: an ERR packet has its number, "#", an SQLSTATE and the message.
_ERROR = b"\xff"
_MESSAGE_BEGINS = 9
# MySQL's number for an answer that cannot be understood.
MALFORMED = 2027
_ACCESS_DENIED = 1045
_LOST = frozenset((2006, 2013, 2014, MALFORMED, 2055, 1053, *range(1154, 1162), 1317, 1927, 3169, 4031))


class ServerError(Exception):
    """The server refused a statement, or is gone. ``message`` may hold row data: never show it as it is.

    ``shared`` as for a Session.
    """

    def __init__(self, number: int, message: str, *, shared: bool = False) -> None:
        super().__init__(number)
        self.number = number
        self.message = message
        self.shared = shared

    @property
    def lost(self) -> bool:
        """Whether the connection is of no more use."""
        return self.number in _LOST


class NoConnectionLeft(Failure):
    """The server, or the account, has no further connection; who has one already may do with that."""


class Answer(t.NamedTuple):
    """What the server says about a statement without rows."""

    affected: int
    warnings: int


class Session:
    """One connection. Statements run one after the other; send() and receive() are the halves of one.

    ``broken`` is true from send() to receive(), and from begin_rows() to end_rows(): an exception in
    between leaves a connection on which nobody can tell whose answer comes next.
    """

    def __init__(self, connection: t.Any, endpoint: Endpoint) -> None:
        self._connection = connection
        self.endpoint = endpoint
        self.broken = False
        self._is_given_up = False
        #: Whether others may write over other members of a cluster, where no lock of this session is heeded.
        self.shared = False
        #: How often something was begun to be asked or sent; who looks twice can tell whether it goes on.
        self.steps = 0

    @property
    def number(self) -> int:
        """The server's id of this connection."""
        return pymysql_private.connection_id(self._connection)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not safe about the line to the server; one on this machine is not looked at."""
        endpoint = self.endpoint
        if endpoint.is_local or (endpoint.verified and endpoint.encryption == "always"):
            return ()
        advice = f"{endpoint.where}: nothing proves that it is the right server, since no ca_cert is given"
        if pymysql_private.password_was_shown(self._connection):
            return (f"{advice}, and the account's way to log in has told it the password",)
        return (f"{advice}: the connection is encrypted, but not verified",) if endpoint.encryption == "always" else ()

    @property
    def where(self) -> str:
        """The server as messages name it: host and port, or socket."""
        return self.endpoint.where

    def query(self, sql: str, args: t.Sequence[object] = ()) -> list[Row]:
        """Run a statement and return its rows; ``args`` replace ``%s``."""
        with self._translated(), self._connection.cursor() as cursor:
            cursor.execute(self._bound(sql, args))
            return list(cursor.fetchall())

    def value(self, sql: str, args: t.Sequence[object] = ()) -> t.Any:
        """Return the first cell of the first row, None without rows."""
        return next(iter(self.query(sql, args)), (None,))[0]

    def execute(self, sql: str | bytes, args: t.Sequence[object] = ()) -> Answer:
        """Run a statement without rows; ``args`` replace ``%s`` of a text."""
        self.send(self._bound(sql, args).encode("utf-8") if isinstance(sql, str) else sql)
        return self.receive()

    def execute_if_allowed(self, sql: str) -> bool:
        """Run a statement without rows; whether the account may."""
        try:
            self.execute(sql)
        except ServerError as exc:
            if not session_settings.is_not_allowed(exc.number):
                raise
            return False
        return True

    def _bound(self, sql: str, args: t.Sequence[object]) -> str:
        """Return the statement with its values; a name in backticks may hold whatever it likes, ``%s`` too."""
        if not args:
            return sql
        values = iter(args)
        quote = self._connection.cursor().mogrify
        return _PLACE.sub(lambda found: found[0] if found[0] != "%s" else quote("%s", (next(values),)), sql)

    def send(self, sql: bytes) -> None:
        """Hand a statement to the server and return while the server works on it."""
        with self._translated(answered=False):
            pymysql_private.send(self._connection, sql)

    def send_parts(self, parts: t.Sequence[bytes]) -> None:
        """Hand over a statement that is long, in parts that follow each other."""
        with self._translated(answered=False):
            pymysql_private.send_parts(self._connection, parts)

    def receive(self) -> Answer:
        """Wait for the answer to what send() sent."""
        with self._translated():
            return Answer(*pymysql_private.receive(self._connection))

    def receive_rows(self) -> list[Row]:
        """Wait for the rows of what send() sent."""
        with self._translated():
            return pymysql_private.receive_rows(self._connection)

    def has_answer(self) -> bool:
        """Whether receive_rows() would not have to wait for the server to begin."""
        return pymysql_private.has_answer(self._connection)

    def begin_stream(self, sql: bytes) -> None:
        """Begin LOAD DATA LOCAL INFILE; the rows come by feed(), never from a file.

        The connection itself answers no request for a file: whatever name a server asks for, it gets
        what is fed here, and a request that was not begun here is an error of PyMySQL.
        """
        with self._translated(answered=False):
            if not pymysql_private.begin_stream(self._connection, sql):
                raise ServerError(1148, "the server does not take rows as a stream")

    def feed(self, data: bytes) -> None:
        """Send a piece of the rows."""
        with self._translated(answered=False):
            pymysql_private.write(self._connection, data)

    def end_stream(self) -> Answer:
        """Say that no more rows come, and wait for the answer."""
        self.feed(b"")
        return self.receive()

    def begin_rows(self, sql: str) -> None:
        """Run a SELECT whose rows are taken by read(), byte by byte as the server sends them."""
        with self._translated():
            pymysql_private.begin_rows(self._connection, sql.encode("utf-8"))
        self.broken = True

    def read(self, limit_bytes: int) -> bytes:
        """Return at least one byte of the rows, and not more than are there by now."""
        with self._translated(answered=False):
            data = pymysql_private.read(self._connection, limit_bytes)
        if not data:
            raise ServerError(2013, "connection lost")
        return data

    def end_rows(self, packet: bytes) -> int:
        """Take the packet behind the last row and return the number of warnings; ServerError for one that says why."""
        self.broken = False
        number = int.from_bytes(packet[1:3], "little")
        if packet[:1] == _ERROR:
            error = ServerError(number, packet[_MESSAGE_BEGINS:].decode(errors="replace"))
            self.broken = error.lost
            raise error
        return number

    def close(self) -> None:
        """End the session; its lock and its open transaction go with it."""
        import pymysql

        broken, self.broken = self.broken, True
        if broken:
            # A farewell would wait behind what the server does not read; now it fails at once.
            self.give_up()
        with contextlib.suppress(pymysql.err.Error, OSError):
            self._connection.close()

    def give_up(self) -> None:
        """End the connection at once, also for a thread that waits for the server on it: that gets an error."""
        self.broken = self._is_given_up = True
        with contextlib.suppress(OSError):
            pymysql_private.shut_down(self._connection)

    @contextlib.contextmanager
    def _translated(self, *, answered: bool = True) -> t.Iterator[None]:
        import pymysql

        self.broken = True
        self.steps += 1
        try:
            yield
        except pymysql.err.Error as exc:
            number, message = _number_and_message(exc)
            self.broken = number in _LOST or number == 0
            raise ServerError(number or 2006, message, shared=self.shared) from None
        except OSError as exc:
            raise ServerError(2013, exc.strerror or "connection lost") from None
        except pymysql_private.NO_ANSWER:
            raise ServerError(MALFORMED, "") from None
        self.broken = self._is_given_up or not answered


def _number_and_message(exc: Exception) -> tuple[int, str]:
    args = exc.args
    if len(args) >= 2 and isinstance(args[0], int):
        return args[0], str(args[1])
    import pymysql

    # Without a number it is the library itself that does not understand what has come.
    number = MALFORMED if isinstance(exc, pymysql.err.InternalError) else 0
    return number, str(args[0]) if args else ""


def connect(login: Login) -> Session:
    """Open a session and set all that is relied on; Failure missing_dependency or connection_failed."""
    try:
        pymysql_private.import_lightly()
        import pymysql  # noqa: F401 - where nothing had to be imported lightly, it may be missing still
    except ImportError:
        raise Failure(
            "missing_dependency",
            f"the Python library PyMySQL is missing; {how_to_install('PyMySQL')}",
        ) from None
    pymysql_private.check_names()
    endpoint = resolve(login, read_option_file)
    connection = _logged_in(endpoint, login.connect_timeout_seconds)
    session = Session(connection, endpoint)
    try:
        _begin(session)
    except ServerError as exc:
        session.close()
        raise _connection_failed(endpoint, exc.number, exc.message) from None
    return session


def _logged_in(endpoint: Endpoint, timeout_seconds: int) -> t.Any:
    import pymysql

    context = tls_context(endpoint)
    passwords = _spellings(endpoint.password or "")
    tries: list[tuple[bytes, ssl.SSLContext | None]] = [(password, context) for password in passwords]
    if endpoint.encryption == "preferred" and not endpoint.unix_socket and not pymysql_private.encrypts_unasked():
        # An account, or the server, may insist on TLS.
        tries += [(password, pymysql_private.unverified()) for password in passwords]
    refused: Failure | None = None
    for password, chosen in tries:
        try:
            return _connection(endpoint, chosen, password, timeout_seconds)
        except pymysql.err.Error as exc:
            # Not above, as below: most logins go well.
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors import login_refused

            code, message = _number_and_message(exc)
            failure = _connection_failed(endpoint, code, message)
            if code not in login_refused.TRY_ANOTHER_WAY:
                raise (failure if chosen is context else refused or failure) from None
            refused = refused or failure
        except RuntimeError as exc:
            refused = refused or _connection_failed(endpoint, 0, str(exc))
            if "cryptography" not in str(exc):
                raise refused from None
            # It hides the password on a line without TLS.
        except OSError as exc:
            raise _connection_failed(endpoint, 0, str(exc)) from None
        except pymysql_private.NO_ANSWER:
            raise _connection_failed(endpoint, MALFORMED, "") from None
    raise refused or _connection_failed(endpoint, _ACCESS_DENIED, "")


def _spellings(password: str) -> list[bytes]:
    """Return the bytes that a password may be: what a server has is those of the program that has set it.

    Those of Windows have another encoding than all others; an old server stores what it gets.
    """
    spellings = [password.encode("utf-8", "surrogateescape")]
    with contextlib.suppress(UnicodeEncodeError):
        windows = password.encode("cp1252")
        spellings += [windows] if windows not in spellings else []
    return spellings


def _connection(endpoint: Endpoint, context: ssl.SSLContext | None, password: bytes, timeout_seconds: int) -> t.Any:
    from pymysql.constants import CLIENT

    options: dict[str, t.Any] = {
        "user": endpoint.user,
        "password": password,
        "charset": "utf8mb4",
        # session_settings says it.
        "autocommit": None,
        "connect_timeout": timeout_seconds,
        "client_flag": CLIENT.FOUND_ROWS | CLIENT.LOCAL_FILES,
    }
    if endpoint.unix_socket:
        options["unix_socket"] = endpoint.unix_socket
    else:
        options.update(host=endpoint.host, port=endpoint.port)
    if endpoint.encryption == "never":
        options["ssl_disabled"] = True
    elif context is not None:
        options["ssl"] = context
    verified = context is not None and endpoint.verified
    chosen = pymysql_private.connection_class(encrypted=context is not None, verified=verified)
    if not pymysql_private.can_be_patient():
        return chosen(**options)
    connection = chosen(**options, read_timeout=timeout_seconds, write_timeout=timeout_seconds)
    pymysql_private.be_patient(connection)
    return connection


def _begin(session: Session) -> None:
    for first in session_settings.FIRST:
        try:
            session.execute(first.sql)
        except ServerError as exc:
            if exc.number in first.may_fail:
                continue
            if not (first.instead and session_settings.is_unknown_variable(exc.number)):
                raise
            _begin_one_by_one(session, first.instead)


def _begin_one_by_one(session: Session, statements: t.Iterable[str]) -> None:
    for sql in statements:
        try:
            session.execute(sql)
        except ServerError as exc:
            if not session_settings.is_unknown_variable(exc.number):
                raise


def _connection_failed(endpoint: Endpoint, number: int, message: str) -> Failure:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors import login_refused

    library = next((name for word, name in login_refused.LIBRARIES.items() if word in message), None)
    advice = login_refused.advice(number, message)
    if library is not None:
        advice = f"the account's way to log in needs a library: {how_to_install(library)}"
    option_file = f", option file {endpoint.config_file}" if endpoint.config_file else ""
    code = f" (error {number})" if number else ""
    kind = NoConnectionLeft if number in login_refused.NONE_LEFT else Failure
    return kind(
        "connection_failed",
        f"no connection to {endpoint.where} as user {endpoint.user}{option_file}{code}: {advice}",
    )
