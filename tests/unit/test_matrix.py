# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents say of servers and Pythons is what was run, and no more."""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tools"))

import matrix  # noqa: E402 - these are programs of tools/
import matrix_page  # noqa: E402

KNOWN: dict[str, dict[str, dict[str, t.Any]]] = json.loads(matrix.RESULT.read_text(encoding="utf-8"))
RECORD = {"version": "1.2.3", "date": "2026-11-02", "skipped": {}}


@pytest.mark.parametrize("path", [matrix_page.PAGE, matrix_page.README], ids=lambda path: path.name)
def test_the_tables_are_those_of_the_file(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == matrix_page.documents(KNOWN)[path], "make matrix writes them"


def test_every_test_that_is_named_is_there() -> None:
    names = [
        name for heading in matrix.HEADINGS for name in (*heading.tests, *(n for m in heading.more.values() for n in m))
    ]
    for name in (*names, *matrix.CORE_TESTS, *matrix.PYTHON_TESTS):
        file, _colons, test = name.partition("::")
        assert (matrix.INTEGRATION / file).exists(), name
        assert not test or f"def {test}(" in (matrix.INTEGRATION / file).read_text(encoding="utf-8"), name


def test_servers_and_headings_are_the_same_everywhere() -> None:
    import servers
    import torture

    assert list(matrix_page.SERVERS) == list(matrix.SERVERS)
    assert list(matrix_page.HEADINGS) == [heading.name for heading in matrix.HEADINGS]
    settings = {one.name for one in servers.SETTINGS}
    assert {server + heading.setting for server in matrix.SERVERS for heading in matrix.HEADINGS} <= settings
    assert set(KNOWN["settings"]) == settings
    assert {kind.name.removesuffix("-with-journal") for kind in torture.KINDS} == set(matrix.SERVERS)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (None, "not run"),
        ({}, "not run"),
        ({**RECORD, "passed": 0, "failures": []}, "not run"),
        ({**RECORD, "passed": 7, "failures": []}, "7 passed"),
        ({**RECORD, "passed": 7, "failures": ["test_x::test_y"]}, "**1 failed**, 7 passed"),
        ({**RECORD, "passed": 0, "failures": ["pytest ended with 2"]}, "**1 failed**, 0 passed"),
    ],
)
def test_a_run_is_told_as_it_went(record: dict[str, t.Any] | None, words: str) -> None:
    assert matrix_page.said(record) == words
    known: dict[str, t.Any] = {part: {} for part in matrix.PARTS}
    if record is not None:
        known["servers"]["mysql-9.7 backup"] = record
    page = matrix_page.documents(known)[matrix_page.PAGE]
    assert page.count(f"  - {words}") == (40 if words == "not run" else 1)
    assert ("test_x::test_y" in page) is ("test_x::test_y" in str(record))
    (row,) = (line for line in matrix_page.documents(known)[matrix_page.README].splitlines() if "| MySQL 9.7 |" in line)
    assert row.count("not run") == (7 if "not run" not in words else 8)


def test_a_report_is_counted() -> None:
    report = """<testsuites><testsuite>
    <testcase classname="tests.integration.test_a" name="good"/>
    <testcase classname="tests.integration.test_a" name="bad"><failure message="x"/></testcase>
    <testcase classname="tests.integration.test_a" name="broken"><error message="x"/></testcase>
    <testcase classname="tests.integration.test_a" name="both"><failure message="x"/></testcase>
    <testcase classname="tests.integration.test_a" name="both"><error message="x"/></testcase>
    <testcase classname="tests.integration.test_a" name="left"><skipped message="why"/></testcase>
    </testsuite></testsuites>"""
    failures = ["test_a::bad", "test_a::both", "test_a::broken"]
    assert matrix.counted(report) == {"passed": 1, "failures": failures, "skipped": {"why": 1}}
