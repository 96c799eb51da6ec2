# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With a CA the connection is encrypted and the server proven, or there is none; a password is told to no other."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import ssl
import typing as t
from pathlib import Path

import pytest

import tls
from asking_server import Stranger
from mandant import Mandant
from mariadb_server import MariadbServer
from private_server import PrivateServer
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


PASSWORD = "G3heim!"
_SWITCH = b"\xfe"
_SALT = b"12345678901234567890\0"
# What a server may ask for behind the greeting, and what it names there.
ASKED = {
    "clear text": {"asks": [_SWITCH + b"mysql_clear_password\0"]},
    "the hash of MySQL 4.0": {"asks": [_SWITCH + b"mysql_old_password\0" + _SALT]},
    "the hash of MySQL 4.0, unnamed": {"asks": [_SWITCH], "names_methods": False},
    "clear text, unnamed": {"asks": [_SWITCH + b"mysql_clear_password\0"], "names_methods": False},
    "PAM": {"asks": [_SWITCH + b"dialog\0\4Password: "]},
    "a method that nobody knows": {"asks": [_SWITCH + b"authentication_ldap_simple\0"]},
    "no method": {"asks": [_SWITCH + b"\0"]},
    "clear text at once": {"greets": b"mysql_clear_password", "asks": [_SWITCH + b"mysql_clear_password\0"]},
    "clear text behind a proof": {
        "asks": [_SWITCH + b"mysql_native_password\0" + _SALT, _SWITCH + b"mysql_clear_password\0"]
    },
}  # fmt: skip


