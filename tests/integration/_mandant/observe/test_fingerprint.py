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
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    checksums,
    checksums_during,
    definition_hash,
    live_fingerprints,
    live_objects,
    show_create,
)
from library import Library

TABLE = (
    "CREATE TABLE T (ID INT NOT NULL AUTO_INCREMENT, A VARCHAR(9) DEFAULT 'x' COMMENT 'c', P INT,"
    " PRIMARY KEY (ID), KEY A (A), KEY P (P)) ENGINE=InnoDB DEFAULT CHARSET=latin1 COMMENT='Größe'"
)
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
        found.add(checksums(session, mandant.name, ["T"])["T"])
        session.execute("DELETE FROM T")
    assert len(found) == len(rows)
    orders = set()
    for order in ("(1, 'a', NULL), (2, 'b', NULL)", "(2, 'b', NULL), (1, 'a', NULL)"):
        session.execute(f"INSERT INTO T VALUES {order}")
        orders.add(checksums(session, mandant.name, ["T"])["T"])
        session.execute("DELETE FROM T")
    assert len(orders) == 1


def test_each_table_gets_its_own(library: Library, session: Session) -> None:
    """In whatever order they are named, and whatever they are called."""
    for number, name in enumerate(ODD):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE=MyISAM")
        session.execute(f"INSERT INTO {quoted(name)} VALUES ({number})")
    alone = {name: checksums(session, library.mandant.name, [name])[name] for name in ODD}
    assert len(set(alone.values())) == len(ODD)
    for order in (ODD, ODD[::-1]):
        assert checksums(session, library.mandant.name, order) == alone
        assert checksums_during(session, library.mandant.name, order, lambda: None) == alone
    with_missing = checksums(session, library.mandant.name, [ODD[0], "NOT_THERE", ODD[1]])
    assert with_missing == {ODD[0]: alone[ODD[0]], "NOT_THERE": None, ODD[1]: alone[ODD[1]]}
    known = live_fingerprints(session, library.mandant.name, ODD, {ODD[0]: 4711})
    assert known[ODD[0]].checksum == 4711
    assert {name: one.checksum for name, one in known.items() if name != ODD[0]} == {
        name: value for name, value in alone.items() if name != ODD[0]
    }


def test_a_table_that_is_damaged_is_another(library: Library) -> None:
    """Half of its data file is gone: those beside it are as they were."""
    mandant, session = library.mandant, library.session()
    for name in ("A", "B", "C"):
        mandant.query(f"CREATE TABLE {name} (A INT, B VARCHAR(99)) ENGINE=MyISAM")
        mandant.query(f"INSERT INTO {name} SELECT 1, COLUMN_NAME FROM information_schema.COLUMNS LIMIT 1000")
    before = live_fingerprints(session, mandant.name, ["A", "B", "C"])
    mandant.query("FLUSH TABLES")
    file = mandant.server.folder / "data" / mandant.name / "B.MYD"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    found = live_fingerprints(session, mandant.name, ["A", "B", "C"])
    assert [name for name in found if found[name] != before[name]] == ["B"]
    if library.server.flavour.mariadb:
        assert found["B"].checksum == -1
        assert checksums_during(session, mandant.name, ["A", "B", "C"], lambda: None).keys() == {"A", "C"}


def test_work_is_done_while_the_server_reads(library: Library, session: Session) -> None:
    """It waits for a table that somebody holds; what is done here is to let it go."""
    holder = library.instance()
    holder.query("LOCK TABLES T WRITE")
    done = []

    def work() -> None:
        library.until_waits(session.number)
        holder.query("UNLOCK TABLES")
        done.append(True)

    session.execute("SET SESSION lock_wait_timeout=600")
    assert checksums_during(session, library.mandant.name, ["T"], work) == checksums(
        session, library.mandant.name, ["T"]
    )
    assert done == [True]
    assert checksums_during(session, library.mandant.name, [], lambda: done.append(True)) == {}
    assert done == [True, True]


def _fails() -> t.NoReturn:
    raise Failure("truncated", "the file has changed")


def test_work_that_fails_leaves_no_answer_behind(library: Library, session: Session) -> None:
    with pytest.raises(Failure, match="has changed"):
        checksums_during(session, library.mandant.name, ["T"], _fails)
    assert not session.broken
    assert session.query("SELECT 'mine'") == [("mine",)]


@pytest.mark.parametrize("fails", [False, True])
def test_lost_while_work_is_done(library: Library, session: Session, fails: bool) -> None:
    """A failure of the work is what is told, else the loss; never checksums."""
    holder = library.instance()
    holder.query("LOCK TABLES T WRITE")

    def work() -> None:
        library.until_waits(session.number)
        library.kill(session)
        if fails:
            _fails()

    with pytest.raises(Failure if fails else ServerError) as caught:
        checksums_during(session, library.mandant.name, ["T"], work)
    if isinstance(caught.value, ServerError):
        assert caught.value.lost
    assert session.broken


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
    assert set(found[-1]) == {"foreign_keys:T", "definition:T", "trigger:tr", "view:V"}
    # What belongs to other tables is not asked for.
    assert live_objects(session, mandant.name, {"PARENT"}, []) == {}
