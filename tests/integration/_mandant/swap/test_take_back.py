# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever fails behind the swap, and however often: what was in use before the first failure is still there."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account, dump_with_objects, roll_back

KEPT = {"keep_tables": ("XT_*",), "policy": "always", "running_instances": "ignore"}
GRANTS = ("SELECT", "INSERT", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW", "SHOW VIEW", "TRIGGER")
ENGINES = ("InnoDB", "MyISAM", "Aria")
# Everything that a restore of dump_with_objects() does behind its swap, in this order, before it drops anything.
STEPS = {
    "InnoDB": ("drop_foreign_key", "drop_trigger", "add_foreign_key", "create_trigger", "create_view"),
    "MyISAM": ("drop_trigger", "create_trigger", "create_view"),
    "Aria": ("drop_trigger", "create_trigger", "create_view"),
}


class Scene:
    """``old`` in use, ``older`` before it, beside tables of another program that stay; ``new`` is to come."""

    def __init__(self, restorer: Restorer, engine: str) -> None:
        self.restorer = restorer
        self.mandant = restorer.mandant
        self.engine = engine
        self.paths = {
            mark: restorer.write(f"{mark}.sql", dump_with_objects(mark, engine)) for mark in ("older", "old", "new")
        }
        self.mandant.query(f"CREATE TABLE ADRESSEN (ID INT PRIMARY KEY) ENGINE={engine}")
        key = ", CONSTRAINT fk_xt FOREIGN KEY (A) REFERENCES ADRESSEN (ID)" if engine == "InnoDB" else ""
        self.mandant.query(f"CREATE TABLE XT_A (ID INT PRIMARY KEY, A INT{key}) ENGINE={engine}")
        self.mandant.query("CREATE TABLE BACK_XT_2019 (T TEXT)")
        for mark in ("older", "old"):
            restorer.run(self.paths[mark], **KEPT)
        self.mandant.query("CREATE TRIGGER eigen AFTER UPDATE ON ADRESSEN FOR EACH ROW SET @eigen = 1")
        self.first = self.state()

    def state(self) -> dict[str, object]:
        """Return everything that may get lost: rows, definitions of what belongs to tables, and the marker."""
        mandant = self.mandant
        schema = "WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1, 2, 3"
        return {
            "rows": {name: value for name, value in mandant.checksums().items() if name != "BACK_RESTORE_MARKER"},
            "marker": mandant.query("SELECT kind, content FROM BACK_RESTORE_MARKER ORDER BY kind"),
            "triggers": mandant.query(
                "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS"
                " WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1, 2"
            ),
            "foreign keys": mandant.query(
                "SELECT CONSTRAINT_NAME, TABLE_NAME, REFERENCED_TABLE_NAME FROM"
                f" information_schema.REFERENTIAL_CONSTRAINTS {schema}"
            ),
            "views": mandant.query(
                "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()"
                " ORDER BY 1"
            ),
        }

    def noted(self) -> list[object]:
        """Return what the marker says of restores that were taken back before they were finished."""
        return list(
            self.mandant.query("SELECT kind, content FROM BACK_RESTORE_MARKER WHERE kind LIKE 'taken%' ORDER BY kind")
        )

    def marks(self) -> tuple[str, str | None]:
        """Return which content is in use, and which is one way back."""
        before = self.mandant.query("SELECT N FROM BACK_ADRESSEN") if "BACK_ADRESSEN" in self.mandant.tables() else []
        return self.mandant.query("SELECT N FROM ADRESSEN")[0][0], before[0][0] if before else None

    def fail(self, **options: t.Any) -> str:
        """Do a restore that fails; return what is said."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        with pytest.raises(Failure) as caught:
            self.restorer.run(self.paths["new"], **{**KEPT, **options})
        return caught.value.msg

    def check_new(self, previous: str, **options: t.Any) -> None:
        """Check that a run without a fault ends well, and that the way back is a whole one."""
        self.restorer.run(self.paths["new"], **{**KEPT, **options}, previous=previous)
        assert self.marks() == ("new", "old" if previous == "keep" else None)
        assert not [
            name for name in self.mandant.tables() if name.startswith("BACK_RESTORE_") and name[-6:] != "MARKER"
        ]
        assert not self.restorer.run(self.paths["new"], **{**KEPT, "policy": "enforce"}).changed
        if previous == "keep":
            roll_back(self.restorer, running_instances="ignore")
            assert self.marks() == ("old", "new")
            assert ("eigen", "ADRESSEN", "SET @eigen = 1") in self.state()["triggers"]  # type: ignore[operator]


def _broken(monkeypatch: pytest.MonkeyPatch, do: str, late: bool) -> None:
    """Have the server refuse one kind of step, before or after it was done."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap import finish, swap

    real, finishing = finish._ACTIONS[do], [False]

    def step(session: t.Any, *arguments: t.Any) -> None:
        if late or not finishing[0]:
            real(session, *arguments)
        if finishing[0]:
            raise ServerError(1030, "Got error 1")

    def begun(*arguments: t.Any, **named: t.Any) -> t.Any:
        finishing[0] = True
        try:
            return whole(*arguments, **named)
        finally:
            finishing[0] = False

    whole = finish.finish
    monkeypatch.setattr(finish, "_ACTIONS", {**finish._ACTIONS, do: step})
    monkeypatch.setattr(swap, "finish", begun)


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("previous", ["keep", "drop"])
@pytest.mark.parametrize("late", [False, True], ids=["refused", "done and refused"])
@pytest.mark.parametrize(("engine", "do"), [(engine, do) for engine in ENGINES for do in STEPS[engine]])
def test_a_step_fails_again_and_again(
    restorer: Restorer, engine: str, do: str, late: bool, previous: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(restorer, engine)
    with monkeypatch.context() as patched:
        _broken(patched, do, late)
        for _time in range(3):
            assert "the Mandant is as it was before" in scene.fail(previous=previous)
            assert scene.state() == scene.first
    scene.check_new(previous)


@pytest.mark.parametrize("previous", ["keep", "drop"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 8))
def test_the_process_is_killed_behind_the_swap(restorer: Restorer, number: int, moment: str, previous: str) -> None:
    scene = Scene(restorer, "InnoDB")
    for _time in range(2):
        restorer.start(scene.paths["new"], f"swap.finish:do:{moment}:{number}", may_end=True, previous=previous, **KEPT)
    # The second of them may have been killed on its way back.
    restorer.run(scene.paths["new"], **KEPT, previous=previous)
    assert scene.marks()[0] == "new"
    if previous == "keep":
        assert scene.marks()[1] == "old"
    assert not restorer.run(scene.paths["new"], **{**KEPT, "policy": "enforce"}).changed


@pytest.mark.promise("way-back")
@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rollback_takes_back_what_was_cut_off(restorer: Restorer, number: int, moment: str) -> None:
    scene = Scene(restorer, "InnoDB")
    restorer.start(scene.paths["new"], f"swap.finish:do:{moment}:{number}", **KEPT)
    assert scene.marks() == ("new", "old")
    forecast = roll_back(restorer, running_instances="ignore", check=True)
    assert scene.marks() == ("new", "old")
    outcome = roll_back(restorer, running_instances="ignore")
    state, noted = scene.state(), scene.noted()
    assert state == {**scene.first, "marker": [*t.cast("list[object]", scene.first["marker"]), *noted]}
    assert (forecast.changed, forecast.action) == (outcome.changed, outcome.action) == (True, "rolled_back")
    assert (forecast.restore["previous"], forecast.restore["dropped"]) == (
        outcome.restore["previous"],
        outcome.restore["dropped"],
    )
    # A scheduled run does not bring it again, whoever works on.
    for check in (True, False):
        again = restorer.run(scene.paths["new"], **{**KEPT, "policy": "once"}, check=check)
        assert (again.changed, "taken" in again.reason) == (False, True)
    assert scene.state() == state
    scene.check_new("keep")


@pytest.mark.parametrize("again", ["the same", "another"])
def test_what_takes_back_and_fails_says_so(restorer: Restorer, again: str) -> None:
    """What was in use before the first failure is in use again, and not what the first one had half brought."""
    scene = Scene(restorer, "InnoDB")
    restorer.start(scene.paths["new"], "swap.finish:do:before:1", **KEPT)
    assert scene.marks() == ("new", "old")
    if again == "another":
        scene.paths["new"] = restorer.write(
            "another.sql", dump_with_objects("another", "InnoDB").replace(b"(2,", b"(1,")
        )
    message = scene.fail(checks=({"name": "never", "query": "SELECT 1", "equals": 2},))
    assert "this run has taken back an earlier restore that was cut off" in message
    assert scene.state() == scene.first
    assert "taken back" not in scene.fail(checks=({"name": "never", "query": "SELECT 1", "equals": 2},))


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("rows", [0, 1])
def test_the_first_restore_of_all_is_taken_back(restorer: Restorer, rows: int) -> None:
    """No marker was there; what CAO's own restore had set aside stays one way back."""
    mandant, path = restorer.mandant, restorer.write("new.sql", dump_with_objects("new", "InnoDB"))
    for name in ("ADRESSEN", "BACK_ADRESSEN"):
        mandant.query(f"CREATE TABLE {name} (N VARCHAR(20))")
        mandant.query(f"INSERT INTO {name} SELECT '{name}' FROM DUAL WHERE {rows}" if rows else "DO 0")
    restorer.start(path, "swap.finish:do:before:2", **{**KEPT, "replace": True, "policy": "once"})
    assert roll_back(restorer, running_instances="ignore").changed
    assert mandant.query("SELECT N FROM ADRESSEN") == [("ADRESSEN",)] * rows
    for check in (True, False):
        again = restorer.run(path, check=check)
        assert (again.changed, "taken" in again.reason) == (False, True)
    assert roll_back(restorer).changed
    assert mandant.query("SELECT N FROM ADRESSEN") == [("BACK_ADRESSEN",)] * rows


def test_work_in_new_tables_is_not_taken_back(restorer: Restorer) -> None:
    """A run was killed behind its swap, and people went on working in what it had brought."""
    scene = Scene(restorer, "InnoDB")
    restorer.start(scene.paths["new"], "swap.finish:do:before:1", **KEPT)
    restorer.mandant.query("INSERT INTO ADRESSEN VALUES (77, 'work')")
    roll_back(restorer, running_instances="ignore")
    assert scene.marks() == ("old", "new")
    assert restorer.mandant.query("SELECT N FROM BACK_ADRESSEN WHERE ID = 77") == [("work",)]


CLASHES = {
    "a trigger": ("CREATE TRIGGER merken BEFORE INSERT ON XT_A FOR EACH ROW SET @y = 1", "DROP TRIGGER merken"),
    "a foreign key": (
        "ALTER TABLE XT_A ADD CONSTRAINT fk_pos FOREIGN KEY (A) REFERENCES XT_A (ID)",
        "ALTER TABLE XT_A DROP FOREIGN KEY fk_pos",
    ),
}


@pytest.mark.parametrize("what", CLASHES)
def test_a_name_is_taken_while_the_backup_is_read(restorer: Restorer, what: str) -> None:
    scene = Scene(restorer, "InnoDB")
    taken, freed = CLASHES[what]
    mandant = scene.mandant
    # It is free again of the generation in use, which has one of the same name.
    mandant.query("DROP TRIGGER merken" if what == "a trigger" else "ALTER TABLE POS DROP FOREIGN KEY fk_pos")
    before = scene.state()

    def take(phase: str, *_: object) -> None:
        if phase == "swap":
            mandant.query(taken)

    assert "as it was before" in scene.fail(progress=take)
    # From now on it is seen before anything is done, in check mode too.
    for check in (True, False):
        assert "XT_A, which stays, has one of this name" in scene.fail(check=check)
    mandant.query(freed)
    after = scene.state()
    assert {**after, "rows": before["rows"]} == before
    scene.check_new("keep")


@pytest.fixture
def trusting(server: PrivateServer) -> t.Iterator[PrivateServer]:
    """MySQL, which has a binary log by default, lets an account make triggers only so."""
    ((before,),) = server.admin("SELECT @@log_bin_trust_function_creators")
    server.admin("SET GLOBAL log_bin_trust_function_creators = ON")
    yield server
    server.admin("SET GLOBAL log_bin_trust_function_creators = %s", (before,))


@pytest.mark.parametrize("right", ["TRIGGER", "CREATE VIEW", "ALTER"])
def test_who_ends_it_may_not(trusting: PrivateServer, mandant: Mandant, tmp_path: Path, right: str) -> None:
    """A run of an administrator was killed behind its swap, and the next one's account lacks a right for the rest."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    scene = Scene(Restorer(mandant, tmp_path), "InnoDB")
    scene.restorer.start(scene.paths["new"], "swap.finish:do:after:1", **KEPT)
    rights = ", ".join(one for one in GRANTS if one != right)
    limited = Restorer(mandant, tmp_path, "rueck", account(trusting, "rueck", [f"{rights} ON `{mandant.name}`.*"]))
    for _time in range(2):
        with pytest.raises(Failure) as caught:
            limited.run(scene.paths["new"], **KEPT, reload_tables=False)
        assert caught.value.error == "missing_privilege"
        assert scene.marks() in (("old", "older"), ("new", "old"))
    scene.check_new("keep", policy="once", replace=True)


@pytest.mark.parametrize("late", [False, True], ids=["refused", "done and refused"])
@pytest.mark.parametrize("do", ["drop_foreign_key", "drop_trigger", "add_foreign_key", "create_trigger"])
def test_a_step_of_a_rollback_fails(restorer: Restorer, do: str, late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    scene = Scene(restorer, "InnoDB")
    with monkeypatch.context() as patched:
        _broken(patched, do, late)
        for _time in range(3):
            with pytest.raises(Failure, match="the Mandant is as it was before"):
                roll_back(restorer, running_instances="ignore")
            assert scene.state() == scene.first
    for marks in (("older", "old"), ("old", "older")):
        roll_back(restorer, running_instances="ignore")
        assert scene.marks() == marks
    assert {**scene.state(), "marker": None} == {**scene.first, "marker": None}


@pytest.mark.parametrize("number", range(1, 8))
def test_a_killed_rollback_is_ended_by_the_next(restorer: Restorer, number: int) -> None:
    scene = Scene(restorer, "InnoDB")
    restorer.start(None, f"swap.finish:do:before:{number}")
    assert scene.marks() == ("older", "old")
    forecast, outcome = roll_back(restorer, running_instances="ignore", check=True), roll_back(restorer)
    assert (forecast.changed, forecast.action) == (outcome.changed, outcome.action) == (True, "rolled_back")
    assert scene.marks() == ("older", "old")
    roll_back(restorer, running_instances="ignore")
    assert {**scene.state(), "marker": None} == {**scene.first, "marker": None}
