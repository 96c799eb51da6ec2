# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever ends runs, in whatever order they come: nothing is lost that was not asked for, and all is said before."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, cao_backup, cao_table, company, roll_back
from walks import Walk

SURE: dict[str, t.Any] = {"running_instances": "ignore", "incomplete": "allow", "policy": "always"}


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize(("engine", "seed"), [("InnoDB", 1), ("InnoDB", 4), ("MyISAM", 2), ("Aria", 3)])
def test_walks(server: PrivateServer, tmp_path: Path, engine: str, seed: int, ours: bool) -> None:
    """Restores of all and of some tables, ways back, removals, work and CAO's own wizard, each of ours killed or not.

    A reference that nobody killed has to come to the same; the walk raises where it does not.
    """
    with Walk(server, tmp_path, engine, seed, ours=ours) as walk:
        for _step in range(5):
            walk.step()


def _backup(restorer: Restorer, *tables: str) -> str:
    columns, key = ["REC_ID int(11) not null", "N varchar(9)"], ["PRIMARY KEY (REC_ID)"]
    texts = [cao_table(name, columns, ["'1','x'", "'2','x'"], key) for name in tables]
    return restorer.write(f"{'_'.join(tables)}.sql", cao_backup(company("Eins"), *texts))


def _said(act: t.Callable[[bool], t.Any]) -> t.Any:
    """Have check mode say what the run then does; return the outcome of the run."""
    forecast, outcome = act(True), act(False)
    assert forecast.restore["left_behind"] == outcome.restore["left_behind"]
    assert forecast.warnings == outcome.warnings
    return outcome


def _keys(mandant: Mandant) -> list[tuple[str, str]]:
    return list(
        mandant.query(
            "SELECT TABLE_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
            " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1"
        )
    )


@pytest.mark.parametrize("previous", ["keep", "drop"])
def test_no_foreign_key_is_left_without_its_table(restorer: Restorer, previous: str) -> None:
    """A table that stays points to one which the backup lacks: it goes for good, and no row could be written."""
    mandant = restorer.mandant
    both, one = _backup(restorer, "ARTIKEL", "LAND"), _backup(restorer, "ARTIKEL")
    options = {**SURE, "engine": "InnoDB", "keep_tables": ("XT_*",), "previous": previous}
    restorer.run(both, **options)
    mandant.query("CREATE TABLE XT_A (A INT, CONSTRAINT fk_xt FOREIGN KEY (A) REFERENCES LAND (REC_ID)) ENGINE=InnoDB")
    if previous == "keep":
        _said(lambda check: restorer.run(one, check=check, **options))
        assert _keys(mandant) == [("XT_A", "BACK_LAND")]
    outcome = _said(lambda check: restorer.run(one, check=check, **options))
    assert _keys(mandant) == []
    assert {"kind": "foreign key", "name": "fk_xt", "table": "XT_A"} in outcome.restore["left_behind"]
    assert any("go foreign key fk_xt of XT_A, which points to" in text for text in outcome.warnings)
    mandant.query("INSERT INTO XT_A VALUES (1)")
    assert restorer.run(both, **options).changed


def test_what_stays_aside_keeps_no_key_to_what_goes(restorer: Restorer) -> None:
    """CAO's own restore has set tables aside, and one of them alone gets a successor."""
    mandant = restorer.mandant
    mandant.query("CREATE TABLE BACK_LAND (REC_ID INT PRIMARY KEY) ENGINE=InnoDB")
    mandant.query("CREATE TABLE BACK_ARTIKEL (A INT, FOREIGN KEY (A) REFERENCES BACK_LAND (REC_ID)) ENGINE=InnoDB")
    for name in ("LAND", "ARTIKEL"):
        mandant.query(f"CREATE TABLE {name} (REC_ID INT PRIMARY KEY) ENGINE=InnoDB")
    path = _backup(restorer, "ARTIKEL", "LAND")
    for tables in (("LAND",), ("ARTIKEL",), ("LAND",)):
        _said(lambda check, tables=tables: restorer.run(path, check=check, tables=tables, **SURE))  # type: ignore[misc]
        assert _keys(mandant) == []
    roll_back(restorer)


