# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup from a path: opened once, analysed when asked, read twice."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
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
