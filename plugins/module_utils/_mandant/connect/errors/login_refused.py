# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Why a login is refused, by the numbers of servers and of PyMySQL, and what to do about it."""

from __future__ import annotations

import re
import typing as t

# What the library says it lacks, and the package's name.
LIBRARIES: t.Mapping[str, str] = {"cryptography": "cryptography", "pynacl": "PyNaCl"}
# Nobody may have another connection now: all of the server's, of the account's, or its own for this hour.
NONE_LEFT = frozenset((1040, 1203, 1226))
# A password may be spelled, and a line be made, in more than one way.
TRY_ANOTHER_WAY = frozenset((1045, 3159))

# The password has to be changed before anything is answered.
EXPIRED = frozenset((1820, 1862))

_UNLOCK = "unlock it: ALTER USER ... ACCOUNT UNLOCK"
_EXPIRED = "the account's password has expired; set a new one: ALTER USER ... IDENTIFIED BY"
_ADVICE: t.Mapping[int, str] = {
    1040: "the server has no connection left; try again later or raise max_connections",
    1044: "the user has no right to use the database; grant it",
    1045: "user and password do not fit; check login_user and login_password (an account may also be bound to a host, "
    "or require TLS or a certificate: ca_cert, client_cert)",
    1053: "the server is being shut down; try again when it runs",
    1129: "the server has blocked this host after many errors; run FLUSH HOSTS there",
    1130: "the server does not accept connections from this host; the account needs a host that fits",
    1184: "the server ends the session at once, since a statement of its init_connect fails; correct that variable",
    1203: "the account has no connection left; try again later or raise max_user_connections",
    1251: "the account's way to log in is that of MySQL 4.0; set its password anew",
    1275: "the account's password is stored as MySQL 4.0 did; set it anew",
    1524: "the server lacks the plugin by which the account logs in; give it another way: ALTER USER ... IDENTIFIED",
    1698: (
        "this account logs in as the operating system's user and over a socket: set login_unix_socket and become: true "
        "(for another than root become_user too), or name another login_user"
    ),
    1820: _EXPIRED,
    1862: _EXPIRED,
    2026: "TLS could not be agreed on or the certificate could not be verified; check ca_cert and check_hostname",
    2027: "what answers there is no MySQL or MariaDB server, or something between spoils it; check login_port",
    2059: "the account's way to log in is not supported by PyMySQL; its extra 'rsa' or 'ed25519' may be missing",
    2061: "the server asks for the password in a way that gives it away, and nothing proves that it is the right "
    "server; give ca_cert, or give the account another way to log in",
    3032: "the server is in offline mode; set offline_mode=OFF there",
    3118: f"the account is locked; {_UNLOCK}",
    3159: "the server accepts encrypted connections only; give ca_cert, and let no option file switch TLS off",
    3955: f"the account is locked after many wrong passwords; {_UNLOCK}, or wait",
    4150: "the account is blocked after many wrong passwords; run FLUSH PRIVILEGES there",
    4151: f"the account is locked; {_UNLOCK}",
}
# As the servers name an account's limits, and as GRANT and ALTER USER do.
_LIMITS: t.Mapping[str, str] = {
    "max_user_connections": "MAX_USER_CONNECTIONS",
    "max_connections_per_hour": "MAX_CONNECTIONS_PER_HOUR",
    "max_connections": "MAX_CONNECTIONS_PER_HOUR",
    "max_questions": "MAX_QUERIES_PER_HOUR",
    "max_queries_per_hour": "MAX_QUERIES_PER_HOUR",
    "max_updates": "MAX_UPDATES_PER_HOUR",
    "max_updates_per_hour": "MAX_UPDATES_PER_HOUR",
}
_RESOURCE = re.compile(r"the '(\w+)' resource")
_LIMIT_REACHED = 1226
# By what the system says.
_UNREACHABLE = (
    (("getaddrinfo", "Name or service not known", "name resolution", "[Errno -"),
     "nobody knows the name of that host; check login_host"),
    (("[SSL",),
     "the server and this host have no version of TLS, or no cipher, in common; let the server take a newer one "
     "(tls_version there), and look for tls-version and ssl-cipher in the option file"),
    (("timed out",),
     "nothing answers there in time; check login_host and login_port, and whether a firewall is in between"),
)  # fmt: skip
_NOBODY_THERE = "is the server running there? check login_host, login_port and login_unix_socket"


def advice(number: int, message: str) -> str:
    """Return what is wrong and what to do; ``message`` is looked at and not repeated."""
    if "CERTIFICATE_VERIFY_FAILED" in message or "certificate" in message.lower():
        return _ADVICE[2026]
    if number == _LIMIT_REACHED:
        return limit_reached(message)
    if number in _ADVICE:
        return _ADVICE[number]
    if number >= 1000 and not 2000 <= number < 3000:
        return "the server refuses a session as this collection needs it; look into the server's error log"
    return next((said for words, said in _UNREACHABLE if any(word in message for word in words)), _NOBODY_THERE)


def limit_reached(message: str) -> str:
    """Return which limit of the account is reached, and what to do."""
    found = _RESOURCE.search(message)
    limit = _LIMITS.get(found[1]) if found else None
    if limit == "MAX_USER_CONNECTIONS":
        return "the account has no connection left; try again later or raise its MAX_USER_CONNECTIONS"
    return f"the account has used up its {limit or 'limit'}; try again in an hour or raise that limit"
