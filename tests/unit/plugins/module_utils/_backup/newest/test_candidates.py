# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a pattern means, and which of them are no backup yet."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest import candidates
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import (
    is_being_written,
    is_pattern,
    matching,
)


def _names(pattern: Path) -> tuple[list[str], dict[str, str]]:
    found, over = matching(str(pattern))
    return [Path(one.path).name for one in found], {Path(one.path).name: one.why for one in over}


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"-- x\n")


UNFINISHED = (
    *(
        f"a.zip.{end}"
        for end in ("part", "PART", "filepart", "partial", "tmp", "temp", "crdownload", "incomplete", "swp")
    ),
    "a.sql~",
    "a.zip.part-7f3a",
    "a.part",
    "a.tmp.zip",
    "a.zip.lck",
)
BESIDE = ("a.zip.sha256", "a.zip.SHA256SUM", "a.zip.md5", "a.zip.asc", "a.log", "a.json", "a.txt")


def test_names_of_unfinished_files_and_of_what_lies_beside_are_passed_over(tmp_path: Path) -> None:
    _write(tmp_path, "a.zip", "a.sql", "party.zip", "a.part1.sql", *UNFINISHED, *BESIDE, ".a.zip.Xy12Za")
    found, over = _names(tmp_path / "*")
    assert found == ["a.part1.sql", "a.sql", "a.zip", "party.zip"]
    assert over.keys() == {*UNFINISHED, *BESIDE}
    assert {over[name] for name in UNFINISHED} == {"has the name of a file that is not finished"}
    assert {over[name] for name in BESIDE} == {"lies beside a backup and is none"}


@pytest.mark.parametrize("name", [*UNFINISHED, *BESIDE])
def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path: Path, name: str) -> None:
    _write(tmp_path, name)
    assert _names(tmp_path / name) == ([name], {})


def test_the_generation_before_is_no_newest_backup(tmp_path: Path) -> None:
    before = ("CAO_backup_2026_11_02_18_05_before.zip", "CAO_backup_2026_11_02_18_05_before_2.zip")
    _write(tmp_path, "CAO_backup_2026_11_01_18_05.zip", *before)
    found, over = _names(tmp_path / "*.zip")
    assert (found, sorted(over)) == (["CAO_backup_2026_11_01_18_05.zip"], sorted(before))


def test_a_link_to_a_file_is_that_file_and_folders_are_none(tmp_path: Path) -> None:
    _write(tmp_path, "a-2026-11-02.sql", "b.sql/c")
    (tmp_path / "Latest.sql").symlink_to("a-2026-11-02.sql")
    (tmp_path / "away.sql").symlink_to("nowhere")
    assert _names(tmp_path / "*.sql") == (["a-2026-11-02.sql"], {})


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.sql")
    assert _names(tmp_path / "*.sql") == ([], {"a.sql": "is not a regular file"})


def test_a_name_with_wildcards_that_is_there_is_no_pattern(tmp_path: Path) -> None:
    _write(tmp_path, "backup[1].zip", "backup1.zip")
    assert not is_pattern(str(tmp_path / "backup[1].zip"))
    assert _names(tmp_path / "backup[1].zip") == (["backup[1].zip"], {})
    assert _names(tmp_path / "backup[12].zip") == (["backup1.zip"], {})
    assert not is_pattern(str(tmp_path / "backup1.zip"))


def test_what_of_the_folder_varies(tmp_path: Path) -> None:
    _write(tmp_path, "1/x/a.sql", "2/x/a.sql")
    found, _over = matching(str(tmp_path / "*" / "x" / "*.sql"))
    assert [one.varying for one in found] == ["1/x", "2/x"]
    found, _over = matching(str(tmp_path / "1" / "x" / "*.sql"))
    assert [one.varying for one in found] == ["."]


def test_a_file_that_is_open_for_writing_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    with path.open("wb") as file:
        file.write(b"-- x\n")
        file.flush()
        os.utime(path, (1, 1))
        assert is_being_written(str(path))
    os.utime(path, (1, 1))
    assert not is_being_written(str(path))


def test_a_file_that_grows_without_being_held_open_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that comes by a network file system: this machine sees no open file, only that it grows."""
    path = tmp_path / "a.sql"
    path.write_bytes(b"-- x\n")
    sleep = time.sleep

    def writing(seconds: float) -> None:
        sleep(seconds / 100)
        path.write_bytes(b"-- x\n-- y\n")

    monkeypatch.setattr(candidates.time, "sleep", writing)
    assert is_being_written(str(path))
    monkeypatch.setattr(candidates.time, "sleep", lambda seconds: sleep(seconds / 100))
    assert not is_being_written(str(path))


def test_a_file_that_is_gone_is_not_being_written(tmp_path: Path) -> None:
    assert not is_being_written(str(tmp_path / "a.sql"))
