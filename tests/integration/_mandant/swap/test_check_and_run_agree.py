# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode says what the run does, in whatever state an earlier run was cut off, and changes nothing itself."""

from __future__ import annotations

import random
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker
from library import Library
from restoring import Restorer, articles, cao_backup, company, roll_back

PLACES = (
    "stage.stage:Stage.verify:before",
    "remember.marker_table:write_marker:after",
    "swap.swap:rename:after",
    "swap.finish:_note_finished:before",
    "swap.finish:_note_finished:after",
    "swap.finish:drop_what_went:after",
)
SURE: dict[str, t.Any] = {"running_instances": "ignore"}


def _write(restorer: Restorer) -> dict[str, str]:
    return {
        mark: restorer.write(f"{mark}.sql", cao_backup(articles(rows, mark), company(mark)))
        for mark, rows in (("older", 3), ("old", 4), ("new", 5))
    }


def _said(act: t.Callable[[], t.Any]) -> tuple[object, ...]:
    """Return what a run says of itself, but for what only a run can measure."""
    try:
        outcome = act()
    except Failure as failure:
        return (failure.error,)
    restore = outcome.restore or {}
    measured = ("seconds", "downtime_seconds", "rows_per_second")
    return outcome.changed, outcome.action, {name: restore[name] for name in restore if name not in measured}


def _state(restorer: Restorer) -> tuple[list[str], dict[str, int | None]]:
    return restorer.mandant.tables(), restorer.mandant.checksums()


@pytest.mark.parametrize("seed", range(12))
def test_check_and_run_agree(restorer: Restorer, seed: int) -> None:
    """A walk through states: restores, ways back and changes, some of them cut off."""
    chance = random.Random(seed)
    paths = _write(restorer)
    restorer.run(paths["older"], **SURE)
    for _step in range(6):
        policy, previous = chance.choice(["once", "enforce", "always"]), chance.choice(["keep", "keep", "drop"])
        tables = chance.choice([(), (), ("ARTIKEL",), ("FIRMA",)])
        options = {**SURE, "policy": policy, "previous": previous, "replace": chance.random() < 0.7, "tables": tables}
        path = paths[chance.choice(sorted(paths))]
        if chance.random() < 0.6:
            place = chance.choice(PLACES)
            restorer.start(path, place, may_end=True, **{**options, "policy": "always"})
        if chance.random() < 0.2:
            restorer.mandant.query("UPDATE ARTIKEL SET INFO = 'changed'")
        before = _state(restorer)
        if chance.random() < 0.25:
            forecast = _said(lambda: roll_back(restorer, check=True, **SURE))
            assert _state(restorer) == before
            assert _said(lambda: roll_back(restorer, **SURE)) == forecast
        else:
            forecast = _said(lambda path=path, options=options: restorer.run(path, check=True, **options))  # type: ignore[misc]
            assert _state(restorer) == before
            assert _said(lambda path=path, options=options: restorer.run(path, **options)) == forecast  # type: ignore[misc]
        left = [name for name in restorer.mandant.tables() if "BACK_RESTORE_" in name]
        assert left in ([], ["BACK_RESTORE_MARKER"]) or len(forecast) == 1


@pytest.mark.parametrize("policy", ["once", "always"])
@pytest.mark.parametrize("path", ["old", "new"])
@pytest.mark.parametrize("done", range(9))
def test_half_a_swap(library: Library, done: int, path: str, policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose RENAME is not whole was killed within it: check mode sees whose the tables will be."""
    restorer = library.restorer
    paths = _write(restorer)
    for mark in ("older", "old"):
        restorer.run(paths[mark], **SURE)
    restorer.start(paths["new"], "swap.swap:rename:before", **SURE)
    session = library.session()
    intended, _why = read_marker(session, library.mandant.name, "BACK_RESTORE_NEW_MARKER")
    assert intended is not None
    for source, target in intended.moves[:done]:
        session.execute(f"RENAME TABLE {quoted(source)} TO {quoted(target)}")
    library.close()
    monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    before = _state(restorer)
    forecast = _said(lambda: restorer.run(paths[path], check=True, policy=policy, **SURE))
    assert _state(restorer) == before
    assert _said(lambda: restorer.run(paths[path], policy=policy, **SURE)) == forecast
