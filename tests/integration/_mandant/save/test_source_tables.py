# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every table that is not one of an earlier generation is saved, with all of its columns; the rest is named."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import observe_source
from library import Library

ODD = ("ü" * 64, "a`b", "it's", "50 %s", "a.b", "ZUßATZ")


def test_tables_in_caos_order_and_under_their_names(library: Library) -> None:
    session = library.session()
    for name in (*ODD, "FIRMA", "ARTIKEL", "artikel_2", "BACKUP", "blz"):
        session.execute(f"CREATE TABLE {quoted(name)} ({quoted(name)} INT, `grün` TEXT) ENGINE=InnoDB")
    for name in ("BACK_FIRMA", "back_artikel", "BACK_RESTORE_MARKER"):
        session.execute(f"CREATE TABLE {name} (A INT)")
    source = observe_source(session, library.mandant.name)
    tables = source.tables
    names = [table.name for table in tables]
    assert set(names) == {*ODD, "FIRMA", "ARTIKEL", "artikel_2", "BACKUP", "blz"}
    assert names == sorted(names, key=lambda name: (name.upper(), name))
    assert source.left_out == {}
    # Each has the columns that are its own.
    assert {table.name: [column.name for column in table.columns] for table in tables} == {
        name: [name, "grün"] for name in names
    }
    assert [table.name for table in tables if table.static] == ["blz"]


def test_two_that_differ_in_letter_case_only(library: Library) -> None:
    session = library.session()
    session.execute("CREATE TABLE firma (A INT) ENGINE=InnoDB")
    session.execute("CREATE TABLE FIRMA (B INT, C INT) ENGINE=MyISAM")
    tables = observe_source(session, library.mandant.name).tables
    assert [(table.name, [one.name for one in table.columns], table.transactional) for table in tables] == [
        ("FIRMA", ["B", "C"], False),
        ("firma", ["A"], True),
    ]


def test_what_is_left_out_is_named(library: Library) -> None:
    mandant = library.mandant
    for sql in (
        "CREATE TABLE T (A INT)",
        "CREATE VIEW `V ü` AS SELECT A FROM T",
        # MySQL 5.6 keeps it in words that it does not understand itself, and then takes it for a table.
        "CREATE VIEW `W ü` AS SELECT INTERVAL(A, 1, 2) AS I FROM T",
        "CREATE TRIGGER `tr ü` BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1",
        "CREATE PROCEDURE `p ü`() SELECT 1",
        "CREATE EVENT `e ü` ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    ):
        mandant.query(sql)
    expected = {"views": ["V ü", "W ü"], "triggers": ["tr ü"], "routines": ["p ü"], "events": ["e ü"]}
    if library.server.flavour.mariadb:
        mandant.query("CREATE SEQUENCE `s ü`")
        expected["sequences"] = ["s ü"]
    source = observe_source(library.session(), mandant.name)
    assert ([table.name for table in source.tables], source.left_out) == (["T"], expected)


def test_columns_of_every_kind(library: Library) -> None:
    library.mandant.query(
        "CREATE TABLE T (A INT NOT NULL, B VARCHAR(10) CHARACTER SET utf8, C BLOB, D DECIMAL(12,4),"
        " E ENUM('ü','longest'), F TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP, G FLOAT, H LONGTEXT)"
        " DEFAULT CHARSET=latin1"
    )
    (table,) = observe_source(library.session(), library.mandant.name).tables
    found = [(one.name, one.type_name, one.nullable, one.charset, one.octets, one.scale) for one in table.columns]
    assert found == [
        ("A", "int", False, None, None, 0),
        ("B", "varchar", True, "utf8mb3" if found[1][3] == "utf8mb3" else "utf8", 30, None),
        ("C", "blob", True, None, 65535, None),
        ("D", "decimal", True, None, None, 4),
        ("E", "enum", True, "latin1", 7, None),
        ("F", "timestamp", True, None, None, None),
        ("G", "float", True, None, None, None),
        ("H", "longtext", True, "latin1", 4294967295, None),
    ]
    assert table.named_columns == ()
    assert table.written_columns == table.columns


def test_what_the_server_computes_is_not_written(library: Library) -> None:
    """And an invisible column is: without its name an INSERT would leave it out."""
    if not library.server.flavour.mariadb:
        pytest.skip("MySQL 5.6 has neither")
    for number, more in enumerate(("B INT AS (A + 1) VIRTUAL", "B INT AS (A + 1) STORED", "B INT INVISIBLE")):
        library.mandant.query(f"CREATE TABLE T{number} (A INT, {more}, C INT)")
    tables = observe_source(library.session(), library.mandant.name).tables
    assert [table.named_columns for table in tables] == [("A", "C"), ("A", "C"), ("A", "B", "C")]
    assert [[one.name for one in table.written_columns] for table in tables] == [
        ["A", "C"],
        ["A", "C"],
        ["A", "B", "C"],
    ]


@pytest.mark.parametrize(("engine", "transactional"), [("InnoDB", True), ("MyISAM", False), ("Aria", False)])
def test_an_engine_without_a_past_is_known(library: Library, engine: str, transactional: bool) -> None:
    library.mandant.query(f"CREATE TABLE T (A INT) ENGINE={engine}")
    (table,) = observe_source(library.session(), library.mandant.name).tables
    assert (table.engine, table.transactional) == (engine, transactional)


def test_lost_connection(library: Library) -> None:
    """It is no Mandant with fewer tables."""
    library.mandant.query("CREATE TABLE T (A INT)")
    session = library.session()
    library.kill(session)
    with pytest.raises(ServerError) as caught:
        observe_source(session, library.mandant.name)
    assert caught.value.lost


def test_a_table_that_cannot_be_opened_is_named(library: Library) -> None:
    mandant = library.mandant
    mandant.query("CREATE TABLE KAPUTT (A INT, KEY (A)) ENGINE=MyISAM")
    mandant.query("FLUSH TABLES")
    keys = mandant.server.folder / "data" / mandant.name / "KAPUTT.MYI"
    keys.rename(keys.with_suffix(".away"))
    try:
        with pytest.raises(Failure) as caught:
            observe_source(library.session(), mandant.name)
    finally:
        keys.with_suffix(".away").rename(keys)
    assert caught.value.error == "statement_failed"
    assert "reading the definition of the table KAPUTT" in caught.value.msg
