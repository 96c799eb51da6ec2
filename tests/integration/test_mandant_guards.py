# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a restore from beginning, and that nothing is touched then."""

from __future__ import annotations

import contextlib
import gc
import os
import time
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, account, articles, cao_backup, company, roll_back

_NEEDED = ("SELECT", "INSERT", "CREATE", "DROP", "ALTER")


@pytest.fixture
def restorer(mandant: Mandant, tmp_path: Path) -> Restorer:
    made = Restorer(mandant, tmp_path)
    made.run(made.write("old.sql", cao_backup(articles(3, "alt"), company("Alt"))))
    return made


@pytest.fixture
def new(restorer: Restorer) -> str:
    return restorer.write("new.sql", cao_backup(articles(5, "neu")))


def _refused(restorer: Restorer, path: str, *, check: bool = False, **options: t.Any) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    before = (restorer.mandant.tables(), restorer.mandant.checksums())
    with pytest.raises(Failure) as caught:
        restorer.run(path, check=check, **options)
    assert (restorer.mandant.tables(), restorer.mandant.checksums()) == before
    return caught.value


@pytest.mark.parametrize("missing", [*_NEEDED, "RELOAD"])
def test_missing_privileges_one_at_a_time(restorer: Restorer, new: str, missing: str) -> None:
    mandant = restorer.mandant
    pattern = mandant.name.replace("_", "\\_")
    rights = ", ".join(name for name in _NEEDED if name != missing)
    grants = [f"{rights} ON `{pattern}`.*", "PROCESS ON *.*", *(["RELOAD ON *.*"] if missing != "RELOAD" else [])]
    user = f"probe_{os.getpid()}"
    probe = Restorer(mandant, restorer.folder, user, account(mandant.server, user, grants))
    for check in (True, False):
        failure = _refused(probe, new, check=check)
        assert failure.error == "missing_privilege"
        assert f"lacks {missing} for" in failure.msg
        assert user in failure.msg
        assert ("reload_tables: false" in failure.msg) == (missing == "RELOAD")


@pytest.mark.parametrize("engine", ["MyISAM", "InnoDB"])
def test_a_new_mandant_takes_no_right_to_reload(restorer: Restorer, new: str, engine: str) -> None:
    mandant = restorer.mandant
    mandant.drop()
    user = f"probe_{os.getpid()}"
    probe = Restorer(mandant, restorer.folder, user, account(mandant.server, user, [f"ALL ON `{mandant.name}`.*"]))
    assert [probe.run(new, check=check, engine=engine).action for check in (True, False)] == ["created", "created"]
    # From now on there is something to reload.
    assert _refused(probe, new, policy="always").error == "missing_privilege"
    assert probe.run(new, policy="always", reload_tables=False).changed


_OBJECTS = b"""-- MySQL dump 10.13
CREATE TABLE `P` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TABLE `C` (`ID` int NOT NULL, PRIMARY KEY (`ID`),
  CONSTRAINT `fk` FOREIGN KEY (`ID`) REFERENCES `P` (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TRIGGER `tr` BEFORE INSERT ON `C` FOR EACH ROW SET NEW.ID = NEW.ID + 1;
CREATE VIEW `V` AS SELECT `ID` FROM `C`;
"""


@pytest.mark.parametrize("missing", ["TRIGGER", "REFERENCES", "CREATE VIEW", "SHOW VIEW"])
def test_missing_privileges_for_what_a_dump_has(restorer: Restorer, missing: str) -> None:
    mandant = restorer.mandant
    path = restorer.write("objects.sql", _OBJECTS)
    needed = (*_NEEDED, "TRIGGER", "REFERENCES", "CREATE VIEW", "SHOW VIEW")
    rights = ", ".join(name for name in needed if name != missing)
    user = f"probe_{os.getpid()}"
    password = account(mandant.server, user, [f"{rights} ON `{mandant.name}`.*", "PROCESS, RELOAD ON *.*"])
    probe = Restorer(mandant, restorer.folder, user, password)
    for check in (True, False):
        failure = _refused(probe, path, check=check)
        assert failure.error == "missing_privilege"
        assert f"lacks {missing} for" in failure.msg


def test_without_process_it_says_what_it_cannot_see(restorer: Restorer, new: str) -> None:
    """PROCESS is not needed, but then a CAO-Faktura under another account would not be noticed."""
    mandant = restorer.mandant
    user = f"probe_{os.getpid()}"
    password = account(mandant.server, user, [f"{', '.join(_NEEDED)} ON `{mandant.name}`.*", "RELOAD ON *.*"])
    probe = Restorer(mandant, restorer.folder, user, password)
    for check in (True, False):
        assert any("PROCESS" in warning for warning in probe.run(new, check=check).warnings)


def test_the_named_privileges_are_enough(restorer: Restorer, new: str) -> None:
    mandant = restorer.mandant
    user = f"probe_{os.getpid()}"
    grants = [f"{', '.join(_NEEDED)} ON `{mandant.name}`.*", "PROCESS, RELOAD ON *.*"]
    probe = Restorer(mandant, restorer.folder, user, account(mandant.server, user, grants))
    outcome = probe.run(new)
    assert outcome.changed
    (only,) = outcome.warnings
    assert "lacks TRIGGER" in only
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5,)]


def test_a_hosted_account_needs_no_global_right(restorer: Restorer, new: str) -> None:
    mandant = restorer.mandant
    user = f"probe_{os.getpid()}"
    probe = Restorer(mandant, restorer.folder, user, account(mandant.server, user, [f"ALL ON `{mandant.name}`.*"]))
    outcome = probe.run(new, reload_tables=False)
    assert outcome.changed
    assert any("PROCESS" in warning for warning in outcome.warnings)


