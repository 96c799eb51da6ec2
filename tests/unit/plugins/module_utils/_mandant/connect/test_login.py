# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and as whom a login goes: options before the option file, and the option file before what is usual."""

from __future__ import annotations

import dataclasses
import getpass
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.login import Endpoint, resolve
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login
from dumps import fails

FILE = {
    "host": "db.example",
    "port": "3307",
    "user": "filiale",
    "password": "aus der Datei",
    "ssl-ca": "/ca",
    "ssl-cert": "/cert",
    "ssl-key": "/key",
}
GIVEN: dict[str, t.Any] = {
    "host": "db2.example",
    "port": 3308,
    "user": "chef",
    "password": "geheim",
    "ca_cert": "/ca2",
    "client_cert": "/cert2",
    "client_key": "/key2",
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of an option file that is there, in a home that has none."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = tmp_path / "my.cnf"
    path.touch()
    return str(path)


def resolved(login: Login, found: t.Mapping[str, str]) -> Endpoint:
    return resolve(login, lambda _path: found)


def test_the_file_says_all(config: str) -> None:
    endpoint = dataclasses.asdict(resolved(Login(config_file=config), FILE))
    assert [endpoint[name] for name in GIVEN] == ["db.example", 3307, *list(FILE.values())[2:]]


def test_each_option_wins_on_its_own(config: str) -> None:
    from_file = dataclasses.asdict(resolved(Login(config_file=config), FILE))
    for name, value in GIVEN.items():
        login = dataclasses.replace(Login(config_file=config), **{name: value})
        found = dataclasses.asdict(resolved(login, FILE))
        assert found == {**from_file, name: value}


def test_what_is_usual(config: str) -> None:
    found = resolved(Login(config_file=config), {})
    assert (found.host, found.port, found.unix_socket, found.password) == ("localhost", 3306, None, None)
    assert (found.user, found.check_hostname) == (getpass.getuser(), True)
    assert not resolved(Login(config_file=config, check_hostname=False), {}).check_hostname


def test_an_empty_password_is_a_password(config: str) -> None:
    assert resolved(Login(config_file=config, password=""), FILE).password == ""


@pytest.mark.parametrize(
    ("login", "found", "where"),
    [
        (Login(), {"socket": "/s"}, "socket /s"),
        (Login(), {"socket": "/s", "host": "localhost"}, "socket /s"),
        (Login(unix_socket="/own"), {"socket": "/s"}, "socket /own"),
        (Login(unix_socket="/own", host="db"), {}, "socket /own"),
        # Another server than the one that is asked for must not answer.
        (Login(host="db"), {"socket": "/s"}, "db:3306"),
        (Login(host="localhost"), {"socket": "/s"}, "localhost:3306"),
        (Login(port=3308), {"socket": "/s", "host": "db"}, "db:3308"),
        (Login(), {"socket": ""}, "localhost:3306"),
    ],
)
def test_which_server_answers(config: str, login: Login, found: dict[str, str], where: str) -> None:
    assert resolved(dataclasses.replace(login, config_file=config), found).where == where


def test_a_password_is_never_shown(config: str) -> None:
    login = Login(password="geheim", config_file=config)
    assert "geheim" not in repr(login)
    assert "geheim" not in repr(resolved(login, {}))


def _cannot_be_read(_path: str) -> t.NoReturn:
    raise PermissionError(13, "Permission denied")


def _is_no_text(_path: str) -> str:
    return b"password=geheim\xff".decode()


@pytest.mark.parametrize("read", [_cannot_be_read, _is_no_text])
def test_a_file_that_cannot_be_read_is_not_left_out(config: str, read: t.Any) -> None:
    with pytest.raises(Failure) as caught:
        resolve(Login(config_file=config), read)
    assert caught.value.error == "connection_failed"
    assert f"{config} cannot be read" in caught.value.msg
    assert "geheim" not in caught.value.msg


@pytest.mark.usefixtures("config")
def test_only_the_usual_file_may_be_missing(tmp_path: Path) -> None:
    assert resolve(Login(), _cannot_be_read).config_file is None
    assert resolve(Login(config_file="~/.my.cnf"), _cannot_be_read).config_file is None
    with fails("connection_failed", "other.cnf cannot be read"):
        resolve(Login(config_file=str(tmp_path / "other.cnf")), _cannot_be_read)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".my.cnf").touch()
    assert resolved(Login(), FILE).config_file == str(home / ".my.cnf")


def test_a_port_that_is_no_number(config: str) -> None:
    with pytest.raises(Failure, match="login_port") as caught:
        resolved(Login(config_file=config), {"port": "geheim"})
    assert config in caught.value.msg
    assert "geheim" not in caught.value.msg
    assert resolved(Login(config_file=config, port=1), {"port": "geheim"}).port == 1


_CA, _PATH, _CERT = {"ssl-ca": "/ca"}, {"ssl-capath": "/etc/ssl/certs"}, {"ssl-cert": "/cert", "ssl-key": "/key"}


