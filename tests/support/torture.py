# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets runs be cut off at random points, on every server and engine: ``torture.py FOLDER --seconds 600``.

FOLDER is where the collection is installed. ``--faults 200`` goes on until so many have happened on each server and
engine, ``--only mysql-9.7`` takes one server. The same seed takes the same points in the same order on each of them,
whichever others are taken. After each, the Mandant has to be the old one or the new one, and the next run has to come
to the wanted end.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import random
import re
import secrets
import shutil
import sys
import tempfile
import time
import traceback
import typing as t
from collections import Counter
from pathlib import Path

import faults
import fetched_servers
import mysql_server
from fetched_servers import Mariadb105, Mariadb118, Mysql97
from mariadb_server import MariadbServer
from mysql_server import MysqlServer
from private_server import PrivateServer, ServerError
from scene import Job, Scene

MOST_DELAY_SECONDS = 0.3
# With so many that were not put right, one server and engine has said enough.
MOST_FAILURES = 3
# MariaDB, MDEV-40728: it cannot read its own log where a table was created and renamed since the last checkpoint.
# MySQL 5.6 wants a file that it died before the making of.
LOST_SERVER = re.compile(
    r"InnoDB: (?:Tablespace \d+ was not found at|Error: could not open single-table tablespace file)"
)
# What messages say that no statement can do, and how it is done.
ADVICE = {"rename every file": faults.bring_files_together, "that no table has": faults.move_file_away}

Act = t.Callable[[], bool]


class Kind(t.NamedTuple):
    """A server; ``journal``: its RENAME is taken for one that does not survive a crash as a whole."""

    name: str
    server: type[PrivateServer]
    engines: tuple[str, ...]
    journal: bool = False

    def why_not(self) -> str | None:
        """Return why it cannot be had on this machine."""
        if issubclass(self.server, fetched_servers.FetchedServer):
            return fetched_servers.why_not(self.server.name)
        return mysql_server.MISSING if self.server is MysqlServer and not mysql_server.is_there() else None


KINDS = (
    Kind("mariadb-10.5", Mariadb105, ("InnoDB", "MyISAM", "Aria")),
    Kind("mariadb", MariadbServer, ("InnoDB", "MyISAM", "Aria")),
    Kind("mariadb-with-journal", MariadbServer, ("InnoDB", "MyISAM"), journal=True),
    Kind("mariadb-11.8", Mariadb118, ("InnoDB", "MyISAM", "Aria")),
    Kind("mysql-5.6", MysqlServer, ("InnoDB", "MyISAM")),
    Kind("mysql-9.7", Mysql97, ("InnoDB", "MyISAM")),
)


class Wanted(t.NamedTuple):
    """How long each server and engine is tortured: for so many seconds, or until so many faults have happened."""

    seconds: float
    faults: int | None

    def enough(self, begun: float, happened: int) -> bool:
        """Whether it was long enough."""
        return time.monotonic() - begun >= self.seconds if self.faults is None else happened >= self.faults


class Result(t.TypedDict):
    """What came of one server and engine."""

    server: str
    version: str
    engine: str
    date: str
    seed: int
    faults: int
    ends: dict[str, int]
    failures: list[str]


class Place:
    """A scene that is used again and again, and how far its job goes without a fault."""

    def __init__(self, kind: Kind, scene: Scene, killer: faults.RenameKiller | None) -> None:
        self.kind = kind
        self.scene = scene
        self.killer = killer
        scene.reset()
        self._operations = faults.count_operations(scene)
        self._bytes = {}
        for to_client in (False, True):
            scene.reset()
            self._bytes[to_client] = faults.count_bytes(scene, to_client=to_client)

    def _number(self, chance: random.Random) -> int:
        return chance.randint(1, self._operations)

    def module_killed(self, chance: random.Random) -> tuple[str, Act]:
        number = self._number(chance)
        return f"module killed before operation {number}", lambda: faults.kill_the_module(self.scene, number)

    def server_killed(self, chance: random.Random) -> tuple[str, Act]:
        number = self._number(chance)
        return f"server killed before operation {number}", lambda: faults.kill_the_server(self.scene, number)

    def server_killed_late(self, chance: random.Random) -> tuple[str, Act]:
        number, delay = self._number(chance), chance.uniform(0, MOST_DELAY_SECONDS)
        text = f"server killed {delay:.3f} s behind operation {number}"
        return text, lambda: faults.kill_the_server(self.scene, number, delay)

    def server_killed_in_rename(self, chance: random.Random) -> tuple[str, Act]:
        number = chance.choice((1, -1)) * chance.randint(1, 24)
        killer = self.killer
        if killer is None:
            return self.server_killed(chance)
        return f"server killed at file {number} of the RENAME", lambda: faults.kill_at_rename(
            self.scene, killer, number
        )

    def line_cut(self, chance: random.Random) -> tuple[str, Act]:
        to_client = chance.random() < 0.5
        carried = chance.randint(1, self._bytes[to_client])
        text = f"line cut behind byte {carried} to the {'client' if to_client else 'server'}"
        return text, lambda: faults.cut_the_line(self.scene, carried, to_client=to_client)

    def check(self) -> str:
        """Check what has to hold after a fault; return which generation was in use."""
        scene = self.scene
        scene.check_lock_is_free()
        try:
            state = scene.check_whole()
        except AssertionError:
            if scene.atomic:
                raise
            state = "mixed"
        if not scene.atomic and state == "new" and scene.awaits_its_marker():
            # Killed within the last table of the RENAME: the next run undoes all of it.
            state = "mixed"
        left = dict(ADVICE)
        while True:
            try:
                scene.check_next_run("new" if state.startswith("new") else "old")
            except Exception as exc:
                said = next((one for one in left if one in str(exc)), None)
                if said is None or scene.atomic:
                    raise
                # What a person has to do first, once.
                left.pop(said)(scene.mandant, str(exc))
                state = f"{state}, {said}"
            else:
                return state


