# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of a small backup is what reading it once more would give, and of a large one nothing is kept."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts import kept_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from corpus import corpus_bytes, corpus_files
from program_dumps import ALIKE

_T = "CREATE TABLE T (A INT, B ENUM('','x'));\n"
_LOST = {
    "dropped and made anew": f"{_T}INSERT INTO T VALUES (1,'x');\nDROP TABLE T;\n{_T}INSERT INTO T VALUES (2,'');\n",
    "emptied": f"{_T}INSERT INTO T VALUES (1,'x'),(2,'x');\nTRUNCATE T;\nINSERT INTO T VALUES (3,'x');\n",
    "dropped for good": f"{_T}INSERT INTO T VALUES (1,'x');\nDROP TABLE T;\nCREATE TABLE U (A INT);\n",
    "a generation before": f"{_T}CREATE TABLE BACK_T (A INT);\nINSERT INTO BACK_T VALUES (1);\n",
    "what follows a row": f"{_T}INSERT INTO T VALUES (1,'x') ON DUPLICATE KEY UPDATE A = 2;\n",
    "DEFAULT": f"{_T}INSERT INTO T VALUES (DEFAULT,'x'),(2,DEFAULT);\n",
}


def _rows(path: Path) -> tuple[list[dict[str, t.Any]], bool]:
    """Return all rows one by one, with all that is known of each, and whether they were kept."""
    with open_backup(str(path), options=ReadOptions(incomplete="allow")) as backup:
        found = [dataclasses.asdict(one) for rows in backup.rows() for one in rows.singles()]
        return found, isinstance(backup.rows(), type(iter([])))


def _dumps() -> dict[str, bytes]:
    others = {**ALIKE, **_LOST}
    return {
        **{path.name: corpus_bytes(path) for path in corpus_files()},
        **{name: text.encode("utf-8", "surrogateescape") for name, text in others.items()},
    }


@pytest.mark.parametrize("name", _dumps())
def test_the_same_rows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(_dumps()[name])
    try:
        kept, _was_kept = _rows(path)
    except Failure as failure:
        pytest.skip(f"it is refused: {failure.error}")
    monkeypatch.setattr(kept_rows, "KEPT_BYTES", 0)
    read_again, was_kept = _rows(path)
    assert kept == read_again
    assert not (was_kept and kept)


def test_a_small_one_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(f"{_T}INSERT INTO T VALUES (1,'x'),(2,'');\n", encoding="ascii")
    with open_backup(str(path), options=ReadOptions(incomplete="allow")) as backup:
        assert backup.analysis.rows == 2
        path.write_text("-- somebody writes another one in its place\n", encoding="ascii")
        for _time in range(2):
            assert [one.text for rows in backup.rows() for one in rows.singles()] == [b"(1,'x')", b"(2,'')"]


def test_many_rows_are_not_kept() -> None:
    kept = kept_rows.KeptRows()
    row = Rows("T", b"INSERT", (), 1, 1, 1, b"(1)")
    for _number in range(kept_rows.KEPT_BYTES // 1000):
        kept.see(row)
    assert kept.as_second_pass(kept_rows.FirstPass()) is None