@pytest.mark.parametrize(
    ("login", "found", "protection"),
    [
        # What the task says.
        (Login(), {}, ("preferred", False)),
        (Login(ca_cert="/ca"), {}, ("always", True, True)),
        (Login(ca_cert="/ca", check_hostname=False), {}, ("always", True, False)),
        (Login(client_cert="/cert"), {}, ("always", False)),
        (Login(ca_cert="/ca"), {"ssl": "0"}, ("always", True, True)),
        (Login(ca_cert="/ca"), {"ssl-mode": "DISABLED"}, ("always", True, True)),
        (Login(client_cert="/cert"), {"ssl-mode": "VERIFY_IDENTITY"}, ("always", True, True)),
        (Login(check_hostname=False), {"ssl-mode": "VERIFY_IDENTITY"}, ("always", True, False)),
        (Login(check_hostname=True), {"ssl-mode": "VERIFY_CA"}, ("always", True, True)),
        # What the file says.
        (Login(), _CA, ("always", True, True)),
        (Login(), _PATH, ("always", True, True)),
        (Login(), _CERT, ("always", False)),
        (Login(), {"ssl": "1"}, ("always", False)),
        (Login(), {"ssl": "0"}, ("never", False)),
        (Login(), {"ssl-mode": "DISABLED"}, ("never", False)),
        (Login(), {"ssl-mode": "DISABLED", **_CA}, ("never", False)),
        (Login(), {"ssl-mode": "PREFERRED"}, ("preferred", False)),
        (Login(), {"ssl-mode": "required"}, ("always", False)),
        (Login(), {"ssl-mode": "REQUIRED", **_CA}, ("always", True, True)),
        (Login(), {"ssl-mode": "PREFERRED", **_CA}, ("always", True, True)),
        (Login(), {"ssl-mode": "VERIFY_CA"}, ("always", True, False)),
        (Login(), {"ssl-mode": "VERIFY_CA", "ssl-verify-server-cert": "1"}, ("always", True, True)),
        (Login(), {"ssl-mode": "VERIFY_IDENTITY"}, ("always", True, True)),
        (Login(), {"ssl-verify-server-cert": "1"}, ("always", True, True)),
        (Login(), {"ssl-verify-server-cert": "0"}, ("preferred", False)),
        (Login(), {"ssl-verify-server-cert": "0", **_CA}, ("always", True, False)),
        # A socket does not leave the machine.
        (Login(unix_socket="/s"), {"ssl-verify-server-cert": "1"}, ("preferred", False)),
        (Login(unix_socket="/s"), {"ssl-mode": "REQUIRED"}, ("always", False)),
        (Login(unix_socket="/s", ca_cert="/ca"), {}, ("always", True, True)),
    ],
)
def test_how_the_line_is_protected(
    config: str, login: Login, found: dict[str, str], protection: tuple[object, ...]
) -> None:
    endpoint = resolved(dataclasses.replace(login, config_file=config), found)
    assert (endpoint.encryption, endpoint.verified, endpoint.check_hostname)[: len(protection)] == protection


@pytest.mark.parametrize(
    ("found", "option"),
    [
        ({"ssl-mode": "VERIFY"}, "ssl-mode"),
        ({"tls-version": "TLSv1.2,SSLv3"}, "tls-version"),
        ({"protocol": "PIPE"}, "protocol"),
        ({"protocol": "SOCKET"}, "protocol"),
        ({"ssl": "0", "ssl-ca": "/ca"}, "ssl"),
        ({"ssl": "0", "ssl-cert": "/cert"}, "ssl"),
        ({"ssl": "0", "ssl-verify-server-cert": "1"}, "ssl"),
        ({"ssl-mode": "DISABLED", "ssl-verify-server-cert": "1"}, "ssl"),
    ],
)
def test_what_cannot_be_done_is_refused(config: str, found: dict[str, str], option: str) -> None:
    with fails("connection_failed", f"the option {option} in the option file {config} "):
        resolved(Login(config_file=config), found)


def test_what_else_the_file_says_of_the_line(config: str) -> None:
    found = {
        "tls-version": "TLSv1.3, TLSv1.2",
        "ssl-cipher": "HIGH",
        "ssl-capath": "/path",
        "ssl-ca": "",
        "ssl-key": "",
    }
    endpoint = resolved(Login(config_file=config), found)
    assert (endpoint.tls_versions, endpoint.cipher, endpoint.ca_path) == (("TLSv1.2", "TLSv1.3"), "HIGH", "/path")
    assert (endpoint.ca_cert, endpoint.client_key) == (None, None)
    assert resolved(Login(config_file=config), {"protocol": "tcp", "socket": "/s"}).where == "localhost:3306"
    assert resolved(Login(config_file=config), {"protocol": "socket", "socket": "/s"}).where == "socket /s"
    assert resolved(Login(config_file=config, host="db"), {"protocol": "socket", "socket": "/s"}).where == "db:3306"


@pytest.mark.parametrize(
    ("login", "is_local"),
    [(Login(), True), (Login(host="127.0.0.1"), True), (Login(host="db"), False), (Login(unix_socket="/s"), True)],
)
def test_a_line_that_does_not_leave_the_machine(config: str, login: Login, is_local: bool) -> None:
    assert resolved(dataclasses.replace(login, config_file=config), {}).is_local is is_local
