# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each option of reading has its effect, from the path to the analysis."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from dumps import CAO_HEAD


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "dump.sql"
    table = b"create table ARTIKEL (A decimal(9,2), B varchar(9));\r\n"
    path.write_bytes(CAO_HEAD + table + "INSERT INTO ARTIKEL VALUES ('1,50','Größe');\r\n".encode("cp850"))
    return str(path)


def test_as_usual(path: str) -> None:
    with open_backup(path) as backup:
        usual = backup.analysis.to_result()
    with open_backup(path, options=ReadOptions("auto", "apply", 10)) as backup:
        assert backup.analysis.to_result() == usual
    assert (usual["encoding"], len(usual["head"]), len(usual["repairs"])) == ("latin1", 7, 1)


def test_each_option(path: str) -> None:
    with open_backup(path, options=ReadOptions(encoding="cp850")) as backup:
        assert backup.analysis.encoding == "cp850"
        assert next(backup.rows()).text == "('1.50','Größe')".encode("cp850")
    with open_backup(path, options=ReadOptions(head_lines=2)) as backup:
        assert backup.analysis.head == ("# CAO-Faktura", "# Datum :14.03.2024 18:05:09 Uhr")
    with open_backup(path, options=ReadOptions(repairs="refuse")) as backup:
        with pytest.raises(Failure, match=r"decimal_comma.*repairs is set to refuse") as caught:
            backup.analysis.to_result()
        assert caught.value.error == "damaged"
