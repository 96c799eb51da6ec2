# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that servers refuse, each named with what to do, and ways to log in that work; on each kind of server."""

from __future__ import annotations

import contextlib
import dataclasses
import getpass
import json
import os
import socket
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from asking_server import Stranger
from each_server import KINDS, MARIADB, MYSQL, NEW, Each, on
from logging_in import PASSWORD, USER, fresh, login_to, refused, works
from mandant import Mandant
from restoring import Restorer


class Case(t.NamedTuple):
    """What is said to the server, by whom it is logged in then, and what the message has to say.

    ``before`` is how often the account was logged in by then, and is still; ``kinds`` are the servers that know that.
    """

    statements: tuple[str, ...]
    words: str
    login: t.Mapping[str, t.Any] = {}
    before: int = 0
    kinds: tuple[str, ...] = KINDS


def _limit(words: str) -> tuple[str, ...]:
    return (f"GRANT USAGE ON *.* TO {USER} WITH {words}", f"ALTER USER {USER} WITH {words}")


CASES = {
    "a wrong password": Case((), "user and password do not fit", {"password": "falsch"}),
    "no password": Case((), "user and password do not fit", {"password": ""}),
    "no such user": Case((), "user and password do not fit", {"user": "niemand"}),
    "another host": Case(
        (f"RENAME USER {USER} TO {USER}@10.1.2.3",), "may also be bound to a host", {"password": PASSWORD}
    ),
    "locked": Case((f"ALTER USER {USER} ACCOUNT LOCK",), "the account is locked; unlock it", kinds=NEW),
    "expired": Case((f"ALTER USER {USER} PASSWORD EXPIRE",), "password has expired; set a new one"),
    "a certificate is wanted": Case(
        (f"GRANT USAGE ON *.* TO {USER} REQUIRE X509", f"ALTER USER {USER} REQUIRE X509"),
        "require TLS or a certificate",
    ),
    "one connection": Case(_limit("MAX_USER_CONNECTIONS 1"), "raise its MAX_USER_CONNECTIONS", before=1),
    "connections of an hour": Case(
        _limit("MAX_CONNECTIONS_PER_HOUR 1"), "used up its MAX_CONNECTIONS_PER_HOUR", before=1
    ),
    "queries of an hour": Case(_limit("MAX_QUERIES_PER_HOUR 2"), "used up its MAX_QUERIES_PER_HOUR"),
    "wrong passwords": Case(
        ("SET GLOBAL max_password_errors = 1",),
        "blocked after many wrong passwords",
        {"wrong first": True},
        kinds=MARIADB,
    ),
    "of the system": Case(
        (f"ALTER USER {USER} IDENTIFIED VIA unix_socket",), "logs in as the operating system's user", kinds=MARIADB
    ),
    "a plugin that is gone": Case(
        ("UPDATE mysql.user SET plugin = 'mysql_native_password' WHERE User = 'anmelden'", "FLUSH PRIVILEGES"),
        "lacks the plugin by which the account logs in",
        kinds=MYSQL,
    ),
    "a wrong port": Case((), "is the server running there?", {"port": 0}),
    "no such host": Case((), "nobody knows the name of that host", {"host": "nirgends.invalid"}),
}


@on(*KINDS)
@pytest.mark.parametrize("name", CASES)
def test_refused_and_named(each: Each, tmp_path: Path, name: str) -> None:
    server, case = each.server, CASES[name]
    if each.kind not in case.kinds:
        pytest.skip("that server does not know it")
    fresh(server, case.statements)
    given = dict(case.login)
    with contextlib.ExitStack() as stack:
        for _time in range(case.before):
            stack.enter_context(contextlib.closing(server.connect(user=USER, password=PASSWORD)))
        if given.pop("wrong first", False):
            refused(login_to(server, tmp_path, password="falsch"))
            stack.callback(server.admin, "SET GLOBAL max_password_errors = DEFAULT")
        failure = refused(login_to(server, tmp_path, **given))
    assert case.words in failure.msg, failure.msg


@on(*KINDS)
@pytest.mark.parametrize("password", ["pässwörd", '1 € für "alle" \\', "пароль"])
def test_passwords_beyond_ascii(each: Each, tmp_path: Path, password: str) -> None:
    server = each.server
    fresh(server, password=password)
    works(login_to(server, tmp_path, password=password))


@on(*MARIADB)
def test_an_account_of_the_system(each: Each, tmp_path: Path) -> None:
    server, name = each.server, f"{getpass.getuser()}"
    server.admin(f"CREATE USER '{name}'@'%' IDENTIFIED VIA unix_socket" if name != "root" else "DO 1")
    if name == "root":
        # The administrator's own, for as long as this lasts.
        server.admin(
            "ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD(%s) OR unix_socket",
            (server.address.password,),
        )
    works(login_to(server, tmp_path, user=name, password=None, unix_socket=server.address.socket))


@on(*NEW)
def test_encryption_is_required(each: Each, tmp_path: Path) -> None:
    """Of all by the server, or of one by the account: it is done where the server can, and said else."""
    server = each.server
    can = server.admin("SHOW GLOBAL VARIABLES LIKE 'ssl_cert'")[0][1] or each.kind in ("mariadb-11.8", "mysql-9.7")
    fresh(server, (f"ALTER USER {USER} REQUIRE SSL",))
    if can:
        assert works(login_to(server, tmp_path))
    else:
        assert "require TLS" in refused(login_to(server, tmp_path)).msg
    plain = tmp_path / "plain.cnf"
    plain.write_text("[client]\nskip-ssl\n")
    assert "TLS" in refused(login_to(server, tmp_path, config_file=str(plain))).msg
    fresh(server)
    with contextlib.closing(server.connect()) as administrator:
        administrator.query("SET GLOBAL require_secure_transport = ON")
        try:
            if can:
                assert works(login_to(server, tmp_path))
                said = refused(login_to(server, tmp_path, config_file=str(plain))).msg
                assert "accepts encrypted connections only" in said
            works(login_to(server, tmp_path, unix_socket=server.address.socket))
        finally:
            administrator.query("SET GLOBAL require_secure_transport = OFF")


