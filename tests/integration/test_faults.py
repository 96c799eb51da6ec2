# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of what ``make torture`` does at random points: whatever cuts a run off, the Mandant is old or new."""

from __future__ import annotations

import shutil
import typing as t

import pytest

import faults
import mysql_server
from mariadb_server import MariadbServer
from mysql_server import MysqlServer
from private_server import PrivateServer
from scene import Scene

Start = t.Callable[[str, str, str], Scene]


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> faults.RenameKiller | None:
    return faults.RenameKiller(tmp_path_factory.mktemp("killer")) if shutil.which("cc") else None


@pytest.fixture(scope="module")
def mariadb(killer: faults.RenameKiller | None) -> t.Iterator[PrivateServer]:
    """A server that may be killed."""
    with MariadbServer(environment=killer.environment if killer else None) as server:
        yield server


@pytest.fixture(scope="module")
def mysql() -> t.Iterator[PrivateServer]:
    if not mysql_server.is_there():
        pytest.skip(mysql_server.MISSING)
    with MysqlServer() as server:
        yield server


@pytest.fixture(scope="module")
def scenes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Scenes that the tests share; each begins with a Mandant in its first state."""
    made: dict[tuple[str, str, str], Scene] = {}

    def look(program: str, engine: str, job: t.Any) -> Scene:
        key = (program, engine, job)
        if key not in made:
            server = request.getfixturevalue(program)
            made[key] = Scene(server, tmp_path_factory.mktemp("scene"), f"fest_{engine}_{job}".lower(), engine, job)
        made[key].reset()
        return made[key]

    return look


def _check(scene: Scene) -> None:
    scene.check_lock_is_free()
    state = scene.check_whole()
    scene.check_next_run(state)


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize(("job", "number"), [("restore", 30), ("restore", 50), ("roll_back", 25), ("roll_back", 33)])
def test_module_killed(scenes: Start, job: str, number: int) -> None:
    """Killed again and again, it leaves no more than the first time."""
    scene = scenes("mariadb", "InnoDB", job)
    left = []
    for _time in range(3):
        assert faults.kill_the_module(scene, number)
        scene.check_lock_is_free()
        left.append(len(scene.leftovers()))
        if scene.check_whole() == "new":
            break
    assert max(left) <= 3, "the two tables and the marker"
    _check(scene)


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize(
    ("program", "engine", "job", "number"),
    [
        ("mariadb", "InnoDB", "restore", 40),
        ("mariadb", "MyISAM", "restore", 52),
        ("mariadb", "Aria", "roll_back", 35),
        ("mysql", "InnoDB", "restore", 44),
    ],
)
def test_server_killed(scenes: Start, program: str, engine: str, job: str, number: int) -> None:
    scene = scenes(program, engine, job)
    assert faults.kill_the_server(scene, number)
    _check(scene)


@pytest.mark.parametrize(
    ("engine", "number", "journal"),
    [
        ("InnoDB", 3, False),
        ("InnoDB", -6, False),
        ("MyISAM", 8, False),
        ("Aria", 8, False),
        ("InnoDB", -5, True),
        ("MyISAM", 12, True),
    ],
)
def test_server_killed_in_rename(
    scenes: Start,
    killer: faults.RenameKiller | None,
    engine: str,
    number: int,
    journal: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also with the journal of servers whose RENAME is not crash-safe: it agrees with what MariaDB has undone."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

    if killer is None:
        pytest.skip("no C compiler makes the switch that kills the server")
    if journal:
        monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    scene = scenes("mariadb", engine, "restore")
    assert faults.kill_at_rename(scene, killer, number)
    if engine != "Aria":
        _check(scene)
        return
    assert None in scene.live().values(), "MariaDB has learned it: what mends the table can go"
    warnings = scene.restorer.run(scene.old).warnings
    assert any("ARTIKEL; it was repaired" in warning for warning in warnings)
    _check(scene)


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize(
    ("job", "carried", "to_client"),
    [
        ("restore", 3000, False),
        ("restore", 300_000, False),
        ("restore", 20_000, True),
        ("roll_back", 6000, False),
        ("roll_back", 9000, True),
    ],
)
def test_line_cut(scenes: Start, job: str, carried: int, to_client: bool) -> None:
    scene = scenes("mariadb", "MyISAM", job)
    assert faults.cut_the_line(scene, carried, to_client=to_client)
    # The proxy lets it connect again.
    assert scene.leftovers() == []
    _check(scene)


@pytest.mark.parametrize(
    ("place", "late", "state"),
    [
        ("rollback.write_marker", True, "old"),
        ("swap.rename", False, "old"),
        ("swap.rename", True, "new"),
        ("swap.finish", False, "new"),
    ],
)
def test_connection_ended_during_rollback(
    scenes: Start, place: str, late: bool, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is finished over another connection and is no failure; a second time the first state comes back."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant import rollback
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap import swap

    scene = scenes("mariadb", "InnoDB", "roll_back")
    module, _dot, name = place.partition(".")
    holder = {"rollback": rollback, "swap": swap}[module]
    real = getattr(holder, name)

    def cut(session: t.Any, *arguments: t.Any, **named: t.Any) -> t.Any:
        made = real(session, *arguments, **named) if late else None
        scene.server.admin(f"KILL {session.number}")
        return made if late else real(session, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(holder, name, cut)
        if state == "old":
            with pytest.raises(Failure, match="connection"):
                scene.run()
        else:
            outcome = scene.run()
            assert outcome.changed
            assert "the connection was lost" in outcome.warnings[0]
    scene.check_lock_is_free()
    assert scene.leftovers() == []
    assert scene.check_whole() == state
    if state == "old":
        scene.run()
    scene.run()
    scene.check_first_state()
