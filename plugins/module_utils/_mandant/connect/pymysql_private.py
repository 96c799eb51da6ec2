# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Everything that is used of PyMySQL without being promised by it: the only file in which such names stand.

Promised is what PyMySQL's documentation describes: ``Connection`` with its arguments and close(), the cursors with
execute(), fetchall() and mogrify(), and the errors. NAMES are the rest. Where a version lacks one, the module says so
instead of breaking in the middle of its work, or goes the documented way where there is one.

A ``connection`` is a Connection of PyMySQL; the library may be missing, so nothing of it is imported at the top.
"""

from __future__ import annotations

import contextlib
import importlib
import select
import socket
import ssl
import struct
import sys
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install

# Source: MySQL documentation, client/server protocol: the command byte of a query, and the first byte of an answer.
_COM_QUERY = 0x03
_LOCAL_INFILE = b"\xfb"
_TWO_BYTES = 0xFC
_PACKET_BYTES = 0xFFFFFF
_OTHER_METHOD = b"\xfe"
_ALL_OF_IT = b"\x01\x04"
_SHA256 = b"sha256_password"
# They prove that the password is known; those of SHA-2 tell it where TLS, or a key of the server's, hides it.
_CAREFUL_METHODS = (b"mysql_native_password", b"client_ed25519", b"caching_sha2_password", _SHA256)
# MySQL's error for what goes wrong in a method.
PASSWORD_WANTED = 2061


# What the library meets with in an answer that is none: it takes packets apart without asking whether they are whole.
NO_ANSWER = (struct.error, LookupError, ValueError, TypeError, AttributeError, AssertionError)


class PrivateName(t.NamedTuple):
    """A name of PyMySQL, the function of this file that needs it, and what for.

    Without one that is ``dispensable`` there is another way, which is only slower.
    """

    module: str
    owner: str
    name: str
    needed_by: str
    purpose: str
    dispensable: bool = False

    def __str__(self) -> str:
        return ".".join(filter(None, ("pymysql", self.module, self.owner, self.name)))


_CONNECTION = ("connections", "Connection")
NAMES = (
    PrivateName("", "", "VERSION_STRING", "version", "to name the version in messages", dispensable=True),
    PrivateName("_auth", "", "sha2_rsa_encrypt", "import_lightly", "to import cryptography late", dispensable=True),
    PrivateName(*_CONNECTION, "_create_ssl_ctx", "connection_class", "not to read certificates", dispensable=True),
    PrivateName(*_CONNECTION, "_request_authentication", "connection_class", "to send no password in clear text"),
    PrivateName(*_CONNECTION, "_auth_plugin_name", "connection_class", "to send no password in clear text"),
    PrivateName(*_CONNECTION, "server_capabilities", "connection_class", "to know whether a server has TLS"),
    PrivateName(*_CONNECTION, "_read_timeout", "be_patient", "to wait for a login no longer than wanted", True),
    PrivateName(*_CONNECTION, "_write_timeout", "be_patient", "to wait for a login no longer than wanted", True),
    PrivateName(*_CONNECTION, "thread_id", "connection_id", "to name a connection to the server"),
    PrivateName(*_CONNECTION, "_execute_command", "send", "to send a statement and not wait"),
    PrivateName(*_CONNECTION, "_read_query_result", "receive", "to wait for what was sent"),
    PrivateName(*_CONNECTION, "_result", "receive", "to read an answer"),
    PrivateName("connections", "MySQLResult", "warning_count", "receive", "to see that a server warns"),
    PrivateName("connections", "MySQLResult", "rows", "receive_rows", "to read the rows of an answer"),
    PrivateName(*_CONNECTION, "_read_packet", "begin_rows", "to take an answer apart"),
    PrivateName("protocol", "MysqlPacket", "get_all_data", "begin_rows", "to take an answer apart"),
    PrivateName(*_CONNECTION, "write_packet", "write", "to send rows as a stream"),
    PrivateName(*_CONNECTION, "_next_seq_id", "send_parts", "to send a long row without copies", dispensable=True),
    PrivateName(*_CONNECTION, "_rfile", "read", "to read rows as they come"),
    PrivateName(*_CONNECTION, "_sock", "shut_down", "to end a connection on which a thread waits"),
)


def is_there(name: PrivateName) -> bool:
    """Whether the PyMySQL that is installed has a name; of an attribute of instances its class's own code tells."""
    try:
        owner: t.Any = importlib.import_module(".".join(filter(None, ("pymysql", name.module))))
    except ImportError:
        return False
    if name.owner:
        owner = getattr(owner, name.owner, None)
    methods = vars(owner).values() if isinstance(owner, type) else ()
    return hasattr(owner, name.name) or any(
        name.name in method.__code__.co_names for method in methods if hasattr(method, "__code__")
    )


