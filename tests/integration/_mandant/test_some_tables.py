# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole restores and restores of some tables, rollbacks and work in any order, beside a model of what must be there."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import random
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info
from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, cao_backup, cao_table, roll_back

HAS = {
    "a": ("ADRESSEN", "ARTIKEL", "PLZ"),
    "b": ("ADRESSEN", "ARTIKEL", "LAND"),
    "c": ("ARTIKEL", "LAND", "PLZ"),
}
SURE: dict[str, t.Any] = {"running_instances": "ignore"}
# That a backup lacks tables of the Mandant is for other tests.
ALL: dict[str, t.Any] = {**SURE, "incomplete": "allow"}


@dataclasses.dataclass
class Remembered:
    """What a marker knows, in the fewest words: ``origins`` are backups and contents, by tables."""

    top: str = ""
    wholes: frozenset[str] = frozenset()
    origins: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    taken_back: str = ""
    undone: dict[str, str] = dataclasses.field(default_factory=dict)


class Model:
    """What a Mandant must hold, and what a run must do."""

    def __init__(self, live: t.Mapping[str, str]) -> None:
        self.live = dict(live)
        self.aside: dict[str, str] = {}
        self.older: dict[str, str] = {}
        self.scope: frozenset[str] | None = None
        self.can_go_back = False
        self.now = Remembered()
        self.before = Remembered()

    def restore(self, mark: str, tables: tuple[str, ...], *, drop: bool) -> None:
        scope = frozenset(tables) if tables else None
        moved = frozenset(tables or (*self.live, *HAS[mark]))
        last, self.before = self.aside, dataclasses.replace(self.now)
        self.older = {n: c for n, c in {**self.older, **last}.items() if n not in moved} if tables else {}
        self.aside = {name: self.live[name] for name in moved if name in self.live}
        brought = {name: f"{mark} {name}" for name in tables or HAS[mark]}
        self.live = {**{n: c for n, c in self.live.items() if n not in moved}, **brought}
        origins = {name: (mark, content) for name, content in brought.items()}
        if tables:
            stay = {n: o for n, o in self.now.origins.items() if n not in moved}
            undone = {n: m for n, m in self.now.undone.items() if n not in moved}
            self.now = Remembered(mark, self.now.wholes, {**stay, **origins}, self.now.taken_back, undone)
        else:
            self.now = Remembered(mark, frozenset([mark]), origins)
        self.aside = {} if drop else self.aside
        self.scope, self.can_go_back = scope, not drop and (bool(self.aside) or bool(tables))

    def roll_back(self) -> bool:
        """Return whether there is something to roll back, and do it."""
        names = self.scope if self.scope is not None else frozenset((*self.aside, *self.live))
        going = {name: self.live[name] for name in names if name in self.live}
        if not self.can_go_back or not (going or self.aside):
            return False
        now, before = self.now, dataclasses.replace(self.before)
        if self.scope is None:
            before.taken_back = now.top
        else:
            before.taken_back = now.taken_back
            origins = {name: now.origins[name][0] for name in going if name in now.origins}
            before.undone = {**{n: m for n, m in now.undone.items() if n not in self.scope}, **origins}
        self.live = {**{n: c for n, c in self.live.items() if n not in names}, **self.aside}
        self.aside, self.now, self.before = going, before, now
        return True

    def expected(self, mark: str, tables: tuple[str, ...], policy: str) -> str:
        """Return what a run must say."""
        wanted = tables or HAS[mark]
        seen = set(tables) if tables else {*self.live, *self.now.origins}
        others = [n for n in seen if n in self.live and n not in self.now.origins]
        drift = {n for n in seen if n in self.now.origins and self.live.get(n) != self.now.origins[n][1]}
        drift |= set(others) if self.now.wholes and not tables else set()
        here = {name for name, (origin, _content) in self.now.origins.items() if origin == mark}
        complete = here.issuperset(wanted)
        if policy == "always":
            return "restored"
        if policy == "enforce":
            return "unchanged" if complete and not drift else "restored"
        undone = [name for name in tables if self.now.undone.get(name) == mark]
        if self.now.taken_back == mark or undone:
            return "unchanged"
        complete = complete or (not tables and mark in self.now.wholes)
        own = here.intersection(tables) if tables else here
        lost = {name for name in own if name not in self.live} if complete else set()
        if complete and not lost:
            return "unchanged"
        if not any(name in self.live for name in seen):
            return "restored"
        unknown = not self.now.top or (bool(others) and (bool(tables) or not self.now.wholes))
        return "would_replace_work" if unknown or drift - lost else "restored"


def _backup(mark: str) -> bytes:
    columns = ["REC_ID int(11) not null", "INFO varchar(40)"]
    rows = {name: [f"'{number}','{mark} {name}'" for number in (1, 2)] for name in HAS[mark]}
    return cao_backup(*(cao_table(name, columns, rows[name], ["PRIMARY KEY (REC_ID)"]) for name in HAS[mark]))


def _content(restorer: Restorer, names: t.Iterable[str]) -> dict[str, str]:
    return {name: restorer.mandant.query(f"SELECT MAX(INFO) FROM `{name}`")[0][0] for name in names}


def _said(act: t.Callable[[], t.Any]) -> tuple[t.Any, ...]:
    """Return what a run says of itself, but for what only a run can measure."""
    try:
        outcome = act()
    except Failure as failure:
        return failure.error, failure.msg
    measured = ("seconds", "downtime_seconds", "rows_per_second")
    told = {name: value for name, value in (outcome.restore or {}).items() if name not in measured}
    return outcome.action, outcome.reason, told, outcome.drift, outcome.diff, sorted(outcome.warnings)


