# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns with umlauts: an INSERT that names them finds them, whatever the encoding of the dump."""

from __future__ import annotations

from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer

# One row for a stream, one that only an INSERT can bring, and one that no server takes.
PLAIN, ODD, REFUSED = "('1','Größe')", "(2,X'41')", "('3','longer than the column')"


@pytest.mark.parametrize(("charset", "codec"), [("latin1", "cp1252"), ("utf8", "utf-8"), ("binary", "utf-8")])
def test_columns_with_umlauts(mandant: Mandant, tmp_path: Path, charset: str, codec: str) -> None:
    text = (
        f"SET NAMES {charset};\nCREATE TABLE `MAßE` (`Nümmer` int, `Größe` varchar(10));\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {PLAIN};\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {ODD};\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {REFUSED};\n"
    )
    restorer = Restorer(mandant, tmp_path)
    outcome = restorer.run(restorer.write("dump.sql", text.encode(codec)), on_error="skip")
    assert len(outcome.restore["errors"]) == 1
    rows = mandant.query("SELECT `Nümmer`, `Größe` FROM `MAßE` ORDER BY 1")
    assert [number for number, _text in rows] == [1, 2]
    assert rows[0][1] == "Größe" or charset == "binary"
