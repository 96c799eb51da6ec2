# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables under new names, tables made like others, and what goes with a table that is dropped."""

from __future__ import annotations

import pytest

from dumps import Dump, catalog_of, refuses

_T = b"CREATE TABLE t (id int PRIMARY KEY, KEY (id))"
_C = b"CREATE TABLE c (a int, CONSTRAINT x FOREIGN KEY (a) REFERENCES t (id))"


def test_what_follows_a_table_to_its_new_name() -> None:
    catalog = catalog_of(
        _T,
        _C,
        b"CREATE VIEW v AS SELECT 1 AS a",
        b"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1",
        b"RENAME TABLE t TO s, v TO w",
        b"ALTER TABLE c RENAME AS d",
    )
    assert (list(catalog.tables), list(catalog.views)) == (["s", "d"], ["w"])
    assert catalog.tables["d"].foreign_keys[0].references == "s"
    assert catalog.triggers["g"].table == "s"


def test_two_tables_change_their_names() -> None:
    catalog = catalog_of(_T, b"CREATE TABLE u (b text)", b"RENAME TABLES t TO x, u TO t, x TO u")
    assert [catalog.table(name).columns[0].name for name in "tu"] == ["b", "id"]


def test_a_table_like_another() -> None:
    catalog = catalog_of(
        b"SET time_zone='+01:00', default_storage_engine=MyISAM",
        b"CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, PRIMARY KEY (id)) AUTO_INCREMENT=9 COMMENT='x'",
        b"SET time_zone='+02:00', default_storage_engine=InnoDB",
        b"CREATE TABLE s LIKE t",
        b"CREATE TABLE IF NOT EXISTS r (LIKE `t`)",
        _C,
        b"CREATE TABLE d LIKE c",
    )
    for name in "sr":
        one = catalog.table(name)
        assert (one.engine, one.time_zone, [option.kind for option in one.options]) == ("MyISAM", "+01:00", ["COMMENT"])
        assert one.keys == catalog.table("t").keys
    assert ([key.name for key in catalog.table("d").keys], catalog.table("d").foreign_keys) == (["x"], ())


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (b"RENAME TABLE t TO c", "which is there already"),
        (b"RENAME TABLE z TO y", "does not create"),
        (b"RENAME TABLE t TO mysql.user", "database"),
        (b"RENAME TABLE mysql.user TO y", "database"),
        (b"RENAME TABLE t TO BACK_T", "tables BACK_*"),
        (b"RENAME USER t TO s", "TABLE is missing"),
        (b"RENAME TABLE t s", "TO is missing"),
        (b"RENAME TABLE t TO s u", "end of a statement"),
        (b"CREATE TABLE s LIKE z", "does not create"),
        (b"CREATE TABLE s LIKE mysql.user", "database"),
        (b"CREATE TABLE s LIKE t SELECT 1", "LIKE that are not understood"),
        (b"CREATE TABLE s (LIKE t", ") is missing"),
        (b"CREATE TABLE s SELECT 1", "makes its columns of what they hold"),
        (b"CREATE TABLE s (a int) AS SELECT 1", "makes its columns of what they hold"),
        (b"CREATE SEQUENCE s", "no restore makes one"),
        (b"CREATE TEMPORARY TABLE s (a int)", "forgets it"),
        (b"UPDATE t SET id=1", "none is computed"),
        (b"DELETE FROM t WHERE id=1", "none is computed"),
        (b"DROP INDEX z ON t", "is not there"),
        (b"DROP INDEX id ON mysql.user", "database"),
        (b"ALTER VIEW v AS SELECT * FROM mysql.user", "database"),
        (b"ALTER DEFINER=x EVENT e RENAME TO f", "EVENT"),
    ],
)
def test_what_is_refused(statement: bytes, word: str) -> None:
    with refuses(word):
        catalog_of(_T, _C, statement)


@pytest.mark.parametrize(
    ("statements", "word"),
    [
        ("RENAME TABLE t TO s; CREATE TABLE t (a int); INSERT INTO t VALUES (1); DROP TABLE t;", "have changed their"),
        ("CREATE TABLE u (a int); INSERT INTO u VALUES (1); DROP TABLE u; RENAME TABLE t TO u;", "were dropped"),
        ("DELETE FROM t; INSERT INTO t VALUES (NULL);", "behind DELETE of those before"),
    ],
)
def test_what_is_refused_behind_rows(statements: str, word: str) -> None:
    dump = f"CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY); INSERT INTO t VALUES (7); {statements}"
    assert word in Dump(dump.encode()).refused().msg


def test_rows_are_counted_under_the_new_name() -> None:
    dump = (
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1),(2); CREATE TABLE u (a int); INSERT INTO u VALUES (3);"
        "RENAME TABLE t TO x, u TO t, x TO u; INSERT INTO t VALUES (4),(5); ALTER TABLE t RENAME v;"
    )
    assert {one.name: one.rows for one in Dump(dump.encode()).analyse().tables} == {"u": 2, "v": 3}
