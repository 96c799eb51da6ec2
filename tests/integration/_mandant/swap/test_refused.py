# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whichever one statement from the swap on is refused: old and a failure, or new and none. Never new and a failure."""

from __future__ import annotations

import contextlib
import itertools
import typing as t

import pytest

from faults import Refusals
from restoring import Restorer, dump_with_objects, remove, roll_back

# A statement that took too long, and one that waited too long for a lock.
ERRORS = (1969, 1205)
SETTINGS: dict[str, t.Any] = {"running_instances": "ignore", "keep_tables": ("XT_*",)}
JOBS: dict[str, dict[str, t.Any]] = {
    "always": {"policy": "always"},
    "drop": {"policy": "always", "previous": "drop"},
    "once": {},
    "some": {"policy": "always", "tables": ("ADRESSEN",)},
    "back": {},
}


class Place:
    """``old`` in use and ``older`` before it; ``new`` comes, or ``older`` comes back."""

    def __init__(self, restorer: Restorer, job: str) -> None:
        self.restorer = restorer
        self.mandant = restorer.mandant
        self.job = job
        self.paths = {
            mark: restorer.write(f"{mark}.sql", dump_with_objects(mark, "InnoDB")) for mark in ("older", "old", "new")
        }
        self.begin()

    def begin(self) -> None:
        """Bring the first state."""
        self.mandant.drop()
        self.mandant.create()
        for mark in ("older", "old"):
            self.restorer.run(self.paths[mark], policy="always", **SETTINGS)
        self.first = self.state()

    def state(self) -> tuple[object, ...]:
        query = self.mandant.query
        return (
            {name: value for name, value in self.mandant.checksums().items() if name != "BACK_RESTORE_MARKER"},
            query("SELECT kind, content FROM BACK_RESTORE_MARKER ORDER BY kind"),
            query("SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
                  " WHERE TRIGGER_SCHEMA = DATABASE()"),
            query("SELECT CONSTRAINT_NAME, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
                  " WHERE CONSTRAINT_SCHEMA = DATABASE()"),
        )  # fmt: skip

    def run(self) -> t.Any:
        """Do the job."""
        if self.job == "back":
            return roll_back(self.restorer, running_instances="ignore")
        return self.restorer.run(self.paths["new"], **SETTINGS, **JOBS[self.job])

    def check(self, refusals: Refusals, message: str | None, warnings: t.Sequence[str]) -> None:
        """Check that what is in use is what was said."""
        mark = self.mandant.query("SELECT DISTINCT N FROM ADRESSEN")[0][0]
        about = f"{refusals.sql}: {message}"
        if message is not None:
            assert mark == "old", about
            assert self.state() == self.first, about
            return
        assert mark == ("older" if self.job == "back" else "new"), about
        left = [name for name in self.mandant.tables() if name.startswith("BACK_RESTORE_OLD_")]
        assert bool(left) == any("the next run drops what is left" in one for one in warnings), about


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize(("job", "error"), list(zip(JOBS, itertools.cycle(ERRORS))))
def test_whichever_statement_is_refused(restorer: Restorer, job: str, error: int) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    place, number = Place(restorer, job), 0
    while True:
        message, warnings = None, ()
        with Refusals(number, error).counted() as refusals:
            try:
                warnings = place.run().warnings
            except Failure as failure:
                message = failure.msg
        if refusals.sql is None:
            assert message is None
            break
        place.check(refusals, message, warnings)
        if message is None:
            place.begin()
        number += 1
    assert number > 5


def test_whichever_statement_of_a_removal_is_refused(restorer: Restorer) -> None:
    """As long as nothing is dropped, it is as it was; then the failure says so, and the next run ends it."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    place, number = Place(restorer, "removal"), 0
    while True:
        place.mandant.drop()
        restorer.run(place.paths["old"], **SETTINGS)
        before = place.state()
        with Refusals(number, ERRORS[1]).counted() as refusals:
            try:
                remove(restorer, running_instances="ignore")
            except Failure as failure:
                half = "the next run ends that" in failure.msg
                assert half or place.state() == before, refusals.sql
                assert not half or "POS" not in place.mandant.tables() or "ADRESSEN" not in place.mandant.tables()
                assert remove(restorer, running_instances="ignore").action == "removed"
        if refusals.sql is None:
            break
        number += 1
    assert number > 5


@pytest.mark.promise("way-back")
@pytest.mark.parametrize("error", ERRORS)
def test_a_look_that_is_refused_is_no_drift(restorer: Restorer, error: int) -> None:
    """Else the backup would be brought in again over itself, and the generation before would be lost for that."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    place, number = Place(restorer, "enforce"), 0
    while True:
        with contextlib.suppress(Failure), Refusals(number, error, first="").counted() as refusals:
            assert not restorer.run(place.paths["old"], policy="enforce", **SETTINGS).changed, refusals.sql
        if refusals.sql is None:
            break
        assert place.state() == place.first, refusals.sql
        number += 1
    assert number > 10
