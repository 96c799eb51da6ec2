# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mandant is removed when restores made it and nobody worked in it; everything else stays, whatever ends a run."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer, account, articles, cao_backup, cao_table, company, remove, roll_back

State = t.Optional[tuple[list[str], dict[str, t.Optional[int]]]]


def _there(mandant: Mandant) -> bool:
    return bool(mandant.server.admin("SHOW DATABASES LIKE %s", (mandant.name.replace("_", "\\_"),)))


def _state(mandant: Mandant) -> State:
    return (mandant.tables(), mandant.checksums()) if _there(mandant) else None


@pytest.fixture
def backup(restorer: Restorer) -> str:
    return restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Musterladen")))


@pytest.fixture
def ours(restorer: Restorer, backup: str) -> Restorer:
    """A Mandant whose database a restore has made."""
    restorer.mandant.drop()
    restorer.run(backup)
    return restorer


def _both(restorer: Restorer, **options: t.Any) -> t.Any:
    """Check and run; both come to the same, and check mode changes nothing."""
    before = _state(restorer.mandant)
    forecast = remove(restorer, check=True, diff=True, **options)
    assert _state(restorer.mandant) == before
    outcome = remove(restorer, diff=True, **options)
    for name in ("changed", "action", "reason", "diff", "warnings"):
        assert getattr(forecast, name) == getattr(outcome, name), name
    if outcome.changed:
        assert {**forecast.removed, "seconds": 0} == {**outcome.removed, "seconds": 0}
    return outcome


