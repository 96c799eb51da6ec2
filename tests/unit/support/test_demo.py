# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo Mandant is complete, adds up, is the same every time, and is what examples/ ships."""

from __future__ import annotations

import datetime
import itertools
import re
import typing as t
import zipfile
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

import make_demo_backup
from cao_writer import Cell, WriterOptions
from demo.company import COMPANY, DB_VERSION
from demo.mandant import DemoMandant
from demo.plan import Plan
from demo.schema import Shape, tables
from demo.words import EVERY_BYTE, HARD_TEXTS

WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "CAO_backup_2026_11_02_18_05.zip"
EXAMPLE_ROWS = 10_000
EXAMPLE_PASSWORD = "Kräutergarten"
EMPTY_TABLES = {
    "ARTIKEL_ETIKETT",
    "ARTIKEL_INVENTUR_SN",
    "ARTIKEL_TO_MERK",
    "HERSTELLER_INFO",
    "JOURNAL_SSH",
    "MAIL_REGELN",
    "SCHRIFTVERKEHR_ADR",
    "UEBERWEISUNGEN",
}


@pytest.fixture(scope="module")
def mandant() -> DemoMandant:
    return DemoMandant(Plan.of_rows(4000, WHEN))


def _rows(mandant: DemoMandant, name: str) -> list[dict[str, Cell]]:
    names = [column.name for column in tables()[name].columns]
    return [dict(zip(names, row)) for row in mandant.table_rows(name)]


def _number(cell: Cell) -> Decimal:
    assert cell is not None
    return Decimal(str(cell))


def test_the_schema_of_1_4() -> None:
    assert len(tables()) == 73
    assert sum(len(table.columns) for table in tables().values()) == 1585
    assert [table.name for table in tables().values() if not table.keys] == ["FIRMA"]
    assert list(tables()) == sorted(tables(), key=str.lower)


def test_a_row_starts_from_the_defaults() -> None:
    row = Shape("LINK").row(REC_ID=7)
    names = [column.name for column in tables()["LINK"].columns]
    cells = dict(zip(names, row))
    assert (cells["REC_ID"], cells["MODUL_ID"], cells["BEMERKUNG"]) == (7, "-1", None)
    assert cells["OPEN_TIME"] == "0000-00-00 00:00:00"
    with pytest.raises(KeyError):
        Shape("LINK").row(KEINE_SPALTE=1)


def test_which_tables_have_rows(mandant: DemoMandant) -> None:
    assert {name for name in tables() if not _rows(mandant, name)} == EMPTY_TABLES


@pytest.mark.parametrize("wanted", [1, 4000, 30_000])
def test_about_as_many_rows_as_wanted(wanted: int) -> None:
    made = DemoMandant(Plan.of_rows(wanted, WHEN))
    rows = sum(1 for _table, table_rows in made.tables() for _row in table_rows)
    assert rows == made.rows
    assert rows == (pytest.approx(wanted, rel=0.03) if wanted > 1 else pytest.approx(1150, abs=100))


def test_five_million_rows_are_planned_and_begin_at_once() -> None:
    plan = Plan.of_rows(5_000_000, WHEN)
    assert plan.documents * 5 == pytest.approx(4_000_000, rel=0.1)
    first = list(itertools.islice(DemoMandant(plan).table_rows("JOURNALPOS"), 3))
    assert len(first) == 3


def test_primary_and_unique_keys_are_unique(mandant: DemoMandant) -> None:
    for name, table in tables().items():
        rows = _rows(mandant, name)
        for key in table.keys:
            if key.kind != "KEY":
                values = [tuple(str(row[column]).lower() for column in key.columns) for row in rows]
                assert len(set(values)) == len(values), (name, key.columns)


def _fits(type_text: str, nullable: bool, cell: Cell) -> bool:
    if cell is None:
        return nullable
    text = re.match(r"(?:var)?char\((\d+)\)", type_text)
    if text:
        return isinstance(cell, str) and len(cell) <= int(text[1])
    if type_text.startswith("enum"):
        return f"'{cell!s}'" in type_text
    exact = re.match(r"decimal\((\d+),(\d+)\)", type_text)
    if exact:
        number = _number(cell)
        scale = Decimal(1).scaleb(-int(exact[2]))
        return number == number.quantize(scale) and abs(number) < Decimal(10) ** (int(exact[1]) - int(exact[2]))
    if "blob" in type_text:
        return isinstance(cell, bytes)
    return not isinstance(cell, bytes)


