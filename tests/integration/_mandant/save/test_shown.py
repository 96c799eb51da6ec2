# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server shows as ? in a definition: a default comes back by its bytes, anything else is told or refused."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saved, Saving
from restoring import Restorer

SMILE = "\U0001f600"
POLISH, WIDE = "CHARACTER SET cp1250", "CHARACTER SET utf8mb4"


def _saved(restorer: Restorer, path: Path, *, check: bool = False) -> Saved:
    return back_up(saving=Saving(restorer.mandant.name, str(path)), login=restorer.login(), check_mode=check)


def _make(restorer: Restorer, columns: str, value: str | None) -> None:
    with restorer.mandant.connect() as session, session.cursor() as cursor:
        cursor.execute("SET NAMES utf8mb4")
        cursor.execute(f"CREATE TABLE T (ID INT, {columns})")
        if value is not None:
            cursor.execute(f"INSERT INTO T VALUES (1, {value})")
        session.commit()


HELD = [
    (f"A ENUM('x', '{SMILE}') {WIDE}", "2"),
    (f"A ENUM('x', 0x81) {POLISH}", "2"),
    (f"A SET('x', '?', 'y {SMILE}') {WIDE}", "5"),
    (f"A SET('x', 0x8181) {POLISH} NOT NULL", "3"),
]


@pytest.mark.parametrize(("columns", "value"), HELD)
def test_a_member_that_no_definition_says_is_refused_where_a_row_holds_it(
    restorer: Restorer, tmp_path: Path, columns: str, value: str
) -> None:
    _make(restorer, columns, value)
    told = set()
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            _saved(restorer, tmp_path / "a.sql", check=check)
        told.add((caught.value.error, caught.value.msg))
    ((error, msg),) = told
    assert error == "server_setting"
    assert ", T: rows hold a member of A that the server shows as ?" in msg
    assert list(tmp_path.glob("a.sql")) == []


NOT_HELD = [
    (f"A ENUM('x', '{SMILE}') {WIDE}", "1", 1),
    (f"A ENUM('x', '{SMILE}') {WIDE}", None, 1),
    (f"A ENUM('x', '?') {WIDE}", "2", 1),
    ("A ENUM('x', '?') CHARACTER SET latin1", "2", 0),
    ("A SET('\\\\', '?''?') CHARACTER SET utf8", "3", 0),
    (f"A SET('\\\\', '?''?') {WIDE}", "3", 1),
    (f"A SET('x', 0x81) {POLISH}", "1", 1),
]


@pytest.mark.parametrize(("columns", "value", "warnings"), NOT_HELD)
def test_a_member_that_may_be_another_is_told(
    restorer: Restorer, tmp_path: Path, columns: str, value: str | None, warnings: int
) -> None:
    _make(restorer, columns, value)
    asked = "SELECT ID, A + 0, HEX(A) FROM T"
    before = restorer.mandant.query(asked)
    forecast, saved = (_saved(restorer, tmp_path / "a.sql", check=check) for check in (True, False))
    assert forecast.warnings == saved.warnings
    assert [", T: a member of A is shown with a ?" in text for text in saved.warnings] == [True] * warnings
    restorer.run(str(tmp_path / "a.sql"), policy="always")
    assert restorer.mandant.query(asked) == before


DEFAULTS = [
    (f"VARCHAR(9) {WIDE} DEFAULT 'a{SMILE}?'", True),
    (f"VARCHAR(9) {WIDE} NOT NULL DEFAULT 'a?' COMMENT ' DEFAULT ''?'''", True),
    (f"CHAR(9) {POLISH} DEFAULT 0x3F81", True),
    ("VARCHAR(9) CHARACTER SET ascii DEFAULT '?'", True),
    ("VARCHAR(9) CHARACTER SET utf8 DEFAULT '?'", False),
]


@pytest.mark.parametrize("filled", [True, False])
def test_a_default_comes_back_whatever_is_shown(restorer: Restorer, tmp_path: Path, filled: bool) -> None:
    _make(restorer, ", ".join(f"C{number} {kind}" for number, (kind, _value) in enumerate(DEFAULTS)), None)
    mandant = restorer.mandant
    if filled:
        mandant.query("INSERT INTO T (ID) VALUES (1)")
    assert _saved(restorer, tmp_path / "a.sql").warnings == ()
    hexed = ", ".join(f"HEX(C{number})" for number in range(len(DEFAULTS)))
    before = _defaults(restorer, hexed)
    mandant.query("DROP TABLE T")
    restorer.run(str(tmp_path / "a.sql"))
    assert _defaults(restorer, hexed) == before


def _defaults(restorer: Restorer, hexed: str) -> t.Any:
    restorer.mandant.query("INSERT INTO T (ID) VALUES (9)")
    return restorer.mandant.query(f"SELECT {hexed} FROM T WHERE ID = 9")


def test_what_no_server_stores_is_told_of_a_dump(restorer: Restorer) -> None:
    head = "-- MySQL dump 10.13\nSET NAMES utf8mb4;\n"
    dump = f"CREATE TABLE `T` (`A` int COMMENT '{SMILE}', KEY `K` (`A`) COMMENT '{SMILE}') COMMENT='x{SMILE}';\n"
    path = restorer.write("a.sql", (head + dump).encode())
    forecast, outcome = (restorer.run(path, check=check) for check in (True, False))
    for one in (forecast, outcome):
        assert [report["text"].count("as ? in a COMMENT") for report in one.restore["warnings"]][:1] == [1]
