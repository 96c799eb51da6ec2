# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server refuses to make: file, line and the table are named, and why in words."""

from __future__ import annotations

import pytest

from restoring import Restorer

GOOD = "CREATE TABLE `GUT` (\n `A` int NOT NULL,\n PRIMARY KEY (`A`)\n);\nINSERT INTO `GUT` VALUES (1),\n(2);\n"

# What stands in CREATE TABLE X, the number of the error, and words of the message.
REFUSED = {
    "a column twice": ("(A int, B int, a int)", 1060, "two columns have one name, a"),
    "a key twice": ("(A int, KEY K (A), KEY k (A))", 1061, "two keys have one name, k"),
    "a primary key twice": ("(A int PRIMARY KEY, B int, PRIMARY KEY (B))", 1068, "two primary keys"),
    "a key on nothing": ("(A int, KEY K (NIX))", 1072, "that the table does not have, NIX"),
    "a long column": ("(A varchar(70000))", 1074, "longer than the server can hold, A"),
    "a precise time": ("(A time(9))", 1426, "more decimal places, than the server can hold, A"),
    "more places than digits": ("(A decimal(3,5))", 1427, "more decimal places than digits"),
    "a wrong default": ("(A int DEFAULT 'x')", 1067, "invalid default value, A"),
    "partitions by nothing": ("(A int) PARTITION BY KEY (NIX) PARTITIONS 2", 1488, "a partition names a column"),
    "partitions beside a key": ("(A int, B int, UNIQUE KEY (A)) PARTITION BY HASH (B)", 1503, "a unique key lacks"),
}


def _refused(restorer: Restorer, text: str, error: str = "statement_failed") -> str:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = restorer.write("refused.sql", text.encode())
    before = restorer.mandant.tables()
    with pytest.raises(Failure) as caught:
        restorer.run(path)
    assert caught.value.error == error, caught.value.msg
    assert restorer.mandant.tables() == before
    return caught.value.msg.replace(path, "FILE")


@pytest.mark.parametrize("what", REFUSED)
def test_a_table(restorer: Restorer, what: str) -> None:
    definition, number, words = REFUSED[what]
    said = _refused(restorer, f"{GOOD}\nDROP TABLE IF EXISTS `X`;\nCREATE TABLE `X` {definition};\n")
    assert said.startswith("FILE, line 9: ")
    assert f"error {number}" in said
    assert words in said
    assert "while creating the table X" in said


def test_a_foreign_key_a_trigger_and_a_view(restorer: Restorer) -> None:
    key = "CREATE TABLE `X` (A int, FOREIGN KEY (A) REFERENCES `GUT` (`NIX`)) ENGINE=InnoDB;\n"
    said = _refused(restorer, GOOD.replace("\n);", "\n) ENGINE=InnoDB;") + key)
    assert said.startswith("FILE, line 7: ")
    assert "the foreign key of the table X to GUT: GUT has no column NIX. " in said
    said = _refused(restorer, GOOD + "\n\nCREATE TRIGGER t BEFORE INSERT ON GUT FOR EACH ROW SET NEW.NIX = 1;\n")
    assert said.startswith("FILE, line 9: ")
    assert "the trigger t" in said
    said = _refused(restorer, GOOD + "CREATE VIEW V AS\nSELECT NIX FROM GUT;\n")
    assert said.startswith("FILE, line 7: ")
    assert "the view V" in said


def test_a_server_that_wants_primary_keys(restorer: Restorer) -> None:
    server = restorer.mandant.server
    if not server.admin("SHOW GLOBAL VARIABLES LIKE 'innodb_force_primary_key'"):
        pytest.skip("a setting of MariaDB")
    server.admin("SET GLOBAL innodb_force_primary_key = 1")
    try:
        said = _refused(restorer, GOOD + "CREATE TABLE `FIRMA` (NAME1 text) ENGINE=InnoDB;\n", "server_setting")
    finally:
        server.admin("SET GLOBAL innodb_force_primary_key = 0")
    assert "innodb_force_primary_key" in said
    assert "FIRMA" in said


def test_no_word_of_two_names_of_one_collation(restorer: Restorer) -> None:
    """utf8_x and utf8mb3_x are one collation, whichever of the names a dump and a server use."""
    rows = restorer.mandant.query(
        "SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE COLLATION_NAME LIKE 'utf8%'"
    )
    here = [str(name) for (name,) in rows if name.partition("_")[0] in ("utf8", "utf8mb3")]
    assert len(here) > 10
    known = {f"{charset}_{name.partition('_')[2]}" for name in here for charset in ("utf8", "utf8mb3")}
    tables = [
        f"CREATE TABLE `T{number}` (A int, B varchar(9) CHARACTER SET {name.partition('_')[0]} COLLATE {name}, "
        f"C varchar(9), KEY (A)) DEFAULT CHARSET={name.partition('_')[0]} COLLATE={name};\n"
        for number, name in enumerate(sorted(known))
    ]
    for dump in (tables[:40], tables[40:]):
        path = restorer.write("names.sql", "".join(dump).encode())
        for check in (True, False):
            outcome = restorer.run(path, policy="always", check=check)
            assert outcome.restore["warnings"] == []
            assert not [text for text in outcome.warnings if "utf8" in text]
