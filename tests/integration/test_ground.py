# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ground itself: the private server starts, dies, comes back and leaves nothing; playbooks give data."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pymysql
import pytest

import mariadb_server
from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import PlaybookError, PlaybookRunner
from private_server import ServerError

_OWNER = """
import signal, time
from mariadb_server import MariadbServer
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
server = MariadbServer()
server.start()
print(server.pid, server.folder, flush=True)
time.sleep(600)
"""


def _wait_until(condition: t.Callable[[], bool], *, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def _is_mariadbd(pid: int) -> bool:
    try:
        return b"mariadbd" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_server_answers_over_tcp_and_socket(server: MariadbServer) -> None:
    address = server.address
    assert server.admin("SELECT CURRENT_USER()") == [("root@localhost",)]
    local = pymysql.connect(unix_socket=address.socket, user=address.user, password=address.password)
    with local, local.cursor() as cursor:
        cursor.execute("SELECT @@pid_file")
        assert cursor.fetchall() == ((str(server.folder / "pid"),),)


def test_server_has_its_own_defaults(server: MariadbServer) -> None:
    ((sql_mode, port, folder),) = server.admin("SELECT @@global.sql_mode, @@port, @@datadir")
    assert "STRICT_TRANS_TABLES" in sql_mode
    assert port == server.address.port
    assert Path(folder) == server.folder / "data"


@pytest.mark.parametrize("user", ["root", "", "mysql"])
def test_nobody_gets_in_without_the_password(server: MariadbServer, user: str) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        server.connect(user=user, password="")


def test_port_is_loopback_only(server: MariadbServer) -> None:
    assert server.pid is not None
    port = f":{server.address.port:04X}"
    listening = [
        fields[1]
        for table in ("tcp", "tcp6")
        for fields in (line.split() for line in Path(f"/proc/{server.pid}/net/{table}").read_text().splitlines()[1:])
        if fields[1].endswith(port) and fields[3] == "0A"
    ]
    assert listening == [f"0100007F{port}"]


def test_data_survives_kill9_and_restart() -> None:
    with MariadbServer() as server:
        server.admin("CREATE DATABASE kept")
        server.admin("CREATE TABLE kept.numbers (n INT) ENGINE=InnoDB")
        server.admin("INSERT INTO kept.numbers VALUES (1), (2)")
        before, address = server.pid, server.address
        server.kill9()
        assert not server.running
        with pytest.raises(pymysql.err.OperationalError):
            server.connect()
        server.restart()
        assert server.pid != before
        assert server.address == address
        assert server.admin("SELECT COUNT(*) FROM kept.numbers") == [(2,)]


def test_nothing_is_left_after_stop() -> None:
    with MariadbServer() as server:
        pid, folder, port = server.pid, server.folder, server.address.port
        assert pid is not None
        assert _is_mariadbd(pid)
    assert not _is_mariadbd(pid)
    assert not folder.exists()
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
    server.stop()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_server_ends_with_its_owner(how: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        cwd=Path(mariadb_server.__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert owner.stdout is not None
    with owner:
        pid, folder = owner.stdout.readline().split()
        assert _is_mariadbd(int(pid))
        owner.send_signal(how)
    assert _wait_until(lambda: not _is_mariadbd(int(pid)))
    assert _wait_until(lambda: not Path(folder).exists())


def test_options_reach_the_server_and_two_servers_live_side_by_side(server: MariadbServer) -> None:
    with MariadbServer(options=("--lower-case-table-names=1", "--log-bin", "--sql-mode=ANSI_QUOTES")) as other:
        facts = other.admin("SELECT @@lower_case_table_names, @@log_bin, @@global.sql_mode")
        assert facts == [(1, 1, "ANSI_QUOTES")]
        assert other.address.port != server.address.port
        assert other.address.password != server.address.password


def test_refused_option_is_told_with_the_log_and_leaves_nothing() -> None:
    server = MariadbServer(options=("--no-such-option",))
    with pytest.raises(ServerError, match="no-such-option"):
        server.start()
    with pytest.raises(ServerError, match="not started"):
        assert server.folder != Path()


def test_mandant_is_empty_and_reachable_with_its_login(mandant: Mandant) -> None:
    assert mandant.tables() == []
    assert mandant.checksums() == {}
    mandant.query("CREATE TABLE ARTIKEL (REC_ID INT)")
    before = mandant.checksums()
    mandant.query("INSERT INTO ARTIKEL VALUES (%s)", (1,))
    assert list(before) == ["ARTIKEL"]
    assert mandant.checksums() != before


def test_playbook_gives_results_as_data(playbook: PlaybookRunner) -> None:
    tasks = [
        {"name": "umlaut", "ansible.builtin.debug": {"msg": "{{ wort }}"}},
        {"name": "fails", "ansible.builtin.fail": {"msg": "no"}, "ignore_errors": True},
        {"name": "skips", "ansible.builtin.debug": {"msg": "never"}, "when": False},
        {"name": "file", "ansible.builtin.copy": {"dest": "{{ ansible_env_home }}/new", "content": "text"}},
    ]
    variables = {"wort": "Kräutergarten", "ansible_env_home": str(playbook.folder)}
    run = playbook.run(
        [{"hosts": "all", "gather_facts": False, "tasks": tasks}], variables=variables, check=True, diff=True
    )
    assert run.returncode == 0
    assert [result.status for result in run.tasks] == ["ok", "failed", "skipped", "ok"]
    assert run["umlaut"]["msg"] == "Kräutergarten"
    assert run["fails"].failed
    assert run["file"].changed
    assert run["file"]["diff"][0]["after"] == "text"
    assert not (playbook.folder / "new").exists()


def test_playbook_that_cannot_start_is_an_error(playbook: PlaybookRunner) -> None:
    with pytest.raises(PlaybookError, match="before its first task"):
        playbook.run([{"hosts": "all", "tasks": [{"cao.faktura.no_such_module": {}}]}])


def test_playbook_sees_the_installed_collection_only(playbook: PlaybookRunner) -> None:
    paths = "{{ lookup('ansible.builtin.config', 'COLLECTIONS_PATHS') }}"
    result = playbook.task("ansible.builtin.debug", {"msg": paths})
    assert result["msg"] == [str(playbook.collections_path)]
