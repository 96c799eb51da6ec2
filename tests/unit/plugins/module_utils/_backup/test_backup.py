# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup from a path: opened once, analysed when asked, read twice."""

from __future__ import annotations

import gzip
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.proving_process import Ahead, PackedAhead
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import (
    AwaitedBackup,
    BackupAwaited,
    open_backup,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from dumps import CAO_HEAD


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


def test_backup_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(CAO_HEAD + _table(b"ARTIKEL", b"1"))
    with open_backup(str(path), options=ReadOptions(head_lines=1)) as backup:
        assert backup.bytes_read == 0
        assert backup.path == str(path)
        assert backup.analysis is backup.analysis
        assert backup.bytes_read == path.stat().st_size
        assert backup.sha256 == backup.analysis.file.sha256
        assert len(backup.analysis.head) == 1
        assert [row.values for row in backup.rows()] == [b"(1)"]
    assert backup.chosen.handle.closed


def _saved(folder: Path, data: bytes) -> str:
    path = folder / "a"
    path.write_bytes(data)
    return str(path)


def test_nothing_is_imported_for_what_is_not_asked_for(tmp_path: Path) -> None:
    """Most runs find nothing to do, and need the SHA-256 alone."""
    room = open_backup.__module__.rpartition(".")[0]
    code = (
        "import sys\n"
        f"from {room}.backup import open_backup\n"
        "with open_backup(sys.argv[1]) as backup:\n"
        "    assert len(backup.sha256) == 64\n"
        f"print(*sorted(name[{len(room) + 1}:] for name in sys.modules if name.startswith('{room}.')))\n"
    )
    command = [sys.executable, "-c", code, _saved(tmp_path, b"x")]
    run = subprocess.run(command, env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [
        "analyse", "analyse.read_options", "backup", "choose", "choose.archive_kinds", "choose.chosen_file", "failure",
    ]  # fmt: skip


@pytest.mark.parametrize(("pack", "ahead"), [(bytes, Ahead), (gzip.compress, PackedAhead)])
def test_rows_are_the_same_however_they_are_packed(
    tmp_path: Path, pack: t.Callable[[bytes], bytes], ahead: type
) -> None:
    data = CAO_HEAD + _table(b"ARTIKEL", *[b"%d" % number for number in range(100)])
    with open_backup(_saved(tmp_path, pack(data))) as backup:
        assert isinstance(backup._ahead(), ahead)
        texts = [row.text for rows in backup.rows() for row in rows.singles()]
        assert texts == [b"(%d)" % number for number in range(100)]
        assert backup.analysis.rows == 100, "the rows were asked for first"


def test_progress_begins_with_the_unpacking_and_ends_with_the_file(tmp_path: Path) -> None:
    path = _saved(tmp_path, CAO_HEAD + _table(b"ARTIKEL", b"1", b"2"))
    seen: list[tuple[str, int]] = []
    with open_backup(path) as backup:
        backup.watch(lambda phase, size: seen.append((phase, size)))
        assert seen == []
        assert backup.analysis.rows == 2
    assert seen[0] == ("unpack", 0)
    assert {phase for phase, _size in seen[1:]} == {"analyse"}
    assert seen[-1] == ("analyse", Path(path).stat().st_size)


def test_what_is_not_sound_is_said_each_time_it_is_asked(tmp_path: Path) -> None:
    with open_backup(_saved(tmp_path, b"GRANT x;"), shown="/srv/mine.sql") as backup:
        for _time in range(2):
            with pytest.raises(Failure, match=r"^/srv/mine\.sql, line 1") as caught:
                backup.analysis.to_result()
            assert caught.value.error == "forbidden_statement"


def test_an_awaited_backup_knows_its_path_sum_and_size_alone() -> None:
    asked = []

    def sha256() -> str:
        asked.append(1)
        return "ab" * 32

    with AwaitedBackup("/srv/a.sql", sha256, 5) as backup:
        assert (backup.path, backup.size_bytes, asked) == ("/srv/a.sql", 5, [])
        assert backup.sha256 == "ab" * 32
        with pytest.raises(BackupAwaited):
            backup.analysis.to_result()
    assert AwaitedBackup("/srv/a.sql", sha256).size_bytes is None
