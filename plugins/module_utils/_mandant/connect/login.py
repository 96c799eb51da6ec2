# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where and as whom to log in, from the options and the option file; what is given in the options wins."""

from __future__ import annotations

import dataclasses
import getpass
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

DEFAULT_OPTION_FILE = "~/.my.cnf"
DEFAULT_PORT = 3306


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """A server and an account, complete; ``unix_socket`` goes before host and port."""

    host: str
    port: int
    unix_socket: str | None
    user: str
    password: str | None = dataclasses.field(repr=False)
    config_file: str | None
    ca_cert: str | None
    client_cert: str | None
    client_key: str | None
    check_hostname: bool

    @property
    def where(self) -> str:
        """The server as messages name it."""
        return f"socket {self.unix_socket}" if self.unix_socket else f"{self.host}:{self.port}"


def resolve(login: Login, read: t.Callable[[str], t.Mapping[str, str]]) -> Endpoint:
    """Return the endpoint; ``read`` returns the settings of an option file's ``[client]`` section.

    Failure connection_failed when an option file is named that cannot be read.
    """
    config_file, found = _settings(login, read)
    unix_socket = login.unix_socket
    # A host that is asked for must not be answered by another server behind the file's socket.
    if unix_socket is None and login.host is None and found.get("host", "localhost") == "localhost":
        unix_socket = found.get("socket") or None
    return Endpoint(
        host=login.host or found.get("host") or "localhost",
        port=login.port or _port(found.get("port"), config_file),
        unix_socket=unix_socket,
        user=login.user or found.get("user") or getpass.getuser(),
        password=login.password if login.password is not None else found.get("password"),
        config_file=config_file,
        ca_cert=login.ca_cert or found.get("ssl-ca"),
        client_cert=login.client_cert or found.get("ssl-cert"),
        client_key=login.client_key or found.get("ssl-key"),
        check_hostname=login.check_hostname is not False,
    )


def _settings(login: Login, read: t.Callable[[str], t.Mapping[str, str]]) -> tuple[str | None, t.Mapping[str, str]]:
    path = Path(login.config_file or DEFAULT_OPTION_FILE).expanduser()
    try:
        if not path.is_file() and (not login.config_file or login.config_file == DEFAULT_OPTION_FILE):
            return None, {}
        return str(path), read(str(path))
    except (OSError, UnicodeDecodeError) as exc:
        reason = getattr(exc, "strerror", None) or "no text"
        raise Failure(
            "connection_failed", f"the option file {path} cannot be read: {reason}; check config_file"
        ) from None


def _port(text: str | None, config_file: str | None) -> int:
    try:
        return int(text or DEFAULT_PORT)
    except ValueError:
        raise Failure(
            "connection_failed",
            f"the port in the option file {config_file} is no number; mend it there, or say login_port",
        ) from None
