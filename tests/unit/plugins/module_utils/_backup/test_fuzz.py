# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the bytes, the answer is an analysis or a Failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from corpus import corpus_bytes, corpus_files
from dumps import Dump
from hostile.every_file import SQL

SEEDS = [*map(corpus_bytes, corpus_files()), *SQL.values()]
PIECES = st.sampled_from(
    (
        b"'",
        b'"',
        b"`",
        b"\\",
        b";",
        b"(",
        b")",
        b",",
        b".",
        b"/*!50000 ",
        b"*/",
        b"--",
        b"-- ",
        b"#",
        b"\n",
        b"\r\n",
        b"\x00",
        b"\xff",
        b"INSERT INTO ",
        b"VALUES",
        b"CREATE TABLE ",
        b"CREATE VIEW v AS ",
        b"CREATE TRIGGER t BEFORE INSERT ON T FOR EACH ROW ",
        b"SELECT ",
        b"FROM ",
        b"mysql.user",
        b"BEGIN ",
        b"END",
        b"CASE ",
        b"THEN ",
        b"SET ",
        b"DELIMITER ",
        b"@@x",
        b"NULL",
        b"1e",
        b"0x",
        b"_binary ",
        b"PARTITION ",
        b"KEY ",
        b"DEFAULT ",
        b"ALTER TABLE T ",
        b"USE x",
        b"T ",
        b"A int",
        b"=",
        b"sql_mode='ANSI'",
    )
)


def _answers(data: bytes) -> None:
    dump = Dump(data)
    analysis, message = None, ""
    try:
        analysis = dump.analyse(head_lines=30)
    except Failure as failure:
        message = failure.msg
    assert message.isprintable()
    if analysis is not None:
        assert analysis.rows == sum(row.count for row in dump.rows())
        for row in dump.rows():
            assert row.values.startswith(b"(")


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)))
@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes(data: bytes) -> None:
    _answers(data)


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 8000), st.integers(0, 40), PIECES), min_size=1, max_size=4),
)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_dumps(seed: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    for place, length, piece in changes:
        start = place % (len(seed) + 1)
        seed = seed[:start] + piece + seed[start + length :]
    _answers(seed)


@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: path.name.partition(".")[0])
def test_dumps_cut_anywhere(path: Path) -> None:
    data = corpus_bytes(path)
    for end in range(0, len(data), max(1, len(data) // 97)):
        _answers(data[:end])
