# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that let nobody in, not from here, not in this way, or write nothing: each named; on each kind of server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import typing as t
from pathlib import Path

import pytest

from cutting_proxy import CuttingProxy
from each_server import KINDS, MYSQL, NEW, Each, on
from jobs import until
from logging_in import PASSWORD, USER, fresh, login_to, refused, works
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account, articles, cao_backup
from saving import back_up

# Another address of this machine: servers take 127.0.0.1 for the host itself, which they never block.
ELSEWHERE = "127.0.0.2"


class FromElsewhere(CuttingProxy):
    """Passes everything on, and comes from another address."""

    def _connected(self, client: socket.socket) -> socket.socket:
        server = socket.create_connection(("127.0.0.1", self._server_port), source_address=(ELSEWHERE, 0))
        self._sockets += [client, server]
        return server


@on(*KINDS)
def test_a_host_that_is_blocked(each: Each, tmp_path: Path) -> None:
    server = each.server
    fresh(server)
    most = server.admin("SELECT @@GLOBAL.max_connect_errors")[0][0]
    server.admin("SET GLOBAL max_connect_errors = 1")
    try:
        for _time in range(3):
            with socket.create_connection(("127.0.0.1", server.address.port), source_address=(ELSEWHERE, 0)) as line:
                line.settimeout(60)
                # It may be blocked by now, and the line be at its end.
                with contextlib.suppress(OSError):
                    line.sendall(b"what?")
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(1000):
                        pass
        with FromElsewhere(server.address.port) as proxy:
            failure = refused(login_to(server, tmp_path, port=proxy.port))
            assert "(error 1129): the server has blocked this host after many errors" in failure.msg
            # What is to be done there, word by word.
            server.admin("FLUSH HOSTS" if each.kind not in MYSQL else "TRUNCATE TABLE performance_schema.host_cache")
            works(login_to(server, tmp_path, port=proxy.port))
    finally:
        server.admin(f"SET GLOBAL max_connect_errors = {most}")


@on(*KINDS)
def test_a_host_without_an_account(each: Each, tmp_path: Path) -> None:
    server = each.server
    fresh(server, (f"RENAME USER {USER} TO {USER}@10.1.2.3",))
    # Until then it remembers that there was an account for every host.
    server.admin("FLUSH PRIVILEGES")
    assert not server.admin("SELECT User FROM mysql.user WHERE Host = '%' AND User <> 'PUBLIC'")
    with FromElsewhere(server.address.port) as proxy:
        failure = refused(login_to(server, tmp_path, port=proxy.port))
    assert "(error 1130): the server does not accept connections from this host" in failure.msg


@contextlib.contextmanager
def _set(server: PrivateServer, name: str, value: object) -> t.Iterator[None]:
    """While it lasts, a variable of the server has another value."""
    with contextlib.closing(server.connect()) as administrator, administrator.cursor() as cursor:
        cursor.execute(f"SELECT @@GLOBAL.{name}")
        found = cursor.fetchone()
        assert found is not None
        cursor.execute(f"SET GLOBAL {name} = {value}")
        try:
            yield
        finally:
            cursor.execute(f"SET GLOBAL {name} = %s", found)


@on(*KINDS)
@pytest.mark.parametrize(
    ("variable", "value", "words", "kinds"),
    [
        ("max_user_connections", 1, "the account has no connection left", ("mysql-5.6", "mysql-9.7")),
        ("offline_mode", "ON", "(error 3032): the server is in offline mode", MYSQL),
        ("init_connect", "'SELECT nothing FROM nowhere'", "a statement of its init_connect fails", NEW),
    ],
)
def test_a_setting_of_the_server(
    each: Each, tmp_path: Path, variable: str, value: object, words: str, kinds: tuple[str, ...]
) -> None:
    if each.kind not in kinds:
        pytest.skip("that server does not do it")
    fresh(each.server)
    with _set(each.server, variable, value), contextlib.ExitStack() as stack:
        if variable == "max_user_connections":
            stack.enter_context(contextlib.closing(each.server.connect(user=USER, password=PASSWORD)))
        assert words in refused(login_to(each.server, tmp_path)).msg
    works(login_to(each.server, tmp_path))


