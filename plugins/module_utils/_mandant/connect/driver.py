# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The connection to the server: the only file that knows PyMySQL.

Everything else speaks to a Session and sees a ServerError, never an exception of the library.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import ssl
import sys
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.login import Endpoint, resolve
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

Row = tuple[t.Any, ...]

# Zero dates are values (cao-format 4.2); strictness turns what would be cut into an error.
SQL_MODE = "NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"
# What a server shows of a table depends on these, so looking and working need the same.
_FIRST = f"SET SESSION sql_mode='{SQL_MODE}', sql_quote_show_create=1"

_PLACE = re.compile(r"`(?:[^`]|``)*`|%s")
_LOST = frozenset((2006, 2013, 2014, 2055, 1927, 1053, 1317, 4031))


class ServerError(Exception):
    """The server refused a statement, or is gone. ``message`` may hold row data: never show it as it is."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(number)
        self.number = number
        self.message = message

    @property
    def lost(self) -> bool:
        """Whether the connection is of no more use."""
        return self.number in _LOST


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

    @property
    def number(self) -> int:
        """The server's id of this connection."""
        return int(self._connection.thread_id())

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
        rows = self.query(sql, args)
        return rows[0][0] if rows else None

    def execute(self, sql: str | bytes, args: t.Sequence[object] = ()) -> Answer:
        """Run a statement without rows; ``args`` replace ``%s`` of a text."""
        self.send(self._bound(sql, args).encode("utf-8") if isinstance(sql, str) else sql)
        return self.receive()

    def _bound(self, sql: str, args: t.Sequence[object]) -> str:
        """Return the statement with its values; a name in backticks may hold whatever it likes, ``%s`` too."""
        values = iter(args)
        if not args:
            return sql
        return _PLACE.sub(lambda found: found[0] if found[0] != "%s" else self._connection.escape(next(values)), sql)

    def send(self, sql: bytes) -> None:
        """Hand a statement to the server and return while the server works on it."""
        from pymysql.constants import COMMAND

        with self._translated(answered=False):
            # PyMySQL has no public call for half a query; these two are all that query() does.
            self._connection._execute_command(COMMAND.COM_QUERY, sql)

    def receive(self) -> Answer:
        """Wait for the answer to what send() sent."""
        with self._translated():
            affected = self._connection._read_query_result(unbuffered=False)
            result = self._connection._result
            return Answer(int(affected or 0), int(result.warning_count if result else 0))

    def receive_rows(self) -> list[Row]:
        """Wait for the rows of what send() sent."""
        with self._translated():
            self._connection._read_query_result(unbuffered=False)
            return list(self._connection._result.rows or ())

    def begin_stream(self, sql: bytes) -> None:
        """Begin LOAD DATA LOCAL INFILE; the rows come by feed(), never from a file.

        The connection itself answers no request for a file: whatever name a server asks for, it gets
        what is fed here, and a request that was not begun here is an error of PyMySQL.
        """
        from pymysql.constants import COMMAND

        with self._translated(answered=False):
            self._connection._execute_command(COMMAND.COM_QUERY, sql)
            packet = self._connection._read_packet()
            if not packet.is_load_local_packet():
                raise ServerError(1148, "the server does not take rows as a stream")

    def feed(self, data: bytes) -> None:
        """Send a piece of the rows."""
        with self._translated(answered=False):
            self._connection.write_packet(data)

    def end_stream(self) -> Answer:
        """Say that no more rows come, and wait for the answer."""
        from pymysql.protocol import OKPacketWrapper

        with self._translated():
            self._connection.write_packet(b"")
            answer = OKPacketWrapper(self._connection._read_packet())
            return Answer(int(answer.affected_rows), int(answer.warning_count))

    def begin_rows(self, sql: str) -> None:
        """Run a SELECT whose rows are taken by read(), byte by byte as the server sends them."""
        from pymysql.constants import COMMAND

        with self._translated():
            self._connection._execute_command(COMMAND.COM_QUERY, sql)
            columns = self._connection._read_packet().read_length_encoded_integer()
            # The columns' descriptions, and the packet that ends them.
            for _column in range(columns + 1):
                self._connection._read_packet()
        self.broken = True

    def read(self, limit_bytes: int) -> bytes:
        """Return at least one byte of the rows, and not more than are there by now."""
        with self._translated():
            data = self._connection._rfile.read1(limit_bytes)
        self.broken = True
        if not data:
            raise ServerError(2013, "connection lost")
        return t.cast("bytes", data)

    def end_rows(self, packet: bytes) -> int:
        """Take the packet behind the last row and return the number of warnings; ServerError for one that says why."""
        from pymysql.err import raise_mysql_exception

        with self._translated():
            if packet[:1] == b"\xff":
                raise_mysql_exception(packet)
        return int.from_bytes(packet[1:3], "little")

    def close(self) -> None:
        """End the session; its lock and its open transaction go with it."""
        import pymysql

        broken, self.broken = self.broken, True
        if broken:
            # A farewell would wait behind what the server does not read.
            self.give_up()
            self._connection._force_close()
            return
        with contextlib.suppress(pymysql.err.Error, OSError):
            self._connection.close()

    def give_up(self) -> None:
        """End the connection at once, also for a thread that waits for the server on it: that gets an error."""
        with contextlib.suppress(OSError, AttributeError):
            self._connection._sock.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def _translated(self, *, answered: bool = True) -> t.Iterator[None]:
        import pymysql

        self.broken = True
        try:
            yield
        except pymysql.err.Error as exc:
            number, message = _number_and_message(exc)
            self.broken = number in _LOST or number == 0
            raise ServerError(number or 2006, message) from None
        except OSError as exc:
            raise ServerError(2013, exc.strerror or "connection lost") from None
        self.broken = not answered


