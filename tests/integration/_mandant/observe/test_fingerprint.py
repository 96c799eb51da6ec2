# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table has another fingerprint when it is another, and the same one when only its name, counter or files are.

What a server says of a table of its own is what is compared, so these are asked of a real one.
"""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    UNREADABLE,
    definition_hash,
    fingerprint,
    live_fingerprints,
    live_objects,
    show_create,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    CHECKSUM_TABLE,
    EVERY_ROW,
    Fingerprint,
)
from library import Library

TABLE = (
    "CREATE TABLE T (ID INT NOT NULL AUTO_INCREMENT, A VARCHAR(9) DEFAULT 'x' COMMENT 'c', P INT,"
    " PRIMARY KEY (ID), KEY A (A), KEY P (P)) ENGINE=InnoDB DEFAULT CHARSET=latin1 COMMENT='Größe'"
)
SETTINGS = ("trigger_settings:tr", "view_settings:V")
ODD = ("ü" * 64, "a`b", "50 %s", "it's")


def _hash(session: Session, library: Library, table: str = "T") -> str:
    return definition_hash(show_create(session, library.mandant.name, table))


@pytest.fixture
def session(library: Library) -> Session:
    made = library.session()
    for sql in (TABLE, "CREATE TABLE PARENT (ID INT PRIMARY KEY) ENGINE=InnoDB"):
        library.mandant.query(sql)
    return made


@pytest.mark.parametrize(
    "change",
    [
        "RENAME TABLE T TO BACK_T",
        "INSERT INTO T (A) VALUES ('y'), ('z')",
        "ALTER TABLE T AUTO_INCREMENT = 4711",
        "ALTER TABLE T ADD CONSTRAINT fk FOREIGN KEY (P) REFERENCES PARENT (ID)",
        "OPTIMIZE TABLE T",
    ],
)
def test_a_table_that_is_no_other(library: Library, session: Session, change: str) -> None:
    before = _hash(session, library)
    library.mandant.query(change)
    assert _hash(session, library, "BACK_T" if "RENAME" in change else "T") == before


@pytest.mark.parametrize(
    "change",
    [
        "MODIFY A VARCHAR(10) DEFAULT 'x' COMMENT 'c'",
        "MODIFY A VARCHAR(9) DEFAULT 'y' COMMENT 'c'",
        "MODIFY A VARCHAR(9) DEFAULT 'x' COMMENT ' AUTO_INCREMENT=5'",
        "MODIFY A VARCHAR(9) CHARACTER SET utf8 DEFAULT 'x' COMMENT 'c'",
        "MODIFY P INT NOT NULL",
        "MODIFY P INT FIRST",
        "ADD COLUMN B INT",
        "DROP KEY A",
        "DROP KEY A, ADD UNIQUE KEY A (A)",
        "DROP PRIMARY KEY, ADD PRIMARY KEY (ID, A)",
        "ENGINE=MyISAM",
        "COMMENT='Masse'",
        "DEFAULT CHARSET=utf8",
        "ROW_FORMAT=COMPRESSED",
    ],
)
def test_a_table_that_is_another(library: Library, session: Session, change: str) -> None:
    before = _hash(session, library)
    library.mandant.query(f"ALTER TABLE T {change}")
    assert _hash(session, library) != before


def test_what_looks_like_a_counter_is_none(library: Library, session: Session) -> None:
    hashes = set()
    for number in (1, 2):
        library.mandant.query(f"ALTER TABLE T MODIFY A VARCHAR(9) COMMENT ') AUTO_INCREMENT={number}'")
        hashes.add(_hash(session, library))
    assert len(hashes) == 2


def test_a_check_is_part_of_the_table_on_mariadb(library: Library, session: Session) -> None:
    if not library.server.flavour.mariadb:
        pytest.skip("older MySQL reads CHECK and forgets it")
    hashes = {_hash(session, library)}
    for check in ("P > 0", "P > 1"):
        library.mandant.query(f"ALTER TABLE T ADD CONSTRAINT c CHECK ({check})")
        hashes.add(_hash(session, library))
        library.mandant.query("ALTER TABLE T DROP CONSTRAINT c")
    assert len(hashes) == 3


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
def test_content_that_is_another(library: Library, engine: str) -> None:
    """One bit, an empty text and none, a zero date and none; not the order of the rows."""
    session, mandant = library.session(), library.mandant
    session.execute(f"CREATE TABLE T (ID INT PRIMARY KEY, A BLOB, D DATE) ENGINE={engine}")
    rows = ["(1, '', '0000-00-00')", "(1, NULL, '0000-00-00')", "(1, '', NULL)", "(2, '', '0000-00-00')",
            "(1, 0x00, '0000-00-00')", "(1, 0x01, '0000-00-00')", "(1, 0x0100, '0000-00-00')"]  # fmt: skip
    found = set()
    for row in rows:
        session.execute(f"REPLACE INTO T VALUES {row}")
        found.add(fingerprint(session, mandant.name, "T").checksum)
        session.execute("DELETE FROM T")
    assert len(found) == len(rows)
    orders = set()
    for order in ("(1, 'a', NULL), (2, 'b', NULL)", "(2, 'b', NULL), (1, 'a', NULL)"):
        session.execute(f"INSERT INTO T VALUES {order}")
        orders.add(fingerprint(session, mandant.name, "T").checksum)
        session.execute("DELETE FROM T")
    assert len(orders) == 1


def _remembered(names: t.Iterable[str], measure: str = EVERY_ROW) -> dict[str, Fingerprint]:
    return {name: Fingerprint(0, 0, "", measure) for name in names}


@pytest.mark.parametrize("measure", [EVERY_ROW, CHECKSUM_TABLE])
def test_each_table_gets_its_own(library: Library, session: Session, measure: str) -> None:
    """In whatever order they are named, and whatever they are called; what is known is not asked for."""
    for number, name in enumerate(ODD):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE=MyISAM")
        session.execute(f"INSERT INTO {quoted(name)} VALUES ({number})")
    alone = {name: fingerprint(session, library.mandant.name, name, measure) for name in ODD}
    assert len({one.checksum for one in alone.values()}) == len(ODD)
    assert {(one.rows, one.measure) for one in alone.values()} == {(1 if measure == EVERY_ROW else 0, measure)}
    for order in (ODD, ODD[::-1]):
        assert live_fingerprints(session, library.mandant.name, _remembered(order, measure)) == alone
    known = {ODD[0]: Fingerprint(1, 4711, "", measure)}
    expected = {**alone, **known}
    assert live_fingerprints(session, library.mandant.name, _remembered(ODD, measure), known) == expected


def test_the_checksum_of_the_server_is_what_it_says(library: Library, session: Session) -> None:
    """It is what markers of version 1.0.0 have."""
    session.execute("INSERT INTO T (A) VALUES ('y')")
    found = fingerprint(session, library.mandant.name, "T", CHECKSUM_TABLE)
    assert found.checksum == library.mandant.checksums()["T"]


def test_a_table_that_is_damaged_is_another(library: Library) -> None:
    """Half of its data file is gone: those beside it are as they were."""
    mandant, session = library.mandant, library.session()
    for name in ("A", "B", "C"):
        mandant.query(f"CREATE TABLE {name} (A INT, B VARCHAR(99)) ENGINE=MyISAM")
        mandant.query(f"INSERT INTO {name} SELECT 1, COLUMN_NAME FROM information_schema.COLUMNS LIMIT 1000")
    before = live_fingerprints(session, mandant.name, _remembered(["A", "B", "C"]))
    mandant.query("FLUSH TABLES")
    file = mandant.server.folder / "data" / mandant.name / "B.MYD"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    found = live_fingerprints(session, mandant.name, _remembered(["A", "B", "C"]))
    assert [name for name in found if found[name] != before[name]] == ["B"]
    if library.server.flavour.mariadb:
        assert found["B"].checksum == UNREADABLE


def test_what_belongs_to_tables(library: Library, session: Session) -> None:
    mandant = library.mandant
    changes = (
        "ALTER TABLE T ADD CONSTRAINT fk FOREIGN KEY (P) REFERENCES PARENT (ID)",
        "ALTER TABLE T DROP FOREIGN KEY fk, ADD CONSTRAINT fk_2 FOREIGN KEY (P) REFERENCES PARENT (ID)",
        "ALTER TABLE T DROP FOREIGN KEY fk_2, ADD CONSTRAINT fk FOREIGN KEY (P) REFERENCES PARENT (ID)"
        " ON DELETE CASCADE",
        "CREATE TRIGGER tr BEFORE INSERT ON T FOR EACH ROW SET NEW.P = 1",
        "DROP TRIGGER tr",
        "CREATE TRIGGER tr BEFORE INSERT ON T FOR EACH ROW SET NEW.P = 2",
        "CREATE VIEW V AS SELECT ID FROM T",
        "ALTER VIEW V AS SELECT P FROM T",
        "ALTER SQL SECURITY INVOKER VIEW V AS SELECT P FROM T",
    )
    found = [live_objects(session, mandant.name, {"T", "PARENT"}, ["V"])]
    for sql in changes:
        mandant.query(sql)
        found.append(live_objects(session, mandant.name, {"T", "PARENT"}, ["V"]))
    assert all(one != other for number, one in enumerate(found) for other in found[:number] if number != 5)
    assert found[5] == found[3]
    assert set(found[-1]) == {"foreign_keys:T", "definition:T", "trigger:tr", "view:V", *SETTINGS}
    # What belongs to other tables is not asked for.
    assert live_objects(session, mandant.name, {"PARENT"}, []) == {}


def test_a_table_whose_rows_are_gone_is_another(library: Library) -> None:
    """A restore that enforces the backup is what would bring them back."""
    library.mandant.query("CREATE TABLE T (A INT) ENGINE=MyISAM")
    session = library.session()
    library.mandant.query("FLUSH TABLES")
    (library.mandant.server.folder / "data" / library.mandant.name / "T.MYD").unlink()
    assert live_fingerprints(session, library.mandant.name, {"T": Fingerprint(0, 0, "")})["T"].checksum == UNREADABLE


def test_a_definition_that_is_no_text_is_named(library: Library) -> None:
    """Older MariaDBs show a default by its bytes; a session that has met them is of no more use."""
    library.mandant.query("CREATE TABLE T (A VARBINARY(4) DEFAULT 0xFF00)")
    said = ""
    try:
        shown = show_create(library.session(), library.mandant.name, "T")
    except Failure as failure:
        said, shown = failure.msg, ""
    assert "what this server says of the table T is no UTF-8" in said or "`A` varbinary(4) DEFAULT " in shown
