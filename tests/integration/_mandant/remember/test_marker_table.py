# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written comes back as it was; what somebody else has put there is told, and never taken for a marker."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Fingerprint,
    Marker,
    Previous,
    Step,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    create_stand_in,
    note_finished,
    read_marker,
    write_marker,
)
from library import Library, marker_with

SHADOW = "BACK_RESTORE_NEW_MARKER"
ODD = ("ü" * 64, "a`b", "it's", 'say "x"', "50 %s", "back\\slash", "𝄞", "NULL")


def _rich() -> Marker:
    """Return a marker with something of everything, under every odd name."""
    trigger = Step("create_trigger", "T", "tr", "CREATE TRIGGER tr ... '\\n\\'%s'", sql_mode="ANSI_QUOTES")
    return marker_with(
        analysis={"file": {"path": "/Größe/%s 'x'"}, "rows": 1},
        tables={name: Fingerprint(number, 2**32 - 1, "d" * 32) for number, name in enumerate(ODD)},
        moves=tuple((name, f"BACK_{number}") for number, name in enumerate(ODD)),
        pending=(trigger, Step("drop_tables", names=ODD)),
        previous=Previous(dict.fromkeys(ODD, "BACK"), (trigger,), marker_document(marker_with(version="0"))),
        views=ODD,
        views_kept=("V",),
        errors=3,
        neutralised=("mail", "shop"),
    )


@pytest.mark.parametrize("charset", ["latin1", "utf8mb4", "ascii"])
def test_what_is_written_comes_back(library: Library, charset: str) -> None:
    """Whatever the Mandant's character set is, and with its engine not asked."""
    library.mandant.query(f"ALTER DATABASE `{library.mandant.name}` CHARACTER SET {charset}")
    session, marker = library.session(), _rich()
    session.execute("SET default_storage_engine=MyISAM")
    write_marker(session, library.server, marker)
    found, problem = read_marker(session, library.mandant.name, SHADOW)
    assert (found, problem) == (marker, None)
    assert found is not None
    assert not found.finished
    note_finished(session, library.mandant.name, SHADOW, {f"view:{name}": "hash" for name in ODD})
    # Over another connection, as the next run does.
    finished, problem = read_marker(library.session(use=False), library.mandant.name, SHADOW)
    assert finished is not None
    assert finished.objects == {f"view:{name}": "hash" for name in ODD}
    assert problem is None


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_it_survives_a_crash_whatever_the_mandant_has(library: Library, engine: str) -> None:
    session = library.session()
    session.execute(f"SET default_storage_engine={engine}")
    write_marker(session, library.server, marker_with())
    create_stand_in(session, library.server)
    found = library.mandant.query("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
    assert found == [("InnoDB",), ("InnoDB",)]
    assert library.mandant.tables() == ["BACK_RESTORE_NEW_0001", SHADOW]


def test_a_large_one_comes_back_whole(library: Library) -> None:
    """Of thousands of tables, which is more than a column of 64 kB holds."""
    session = library.session()
    tables = {f"XT_{number:04}": Fingerprint(number, number, "d" * 32) for number in range(2500)}
    marker = marker_with(tables=tables, moves=tuple((name, f"BACK_{name}") for name in tables))
    write_marker(session, library.server, marker)
    assert read_marker(session, library.mandant.name, SHADOW) == (marker, None)


def test_a_second_intent_does_not_replace_the_first(library: Library) -> None:
    """Two at once, by an account that cannot see the other: the first one's moves are still known."""
    session, first = library.session(), marker_with(run="first")
    write_marker(session, library.server, first)
    with pytest.raises(ServerError):
        write_marker(library.session(), library.server, marker_with(run="second"))
    with pytest.raises(ServerError):
        session.execute("INSERT INTO BACK_RESTORE_NEW_MARKER VALUES ('restore', '{}')")
    assert read_marker(session, library.mandant.name, SHADOW)[0] == first


def test_none_is_no_problem(library: Library) -> None:
    assert read_marker(library.session(), library.mandant.name, None) == (None, None)


@pytest.mark.parametrize(
    ("columns", "rows", "words"),
    [
        ("ID INT", "(1)", "error 1054"),
        ("kind VARCHAR(9), content TEXT", None, "it is empty"),
        ("kind VARCHAR(9), content TEXT", "('finished', '{}')", "it is empty"),
        ("kind VARCHAR(9), content TEXT", "('restore', NULL)", "it is no JSON"),
        ("kind VARCHAR(9), content TEXT", "('restore', '[1]')", "another shape"),
        ("kind VARCHAR(9), content TEXT", "('restore', '{\"format\": null}')", "no number of a version"),
        ("kind VARCHAR(9), content TEXT", "('restore', '{\"format\": 1}')", "is missing"),
        ("kind VARCHAR(9), content BLOB", "('restore', 0xFFFE00)", "it is no JSON"),
        ("kind INT, content DATETIME", "(1, '2026-10-30 16:42:07')", "it is empty"),
        ("kind VARCHAR(9), content DATE", "('restore', '2026-10-30')", "it is no JSON"),
        ("kind VARCHAR(9), content INT", "('restore', 5)", "it is no JSON"),
        ("kind VARCHAR(9), content LONGTEXT", "('restore', REPEAT('[', 100000))", "it is no JSON"),
    ],
)
def test_what_somebody_else_has_put_there(library: Library, columns: str, rows: str | None, words: str) -> None:
    session = library.session()
    library.mandant.query(f"CREATE TABLE BACK_RESTORE_MARKER ({columns})")
    if rows is not None:
        library.mandant.query(f"INSERT INTO BACK_RESTORE_MARKER VALUES {rows}")
    found, problem = read_marker(session, library.mandant.name, "BACK_RESTORE_MARKER")
    assert found is None
    assert words in str(problem)
    assert session.value("SELECT 1") == 1


def test_a_marker_cut_off_is_none(library: Library) -> None:
    """As an engine leaves it that does not survive a crash."""
    session = library.session()
    write_marker(session, library.server, _rich())
    length = session.value(f"SELECT LENGTH(content) FROM {SHADOW}")
    for cut in (0, 1, length // 2, length - 1):
        session.execute(f"UPDATE {SHADOW} SET content = LEFT(content, {cut})")
        assert read_marker(session, library.mandant.name, SHADOW)[0] is None
        session.execute(f"DROP TABLE {SHADOW}")
        write_marker(session, library.server, _rich())


def test_a_lost_connection_is_no_marker_that_cannot_be_read(library: Library) -> None:
    """Else the run would go on as if nobody knew where the Mandant came from."""
    session = library.session()
    write_marker(session, library.server, marker_with())
    library.kill(session)
    with pytest.raises(ServerError) as caught:
        read_marker(session, library.mandant.name, SHADOW)
    assert caught.value.lost


@pytest.mark.parametrize("table", [SHADOW, "BACK_RESTORE_MARKER"])
def test_a_marker_that_is_held_is_no_marker_that_cannot_be_read(library: Library, table: str) -> None:
    """Taken for none, an intent would be dropped, and what was in use be of unknown origin."""
    session = library.session()
    write_marker(session, library.server, marker_with())
    if table != SHADOW:
        session.execute(f"RENAME TABLE {SHADOW} TO {table}")
    holder = library.instance()
    with holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLES {table} WRITE")
        library.impatient(session)
        with pytest.raises(ServerError) as caught:
            read_marker(session, library.mandant.name, table)
        assert caught.value.number in LOCK_ERRORS
        cursor.execute("UNLOCK TABLES")
    assert read_marker(session, library.mandant.name, table) == (marker_with(), None)
