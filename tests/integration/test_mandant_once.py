# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy once never takes away what people did, in use or in the generation before, unless it is told to."""

from __future__ import annotations

import json
import typing as t

import pytest

from mandant import Mandant
from restoring import Restorer, articles, cao_backup, cao_table, company, roll_back

Content = dict[str, t.Optional[int]]


def _state(mandant: Mandant) -> tuple[list[str], Content]:
    return mandant.tables(), mandant.checksums()


def _live(mandant: Mandant) -> Content:
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")}


def _refused(restorer: Restorer, path: str, **options: t.Any) -> str:
    """Return the message, the same of check mode and run; nothing has changed."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    before = _state(restorer.mandant)
    said = []
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, **options)
        assert caught.value.error == "would_replace_work"
        said.append(caught.value.msg)
    assert _state(restorer.mandant) == before
    assert said[0] == said[1]
    return said[0]


def _both(restorer: Restorer, path: str, **options: t.Any) -> t.Any:
    """Run in check mode and for real; both come to the same."""
    forecast = restorer.run(path, check=True, **options)
    outcome = restorer.run(path, **options)
    for name in ("changed", "action", "reason", "drift"):
        assert getattr(forecast, name) == getattr(outcome, name)
    return outcome


def _drop_back_tables(mandant: Mandant) -> None:
    for name in mandant.tables():
        if name.startswith("BACK_"):
            mandant.query(f"DROP TABLE `{name}`")


@pytest.fixture
def first(restorer: Restorer) -> str:
    return restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Musterladen")))


@pytest.fixture
def second(restorer: Restorer) -> str:
    return restorer.write("2.sql", cao_backup(articles(5, "zwei"), company("Musterladen")))


def _work(mandant: Mandant) -> None:
    mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")


# What makes people's work of a Mandant that was restored, or hides that it was.
HIDDEN: dict[str, t.Callable[[Mandant], object]] = {
    "all BACK_ tables cleared away": _drop_back_tables,
    "the marker alone": lambda mandant: mandant.query("DROP TABLE BACK_RESTORE_MARKER"),
    "a marker that is empty": lambda mandant: mandant.query("DELETE FROM BACK_RESTORE_MARKER"),
    "a marker of no version": lambda mandant: mandant.query(
        "UPDATE BACK_RESTORE_MARKER SET content = REPLACE(content, '\"format\": 1', '\"format\": null')"
    ),
    "a marker that is no JSON": lambda mandant: mandant.query("UPDATE BACK_RESTORE_MARKER SET content = '{'"),
    "a view for a marker": lambda mandant: [
        mandant.query("DROP TABLE BACK_RESTORE_MARKER"),
        mandant.query("CREATE VIEW BACK_RESTORE_MARKER AS SELECT 'restore' AS kind, '{}' AS content"),
    ],
}


@pytest.mark.promise("nobodys-work")
@pytest.mark.parametrize("how", HIDDEN)
def test_content_of_unknown_origin_is_left_alone(restorer: Restorer, first: str, how: str) -> None:
    mandant = restorer.mandant
    restorer.run(first)
    _work(mandant)
    HIDDEN[how](mandant)
    said = _refused(restorer, first)
    assert "Musterladen, 5 rows" in said
    if how != "a view for a marker":
        live = _live(mandant)
        outcome = _both(restorer, first, replace=True)
        assert (outcome.changed, outcome.drift) == (True, None)
        assert mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(4,)]
        roll_back(restorer)
        assert _live(mandant) == live


def test_structure_without_rows_is_filled(restorer: Restorer, first: str) -> None:
    mandant = restorer.mandant
    assert _both(restorer, first).reason == "the Mandant is empty"
    mandant.drop()
    mandant.create()
    mandant.query("CREATE TABLE ARTIKEL (A INT)")
    mandant.query("CREATE TABLE XT_ORDERS (A INT)")
    mandant.query("INSERT INTO XT_ORDERS VALUES (1)")
    mandant.query("CREATE VIEW V AS SELECT A FROM XT_ORDERS")
    # Another program's table counts unless it is said that it stays.
    _refused(restorer, first)
    outcome = _both(restorer, first, keep_tables=("xt_*", "v"))
    assert outcome.reason == "no table of the Mandant holds a row"


WORK = [
    "INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')",
    "UPDATE FIRMA SET ORT = 'Bonn'",
    "DELETE FROM ARTIKEL WHERE REC_ID = 1",
    "CREATE TABLE NEU (A INT)",
    "ALTER TABLE FIRMA ADD COLUMN NEU INT",
    "CREATE TRIGGER tr BEFORE INSERT ON ARTIKEL FOR EACH ROW SET NEW.INFO = 'x'",
    "CREATE VIEW V AS SELECT NAME1 FROM FIRMA",
]


@pytest.mark.promise("nobodys-work")
@pytest.mark.parametrize("work", WORK)
def test_what_was_worked_in_is_not_replaced_by_another_backup(
    restorer: Restorer, first: str, second: str, work: str
) -> None:
    mandant = restorer.mandant
    restorer.run(first)
    assert restorer.run(second, check=True).changed
    mandant.query(work)
    assert "changed since the restore on 2" in _refused(restorer, second)
    # The same backup is not brought in again, and what is told about it is no surprise.
    again = _both(restorer, first)
    assert (again.changed, again.drift) == (False, None)
    assert again.reason.startswith("this backup was restored here on 2")
    live = _live(mandant)
    assert restorer.run(second, replace=True).changed
    roll_back(restorer)
    assert _live(mandant) == live


def test_what_nobody_has_changed_gives_way_to_another_backup(restorer: Restorer, first: str, second: str) -> None:
    restorer.run(first)
    outcome = _both(restorer, second)
    assert (outcome.changed, outcome.drift) == (True, {"tables": []})
    assert outcome.reason.startswith("another backup was restored here on 2")


ANOTHER: list[dict[str, t.Any]] = [
    {"neutralise": frozenset(["passwords"])},
    {"encoding": "cp850"},
    {"repairs": "refuse", "repaired": True},
    {"engine": "InnoDB"},
    {"on_error": "fail", "skipped": True},
]


@pytest.mark.parametrize("options", ANOTHER, ids=lambda options: next(iter(options)))
@pytest.mark.parametrize("policy", ["once", "enforce"])
def test_the_same_backup_wanted_otherwise(restorer: Restorer, options: dict[str, t.Any], policy: str) -> None:
    """It is restored again as long as nobody worked in it; what cannot be restored so is said, not left unsaid."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    options = dict(options)
    failing = ""
    tables = [articles(3, "eins"), company("Müsterladen")]
    before: dict[str, t.Any] = {"policy": policy}
    if options.pop("repaired", False):
        failing = "damaged"
        columns = ["MAINKEY varchar(255)", "LAST_CHANGE timestamp not null default 'CURRENT_TIMESTAMP'"]
        tables.append(cao_table("REGISTRY", columns, []))
    if options.pop("skipped", False):
        failing = "statement_failed"
        before["on_error"] = "skip"
        tables[0] = articles(3, bad={2: "'2','A2','x','y'"})
    path = restorer.write("1.sql", cao_backup(*tables))
    restorer.run(path, **before)
    assert not restorer.run(path, **before).changed
    if failing:
        with pytest.raises(Failure) as caught:
            restorer.run(path, policy=policy, **options)
        assert caught.value.error == failing
    else:
        assert _both(restorer, path, policy=policy, **options).changed
        assert not _both(restorer, path, policy=policy, **options).changed
    if policy == "once":
        _work(mandant)
        wanted = {"neutralise": frozenset(["mail"]), **options, **({} if failing else {"encoding": "latin2"})}
        _refused(restorer, path, **wanted)


