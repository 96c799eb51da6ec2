# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dropped is what was named, whatever its name; a table that somebody holds keeps all of its statement."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from library import Library

ODD = ("ü" * 64, "`", "a`, `b", "50 %s", "it's", 'say "x"', "a.b", "Größe; DROP TABLE b")
LOCK_WAIT = 1205


def test_many_tables_with_odd_names(library: Library) -> None:
    """More than one statement takes, some of them not there; those beside them stay."""
    session, mandant = library.session(), library.mandant
    ours = [*ODD, *(f"BACK_RESTORE_NEW_{number:04}" for number in range(20))]
    for name in [*ours, "a", "b", "BACK_ARTIKEL"]:
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE=MyISAM")
    drop(session, [*(f"{one[:50]} is not there" for one in ours), *ours])
    assert mandant.tables() == ["BACK_ARTIKEL", "a", "b"]
    drop(session, [])
    assert mandant.tables() == ["BACK_ARTIKEL", "a", "b"]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_a_table_that_somebody_holds(library: Library, engine: str) -> None:
    session, mandant = library.session(), library.mandant
    for name in ("A", "B", "C"):
        mandant.query(f"CREATE TABLE {name} (A INT) ENGINE={engine}")
    library.impatient(session)
    holder = library.instance()
    holder.query("LOCK TABLES B READ")
    with pytest.raises(ServerError) as caught:
        drop(session, ["A", "B", "C"])
    assert caught.value.number == LOCK_WAIT
    assert mandant.tables() == ["A", "B", "C"]
    holder.close()
    drop(session, ["A", "B", "C"])
    assert mandant.tables() == []


def test_a_table_that_others_refer_to(library: Library) -> None:
    """The foreign key of a table that stays keeps no leftover."""
    session, mandant = library.session(), library.mandant
    mandant.query("CREATE TABLE OLD (A INT PRIMARY KEY) ENGINE=InnoDB")
    mandant.query("CREATE TABLE XT (A INT, CONSTRAINT fk FOREIGN KEY (A) REFERENCES OLD (A)) ENGINE=InnoDB")
    drop(session, ["OLD"])
    assert mandant.tables() == ["XT"]


def test_tables_are_no_views(library: Library) -> None:
    session, mandant = library.session(), library.mandant
    mandant.query("CREATE TABLE T (A INT)")
    mandant.query("INSERT INTO T VALUES (1)")
    mandant.query("CREATE VIEW V AS SELECT A FROM T")
    drop(session, ["V"])
    assert mandant.tables() == ["T", "V"]
    # Some servers warn of it, others refuse it.
    with contextlib.suppress(ServerError):
        drop_views(session, ["T"])
    assert mandant.query("SELECT A FROM V") == [(1,)]


def test_views_with_odd_names(library: Library) -> None:
    session, mandant = library.session(), library.mandant
    for name in (*ODD, "b"):
        session.execute(f"CREATE VIEW {quoted(name)} AS SELECT 1 AS A")
    drop_views(session, [*ODD, "is not there"])
    drop_views(session, [])
    assert mandant.tables() == ["b"]


def test_lost_connection(library: Library) -> None:
    session, mandant = library.session(), library.mandant
    mandant.query("CREATE TABLE T (A INT)")
    library.kill(session)
    with pytest.raises(ServerError) as caught:
        drop(session, ["T"])
    assert caught.value.lost
    assert mandant.tables() == ["T"]
