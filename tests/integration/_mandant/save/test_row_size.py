# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of each table that a server refuses for the size of its rows it is known before; its backup can be restored."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.row_size import may_be_too_large
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import observe_source
from library import Library
from mandant import Mandant
from restoring import Restorer
from saving import back_up

_TOO_LARGE = 1118
_MOST_COLUMNS = 1000
_LATIN1 = "ENGINE=InnoDB DEFAULT CHARSET=latin1 ROW_FORMAT=DYNAMIC"
_SHORT_KEY = "id INT PRIMARY KEY"
_LONG_KEY = "a VARCHAR(700), b VARCHAR(700), c VARCHAR(700), PRIMARY KEY (a,b,c)"
TYPES = (
    "INT", "DOUBLE", "DATETIME(6)", "DECIMAL(65,30)", "VARCHAR(10)", "VARCHAR(39)", "VARCHAR(255)", "CHAR(30)",
    "CHAR(255)", "BINARY(200)", "VARBINARY(60)", "TEXT", "LONGBLOB", "ENUM('a','b')", "BIT(64)",
    "VARCHAR(60) CHARACTER SET utf8mb4", "CHAR(60) CHARACTER SET utf8mb4",
)  # fmt: skip


def _many(type_sql: str, columns: int) -> str:
    return ", ".join(f"c{number} {type_sql}" for number in range(columns))


def _create(library: Library, name: str, type_sql: str, row_format: str, columns: int, key: str) -> bool | None:
    """Make a table; whether the server refuses it unless it is told not to, None where it does so in any case."""
    body = _many(type_sql, columns)
    options = f"ENGINE=InnoDB DEFAULT CHARSET=latin1 ROW_FORMAT={row_format}"
    sql = f"CREATE TABLE {name} ({key}, {body}) {options}"
    session = library.session()
    try:
        for refused in (False, True):
            session.execute(f"SET SESSION innodb_strict_mode={int(not refused)}")
            try:
                session.execute(sql)
            except ServerError as exc:
                if exc.number != _TOO_LARGE:
                    raise
            else:
                return refused
    finally:
        session.close()
    return None


@pytest.mark.parametrize("row_format", ["DYNAMIC", "COMPACT", "REDUNDANT"])
@pytest.mark.parametrize(
    ("type_sql", "key"), [*((one, _SHORT_KEY) for one in TYPES), *((one, _LONG_KEY) for one in ("INT", "TEXT"))]
)
def test_what_a_server_refuses_is_known(library: Library, type_sql: str, key: str, row_format: str) -> None:
    """The first number of columns that is refused is found by halves; a third of it is no reason to say anything."""

    def look(columns: int) -> tuple[bool, bool]:
        refused = _create(library, "t", type_sql, row_format, columns, key)
        if refused is None:
            return True, True
        (table,) = observe_source(library.session(), library.mandant.name).tables
        library.mandant.query("DROP TABLE t")
        return refused, may_be_too_large(table, "dynamic")

    fits, refused = 1, _MOST_COLUMNS
    while refused - fits > 1:
        middle = (fits + refused) // 2
        is_refused, is_known = look(middle)
        fits, refused = (fits, middle) if is_refused else (middle, refused)
        assert is_known or not is_refused, middle
    assert look(fits // 3 or 1) == (False, False)


def test_its_backup_can_be_restored(restorer: Restorer) -> None:
    """By a server that would refuse it; one without such a table says nothing of it."""
    mandant = restorer.mandant
    # On a MySQL of today a poor account could not restore one that says it.
    columns = _many("TEXT", 10)
    mandant.query(f"CREATE TABLE SCHMAL (id INT PRIMARY KEY, {columns}) ENGINE=InnoDB ROW_FORMAT=COMPACT")
    path = restorer.folder / "narrow.sql"
    back_up(restorer, path)
    assert b"STRICT_MODE" not in path.read_bytes()
    # To MariaDB alone it is too large, and MySQL is not asked for what takes a privilege there.
    with mandant.connect() as wide, wide.cursor() as cursor:
        cursor.execute("SET SESSION innodb_strict_mode=0")
        cursor.execute(f"CREATE TABLE LANG (id INT PRIMARY KEY, {_many('VARCHAR(255)', 40)}) {_LATIN1}")
    path = restorer.folder / "long.sql"
    back_up(restorer, path)
    assert b"=0 /*M!100000 , INNODB_STRICT_MODE=0 */;" in path.read_bytes()
    assert restorer.run(str(path), policy="always").changed
    mandant.query("DROP TABLE LANG")
    columns = _many("TEXT", 20)
    sql = f"CREATE TABLE BREIT (id INT PRIMARY KEY, {columns}) ENGINE=InnoDB ROW_FORMAT=COMPACT"
    with mandant.connect() as wide, wide.cursor() as cursor:
        cursor.execute("SET SESSION innodb_strict_mode=0")
        cursor.execute(sql)
        cursor.execute("INSERT INTO BREIT (id, c0) VALUES (1, 'x')")
        wide.commit()
    path = restorer.folder / "wide.sql"
    back_up(restorer, path)
    assert b"SET INNODB_STRICT_MODE=0;" in path.read_bytes()
    second = Restorer(Mandant(f"{mandant.name}_2", mandant.server), restorer.folder)
    try:
        assert second.run(str(path)).changed
        assert second.mandant.query("SELECT id, c0 FROM BREIT") == [(1, "x")]
        assert not second.run(str(path), policy="enforce").changed
    finally:
        second.mandant.drop()
