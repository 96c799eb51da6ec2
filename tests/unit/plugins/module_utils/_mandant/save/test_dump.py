# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which encoding a backup is written: CAO's own wherever it holds everything, and never one that does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.write import dump_text
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import encoded
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import read_definition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import _text, encoding_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn, SourceTable

COLUMN = "`A` int(11) DEFAULT NULL"
FOREIGN_KEY = ",\n  CONSTRAINT `f` FOREIGN KEY (`A`) REFERENCES `{}` (`A`)"


def column(charset: str | None, type_name: str = "varchar", extra: str = "") -> SourceColumn:
    return SourceColumn("A", type_name, True, charset, 20, None, extra)


def table(*columns: SourceColumn, name: str = "T", body: str = COLUMN) -> SourceTable:
    return SourceTable(name, "InnoDB", 0, columns, read_definition(name, f"CREATE TABLE `x` (\n  {body}\n) ENGINE=x"))


@pytest.mark.parametrize(
    ("mandant", "tables", "encoding"),
    [
        ("cao", [], "cp1252"),
        ("kräuterhof_€", [table(column("latin1"), column("ascii"), column("binary"), column(None))], "cp1252"),
        ("cao", [table(column("latin1"), name="Größe", body="`Ä` int(11) DEFAULT NULL COMMENT '€'")], "cp1252"),
        ("Москва", [], "utf-8"),
        ("cao", [table(column("latin1")), table(column("utf8mb4"))], "utf-8"),
        ("cao", [table(column("latin2"))], "utf-8"),
        ("cao", [table(column("koi8r"))], "utf-8"),
        ("cao", [table(column(None, "json"))], "utf-8"),
        # What is not written cannot be lost.
        ("cao", [table(column("utf8mb4", extra="VIRTUAL GENERATED"))], "cp1252"),
        ("cao", [table(name="Таблица")], "utf-8"),
        ("cao", [table(body="`A` int(11) DEFAULT NULL COMMENT 'цена'")], "utf-8"),
        ("cao", [table(body=COLUMN + FOREIGN_KEY.format("Таблица"))], "utf-8"),
    ],
)
def test_the_encoding(mandant: str, tables: list[SourceTable], encoding: str) -> None:
    assert encoding_of(mandant, tables) == encoding


@given(st.text(max_size=5), st.text(min_size=1, max_size=5), st.text(max_size=5))
def test_all_that_is_said_fits_into_it(mandant: str, name: str, comment: str) -> None:
    comment = "".join(letter for letter in comment if letter.isprintable()).replace("'", "''")
    one = table(name=name, body=f"`A` int(11) DEFAULT NULL COMMENT '{comment}'" + FOREIGN_KEY.format(name))
    encoding = encoding_of(mandant, [one])
    # It raises where a letter has no bytes.
    encoded(mandant, encoding)
    dump_text.structure(one.definition, encoding)
    dump_text.foreign_keys([one.definition], encoding)


@pytest.mark.parametrize(
    ("cell", "joined", "text"),
    [
        (None, False, b"NULL"),
        (b"O'Neil\\", False, rb"'O\'Neil\\'"),
        (b"", False, b"''"),
        # What the server has made into literals already is taken as it is.
        (b"'1','O\\'Neil',NULL", True, b"'1','O\\'Neil',NULL"),
    ],
)
def test_a_piece_of_a_row(cell: bytes | None, joined: bool, text: bytes) -> None:
    assert _text(cell, joined) == text


def test_a_text_that_was_too_long_for_the_server_is_no_null() -> None:
    with pytest.raises(ServerError) as caught:
        _text(None, True)
    assert caught.value.number == 1301