def _number_and_message(exc: Exception) -> tuple[int, str]:
    args = exc.args
    if len(args) >= 2 and isinstance(args[0], int):
        return args[0], str(args[1])
    return 0, str(args[0]) if args else ""


def _import_lightly() -> None:
    """Import PyMySQL without the library cryptography, which takes longer to import than all the rest of it.

    It is for one thing: to encrypt the password of a sha2 account on a connection without TLS. It comes then.
    """
    if "pymysql" in sys.modules or "cryptography" in sys.modules:
        return
    modules: dict[str, t.Any] = sys.modules
    # The documented way to make an import fail, as if the library were not installed.
    modules["cryptography"] = None
    try:
        from pymysql import _auth
    finally:
        del modules["cryptography"]
    auth: t.Any = _auth

    def encrypt(*args: t.Any) -> bytes:
        importlib.reload(auth)
        return t.cast("bytes", auth.sha2_rsa_encrypt(*args))

    auth.sha2_rsa_encrypt = encrypt


def connect(login: Login) -> Session:
    """Open a session; Failure missing_dependency or connection_failed."""
    try:
        _import_lightly()
        import pymysql
    except ImportError:
        from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install

        raise Failure(
            "missing_dependency",
            f"the Python library PyMySQL is missing; {how_to_install('PyMySQL')}",
        ) from None
    endpoint = resolve(login, _read_option_file)
    options: dict[str, t.Any] = {
        "user": endpoint.user,
        "password": endpoint.password or "",
        "charset": "utf8mb4",
        "autocommit": True,
        "init_command": _FIRST,
        "connect_timeout": login.connect_timeout_seconds,
        "client_flag": pymysql.constants.CLIENT.FOUND_ROWS | pymysql.constants.CLIENT.LOCAL_FILES,
    }
    if endpoint.unix_socket:
        options["unix_socket"] = endpoint.unix_socket
    else:
        options.update(host=endpoint.host, port=endpoint.port)
    tls = _tls(endpoint)
    if tls is not None:
        options["ssl"] = tls
    try:
        connection = _connection_class(tls is not None)(**options)
    except pymysql.err.Error as exc:
        raise _connection_failed(endpoint, *_number_and_message(exc)) from None
    except (OSError, RuntimeError) as exc:
        raise _connection_failed(endpoint, 0, str(exc)) from None
    return Session(connection, endpoint)


