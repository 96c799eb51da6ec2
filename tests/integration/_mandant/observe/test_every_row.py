# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of change to rows gives another number; what is no change gives the same."""

from __future__ import annotations

import typing as t

from mandant import Mandant
from restoring import Restorer

ENGINES = ("InnoDB", "MyISAM", "Aria")
COLUMNS = (
    "ID INT NOT NULL AUTO_INCREMENT PRIMARY KEY, A VARCHAR(20), C CHAR(5), B VARCHAR(20) NOT NULL, T TEXT, L BLOB,"
    " N INT, M BIGINT UNSIGNED, D DECIMAL(12,4), F FLOAT, G DOUBLE, DA DATE, DT DATETIME, TS TIMESTAMP NULL, TI TIME,"
    " Y YEAR, E ENUM('','x','y'), S SET('p','q','r'), BI BIT(9), U VARCHAR(20) CHARACTER SET utf8, V VARBINARY(20)"
)
ROW = (
    "(NULL, 'ab', 'c', 'd', 'ef', 'gh', 1, 2, 3.5, 0.1, 0.1, '2026-11-02', '2026-11-02 18:05:09',"
    " '2026-11-02 18:05:09', '18:05:09', 2026, 'x', 'p,q', 5, 'u', 'v')"
)
OTHER = (
    "(NULL, 'ij', 'k', 'l', 'mn', 'op', 3, 4, 5.5, 0.2, 0.2, '2026-11-03', '2026-11-03 18:05:09',"
    " '2026-11-03 18:05:09', '19:05:09', 2027, 'y', 'r', 6, 'w', 'x')"
)
FIRST = "UPDATE W SET {} WHERE ID = 1"
CHANGES = {
    "a text moved to the next column of its kind": FIRST.format("T = 'efgh', L = ''"),
    "a part of a text moved on": FIRST.format("T = 'efg', L = 'h'"),
    "a text moved over a column of a fixed length": FIRST.format("A = 'abc', C = '    d', B = ''"),
    "a text moved to another character set": FIRST.format("U = 'uv', V = ''"),
    "two columns have changed their values": FIRST.format("A = 'd', B = 'ab'"),
    "empty where there was NULL": "UPDATE W SET A = '' WHERE ID = 3",
    "NULL where there was a text": FIRST.format("T = NULL"),
    "nothing in a number instead of NULL": "UPDATE W SET N = 0 WHERE ID = 3",
    "the zero date instead of NULL": "UPDATE W SET DA = '0000-00-00' WHERE ID = 3",
    "the zero moment instead of NULL": "UPDATE W SET TS = '0000-00-00 00:00:00' WHERE ID = 3",
    "the empty member instead of NULL": "UPDATE W SET E = '' WHERE ID = 3",
    "one that is no member instead of the empty one": "UPDATE IGNORE W SET E = 'none' WHERE ID = 3",
    "another member": FIRST.format("E = 'y'"),
    "the empty set instead of NULL": "UPDATE W SET S = '' WHERE ID = 3",
    "another set": FIRST.format("S = 'p,r'"),
    "another bit": FIRST.format("BI = 261"),
    "a blank at the end": FIRST.format("A = 'ab '"),
    "another letter case": FIRST.format("A = 'aB'"),
    "an accent": FIRST.format("A = 'áb'"),
    "a letter that compares as equal": FIRST.format("U = 'ü'"),
    "bytes of a blob": FIRST.format("L = 0x6700"),
    "zero bytes at the end": FIRST.format("L = 0x67680000"),
    "one zero byte instead of none": FIRST.format("V = 0x00"),
    "the last digit of a decimal": FIRST.format("D = 3.5001"),
    "the sign": FIRST.format("N = -1"),
    "a bit of the largest numbers": FIRST.format("M = 18446744073709551615"),
    "the seventh digit of a float": FIRST.format("F = 0.10000001"),
    "the last digit of a double": FIRST.format("G = 0.10000000000000002"),
    "a second": FIRST.format("DT = '2026-11-02 18:05:10'"),
    "a second of a timestamp": FIRST.format("TS = '2026-11-02 18:05:10'"),
    "a time": FIRST.format("TI = '-18:05:09'"),
    "a year": FIRST.format("Y = 2025"),
    "a row more": f"INSERT INTO W VALUES {ROW}",
    "a row less": "DELETE FROM W WHERE ID = 3",
    "one row for another": f"DELETE FROM W WHERE ID = 3; INSERT INTO W VALUES {ROW}",
    "two rows have exchanged a text": "UPDATE W SET A = IF(ID = 1, 'ij', 'ab') WHERE ID < 3",
    "two rows have exchanged a number": "UPDATE W SET D = IF(ID = 1, 5.5, 3.5) WHERE ID < 3",
    "all rows gone": "DELETE FROM W",
}