def _refused(restorer: Restorer, error: str = "would_replace_work", **options: t.Any) -> str:
    """Return the message, the same of check mode and run; nothing has changed."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    before = _state(restorer.mandant)
    said = []
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            remove(restorer, check=check, **options)
        assert caught.value.error == error
        said.append(caught.value.msg)
    assert _state(restorer.mandant) == before
    assert said[0] == said[1]
    return said[0]


def test_what_restores_made_goes_and_stays_gone(ours: Restorer) -> None:
    second = ours.write("2.sql", cao_backup(articles(5, "zwei"), company("Musterladen")))
    ours.run(second)
    outcome = _both(ours)
    assert (outcome.action, outcome.removed["database"], outcome.removed["rows"]) == ("removed", True, 6)
    assert outcome.removed["tables"] == ["ARTIKEL", "BACK_ARTIKEL", "BACK_FIRMA", "FIRMA"]
    assert outcome.diff["data"]["before"]["tables"]["ARTIKEL"] == {"rows": 5}
    assert not _there(ours.mandant)
    again = _both(ours)
    assert (again.changed, again.action, again.reason) == (False, "unchanged", "there is no such database")


def test_what_a_rollback_left_goes_too(ours: Restorer, backup: str) -> None:
    ours.run(ours.write("2.sql", cao_backup(articles(5, "zwei"))))
    roll_back(ours)
    assert _both(ours).removed["tables"] == ["ARTIKEL", "BACK_ARTIKEL", "FIRMA"]
    ours.run(backup, tables=("ARTIKEL",))
    roll_back(ours)
    assert _both(ours).removed["tables"] == ["BACK_ARTIKEL"]
    assert not _there(ours.mandant)


def test_a_database_that_was_there_empty_is_emptied(restorer: Restorer, backup: str) -> None:
    restorer.run(backup)
    outcome = _both(restorer)
    assert (outcome.action, outcome.removed["database"]) == ("emptied", False)
    assert "stays, empty: no restore has made it" in outcome.warnings[-1]
    assert restorer.mandant.tables() == []
    assert not _both(restorer).changed
    # Into it something can be restored again, as at a hoster.
    restorer.run(backup)
    assert _both(restorer).action == "emptied"


def _by_hand(name: str) -> t.Callable[[Mandant], object]:
    """Return what makes the database one that others have made, by a copy of ours."""

    def copy(mandant: Mandant) -> None:
        mandant.query("UPDATE BACK_RESTORE_MARKER SET content = REPLACE(content, %s, %s)", (mandant.name, name))

    return copy


OTHERS: dict[str, t.Callable[[Mandant], object]] = {
    "no marker": lambda mandant: mandant.query("DROP TABLE BACK_RESTORE_MARKER"),
    "an empty marker": lambda mandant: mandant.query("DELETE FROM BACK_RESTORE_MARKER"),
    "a marker of version 1.0.0": lambda mandant: mandant.query(
        "UPDATE BACK_RESTORE_MARKER SET content = REPLACE(content, '\"made\":', '\"then\":')"
    ),
    "a marker that is none": lambda mandant: mandant.query(
        "UPDATE BACK_RESTORE_MARKER SET content = REPLACE(content, '\"format\": 1', '\"format\": 0')"
    ),
    "a copy by hand": _by_hand("cao_another"),
    "a table of another program": lambda mandant: mandant.query("CREATE TABLE XT (A INT)"),
    "a table set aside by others": lambda mandant: mandant.query("CREATE TABLE BACK_XT (A INT)"),
    "a table with a name of ours on its way": lambda mandant: mandant.query(
        "CREATE TABLE BACK_RESTORE_TMP_0001 (A INT)"
    ),
    "a view": lambda mandant: mandant.query("CREATE VIEW V AS SELECT 1 AS A"),
    "a view of a name of CAO's": lambda mandant: mandant.query("CREATE VIEW ADRESSEN AS SELECT 1 AS A"),
    "a routine": lambda mandant: mandant.query("CREATE PROCEDURE p() SELECT 1"),
    "an event": lambda mandant: mandant.query("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"),
}


@pytest.mark.parametrize("drifted", ["fail", "remove"])
@pytest.mark.parametrize("what", OTHERS)
def test_what_others_made_is_never_removed(ours: Restorer, what: str, drifted: str) -> None:
    OTHERS[what](ours.mandant)
    assert ours.mandant.name in _refused(ours, drifted=drifted)


WORK: dict[str, t.Callable[[Mandant], object]] = {
    "a row more": lambda mandant: mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')"),
    "a row that changed": lambda mandant: mandant.query("UPDATE ARTIKEL SET VK1 = 7 WHERE REC_ID = 2"),
    "no row any more": lambda mandant: mandant.query("DELETE FROM ARTIKEL"),
    "a column": lambda mandant: mandant.query("ALTER TABLE ARTIKEL ADD XTRA INT"),
    "a table gone": lambda mandant: mandant.query("DROP TABLE FIRMA"),
    "a table of CAO's that came since": lambda mandant: mandant.query("CREATE TABLE ADRESSEN (A INT)"),
    "a trigger": lambda mandant: mandant.query(
        "CREATE TRIGGER tr BEFORE INSERT ON ARTIKEL FOR EACH ROW SET NEW.VK1 = 1"
    ),
}


@pytest.mark.parametrize("what", WORK)
def test_work_goes_only_when_that_is_said(ours: Restorer, what: str) -> None:
    WORK[what](ours.mandant)
    assert "drifted: remove" in _refused(ours)
    assert _both(ours, drifted="remove").action == "removed"
    assert not _there(ours.mandant)


def test_work_in_the_generation_before(ours: Restorer) -> None:
    ours.mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    ours.run(ours.write("2.sql", cao_backup(articles(5, "zwei"))), replace=True)
    assert "BACK_ARTIKEL" in _refused(ours)
    assert _both(ours, drifted="remove").action == "removed"


def test_it_is_saved_before(ours: Restorer, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    _refused(ours, "file_not_found", backup_first=str(folder / "none" / "x.zip"))
    folder.mkdir()
    ours.mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    outcome = _both(ours, drifted="remove", backup_first=str(folder))
    (saved,) = outcome.backup_first
    assert (saved["generation"], saved["rows"]) == ("live", 5)
    ours.run(saved["path"])
    assert ours.mandant.query("SELECT COUNT(*) FROM ARTIKEL")[0][0] == 4


def test_who_is_on_it_is_told_or_disconnected(ours: Restorer) -> None:
    with ours.mandant.connect() as connection:
        assert "in use" in _refused(ours, "mandant_in_use")
        assert _there(ours.mandant)
        assert remove(ours, running_instances="disconnect").action == "removed"
        assert connection.open


def test_foreign_keys_of_other_databases_are_not_cut(ours: Restorer) -> None:
    other = Mandant(f"{ours.mandant.name}_other", ours.mandant.server)
    other.create()
    try:
        ours.run(ours.write("2.sql", cao_backup(articles(5, "zwei"))), engine="InnoDB", previous="drop")
        other.query(
            f"CREATE TABLE T (A INT, FOREIGN KEY (A) REFERENCES {ours.mandant.name}.ARTIKEL (REC_ID)) ENGINE=InnoDB"
        )
        assert f"{other.name}.T" in _refused(ours, drifted="remove")
    finally:
        other.drop()


def test_a_scratch_copy_takes_no_other_place(ours: Restorer, backup: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    before = _state(ours.mandant)
    for check in (True, False):
        with pytest.raises(Failure, match="no scratch copy") as caught:
            ours.run(backup, check=check, scratch=True, policy="always")
        assert caught.value.error == "would_replace_work"
    assert _state(ours.mandant) == before
    assert "no scratch copy" in _refused(ours, scratch=True, drifted="remove")
    assert _both(ours).action == "removed"
    ours.run(backup, scratch=True, policy="always")
    ours.run(backup, scratch=True, policy="always", previous="drop")
    assert _both(ours, scratch=True).action == "removed"


def test_a_poor_account_empties_and_says_so(ours: Restorer) -> None:
    """Without EVENT and EXECUTE nobody knows what else a database holds."""
    server, name = ours.mandant.server, ours.mandant.name
    rights = "SELECT, INSERT, CREATE, DROP, ALTER"
    ours.user, ours.password = "poor", account(server, "poor", [f"SELECT, INSERT, DROP ON `{name}`.*"])
    assert "CREATE, ALTER" in _refused(ours, "missing_privilege")
    ours.password = account(server, "poor", [f"{rights} ON `{name}`.*"])
    outcome = _both(ours)
    assert outcome.action == "emptied"
    assert any("without EXECUTE and EVENT" in one for one in outcome.warnings)
    assert ours.mandant.tables() == []


KILLED = (
    "swap.rename:rename:before",
    "swap.rename:rename:after",
    "connect.drop:_drop_some:before:2",
    "connect.drop:_drop_some:after:2",
    "remove:_Remove._check_nothing_came:after",
)


@pytest.mark.parametrize("place", KILLED)
def test_a_removal_that_was_killed_is_ended_by_the_next(ours: Restorer, place: str, backup: str) -> None:
    ours.start(None, place, job="remove")
    assert _there(ours.mandant)
    outcome = _both(ours)
    assert outcome.action == "removed"
    assert not _there(ours.mandant)
    ours.run(backup)
    assert ours.mandant.query("SELECT COUNT(*) FROM ARTIKEL")[0][0] == 3


def test_what_is_left_of_a_removal_is_no_mandant(ours: Restorer, backup: str) -> None:
    """Nobody takes half of it for what was restored, and what came since is not dropped with it."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    ours.start(None, "connect.drop:_drop_some:before:2", job="remove")
    with pytest.raises(Failure, match="unknown origin"):
        ours.run(backup)
    ours.mandant.query("CREATE TABLE XT (A INT)")
    assert "XT" in _refused(ours, drifted="remove")
    ours.mandant.query("DROP TABLE XT")
    ours.mandant.query("UPDATE ARTIKEL SET VK1 = 7")
    assert "ARTIKEL" in _refused(ours)
    ours.run(backup, replace=True)
    assert ours.mandant.query("SELECT COUNT(*) FROM FIRMA")[0][0] == 1
    assert not [name for name in ours.mandant.tables() if "RESTORE_MADE" in name]
    ours.run(ours.write("2.sql", cao_backup(articles(5, "zwei"))), replace=True, previous="drop")
    assert _both(ours).action == "removed"


