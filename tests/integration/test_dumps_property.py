# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random dumps with lexical traps: what the guard lets through, the server's own parser splits in the same way."""

from __future__ import annotations

import os
import typing as t

import pymysql
import pymysql.cursors
import pytest
from hypothesis import HealthCheck, event, example, given, note, settings
from pymysql.constants import CLIENT

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from any_dumps import dumps
from dumps import Dump
from mandant import Mandant, flavour_of

EXAMPLES = int(os.environ.get("DUMP_EXAMPLES", "200"))
_SESSION = "SET NAMES latin1, sql_mode='NO_AUTO_VALUE_ON_ZERO', character_set_results=binary"
Content = t.Mapping[str, t.Any]


class Oracle:
    """Two databases: in one the server executes a dump as it stands, in the other what the reader made of it."""

    def __init__(self, mandant: Mandant) -> None:
        self._mandant = mandant
        self._connection = self._connected()
        self._flavour = flavour_of(mandant)

    def _connected(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        address = self._mandant.server.address
        return pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=self._mandant.name,
            autocommit=True,
            client_flag=CLIENT.MULTI_STATEMENTS,
            ssl_disabled=True,
            read_timeout=60,
        )

    def close(self) -> None:
        self._connection.close()

    def _all(self, sql: bytes) -> int:
        """Run as many statements as the server finds, and return their number."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            count = 1
            while cursor.nextset():
                count += 1
            return count

    def _begin(self) -> None:
        for sql in (_SESSION, "DROP TABLE IF EXISTS T"):
            self._connection.query(sql)

    def _content(self) -> Content:
        self._connection.query(_SESSION)
        with self._connection.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            tables = cursor.fetchall()
            cursor.execute("SELECT HEX(A), HEX(B) FROM T")
            rows = cursor.fetchall()
            cursor.execute("SHOW FULL COLUMNS FROM T")
            columns = cursor.fetchall()
            return {"tables": tables, "rows": rows, "columns": columns}

    def by_the_server(self, dump: bytes) -> Content | None:
        """Return what a dump makes, None when the server finds fault with it."""
        self._begin()
        try:
            # A server owes an answer for a comment behind the last statement, and never gives it.
            self._all(dump + b"\nDO 0")
            return self._content()
        except pymysql.err.Error as exc:
            note(f"server: {exc}")
            # PyMySQL would wait for the results of the statements that were not executed any more.
            self.close()
            self._connection = self._connected()
            return None

    def by_the_reader(self, dump: Dump) -> Content:
        """Return what is made of what the reader gives, each statement sent alone."""
        self._begin()
        analysis = dump.analyse()
        for definition in analysis.definitions.values():
            statement = definition.create_statement(
                definition.name, engine="MyISAM", charset="latin1", collation="latin1_swedish_ci", server=self._flavour
            )
            self._connection.query(b"SET NAMES utf8mb4")
            self._alone(statement)
        self._connection.query(_SESSION)
        for rows in dump.rows():
            names = b" (" + b",".join(b"`%s`" % name.encode() for name in rows.columns) + b")" if rows.columns else b""
            self._alone(rows.verb + b" INTO T" + names + b" VALUES " + rows.values)
        return self._content()

    def _alone(self, statement: bytes) -> None:
        note(statement.decode("latin-1"))
        assert self._all(statement) == 1


@pytest.fixture
def oracle(mandant: Mandant) -> t.Iterator[Oracle]:
    made = Oracle(mandant)
    yield made
    made.close()


@pytest.mark.promise("nothing-executed")
@settings(
    max_examples=EXAMPLES,
    # The same examples in every run; a long run by DUMP_EXAMPLES looks for new ones.
    derandomize="DUMP_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=dumps())
@example(data=b"CREATE TABLE T (A varchar(99), B varchar(99));INSERT INTO T VALUES ('\xbf\\','),(' -- ');")
@example(data=b"SET sql_mode='ANSI';CREATE TABLE T (A varchar(99), B varchar(99));INSERT INTO T VALUES (\"A\",'b');")
def test_the_server_reads_what_the_reader_reads(oracle: Oracle, data: bytes) -> None:
    data = b"SET NAMES latin1;" + data
    note(data.decode("latin-1"))
    dump = Dump(data)
    try:
        dump.analyse()
    except Failure as failure:
        event(f"refused {failure.error}")
        return
    wanted = oracle.by_the_server(data)
    if wanted is None:
        event("the server finds fault")
        return
    event("compared")
    assert oracle.by_the_reader(dump) == wanted
