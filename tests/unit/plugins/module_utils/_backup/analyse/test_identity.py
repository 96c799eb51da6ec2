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
    definition = catalog_of(b"create table FIRMA (X int)").tables["FIRMA"]
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
    definition = catalog_of(REGISTRY.rstrip(b";\r\n")).tables["REGISTRY"]
    reader = IdentityReader()
    for text in (b"('MAIN','PASSWORD','Geheim')", b"('X','DB_VERSION','Geheim')", b"('MAIN','X','DB_VERSION')"):
        reader.see(definition, Rows("REGISTRY", b"INSERT", (), 1, 1, 1, text))
    assert vars(reader) == vars(IdentityReader())


JOURNAL = b"create table JOURNAL (REC_ID int, VRENUM varchar(20), RDATUM datetime, TERMIN date);\r\n"


@pytest.mark.parametrize(
    ("rows", "newest"),
    [
        (["(1,'a','2026-10-30 08:00:00','2099-01-01')"], "2026-10-30"),
        (
            ["(1,'a','2026-10-30',NULL)", "(2,'b','2026-11-02 00:00:00',NULL)", "(3,'c','2025-01-01',NULL)"],
            "2026-11-02",
        ),
        (["(1,'2027-01-01,''2028-01-01''','2026-10-30',NULL)"] * 3, "2026-10-30"),
        (
            ["(1,'a','1899-12-30',NULL)", "(2,'b','0000-00-00 00:00:00',NULL)", "(3,'c',NULL,NULL)", "(4,'d','',NULL)"],
            None,
        ),
        (["(1,'a'," + r"'\'2026-01-01',NULL)"], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("one_statement", [True, False])
def test_the_newest_document(rows: list[str], newest: str | None, one_statement: bool) -> None:
    # Enough of them are read by the pattern of their rows, an escape too much is read by its token.
    for times, more in ((1, ""), (50, ""), (20, "\\'" * 2500)):
        texts = [row.replace("'a'", f"'a{more}'").encode() for row in rows] * times
        if one_statement:
            text = b"INSERT INTO JOURNAL VALUES " + b",".join(texts) + b";\r\n" if texts else b""
        else:
            text = b"".join(b"INSERT INTO JOURNAL VALUES " + row + b";\r\n" for row in texts)
        assert _cao(JOURNAL, text).analyse().last_document_date == newest


def test_documents_are_in_several_tables_and_their_columns_in_any_order() -> None:
    definitions = (
        b"create table ekbestell (BELEGDATUM date, REC_ID int);\r\n"
        b"create table LIEFERSCHEIN (LDatum date, REC_ID int);\r\ncreate table ZAHLUNGEN (DATUM date);\r\n"
    )
    rows = (
        b"INSERT INTO JOURNAL VALUES (1,'a','2026-01-01',NULL);\r\n"
        b"INSERT INTO ekbestell (REC_ID,BELEGDATUM) VALUES (1,'2026-02-02'),(2,'2026-01-02');\r\n"
        b"INSERT INTO LIEFERSCHEIN VALUES ('2026-03-03',1);\r\nINSERT INTO ZAHLUNGEN VALUES ('2030-01-01');\r\n"
        b"INSERT INTO JOURNAL (REC_ID) VALUES (2),(3);\r\n"
    )
    assert _cao(JOURNAL, definitions, rows).analyse().last_document_date == "2026-03-03"


def test_tax_numbers_are_known_and_told_in_no_result() -> None:
    firma = b"create table FIRMA (NAME1 varchar(250), STEUERNUMMER varchar(25), UST_ID varchar(25));\r\n"
    analysis = _cao(firma, b"INSERT INTO FIRMA VALUES ('A',' 12/345 ',NULL);").analyse()
    assert analysis.tax_numbers == {"STEUERNUMMER": "12/345"}
    assert "345" not in str(analysis.to_result())
    assert "345" not in repr(analysis)


def test_without_a_number_of_rows_the_first_one_counts() -> None:
    firma = b"create table FIRMA (NAME1 varchar(250));\r\n"
    assert _cao(firma, b"INSERT INTO FIRMA VALUES ('A');INSERT INTO FIRMA VALUES ('B');").analyse().company == "A"
