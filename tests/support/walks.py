# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random walks of jobs on one Mandant, many of them killed, beside references on which nobody kills anything.

A killed job was either not begun, or has ended; where it was cut off between, the next job says by its kind which of
both it is. Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import random
import typing as t
from pathlib import Path

from deaths import Death, dies, wait_for_the_lock
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, remove, roll_back
from walk_states import State, differs, plain, same

HAS = {"a": ("ADRESSEN", "POS"), "b": ("ADRESSEN", "POS", "LAND"), "c": ("POS",), "d": ("ADRESSEN", "LAND")}
# Of the backups that have triggers and views.
_MORE = "abd"
_KEEP = ("XT_*",)
_MEASURED = ("seconds", "downtime_seconds", "rows_per_second")
_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Job:
    """One thing that happens; ``options`` are those of a module, or what it is about."""

    kind: str
    options: tuple[tuple[str, t.Any], ...] = ()


@dataclasses.dataclass(frozen=True)
class Past:
    """What has happened for all that can be seen; ``pending`` was cut off behind its swap."""

    done: tuple[Job, ...] = ()
    pending: Job | None = None

    @property
    def ended(self) -> tuple[Job, ...]:
        """What has happened once the pending job is brought to its end."""
        return (*self.done, self.pending) if self.pending else self.done


@dataclasses.dataclass(frozen=True)
class Sign:
    """What the live marker says: which run has brought what is in use, and whether that came to its end."""

    there: bool
    run: str | None = None
    finished: bool = False


def _dump(mark: str, engine: str, said: str) -> bytes:
    tables, more = HAS[mark], mark in _MORE
    text = "-- MySQL dump 10.13\n"
    for name in tables:
        key = ""
        if name == "POS" and "ADRESSEN" in tables and engine == "InnoDB":
            key = ", CONSTRAINT `fk_pos` FOREIGN KEY (`ID`) REFERENCES `ADRESSEN` (`ID`)"
        text += (
            f"CREATE TABLE `{name}` (`ID` int NOT NULL, `N` varchar(40), PRIMARY KEY (`ID`){key}) ENGINE={engine};\n"
        )
        text += f"INSERT INTO `{name}` VALUES (1,'{said} {name}');\n"
    if more:
        text += f"CREATE TRIGGER `merken` BEFORE INSERT ON `{tables[1]}` FOR EACH ROW SET NEW.ID = 1;\n"
        text += "CREATE VIEW `SICHT` AS SELECT `N` AS `N` FROM `ADRESSEN`;\n"
    return text.encode()


