# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of tables with generated columns."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.without_generated import without_generated
from dumps import Dump

_TABLE = b"CREATE TABLE `T` (`A` int, `G` int GENERATED ALWAYS AS (`A` + 1) STORED, `B` text);"


@pytest.mark.parametrize(
    ("insert", "columns", "rows"),
    [
        (b"INSERT INTO `T` VALUES (1,2,'a,b'),\n (3,4,NULL);", ("A", "B"), [b"(1,'a,b')", b"(3,NULL)"]),
        (b"INSERT INTO `T` (`g`, `B`) VALUES (2, 'x''(,)');", ("B",), [b"('x''(,)')"]),
        (b"INSERT INTO `T` (`A`) VALUES (7);", ("A",), [b"(7)"]),
        # The server has to say that the numbers do not fit.
        (b"INSERT INTO `T` VALUES (1,2);", (), [b"(1,2)"]),
    ],
)
def test_their_cells_are_left_out(insert: bytes, columns: tuple[str, ...], rows: list[bytes]) -> None:
    dump = Dump(_TABLE + insert)
    found = list(without_generated(dump.rows(), dump.analyse().definitions))
    assert [row.text for row in found] == rows
    assert {row.columns for row in found} == {columns}
    assert [row.line for row in found] == list(range(1, len(rows) + 1))


def test_other_tables_are_passed_on_as_they_are() -> None:
    dump = Dump(b"CREATE TABLE `T` (`A` int);INSERT INTO `T` VALUES (1),(2);")
    rows = dump.rows()
    assert list(without_generated(rows, dump.analyse().definitions)) == rows
