# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A single row is plain by its pattern and cell by cell alike, and few patterns are made."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone import plain_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.plain_rows import PlainRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, are_plain

CELLS = ("1", "007", "-1.50", "1e5", "NULL", "null", "'a'", "''", "'a''b'", "'a\\\\'", "'it\\'s'", "'a\\%'",
         "'a,b'", "'),('", "x'41'", "'N'", "'1,5'", "'2026-01-01'", "_utf8'a'")  # fmt: skip
KINDS = ("", "integer", "number", "decimal", "flag", "date", "enum")


def _row(cells: list[str], comma: str) -> Rows:
    text = f"({comma.join(cells)})".encode()
    return Rows("t", b"INSERT", (), 1, 1, 1, text, comma=comma.encode())


@given(
    st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(KINDS)), min_size=1, max_size=5),
    st.sampled_from((",", ", ")),
)
def test_cells_tell_what_the_pattern_tells(values: list[tuple[str, str]], comma: str) -> None:
    # By a pattern a doubled quote is plain where an ENUM has members; by cells it never is.
    assume(("'a''b'", "enum") not in values)
    row, kinds = _row([cell for cell, _kind in values], comma), tuple(kind for _cell, kind in values)
    assert PlainRows().told(row, kinds).plain is (are_plain(kinds, row.comma, b"", row.text) == 1)


def test_few_patterns_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, ...]] = []

    def noted(kinds: tuple[str, ...], *rest: bytes) -> int:
        made.append(kinds)
        return are_plain(kinds, *rest)

    monkeypatch.setattr(plain_rows, "are_plain", noted)
    rows, row = PlainRows(), _row(["'N'"] * 3, ",")
    for _time in range(70):
        for kinds in itertools.product(KINDS, KINDS, KINDS):
            assert rows.told(row, kinds).plain == ("date" not in kinds)
    assert 0 < len(set(made)) <= plain_rows._PATTERNS_MOST