@contextlib.contextmanager
def journal(wanted: bool) -> t.Iterator[None]:
    """While it lasts, no server is trusted to survive a crash within a RENAME."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

    real = ServerFlavour.renames_atomically
    if wanted:
        setattr(ServerFlavour, "renames_atomically", False)  # noqa: B010 - a property for as long as this lasts
    try:
        yield
    finally:
        setattr(ServerFlavour, "renames_atomically", real)  # noqa: B010


def places(
    kind: Kind, engine: str, folder: Path, server: PrivateServer, killer: faults.RenameKiller | None
) -> list[Place]:
    """Prepare a scene for each job."""
    jobs: tuple[Job, ...] = ("restore", "roll_back")
    made = []
    for job in jobs:
        here = folder / job
        here.mkdir()
        made.append(Place(kind, Scene(server, here, f"torture_{engine}_{job}".lower(), engine, job), killer))
    return made


def torture(kind: Kind, engine: str, wanted: Wanted, seed: int) -> Result:
    """Go on until it was enough; a server that is lost, or holds what was not put right, makes way for a new one."""
    chance = random.Random(f"{seed} {kind.name} {engine}")
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    result = Result(server=kind.name, version="", engine=engine, date=today, seed=seed, faults=0, ends={}, failures=[])
    begun = time.monotonic()
    with journal(kind.journal):
        while not wanted.enough(begun, result["faults"]) and len(result["failures"]) < MOST_FAILURES:
            on_one_server(kind, wanted, begun, chance, result)
    return result


def on_one_server(kind: Kind, wanted: Wanted, begun: float, chance: random.Random, result: Result) -> None:
    """Go on until it was enough, or until the server is of no use any more."""
    ends = Counter(result["ends"])
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        killer = faults.RenameKiller(folder) if shutil.which("cc") else None
        server = stack.enter_context(kind.server(environment=killer.environment if killer else None))
        result["version"] = str(server.admin("SELECT VERSION()")[0][0]).partition("-")[0]
        there = places(kind, result["engine"], folder, server, killer)
        while not wanted.enough(begun, result["faults"]):
            place = chance.choice(there)
            text, act = draw(place, chance)
            line = f"{kind.name}, {result['engine']}, {place.scene.job}: {text}"
            try:
                happened, state = one(place, act)
            except Exception as exc:  # noqa: BLE001 - whatever it is, it is told, and the others go on
                if isinstance(exc, ServerError) and LOST_SERVER.search(str(exc)):
                    print("The server does not start again, a known fault of its own (servers.rst); a new one goes on")
                    return
                traceback.print_exc()
                print(f"FAILED {line}", flush=True)
                result["failures"].append(text)
                return
            print(f"{line}: {state}{'' if happened else ' (it was over before)'}", flush=True)
            if happened:
                result["faults"] += 1
                ends[state] += 1
                result["ends"] = dict(ends)


def draw(place: Place, chance: random.Random) -> tuple[str, Act]:
    """Choose what happens, and where."""
    server = (place.server_killed, place.server_killed_late, place.server_killed_in_rename)
    return chance.choice((place.module_killed, *server, place.line_cut))(chance)


def one(place: Place, act: Act) -> tuple[bool, str]:
    """Let one thing happen and check everything; return whether it happened, and which generation was in use."""
    place.scene.reset()
    happened = act()
    return happened, place.check()


def arguments() -> argparse.Namespace:
    """Return what the caller wants; an empty value of make's is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--faults", default="")
    parser.add_argument("--seed", default="")
    parser.add_argument("--only", default="", help="servers, with commas")
    parser.add_argument("--result", type=Path, help="a file for the numbers, JSON")
    return parser.parse_args()


def main() -> None:
    """Run, and tell the seed first and last."""
    asked = arguments()
    sys.path.insert(0, asked.folder)
    seed = int(asked.seed) if asked.seed else secrets.randbelow(1_000_000)
    names = asked.only.split(",") if asked.only else [kind.name for kind in KINDS]
    kinds = [kind for kind in KINDS if kind.name in names]
    for kind in kinds:
        if (reason := kind.why_not()) is not None:
            print(f"{kind.name}: left out, {reason}", flush=True)
    pairs = [(kind, engine) for kind in kinds if kind.why_not() is None for engine in kind.engines]
    wanted = Wanted(asked.seconds / max(len(pairs), 1), int(asked.faults) if asked.faults else None)
    print(f"SEED={seed}", f"FAULTS={asked.faults}" if asked.faults else f"SECONDS={asked.seconds:.0f}", flush=True)
    results = []
    for kind, engine in pairs:
        results.append(torture(kind, engine, wanted, seed))
        if asked.result:
            asked.result.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for result in results:
        ends = ", ".join(f"{state} {count}" for state, count in sorted(result["ends"].items()))
        bad = f"; NOT RIGHT: {result['failures']}" if result["failures"] else ""
        print(f"{result['server']} {result['version']}, {result['engine']}: {result['faults']} faults ({ends}){bad}")
    print(f"SEED={seed} takes the same points again, also with ONLY=server")
    sys.exit(1 if not results or any(result["failures"] for result in results) else 0)


if __name__ == "__main__":
    main()