def test_tables_that_are_gone_come_back(restorer: Restorer, first: str) -> None:
    mandant = restorer.mandant
    restorer.run(first)
    mandant.query("DROP TABLE FIRMA")
    outcome = _both(restorer, first)
    assert (outcome.changed, outcome.reason) == (True, "tables of the backup are gone: FIRMA")
    assert outcome.drift == {"tables": [{"name": "FIRMA", "what": "missing"}]}
    assert mandant.query("SELECT NAME1 FROM FIRMA") == [("Musterladen",)]
    mandant.query("DROP TABLE FIRMA")
    _work(mandant)
    assert "ARTIKEL" in _refused(restorer, first)


def test_what_keep_tables_kept_is_brought_when_it_keeps_no_more(restorer: Restorer, first: str) -> None:
    mandant = restorer.mandant
    mandant.query("CREATE TABLE FIRMA (A INT)")
    restorer.run(first, keep_tables=("firma",))
    assert not restorer.run(first, keep_tables=("F*",)).changed
    assert "without FIRMA, which keep_tables kept" in restorer.run(first, check=True, policy="enforce").reason


@pytest.mark.promise("nobodys-work")
def test_a_rollback_is_not_undone_by_the_next_run(restorer: Restorer, first: str, second: str) -> None:
    mandant = restorer.mandant
    mandant.query("CREATE TABLE ARTIKEL (A INT)")
    mandant.query("INSERT INTO ARTIKEL VALUES (1)")
    restorer.run(first, replace=True)
    assert roll_back(restorer).reason.startswith("the restore on 2")
    for _time in range(2):
        outcome = _both(restorer, first)
        assert (outcome.changed, "a rollback has taken" in outcome.reason) == (False, True)
    # What came back is of unknown origin, so another backup would take it away.
    _refused(restorer, second)
    assert mandant.query("SELECT A FROM ARTIKEL") == [(1,)]
    roll_back(restorer)
    assert restorer.run(first).reason.startswith("this backup was restored here")
    _refused(restorer, second)
    restorer.run(second, replace=True)
    roll_back(restorer)
    assert "a rollback has taken" in _both(restorer, second).reason
    assert restorer.run(first).reason.startswith("this backup was restored here")
    third = restorer.write("3.sql", cao_backup(articles(2, "drei")))
    assert restorer.run(third, check=True).changed
    assert restorer.run(second, policy="enforce").changed


