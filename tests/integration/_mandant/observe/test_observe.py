# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of a Mandant is what is there, under its own name, and nothing is run to see it."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    count_rows,
    keys_between_databases,
    observe_foreign_keys,
    observe_names,
    observe_referrers,
    observe_tables,
    observe_triggers,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ForeignKeyFact
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import write_marker
from library import Library, marker_with
from mandant import Mandant
from restoring import Restorer, account

ODD = ("ü" * 64, "a`b", "it's", "50 %s", "a.b", "REFERENCES", "CONSTRAINT `x` FOREIGN KEY")


@pytest.fixture
def another(mandant: Mandant) -> t.Iterator[t.Callable[[str], Mandant]]:
    """Make further databases, which are dropped after the test."""
    made: list[Mandant] = []

    def make(name: str) -> Mandant:
        made.append(Mandant(name, mandant.server))
        made[-1].create()
        return made[-1]

    yield make
    # The last ones may refer to those before them.
    for one in made[::-1]:
        one.drop()


def _run_by_root(mandant: Mandant, other: Mandant) -> str:
    """Return a function that notes down who runs it, as a view may call one with the rights of whoever looks."""
    other.query("CREATE TABLE RAN (A INT) ENGINE=MyISAM")
    other.query(
        "CREATE FUNCTION spy() RETURNS TEXT DETERMINISTIC SQL SECURITY INVOKER "
        "BEGIN INSERT INTO RAN VALUES (1); RETURN 'x'; END"
    )
    assert mandant.query(f"SELECT {quoted(other.name)}.spy()") == [("x",)]
    other.query("TRUNCATE TABLE RAN")
    return f"{quoted(other.name)}.spy()"


def test_a_mandant_is_the_one_of_its_name(library: Library, another: t.Callable[[str], Mandant]) -> None:
    """A server that compares names kindly has more of them than were asked for."""
    session, name = library.session(use=False), f"{library.mandant.name}_größe"
    for one in (name, name.upper(), name.replace("ö", "o"), name.replace("_", "x")):
        another(one).query(f"CREATE TABLE `{one}` (A INT)")
    for one in (name, name.upper(), name.replace("ö", "o"), name.replace("_", "x")):
        found = observe_names(session, library.server, one)
        assert (found.exists, found.mandant, list(found.tables)) == (True, one, [one])
    missing = observe_names(session, library.server, name.replace("ß", "SS"))
    assert (missing.exists, missing.tables, missing.marker) == (False, {}, None)
    assert name in missing.similar
    other_case = observe_names(session, library.server, library.mandant.name.upper())
    assert (other_case.exists, other_case.spelling) == (False, library.mandant.name)


def test_tables_with_odd_names(library: Library) -> None:
    session = library.session()
    for number, name in enumerate(ODD):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE=InnoDB")
        for row in range(number):
            session.execute(f"INSERT INTO {quoted(name)} VALUES ({row})")
    session.execute("CREATE VIEW `V ü` AS SELECT 1 AS A")
    found = observe_tables(session, library.mandant.name)
    assert set(found) == {*ODD, "V ü"}
    assert [name for name, table in found.items() if table.is_view] == ["V ü"]
    assert {table.engine for table in found.values()} == {"InnoDB", None}
    assert count_rows(session, library.mandant.name, ODD) == {name: number for number, name in enumerate(ODD)}


def test_a_view_with_the_name_of_the_marker_is_not_run(library: Library, another: t.Callable[[str], Mandant]) -> None:
    session = library.session()
    other = another(f"{library.mandant.name}_other")
    spy = _run_by_root(library.mandant, other)
    library.mandant.query(f"CREATE SQL SECURITY INVOKER VIEW BACK_RESTORE_MARKER AS SELECT {spy} AS kind, 1 AS content")
    found = observe_names(session, library.server, library.mandant.name)
    assert (found.marker, found.marker_problem) == (None, None)
    assert other.query("SELECT * FROM RAN") == []


def test_the_marker_of_this_mandant_is_read(library: Library, another: t.Callable[[str], Mandant]) -> None:
    other = another(f"{library.mandant.name}_other")
    for mandant, run in ((other, "another's"), (library.mandant, "its own")):
        session = library.session()
        session.execute(f"USE {quoted(mandant.name)}")
        write_marker(session, library.server, marker_with(run=run))
        session.execute("RENAME TABLE BACK_RESTORE_NEW_MARKER TO BACK_RESTORE_MARKER")
    found = observe_names(library.session(), library.server, library.mandant.name)
    assert found.marker is not None
    assert found.marker.run == "its own"
    # It says that not all was done.
    assert found.unfinished


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [
        ("BACK_RESTORE_NEW_0001", True),
        ("back_restore_new_marker", True),
        ("BACK_RESTORE_OLD_0001", True),
        ("BACK_RESTORE_TMP_0001", False),
        ("BACK_ARTIKEL", False),
        ("BACK_RESTORED", False),
        ("RESTORE_NEW_0001", False),
    ],
)
def test_what_a_killed_run_has_left_is_seen(library: Library, name: str, unfinished: bool) -> None:
    library.mandant.query(f"CREATE TABLE {name} (A INT)")
    assert observe_names(library.session(), library.server, library.mandant.name).unfinished is unfinished


