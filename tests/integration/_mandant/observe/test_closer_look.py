# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The closer look sees what a restore depends on, with the eyes of its own account, and changes nothing."""

from __future__ import annotations

import dataclasses
import os

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely, look_whose
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Identity, Observed
from library import Library
from mandant import Mandant
from restoring import account


def _look(library: Library, *, count: bool = False, **session: object) -> Observed:
    looking = library.session(use=False, **session)  # type: ignore[arg-type] # an account
    return look_closely(looking, observe_names(looking, library.server, library.mandant.name), count=count)


def _fill(mandant: Mandant) -> None:
    mandant.query("CREATE TABLE REGISTRY (MAINKEY VARCHAR(99), NAME VARCHAR(99), VAL_CHAR VARCHAR(99)) ENGINE=InnoDB")
    mandant.query("INSERT INTO REGISTRY VALUES ('MAIN', 'DB_VERSION', '1.08'), ('MAIN\\\\X', 'DB_VERSION', '9')")
    mandant.query("CREATE TABLE P (A INT PRIMARY KEY) ENGINE=InnoDB")
    mandant.query("CREATE TABLE BACK_P (A INT PRIMARY KEY) ENGINE=InnoDB")
    mandant.query("INSERT INTO BACK_P VALUES (1)")
    mandant.query("CREATE TABLE C (A INT, CONSTRAINT fk FOREIGN KEY (A) REFERENCES P (A)) ENGINE=InnoDB")
    mandant.query("CREATE TRIGGER tr BEFORE INSERT ON C FOR EACH ROW SET NEW.A = 1")
    mandant.query("CREATE VIEW V AS SELECT A FROM P")


def test_all_that_a_restore_depends_on(library: Library) -> None:
    _fill(library.mandant)
    instance = library.instance()
    before = (library.mandant.tables(), library.mandant.checksums())
    seen = _look(library, count=True)
    assert {name: table.rows for name, table in seen.tables.items()} == {
        "REGISTRY": 2, "P": 0, "C": 0, "V": None, "BACK_P": None,
    }  # fmt: skip
    assert [(key.table, key.name) for key in seen.foreign_keys] == [("C", "fk")]
    assert [trigger.name for trigger in seen.triggers] == ["tr"]
    assert [one.number for one in seen.sessions] == [instance.thread_id()]
    assert (seen.db_version, seen.foreign_referrers) == ("1.08", ())
    assert seen.server.engines["innodb"] == "InnoDB"
    assert seen.server.charsets["latin1"] == ("latin1_swedish_ci", 1)
    assert seen.sees_all_sessions
    assert (library.mandant.tables(), library.mandant.checksums()) == before


def test_rows_are_counted_only_where_asked(library: Library) -> None:
    _fill(library.mandant)
    assert {table.rows for table in _look(library).tables.values()} == {None}


def test_of_a_mandant_that_is_missing_there_is_the_server(library: Library) -> None:
    library.mandant.drop()
    looking = library.session(use=False)
    seen = look_closely(looking, observe_names(looking, library.server, library.mandant.name), count=True)
    assert not seen.exists
    assert seen.privileges.has("CREATE")
    assert (seen.tables, seen.sessions, seen.db_version) == ({}, (), None)
    assert seen.server.collations


@pytest.mark.parametrize(("more", "sees"), [([], False), (["PROCESS ON *.*"], True)])
def test_what_an_account_may_not_see(library: Library, more: list[str], sees: bool) -> None:
    """Nobody seen is only then nobody there when all can be seen; a trigger without its text is still one."""
    _fill(library.mandant)
    user = f"poor_{os.getpid()}"
    grants = [f"SELECT ON `{library.mandant.name}`.*", *more]
    password = account(library.mandant.server, user, grants)
    instance = library.instance()
    seen = _look(library, account=(user, password))
    assert seen.sees_all_sessions is sees
    assert [one.number for one in seen.sessions] == ([instance.thread_id()] if sees else [])
    assert str(seen.privileges_of).startswith(f"{user}@")
    assert seen.privileges.has("SELECT")
    assert not seen.privileges.has("INSERT")
    assert all(trigger.sql is None for trigger in seen.triggers)
    assert seen.db_version == "1.08"


def test_a_view_named_as_one_of_caos_tables_is_not_read(library: Library) -> None:
    mandant = library.mandant
    mandant.query("CREATE TABLE SRC (MAINKEY VARCHAR(99), NAME VARCHAR(99), VAL_CHAR VARCHAR(99))")
    mandant.query("INSERT INTO SRC VALUES ('MAIN', 'DB_VERSION', '1.08')")
    mandant.query("CREATE VIEW REGISTRY AS SELECT * FROM SRC")
    assert _look(library).db_version is None
    mandant.query("CREATE TABLE REGISTERY LIKE SRC")
    mandant.query("INSERT INTO REGISTERY VALUES ('MAIN', 'DB_VERSION', '1.05')")
    assert _look(library).db_version == "1.05"


def test_lost_connection(library: Library) -> None:
    """It is not taken for a Mandant with less in it."""
    _fill(library.mandant)
    session = library.session()
    seen = observe_names(session, library.server, library.mandant.name)
    library.kill(session)
    with pytest.raises(ServerError) as caught:
        look_closely(session, seen, count=False)
    assert caught.value.lost


def test_whose_it_is_and_will_be(library: Library) -> None:
    for sql in (
        "CREATE TABLE FIRMA (NAME1 VARCHAR(99), UST_ID VARCHAR(25))",
        "INSERT INTO FIRMA VALUES ('Alt', 'DE1')",
        "CREATE TABLE BACK_RESTORE_OLD_1 (NAME1 VARCHAR(99))",
        "INSERT INTO BACK_RESTORE_OLD_1 VALUES ('Neu')",
        "CREATE TABLE EKBESTELL (BELEGDATUM DATE)",
        "INSERT INTO EKBESTELL VALUES ('2026-01-02'), (NULL)",
    ):
        library.mandant.query(sql)
    session = library.session(use=False)
    seen = observe_names(session, library.server, library.mandant.name)
    assert look_whose(session, seen, {}).identity == Identity("Alt", {"UST_ID": "DE1"}, "2026-01-02")
    names = {"BACK_RESTORE_OLD_1": "FIRMA", "FIRMA": "BACK_FIRMA"}
    then = dataclasses.replace(seen, tables={name: seen.tables[name] for name in ("FIRMA", "EKBESTELL")})
    assert look_whose(session, then, names).identity == Identity("Neu", {}, "2026-01-02")
    missing = dataclasses.replace(seen, exists=False)
    assert look_whose(session, missing, {}) is missing