def test_read_only_server(restorer: Restorer, new: str) -> None:
    mandant = restorer.mandant
    user = f"probe_{os.getpid()}"
    password = account(mandant.server, user, [f"ALL ON `{mandant.name}`.*", "RELOAD, PROCESS ON *.*"])
    probe = Restorer(mandant, restorer.folder, user, password)
    mandant.server.admin("SET GLOBAL read_only = ON")
    try:
        failure = _refused(probe, new)
    finally:
        mandant.server.admin("SET GLOBAL read_only = OFF")
    assert failure.error == "server_setting"
    assert "read-only" in failure.msg


def test_running_instances(restorer: Restorer, new: str) -> None:
    mandant = restorer.mandant
    with contextlib.closing(mandant.connect()) as instance:
        for check in (True, False):
            failure = _refused(restorer, new, check=check)
            assert failure.error == "mandant_in_use"
            assert "root@" in failure.msg
        failure = _refused(restorer, new, running_instances="ignore", reload_tables=False)
        assert failure.error == "mandant_in_use"
        begun = time.monotonic()
        assert _refused(restorer, new, running_instances="wait", wait_timeout_seconds=1).error == "mandant_in_use"
        # And not in the five minutes that are usual.
        assert time.monotonic() - begun < 120
        assert restorer.run(new, running_instances="ignore").changed
        with instance.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM ARTIKEL")
            assert cursor.fetchone() == (5,)
    with contextlib.closing(mandant.connect()):
        assert restorer.run(new, running_instances="disconnect", policy="always").changed


def test_wait_until_the_instance_is_closed(restorer: Restorer, new: str) -> None:
    instance = restorer.mandant.connect()
    told: list[str] = []

    def close(phase: str, *_: object) -> None:
        told.append(phase)
        if told.count("wait") == 2 and phase == "wait":
            instance.close()

    assert restorer.run(new, running_instances="wait", wait_timeout_seconds=300, progress=close).changed
    assert told.count("wait") >= 2
    assert not instance.open


def test_a_table_that_a_session_holds(restorer: Restorer, new: str) -> None:
    mandant = restorer.mandant
    with contextlib.closing(mandant.server.connect(autocommit=False)) as holder:
        with holder.cursor() as cursor:
            cursor.execute("START TRANSACTION")
            cursor.execute(f"SELECT COUNT(*) FROM `{mandant.name}`.FIRMA")
        failure = _refused(restorer, new)
        assert failure.error == "mandant_in_use"
        assert "holds a table" in failure.msg
    assert restorer.run(new).changed


def test_two_restores_at_once(restorer: Restorer, new: str) -> None:
    failures: list[t.Any] = []

    def again(phase: str, *_: object) -> None:
        if phase == "load" and not failures:
            failures.append(_refused_quietly(restorer, new))

    assert restorer.run(new, progress=again).changed
    assert failures[0].error == "locked"
    assert "connection" in failures[0].msg


def _refused_quietly(restorer: Restorer, path: str) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure) as caught:
        restorer.run(path)
    return caught.value


def test_a_name_in_another_letter_case(restorer: Restorer, new: str) -> None:
    failure = _refused(restorer, new, mandant=restorer.mandant.name.upper())
    assert failure.error == "mandant_missing"
    assert restorer.mandant.name in failure.msg


def test_nothing_reaches_the_binary_log_without_need(tmp_path: Path) -> None:
    """Check mode, what has nothing to do, and a refusal leave no event."""
    with MariadbServer(options=("--log-bin", "--server-id=1")) as server:
        mandant = Mandant("bin", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        old = restorer.write("old.sql", cao_backup(articles(3)))
        restorer.run(old)
        new = restorer.write("new.sql", cao_backup(articles(4)))
        first = server.admin("SHOW MASTER STATUS")
        assert restorer.run(new).changed
        before = server.admin("SHOW MASTER STATUS")
        assert first != before
        assert restorer.run(old, check=True, diff=True).changed
        assert roll_back(restorer, check=True).changed
        for policy in ("once", "enforce"):
            assert not restorer.run(new, policy=policy).changed
        with contextlib.closing(mandant.connect()):
            assert _refused(restorer, old).error == "mandant_in_use"
        assert server.admin("SHOW MASTER STATUS") == before


# PyMySQL leaves the socket to the garbage collector when a Unix socket cannot be reached.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "falsch"}, ["1045", "login_password"]),
        ({"port": 1}, ["127.0.0.1:1"]),
        ({"unix_socket": "/nowhere/socket"}, ["socket /nowhere/socket"]),
        ({"config_file": "/nowhere/my.cnf"}, ["/nowhere/my.cnf"]),
    ],
)
def test_no_connection(restorer: Restorer, change: dict[str, t.Any], words: list[str]) -> None:
    import dataclasses

    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    with pytest.raises(Failure) as caught:
        connect(dataclasses.replace(restorer.login(), **change))
    assert caught.value.error == "connection_failed"
    assert all(word in caught.value.msg for word in words)
    assert "falsch" not in caught.value.msg
    del caught
    gc.collect()


def test_option_file(restorer: Restorer, tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

    address = restorer.mandant.server.address
    file = tmp_path / "my.cnf"
    (tmp_path / "conf.d").mkdir()
    file.write_text(
        f"!includedir {tmp_path / 'conf.d'}\n[client]\nuser={address.user}\npassword='{address.password}'\n"
        f"socket={address.socket}\n"
        "[mysqldump]\nquick\n"
    )
    session = connect(Login(config_file=str(file)))
    assert session.where == f"socket {address.socket}"
    assert session.value("SELECT 1") == 1
    session.close()
    session = connect(Login(config_file=str(file), host="127.0.0.1", port=address.port))
    assert session.where == f"127.0.0.1:{address.port}"
    session.close()
