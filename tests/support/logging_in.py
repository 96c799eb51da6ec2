# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account to log in with, and logins that work or are refused, without Ansible.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from private_server import PrivateServer, free_port
from restoring import Restorer

PASSWORD = "Geheim!1"
USER = "anmelden"


def fresh(server: PrivateServer, statements: t.Sequence[str] = (), password: str = PASSWORD) -> None:
    """Make the account anew; of two statements that say the same a server need know one."""
    for host in ("%", "10.1.2.3"):
        if server.admin("SELECT 1 FROM mysql.user WHERE User = %s AND Host = %s", (USER, host)):
            server.admin(f"DROP USER '{USER}'@'{host}'")
    server.admin("FLUSH PRIVILEGES")
    server.admin(f"CREATE USER {USER} IDENTIFIED BY %s", (password,))
    errors = []
    for sql in statements:
        try:
            server.admin(sql)
        except Exception as error:  # noqa: BLE001 - whatever it is, all of them have to fail for it to be told
            errors.append(error)
    assert not errors or len(errors) < len(statements), errors


def login_to(server: PrivateServer, folder: Path, **login: t.Any) -> t.Any:
    """Return the account's login with other values; port 0 is one where nobody listens."""
    port = login.pop("port", None)
    restorer = Restorer(Mandant("x", server), folder, USER, PASSWORD)
    given = restorer.login()
    if port is not None:
        login["port"] = port or free_port()
    return dataclasses.replace(given, **login)


def refused(login: t.Any) -> t.Any:
    """Log in, which has to fail, and return the Failure."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    with pytest.raises(Failure) as caught:
        mandant_info(asked=Asked(), login=login)
    assert caught.value.error == "connection_failed"
    assert PASSWORD not in caught.value.msg
    return caught.value


def works(login: t.Any) -> t.Any:
    """Log in and return the cipher, nothing where the connection is plain."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    session = connect(login)
    try:
        assert session.value("SELECT USER()").partition("@")[0] == login.user
        return session.query("SHOW STATUS LIKE 'Ssl_cipher'")[0][1]
    finally:
        session.close()