def test_other_databases_keep_what_they_point_to(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    path = _backup(restorer, "ARTIKEL")
    options = {**SURE, "engine": "InnoDB"}
    restorer.run(path, **options)
    other = Mandant(f"{mandant.name}_shop", mandant.server)
    other.create()
    try:
        other.query(
            f"CREATE TABLE S (A INT, FOREIGN KEY (A) REFERENCES `{mandant.name}`.ARTIKEL (REC_ID)) ENGINE=InnoDB"
        )
        assert any("foreign keys of other databases" in text for text in restorer.run(path, **options).warnings)
        before = mandant.checksums()
        for check in (True, False):
            with pytest.raises(Failure, match=rf"drop BACK_ARTIKEL .* point to it: {other.name}\.S") as caught:
                restorer.run(path, check=check, **options)
            assert caught.value.error == "would_replace_work"
            assert mandant.checksums() == before
        other.query("DROP TABLE S")
        assert restorer.run(path, **options).changed
    finally:
        other.drop()


def test_a_warning_tells_nothing_of_a_row(restorer: Restorer) -> None:
    """The server ends its words with a value, which itself ends as the server's words about a column do."""
    dump = b"""CREATE TABLE T (A varchar(99), B double AS (A + 0) PERSISTENT);
INSERT INTO T (A) VALUES ('1 for column ''Geheim'), ('2 for key ''Geheim'), ('3 of column `Geheim`');
"""
    if "MariaDB" not in restorer.mandant.query("SELECT VERSION()")[0][0]:
        pytest.skip("MySQL computes such a column strictly, or has none")
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure, match="error 1292") as caught:
        restorer.run(restorer.write("dump.sql", dump), policy="always")
    assert "Geheim" not in caught.value.msg
    outcome = restorer.run(restorer.write("dump.sql", dump), policy="always", on_error="skip")
    assert "1292" in str(outcome.restore["errors"])
    assert "Geheim" not in str(outcome)


def test_what_an_earlier_run_left_is_said(restorer: Restorer) -> None:
    """Leftovers are named by mandant_info, cleared by the next run of any kind, and said by check mode and run."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    path = _backup(restorer, "ARTIKEL")
    for _time in range(2):
        restorer.run(path, **SURE)
    for again in ("restore", "once", "roll back"):
        restorer.start(path, "swap.finish:_note_finished:after", policy="always")
        (info,) = mandant_info(asked=Asked(restorer.mandant.name), login=restorer.login())["mandanten"]
        assert info["unfinished"]
        assert len(info["leftovers"]["tables"]) == 3
        said = []
        for check in (True, False):
            if again == "roll back":
                said.append(roll_back(restorer, check=check).warnings)
            else:
                said.append(
                    restorer.run(path, check=check, **{**SURE, "policy": again.replace("restore", "always")}).warnings
                )
        assert said[0] == said[1]
        assert sum("an earlier run was cut off; that is put right first" in text for text in said[0]) == 1
        assert restorer.mandant.tables() == ["ARTIKEL", "BACK_ARTIKEL", "BACK_FIRMA", "BACK_RESTORE_MARKER", "FIRMA"]


def test_names_that_only_look_like_ours(restorer: Restorer) -> None:
    """Whoever has seen how restores call their tables may call copies of his own like that."""
    mandant, path = restorer.mandant, _backup(restorer, "ARTIKEL")
    theirs = ["BACK_RESTORE_2019", "BACK_RESTORE_NEW_PREISE", "BACK_RESTORE_OLD_ARTIKEL"]
    for name in theirs:
        mandant.query(f"CREATE TABLE {name} (A INT)")
    for _time in range(3):
        outcome = _said(lambda check: restorer.run(path, check=check, **SURE))
        assert any(f"{', '.join(theirs)} are of no generation" in text for text in outcome.warnings)
        assert set(theirs) <= set(mandant.tables())
    roll_back(restorer)
    assert set(theirs) <= set(mandant.tables())