@on(*KINDS)
@pytest.mark.parametrize("everybody", [False, True])
def test_a_server_that_is_read_only(each: Each, tmp_path: Path, everybody: bool) -> None:
    """Nothing is begun, check mode says so too, and what only reads goes on."""
    server = each.server
    if everybody and each.kind not in MYSQL:
        pytest.skip("that server has no super_read_only")
    mandant = Mandant("nur_lesen", server)
    mandant.create()
    administrator = Restorer(mandant, tmp_path)
    restorer = Restorer(mandant, tmp_path, USER, account(server, USER, ["ALL ON nur_lesen.*"]))
    restorer.run(restorer.write("old.sql", cao_backup(articles(3))), reload_tables=False)
    new = restorer.write("new.sql", cao_backup(articles(4)))
    with contextlib.ExitStack() as stack:
        stack.enter_context(_set(server, "read_only", "ON"))
        if everybody:
            stack.enter_context(_set(server, "super_read_only", "ON"))
        before = (mandant.tables(), mandant.checksums())
        _refused_as_read_only(administrator if everybody else restorer, new)
        (tmp_path / "target").mkdir()
        assert back_up(restorer, tmp_path / "target")["tables"][0]["rows"] == 3
        assert not restorer.run(str(tmp_path / "old.sql"), reload_tables=False, policy="once").changed
        assert (mandant.tables(), mandant.checksums()) == before
    assert restorer.run(new, reload_tables=False).changed
    mandant.drop()


def _refused_as_read_only(restorer: Restorer, path: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, reload_tables=False)
        assert caught.value.error == "server_setting"
        assert "read-only" in caught.value.msg


@on(*NEW)
def test_innodb_that_is_read_only(each: Each, tmp_path: Path) -> None:
    server = each.server
    mandant = Mandant("nur_innodb", server)
    mandant.create()
    restorer = Restorer(mandant, tmp_path)
    restorer.run(restorer.write("old.sql", cao_backup(articles(3))), engine="InnoDB")
    options = server.options
    server.end()
    server.options = (*options, "--innodb-read-only=ON")
    try:
        server.start()
        _refused_as_read_only(restorer, restorer.write("new.sql", cao_backup(articles(4))))
        (tmp_path / "target").mkdir()
        assert back_up(restorer, tmp_path / "target")["tables"][0]["rows"] == 3
    finally:
        server.end()
        server.options = options
        server.start()
    mandant.drop()


@on(*KINDS)
def test_a_server_that_shuts_down(each: Each, tmp_path: Path) -> None:
    """Behind the rows: the run ends at once, and says what happened; the next one restores."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    server = each.server
    mandant = Mandant("abends", server)
    mandant.create()
    restorer = Restorer(mandant, tmp_path)
    restorer.run(restorer.write("old.sql", cao_backup(articles(3))))
    new = restorer.write("new.sql", cao_backup(articles(4)))

    def shut_down(phase: str, *_: object) -> None:
        if phase == "verify" and (pid := server.pid) is not None:
            os.kill(pid, signal.SIGTERM)
            until(lambda: not server.running, 120, "the server has ended")

    with pytest.raises(Failure) as caught:
        restorer.run(new, progress=shut_down)
    assert caught.value.error == "connection_failed"
    assert "the connection was lost" in caught.value.msg
    assert "is the server running there?" in refused(login_to(server, tmp_path)).msg
    server.start()
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(3,)]
    assert restorer.run(new).changed
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(4,)]
    mandant.drop()


def _versions(server: PrivateServer) -> str:
    found = server.admin("SHOW GLOBAL VARIABLES LIKE 'tls_version'")
    return str(found[0][1]) if found else ""


@on(*NEW)
def test_tls_versions_that_do_not_meet(each: Each, tmp_path: Path) -> None:
    server = each.server
    fresh(server)
    if not server.admin("SHOW GLOBAL VARIABLES LIKE 'ssl_cert'")[0][1] and each.kind not in ("mariadb-11.8",):
        pytest.skip("that server has no certificate")
    options = server.options
    server.end()
    server.options = (*options, "--tls-version=TLSv1.3")
    option_file = tmp_path / "old.cnf"
    option_file.write_text("[client]\nssl\ntls-version=TLSv1.2\n")
    try:
        server.start()
        assert _versions(server) == "TLSv1.3"
        said = refused(login_to(server, tmp_path, config_file=str(option_file))).msg
        assert "have no version of TLS, or no cipher, in common" in said, said
    finally:
        server.end()
        server.options = options
        server.start()
    assert works(login_to(server, tmp_path, config_file=str(option_file)))
