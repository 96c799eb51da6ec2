# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose backup it is: the newest row of FIRMA, and DB_VERSION of MAIN."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.identity import IdentityReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from dumps import CAO_HEAD, Dump, catalog_of

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


@pytest.mark.parametrize(
    ("rows", "version", "company"),
    [
        ([b"INSERT INTO REGISTRY VALUES ('MAIN','DB_VERSION','1.10');"], "1.10", None),
        (
            [
                b"INSERT INTO REGISTRY VALUES ('X','DB_VERSION','9');INSERT INTO REGISTRY VALUES "
                b"('MAIN','db_version','1.09');"
            ],
            None,
            None,
        ),
        (
            [b"INSERT INTO registry VALUES ('A','DB_VERSION_OLD','1'),('main','DB_VERSION','1.5'),('B','C','D');"],
            "1.5",
            None,
        ),
        ([b"INSERT INTO REGISTRY (NAME,MAINKEY,VAL_CHAR) VALUES ('DB_VERSION','MAIN',1.10);"], "1.10", None),
        ([b"INSERT INTO FIRMA VALUES (2,'Neu'),(1,'Alt'),(NULL,'Leer');"], None, "Neu"),
        ([b"INSERT INTO FIRMA (NAME1) VALUES ('K\xe4the \"X\"');"], None, 'Käthe "X"'),
        ([b"INSERT INTO FIRMA VALUES (1,NULL);"], None, None),
    ],
)
def test_identity(rows: list[bytes], version: str | None, company: str | None) -> None:
    firma = b"create table FIRMA (REC_ID int, NAME1 varchar(250));\r\n"
    analysis = _cao(REGISTRY, firma, *rows).analyse()
    assert (analysis.db_version, analysis.company) == (version, company)


def test_identity_without_the_columns() -> None:
    definition = catalog_of(b"create table FIRMA (X int)").tables["firma"]
    reader = IdentityReader()
    reader.see(definition, Rows("FIRMA", b"INSERT", (), 1, 1, 1, b"(1)"))
    assert reader.company("cp1252") is None


FIRMA = b"create table FIRMA (REC_ID int, NAME1 varchar(250));\r\n"


def test_many_rows_at_once_are_looked_at_one_by_one() -> None:
    rows = b"".join(b"INSERT INTO FIRMA VALUES ('%d','Nr %d');\r\n" % (n, n) for n in (3, 50, 7, 49, 1, 2))
    assert _cao(FIRMA, rows).analyse().company == "Nr 50"


def test_texts_are_in_the_encoding_of_the_dump_and_bounded() -> None:
    def company(text: bytes, head: bytes) -> str | None:
        return Dump(head + FIRMA + b"INSERT INTO FIRMA VALUES (1,'" + text + b"');").analyse().company

    assert company("Käthe".encode("cp850"), b"SET NAMES cp850;") == "Käthe"
    assert company("Käthe".encode(), b"SET NAMES utf8;") == "Käthe"
    assert company(b"x" * 1000, b"") == "x" * 250


def test_nothing_of_other_rows_is_kept() -> None:
    definition = catalog_of(REGISTRY.rstrip(b";\r\n")).tables["registry"]
    reader = IdentityReader()
    for text in (b"('MAIN','PASSWORD','Geheim')", b"('X','DB_VERSION','Geheim')", b"('MAIN','X','DB_VERSION')"):
        reader.see(definition, Rows("REGISTRY", b"INSERT", (), 1, 1, 1, text))
    assert vars(reader) == vars(IdentityReader())
