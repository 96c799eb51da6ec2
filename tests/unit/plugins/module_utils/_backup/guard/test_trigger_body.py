# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a trigger: what computes and changes rows passes, and nothing else."""

from __future__ import annotations

import pytest

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
        ("begin set @a = handler; end", "HANDLER"),
    ],
)
def test_refused_triggers(body: str, word: str) -> None:
    with refuses(word):
        _trigger(body)


def test_set_without_a_value() -> None:
    with refuses("SET"):
        _trigger("set x")
