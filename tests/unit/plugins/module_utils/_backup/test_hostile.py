# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and tricky files: each refused with its error and line, or let through because it is harmless."""

from __future__ import annotations

import gzip
import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

import hostile as folder_of_tables
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from hostile.every_file import BY_KIND, HOSTILE, KINDS, SQL
from hostile.row import Hostile

# To read 4 GiB takes seconds; the test with a server does it.
_LARGE = ("large_sparse",)
REFUSED = [hostile for hostile in HOSTILE if hostile.error]
HARMLESS = [hostile for hostile in HOSTILE if not hostile.error and hostile.name not in _LARGE]


def _refusal(path: Path) -> Failure:
    with pytest.raises(Failure) as caught, open_backup(str(path)) as backup:
        _unused = backup.analysis
    assert str(path) in caught.value.msg
    return caught.value


@pytest.mark.promise("nothing-executed")
@pytest.mark.parametrize("hostile", REFUSED, ids=[hostile.name for hostile in REFUSED])
def test_refused(hostile: Hostile, tmp_path: Path) -> None:
    failure = _refusal(hostile.path(tmp_path))
    assert failure.error == hostile.error
    assert hostile.word in failure.msg
    assert failure.msg.isprintable()
    assert re.findall(r"\bline (\d+)", failure.msg) == ([str(hostile.line)] if hostile.line else [])
    assert "passwd" not in failure.msg


@pytest.mark.parametrize("hostile", HARMLESS, ids=[hostile.name for hostile in HARMLESS])
def test_let_through(hostile: Hostile, tmp_path: Path) -> None:
    with open_backup(str(hostile.path(tmp_path))) as backup:
        assert backup.analysis.tables[0].name == "T"
        assert backup.analysis.rows == hostile.rows
        assert {finding.name for finding in backup.analysis.findings} == {"no_registry", hostile.finding} - {""}
        for rows in backup.rows():
            assert rows.values.startswith(b"(")


@pytest.mark.promise("nothing-executed")
@pytest.mark.parametrize("name", SQL)
def test_a_packed_file_gets_the_answer_of_the_plain_one(name: str, tmp_path: Path) -> None:
    answers: list[object] = []
    for data in (SQL[name], gzip.compress(SQL[name])):
        path = tmp_path / f"{len(answers)}.sql"
        path.write_bytes(data)
        try:
            with open_backup(str(path)) as backup:
                answers.append((backup.analysis.findings, [bytes(rows.values) for rows in backup.rows()]))
        except Failure as failure:
            answers.append((failure.error, failure.msg.replace(str(path), "")))
    assert answers[0] == answers[1]


def test_the_tables_are_complete() -> None:
    names = Counter(hostile.name for hostile in HOSTILE)
    assert set(names.values()) == {1}
    found = pkgutil.iter_modules(folder_of_tables.__path__, "hostile.")
    modules = [importlib.import_module(module.name) for module in found]
    tables = [module.FILES for module in modules if hasattr(module, "FILES")]
    assert set(names) == {hostile.name for table in tables for files in table.values() for hostile in files}
    assert not [kind for kind in KINDS if len(BY_KIND[kind]) < 3]
