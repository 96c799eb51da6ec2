# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a run be cut off at random points for as long as it is told: ``torture.py FOLDER SECONDS [SEED]``.

FOLDER is where the collection is installed. The same seed takes the same points in the same order. After each, the
Mandant has to be the old one or the new one, and the next run has to come to the wanted end.
"""

from __future__ import annotations

import contextlib
import random
import re
import secrets
import shutil
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import faults
import mysql_server
from mariadb_server import MariadbServer
from mysql_server import MysqlServer
from private_server import PrivateServer, ServerError
from scene import Job, Scene

MOST_DELAY_SECONDS = 0.3
# MariaDB, MDEV-40728: it cannot read its own log where a table was created and renamed since the last checkpoint.
LOST_SERVER = re.compile(r"InnoDB: Tablespace \d+ was not found at")

Act = t.Callable[[], bool]


class Kind(t.NamedTuple):
    """A server; ``journal``: its RENAME is taken for one that does not survive a crash as a whole."""

    name: str
    server: type[PrivateServer]
    journal: bool
    engines: tuple[str, ...]


KINDS = (
    Kind("MariaDB", MariadbServer, False, ("InnoDB", "MyISAM", "Aria")),
    Kind("MariaDB with the intent journal", MariadbServer, True, ("InnoDB", "MyISAM")),
    Kind("MySQL 5.6", MysqlServer, False, ("InnoDB", "MyISAM")),
)


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
        try:
            scene.check_next_run("new" if state == "new" else "old")
        except Exception as exc:
            if scene.atomic or "rename every file" not in str(exc):
                raise
            faults.bring_files_together(scene.mandant, str(exc))
            state = "mixed within a table"
            scene.check_next_run("old")
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


def places(kind: Kind, folder: Path, stack: contextlib.ExitStack) -> list[Place]:
    """Start a server and prepare a scene for each engine and job."""
    killer = faults.RenameKiller(folder) if shutil.which("cc") else None
    server = stack.enter_context(kind.server(environment=killer.environment if killer else None))
    jobs: tuple[Job, ...] = ("restore", "roll_back")
    made = []
    for engine in kind.engines:
        for job in jobs:
            here = folder / f"{engine}_{job}"
            here.mkdir()
            made.append(Place(kind, Scene(server, here, f"torture_{engine}_{job}".lower(), engine, job), killer))
    return made


def torture(seconds: float, seed: int) -> int:
    """Go on for so long, each server in its turn; return how many faults happened."""
    chance = random.Random(seed)
    happened = 0
    kinds = [kind for kind in KINDS if kind.server is MariadbServer or mysql_server.is_there()]
    for number, kind in enumerate(kinds, 1):
        with journal(kind.journal):
            end = time.monotonic() + seconds / len(kinds)
            while time.monotonic() < end:
                happened += on_one_server(kind, chance, end)
        print(f"{kind.name} is done, {number} of {len(kinds)}", flush=True)
    return happened


def on_one_server(kind: Kind, chance: random.Random, end: float) -> int:
    """Go on until the end, or until the server is lost by a fault of its own; return how many faults happened."""
    happened = 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        there = places(kind, folder, stack)
        while time.monotonic() < end:
            try:
                happened += one(chance.choice(there), chance)
            except ServerError as exc:
                if not LOST_SERVER.search(str(exc)):
                    raise
                print("The server does not start again, a known fault of its own (servers.rst); a new one goes on")
                break
    return happened


def one(place: Place, chance: random.Random) -> bool:
    """Let one thing happen and check everything."""
    scene = place.scene
    scene.reset()
    server = (place.server_killed, place.server_killed_late, place.server_killed_in_rename)
    draw = chance.choice((place.module_killed, *server, place.line_cut))
    text, act = draw(chance)
    line = f"{place.kind.name}, {scene.engine}, {scene.job}: {text}"
    try:
        happened = act()
        state = place.check()
    except BaseException:
        print(f"FAILED {line}", flush=True)
        raise
    print(f"{line}: {state}{'' if happened else ' (it was over before)'}", flush=True)
    return happened


def main() -> None:
    """Run, and tell the seed first and last."""
    sys.path.insert(0, sys.argv[1])
    seconds = float(sys.argv[2])
    seed = int(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else secrets.randbelow(1_000_000)
    print(f"SEED={seed} SECONDS={seconds:.0f}", flush=True)
    begun = time.monotonic()
    try:
        happened = torture(seconds, seed)
    except BaseException:
        print(f"FAILED; SEED={seed} takes the same points again", flush=True)
        raise
    print(f"{happened} faults in {time.monotonic() - begun:.0f} s, SEED={seed}: old or new each time, next run right")


if __name__ == "__main__":
    main()
