# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of CAO's, cut at every line: it shows, or it says what cannot be known."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from dumps import Dump
from restoring import cao_backup, cao_table

NUMBERS = ["REC_ID int(11) not null"]
KEY = ["PRIMARY KEY (REC_ID)"]


def _table(name: str, rows: int) -> str:
    return cao_table(name, NUMBERS, [f"'{row}'" for row in range(1, rows + 1)], KEY)


TABLES = ("FIRMA", "JOURNAL", "MITARBEITER", "REGISTRY", "ZAHLUNGEN", "ZAHLUNGSARTEN")
WHOLE = cao_backup(*(_table(name, 3) for name in TABLES))


def test_a_whole_backup_shows_nothing() -> None:
    analysis = Dump(WHOLE).analyse()
    assert (analysis.signs, [finding.name for finding in analysis.findings]) == ((), [])


def test_a_cut_at_any_line_end_within_the_tables_shows() -> None:
    """All but those right behind a whole table, of which the order of tables tells, and those within the first."""
    lines = WHOLE.splitlines(keepends=True)
    seen, errors = 0, set()
    for count in range(len(lines)):
        data = b"".join(lines[:count])
        try:
            signs = Dump(data).analyse().signs
        except Failure as failure:
            errors.add(failure.error)
            continue
        seen += 1
        assert signs or data.endswith((b"\r\n" * 3, b"\r\n#\r\n")) or data.count(b"] DATA") < 2, data[-80:]
    assert errors == {"truncated", "not_a_backup"}
    assert seen > 50


@pytest.mark.parametrize(
    ("last", "rows", "word"),
    [
        ("ZAHLUNGEN", "'2'", "the file stops in the rows of ZAHLUNGEN"),
        ("ZAHLUNGSARTEN", "'2'", "the file stops in the rows of ZAHLUNGSARTEN"),
        ("JOURNAL", "'2'", "the file stops in the rows of JOURNAL"),
    ],
)
def test_a_cut_within_rows_names_the_table(last: str, rows: str, word: str) -> None:
    cut = WHOLE[: WHOLE.index(f"INSERT INTO {last} VALUES ({rows});".encode())]
    sign = Dump(cut).analyse().signs[0]
    assert (sign.name, sign.table, sign.line) == ("missing_end", last, cut.count(b"\n") + 1)
    assert sign.text.startswith(f"line {sign.line}: ")
    assert word in sign.text


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_headings_without_what_they_announce(line_end: bytes) -> None:
    whole = WHOLE.replace(b"\r\n", line_end)
    data = whole[: whole.index(b"INSERT INTO ZAHLUNGSARTEN")]
    assert "the rows of ZAHLUNGSARTEN are announced and none comes" in Dump(data).analyse().signs[0].text
    heading = whole[: whole.index(b"drop table if exists ZAHLUNGSARTEN")]
    assert "stops behind the heading of the table ZAHLUNGSARTEN" in Dump(heading).analyse().signs[0].text


@pytest.mark.parametrize(
    ("tables", "missing"),
    [
        (TABLES[:-1], True),
        (("FIRMA", "MITARBEITER", "REGISTRY"), True),
        (("FIRMA", "MITARBEITER"), False),
        (("FIRMA", "JOURNAL"), False),
        (TABLES, False),
        (("ARTIKEL", "FIRMA"), False),
        (("FIRMA", "REGISTRY"), False),
        (("MENGENEINHEIT",), False),
        (("FIRMA", "JOURNAL", "MITARBEITER", "REGISTRY", "ZAHLUNGSARTEN", "ZZ_FREMD"), False),
    ],
)
def test_the_order_of_tables_shows_a_cut_between_two(tables: tuple[str, ...], missing: bool) -> None:
    signs = Dump(cao_backup(*(_table(name, 2) for name in tables))).analyse().signs
    assert bool(signs) is missing
    assert all(sign.table == "ZAHLUNGSARTEN" for sign in signs)


def test_a_few_tables_that_somebody_chose_are_no_cut() -> None:
    data = b"create table ARTIKEL (A int);\r\nINSERT INTO ARTIKEL VALUES ('1');\r\n"
    assert Dump(b"# Datum :1.1.2026\r\n# Mandant :X\r\n" + data).analyse().signs == ()


