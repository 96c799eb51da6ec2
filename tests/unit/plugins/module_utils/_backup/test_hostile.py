# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and tricky files: each refused with its error and line, or let through because it is harmless."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from corpus import corpus_files
from hostile_archives import ARCHIVES
from hostile_files import HOSTILE, KINDS, Hostile

# To read 4 GiB takes seconds; the test with a server does it.
_LARGE = ("large_sparse",)
REFUSED = [hostile for hostile in HOSTILE if hostile.error]
HARMLESS = [hostile for hostile in HOSTILE if not hostile.error and hostile.name not in _LARGE]


@pytest.mark.parametrize("hostile", REFUSED, ids=[hostile.name for hostile in REFUSED])
def test_refused(hostile: Hostile, tmp_path: Path) -> None:
    path = hostile.path(tmp_path)
    with pytest.raises(Failure) as caught, open_backup(str(path)) as backup:
        _unused = backup.analysis
    assert caught.value.error == hostile.error
    assert hostile.word in caught.value.msg
    assert str(path) in caught.value.msg
    assert caught.value.msg.isprintable()
    assert not hostile.line or f"line {hostile.line}," in caught.value.msg.replace(".", ",")
    assert "passwd" not in caught.value.msg


@pytest.mark.parametrize("hostile", HARMLESS, ids=[hostile.name for hostile in HARMLESS])
def test_let_through(hostile: Hostile, tmp_path: Path) -> None:
    with open_backup(str(hostile.path(tmp_path))) as backup:
        assert backup.analysis.tables[0].name == "T"
        assert backup.analysis.rows >= 2
        assert not hostile.finding or hostile.finding in {finding.name for finding in backup.analysis.findings}
        for rows in backup.rows():
            assert rows.values.startswith(b"(")


def test_the_index_is_complete() -> None:
    there = {path.name.partition(".")[0] for path in corpus_files("hostile")} | set(ARCHIVES)
    names = Counter(hostile.name for hostile in HOSTILE)
    assert set(names) == there
    assert set(names.values()) == {1}
    kinds = Counter(hostile.kind for hostile in HOSTILE)
    assert not [kind for kind in KINDS if kinds[kind] < 3]
