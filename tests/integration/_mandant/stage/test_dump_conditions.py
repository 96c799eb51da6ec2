# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dump sets at a place holds from there on, and for the rows alone."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import SQL_MODE
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage import dump_conditions
from library import Library
from restoring import articles, cao_backup


def _analysis(library: Library, **changes: t.Any) -> t.Any:
    """Return the analysis of a backup in another encoding."""
    with open_backup(library.restorer.write("some.sql", cao_backup(articles(1)))) as backup:
        return dataclasses.replace(backup.analysis, **changes)


def _modes(session: Session) -> set[str]:
    return set(session.value("SELECT @@sql_mode").split(","))


def _state(session: Session) -> list[t.Any]:
    return session.query(
        "SELECT @@autocommit, @@unique_checks, @@character_set_client, @@character_set_results, @@time_zone"
    )


def test_rows_go_in_the_encoding_of_the_dump_and_under_what_it_sets(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A VARCHAR(9) CHARACTER SET utf8, B TIMESTAMP NULL) ENGINE=InnoDB")
    session = library.session()
    before = _state(session)
    rows = session_settings.for_rows(session, _analysis(library, encoding="cp850"))
    with rows, dump_conditions.conditions(session) as under:
        under.put(Under("+02:00", zero_counts=True, checks=False))
        assert _modes(session) == set(SQL_MODE.split(",")) - {"NO_AUTO_VALUE_ON_ZERO"}
        session.execute(b"INSERT INTO T VALUES ('\x81\xe1', '1970-01-02 02:00:00')")
        assert library.mandant.query("SELECT * FROM T") == []
        assert session.value("SELECT A FROM T") == "üß"
    assert library.mandant.query("SELECT HEX(A), UNIX_TIMESTAMP(B) FROM T") == [("C3BCC39F", 86400)]
    assert _state(session) == before


def test_conditions_follow_the_dump_and_end_as_they_began(library: Library) -> None:
    session = library.session()
    zone = session.value("SELECT @@session.time_zone")
    has_checks = "check_constraint_checks" in dict(session.query("SHOW VARIABLES LIKE 'check%'"))
    with dump_conditions.conditions(session) as under:
        for wanted in (Under("+02:00"), Under(), Under(checks=False), Under("-03:00", zero_counts=True)):
            under.put(wanted)
            assert session.value("SELECT @@session.time_zone") == (wanted.time_zone or zone)
            assert ("NO_AUTO_VALUE_ON_ZERO" in _modes(session)) is not wanted.zero_counts
            if has_checks:
                assert session.value("SELECT @@check_constraint_checks") == int(wanted.checks)
    assert session.value("SELECT @@session.time_zone") == zone
    assert _modes(session) == set(SQL_MODE.split(","))


def test_zones_that_the_server_does_not_know(library: Library) -> None:
    session = library.session()
    dump_conditions.check_zones(session, ["+02:00", "SYSTEM", "-11:59"])
    with pytest.raises(Failure, match="Europe/Atlantis") as caught:
        dump_conditions.check_zones(session, ["+02:00", "Europe/Atlantis"])
    assert caught.value.error == "server_setting"


def test_values_are_made_to_fit_while_it_is_lenient(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A VARCHAR(2))")
    session = library.session()
    with dump_conditions.lenient(session):
        assert session.execute("INSERT INTO T VALUES ('long')").warnings == 1
    with pytest.raises(ServerError):
        session.execute("INSERT INTO T VALUES ('long')")
    assert library.mandant.query("SELECT A FROM T") == [("lo",)]
