# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is refused before it is written where no restore would understand it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import read_definition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.readable import check_readable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceTable

COLUMN = "`A` int(11) DEFAULT NULL"
FOREIGN_KEY = ",\n  CONSTRAINT `fk` FOREIGN KEY (`A`) REFERENCES "


def table(name: str, body: str = COLUMN, end: str = "ENGINE=InnoDB") -> SourceTable:
    shown = f"CREATE TABLE `x` (\n  {body}\n) {end}"
    return SourceTable(name, "InnoDB", 0, (), read_definition(name, shown))


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [table("ARTIKEL"), table("xt_a"), table("Größe"), table("x`y"), table("a'b;"), table("x" * 64)],
        [table("T", "`A` int(11) DEFAULT NULL COMMENT 'a;b''c\\n; drop table x; -- '", "ENGINE=Aria COMMENT='x;'")],
        [table("T", COLUMN + FOREIGN_KEY + "`ARTIKEL` (`REC_ID`)")],
        [table("T", "`A` int(11) GENERATED ALWAYS AS (1 + 1) STORED")],
        [table("T", COLUMN, "ENGINE=InnoDB\n/*!50100 PARTITION BY HASH (A)\nPARTITIONS 4 */")],
    ],
)
def test_what_can_be_restored(tables: list[SourceTable]) -> None:
    check_readable(tables, "db:3306, m")


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (table("T", end="ENGINE=FEDERATED CONNECTION='mysql://u:geheim@h/d/t'"), "the storage engine FEDERATED"),
        (table("T", end="ENGINE=MRG_MyISAM UNION=(`a`,`b`)"), "the storage engine MRG_MyISAM"),
        (table("T", "`A` text DEFAULT load_file('geheim')"), "load_file"),
        (table("T", "`A` int GENERATED ALWAYS AS (sleep(1)) STORED"), "a call of sleep"),
        (
            table("T", COLUMN + FOREIGN_KEY + "`o`.`t` (`B`)"),
            "another database, 'o'",
        ),
        (table("\U0001f600"), "a name that no server accepts"),
    ],
)
def test_what_no_backup_can_hold(one: SourceTable, reason: str) -> None:
    with pytest.raises(Failure) as caught:
        check_readable([table("ARTIKEL"), one], "db:3306, m")
    assert caught.value.error == "server_setting"
    assert caught.value.msg.startswith(f"db:3306, m: the table {one.name} cannot be restored from a backup: ")
    assert reason in caught.value.msg
    assert caught.value.msg.endswith("; change it, or move it to another database")
    assert "geheim" not in caught.value.msg
    # Nobody is to be told of the text that was only made to be tried.
    assert "line" not in caught.value.msg


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (["Artikel", "KUNDEN", "ARTIKEL"], "Artikel and ARTIKEL"),
        (["Kunden", "ware", "Ware", "Firma", "FIRMA"], "Firma and FIRMA"),
    ],
)
def test_names_that_differ_in_letter_case_only(names: list[str], both: str) -> None:
    with pytest.raises(Failure) as caught:
        check_readable([table(name) for name in names], "db:3306, m")
    assert caught.value.error == "server_setting"
    assert f"the tables {both} differ in letter case only" in caught.value.msg


def test_tables_of_other_programs_that_differ_in_letter_case() -> None:
    check_readable([table(name) for name in ("Ärger", "ärger", "ware", "Ware", "WARE", "ARTIKEL")], "db:3306, m")