def _meet(stranger: Stranger, **login: t.Any) -> str:
    """Log in and return what the Failure says."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

    given = {"host": "localhost", "user": "cao", "password": PASSWORD, "config_file": os.devnull, **login}
    with stranger, pytest.raises(Failure) as caught:
        connect(Login(port=stranger.port, **given))
    assert caught.value.error == "connection_failed"
    assert PASSWORD not in caught.value.msg
    return caught.value.msg


FAR = "127.0.0.2"
SHA2 = (_SWITCH + b"caching_sha2_password\0" + _SALT, b"\1\4")


@pytest.mark.parametrize(
    ("asks", "login", "words"),
    [
        (SHA2, {"host": FAR, "option": "ssl"}, "has told it the password"),
        (SHA2, {"host": FAR, "option": "ssl-mode=REQUIRED"}, "has told it the password"),
        (SHA2[:1], {"host": FAR, "option": "skip-ssl"}, None),
        ((_SWITCH + b"sha256_password\0" + _SALT,), {"host": FAR, "option": "ssl"}, "has told it the password"),
        (SHA2[:1], {"host": FAR, "option": "ssl"}, "is encrypted, but not verified"),
        ((), {"host": FAR, "option": "ssl"}, "is encrypted, but not verified"),
        ((), {"host": FAR, "option": "skip-ssl"}, None),
        ((), {"host": FAR, "option": ""}, None),
        (SHA2, {"host": "127.0.0.1", "option": "ssl"}, None),
        ((), {"host": "localhost", "option": "ssl"}, None),
        (SHA2, {"host": FAR, "option": "ssl", "ca_cert": "ca.pem", "check_hostname": False}, None),
        (SHA2, {"host": FAR, "option": "ssl", "password": ""}, "is encrypted, but not verified"),
    ],
)
def test_a_line_that_is_not_proven_is_told(
    folder: Path, tmp_path: Path, asks: tuple[bytes, ...], login: dict[str, t.Any], words: str | None
) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

    given = {"user": "cao", "password": PASSWORD, **login}
    path = tmp_path / "my.cnf"
    path.write_text(f"[client]\n{given.pop('option')}\n")
    if "ca_cert" in given:
        given["ca_cert"] = str(folder / given["ca_cert"])
    ends = (b"\1\3",) if asks == SHA2[:1] else ()
    asks = asks[:1] if login.get("password") == "" else asks
    with Stranger(
        *asks,
        context=_context(folder),
        is_content=True,
        then=ends,
        address=FAR if given["host"] == FAR else "127.0.0.1",
    ) as stranger:
        session = connect(Login(port=stranger.port, config_file=str(path), **given))
        warnings = session.warnings
        session.close()
    assert len(warnings) == (words is not None)
    assert all(f"{FAR}:{stranger.port}: nothing proves that it is the right server" in one for one in warnings)
    assert words is None or words in warnings[0]


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("asked", ASKED)
def test_a_stranger_is_not_told_the_password(folder: Path, asked: str, encrypted: bool) -> None:
    """Neither over a plain line nor over one that is encrypted, but not proven."""
    how: dict[str, t.Any] = dict(ASKED[asked])
    stranger = Stranger(*how.pop("asks"), **how, context=_context(folder) if encrypted else None)
    _meet(stranger)
    proofs = 2 if asked == "clear text behind a proof" else 1
    assert 1 <= len(stranger.received) <= proofs
    assert not any(PASSWORD.encode() in packet for packet in stranger.received)


@pytest.mark.parametrize("asked", ["clear text", "the hash of MySQL 4.0", "PAM"])
def test_it_is_said_why(asked: str) -> None:
    assert "asks for the password in a way that gives it away" in _meet(Stranger(*ASKED[asked]["asks"]))


def test_a_proven_server_may_ask(folder: Path) -> None:
    """Some accounts are of a directory, which wants the password itself."""
    stranger = Stranger(*ASKED["clear text"]["asks"], context=_context(folder))
    said = _meet(stranger, ca_cert=str(folder / "ca.pem"))
    assert "user and password do not fit" in said
    assert stranger.received[1:] == [PASSWORD.encode() + b"\0"]


@pytest.mark.parametrize(
    "options",
    [
        "ssl",
        "ssl-mode=REQUIRED",
        "ssl-mode=VERIFY_CA\nssl-ca={folder}/other.pem",
        "ssl-mode=VERIFY_IDENTITY",
        "ssl-verify-server-cert",
        "ssl-verify-server-cert=1\nssl-ca={folder}/other.pem",
        "ssl-capath={folder}",
        "ssl-ca={folder}/other.pem",
        "ssl-cipher=NONSENSE\nssl",
    ],
)
@pytest.mark.parametrize("encrypted", [False, True])
def test_what_an_option_file_demands_holds(folder: Path, tmp_path: Path, options: str, encrypted: bool) -> None:
    """A server that does not do what is demanded gets nothing, or at most the proof over an encrypted line."""
    path = tmp_path / "my.cnf"
    path.write_text(f"[client]\nuser=cao\npassword={PASSWORD}\n{options.format(folder=folder)}\n")
    stranger = Stranger(*ASKED["clear text"]["asks"], context=_context(folder) if encrypted else None)
    _meet(stranger, user=None, password=None, config_file=str(path))
    only_encryption = options in ("ssl", "ssl-mode=REQUIRED")
    assert len(stranger.received) == (1 if encrypted and only_encryption else 0)


@pytest.mark.parametrize(
    ("options", "cipher"),
    [
        ("ssl-mode=VERIFY_IDENTITY\nssl-ca={folder}/ca.pem", True),
        ("ssl-ca={folder}/ca.pem\nssl-verify-server-cert", True),
        ("ssl-ca={folder}/ca.pem\ntls-version=TLSv1.2", True),
        ("ssl-capath={folder}/hashed", True),
        ("ssl", True),
        ("skip-ssl", False),
        ("ssl-mode=DISABLED", False),
    ],
)
def test_what_an_option_file_says_is_done(
    restorer: Restorer, folder: Path, tmp_path: Path, options: str, cipher: bool
) -> None:
    hashed = folder / "hashed"
    if not hashed.exists():
        hashed.mkdir()
        shutil.copy(folder / "ca.pem", hashed)
        tls.rehash(hashed)
    path = tmp_path / "my.cnf"
    address = restorer.mandant.server.address
    path.write_text(f"[client]\nuser=root\npassword={address.password}\n{options.format(folder=folder)}\n")
    session = _connect(restorer, host="localhost", user=None, password=None, config_file=str(path))
    found = dict(session.query("SHOW STATUS LIKE 'Ssl_%'"))
    assert bool(found["Ssl_cipher"]) is cipher
    assert found["Ssl_version"] == "TLSv1.2" or "tls-version" not in options
    session.close()


@pytest.mark.parametrize("password", ["pässwörd", "12 €", "naïve ß", "ключ", "密"])
@pytest.mark.parametrize("charset", ["utf8mb4", "latin1"])
def test_a_password_of_any_letters(server: PrivateServer, tmp_path: Path, charset: str, password: str) -> None:
    """Whatever program has set it: what an old one sends is what the server has."""
    if charset == "latin1" and password in ("ключ", "密"):
        pytest.skip("that program cannot say it")
    name = f"letters_{os.getpid()}"
    account(server, name, [])
    with contextlib.closing(server.connect(charset=charset)) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP USER '{name}'@'%'")
        cursor.execute(f"CREATE USER '{name}'@'%' IDENTIFIED BY '{password}'")
    restorer = Restorer(Mandant("any", server), tmp_path, user=name, password=password)
    _connect(restorer).close()
    path = tmp_path / "my.cnf"
    path.write_text(f"[client]\npassword='{password}'\n", encoding="utf-8")
    _connect(restorer, password=None, config_file=str(path)).close()
    if charset == "latin1":
        path.write_text(f"[client]\npassword='{password}'\n", encoding="cp1252")
        _connect(restorer, password=None, config_file=str(path)).close()