WAYS = ("by TLS", "by socket", "by RSA")


@on(*MYSQL)
@pytest.mark.parametrize("way", WAYS)
def test_sha2(each: Each, tmp_path: Path, way: str) -> None:
    """A password that the server does not remember is handed over, hidden by TLS, the socket or the server's key."""
    server = each.server
    plain = tmp_path / "plain.cnf"
    plain.write_text("[client]\nskip-ssl\n")
    encrypted = tmp_path / "tls.cnf"
    encrypted.write_text("[client]\nssl\n")
    how = {
        "by TLS": {"config_file": str(encrypted)},
        "by socket": {"unix_socket": server.address.socket},
        "by RSA": {"config_file": str(plain)},
    }[way]
    for _time in range(2):
        fresh(server)
        cipher = works(login_to(server, tmp_path, **how))
        assert way == "by socket" or bool(cipher) == (way == "by TLS")
        # Now it remembers it.
        works(login_to(server, tmp_path, **how))


_WITHOUT = """
import json, sys
login, lacks = json.load(sys.stdin)
sys.modules[lacks] = None
base = "ansible_collections.cao.faktura.plugins.module_utils._mandant."
from importlib import import_module
try:
    import_module(base + "connect.driver").connect(import_module(base + "wanted").Login(**login))
except import_module("ansible_collections.cao.faktura.plugins.module_utils._backup.failure").Failure as failure:
    print(failure.error, failure.msg)
"""


def _told_without(library: str, login: t.Any) -> str:
    """Log in with a Python that lacks a library, and return what is said."""
    given = {name: getattr(login, name) for name in login.__dataclass_fields__}
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT],
        input=json.dumps([given, library]),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@on(*MYSQL)
def test_sha2_without_the_library(each: Each, tmp_path: Path) -> None:
    server = each.server
    plain = tmp_path / "plain.cnf"
    plain.write_text("[client]\nskip-ssl\n")
    fresh(server)
    said = _told_without("cryptography", login_to(server, tmp_path, config_file=str(plain)))
    assert said.startswith("connection_failed ")
    assert f"{sys.executable} -m pip install" in said
    assert "cryptography" in said
    # TLS and a socket hide the password without it.
    assert _told_without("cryptography", login_to(server, tmp_path)) == ""
    assert _told_without("cryptography", login_to(server, tmp_path, unix_socket=server.address.socket)) == ""


def test_ed25519_without_the_library() -> None:
    with Stranger(b"\xfeclient_ed25519\0" + b"x" * 32) as stranger:
        login = dataclasses.replace(_somewhere(stranger.port), config_file=os.devnull)
        said = _told_without("nacl", login)
    assert "the account's way to log in needs a library" in said
    assert "PyNaCl" in said


def test_nothing_answers() -> None:
    """What takes the connection and is silent is waited for no longer than wanted."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        login = dataclasses.replace(
            _somewhere(silent.getsockname()[1]), config_file=os.devnull, connect_timeout_seconds=1
        )
        assert "nothing answers there in time" in refused(login).msg


@on("mariadb")
def test_behind_the_login_it_is_patient(each: Each, tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    fresh(each.server)
    session = connect(login_to(each.server, tmp_path, connect_timeout_seconds=1))
    try:
        assert session.value("SELECT SLEEP(1.5)") == 0
        session.begin_rows("SELECT 1 FROM (SELECT SLEEP(1.5)) AS slept")
        assert session.read(1000)
    finally:
        session.close()


def _somewhere(port: int) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

    return Login(host="127.0.0.1", port=port, user=USER, password=PASSWORD)


@on(*NEW)
def test_roles(each: Each, tmp_path: Path) -> None:
    """A role that is not active gives nothing: the message says how it gets active, and then it is enough."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from restoring import articles, cao_backup

    server = each.server
    mandant = Mandant("rollen", server)
    mandant.drop()
    mandant.create()
    fresh(server)
    server.admin("DROP ROLE IF EXISTS verwalter")
    server.admin("CREATE ROLE verwalter")
    server.admin("GRANT ALL ON rollen.* TO verwalter")
    server.admin(f"GRANT verwalter TO {USER}")
    server.admin(f"GRANT SELECT ON rollen.* TO {USER}")
    restorer = Restorer(mandant, tmp_path, USER, PASSWORD)
    path = restorer.write("new.sql", cao_backup(articles(2)))
    with pytest.raises(Failure) as caught:
        restorer.run(path, reload_tables=False)
    assert caught.value.error == "missing_privilege"
    assert "(verwalter), make that active: SET DEFAULT ROLE" in caught.value.msg
    assert mandant.tables() == []
    account = f"{USER}@'%'"
    server.admin(f"SET DEFAULT ROLE verwalter {'FOR' if each.kind in MARIADB else 'TO'} {account}")
    assert restorer.run(path, reload_tables=False).changed
    if each.kind in MYSQL:
        server.admin(f"SET DEFAULT ROLE NONE TO {account}")
        server.admin("SET GLOBAL activate_all_roles_on_login = ON")
        try:
            assert restorer.run(path, reload_tables=False, policy="always").changed
        finally:
            server.admin("SET GLOBAL activate_all_roles_on_login = OFF")
    mandant.drop()