def _both(restorer: Restorer, act: t.Callable[..., t.Any]) -> tuple[t.Any, ...]:
    """Have check mode foretell it, which changes nothing, and do it: both say the same."""
    before = restorer.mandant.tables(), restorer.mandant.checksums()
    forecast = _said(lambda: act(check=True))
    assert (restorer.mandant.tables(), restorer.mandant.checksums()) == before
    done = _said(act)
    assert done == forecast
    return done


def _is_as_modelled(restorer: Restorer, model: Model) -> None:
    tables = [name for name in restorer.mandant.tables() if name != "BACK_RESTORE_MARKER"]
    found = _content(restorer, tables)
    aside = {f"BACK_{name}": content for name, content in {**model.older, **model.aside}.items()}
    assert found == {**model.live, **aside}
    asked = Asked(restorer.mandant.name, verify="full")
    info = mandant_info(asked=asked, login=restorer.login())["mandanten"][0]
    assert (info["restored"] is None) == (not model.now.top)
    assert info["previous"] is None or info["previous"]["tables"] == len(model.aside)
    assert info["older_aside"]["tables"] == sorted(f"BACK_{name}" for name in model.older)
    if info["restored"] is not None:
        origins = model.now.origins
        changed = {name for name, (_mark, content) in origins.items() if model.live.get(name) != content}
        changed |= {name for name in model.live if name not in origins and model.now.wholes}
        assert {one["name"] for one in info["drift"]["tables"]} == changed


def _walk(restorer: Restorer, chance: random.Random, model: Model, paths: t.Mapping[str, str], number: int) -> None:
    action = chance.choices(["restore", "back", "work", "lose"], [6, 3, 2, 1])[0]
    if action == "back":
        said = _both(restorer, lambda **options: roll_back(restorer, **SURE, **options))
        assert said[0] == ("rolled_back" if model.roll_back() else "nothing_to_roll_back"), said
    elif action == "restore":
        mark, policy = chance.choice(sorted(paths)), chance.choice(["once", "once", "enforce", "always"])
        tables = tuple(sorted(chance.sample(HAS[mark], chance.choice([1, 1, 2])))) if chance.random() < 0.7 else ()
        previous = chance.choice(["keep", "keep", "keep", "drop"])
        options = {**ALL, "policy": policy, "tables": tables, "previous": previous, "diff": True}
        word = model.expected(mark, tables, policy)
        run = functools.partial(restorer.run, paths[mark], **options)
        said = _both(restorer, run)
        if said[0] == "would_replace_work" and "generation before" in said[1]:
            # What people did lies in what would be dropped: that is for other tests, and it may go here.
            said = _both(restorer, functools.partial(run, replace=True))
        elif word == "would_replace_work":
            assert said[0] == word, (mark, tables, policy, said)
            if chance.random() < 0.5:
                return
            said = _both(restorer, functools.partial(run, replace=True))
            word = "restored"
        assert said[0] == word, (mark, tables, policy, said)
        if word == "restored":
            model.restore(mark, tables, drop=options["previous"] == "drop")
    elif model.live:
        name = chance.choice(sorted(model.live))
        if action == "work":
            restorer.mandant.query(f"UPDATE `{name}` SET INFO = 'work {number}'")
            model.live[name] = f"work {number}"
        else:
            restorer.mandant.query(f"DROP TABLE `{name}`")
            del model.live[name]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("seed", range(8))
def test_any_order(restorer: Restorer, seed: int, engine: str) -> None:
    digest = hashlib.sha256(f"{seed} {engine}".encode()).digest()
    chance = random.Random(digest)
    paths = {mark: restorer.write(f"{mark}.sql", _backup(mark)) for mark in HAS}
    own = chance.choice([(), ("ADRESSEN", "ARTIKEL"), ("ARTIKEL", "XT_NOTES")])
    for name in own:
        restorer.mandant.query(f"CREATE TABLE {name} (REC_ID INT PRIMARY KEY, INFO VARCHAR(40)) ENGINE={engine}")
        restorer.mandant.query(f"INSERT INTO {name} VALUES (1, 'own {name}')")
    model = Model({name: f"own {name}" for name in own})
    for number in range(14):
        _walk(restorer, chance, model, paths, number)
        _is_as_modelled(restorer, model)


def test_a_server_that_knows_small_letters_only(tmp_path: Path) -> None:
    """Whatever backup and patterns say, all that is remembered is as the server stores it."""
    with MariadbServer(options=("--lower-case-table-names=1",)) as small:
        mandant = Mandant("cao_small", small)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        first, second = (restorer.write(f"{mark}.sql", _backup(mark)) for mark in ("a", "b"))
        restorer.run(first)
        assert restorer.run(second, tables=("Artikel",)).changed
        mixed = {"ADRESSEN": "a ADRESSEN", "ARTIKEL": "b ARTIKEL", "PLZ": "a PLZ"}
        assert _content(restorer, mixed) == mixed
        wanted: list[tuple[str, tuple[str, ...]]] = [(first, ()), (second, ("ARTIKEL",)), (first, ("PLZ",))]
        for path, tables in wanted:
            assert not restorer.run(path, tables=tables).changed
            assert restorer.run(path, tables=tables, policy="enforce", check=True).changed is (not tables)
        roll_back(restorer)
        assert _content(restorer, mixed) == {**mixed, "ARTIKEL": "a ARTIKEL"}
        assert not restorer.run(second, tables=("ARTIKEL",)).changed
        info = mandant_info(asked=Asked(mandant.name, verify="full"), login=restorer.login())["mandanten"][0]
        assert info["drift"]["tables"] == []