def test_every_cell_fits_its_column(mandant: DemoMandant) -> None:
    for name, table in tables().items():
        for row in mandant.table_rows(name):
            assert len(row) == len(table.columns)
            for column, cell in zip(table.columns, row):
                assert _fits(column.type_text, column.nullable, cell), (name, column.name, cell)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("head", "lines", "reference", "discount"),
    [
        ("JOURNAL", "JOURNALPOS", "JOURNAL_ID", "RABATT"),
        ("LIEFERSCHEIN", "LIEFERSCHEIN_POS", "LIEFERSCHEIN_ID", "RABATT"),
        ("EKBESTELL", "EKBESTELL_POS", "EKBESTELL_ID", "RABATT1"),
    ],
)
def test_documents_add_up(mandant: DemoMandant, head: str, lines: str, reference: str, discount: str) -> None:
    net: dict[Cell, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in _rows(mandant, lines):
        factor = 1 - _number(line[discount]) / 100
        assert _number(line["GPREIS"]) == _cents(_number(line["MENGE"]) * _number(line["EPREIS"]) * factor)
        net[line[reference]][int(str(line["STEUER_CODE"]))] += _number(line["GPREIS"])
    documents = _rows(mandant, head)
    assert {document["REC_ID"] for document in documents} == set(net)
    for document in documents:
        for code, percent in ((0, 0), (1, 7), (2, 19), (3, 0)):
            part = net[document["REC_ID"]][code]
            assert _number(document[f"MWST_{code}"]) == percent
            assert _number(document[f"NSUMME_{code}"]) == part
            assert _number(document[f"MSUMME_{code}"]) == _cents(part * percent / 100)
            assert _number(document[f"BSUMME_{code}"]) == part + _cents(part * percent / 100)
        for sums in ("NSUMME", "MSUMME", "BSUMME"):
            assert _number(document[sums]) == sum(_number(document[f"{sums}_{code}"]) for code in range(4))


def test_payments_and_open_items_add_up(mandant: DemoMandant) -> None:
    paid: dict[Cell, Decimal] = defaultdict(Decimal)
    for payment in _rows(mandant, "ZAHLUNGEN"):
        paid[payment["JOURNAL_ID"]] += _number(payment["BETRAG"])
    open_items = {item["JOURNAL_ID"]: item for item in _rows(mandant, "JOURNAL_OP")}
    booked = [row for row in _rows(mandant, "JOURNAL") if row["QUELLE"] in (3, 4, 5, 24)]
    assert {row["STADIUM"] for row in booked} == {2, 3, 7, 9}
    for document in booked:
        item = open_items.get(document["REC_ID"])
        if document["STADIUM"] == 9:
            assert item is None
            assert paid[document["REC_ID"]] == _number(document["BSUMME"])
        else:
            assert item is not None
            assert _number(item["BSUMME"]) == _number(document["BSUMME"])
            assert _number(item["ZAHLUNGEN_SUM"]) == paid[document["REC_ID"]]


def test_documents_speak_of_what_there_is(mandant: DemoMandant) -> None:
    addresses = {row["REC_ID"] for row in _rows(mandant, "ADRESSEN")}
    articles = {row["REC_ID"] for row in _rows(mandant, "ARTIKEL")}
    for name in ("JOURNALPOS", "LIEFERSCHEIN_POS", "EKBESTELL_POS"):
        rows = _rows(mandant, name)
        assert {row["ARTIKEL_ID"] for row in rows} <= articles
        assert {row["ADDR_ID"] for row in rows} <= addresses


def test_what_is_hard_to_get_through_is_there(mandant: DemoMandant) -> None:
    everything = [cell for name in tables() for row in mandant.table_rows(name) for cell in row]
    texts = {cell for cell in everything if isinstance(cell, str)}
    assert set(HARD_TEXTS) <= texts
    assert {"0000-00-00", "0000-00-00 00:00:00", "", "NULL"} <= texts
    blobs = [cell for cell in everything if isinstance(cell, bytes)]
    assert any(EVERY_BYTE in blob for blob in blobs)
    assert any(blob.startswith(b"\x89PNG\r\n\x1a\n") for blob in blobs)
    assert 1e-05 in everything
    ids = {name: {row["REC_ID"] for row in _rows(mandant, name)} for name in ("ADRESSEN", "ARTIKEL", "MENGENEINHEIT")}
    assert 0 in ids["MENGENEINHEIT"]
    assert {0, -2} <= ids["ADRESSEN"]
    assert {0, -1} <= ids["ARTIKEL"]


def test_the_mandant_says_who_it_is(mandant: DemoMandant) -> None:
    assert [row["NAME1"] for row in _rows(mandant, "FIRMA")] == [COMPANY]
    settings = {(row["MAINKEY"], row["NAME"]): row["VAL_CHAR"] for row in _rows(mandant, "REGISTRY")}
    assert settings["MAIN", "DB_VERSION"] == DB_VERSION
    assert settings["MAIN\\SICHERUNG", "LAST_BACKUP"] == "01.11.2026"


def test_the_same_seed_gives_the_same_bytes(mandant: DemoMandant) -> None:
    sql = b"".join(mandant.backup())
    assert len(sql) == mandant.bytes_written
    assert sql == b"".join(DemoMandant(Plan.of_rows(4000, WHEN)).backup())
    assert sql != b"".join(DemoMandant(Plan.of_rows(4000, WHEN, seed=2)).backup())


def test_in_utf_8_it_is_the_same_but_for_the_text(mandant: DemoMandant) -> None:
    sql = b"".join(mandant.backup(WriterOptions(encoding="utf-8")))
    assert COMPANY.encode("utf-8") in sql
    assert sql.count(b"\r\nINSERT INTO ") == b"".join(mandant.backup()).count(b"\r\nINSERT INTO ")


def _member(path: Path, password: str | None = None) -> tuple[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        (info,) = archive.infolist()
        return info.filename, archive.read(info, password.encode("cp1252") if password else None)


def test_the_example_is_what_is_made_here() -> None:
    sql = b"".join(DemoMandant(Plan.of_rows(EXAMPLE_ROWS, WHEN)).backup())
    assert _member(EXAMPLE, EXAMPLE_PASSWORD) == ("CAO_backup_2026_11_02_18_05.sql", sql)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", EXAMPLE_PASSWORD)
    common = ["--rows", "1", "--mandant", "Übung", "--date", "2025-01-02T03:04:05", "--output"]
    paths = [tmp_path / "demo.sql", tmp_path / "demo.zip", tmp_path / "locked.zip"]
    make_demo_backup.main([*common, str(paths[0])])
    make_demo_backup.main([*common, str(paths[1])])
    make_demo_backup.main([*common, str(paths[2]), "--password-env", "DEMO_PASSWORD"])
    sql = paths[0].read_bytes()
    assert sql.startswith("# CAO-Faktura\r\n# Datum :02.01.2025 03:04:05 Uhr\r\n# Mandant :Übung\r\n".encode("cp1252"))
    assert _member(paths[1]) == ("demo.sql", sql)
    assert _member(paths[2], EXAMPLE_PASSWORD) == ("locked.sql", sql)
    assert f"{len(sql)} bytes of SQL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "x.gz"], "end in"),
        (["--output", "x.sql", "--encryption", "aes256"], "only a .zip"),
        (["--output", "x.zip", "--encryption", "aes256"], "needs --password-env"),
        (["--output", "x.zip", "--encryption", "none", "--password-env", "DEMO_PASSWORD"], "plain one has none"),
        (["--output", "x.zip", "--password-env", "DEMO_NOT_SET"], "is not set"),
    ],
)
def test_commands_that_make_no_sense(
    arguments: t.Sequence[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "x")
    with pytest.raises(SystemExit):
        make_demo_backup.main(["--rows", "1", *arguments])
    assert message in capsys.readouterr().err