def test_a_generation_before_at_the_end_is_left_out_and_no_sign() -> None:
    assert Dump(cao_backup(_table("ARTIKEL", 2), _table("BACK_ARTIKEL", 2))).analyse().signs == ()


def test_a_table_that_somebody_has_put_behind_is_no_sign() -> None:
    added = b"create table XT_POSTEN (A int);\r\nINSERT INTO XT_POSTEN VALUES ('1');\r\n"
    assert Dump(cao_backup(_table("ARTIKEL", 2)) + added).analyse().signs == ()


@pytest.mark.parametrize("empty", [True, False])
def test_rows_by_turns_are_no_sign(empty: bool) -> None:
    """Nobody's backup, but what somebody has put together."""
    first = _table("ARTIKEL", 4)
    lines = [line for line in first.splitlines(keepends=True) if line.startswith("INSERT")]
    other = _table("PLZ", 0 if empty else 2)
    content = cao_backup(first.replace("".join(lines[2:]), ""), other, *lines[2:])
    assert Dump(content).analyse().signs == ()


def test_what_arrived_packed_is_only_doubted(tmp_path: Path) -> None:
    path = tmp_path / "CAO_backup.sql.gz"
    path.write_bytes(gzip.compress(WHOLE.rstrip()))
    with open_backup(str(path)) as backup:
        (finding,) = backup.analysis.findings
        assert backup.analysis.signs == ()
    assert (finding.name, finding.table) == ("missing_end", "ZAHLUNGSARTEN")


_ADDED = {
    "a key": b"alter table ZAHLUNGSARTEN add key (REC_ID);\r\n",
    "an index of another table": b"create index i on FIRMA (REC_ID);\r\n",
    "a setting": b"SET FOREIGN_KEY_CHECKS=1;\r\n",
    "a view": b"create view v as select * from FIRMA;\r\n",
    "a trigger": b"create trigger t before insert on FIRMA for each row set NEW.REC_ID = 1;\r\n",
    "a table that goes": b"drop table if exists XT_POSTEN;\r\n",
    "an end of a transaction": b"COMMIT;\r\n",
    "several": b"UNLOCK TABLES;\r\n-- ende;\r\nCOMMIT;\r\n",
    "on the same line": b"COMMIT;",
}
# The last table with rows, and without.
_ENDS = {"rows": 3, "definition": 0}


@pytest.mark.parametrize("added", _ADDED)
@pytest.mark.parametrize("end", _ENDS)
def test_a_statement_that_somebody_has_put_behind(end: str, added: str) -> None:
    """It is told as what it is where CAO's empty lines are missing before it, and is no sign behind these."""
    whole = cao_backup(*(_table(name, 3) for name in TABLES[:-1]), _table(TABLES[-1], _ENDS[end]))
    wanted = Dump(whole).analyse().signs
    assert Dump(whole + _ADDED[added]).analyse().signs == wanted
    for lines in (b"", b"\r\n", b"\r\n\r\n"):
        before = whole.rstrip() + lines
        sign = Dump(before + _ADDED[added]).analyse().signs[0]
        line = before.count(b"\n") + 1
        text = (
            f"line {line}: a statement that CAO does not write follows the {end} of ZAHLUNGSARTEN, and the empty lines"
        )
        assert sign.text.startswith(text)
        assert (sign.name, sign.table, sign.line) == ("missing_end", "ZAHLUNGSARTEN", line)


@pytest.mark.parametrize("comment", [b"-- ende;\r\n", b"# von Hand; geprueft\r\n", b"/* ende; */\r\n", b"#\r\n"])
@pytest.mark.parametrize("end", _ENDS)
def test_a_comment_that_somebody_has_put_behind_is_no_sign(end: str, comment: bytes) -> None:
    whole = cao_backup(*(_table(name, 3) for name in TABLES[:-1]), _table(TABLES[-1], _ENDS[end]))
    assert Dump(whole + comment).analyse().signs == Dump(whole).analyse().signs


def test_a_definition_that_stops_is_told_as_that() -> None:
    whole = cao_backup(*(_table(name, 3) for name in TABLES[:-1]), _table(TABLES[-1], 0))
    sign = Dump(whole.rstrip()).analyse().signs[0]
    assert "the file stops behind the definition of ZAHLUNGSARTEN: the empty lines" in sign.text
    assert sign.line == whole.rstrip().count(b"\n") + 1
