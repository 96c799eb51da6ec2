# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of tables with generated columns, and with columns that not every server has."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.without_generated import without_generated
from dumps import Dump

MARIADB = ServerFlavour(True, (10, 11, 6))
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
    found = list(without_generated(dump.rows(), dump.analyse().definitions, MARIADB))
    assert [row.text for row in found] == rows
    assert {row.columns for row in found} == {columns}
    assert [row.line for row in found] == list(range(1, len(rows) + 1))


def test_other_tables_are_passed_on_as_they_are() -> None:
    dump = Dump(b"CREATE TABLE `T` (`A` int);INSERT INTO `T` VALUES (1),(2);")
    rows = dump.rows()
    assert list(without_generated(rows, dump.analyse().definitions, MARIADB)) == rows


@pytest.mark.parametrize(
    ("server", "texts"),
    [
        (MARIADB, [b"(1,'x','y')", b"(2,NULL,'z')", b"(3,'w')"]),
        (ServerFlavour(False, (8, 0, 36)), [b"(1,'x',0x01,'y')", b"(2,NULL,0x02,'z')", b"(3,'w',0x03)"]),
        (ServerFlavour(False, (5, 6, 51)), [b"(1,'x','y')", b"(2,NULL,'z')", b"(3,'w')"]),
    ],
)
def test_cells_of_columns_that_the_server_does_not_have(server: ServerFlavour, texts: list[bytes]) -> None:
    dump = Dump(
        b"CREATE TABLE t (i int, t text,\n/*!50705 g geometry */ /*!80003 SRID 0 */ /*!50705 NOT NULL,*/\nn text, "
        b"/*!50705 SPATIAL KEY g (g),*/ /*!50001 KEY i (i)*/);"
        b"INSERT INTO t VALUES (1,'x',/*!50705 0x01,*/'y'),\n(2,NULL /*!50705 ,0x02 */ , 'z');"
        b"INSERT INTO t (i, t/*!50705 , g*/) VALUES (3,'w' /*!50705 , 0x03 */);"
    )
    definition = dump.analyse().definitions["t"]
    made = definition.create_statement("t", engine=None, charset=None, collation=None, server=server)
    assert (b"`g`" in made, b"SRID" in made, b"KEY `i`" in made) == (
        len(texts[0]) > 11,
        not server.mariadb and server.version >= (8,),
        True,
    )
    assert [row.text for row in without_generated(dump.rows(), {"t": definition}, server)] == texts
