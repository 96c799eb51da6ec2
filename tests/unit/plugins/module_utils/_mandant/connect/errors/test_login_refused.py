# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every refusal of a login has words that say what to do; what a server says is looked at and not repeated."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.login_refused import (
    EXPIRED,
    NONE_LEFT,
    advice,
    limit_reached,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of, is_fatal


@pytest.mark.parametrize(
    ("number", "message", "words"),
    [
        (1045, "Access denied for user 'x'@'h' (using password: YES)", "check login_user and login_password"),
        (1524, "Plugin 'mysql_native_password' is not loaded", "give it another way"),
        (3118, "Access denied for user 'x'@'h'. Account is locked.", "ACCOUNT UNLOCK"),
        (4151, "Access denied, this account is locked", "ACCOUNT UNLOCK"),
        (3159, "Connections using insecure transport are prohibited", "encrypted connections only"),
        (3032, "The server is currently in offline mode", "offline_mode=OFF"),
        (2026, "the server offers no TLS", "TLS could not be agreed on"),
        (2003, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "the certificate could not be verified"),
        (2003, "Can't connect to MySQL server on 'x' ([Errno -2] Name or service not known)", "nobody knows the name"),
        (2003, "Can't connect to MySQL server ([Errno -3] Temporary failure in name resolution)", "nobody knows"),
        (2003, "Can't connect to MySQL server on 'x' ([Errno 11001] getaddrinfo failed)", "nobody knows the name"),
        (2003, "Can't connect to MySQL server on 'x' (timed out)", "firewall"),
        (2003, "Can't connect ([SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version)", "tls-version"),
        (2003, "Can't connect ([SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:992))", "no version of TLS"),
        (2003, "Can't connect ([SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] alert handshake failure)", "no cipher"),
        (2003, "Can't connect to MySQL server on 'x' ([Errno 111] Connection refused)", "is the server running there?"),
        (0, "[Errno 2] No such file or directory", "is the server running there?"),
        # Of these nothing is known but that it is the server that speaks, or something before it.
        (1234, "", "look into the server's error log"),
        (3999, "", "look into the server's error log"),
        (
            9001,
            "Max connect timeout reached while reaching hostgroup 1 after 10000ms",
            "look into the server's error log",
        ),
    ],
)
def test_advice(number: int, message: str, words: str) -> None:
    assert words in advice(number, message)


@pytest.mark.parametrize(
    ("resource", "limit"),
    [
        ("max_user_connections", "MAX_USER_CONNECTIONS"),
        ("max_connections_per_hour", "MAX_CONNECTIONS_PER_HOUR"),
        ("max_questions", "MAX_QUERIES_PER_HOUR"),
        ("max_queries_per_hour", "MAX_QUERIES_PER_HOUR"),
        ("max_updates", "MAX_UPDATES_PER_HOUR"),
        ("max_something", "its limit"),
    ],
)
def test_a_limit_of_the_account(resource: str, limit: str) -> None:
    message = f"User 'x' has exceeded the '{resource}' resource (current value: 1)"
    assert limit in limit_reached(message)
    assert limit in advice(1226, message)
    error = ServerError(1226, message)
    assert is_fatal(error)
    failure = failure_of(error, where="db, m", doing="loading the rows of FIRMA")
    assert failure.error == "server_setting"
    assert limit in failure.msg
    assert 1226 in NONE_LEFT


def test_a_limit_that_nobody_names() -> None:
    assert "has used up its limit" in limit_reached("")


@pytest.mark.parametrize("number", sorted(EXPIRED))
def test_an_expired_password_behind_the_login(number: int) -> None:
    failure = failure_of(ServerError(number, "You must SET PASSWORD"), where="db, m", doing="looking at it")
    assert failure.error == "connection_failed"
    assert "has expired; set a new one" in failure.msg
