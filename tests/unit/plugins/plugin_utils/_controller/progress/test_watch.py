# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watcher's commands, run by a real shell: they reach the job's own folder, and nothing else of its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.watch import JobGone, Watch, make_folder
from strangers import STRANGER, as_stranger, common_place, needs_root

SHELLS = [shell for shell in ("sh", "bash", "dash", "busybox") if shutil.which(shell)]


class Shell:
    """Runs commands as the host does."""

    def __init__(self, shell: str, home: Path, temporary: Path | None = None) -> None:
        self._command = [shell, "sh"] if shell == "busybox" else [shell]
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(temporary or home / "no")}

    def __call__(self, command: str) -> dict[str, t.Any]:
        done = subprocess.run(
            [*self._command, "-c", command], env=self._environment, capture_output=True, text=True, check=False
        )
        return {"rc": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    return Shell(request.param, tmp_path)


@pytest.fixture
def watch(shell: Shell, shown: list[t.Any]) -> Watch:
    return Watch(shell, make_folder(shell, "~/.ansible/tmp"), shown.append, keep_alive=True)


@pytest.fixture
def shown() -> list[t.Any]:
    return []


def test_a_folder_is_made_where_only_its_user_writes(shell: Shell, tmp_path: Path) -> None:
    made = [Path(make_folder(shell, "~/.ansible/t\u00e4 mp")) for _number in range(3)]
    assert len(set(made)) == 3
    for path in made:
        assert path.parent == tmp_path / ".ansible" / "t\u00e4 mp"
        assert list(path.iterdir()) == []
        os.close(Folder(str(path)).begin())


@pytest.mark.parametrize("how", ["a file", "open to all", "open to a group", "not to be made"])
def test_a_place_that_is_not_fit_is_passed_over(how: str, tmp_path: Path) -> None:
    first = tmp_path / "first"
    if how == "a file":
        first.touch()
    elif how == "not to be made":
        first = Path("/proc/first")
    else:
        first.mkdir()
        first.chmod(0o777 if how == "open to all" else 0o770)
    with common_place() as common:
        path = Path(make_folder(Shell("sh", tmp_path, common), str(first)))
        assert path.parent in (common, Path(f"/run/user/{os.geteuid()}"))
        Folder(str(path)).remove()


def test_no_place_at_all_has_a_name(tmp_path: Path) -> None:
    def execute(command: str) -> dict[str, t.Any]:
        return Shell("sh", tmp_path)(f"mktemp() {{ return 1; }}; {command}")

    with pytest.raises(Failure, match="ansible_remote_tmp") as caught:
        make_folder(execute, "~/.ansible/tmp")
    assert caught.value.error == "connection_failed"


def test_what_a_job_tells_is_shown(watch: Watch, shown: list[t.Any]) -> None:
    folder = Folder(watch.folder)
    os.close(folder.begin())
    assert not watch.look()
    assert watch.has_begun
    before = folder.time_of("alive")
    folder.write("progress", '{"phase": "load", "percent": 7}\n')
    assert not watch.look()
    assert folder.time_of("alive") != before
    assert shown == [{"phase": "load", "percent": 7}]
    folder.write("ended", "")
    assert watch.look()


def test_who_gives_up_takes_the_sign_away(watch: Watch) -> None:
    folder = Folder(watch.folder)
    os.close(folder.begin())
    watch.look()
    watch.give_up()
    assert not folder.has("alive")


def test_who_gives_up_before_a_job_has_begun_leaves_it_no_place(watch: Watch) -> None:
    watch.give_up()
    with pytest.raises(Failure):
        Folder(watch.folder)


def _is_gone(watch: Watch, shown: list[t.Any]) -> None:
    with pytest.raises(JobGone):
        watch.look()
    watch.give_up()
    assert shown == []


def test_a_link_is_not_followed(watch: Watch, shown: list[t.Any], tmp_path: Path) -> None:
    """Not even to a folder of one's own."""
    other = tmp_path / "precious"
    other.mkdir(mode=0o700)
    for name in ("alive", "ended"):
        (other / name).write_text("precious", encoding="utf-8")
    Path(watch.folder).rmdir()
    Path(watch.folder).symlink_to(other)
    _is_gone(watch, shown)
    assert {path.read_text(encoding="utf-8") for path in other.iterdir()} == {"precious"}


@needs_root
@pytest.mark.parametrize("shell_name", SHELLS)
def test_another_users_folder_is_none(shell_name: str, tmp_path: Path) -> None:
    """It has the name of one that was removed, says that a job has ended, and links to a file of root's."""
    shown: list[t.Any] = []
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    with common_place() as common:
        shell = Shell(shell_name, tmp_path, common)
        watch = Watch(shell, make_folder(shell, str(common)), shown.append, keep_alive=True)
        path = Path(watch.folder)
        path.rmdir()

        def make() -> None:
            path.mkdir()
            path.chmod(0o777)
            (path / "alive").symlink_to(victim)
            (path / "ended").touch()
            (path / "progress").write_text('{"phase": "\\u001b[31m", "percent": 1}\n', encoding="utf-8")

        as_stranger(make)
        _is_gone(watch, shown)
        assert victim.read_text(encoding="utf-8") == "precious"
        assert (path / "alive").is_symlink()


@needs_root
def test_another_user_finds_no_way_in(tmp_path: Path) -> None:
    with common_place() as common:
        path = Path(make_folder(Shell("sh", tmp_path, common), str(common)))

        def attack() -> None:
            for attempt in (
                lambda: list(path.iterdir()),
                (path / "ended").touch,
                lambda: path.rename(path.with_name("away")),
                path.rmdir,
            ):
                with pytest.raises(PermissionError):
                    attempt()

        as_stranger(attack, STRANGER)
        assert list(path.iterdir()) == []
