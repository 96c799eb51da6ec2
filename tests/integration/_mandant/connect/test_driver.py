# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With a CA the connection is encrypted and the server proven, or there is none."""

from __future__ import annotations

import dataclasses
import shutil
import typing as t
from pathlib import Path

import pytest

import tls
from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, account, articles, cao_backup

pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    tls.authority(made, "other")
    tls.certificate(made, tls.authority(made, "ca"), "localhost")
    return made


@pytest.fixture(scope="module")
def restorer(folder: Path) -> t.Iterator[Restorer]:
    options = (f"--ssl-cert={folder / 'server.pem'}", f"--ssl-key={folder / 'server.key'}")
    with MariadbServer(options=options) as server:
        yield Restorer(Mandant("tls", server), folder)


def _connect(restorer: Restorer, **login: t.Any) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    return connect(dataclasses.replace(restorer.login(), **login))


def test_a_proven_server(restorer: Restorer, folder: Path) -> None:
    session = _connect(restorer, host="localhost", ca_cert=str(folder / "ca.pem"))
    assert session.query("SHOW STATUS LIKE 'Ssl_cipher'")[0][1]
    session.close()


def test_host_name_may_be_left_unchecked(restorer: Restorer, folder: Path) -> None:
    _connect(restorer, host="127.0.0.1", ca_cert=str(folder / "ca.pem"), check_hostname=False).close()


def test_an_account_that_has_to_use_tls(restorer: Restorer, folder: Path) -> None:
    """A whole restore when the server requires what the CA proves."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    mandant = restorer.mandant
    mandant.create()
    password = account(mandant.server, "sicher", ["ALL ON `tls`.*", "PROCESS, RELOAD ON *.*"])
    mandant.server.admin("ALTER USER 'sicher'@'%' REQUIRE SSL")
    login = dataclasses.replace(restorer.login(), host="localhost", user="sicher", password=password)
    path = restorer.write("new.sql", cao_backup(articles(3)))
    proven = dataclasses.replace(login, ca_cert=str(folder / "ca.pem"))
    with open_backup(path) as backup:
        assert restore(wanted=Wanted(mandant="tls"), login=proven, backup=backup, check_mode=False).changed
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(3,)]


@pytest.mark.parametrize(
    ("host", "authority"), [("127.0.0.1", "ca.pem"), ("localhost", "other.pem"), ("localhost", "missing.pem")]
)
def test_a_wrong_name_and_a_wrong_authority(restorer: Restorer, folder: Path, host: str, authority: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure) as caught:
        _connect(restorer, host=host, ca_cert=str(folder / authority))
    assert caught.value.error == "connection_failed"
    assert "certificat" in caught.value.msg


def test_a_server_without_tls(folder: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with MariadbServer(options=("--skip-ssl",)) as server, pytest.raises(Failure) as caught:
        _connect(Restorer(Mandant("tls", server), folder), host="localhost", ca_cert=str(folder / "ca.pem"))
    assert caught.value.error == "connection_failed"
    assert "TLS" in caught.value.msg
