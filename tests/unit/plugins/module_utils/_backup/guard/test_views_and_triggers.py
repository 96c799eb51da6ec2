# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Views and triggers: what of them is understood, and what they are written as."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import (
    Trigger,
    View,
    read_trigger,
    read_view,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import refuses, words_of


def _view(query: str) -> View:
    database = OwnDatabase()
    database.declare("own")
    return read_view(words_of(b"V as " + query.encode()), b"", database)


def _trigger(body: str) -> Trigger:
    database = OwnDatabase()
    database.declare("own")
    return read_trigger(words_of(b"G before insert on T for each row " + body.encode()), database)


@pytest.mark.parametrize(
    ("query", "tables", "renamed"),
    [
        ("select 1", (), "select 1"),
        ("select a from T", ("T",), "select a from `S` AS `T`"),
        ("select T.a from own.T where own.T.a > 1", ("T",), "select T.a from `S` AS `T` where T.a > 1"),
        ("select x.a from T x, U as y", ("T", "U"), "select x.a from `S` x, `U` as y"),
        ("select 1 from (T join U on T.a = U.a)", ("T", "U"), "select 1 from (`S` AS `T` join `U` on T.a = U.a)"),
        ("select 1 from T natural left outer join U using (a) cross join T z", ("T", "U"), None),
        ("select (select max(a) from U where U.a = T.a) m from T order by a, b limit 1, 2", ("U", "T"), None),
        ("select case when a then b else c end from T", ("T",), None),
        ("select trim(leading 'x' from a), extract(year from d), substring(a from 1 for 2) from T", ("T",), None),
        ("select a from T use index for order by (primary), U", ("T", "U"), None),
        ("select a from T group by a with rollup having a > 1 union all select b from U", ("T", "U"), None),
        ("select straight_join a, b from T straight_join U", ("T", "U"), None),
        ("select convert(a using utf8mb4) from T", ("T",), None),
        ("with c as (select a from T) select c.a from c", ("T",), None),
        ("with recursive `c` (`n`, m) as (select 1, 2), d as (select a from T) select c.n from c join d", ("T",), None),
        ("select j.a from T, json_table(T.doc, '$[*]' columns (a int path '$.a')) as j", ("T",), None),
        ("select d.a from (select a from T) d join lateral (select 1 from U) e on 1", ("T", "U"), None),
        ("select `T`.`from`, T.where from T", ("T",), None),
        ("select sum(a) over (partition by b order by c) from T", ("T",), None),
        ("select a from T where a in (select a from U) and exists (select 1 from U u2, T t2)", ("T", "U"), None),
        ("select t.* from T t with check option", ("T",), None),
        ("select a from T as x partition (p0), U", ("T", "U"), None),
        ("(select a from T)", ("T",), None),
        ("select a from T where not (a = 1 or (b))", ("T",), None),
        ("select 'a;b', \"it's\" from T", ("T",), "select 'a;b', 'it\\'s' from `S` AS `T`"),
    ],
)
def test_tables_of_views(query: str, tables: tuple[str, ...], renamed: str | None) -> None:
    view = _view(query)
    assert view.tables == tables
    if renamed is not None:
        assert view.create_statement("W", {"T": "S"}) == b"CREATE VIEW `W` AS " + renamed.encode()


def test_view_with_columns_and_options() -> None:
    view = read_view(words_of(b"V (a, `b c`) as select 1, 2"), b"SQL SECURITY INVOKER", OwnDatabase())
    assert view.create_statement("V", {}) == b"CREATE SQL SECURITY INVOKER VIEW `V` (`a`,`b c`) AS select 1, 2"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("select 1 from T, 'x'", "table is expected"),
        ("select 1 from T.a.b", "another database"),
        ("select 1 from own.T.a.b", "another database"),
        ("select 1)", "parentheses"),
        ("select a..b from T", "dot"),
        ("select a. from T", "dot"),
        ("select 5 .a from T", "dot"),
        ("select * from T t, own.", "dot"),
        ("select sys.a from T sys", "dump's own"),
        ("select previous value for s", "PREVIOUS"),
        ("select next value for s", "NEXT"),
        ("select 1 from T procedure x()", "PROCEDURE"),
        ("select T.f(1) from T", "stored function"),
        ("select `now`() from T", "built-in"),
    ],
)
def test_refused_views(query: str, word: str) -> None:
    with refuses(word):
        _view(query)