def _as_version_1_0_0(mandant: Mandant) -> None:
    """Take out of the marker what that version did not know."""
    ((text,),) = mandant.query("SELECT content FROM BACK_RESTORE_MARKER WHERE kind = 'restore'")
    document = json.loads(text)
    for one in filter(None, (document, document["previous"]["marker"])):
        for name in ("asked", "kept", "taken_back"):
            one.pop(name)
    if document["previous"]["marker"]:
        document["previous"]["marker"].pop("objects")
    mandant.query("UPDATE BACK_RESTORE_MARKER SET content = %s WHERE kind = 'restore'", (json.dumps(document),))


def test_markers_of_the_version_before_are_understood(restorer: Restorer, first: str, second: str) -> None:
    mandant = restorer.mandant
    restorer.run(first)
    _as_version_1_0_0(mandant)
    for policy in ("once", "enforce"):
        assert not _both(restorer, first, policy=policy, encoding="cp850", engine="InnoDB").changed
    restorer.run(second)
    _as_version_1_0_0(mandant)
    # The generation before is as it was restored.
    third = restorer.write("3.sql", cao_backup(articles(2, "drei")))
    assert restorer.run(third).changed
    roll_back(restorer)
    _as_version_1_0_0(mandant)
    assert "a rollback has taken" in restorer.run(third).reason


@pytest.mark.promise("nobodys-work")
def test_the_generation_before_may_be_work(restorer: Restorer, first: str, second: str) -> None:
    mandant = restorer.mandant
    third = restorer.write("3.sql", cao_backup(articles(2, "drei")))
    restorer.run(first)
    _work(mandant)
    restorer.run(second, policy="always")
    said = _refused(restorer, third)
    assert "BACK_ARTIKEL" in said
    assert "BACK_FIRMA" not in said
    assert restorer.run(third, check=True, policy="enforce").changed
    assert _both(restorer, third, replace=True).changed
    # What a restore brought, and nobody has changed since, may go.
    assert _both(restorer, first).changed


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_the_generation_before_is_known_with_its_foreign_keys(restorer: Restorer, engine: str) -> None:
    """A key brings an index, and gives its name to that of the next generation."""
    dump = b"""-- MySQL dump 10.13
CREATE TABLE `P` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TABLE `C` (`ID` int NOT NULL, `P` int, PRIMARY KEY (`ID`),
  CONSTRAINT `fk` FOREIGN KEY (`P`) REFERENCES `P` (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `P` VALUES (1);
INSERT INTO `C` VALUES (1, 1);
CREATE TRIGGER `tr` BEFORE INSERT ON `C` FOR EACH ROW SET NEW.ID = NEW.ID + 1;
"""
    for number in range(4):
        content = dump if engine == "InnoDB" or number else dump.replace(b"InnoDB", engine.encode())
        path = restorer.write(f"{number}.sql", content + b"-- %d\n" % number)
        assert _both(restorer, path).changed
    restorer.mandant.query("INSERT INTO BACK_P VALUES (2)")
    _refused(restorer, restorer.write("5.sql", dump + b"-- 5\n"))


def test_the_last_content_is_not_pushed_out_of_an_emptied_mandant(restorer: Restorer, first: str) -> None:
    """As CAO's own wizard leaves it when it stops half-way: the tables in use are empty, and BACK_* is all there is."""
    mandant = restorer.mandant
    mandant.query("CREATE TABLE ARTIKEL (A INT)")
    mandant.query("CREATE TABLE BACK_ARTIKEL (A INT)")
    mandant.query("INSERT INTO BACK_ARTIKEL VALUES (1)")
    assert "(1 row, in BACK_ARTIKEL)" in _refused(restorer, first)
    assert restorer.run(first, replace=True).changed
