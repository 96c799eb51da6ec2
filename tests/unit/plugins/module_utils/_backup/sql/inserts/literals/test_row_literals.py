# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Literals in all the words that servers have for them, and nothing that is none."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import cells
from dumps import PATH, Dump, fails, rows_of

LITERALS = {
    b"N'a''b'": b"'a''b'",
    b"n'a'": b"'a'",
    b"\\N": b"NULL",
    b"_utf8'a' COLLATE utf8_bin": b"_utf8 'a'",
    b"_latin1 X'E4'": b"_latin1 X'E4'",
    b"_utf16 0x00E4": b"_utf16 0x00E4",
    b"_ucs2 b'01000001'": b"_ucs2 b'01000001'",
    b"_cp1250 'a'": b"_cp1250 'a'",
    b"UNHEX ( '4142' )": b"UNHEX('4142')",
    b'unhex("41")': b"UNHEX('41')",
    b"CONVERT(b'1', UNSIGNED)": b"CONVERT(b'1' , UNSIGNED)",
    b"convert('a' using latin1)": b"CONVERT('a' USING LATIN1)",
    b"CAST('1' AS decimal(5,2))": b"CAST('1' AS DECIMAL ( 5 , 2 ))",
    b"CONCAT('a,(', CHAR(10), NULL)": b"CONCAT('a,(',CHAR(10),NULL)",
    b"GeomFromText('POINT(1 2)', 4326)": b"ST_GEOMFROMTEXT('POINT(1 2)',4326)",
    b"PolyFromText('x')": b"ST_POLYFROMTEXT('x')",
    b"ST_GeomFromWKB(UNHEX('01'))": b"ST_GEOMFROMWKB(UNHEX('01'))",
    b"GeomFromText('POINT(1 2)', SRID(ort))": b"ST_GEOMFROMTEXT('POINT(1 2)',0)",
    b"ST_GeomFromText('POINT(1 2)', st_srid( `der ``Ort` ))": b"ST_GEOMFROMTEXT('POINT(1 2)',0)",
    b"CONV('" + b"1" * 64 + b"', 2, 10) + 0": b"CONVERT(b'" + b"1" * 64 + b"', UNSIGNED)",
    b"conv ( '0',2,10 )+0": b"CONVERT(b'0', UNSIGNED)",
    b"DATE '2020-01-02'": b"DATE'2020-01-02'",
    b"'a' 'b'": b"'ab'",
    b"'it' /* x */ 's' \"a\"\"b\"\n'\\\\'": b"'itsa\"b\\\\'",
    b"CONCAT('a' 'b', 'c')": b"CONCAT('ab','c')",
    b"'a' '' COLLATE utf8_bin": b"'a'",
    b"- 1": b"-1",
    b"+ /* x */ 1.5": b"+1.5",
    b"(1)": b"1",
    b"( ( 'a' ) )": b"'a'",
    b"(- 1)": b"-1",
    b"timestamp'2020-01-02 03:04:05'": b"TIMESTAMP'2020-01-02 03:04:05'",
    b"--1": b"- -1",
    b"- - 1": b"- -1",
    b"-+ 1": b"- +1",
    b"-(1)": b"-1",
    b"-((-1))": b"- -1",
    b"~0": b"~0",
    b"- '1'": b"-'1'",
    b"-b'1'": b"-b'1'",
    b"1+1": b"1 + 1",
    b"1--1": b"1 - -1",
    b"1 -1": b"1 - 1",
    b"1 /* x */ * -- y\n 2.5": b"1 * 2.5",
    b"(1+2)*3": b"(1 + 2) * 3",
    b"3 * ((1 + (2)))": b"3 * ((1 + 2))",
    b"-(1+(2*3))": b"-(1 + (2 * 3))",
    b"10/4": b"10 / 4",
    b"7 div 2 MOD 3 % 2": b"7 DIV 2 MOD 3 % 2",
    b"1<<3|4&~1^2>>1": b"1 << 3 | 4 & ~1 ^ 2 >> 1",
    b"UNHEX('41') + 1": b"UNHEX('41') + 1",
    b"CONCAT('a', 1+1, (2 - 1))": b"CONCAT('a',1 + 1,(2 - 1))",
    b"(1 + 1) - HEX('a,(') * (2)": b"(1 + 1) - HEX('a,(') * 2",
    b"NULL + 1": b"NULL + 1",
    b"binary 'it''s'": b"BINARY 'it''s'",
    b"BINARY ('a')": b"BINARY 'a'",
    b"HEX('a')": b"HEX('a')",
    b"password('x')": b"PASSWORD('x')",
    b"ELT(1 + 1, 'a', 'b')": b"ELT(1 + 1,'a','b')",
}


@pytest.mark.parametrize(("written", "sent"), LITERALS.items(), ids=[text.decode() for text in LITERALS])
@pytest.mark.parametrize("size", [3, 100_000])
def test_literals(written: bytes, sent: bytes, size: int) -> None:
    rows = rows_of(b"INSERT INTO X VALUES (1," + written + b",'z'),(2," + written + b",3);", size)
    assert b"".join(row.text for row in rows) == b"(1," + sent + b",'z')(2," + sent + b",3)"
    assert [cells(row.text)[1] for row in rows] == [sent, sent]