def check_names() -> None:
    """Raise Failure missing_dependency where a name is missing that cannot be dispensed with."""
    missing = [str(name) for name in NAMES if not name.dispensable and not is_there(name)]
    if missing:
        raise Failure(
            "missing_dependency",
            f"{' '.join(filter(None, ('PyMySQL', version())))} has no {', '.join(missing)}, which this collection "
            f"needs; {how_to_install('PyMySQL')}",
        )


def version() -> str:
    """Return the version of PyMySQL, "" where it does not tell; its ``__version__`` is that of another library."""
    import pymysql

    return str(getattr(pymysql, "VERSION_STRING", ""))


def encrypts_unasked() -> bool:
    """Whether PyMySQL encrypts where a server has TLS, without being told to, as it does since 1.2."""
    numbers = [int(number) for number in version().split(".")[:2] if number.isdigit()]
    return not numbers or numbers >= [1, 2]


def unverified() -> ssl.SSLContext:
    """Return the context of a line that is encrypted, whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def import_lightly() -> None:
    """Import PyMySQL without the library cryptography, which takes longer to import than all the rest of it.

    It is for one thing: to encrypt the password of a sha2 account on a connection without TLS. It comes then.
    """
    if "pymysql" in sys.modules or "cryptography" in sys.modules:
        return
    modules: dict[str, t.Any] = sys.modules
    # The documented way to make an import fail, as if the library were not installed.
    modules["cryptography"] = None
    try:
        importlib.import_module("pymysql")
    finally:
        del modules["cryptography"]
    auth: t.Any = modules.get("pymysql._auth")
    if not hasattr(auth, "sha2_rsa_encrypt"):
        # Nobody would fetch what is missing now: the next import is a plain one.
        for name in [name for name in modules if name.partition(".")[0] == "pymysql"]:
            del modules[name]
        return

    def encrypt(*args: t.Any) -> bytes:
        importlib.reload(auth)
        return t.cast("bytes", auth.sha2_rsa_encrypt(*args))

    auth.sha2_rsa_encrypt = encrypt


def connection_class(*, encrypted: bool, verified: bool) -> t.Any:
    """Return the class to connect with; since 1.2 PyMySQL encrypts unasked where a server has TLS.

    Before, it goes on in clear text where a server has none, even when it is asked for. And it does whatever a server
    asks for to log in: here only a ``verified`` one is told the password itself, or what is as good as that.
    """
    import pymysql
    from pymysql.connections import Connection
    from pymysql.constants import CLIENT

    base: t.Any = Connection

    class Careful(base):  # type: ignore[misc]
        #: Whether who answers there knows the password now.
        password_shown = False

        def _create_ssl_ctx(self, options: t.Any) -> ssl.SSLContext:
            if isinstance(options, ssl.SSLContext):
                return options
            # Without a certificate PyMySQL verifies nobody, and would read all of the system's for nothing.
            return unverified()

        def _request_authentication(self) -> None:
            if encrypted and not self.server_capabilities & CLIENT.SSL:
                raise pymysql.err.OperationalError(2026, "the server offers no TLS")
            names_methods = bool(self.server_capabilities & CLIENT.PLUGIN_AUTH)
            self.password_shown = self._auth_plugin_name == _SHA256.decode()
            read: t.Any = super()._read_packet

            def read_carefully(*args: t.Any) -> t.Any:
                packet = read(*args)
                self.password_shown |= _wants_password(packet.get_all_data(), names_methods, verified)
                return packet

            self._read_packet = read_carefully
            try:
                super()._request_authentication()
            except BaseException:
                # Before 1.1 PyMySQL leaves an encrypted line open.
                with contextlib.suppress(OSError):
                    shut_down(self)
                raise
            finally:
                del self._read_packet

    return Careful


def _wants_password(data: bytes, names_methods: bool, verified: bool) -> bool:
    """Whether a packet of a server asks for the password itself; PyMySQL's error where it must not be told."""
    import pymysql

    if data[:1] != _OTHER_METHOD:
        return data[:2] == _ALL_OF_IT
    # A server that names no method means the one of MySQL 4.0.
    method = data[1:].partition(b"\0")[0] if names_methods else b"mysql_old_password"
    if not verified and method not in _CAREFUL_METHODS:
        raise pymysql.err.OperationalError(PASSWORD_WANTED, method.decode("ascii", "replace"))
    return method == _SHA256