def _connection_class(encrypted: bool) -> t.Any:
    """Return the class to connect with; since 1.2 PyMySQL encrypts unasked where a server has TLS.

    Before, it goes on in clear text where a server has none, even when it is asked for.
    """
    import pymysql
    from pymysql import connections
    from pymysql.constants import CLIENT

    base: t.Any = connections.Connection

    class Preferred(base):  # type: ignore[misc]
        def _create_ssl_ctx(self, _options: dict[str, t.Any]) -> ssl.SSLContext:
            # Without a certificate PyMySQL verifies nobody, and would read all of the system's for nothing.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context

    class Encrypted(base):  # type: ignore[misc]
        def _request_authentication(self) -> None:
            if not self.server_capabilities & CLIENT.SSL:
                raise pymysql.err.OperationalError(2026, "the server offers no TLS")
            super()._request_authentication()

    return Encrypted if encrypted else Preferred


def _tls(endpoint: Endpoint) -> ssl.SSLContext | None:
    """Return the context for a verified connection, None when no certificate is given."""
    if not (endpoint.ca_cert or endpoint.client_cert):
        return None
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_cert)
        context.check_hostname = bool(endpoint.ca_cert) and endpoint.check_hostname and not endpoint.unix_socket
        if not endpoint.ca_cert:
            context.verify_mode = ssl.CERT_NONE
        if endpoint.client_cert:
            context.load_cert_chain(endpoint.client_cert, endpoint.client_key)
    except (OSError, ssl.SSLError) as exc:
        files = ", ".join(filter(None, (endpoint.ca_cert, endpoint.client_cert, endpoint.client_key)))
        raise Failure(
            "connection_failed",
            f"the certificates for {endpoint.where} cannot be used ({files}): {exc.strerror or exc}; "
            "check ca_cert, client_cert and client_key",
        ) from None
    return context


def _read_option_file(path: str) -> dict[str, str]:
    """Return the ``[client]`` settings of an option file; names with hyphens."""
    import configparser

    from pymysql.optionfile import Parser

    parser = Parser(strict=False)
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.lstrip().startswith("!include")]
    try:
        parser.read_string("".join(lines), path)
        options = parser.options("client") if parser.has_section("client") else []
        return {name: parser.get("client", name) for name in options if parser.has_option("client", name)}
    except (configparser.Error, AttributeError, TypeError):
        raise Failure(
            "connection_failed",
            f"the option file {path} cannot be understood; check its lines, or name another as config_file",
        ) from None


_ADVICE: t.Mapping[int, str] = {
    1044: "the user has no right to use the database; grant it",
    1045: "user and password do not fit; check login_user and login_password",
    1698: "this account logs in by its operating system user; name another login_user, or become that user",
    1129: "the server has blocked this host after many errors; run FLUSH HOSTS there",
    1130: "the server does not accept connections from this host; the account needs a host that fits",
    1040: "the server has no connection left; try again later or raise max_connections",
    1203: "the account has no connection left; try again later or raise max_user_connections",
    1862: "the password has expired; set a new one",
    2026: "TLS could not be agreed on or the certificate could not be verified; check ca_cert and check_hostname",
    2059: "the account's way to log in is not supported by PyMySQL; its extra 'rsa' or 'ed25519' may be missing",
}


def _connection_failed(endpoint: Endpoint, number: int, message: str) -> Failure:
    advice = _ADVICE.get(number)
    if "CERTIFICATE_VERIFY_FAILED" in message or "certificate" in message.lower():
        advice = _ADVICE[2026]
    if advice is None and "cryptography" in message:
        from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install

        advice = f"the account's way to log in needs a library: {how_to_install('cryptography')}"
    if advice is None:
        advice = "is the server running there? check login_host, login_port and login_unix_socket"
    option_file = f", option file {endpoint.config_file}" if endpoint.config_file else ""
    code = f" (error {number})" if number else ""
    return Failure(
        "connection_failed",
        f"no connection to {endpoint.where} as user {endpoint.user}{option_file}{code}: {advice}",
    )
