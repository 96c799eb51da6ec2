# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ready checks of the role restore: true of the demo Mandant, and each finds the fault that it is for."""

from __future__ import annotations

import datetime
import typing as t
from pathlib import Path

import yaml

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import BackupColumn, BackupTable, Row, write_backup
from demo.mandant import DemoMandant
from demo.plan import Plan
from demo.schema import tables
from restoring import Restorer

_VARS = Path(__file__).resolve().parents[4] / "roles" / "restore" / "vars" / "main.yml"
_CHECKS: dict[str, list[dict[str, t.Any]]] = yaml.safe_load(_VARS.read_text(encoding="utf-8"))
ALL = (*_CHECKS["restore_cao_checks"], *_CHECKS["restore_cao_checks_numbers"])
# Checks that cannot be asked of a schema without the column of 1.5.
_OF_1_5 = {"finished documents have a hash"}
# Long ago, whatever the clock says.
WHEN = datetime.datetime(2019, 11, 2, 18, 5, 9)

Change = t.Callable[[dict[str, t.Any], str], None]


def _backup(change: Change | None = None, *, hashes: bool = False) -> bytes:
    """Return the demo Mandant with one number range for invoices; ``change`` may spoil a row of a table."""
    names = [table for table in tables() if table.startswith(("JOURNAL", "LIEFERSCHEIN", "EKBESTELL", "ZAHLUNGEN"))]
    found: list[tuple[BackupTable, list[Row]]] = []
    demo = {table.name: list(rows) for table, rows in DemoMandant(Plan.of_rows(900, WHEN)).tables()}
    for name in names:
        table, rows = tables()[name], demo[name]
        columns = [column.name for column in table.columns]
        if hashes and name == "JOURNAL":
            table = BackupTable(name, (*table.columns, BackupColumn("HASHSUM", "varchar(40)")), table.keys)
        made = []
        invoices = 0
        for row in rows:
            cells = dict(zip(columns, row))
            if name == "JOURNAL" and cells["QUELLE"] == 3:
                invoices += 1
                cells["VRENUM"] = f"RE-{invoices + 9:05d}"
            if hashes and name == "JOURNAL":
                cells["HASHSUM"] = "$$" if cells["REC_ID"] < 10 else "0123456789abcdef0123456789abcdef"
            if change is not None:
                change(cells, name)
            made.append(list(cells.values()))
        found.append((table, made))
    return b"".join(write_backup(BackupHeader("Kräuterhof", WHEN), found))


def _at(table: str, number: int, **cells: object) -> Change:
    """Return what changes the row with this REC_ID."""

    def change(row: dict[str, t.Any], name: str) -> None:
        if name == table and row["REC_ID"] == number:
            row.update(cells)

    return change


_TOMORROW = (datetime.datetime.now() + datetime.timedelta(days=5)).strftime("%Y-%m-%d")
# The first document of the demo Mandant is an invoice of several positions.
FAULTS: tuple[tuple[str, Change], ...] = (
    ("positions belong to documents", _at("JOURNALPOS", 1, JOURNAL_ID=99999)),
    ("positions belong to delivery notes", _at("LIEFERSCHEIN_POS", 1, LIEFERSCHEIN_ID=99999)),
    ("positions belong to purchase orders", _at("EKBESTELL_POS", 1, EKBESTELL_ID=99999)),
    ("net and tax make gross", _at("JOURNAL", 2, MSUMME="4711")),
    ("sums of documents are those of their positions", _at("JOURNALPOS", 2, GPREIS="4711.11")),
    ("invoice numbers have no gaps", _at("JOURNAL", 5, VRENUM="RE-90000")),
    ("no document is of the future", _at("JOURNAL", 3, RDATUM=_TOMORROW)),
    ("no payment is of the future", _at("ZAHLUNGEN", 1, DATUM=_TOMORROW)),
    ("finished documents have a hash", _at("JOURNAL", 12, HASHSUM="$$")),
)


def test_each_check_has_its_fault() -> None:
    assert {name for name, _change in FAULTS} == {check["name"] for check in ALL}


def test_the_demo_mandant_is_healthy(restorer: Restorer) -> None:
    for hashes in (False, True):
        path = restorer.write("demo.sql", _backup(hashes=hashes))
        told = restorer.run(path, policy="always", checks=ALL, incomplete="allow").checks
        skipped = {one["name"] for one in told if one["skipped"]}
        assert skipped == (set() if hashes else _OF_1_5)
        assert all(one["passed"] for one in told if not one["skipped"])


def _told(restorer: Restorer, path: str) -> list[dict[str, t.Any]]:
    try:
        return list(restorer.run(path, policy="always", checks=ALL, incomplete="allow").checks)
    except Failure as failure:
        return list(failure.results["checks"])


def test_each_finds_its_fault(restorer: Restorer) -> None:
    for name, change in FAULTS:
        path = restorer.write("spoilt.sql", _backup(change, hashes=True))
        told = _told(restorer, path)
        found = {one["name"] for one in told if one["passed"] is False}
        assert name in found, (name, found)
        assert not any(one["problem"] for one in told)
        # A date that is far away is in a year of its own, so the numbers of a year have a gap.
        assert found - {name} <= {"invoice numbers have no gaps", "sums of documents are those of their positions"}
    assert restorer.mandant.tables() == []


def test_the_ready_checks_are_skipped_for_another_program(restorer: Restorer) -> None:
    path = restorer.write("other.sql", b"CREATE TABLE `T` (`A` int);\nINSERT INTO `T` VALUES (1);\n")
    told = restorer.run(path, checks=ALL).checks
    assert all(one["skipped"] for one in told)
