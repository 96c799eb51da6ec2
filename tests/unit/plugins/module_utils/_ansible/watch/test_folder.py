# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a job: whatever another user, or nobody, has put in its place is not taken for it."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import (
    ALIVE,
    ENDED,
    FOLDER_PREFIX,
    OUTPUT,
    Folder,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from strangers import as_stranger, common_place, needs_root

NAME = f"{FOLDER_PREFIX}1"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.mkdir(mode=0o700)
    return path


def _refused(path: Path) -> str:
    with pytest.raises(Failure) as caught:
        Folder(str(path))
    assert caught.value.error == "connection_failed"
    assert str(path) in caught.value.msg
    return caught.value.msg


def test_only_folders_of_jobs_are_taken(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no folder of a job"):
        Folder(str(tmp_path / "etc"))


def test_a_file_is_there_as_a_whole_and_for_one_user(place: Path) -> None:
    folder = Folder(str(place))
    for text in ("first", "second \u00e4"):
        folder.write(OUTPUT, text)
        assert folder.read(OUTPUT) == text
    assert sorted(path.name for path in place.iterdir()) == [OUTPUT]
    assert stat.S_IMODE((place / OUTPUT).stat().st_mode) == 0o600


def test_two_jobs_do_not_begin_in_one(place: Path) -> None:
    os.close(Folder(str(place)).begin())
    with pytest.raises(Failure, match="File exists"):
        Folder(str(place)).begin()


def _link(place: Path) -> None:
    other = place.with_name("other")
    place.rename(other)
    place.symlink_to(other)


def _file(place: Path) -> None:
    place.rmdir()
    place.touch()


STRANGE: dict[str, t.Callable[[Path], object]] = {
    "gone": Path.rmdir,
    "a file": _file,
    "a link to a folder of one's own": _link,
    "open to others": lambda place: place.chmod(0o755),
    "in a place that others may write into": lambda place: place.parent.chmod(0o777),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_is_strange_is_refused(place: Path, what: str) -> None:
    STRANGE[what](place)
    assert "not the folder that was made for it" in _refused(place)


@needs_root
@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777])
def test_the_folder_of_another_user_is_refused(mode: int) -> None:
    with common_place() as common:
        path = common / NAME

        def make() -> None:
            path.mkdir()
            (path / ENDED).touch()
            (path / OUTPUT).write_text('{"changed": true}', encoding="utf-8")
            path.chmod(mode)

        as_stranger(make)
        assert "not this user's alone" in _refused(path)


@needs_root
def test_what_takes_its_name_later_is_not_touched() -> None:
    """The folder was removed, as after a long silence, and another user has made one of its name."""
    with common_place() as common:
        path = common / NAME
        path.mkdir(mode=0o700)
        folder = Folder(str(path))
        os.close(folder.begin())
        folder.remove()
        assert not path.exists()

        def make() -> None:
            path.mkdir(mode=0o777)
            (path / ALIVE).touch()
            (path / OUTPUT).write_text('{"changed": true}', encoding="utf-8")

        as_stranger(make)
        assert (folder.has(ALIVE), folder.time_of(ALIVE), folder.size_of(OUTPUT)) == (False, None, None)
        folder.touch(ALIVE)
        for attempt in (lambda: folder.write(OUTPUT, "mine"), lambda: folder.read(OUTPUT)):
            with pytest.raises(OSError, match="No such file"):
                attempt()
        folder.discard(ALIVE)
        folder.remove()
        assert sorted(one.name for one in path.iterdir()) == [ALIVE, OUTPUT]


@pytest.mark.parametrize("name", [ALIVE, OUTPUT])
def test_links_in_it_lead_nowhere(place: Path, name: str) -> None:
    victim = place.with_name("victim")
    victim.write_text("precious", encoding="utf-8")
    (place / name).symlink_to(victim)
    folder = Folder(str(place))
    assert not folder.has(name)
    with pytest.raises(OSError, match="symbolic"):
        folder.read(name)
    with pytest.raises(Failure, match="File exists"):
        folder.begin(name)
    before = victim.stat().st_mtime_ns
    folder.touch(name)
    folder.write(name, "mine")
    assert (victim.read_text(encoding="utf-8"), victim.stat().st_mtime_ns) == ("precious", before)
    folder.remove()
    assert victim.exists()
    assert not place.exists()