@pytest.mark.parametrize(
    "place", ["stage.stage:Stage.fill:before", "stage.stage:Stage.verify:after", "swap.finish:finish:after"]
)
def test_a_first_restore_that_was_killed_is_ours(restorer: Restorer, backup: str, place: str) -> None:
    restorer.mandant.drop()
    restorer.start(backup, place, scratch=True)
    outcome = _both(restorer, scratch=True)
    assert outcome.action == "removed"
    assert not _there(restorer.mandant)


def test_a_first_restore_that_failed_leaves_no_database(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    restorer.mandant.drop()
    bad = cao_table("ARTIKEL", ["REC_ID int", "A varchar(2)"], ["'1','abc'"])
    path = restorer.write("bad.sql", cao_backup(bad))
    with pytest.raises(Failure):
        restorer.run(path)
    assert not _there(restorer.mandant)

    def see(phase: str, *_figures: object) -> None:
        if phase == "load" and not restorer.mandant.query("SHOW PROCEDURE STATUS WHERE Db = DATABASE()"):
            restorer.mandant.query("CREATE PROCEDURE theirs() SELECT 1")

    with pytest.raises(Failure):
        restorer.run(path, progress=see)
    assert restorer.mandant.query("SHOW PROCEDURE STATUS WHERE Db = DATABASE()")


@pytest.mark.parametrize("name", ["mysql", "information_schema", " ", "a" * 65])
def test_no_mandant_is_removed_that_can_be_none(restorer: Restorer, name: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    other = Restorer(Mandant(name, restorer.mandant.server), restorer.folder)
    with pytest.raises(Failure) as caught:
        remove(other)
    assert caught.value.error == "mandant_missing"


def test_the_server_loses_the_right_to_drop_the_database(ours: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a server does that lets nobody drop a database: it stays, empty."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session

    execute = Session.execute

    def refusing(self: Session, sql: str, args: t.Sequence[object] = ()) -> object:
        if sql.startswith("DROP DATABASE"):
            raise ServerError(1044, "Access denied for user 'a'@'b' to database 'c'")
        return execute(self, sql, args)

    monkeypatch.setattr(Session, "execute", refusing)
    outcome = remove(ours)
    assert (outcome.action, ours.mandant.tables()) == ("emptied", [])
    assert "may not drop it" in outcome.warnings[-1]


@pytest.mark.parametrize("filled", [False, True], ids=["removed at once", "filled and removed"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_is_killed_as_soon_as_it_has_made_the_database(
    restorer: Restorer, backup: str, moment: str, filled: bool
) -> None:
    """Before it could note so in a table: nobody has to find out whose the empty database is."""
    mandant = restorer.mandant
    charset = "SELECT DEFAULT_COLLATION_NAME, SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = %s"
    mandant.drop()
    restorer.start(backup, f"stage.new_mandant:note_made:{moment}", collation="latin1_german1_ci")
    assert _there(mandant)
    if filled:
        assert restorer.run(backup).changed
        assert mandant.server.admin(charset, (mandant.name,)) == [("latin1_german1_ci", "")]
    assert _both(restorer).action == "removed"
    assert not _there(mandant)


def test_what_others_write_into_a_comment_is_no_note_of_ours(restorer: Restorer) -> None:
    mandant = restorer.mandant
    note = '{"format": 1, "made": {"what": "database", "name": "%s", "scratch": false}}'
    for comment in ("Buchhaltung", "{}", note % "another"):
        mandant.query(f"ALTER DATABASE COMMENT '{comment}'")
        assert "no restore has made it" in _both(restorer).reason
    assert _there(mandant)


def test_what_others_write_into_a_comment_stays(ours: Restorer, backup: str) -> None:
    """Also where a restore follows on a removal that was cut off, and forgets its note."""
    mandant = ours.mandant
    mandant.query("ALTER DATABASE COMMENT 'Buchhaltung'")
    ours.start(None, "connect.drop:_drop_some:before:2", job="remove")
    assert ours.run(backup, replace=True).changed
    assert not [name for name in mandant.tables() if "RESTORE_MADE" in name]
    comment = "SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = %s"
    assert mandant.server.admin(comment, (mandant.name,)) == [("Buchhaltung",)]
