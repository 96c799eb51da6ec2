# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CHECK constraints, whose names are unique in a database of MySQL from 8.0.16 on: every run, and the way back."""

from __future__ import annotations

import pathlib
import typing as t

import pymysql
import pytest

from mandant import flavour_of
from restoring import Restorer, roll_back
from saving import back_up

# How a dump may say it: with a name, without one, at a column, as MySQL names it, and as MariaDB does.
CHECKS: t.Mapping[str, str] = {
    "named": "A int, B int, CONSTRAINT `c'\"` CHECK (B > 0)",
    "two": "A int, B int, CONSTRAINT c CHECK (B > 0), CONSTRAINT d CHECK (A <> 77)",
    "unnamed": "A int, B int, CHECK (B > 0)",
    "at a column": "A int, B int CHECK (B > 0)",
    "as of MySQL": "A int, B int, CONSTRAINT `T_chk_1` CHECK ((`B` > 0))",
    "as of another table": "A int, B int, CONSTRAINT `U_chk_1` CHECK ((`B` > 0))",
    "as of MariaDB": "A int, B int, CONSTRAINT `CONSTRAINT_1` CHECK (`B` > 0)",
    "with an expression in parentheses": "A int, B int, CONSTRAINT c CHECK ((A + 1) * 2 <> 8 and (B > 0))",
    "enforced": "A int, B int, CONSTRAINT c CHECK (B > 0) ENFORCED",
}
UNENFORCED = ("CONSTRAINT c CHECK (B > 5) NOT ENFORCED", "CONSTRAINT c CHECK (B > 5) /*!80016 NOT ENFORCED */")


def _dump(*tables: str) -> bytes:
    """Return a dump with tables of one row each; none says by which program."""
    texts = [
        f"DROP TABLE IF EXISTS `{name}`;\nCREATE TABLE `{name}` ({columns});\nINSERT INTO `{name}` VALUES (1,2);\n"
        for name, columns in zip("TUV", tables)
    ]
    return "".join(texts).encode()


def _refuses(restorer: Restorer) -> bool:
    """Whether the Mandant takes no row that does not meet the constraint."""
    try:
        restorer.mandant.query("INSERT INTO T VALUES (3, 0)")
    except pymysql.err.Error as exc:
        return exc.args[0] in (3819, 4025)
    restorer.mandant.query("DELETE FROM T WHERE A = 3")
    return False


def _has_checks(restorer: Restorer) -> bool:
    flavour = flavour_of(restorer.mandant)
    return bool(flavour.version >= ((10, 2, 1) if flavour.mariadb else (8, 0, 16)))


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_every_run(restorer: Restorer, kind: str, engine: str) -> None:
    path = restorer.write("checks.sql", _dump(CHECKS[kind]))
    for number in range(3):
        assert restorer.run(path, policy="always", engine=engine).changed, number
        assert _refuses(restorer) == _has_checks(restorer)
        assert restorer.run(path, policy="enforce", engine=engine, check=True).action == "unchanged"
        assert restorer.run(path, policy="enforce", engine=engine).action == "unchanged"
    restorer.mandant.query("INSERT INTO T VALUES (7, 7)")
    assert restorer.run(path, policy="enforce", engine=engine).changed
    for rows in (((1, 2), (7, 7)), ((1, 2),)):
        roll_back(restorer)
        assert tuple(restorer.mandant.query("SELECT * FROM T ORDER BY A")) == rows
        assert _refuses(restorer) == _has_checks(restorer)


def test_names_that_change_their_tables(restorer: Restorer) -> None:
    """Two tables give each other the names of their constraints, and a third takes one of the generation before."""
    c, d = (f"A int, B int, CONSTRAINT {name} CHECK (B > 0)" for name in "cd")
    for columns in ((c, d), (d, c), ("A int, B int", c, d), (c, d)):
        path = restorer.write("checks.sql", _dump(*columns))
        assert restorer.run(path, policy="always").changed
        assert restorer.run(path, policy="enforce").action == "unchanged"
    roll_back(restorer)
    assert not _refuses(restorer)


def test_a_table_of_people_goes_and_comes_back(restorer: Restorer) -> None:
    """What it is called there is not what a restore would call it."""
    restorer.mandant.query("CREATE TABLE T (A int, B int, CONSTRAINT c CHECK (B > 0))")
    restorer.mandant.query("INSERT INTO T VALUES (4, 4)")
    path = restorer.write("checks.sql", _dump(CHECKS["two"]))
    assert restorer.run(path, replace=True).changed
    roll_back(restorer)
    assert restorer.mandant.query("SELECT * FROM T") == [(4, 4)]
    assert restorer.run(path, policy="always").changed


@pytest.mark.parametrize("kind", CHECKS)
def test_a_backup_of_it(restorer: Restorer, tmp_path: pathlib.Path, kind: str) -> None:
    restorer.run(restorer.write("checks.sql", _dump(CHECKS[kind])))
    saved = back_up(restorer, tmp_path / "saved.zip")["file"]["path"]
    for _number in range(2):
        assert restorer.run(saved, policy="always").changed
        assert restorer.run(saved, policy="enforce").action == "unchanged"
    assert _refuses(restorer) == _has_checks(restorer)


@pytest.mark.parametrize("check", UNENFORCED)
def test_one_that_rows_need_not_meet(restorer: Restorer, tmp_path: pathlib.Path, check: str) -> None:
    """Where there is no such thing, rows need not meet it either."""
    path = restorer.write("checks.sql", _dump(f"A int, B int, {check}", f"A int, B int {check.partition(' c ')[2]}"))
    for _number in range(2):
        assert restorer.run(path, policy="always").changed
        assert restorer.run(path, policy="enforce").action == "unchanged"
        assert not _refuses(restorer)
    saved = back_up(restorer, tmp_path / "saved.zip")["file"]["path"]
    assert restorer.run(saved, policy="always").changed
    shown = restorer.mandant.query("SHOW CREATE TABLE T")[0][1]
    assert ("NOT ENFORCED" in shown) == (not flavour_of(restorer.mandant).mariadb and _has_checks(restorer))
