# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup becomes shadow tables that have been proven, or a failure; the tables in use are never touched."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import silent
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.stage import Stage
from library import Library, Planned
from restoring import articles, cao_backup, cao_table, company

ROWS = 300
BACKUP = cao_backup(articles(ROWS, "neu"), company("Neu"))
# A stream ends at the first, INSERTs find the row, and one is skipped by both.
REFUSED = cao_backup(articles(ROWS, bad={20: "'20','A','geheim','x'", 30: "'29','A','1.5','geheim'"}), company("Neu"))


class Staged(t.NamedTuple):
    """A backup that is about to be loaded into shadow tables."""

    stage: Stage
    session: Session
    planned: Planned

    def fill(self, *, skip: bool = False, progress: t.Any = silent) -> t.Any:
        return self.stage.fill(self.planned.backup, progress, skip=skip)


def _staged(library: Library, content: bytes = BACKUP, **options: t.Any) -> Staged:
    """Make a Mandant in use, and the stage beside it."""
    if not library.mandant.tables():
        for table in ("ARTIKEL", "FIRMA"):
            library.mandant.query(f"CREATE TABLE {table} (A INT) ENGINE=MyISAM")
            library.mandant.query(f"INSERT INTO {table} VALUES (1)")
    session = library.session()
    planned = library.planned(session, content, **options)
    beside = Beside(session, library.restorer.login(), library.mandant.name)
    return Staged(Stage(session, library.server, library.mandant.name, planned.plan, beside), session, planned)


def _in_use(library: Library) -> list[t.Any]:
    return [library.mandant.query(f"SELECT * FROM {table}") for table in ("ARTIKEL", "FIRMA")]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize("streams", [True, False])
def test_what_is_proven_is_what_is_there(library: Library, engine: str, streams: bool) -> None:
    """The fingerprints are those of the tables under the names that they will have."""
    before = library.ask("SELECT @@GLOBAL.local_infile")[0][0]
    library.ask(f"SET GLOBAL local_infile = {int(streams)}")
    try:
        staged = _staged(library, engine=engine)
        loaded = staged.fill()
    finally:
        library.ask(f"SET GLOBAL local_infile = {before}")
    assert (loaded.rows, loaded.error_count, loaded.warnings) == (ROWS + 1, 0, {})
    found = staged.stage.verify(loaded)
    assert {name: one.rows for name, one in found.items()} == {"ARTIKEL": ROWS, "FIRMA": 1}
    assert _in_use(library) == [[(1,)], [(1,)]]
    shadows = {table.shadow: table.target for table in staged.planned.plan.tables}
    for shadow, target in shadows.items():
        assert fingerprint(staged.session, library.mandant.name, shadow) == found[target]
    shadow = staged.planned.tables["ARTIKEL"].shadow
    assert library.mandant.query(f"SELECT MAX(REC_ID), SUM(VK1), MIN(INFO) FROM {shadow}") == [
        (ROWS, sum(number + 0.5 for number in range(1, ROWS + 1)), "Schraube € neu")
    ]


@pytest.mark.parametrize("harm", ["DELETE FROM {} LIMIT 1", "INSERT INTO {} (ARTNUM) VALUES ('x')", "TRUNCATE {}"])
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_rows_that_are_not_those_of_the_backup(library: Library, engine: str, harm: str) -> None:
    staged = _staged(library, engine=engine)
    loaded = staged.fill()
    library.mandant.query(harm.format(staged.planned.tables["ARTIKEL"].shadow))
    with pytest.raises(Failure) as caught:
        staged.stage.verify(loaded)
    assert caught.value.error == "verification_failed"
    assert f"but the backup has {ROWS}" in caught.value.msg
    assert _in_use(library) == [[(1,)], [(1,)]]


