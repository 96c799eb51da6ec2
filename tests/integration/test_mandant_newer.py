# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of CAO 1.5: its tables are called as it asks for them, and its chain of hashes stays to the byte."""

from __future__ import annotations

import typing as t

import pytest

from restoring import Restorer, cao_backup, cao_table

# Tables that 1.4 does not have, each with a column that tells it from other programs' tables.
NEWER = {
    "LAGER": "LAGER_ID",
    "LAGER_MENGEN": "LAGER_ID",
    "ARTIKEL_ATTRIBUT": "ATTRIBUT_ID",
    "ARTIKEL_ATTRIBUT_OPTIONEN": "OPTIONS_ID",
    "ARTIKEL_TO_ATTRIBUT": "OPTIONS_ID",
    "EXPORT_KATEGORIEN": "REC_ID",
    "EXPORT_PARAMETER": "EXPORT_ID",
}
EVERY_BYTE = bytes(range(256))


def _of_another_program(*names: str) -> bytes:
    return "".join(
        f"DROP TABLE IF EXISTS `{name}`;\nCREATE TABLE IF NOT EXISTS `{name}` (`{NEWER[name.upper()]}` int, POS int,"
        f" TEXT text, UID varchar(9));\nINSERT INTO `{name}` VALUES (1,2,'Größe','x'),(2,3,NULL,NULL);\n"
        for name in names
    ).encode("cp1252")


@pytest.mark.parametrize("spell", [str.lower, str.title, str.upper])
def test_tables_get_the_names_that_cao_asks_for(restorer: Restorer, spell: t.Callable[[str], str]) -> None:
    mandant = restorer.mandant
    restorer.run(restorer.write("dump.sql", _of_another_program(*map(spell, NEWER))))
    tables = [name for name in mandant.tables() if not name.startswith("BACK_")]
    if mandant.server.admin("SELECT @@lower_case_table_names")[0][0] == 0:
        assert sorted(tables) == sorted(NEWER)
    for name in NEWER:
        assert mandant.query(f"SELECT COUNT(*), MAX(POS), MAX(UID) FROM {name}") == [(2, 3, "x")]


def test_words_of_sql_as_columns_without_quotes(restorer: Restorer) -> None:
    columns = ["REC_ID int(11) not null auto_increment", "NAME varchar(99)", "TEXT text", "POS int(11)", "UID text"]
    rows = [r"'1','Post','Zeile 1\r\nZeile 2','3','DE'"]
    restorer.run(restorer.write("1.sql", cao_backup(cao_table("LIEFERARTEN", columns, rows, ["PRIMARY KEY (REC_ID)"]))))
    assert restorer.mandant.query("SELECT TEXT, POS, UID FROM LIEFERARTEN") == [("Zeile 1\r\nZeile 2", 3, "DE")]


def _as_cao_writes(value: bytes) -> bytes:
    """Return a text as CAO's writer has it (cao-format 1.5)."""
    for byte, escaped in ((b"\\", b"\\\\"), (b"'", b"\\'"), (b'"', b'\\"'), (b"\x1a", b"\\Z"), (b"\n", b"\\n"),
                          (b"\r", b"\\r"), (b"\0", b"\\0")):  # fmt: skip
        value = value.replace(byte, escaped)
    return b"'" + value + b"'"


SPELLED = {
    "as CAO": _as_cao_writes(EVERY_BYTE),
    "hex": b"0x" + EVERY_BYTE.hex().encode(),
    "X": b"X'" + EVERY_BYTE.hex().encode() + b"'",
    "_binary": b"_binary " + _as_cao_writes(EVERY_BYTE),
}
HEADS = {
    "native": b"# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Laden\r\n#\r\n",
    "utf8": b"SET NAMES utf8;\n",
    "latin1": b"SET NAMES latin1;\n",
    "binary": b"SET NAMES binary;\n",
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("spelled", SPELLED)
def test_hashes_stay_to_the_byte(restorer: Restorer, head: str, spelled: str) -> None:
    sql = HEADS[head] + b"CREATE TABLE NUMMERN_LOG (JOURNAL_ID int, NUMMER varchar(40), HASHSUM blob not null);\n"
    for number in range(40):
        sql += b"INSERT INTO NUMMERN_LOG VALUES (%d,'$$',%s);\n" % (number, SPELLED[spelled])
    restorer.run(restorer.write("hash.sql", sql))
    found = restorer.mandant.query("SELECT DISTINCT HEX(HASHSUM), NUMMER, COUNT(*) FROM NUMMERN_LOG GROUP BY 1, 2")
    assert found == [(EVERY_BYTE.hex().upper(), "$$", 40)]


@pytest.mark.parametrize(
    ("head", "rows", "kept"),
    [
        ("latin1", [b"K\xfchler", b"K\xc3\xbchler"], ["4BFC686C6572", "4BC3BC686C6572"]),
        ("utf8", [b"St\xc3\x83\xc2\xbcck", b"St\xc3\xbcck"], ["5374C3BC636B", "5374FC636B"]),
    ],
)
def test_texts_that_are_spoilt_stay_as_they_are(
    restorer: Restorer, head: str, rows: list[bytes], kept: list[str]
) -> None:
    sql = HEADS[head] + b"CREATE TABLE KFZ (KFZ_ID int, INFO varchar(80)) DEFAULT CHARSET=latin1;\n"
    sql += b"".join(b"INSERT INTO KFZ VALUES (%d,'%s');\n" % one for one in enumerate(rows))
    outcome = restorer.run(restorer.write("spoilt.sql", sql))
    assert restorer.mandant.query("SELECT HEX(INFO) FROM KFZ ORDER BY KFZ_ID") == [(value,) for value in kept]
    (finding,) = (one for one in outcome.analysis["findings"] if one["name"] == "spoilt_texts")
    assert finding["table"] == "KFZ"
    assert "KFZ (1)" in finding["text"]
