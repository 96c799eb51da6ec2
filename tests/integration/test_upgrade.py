# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each version has left in a Mandant is met by every job of this one; what a later one leaves is left alone."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

import stored_markers
from comparing import compared
from dumps import fails
from mandant import Mandant
from restoring import Restorer, remove, roll_back
from stored_markers import FIRST, MANDANT, SECOND, STATES, as_later_version, stored, take

BLIND = "until they are restored again"
CONTENT = "SELECT NAME FROM KUNDE WHERE REC_ID = 1"
EINS, ZWEI = [("Kräuterhof eins",)], [("Kräuterhof zwei",)]


@pytest.fixture
def left(mandant: Mandant, tmp_path: Path) -> t.Iterator[Restorer]:
    """Restores into a Mandant of the name that the stored ones have."""
    if os.environ.get("FAKTURA_SERVER", "mariadb") != "mariadb":
        pytest.skip("the stored Mandanten are MariaDB's own dumps, with what it says of their rows")
    made = Mandant(MANDANT, mandant.server)
    yield Restorer(made, tmp_path)
    made.drop()


def _info(restorer: Restorer) -> dict[str, t.Any]:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    asked = Asked(mandant=restorer.mandant.name, verify="full")
    (one,) = mandant_info(asked=asked, login=restorer.login())["mandanten"]
    return dict(one)


def _back_up(restorer: Restorer) -> int:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

    saving = Saving(mandant=restorer.mandant.name, dest=str(restorer.folder / "backup.sql"))
    return len(back_up(saving=saving, login=restorer.login(), check_mode=False).result["tables"])


def _files(restorer: Restorer) -> tuple[str, str]:
    return restorer.write("first.sql", FIRST), restorer.write("second.sql", SECOND)


def _objects(mandant: Mandant) -> list[str]:
    """Return what belongs to tables of the Mandant: the trigger, the foreign key, the view."""
    return sorted(
        name
        for sql in (
            "SELECT CONCAT(TRIGGER_NAME, ' on ', EVENT_OBJECT_TABLE) FROM information_schema.TRIGGERS"
            " WHERE TRIGGER_SCHEMA = DATABASE()",
            "SELECT CONCAT(CONSTRAINT_NAME, ' of ', TABLE_NAME, ' to ', REFERENCED_TABLE_NAME)"
            " FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()",
            "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()"
            " AND TABLE_NAME NOT LIKE 'BACK%%'",
        )
        for (name,) in mandant.query(sql)
    )


OBJECTS = ["OFFENE", "beleg_kunde of BELEG to KUNDE", "beleg_text on BELEG"]
VERSIONS = sorted({version for version, _state in stored()})