def test_rows_that_cannot_be_read_again(library: Library) -> None:
    if not library.server.flavour.mariadb:
        pytest.skip("MySQL 5.6 reads half a table without a word")
    staged = _staged(library, engine="MyISAM")
    loaded = staged.fill()
    shadow = staged.planned.tables["ARTIKEL"].shadow
    library.mandant.query("FLUSH TABLES")
    file = library.mandant.server.folder / "data" / library.mandant.name / f"{shadow}.MYD"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(Failure) as caught:
        staged.stage.verify(loaded)
    assert caught.value.error == "verification_failed"
    assert "cannot read the table ARTIKEL" in caught.value.msg


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
def test_a_row_that_is_refused(library: Library, engine: str) -> None:
    staged = _staged(library, REFUSED, engine=engine)
    with pytest.raises(Failure) as caught:
        staged.fill()
    assert caught.value.error == "statement_failed"
    assert f"line {REFUSED[: REFUSED.index(b'geheim')].count(10) + 1}, statement 22" in caught.value.msg
    assert "geheim" not in caught.value.msg
    assert _in_use(library) == [[(1,)], [(1,)]]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
def test_rows_that_are_skipped_are_known_to_be_missing(library: Library, engine: str) -> None:
    staged = _staged(library, REFUSED, engine=engine)
    loaded = staged.fill(skip=True)
    assert (loaded.rows, loaded.error_count, loaded.skipped) == (ROWS - 1, 2, {"ARTIKEL": 2})
    found = staged.stage.verify(loaded)
    assert {name: one.rows for name, one in found.items()} == {"ARTIKEL": ROWS - 2, "FIRMA": 1}
    assert "geheim" not in str(loaded.errors)
    # One more that is gone is one too many.
    library.mandant.query(f"DELETE FROM {staged.planned.tables['ARTIKEL'].shadow} LIMIT 1")
    with pytest.raises(Failure, match=f"{ROWS - 3} rows, but the backup has {ROWS - 2}"):
        staged.stage.verify(loaded)


def test_a_shadow_that_is_there_is_not_filled(library: Library) -> None:
    """Another run's, which this account does not see: its rows and these must not become one table."""
    staged = _staged(library)
    library.mandant.query("CREATE TABLE BACK_RESTORE_NEW_0002 (A INT)")
    library.mandant.query("INSERT INTO BACK_RESTORE_NEW_0002 VALUES (4711)")
    with pytest.raises(Failure) as caught:
        staged.fill()
    assert caught.value.error == "statement_failed"
    assert "creating the table FIRMA" in caught.value.msg
    assert library.mandant.query("SELECT * FROM BACK_RESTORE_NEW_0002") == [(4711,)]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("content", [BACKUP, REFUSED], ids=["good", "refused"])
def test_lost_connection(library: Library, engine: str, skip: bool, content: bytes) -> None:
    """At the first rows, of a fast load or of one with care; it is not taken for a row that does not fit."""
    staged = _staged(library, content, engine=engine)

    def kill(*_told: object) -> None:
        if library.is_there(staged.session.number):
            library.kill(staged.session)

    with pytest.raises(Failure) as caught:
        staged.fill(skip=skip, progress=kill)
    assert caught.value.error == "connection_failed"
    assert _in_use(library) == [[(1,)], [(1,)]]


def test_neutralising_changes_the_shadow_alone(library: Library) -> None:
    columns = ["KONTO_ID int(11) not null auto_increment", "SMTP_PASS varchar(60)"]
    table = cao_table("MAIL_KONTEN", columns, ["'1','geheim'", "'2','geheim'"], ["PRIMARY KEY (KONTO_ID)"])
    library.mandant.query("CREATE TABLE MAIL_KONTEN (KONTO_ID INT, SMTP_PASS VARCHAR(60))")
    library.mandant.query("INSERT INTO MAIL_KONTEN VALUES (1, 'in use')")
    staged = _staged(library, cao_backup(table), neutralise=frozenset({"mail"}))
    loaded = staged.fill()
    done = staged.stage.neutralise(loaded)
    assert sum(rows for _change, rows in done) > 0
    shadow = staged.planned.tables["MAIL_KONTEN"].shadow
    assert "geheim" not in str(library.mandant.query(f"SELECT * FROM {shadow}"))
    assert library.mandant.query("SELECT SMTP_PASS FROM MAIL_KONTEN") == [("in use",)]
    assert staged.stage.verify(loaded)["MAIL_KONTEN"].rows == loaded.rows