def _session(restorer: Restorer) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    return connect(restorer.login())


def _number(session: t.Any, mandant: Mandant, table: str = "W", condition: str = "") -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import every_row
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import show_create

    return every_row(session, mandant.name, table, show_create(session, mandant.name, table), condition)


def _engines(mandant: Mandant) -> list[str]:
    there = {str(row[0]).lower() for row in mandant.query("SHOW ENGINES")}
    return [engine for engine in ENGINES if engine.lower() in there]


def _fill(session: t.Any, mandant: Mandant, engine: str, *, columns: str = COLUMNS) -> None:
    mandant.query("DROP TABLE IF EXISTS W")
    mandant.query(f"CREATE TABLE W ({columns}) ENGINE={engine} DEFAULT CHARSET=latin1")
    nothing = "(3, NULL, NULL, ''" + ", NULL" * 17 + ")"
    session.execute(f"USE `{mandant.name}`")
    session.execute(f"INSERT INTO W VALUES {ROW}, {OTHER}, {nothing}")


def test_every_change_of_rows_is_found(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    blind = []
    for engine in _engines(mandant):
        _fill(session, mandant, engine)
        session.execute("CREATE TABLE KEPT LIKE W")
        session.execute("INSERT INTO KEPT SELECT * FROM W")
        before = _number(session, mandant)
        seen = {before: "as it was"}
        for what, change in CHANGES.items():
            session.execute("TRUNCATE W")
            session.execute("INSERT INTO W SELECT * FROM KEPT")
            assert _number(session, mandant) == before
            checksum = mandant.checksums()["W"]
            for sql in change.split("; "):
                session.execute(sql)
            after = _number(session, mandant)
            assert after not in seen, f"{engine}: {what} looks like {seen[after]}"
            seen[after] = what
            blind += [(engine, what)] if mandant.checksums()["W"] == checksum else []
        session.execute("DROP TABLE KEPT")
    # What the number is for: the server's own does not see these.
    moved = [what for what in CHANGES if "moved" in what]
    assert blind == [(engine, what) for engine in _engines(mandant) for what in moved]
    session.close()


def test_rows_that_exchange_values_are_found_where_the_checksums_of_the_server_agree(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    mandant.query("CREATE TABLE W (A INT NOT NULL, B INT NOT NULL) ENGINE=InnoDB")
    found = []
    for rows in ("(1, 1), (2, 99014)", "(1, 99014), (2, 1)"):
        mandant.query("DELETE FROM W")
        mandant.query(f"INSERT INTO W VALUES {rows}")
        found.append((mandant.checksums()["W"], _number(session, mandant)))
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]
    session.close()


def test_a_row_twice_in_a_table_without_a_key(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    mandant.query("CREATE TABLE W (A VARCHAR(5), B VARCHAR(5))")
    seen = []
    for _time in range(3):
        seen.append(_number(session, mandant))
        mandant.query("INSERT INTO W VALUES ('a', NULL)")
    assert [(one.rows, one.checksum) for one in seen] == [(0, 0), (1, seen[1].checksum), (2, 2 * seen[1].checksum)]
    session.close()


def test_what_is_no_change_gives_the_same_number(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    for engine in _engines(mandant):
        _fill(session, mandant, engine)
        before = _number(session, mandant)
        session.execute("SET SESSION time_zone='+09:00', character_set_connection=latin1, character_set_results=NULL")
        session.execute("SET SESSION div_precision_increment=0, group_concat_max_len=4")
        assert _number(session, mandant) == before
        for sql in ("OPTIMIZE TABLE W", "ALTER TABLE W ORDER BY B DESC", "REPAIR TABLE W", "ANALYZE TABLE W"):
            mandant.query(sql)
            assert _number(session, mandant) == before, sql
        for other in _engines(mandant):
            mandant.query(f"ALTER TABLE W ENGINE={other}")
            assert _number(session, mandant) == before, (engine, other)
        session.close()
        session = _session(restorer)
    session.close()


def test_two_halves_are_the_whole(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import halves
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import show_create

    mandant = restorer.mandant
    session = _session(restorer)
    mandant.query("CREATE TABLE W (A VARCHAR(5), ID BIGINT, PRIMARY KEY (ID, A))")
    mandant.query("INSERT INTO W VALUES ('a', -3), ('b', -2), ('c', 0), ('d', 1), ('e', 1), ('f', 9223372036854775807)")
    shown = show_create(session, mandant.name, "W")
    conditions = halves(session, mandant.name, "W", shown)
    parts = [_number(session, mandant, condition=condition) for condition in conditions]
    assert [one.rows for one in parts] == [5, 1]
    whole = _number(session, mandant)
    assert (whole.rows, whole.checksum) == (6, sum(one.checksum for one in parts))
    mandant.query("DELETE FROM W")
    assert halves(session, mandant.name, "W", shown) == ()
    mandant.query("ALTER TABLE W DROP PRIMARY KEY, ADD PRIMARY KEY (A, ID)")
    mandant.query("INSERT INTO W VALUES ('a', 1)")
    assert halves(session, mandant.name, "W", show_create(session, mandant.name, "W")) == ()
    session.close()


NAMES = ("a", "B c", "x`y", "100%s {} {0}", "it's", "ä,ö", "KEY", "PRIMARY KEY")


def test_names_and_comments_that_look_like_something_else(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    columns = ", ".join(
        f"`{name.replace('`', '``')}` VARCHAR(19) DEFAULT 'x NOT NULL''s' COMMENT ' AS (\\'NOT NULL\\\\'"
        for name in NAMES
    )
    mandant.query(f"CREATE TABLE `t%s``1` ({columns}, PRIMARY KEY (`a`))")
    mandant.query(f"INSERT INTO `t%s``1` VALUES ('0'{', NULL' * (len(NAMES) - 1)})")
    seen = {_number(session, mandant, "t%s`1")}
    for number, name in enumerate(NAMES[1:], 2):
        mandant.query(f"UPDATE `t%s``1` SET `{name.replace('`', '``')}` = ''")
        seen.add(_number(session, mandant, "t%s`1"))
        assert len(seen) == number, name
    session.close()


def test_generated_columns_and_the_widest_table(restorer: Restorer) -> None:
    mandant = restorer.mandant
    session = _session(restorer)
    flavour = mandant.query("SELECT VERSION()")[0][0]
    if "MariaDB" in flavour:
        mandant.query(
            "CREATE TABLE W (A INT, B INT AS (A + 1) VIRTUAL, C VARCHAR(9) AS (CONCAT(A, ' AS (')) PERSISTENT)"
        )
        mandant.query("INSERT INTO W (A) VALUES (1)")
        assert _number(session, mandant).rows == 1
        mandant.query("DROP TABLE W")
    columns = ", ".join(f"C{number} VARCHAR(3)" for number in range(2500))
    mandant.query(f"CREATE TABLE W ({columns}) ENGINE=MyISAM")
    mandant.query("INSERT INTO W (C0, C2499) VALUES ('a', 'b')")
    first = _number(session, mandant)
    mandant.query("UPDATE W SET C0 = NULL, C2498 = 'a'")
    assert _number(session, mandant) not in (first, None)
    session.close()