def test_each_state_of_each_version_is_stored(left: Restorer) -> None:
    """Also that of this one: a release stores it, and what it leaves now still is what it left then."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION

    if os.environ.get("FAKTURA_STORE_MARKERS"):
        for name, make in STATES.items():
            left.mandant.drop()
            left.mandant.create()
            make(left)
            stored_markers.store(left, COLLECTION_VERSION, name)
    assert [state for version, state in stored() if version == COLLECTION_VERSION] == sorted(STATES)
    # Some tables alone is what 1.0.0 could not do.
    assert {state for version, state in stored() if version == "1.0.0"} == {*STATES} - {"some_tables"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_restore_is_known(left: Restorer, version: str) -> None:
    take(left.mandant, version, "restored")
    first, second = _files(left)
    info = _info(left)
    assert info["restored"]["version"] == version
    assert info["drift"]["tables"] == []
    assert info["previous"]["restored"]["version"] == version
    assert _back_up(left) == 2
    assert compared(left, second).comparison["is_same"]
    before = left.mandant.checksums()
    for check in (True, False):
        for policy in ("once", "enforce"):
            assert not left.run(second, policy=policy, check=check).changed, (policy, check)
    assert left.mandant.checksums() == before
    left.mandant.query("UPDATE KUNDE SET NAME = 'Fritz' WHERE REC_ID = 1")
    with fails("would_replace_work"):
        left.run(first)
    assert left.run(second, policy="enforce").drift["tables"] == [{"name": "KUNDE", "what": "content"}]
    assert left.mandant.query(CONTENT) == ZWEI
    assert _objects(left.mandant) == OBJECTS
    # What is restored by this version is seen wholly.
    assert not any(BLIND in one for one in _info(left)["not_seen"])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_way_back_and_forth(left: Restorer, version: str) -> None:
    take(left.mandant, version, "restored")
    first, second = _files(left)
    for content, here in ((EINS, first), (ZWEI, second)):
        assert roll_back(left, check=True).changed
        assert roll_back(left).changed
        assert (left.mandant.query(CONTENT), _objects(left.mandant)) == (content, OBJECTS)
        assert not left.run(here, policy="enforce").changed


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_taken_back_stays_so(left: Restorer, version: str) -> None:
    take(left.mandant, version, "rolled_back")
    for path in _files(left):
        assert not left.run(path).changed
    assert left.mandant.query(CONTENT) == EINS
    assert roll_back(left).changed
    assert left.mandant.query(CONTENT) == ZWEI


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_cut_off_is_brought_to_its_end(left: Restorer, version: str, check: bool) -> None:
    """Before the swap the old Mandant is there, behind it the new one; the next run is the same as on its own."""
    first, second = _files(left)
    for state, content, path in (("cut_off_before", EINS, first), ("cut_off_behind", ZWEI, second)):
        take(left.mandant, version, state)
        before = left.mandant.checksums()
        assert not left.run(path, policy="enforce", check=check).changed, state
        assert left.mandant.query(CONTENT) == content
        if check:
            assert left.mandant.checksums() == before
        else:
            assert _objects(left.mandant) == OBJECTS
            assert not [name for name in left.mandant.tables() if "_NEW_" in name or "_OLD_" in name]
    take(left.mandant, version, "cut_off_behind")
    assert roll_back(left).reason == "the last restore was cut off before its end, and is taken back"
    assert (left.mandant.query(CONTENT), _objects(left.mandant)) == (EINS, OBJECTS)


@pytest.mark.parametrize("version", [one for one in VERSIONS if one != "1.0.0"])
def test_some_tables_are_known(left: Restorer, version: str) -> None:
    take(left.mandant, version, "some_tables")
    first, second = _files(left)
    assert left.mandant.query(CONTENT) == EINS
    assert not left.run(second, tables=("BELEG",), policy="enforce").changed
    assert roll_back(left).changed
    assert not left.run(first, policy="enforce").changed


@pytest.mark.parametrize("version", VERSIONS)
def test_the_end_of_a_mandant(left: Restorer, version: str) -> None:
    """1.0.0 did not note what it had made, and what nobody knows to be ours stays."""
    take(left.mandant, version, "restored")
    if version == "1.0.0":
        with fails("would_replace_work", "was restored by a version that did not note that"):
            remove(left)
        assert left.mandant.query(CONTENT) == ZWEI
    else:
        assert remove(left).changed
        assert left.mandant.tables() == []


# Every job that changes something, or stages something beside.
JOBS: dict[str, t.Callable[[Restorer, str], object]] = {
    "once": lambda left, path: left.run(path),
    "replace": lambda left, path: left.run(path, replace=True),
    "enforce": lambda left, path: left.run(path, policy="enforce"),
    "always": lambda left, path: left.run(path, policy="always"),
    "some tables": lambda left, path: left.run(path, policy="always", tables=("BELEG",)),
    "check mode": lambda left, path: left.run(path, policy="always", check=True),
    "rollback": lambda left, _path: roll_back(left),
    "rollback, check mode": lambda left, _path: roll_back(left, check=True),
    "compare": compared,
    "remove": lambda left, _path: remove(left, drifted="remove"),
}


@pytest.mark.parametrize("state", STATES)
def test_an_earlier_version_leaves_what_a_later_one_noted(left: Restorer, state: str) -> None:
    """And says so; only looking, and saving what is there, go on."""
    take(left.mandant, VERSIONS[-1], state)
    as_later_version(left.mandant)
    before = left.mandant.checksums()
    for name, job in JOBS.items():
        with fails("newer_version", "version 9.0.0 of cao.faktura has worked here"):
            job(left, _files(left)[0])
        assert left.mandant.checksums() == before, name
    info = _info(left)
    assert "the marker of the last restore: version 9.0.0 of this collection wrote it" in info["not_seen"]
    assert (info["restored"], info["drift"]) == (None, None)
    if not state.startswith("cut_off"):
        assert _back_up(left) == 2
    assert left.mandant.checksums() == before


def test_also_a_mandant_that_a_later_version_began_to_make(left: Restorer) -> None:
    left.mandant.drop()
    left.start(_files(left)[0], "stage.stage:Stage.fill:before")
    assert "BACK_RESTORE_MADE" in left.mandant.tables()
    as_later_version(left.mandant)
    before = left.mandant.checksums()
    for name, job in JOBS.items():
        with fails("newer_version"):
            job(left, _files(left)[0])
        assert left.mandant.checksums() == before, name
