# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and tricky dumps: each refused with its error and line, or let through because it is harmless."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from corpus import corpus_files
from hostile_sql import HOSTILE, HostileSql

REFUSED = [hostile for hostile in HOSTILE if hostile.error is not None]
HARMLESS = [hostile for hostile in HOSTILE if hostile.error is None]


@pytest.mark.parametrize("hostile", REFUSED, ids=[hostile.name for hostile in REFUSED])
def test_refused(hostile: HostileSql) -> None:
    with open_backup(str(hostile.path)) as backup, pytest.raises(Failure) as caught:
        _unused = backup.analysis
    assert caught.value.error == hostile.error
    assert hostile.word in caught.value.msg
    assert str(hostile.path) in caught.value.msg
    assert hostile.line is None or f"line {hostile.line}" in caught.value.msg
    assert "passwd" not in caught.value.msg


@pytest.mark.parametrize("hostile", HARMLESS, ids=[hostile.name for hostile in HARMLESS])
def test_let_through(hostile: HostileSql) -> None:
    with open_backup(str(hostile.path)) as backup:
        assert [table.name for table in backup.analysis.tables] == ["T"]
        assert backup.analysis.rows >= 2
        assert hostile.finding is None or hostile.finding in {finding.name for finding in backup.analysis.findings}
        for rows in backup.rows():
            assert rows.values.startswith(b"(")


def test_the_index_is_complete() -> None:
    names = [hostile.name for hostile in HOSTILE]
    assert sorted(names) == sorted(path.name.partition(".")[0] for path in corpus_files("hostile"))
    assert len(names) == len(set(names)) >= 60