class Walk:
    """A Mandant, and what may have become of it; raises AssertionError.

    It stands beside tables of another program, or is ``ours``: restores make the database, and removals may drop it.
    """

    def __init__(self, server: PrivateServer, folder: Path, engine: str, seed: int, *, ours: bool = False) -> None:
        self._server = server
        self._folder = folder
        self._engine = engine
        self._ours = ours
        self._chance = random.Random(seed)
        self._made: list[Mandant] = []
        # Of views that a killed run had not made yet when CAO's own wizard ran, a reference knows nothing.
        self._loose = False
        self._pasts = [Past()]
        self.trace: list[str] = []

    def __enter__(self) -> Walk:
        for mark in HAS:
            (self._folder / f"{mark}.sql").write_bytes(_dump(mark, self._engine, mark))
        self._restorer = self._fresh()
        self._mandant = self._restorer.mandant
        return self

    def __exit__(self, *_exc: object) -> None:
        for one in self._made:
            one.drop()

    def step(self) -> None:
        """Let one thing happen, and check what has become of it."""
        job = self._any_job() if self.trace else self._any_restore()
        self.trace.append(str(job))
        try:
            self._do(job)
        except AssertionError as exc:
            told = "\n".join(self.trace)
            raise AssertionError(f"{told}\n{exc}") from exc

    def _do(self, job: Job) -> None:
        if job.kind in ("work", "wizard"):
            self._loose = self._loose or any(past.pending for past in self._pasts)
            if not self._is_there(self._mandant):
                return
            self._act(self._restorer, job)
            self._pasts = [Past((*past.ended, job)) for past in self._pasts]
            return
        before, sign = self._state(self._restorer), self._sign()
        forecast = self._said(job, check=True)
        assert self._state(self._restorer) == before, "check mode has changed something"
        if self._chance.random() < 0.5:
            at = self._chance.choice([self._chance.randint(1, 120), self._chance.randint(60, 240)])
            if dies(self._mandant, lambda: self._act(self._restorer, job), at) is None:
                self.trace[-1] += f", killed before its operation {at}"
                self._after_a_kill(job, sign)
                return
        else:
            outcome = self._said(job, check=False)
            self.trace[-1] += f": {outcome[:2]}"
            assert outcome == forecast, f"check mode said {forecast}, the run {outcome}"
        self._after_an_end(job, forecast)

    def _after_a_kill(self, job: Job, before: Sign) -> None:
        sign = self._sign()
        self._pasts = [one for past in self._pasts for one in self._may_be(past, job, before, sign)]
        if sign.there:
            left = {name for name in self._mandant.tables() if name.startswith("BACK_RESTORE_")} - {
                "BACK_RESTORE_MARKER"
            }
            named = self._info(self._restorer, "none")["leftovers"]["tables"]
            assert left.issubset({*named, "BACK_RESTORE_MADE"}), f"mandant_info names {named}"

    @staticmethod
    def _may_be(past: Past, job: Job, before: Sign, sign: Sign) -> list[Past]:
        if before == sign:
            return [past]
        if not sign.there:
            return [Past((*past.ended, job))]
        if job.kind == "remove":
            return [Past(past.ended), Past(past.done, job)]
        if before.run == sign.run:
            return [Past(past.ended)]
        bases = [past.done, past.ended] if past.pending else [past.done]
        new = [Past((*one, job)) if sign.finished else Past(one, job) for one in bases]
        return [Past(past.done), *new] if past.pending else new

    def _after_an_end(self, job: Job, said: tuple[t.Any, ...]) -> None:
        now = self._state(self._restorer)
        failed, found, told = said[0] == "failed", [], []
        for past in self._pasts:
            pasts = [past.done, past.ended] if failed else self._then(past, job)
            for done in dict.fromkeys(pasts):
                reference = self._state(self._replayed(done))
                told.append((done, differs(reference, now)))
                if reference == now or same(reference, now, rows_alone=failed, loose=self._loose):
                    found.append(past if failed and now is not None and now["info"]["unfinished"] else Past(done))
        assert found, f"it is nothing that it may be: {told}"
        self._pasts = list(dict.fromkeys(found))
        if failed or now is None:
            return
        left = [name for name in now["tables"] if name.startswith("BACK_RESTORE_") and name != "BACK_RESTORE_MARKER"]
        assert not left, f"left over: {left}"
        assert all(parent in now["tables"] for _name, _table, parent in now["keys"]), "a foreign key points to nothing"

    @staticmethod
    def _then(past: Past, job: Job) -> list[tuple[Job, ...]]:
        """Return what may have happened when a job has come to its end."""
        pending = past.pending
        if pending is None:
            return [(*past.done, job)]
        if pending.kind == "remove":
            return [(*past.ended, job), (*past.done, job), past.done]
        if pending.kind == "roll_back":
            return [past.ended if job.kind == "roll_back" else (*past.ended, job)]
        if job.kind == "roll_back":
            return [(*past.done, Job("taken_back", (("of", pending),))), (*past.ended, job)]
        if dict(job.options).get("policy") == "always":
            return [(*past.done, job)]
        return [(*past.ended, job), (*past.done, job)]

    def _any_restore(self) -> Job:
        chance = self._chance
        options: list[tuple[str, t.Any]] = [("mark", chance.choice(sorted(HAS)))]
        options.append(("policy", chance.choice(["once", "enforce", "always", "always"]) if self.trace else "always"))
        if self.trace and chance.random() < 0.3:
            options.append(("previous", "drop"))
        if chance.random() < 0.5:
            options.append(("replace", True))
        if self.trace and chance.random() < 0.35:
            options.append(("tables", chance.choice([("ADRESSEN",), ("POS",), ("POS", "SICHT"), ("LAND",)])))
        return Job("restore", tuple(options))

    def _any_job(self) -> Job:
        chance = self._chance
        kinds = {"restore": 60, "roll_back": 24, "work": 6, "wizard": 5, "remove": 20 if self._ours else 3}
        (kind,) = chance.choices(list(kinds), list(kinds.values()))
        if kind == "restore":
            return self._any_restore()
        options = {
            "work": (("mark", chance.choice("xyz")),),
            "wizard": (("mark", chance.choice("abc")),),
            "remove": (("drifted", chance.choice(["fail", "remove"])),),
        }
        return Job(kind, options.get(kind, ()))

    def _fresh(self) -> Restorer:
        mandant = Mandant(f"cao_walk_{os.getpid()}_{next(_numbers)}", self._server)
        self._made.append(mandant)
        if self._ours:
            return Restorer(mandant, self._folder)
        mandant.create()
        key = ""
        if self._engine == "InnoDB":
            mandant.query("CREATE TABLE LAND (ID INT PRIMARY KEY) ENGINE=InnoDB")
            mandant.query("INSERT INTO LAND VALUES (1)")
            key = ", CONSTRAINT fk_xt FOREIGN KEY (A) REFERENCES LAND (ID)"
        mandant.query(f"CREATE TABLE XT_A (ID INT PRIMARY KEY, A INT{key}) ENGINE={self._engine}")
        mandant.query("INSERT INTO XT_A VALUES (1, 1)")
        # In two steps: with GTIDs MySQL makes no table of another engine from a SELECT.
        mandant.query(f"CREATE TABLE BACK_XT_2019 (A INT) ENGINE={self._engine}")
        mandant.query("INSERT INTO BACK_XT_2019 VALUES (2019)")
        mandant.query("CREATE TRIGGER xt BEFORE INSERT ON XT_A FOR EACH ROW SET @x = 1")
        return Restorer(mandant, self._folder)

    def _replayed(self, jobs: t.Iterable[Job]) -> Restorer:
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        reference = self._fresh()
        for job in jobs:
            with contextlib.suppress(Failure):
                self._act(reference, job)
        return reference

    def _act(self, restorer: Restorer, job: Job, *, check: bool = False) -> t.Any:
        options = dict(job.options)
        if job.kind == "restore":
            path = str(self._folder / f"{options.pop('mark')}.sql")
            given = {"keep_tables": _KEEP, "incomplete": "allow", "running_instances": "ignore", **options}
            return restorer.run(path, check=check, **given)
        if job.kind == "roll_back":
            return roll_back(restorer, check=check, running_instances="ignore")
        if job.kind == "remove":
            return remove(restorer, check=check, running_instances="ignore", **options)
        if job.kind == "taken_back":
            return self._cut_off_and_taken_back(restorer, options["of"])
        if job.kind == "work":
            return self._work(restorer.mandant, options["mark"])
        return self._wizard(restorer.mandant, options["mark"])

    def _cut_off_and_taken_back(self, restorer: Restorer, job: Job) -> None:
        """Kill a restore right behind its swap, and roll back."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap import swap

        real, death = vars(swap)["finish"], Death(None)

        def dying(*arguments: t.Any, **named: t.Any) -> t.Any:
            death.at = death.count + 1
            return real(*arguments, **named)

        setattr(swap, "finish", dying)  # noqa: B010 - a function for as long as this lasts
        try:
            with death.awaited():
                self._act(restorer, job)
        finally:
            setattr(swap, "finish", real)  # noqa: B010
        assert death.came
        wait_for_the_lock(restorer.mandant)
        roll_back(restorer, running_instances="ignore")

    @staticmethod
    def _work(mandant: Mandant, mark: str) -> None:
        for name in ("ADRESSEN", "POS"):
            if name in mandant.tables():
                mandant.query(f"UPDATE {name} SET N = CONCAT(N, %s)", (mark,))

    def _wizard(self, mandant: Mandant, mark: str) -> None:
        """Do what CAO's own restore does (cao-format 2.1)."""
        with contextlib.closing(mandant.connect()) as session, session.cursor() as cursor:
            cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
            cursor.execute("SHOW FULL TABLES")
            for name, kind in cursor.fetchall():
                if name.startswith("BACK_"):
                    cursor.execute(f"DROP {kind.replace('BASE ', '')} `{name}`")
            moved = [name for name in mandant.tables() if not name.startswith("BACK_")]
            if moved:
                cursor.execute("RENAME TABLE " + ", ".join(f"`{name}` TO `BACK_{name}`" for name in moved))
            for name in HAS[mark]:
                cursor.execute(f"CREATE TABLE {name} (ID INT PRIMARY KEY, N VARCHAR(40)) ENGINE={self._engine}")
                cursor.execute(f"INSERT INTO {name} VALUES (1, 'wizard {mark}')")
            session.commit()

    def _said(self, job: Job, *, check: bool) -> tuple[t.Any, ...]:
        """Return what a run says of itself, but for what only a run can measure."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        try:
            outcome = self._act(self._restorer, job, check=check)
        except Failure as failure:
            return "failed", failure.error, failure.msg
        told = [
            {name: value for name, value in (part or {}).items() if name not in _MEASURED}
            for part in (outcome.restore, outcome.removed)
        ]
        return outcome.changed, outcome.action, outcome.reason, outcome.drift, sorted(outcome.warnings), *told

    def _sign(self) -> Sign:
        if not self._is_there(self._mandant):
            return Sign(there=False)
        marker = self._marker(self._restorer)
        return Sign(True, marker and marker.run, bool(marker and marker.finished))

    def _is_there(self, mandant: Mandant) -> bool:
        sql = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = %s"
        return bool(self._server.admin(sql, (mandant.name,)))

    @staticmethod
    def _marker(restorer: Restorer) -> t.Any:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker

        name = "BACK_RESTORE_MARKER"
        table = name if name in restorer.mandant.tables() else None
        session = connect(restorer.login())
        try:
            return read_marker(session, restorer.mandant.name, table)[0]
        finally:
            session.close()

    @staticmethod
    def _info(restorer: Restorer, verify: t.Any) -> dict[str, t.Any]:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

        asked = Asked(restorer.mandant.name, verify, _KEEP)
        (found,) = mandant_info(asked=asked, login=restorer.login())["mandanten"]
        return dict(found)

    def _state(self, restorer: Restorer) -> State:
        """Return all that may get lost, in words that are the same in any database."""
        mandant = restorer.mandant
        if not self._is_there(mandant):
            return None
        marker = self._marker(restorer)
        schema = "SCHEMA = DATABASE() ORDER BY 1, 2"
        names = ("sha256", "taken_back", "undone", "scope", "chosen", "kept")
        remembered = {} if marker is None else {name: getattr(marker, name) for name in names}
        if marker is not None:
            remembered["taken_back"] = frozenset(marker.taken_back)
            remembered["aside"] = [dict(one.tables) for one in (marker.previous, *marker.older)]
            remembered["way back"] = {(one.do, one.table, one.name) for one in marker.previous.restored}
            # Killed between the making of a database and the note of it, nobody knows that.
            remembered["made"] = bool(marker.made.what)
            # The texts of views have the database in them.
            remembered["stayed"] = sorted(marker.stayed)
        sums = {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_RESTORE_")}
        return {
            "tables": mandant.tables(),
            "rows": {name: value for name, value in sums.items() if value is not None},
            "triggers": mandant.query(
                "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS"
                f" WHERE TRIGGER_{schema}"
            ),
            "keys": mandant.query(
                "SELECT CONSTRAINT_NAME, TABLE_NAME, REFERENCED_TABLE_NAME"
                f" FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_{schema}"
            ),
            "views": mandant.query(
                "SELECT TABLE_NAME, REPLACE(VIEW_DEFINITION, DATABASE(), '') FROM information_schema.VIEWS"
                f" WHERE TABLE_{schema}"
            ),
            "info": plain(self._info(restorer, "full"), mandant.name),
            "remembered": remembered,
        }