@pytest.mark.parametrize(
    "written",
    [
        b"NOW()", b"LOAD_FILE('/etc/passwd')", b"UNHEX(LOAD_FILE('x'))", b"CONCAT(A)", b"UNHEX()",
        b"CONCAT('a',)", b"CAST('1' AS x)", b"CAST('1', CHAR)", b"CONVERT('1' AS CHAR)",
        b"CAST('1' AS CHAR), SLEEP(1", b"CAST((SELECT 1) AS CHAR)", b"CONVERT('1' USING x)",
        b"'a' - 'b'", b"1 + 'a'", b"'1' '2' + 1",
        b"1 / 0", b"1 % 00", b"1 DIV 0.0", b"1 MOD (1 - 1)", b"1 / '0'", b"1 / a", b"1 +", b"1 + ", b"* 1", b"-", b"--",
        b"1 + NOW()", b"1 + a", b"1 + (SELECT 1)", b"-a", b"-NOW()", b"~@a", b"!1", b"NOT 1", b"1 = 1", b"1 < 2",
        b"'a' || 'b'", b"1 || 0", b"1 && 1", b"1 AND 1", b"1 + DEFAULT", b"-DEFAULT", b"(1 + 1", b"1 + 1)",
        b"+".join([b"1"] * 200), b"-" * 50 + b"1", b"(" * 20 + b"1+1" + b")" * 20, b"BINARY", b"BINARY a",
        b"BINARY NOW()", b"REPEAT('a', 9)", b"1 + INTERVAL 1 DAY", b"1 + CONV('1',2,10) + 0",
        b"SRID(a)", b"ST_GeomFromText(SRID(a))", b"ST_GeomFromText('x', SRID(1))", b"ST_GeomFromText('x', SRID(a, 1))",
        b"ST_GeomFromText('x', SRID(a.b))", b"UNHEX('41', SRID(a))", b"CONV('1',2,10)", b"CONV('1',2,10) + 1",
        b"CONV('2',2,10) + 0", b"CONV('1',2,16) + 0", b"CONV('1',2,10) + 0 + 1", b"CONCAT(CONV('1',2,10) + 0)",
        b"CONV(a,2,10) + 0", b"CONV('1',2,10) - 0", b"CONV()",
        b"N", b'N"a"', b"_gbk'a'", b"_foo X'41'", b"_gbk X'4'", b"DATE", b"x.UNHEX('41')", b"`UNHEX`('41')", b"@a",
        b"{x '2020-01-01'}", b"{d '2020-01-01'", b"{d 5}", b"{d}", b"DEFAULT(a)", b"\\M",
        b"_latin1'a' COLLATE (1)", b"CONCAT(" * 20 + b"'a'" + b")" * 20,
    ],
)  # fmt: skip
def test_what_is_no_literal_is_refused(written: bytes) -> None:
    with fails("forbidden_statement", PATH, "line 2", "statement 2"):
        rows_of(b"INSERT INTO X VALUES (1);\nINSERT INTO X VALUES (2," + written + b");")


def test_cells_of_calls_in_calls() -> None:
    row = b"(1,CONCAT('a)',CHAR(10),'it''s (',UNHEX('41')),_latin1 X'41','x')"
    assert cells(row) == [b"1", b"CONCAT('a)',CHAR(10),'it''s (',UNHEX('41'))", b"_latin1 X'41'", b"'x'"]


@pytest.mark.parametrize("delimiter", [b"//", b"/", b"||", b"%%", b"^", b"&", b"--//", b"DIV", b"<<END"])
@pytest.mark.parametrize("rows", [b"SET A=1,B=2%b", b"SELECT 1,2%b", b"VALUES (1,2)%b"])
def test_a_delimiter_is_no_operator(delimiter: bytes, rows: bytes) -> None:
    for blank in (b" ", b"\n", b"" if delimiter != b"DIV" else b"\t"):
        statement = b"INSERT INTO X " + rows.replace(b"%b", blank + delimiter + b"\n")
        found = rows_of(b"DELIMITER " + delimiter + b"\n" + statement * 3)
        assert [one.values for some in found for one in some.singles()] == [b"(1,2)"] * 3


@pytest.mark.parametrize(
    ("setting", "value", "word"),
    [
        (b"lc_time_names='de_DE'", b"DATE_FORMAT('2020-03-01','%M')", "lc_time_names"),
        (b"SESSION lc_time_names=4", b"LEFT(DATE_FORMAT('2020-03-01','%M'), 2)", "lc_time_names"),
        (b"div_precision_increment=2", b"CONCAT(1/3)", "div_precision_increment"),
        (b"@@div_precision_increment=8", b"1 + 1 / 3", "div_precision_increment"),
    ],
)
def test_values_that_a_setting_decides(setting: bytes, value: bytes, word: str) -> None:
    """A restore does not set it, also where such a row was read by its words before."""
    table = b"CREATE TABLE X (A int, B text);\n"
    row = b"INSERT INTO X VALUES (1," + value + b");\n"
    kept, name = b"SET @OLD=@@" + word.encode() + b";\n", b"SET " + word.encode()
    other = b"INSERT INTO X VALUES (1,CONCAT(5 % 3, TIME_FORMAT('10:00','%h')));\n"
    for before in (b"", row * 3):
        refused = Dump(table + before + b"SET " + setting + b";\n" + row).refused()
        assert refused.error == "forbidden_statement"
        assert word in refused.msg
        assert f"line {3 + before.count(b'INSERT')}," in refused.msg
    dump = table + kept + b"SET " + setting + b";\n" + other + name
    for usual in (b"DEFAULT", b"@OLD", {"lc_time_names": b"'en_US'"}.get(word, b"4")):
        assert sum(rows.count for rows in Dump(dump + b"=" + usual + b";\n" + row).rows()) == 2