def password_was_shown(connection: t.Any) -> bool:
    """Whether the way to log in has told the server the password itself."""
    return bool(connection.password_shown and connection.password)


def can_be_patient() -> bool:
    """Whether a connection that waited for its login for a time only can wait for ever then."""
    return all(is_there(name) for name in NAMES if name.needed_by == "be_patient")


def be_patient(connection: t.Any) -> None:
    """Wait for answers from now on for as long as they take; a server that is silent at the login says nothing ever."""
    connection._read_timeout = connection._write_timeout = None


def connection_id(connection: t.Any) -> int:
    """Return the server's id of a connection."""
    return int(connection.thread_id())


def send(connection: t.Any, sql: bytes) -> None:
    """Send a statement and do not wait; with receive() it is all that Connection.query() does, in two halves."""
    connection._execute_command(_COM_QUERY, sql)


def send_parts(connection: t.Any, parts: t.Sequence[bytes]) -> None:
    """Send a statement in parts, which is nowhere in memory as a whole; send() makes several copies of a long one."""
    if not is_there(next(name for name in NAMES if name.name == "_next_seq_id")) or connection._sock is None:
        send(connection, b"".join(parts))
        return
    connection._next_seq_id = 0
    packet: list[bytes | memoryview] = [bytes((_COM_QUERY,))]
    room = _PACKET_BYTES - 1
    for part in parts:
        view = memoryview(part)
        while len(view) >= room:
            connection.write_packet(b"".join((*packet, view[:room])))
            view, packet, room = view[room:], [], _PACKET_BYTES
        packet.append(view)
        room -= len(view)
    # One that is full is never the last.
    connection.write_packet(b"".join(packet))


def receive(connection: t.Any) -> tuple[int, int]:
    """Wait for the answer to what was sent; return how many rows it affected, and how many warnings there are."""
    affected = connection._read_query_result(unbuffered=False)
    result = connection._result
    return int(affected or 0), int(result.warning_count if result else 0)


def receive_rows(connection: t.Any) -> list[tuple[t.Any, ...]]:
    """Wait for the rows of what was sent."""
    connection._read_query_result(unbuffered=False)
    return list(connection._result.rows or ())


def has_answer(connection: t.Any) -> bool:
    """Whether something has come since what was sent; an end of the connection as well."""
    return connection._sock is None or bool(select.select([connection._sock], [], [], 0)[0])


def begin_stream(connection: t.Any, sql: bytes) -> bool:
    """Send LOAD DATA LOCAL INFILE; whether the server asks for the rows, which write() sends then."""
    send(connection, sql)
    data: bytes = connection._read_packet().get_all_data()
    return data.startswith(_LOCAL_INFILE)


def write(connection: t.Any, data: bytes) -> None:
    """Send a piece of a stream; an empty one ends it."""
    connection.write_packet(data)


def begin_rows(connection: t.Any, sql: bytes) -> None:
    """Send a SELECT and take the packets before its rows, which read() returns then."""
    send(connection, sql)
    data = connection._read_packet().get_all_data()
    # No table has more columns than two bytes can count.
    columns = data[0] if data[0] < _TWO_BYTES else int.from_bytes(data[1:3], "little")
    # The columns' descriptions, and the packet that ends them.
    for _column in range(columns + 1):
        connection._read_packet()


def read(connection: t.Any, limit_bytes: int) -> bytes:
    """Return the next bytes of the rows, as many as are there by now; none where the connection has ended."""
    return t.cast("bytes", connection._rfile.read1(limit_bytes))


def shut_down(connection: t.Any) -> None:
    """End a connection at once, also for a thread that waits for the server on it; OSError where it has ended."""
    ending = connection._sock
    if ending is not None:
        ending.shutdown(socket.SHUT_RDWR)