def _foreign_key(session: Session, table: str, key: str, parent: str, column: str = "A") -> None:
    session.execute(
        f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(key)} FOREIGN KEY ({quoted(column)}) REFERENCES {parent}"
        f" ({quoted(column)}) ON DELETE CASCADE"
    )


def test_foreign_keys_come_back_as_they_are(library: Library) -> None:
    """Each can be dropped by its name and added again from its clause, whatever it is called."""
    session, mandant = library.session(), library.mandant.name
    for name in ODD:
        comment = "COMMENT '\\n  CONSTRAINT `no` FOREIGN KEY (`A`) REFERENCES `nothing` (`A`)\\n'"
        session.execute(f"CREATE TABLE {quoted(name)} (A INT PRIMARY KEY {comment}) ENGINE=InnoDB")
    for number, name in enumerate(ODD):
        _foreign_key(session, name, f"fk {number} ü'", quoted(ODD[number - 1]))
    session.execute("CREATE TABLE BACK_RESTORE_NEW_0001 (A INT PRIMARY KEY) ENGINE=InnoDB")
    _foreign_key(session, "BACK_RESTORE_NEW_0001", "ours", quoted(ODD[0]))
    found = observe_foreign_keys(session, mandant)
    assert {(key.table, key.name, key.references) for key in found} == {
        (name, f"fk {number} ü'", ODD[number - 1]) for number, name in enumerate(ODD)
    }
    for key in found:
        session.execute(f"ALTER TABLE {quoted(key.table)} DROP FOREIGN KEY {quoted(key.name)}")
        session.execute(f"ALTER TABLE {quoted(key.table)} ADD CONSTRAINT {quoted(key.name)} {key.clause}")
    assert observe_foreign_keys(session, mandant) == found


def test_foreign_keys_across_databases(library: Library, another: t.Callable[[str], Mandant]) -> None:
    session, other = library.session(), another(f"{library.mandant.name}_other")
    password = account(library.mandant.server, "without", [f"ALL ON `{library.mandant.name}`.*"])
    poor = Restorer(library.mandant, library.restorer.folder, user="without", password=password)
    # From MySQL 8 on there is no such table, and none is needed.
    where = "TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'INNODB_SYS_FOREIGN'"
    told = bool(session.query(f"SELECT 1 FROM information_schema.TABLES WHERE {where}"))
    assert keys_between_databases(session) is not told
    with contextlib.closing(connect(poor.login())) as without:
        assert keys_between_databases(without)
    for database in (library.mandant, other):
        for table in ("P", "C"):
            database.query(f"CREATE TABLE {table} (A INT PRIMARY KEY) ENGINE=InnoDB")
    other.query(f"ALTER TABLE C ADD CONSTRAINT fk_out FOREIGN KEY (A) REFERENCES `{library.mandant.name}`.P (A)")
    library.mandant.query(f"ALTER TABLE C ADD CONSTRAINT fk_in FOREIGN KEY (A) REFERENCES `{other.name}`.P (A)")
    assert observe_referrers(session, library.mandant.name) == {"P": (f"{other.name}.C",)}
    assert keys_between_databases(session)
    (key,) = observe_foreign_keys(session, library.mandant.name)
    assert isinstance(key, ForeignKeyFact)
    # Added again it still points there.
    assert f"REFERENCES `{other.name}`.`P`" in key.clause
    library.mandant.query("ALTER TABLE C DROP FOREIGN KEY fk_in")


def test_triggers_come_back_as_they_are(library: Library) -> None:
    session, mandant = library.session(), library.mandant
    for name in ODD:
        session.execute(f"CREATE TABLE {quoted(name)} (A INT)")
        session.execute("SET sql_mode='ANSI_QUOTES', collation_connection=latin1_german2_ci")
        session.execute(f"CREATE TRIGGER {quoted('tr ' + name[:60])} BEFORE INSERT ON {quoted(name)} FOR EACH ROW "
                        "SET NEW.A = LENGTH('it''s ü %s \\n')")  # fmt: skip
        session.execute("SET sql_mode='STRICT_ALL_TABLES', character_set_connection=utf8mb4")
    found = observe_triggers(session, mandant.name)
    assert {(one.table, one.name) for one in found} == {(name, f"tr {name[:60]}") for name in ODD}
    for one in found:
        assert one.sql is not None
        session.execute(f"DROP TRIGGER {quoted(one.name)}")
        session.execute("SET sql_mode=%s, collation_connection=%s", (one.sql_mode, one.collation))
        session.execute(one.sql)
        session.execute("SET sql_mode='STRICT_ALL_TABLES'")
    assert observe_triggers(session, mandant.name) == found


def test_rows_are_counted_and_not_guessed(library: Library) -> None:
    session, mandant = library.session(), library.mandant
    mandant.query("CREATE TABLE T (A INT) ENGINE=InnoDB")
    mandant.query("INSERT INTO T SELECT ORDINAL_POSITION FROM information_schema.COLUMNS LIMIT 1001")
    with pytest.raises(ServerError):
        count_rows(session, mandant.name, ["T", "NOT_THERE"])
    assert count_rows(session, mandant.name, ["T"]) == {"T": 1001}
