# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries of checks: those that only read are read, and all others are refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.query import read_query


@pytest.mark.parametrize(
    ("query", "tables", "written"),
    [
        ("select count(*) from T", ("T",), "select count(*) from `S` AS `T`"),
        ("select T.a from cao.T where cao.T.a > 1;", ("T",), "select T.a from `S` AS `T` where T.a > 1"),
        ("select 1 from dual", (), "select 1 from dual"),
        ("select 1 from `dual`", ("dual",), "select 1 from `dual`"),
        ("# first\nselect /* all */ max(a)\nfrom T -- end", ("T",), "select max(a) from `S` AS `T`"),
        ('select count(*) from T where a = "x;y"', ("T",), "select count(*) from `S` AS `T` where a = 'x;y'"),
        ("with c as (select a from T) select count(*) from c", ("T",), None),
        ("((select a from T))", ("T",), None),
        ("select count(*) from T where d > now() + interval 1 day", ("T",), None),
        ("select count(*) from T where n regexp '^[0-9]+$' or `for` in (select share from U)", ("T", "U"), None),
        ("select 'Köln', `Größe` from T", ("T",), None),
    ],
)
def test_what_only_reads(query: str, tables: tuple[str, ...], written: str | None) -> None:
    view = read_query(query, "cao")
    assert view.tables == tables
    if written is not None:
        assert view.select_statement({"T": "S"}).decode() == written


REFUSED = (
    ("", "does not begin with SELECT"),
    ("-- nothing", "does not begin with SELECT"),
    ("delete from T", "does not begin with SELECT"),
    ("values (1)", "does not begin with SELECT"),
    ("table T", "does not begin with SELECT"),
    ("show tables", "does not begin with SELECT"),
    ("explain select 1", "does not begin with SELECT"),
    ("select 1; select 2", "a second statement"),
    ("select 1;; delete from T", "a query with"),
    ("select a into outfile '/tmp/x' from T", "INTO"),
    ("select a into @x from T", "INTO"),
    ("select @@version", "variable"),
    ("select @x := 1", "variable"),
    ("select a from T for update", "UPDATE"),
    ("select a from T for share", "locks"),
    ("select a from T lock in share mode", "LOCK"),
    ("select a from T procedure analyse()", "PROCEDURE"),
    ("select sleep(1)", "a call of sleep"),
    ("select benchmark(9, 1)", "a call of benchmark"),
    ("select load_file('/etc/passwd')", "a call of load_file"),
    ("select get_lock('x', 1)", "a call of get_lock"),
    ("select mine(1)", "a call of mine"),
    ("select own.mine(1)", "none of the tables of the query"),
    ("select nextval(s)", "NEXTVAL"),
    ("select next value for s", "NEXT"),
    ("select a from other.T", "the query speaks of another database"),
    ("select a from mysql.user", "the query speaks of another database"),
    ("select a from information_schema.tables", "the query speaks of another database"),
    ("select T.a from U", "none of the tables of the query"),
    ("select /*!50000 a */ from T", "a comment that some servers execute"),
    ("select /*M! a */ from T", "a comment that some servers execute"),
    ("select 'open", "ends inside of a string"),
    ("select `open", "ends inside of a string"),
    ("select /* open", "ends inside of a string"),
    ("select a from T where \x00", "begins no word"),
    ("select '\udcff'", "no server knows"),
    ("select 1)", "parentheses"),
    ("select a from T where {d '2026-11-02'} > a", "braces"),
)


@pytest.mark.parametrize(("query", "why"), REFUSED)
def test_what_does_more_is_refused(query: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read_query(query, "cao")
    assert "dump" not in str(refused.value)
    assert "view" not in str(refused.value)


def test_a_database_of_the_server_is_never_the_own() -> None:
    with pytest.raises(Refused):
        read_query("select a from mysql.user", "mysql")