@pytest.mark.parametrize(
    "body",
    [
        "set new.a = upper(new.b), @x := 1",
        "set @x = 1",
        "insert into U values (new.a)",
        "insert into U (a, b) values (new.a, f2(1))".replace("f2(1)", "abs(1)"),
        "insert ignore U set a = 1, b = new.set on duplicate key update a = values(a), b = 2",
        "insert into U select a from T where T.a = new.a",
        "insert into own.U (a) select a from T x",
        "replace into U set a = replace(new.a, 'x', 'y')",
        "update U, T x set U.a = 1, x.b = 2 where U.a = x.a",
        "update low_priority ignore U set a = case when b then 1 else 2 end",
        "delete from U where a = old.a",
        "delete low_priority quick ignore from U",
        "delete x from U x join T on x.a = T.a",
        "delete from x using U as x, T where x.a = T.a",
        "signal sqlstate '45000' set message_text = 'no'",
        "do abs(1)",
        "begin declare a, b int default 0; declare c cursor for select a from T; open c; fetch c into a; close c;"
        " set a = 1; set b := case a when 1 then 2 else 3 end; end",
        "begin if new.a is null then set new.a = 0; elseif new.b then begin end; else insert into U "
        "values (1); end if; end",
        "x: begin while new.a < 5 do set new.a = new.a + 1; leave x; end while; end x",
        "begin l: loop set @a = 1; leave l; end loop l; repeat set @a = 2; until @a end repeat; end",
        "begin case new.a when 1 then set new.b = 2; when 2 then set new.b = case when 1 then 2 end; "
        "else begin end; end case; end",
        "begin select count(*) into @n from U where U.a = new.a; end",
        "begin declare continue handler for not found set @done = 1; set @a = 1; end",
        "begin declare c condition for 1062; declare exit handler for c, sqlstate value '23000', 1048, not found"
        " begin set new.a = 0; end; insert into U values (1); end",
        "for i in (select a from T) do set @x = 1; end for",
    ],
)
def test_triggers(body: str) -> None:
    trigger = _trigger(body)
    sql = trigger.create_statement("H", "S", {})
    assert sql.startswith(b"CREATE TRIGGER `H` BEFORE INSERT ON `S` FOR EACH ROW ")
    assert b"own" not in sql


def test_triggers_of_some_columns() -> None:
    trigger = read_trigger(words_of("G before update of A, `b ``ü` on T for each row set @a=1".encode()), OwnDatabase())
    assert (trigger.timing, trigger.of_columns) == ("BEFORE UPDATE OF `A`, `b ``ü`".encode(), True)
    head = "CREATE TRIGGER `H` BEFORE UPDATE OF `A`, `b ``ü` ON `S` FOR EACH ROW"
    assert trigger.create_statement("H", "S", {}).startswith(head.encode())
    assert not read_trigger(words_of(b"G before update on T for each row set @a=1"), OwnDatabase()).of_columns


@pytest.mark.parametrize(
    "head",
    ["after insert of A", "before delete of A", "before update of", "before update of A B", "before update OF *"],
)
def test_columns_where_none_can_be(head: str) -> None:
    with refuses(""):
        read_trigger(words_of(f"G {head} on T for each row set @a=1".encode()), OwnDatabase())


def test_triggers_for_two_events_are_named() -> None:
    with refuses("the trigger G for more than one event"):
        read_trigger(words_of(b"G before insert or update on T for each row set @a=1"), OwnDatabase())


def test_head_of_triggers() -> None:
    database = OwnDatabase()
    for text in (b"if not exists G after update on T for each row follows H set @a=1",):
        trigger = read_trigger(words_of(text), database)
        assert (trigger.name, trigger.table, trigger.timing) == ("G", "T", b"AFTER UPDATE")
        assert trigger.create_statement("G", "T", {}).endswith(b"FOR EACH ROW set @a=1")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select Artikel.A from `artikel`", "select `artikel`.A from `ARTIKEL` AS `artikel`"),
        ("select x.A from ARTIKEL x join artikel", "select x.A from `ARTIKEL` x join `ARTIKEL` AS `artikel`"),
        ("select `ARTIKEL`.A from Artikel", "select `Artikel`.A from `ARTIKEL` AS `Artikel`"),
        ("select ARTIKEL.A from other ARTIKEL", "select ARTIKEL.A from `other` ARTIKEL"),
        ("select o.artikel from other o", "select o.artikel from `other` o"),
    ],
)
def test_a_view_in_another_letter_case(query: str, expected: str) -> None:
    view = read_view(words_of(f"V as {query}".encode()), b"", OwnDatabase())
    assert view.create_statement("V", {"artikel": "ARTIKEL"}) == b"CREATE VIEW `V` AS " + expected.encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("insert into artikel (A) values (new.A)", "insert into `ARTIKEL` (A) values (new.A)"),
        ("update Artikel set ARTIKEL.A = artikel.A + 1", "update `ARTIKEL` set ARTIKEL.A = `ARTIKEL`.A + 1"),
        ("delete artikel from artikel join T on T.A = Artikel.A",
         "delete `ARTIKEL` from `ARTIKEL` join T on T.A = `ARTIKEL`.A"),
        ("delete from artikel where artikel.A in (select a.A from artikel a)",
         "delete from `ARTIKEL` where `ARTIKEL`.A in (select a.A from `ARTIKEL` a)"),
        ("update T artikel set artikel.A = 1", "update T artikel set artikel.A = 1"),
        ("insert into T select new.artikel from dual", "insert into T select new.artikel from dual"),
    ],
)  # fmt: skip
def test_a_trigger_in_another_letter_case(body: str, expected: str) -> None:
    words = words_of(f"G after insert on ARTIKEL for each row {body}".encode())
    trigger = read_trigger(words, OwnDatabase())
    assert "dual" not in trigger.tables
    assert trigger.create_statement("G", "ARTIKEL", {"artikel": "ARTIKEL"}).endswith(
        b"FOR EACH ROW " + expected.encode()
    )
