# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a trigger: what computes and changes rows passes, and nothing else."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.trigger_body import check_body, is_handler
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import (
    Trigger,
    read_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import refuses, words_of


def _trigger(body: str) -> Trigger:
    database = OwnDatabase()
    database.declare("own")
    return read_trigger(words_of(b"G before insert on T for each row " + body.encode()), database)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("end", "END"),
        ("begin end; end", "END"),
        ("begin set a = end case; end", "SET"),
        ("begin do end case; end", "END"),
        ("begin do case when 1 then 2; end", "CASE"),
        ("begin set new.a; end", "SET"),
        ("return 1", "RETURN"),
        ("'x'", "another kind"),
        ("insert into (a) values (1)", "table"),
        ("update 5 set a = 1", "table is expected"),
        ("set new.a = 1, names = 2", "SET"),
        ("set new.a = (select 1 from mysql.user)", "another database"),
        ("begin declare exit handler for sqlexception call p(); end", "CALL"),
        ("begin declare exit handler for sqlexception begin truncate U; end; end", "TRUNCATE"),
        ("begin declare exit handler for c, sqlstate '02000' grant all on *.* to x; end", "GRANT"),
        ("begin declare exit handler for sqlexception insert into mysql.user values (1); end", "another database"),
        ("begin declare exit handler for sqlexception set global x = 1; end", "SET"),
        ("begin declare exit handler for (1) set @a = 1; end", "HANDLER"),
        ("begin declare exit handler set @a = 1; end", "FOR is missing"),
        ("begin exit handler for sqlexception set @a = 1; end", "EXIT"),
        ("begin handler U open; end", "HANDLER"),
        ("begin l: execute s; end", "EXECUTE"),
        ("begin case when 1 then flush tables; end case; end", "FLUSH"),
        ("begin declare exit handler for not found reset master; end", "RESET"),
        ("begin set global = 1; end", "SET"),
        ("begin set persist x = 1; end", "SET"),
        ("begin select 1 into dumpfile 'x'; end", "DUMPFILE"),
        ("begin if 1 then execute s; end if; end", "EXECUTE"),
        ("begin set password = 'x'; end", "SET"),
    ],
)
def test_refused_triggers(body: str, word: str) -> None:
    with refuses(word):
        _trigger(body)


def test_set_without_a_value() -> None:
    with refuses("SET"):
        _trigger("set x")


@pytest.mark.parametrize(
    "body",
    [
        "begin declare a, b int; set a = 1, b := 2, @c = 3, new.d = 4; end",
        "begin declare a int; begin set a = 1; end; end",
        "l: begin if 1 then leave l; end if; end l",
        "begin while 1 do set @a = case when 1 then 2 else 3 end; end while; end",
        "begin case 1 when 1 then set @a = 1; else begin end; end case; end",
        "begin declare continue handler for 1062, sqlstate '23000', not found set @a = 1; update U set x = 1; end",
        "for i in (select a from T) do set @x = 1; end for",
        "begin declare c cursor for select a from T; open c; fetch next from c into @a; fetch from c into @b; end",
        "set `NEW`.`a` = 1, `new`.b = 2",
        "with q as (select a from T) select count(*) into @c from q",
        "for i in (select a from T) do set @x = i.a; end for",
        "insert into U (a, password, previous, handler) values (1, new.password, @global, global)",
        "update U set password = password(new.a), reset = default(x)",
        "begin get diagnostics condition 1 @a = message_text; resignal; end",
    ],
)
def test_what_computes_and_changes_rows_passes(body: str) -> None:
    check_body(words_of(body.encode()).rest())


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("begin begin declare a int; end; set a = 1; end", "SET"),
        ("begin declare a int; set a = 1, autocommit = 0; end", "SET"),
        ("set @@global.x = 1", "SET"),
        ("set password = 'x'", "SET"),
        ("set old.a 1", "SET"),
        ("begin if 1 then drop table T; end if; end", "the statement DROP"),
        ("begin if 1 then set @a = 1; else call p(); end if; end", "the statement CALL"),
        ("begin while 1 do kill 5; end while; end", "the statement KILL"),
        ("l: load data infile 'x' into table T", "the statement LOAD"),
        ("begin select case when 1 then 2; set @a = 1; end", "a CASE that does not end"),
        ("begin repeat lock tables T read; until 1 end repeat; end", "the statement LOCK"),
    ],
)
def test_no_other_statement_begins_anywhere(body: str, word: str) -> None:
    with refuses(word):
        check_body(words_of(body.encode()).rest())


def test_a_verb_of_any_length_is_cut_in_the_message() -> None:
    with refuses("the statement " + "X" * 20) as _caught:
        check_body(words_of(b"x" * 500).rest())


@pytest.mark.parametrize(
    ("text", "handler"),
    [
        ("continue handler for", True),
        ("EXIT HANDLER", True),
        ("exit for", False),
        ("handler exit", False),
        ("exit", False),
    ],
)
def test_handlers(text: str, handler: bool) -> None:
    assert is_handler(words_of(text.encode()).rest(), 0) is handler
