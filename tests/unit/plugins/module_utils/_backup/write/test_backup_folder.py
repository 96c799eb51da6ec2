# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup's file is whole or not there, takes no other's name, and only ours are given up."""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import typing as t
import zipfile
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.backup_folder import BackupFolder, telling_of

WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)
NAME = "CAO_backup_2026_11_02_18_05.zip"


def write(folder: BackupFolder, when: datetime.datetime = WHEN) -> Path:
    """Write a small ZIP as a run does it."""
    with folder.new_file() as new:
        with zipfile.ZipFile(new.file, "w") as archive:
            archive.writestr("a.sql", b"SELECT 1;")
        path, size_bytes, sha256 = new.finish(folder.free_name(when), when)
    assert (size_bytes, sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def _failing(error: OSError) -> t.Callable[..., None]:
    def fail(*_paths: Path) -> None:
        raise error

    return fail


def test_names_in_caos_manner(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path, "here/a")
    assert [write(folder).name for _turn in range(3)] == [
        NAME,
        "CAO_backup_2026_11_02_18_05_2.zip",
        "CAO_backup_2026_11_02_18_05_3.zip",
    ]
    (tmp_path / "CAO_backup_2026_11_02_18_06.zip").symlink_to("nowhere")
    assert folder.free_name(WHEN.replace(minute=6)) == "CAO_backup_2026_11_02_18_06_2.zip"
    with zipfile.ZipFile(tmp_path / NAME) as archive:
        assert archive.testzip() is None
        assert archive.comment == folder.mark


def test_a_name_that_is_taken_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = BackupFolder(tmp_path, "here/a")
    with folder.new_file() as new:
        new.file.write(b"x")
        (tmp_path / "taken.sql").write_bytes(b"theirs")
        assert new.finish("taken.sql", WHEN)[0].name == NAME
    assert (tmp_path / "taken.sql").read_bytes() == b"theirs"

    monkeypatch.setattr(os, "link", _failing(OSError(errno.EPERM, "no links here")))
    assert write(folder).name == "CAO_backup_2026_11_02_18_05_2.zip"

    monkeypatch.setattr(os, "link", _failing(OSError(errno.EIO, "broken")))
    with pytest.raises(OSError, match="broken"):
        write(folder)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("links", [True, False])
def test_two_runs_that_end_in_one_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """The other one takes the name between the look and the taking."""

    looks: list[str] = []

    class Raced(BackupFolder):
        """A folder in which the name that was free at the last look is not so a moment later."""

        def free_name(self, when: datetime.datetime) -> str:
            looks.append(super().free_name(when))
            if len(looks) == (1 if links else 2):
                (tmp_path / NAME).write_bytes(b"theirs")
            return looks[-1]

    if not links:
        monkeypatch.setattr(os, "link", _failing(OSError(errno.EPERM, "no links here")))
    assert write(Raced(tmp_path, "here/a")).name == "CAO_backup_2026_11_02_18_05_2.zip"
    assert (tmp_path / NAME).read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_of_the_users_own_name_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(b"older")
    folder = BackupFolder(path, "here/a")
    assert folder.free_name(WHEN) == "mine.zip"
    assert write(folder) == path
    assert zipfile.is_zipfile(path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.zip"]


def test_only_ours_are_given_up(tmp_path: Path) -> None:
    folder, other = BackupFolder(tmp_path, "here/a"), BackupFolder(tmp_path, "there/a")
    ours = [write(folder, WHEN.replace(day=day)).name for day in (3, 4, 5)]
    write(other, WHEN.replace(day=1))
    again = write(folder, WHEN.replace(day=3)).name
    write(folder, WHEN.replace(day=6)).rename(tmp_path / "renamed.zip")
    (tmp_path / "CAO_backup_2001_01_01_00_00.zip").write_bytes(b"short")
    (tmp_path / "CAO_backup_2001_01_01_00_01.zip").write_bytes(b"x" * 500)
    (tmp_path / "CAO_backup_2001_01_01_00_02.zip").mkdir()
    (tmp_path / "CAO_backup_2001_01_01_00_03.zip").symlink_to(tmp_path / ours[0])
    assert folder.given_up(None, "new.zip") == []
    assert folder.given_up(5, "new.zip") == []
    assert folder.given_up(3, "new.zip") == [ours[0], again]
    assert folder.given_up(1, ours[2]) == [ours[0], again, ours[1]]
    for name in folder.given_up(1, "new.zip"):
        folder.remove(name)
        folder.remove(name)
    assert folder.given_up(1, "new.zip") == []
    assert len(list(tmp_path.iterdir())) == 6


def test_half_files(tmp_path: Path) -> None:
    folder, other = BackupFolder(tmp_path, "here/a"), BackupFolder(tmp_path, "there/a")
    with folder.new_file() as new:
        new.file.write(b"half")
        (half,) = tmp_path.iterdir()
        assert half.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []
    half.write_bytes(b"of a run that was killed")
    other.remove_half_files()
    assert half.exists()
    folder.remove_half_files()
    assert not half.exists()


def test_places_that_do_not_do(tmp_path: Path) -> None:
    (tmp_path / "pipe.zip").symlink_to("/dev/null")
    for dest, words in (
        (tmp_path / "nowhere", "no such folder"),
        (tmp_path / "nowhere" / "a.zip", "does not exist"),
        (tmp_path / "pipe.zip", "not a regular file"),
    ):
        with pytest.raises(Failure, match=words) as caught:
            BackupFolder(dest, "here/a")
        assert caught.value.error == "file_not_found"
    assert BackupFolder(tmp_path, "here/a").free_bytes() > 0


@pytest.mark.parametrize(
    ("error", "name"), [(OSError(errno.ENOSPC, "full"), "too_large"), (PermissionError(13, "no"), "file_not_found")]
)
def test_what_a_disk_refuses(error: OSError, name: str) -> None:
    with pytest.raises(Failure, match=error.strerror or "") as caught, telling_of(Path("/srv")):
        raise error
    assert caught.value.error == name


def test_what_is_no_zip_is_not_signed(tmp_path: Path) -> None:
    with BackupFolder(tmp_path, "here/a").new_file() as new:
        new.file.write(b"x" * 100)
        with pytest.raises(AssertionError):
            new.finish("a.zip", WHEN)
