# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where and as whom to log in, from the options and the option file; what is given in the options wins."""

from __future__ import annotations

import dataclasses
import getpass
import ssl
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

DEFAULT_OPTION_FILE = "~/.my.cnf"
DEFAULT_PORT = 3306


# Whether a line is encrypted where the server can (preferred), always, or never.
Encryption = t.Literal["never", "preferred", "always"]
_TLS_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
# What ssl-mode says: the encryption, and whether the certificate is verified.
_SSL_MODES: t.Mapping[str, tuple[Encryption, bool]] = {
    "DISABLED": ("never", False),
    "PREFERRED": ("preferred", False),
    "REQUIRED": ("always", False),
    "VERIFY_CA": ("always", True),
    "VERIFY_IDENTITY": ("always", True),
}


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """A server and an account, complete; ``unix_socket`` goes before host and port.

    The certificate of a server that is ``verified`` is one of ``ca_cert`` or ``ca_path``, or, without both, of an
    authority that the system trusts.
    """

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
    ca_path: str | None = None
    encryption: Encryption = "preferred"
    verified: bool = False
    tls_versions: tuple[str, ...] = ()
    cipher: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether the line does not leave the machine."""
        return self.unix_socket is not None or self.host in ("localhost", "127.0.0.1", "::1")

    @property
    def where(self) -> str:
        """The server as messages name it."""
        return f"socket {self.unix_socket}" if self.unix_socket else f"{self.host}:{self.port}"


def resolve(login: Login, read: t.Callable[[str], t.Mapping[str, str]]) -> Endpoint:
    """Return the endpoint; ``read`` returns the settings of an option file's ``[client]`` section.

    Failure connection_failed when an option file is named that cannot be read.
    """
    config_file, found = _settings(login, read)
    protocol = found.get("protocol", "").upper()
    if protocol not in ("", "TCP", "SOCKET"):
        raise _refused(config_file, "protocol", "TCP or SOCKET")
    unix_socket = login.unix_socket
    # A host that is asked for must not be answered by another server behind the file's socket.
    if unix_socket is None and login.host is None and found.get("host", "localhost") == "localhost":
        unix_socket = None if protocol == "TCP" else found.get("socket") or None
    if protocol == "SOCKET" and unix_socket is None and login.host is None:
        raise _refused(config_file, "protocol", "TCP, or name a socket and no host")
    ca_cert, client_cert = login.ca_cert or found.get("ssl-ca"), login.client_cert or found.get("ssl-cert")
    return Endpoint(
        host=login.host or found.get("host") or "localhost",
        port=login.port or _port(found.get("port"), config_file),
        unix_socket=unix_socket,
        user=login.user or found.get("user") or getpass.getuser(),
        password=login.password if login.password is not None else found.get("password"),
        config_file=config_file,
        ca_cert=ca_cert or None,
        client_cert=client_cert or None,
        client_key=login.client_key or found.get("ssl-key") or None,
        **_protection(login, found, config_file, unix_socket),
    )


def _protection(
    login: Login, found: t.Mapping[str, str], config_file: str | None, unix_socket: str | None
) -> dict[str, t.Any]:
    """Return how the line is protected: never less than any of the options says, but for what the task itself says."""
    mode = found.get("ssl-mode", "").upper()
    if mode and mode not in _SSL_MODES:
        raise _refused(config_file, "ssl-mode", "one of " + ", ".join(_SSL_MODES))
    encryption, verified = _SSL_MODES.get(mode, _SSL_MODES["PREFERRED"])
    verify = found.get("ssl-verify-server-cert")
    authority = bool(login.ca_cert or found.get("ssl-ca") or found.get("ssl-capath"))
    own = bool(login.ca_cert or login.client_cert)
    off = (mode == "DISABLED" or found.get("ssl") == "0") and not own
    # A socket does not leave the machine, so that a certificate that is to be looked at need not be there.
    verified = verified or authority or (verify == "1" and not unix_socket)
    if verified or own or found.get("ssl") == "1" or found.get("ssl-cert"):
        encryption = "always"
    names = verify == "1" or not (verify == "0" or mode == "VERIFY_CA")
    if off and (verify == "1" or (mode != "DISABLED" and (authority or found.get("ssl-cert")))):
        raise _refused(config_file, "ssl", "on beside options that need TLS")
    return {
        "ca_path": found.get("ssl-capath") or None,
        "encryption": "never" if off else encryption,
        "verified": verified and not off,
        "check_hostname": names if login.check_hostname is None else login.check_hostname,
        "tls_versions": _versions(found.get("tls-version"), config_file),
        "cipher": found.get("ssl-cipher") or None,
    }


def _versions(text: str | None, config_file: str | None) -> tuple[str, ...]:
    versions = tuple(filter(None, (one.strip() for one in (text or "").split(","))))
    if not set(versions) <= set(_TLS_VERSIONS):
        raise _refused(config_file, "tls-version", "a list of " + ", ".join(_TLS_VERSIONS))
    return tuple(sorted(versions))


def _refused(config_file: str | None, option: str, meant: str) -> Failure:
    return Failure(
        "connection_failed",
        f"what the option {option} in the option file {config_file} says cannot be done; let it be {meant}",
    )


def _settings(login: Login, read: t.Callable[[str], t.Mapping[str, str]]) -> tuple[str | None, t.Mapping[str, str]]:
    path = Path(login.config_file or DEFAULT_OPTION_FILE).expanduser()
    try:
        if not path.is_file() and (not login.config_file or login.config_file == DEFAULT_OPTION_FILE):
            return None, {}
        return str(path), read(str(path))
    except (OSError, UnicodeError) as exc:
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
            f"the port in the option file {config_file} is no number; correct it there, or set login_port",
        ) from None


def tls_context(endpoint: Endpoint) -> ssl.SSLContext | None:
    """Return the context of a connection that has to be encrypted, None where it need not be.

    Raises Failure connection_failed for certificates that cannot be used.
    """
    if endpoint.encryption != "always":
        return None
    files = (endpoint.ca_cert, endpoint.ca_path, endpoint.client_cert, endpoint.client_key)
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_cert, capath=endpoint.ca_path)
        context.check_hostname = endpoint.verified and endpoint.check_hostname and not endpoint.unix_socket
        if not endpoint.verified:
            context.verify_mode = ssl.CERT_NONE
        if endpoint.client_cert:
            context.load_cert_chain(endpoint.client_cert, endpoint.client_key)
        if endpoint.tls_versions:
            context.minimum_version = ssl.TLSVersion[endpoint.tls_versions[0].replace(".", "_")]
            context.maximum_version = ssl.TLSVersion[endpoint.tls_versions[-1].replace(".", "_")]
        if endpoint.cipher:
            context.set_ciphers(endpoint.cipher)
    except (OSError, ssl.SSLError) as exc:
        raise Failure(
            "connection_failed",
            f"the certificates for {endpoint.where} cannot be used ({', '.join(filter(None, files))}): "
            f"{exc.strerror or exc}; check ca_cert, client_cert and client_key, and the option file",
        ) from None
    return context
