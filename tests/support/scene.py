# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mandant in use with a generation before it, a change that is to come, and what must hold whatever happens.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import re
import time
import typing as t
from pathlib import Path

from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, articles, cao_backup, company, roll_back

# A server may need a moment to see that a connection is gone.
_LOCK_SECONDS = 60.0
# Enough for several pieces of a stream.
ROWS = 12000

Content = dict[str, int | None]
Job = t.Literal["restore", "roll_back"]


def _renames_atomically(server: PrivateServer, engine: str) -> bool:
    """Whether a server that dies within a RENAME has done all of it or nothing when it is back."""
    ((version,),) = server.admin("SELECT VERSION()")
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if "MariaDB" not in version:
        return engine == "InnoDB" and numbers >= (8, 0)
    # MariaDB 10.11 loses the index file of an Aria table that it dies within the renaming of.
    return engine != "Aria" and numbers >= (10, 6, 1)


class Scene:
    """``job`` is what is about to happen: a restore of a newer backup, or the way back to the generation before.

    A RENAME that is not ``atomic`` may leave a mixture, which the next run puts right.
    """

    def __init__(self, server: PrivateServer, folder: Path, name: str, engine: str, job: Job = "restore") -> None:
        self.server = server
        self.engine = engine
        self.job = job
        self.atomic = _renames_atomically(server, engine)
        self.mandant = Mandant(name, server)
        self.restorer = Restorer(self.mandant, folder)
        self.older = self._write("older", 3)
        self.old = self._write("old", 40)
        self.new = self._write("new", ROWS)
        self.mandant.create()
        contents = [self._restored(path) for path in (self.new, self.older, self.old)]
        self._generations = dict(zip(("new", "older", "old"), contents, strict=True))

    def _write(self, mark: str, rows: int) -> str:
        return self.restorer.write(f"{mark}.sql", cao_backup(articles(rows, mark), company(mark)))

    def _restored(self, path: str) -> Content:
        self.restorer.run(path, engine=self.engine, policy="always")
        return self.live()

    def reset(self) -> None:
        """Bring the first state back: ``old`` in use, ``older`` before it, nothing else."""
        for path in (self.older, self.old):
            self.restorer.run(path, engine=self.engine, policy="always")
        self.check_first_state()

    def check_first_state(self) -> None:
        """Check that ``old`` is in use, ``older`` before it, and nothing else there."""
        self._check("old", "older")

    def run(self, **options: t.Any) -> t.Any:
        """Do the job in this process; ``port`` is that of a proxy; raises Failure."""
        port = options.pop("port", None)
        restorer = self.restorer if port is None else Restorer(self.mandant, self.restorer.folder, port=port)
        if self.job == "roll_back":
            return roll_back(restorer)
        return restorer.run(self.new, engine=self.engine, **options)

    def live(self) -> Content:
        """Return the checksums of the tables in use."""
        return {name: value for name, value in self.mandant.checksums().items() if not name.startswith("BACK_")}

    def before(self) -> Content:
        """Return the checksums of the generation before, by the names that the tables had."""
        found = self.mandant.checksums()
        return {name[5:]: value for name, value in found.items() if name.startswith("BACK_") and name[5:] in found}

    def leftovers(self) -> list[str]:
        """Return the tables that only a run that was cut off leaves."""
        return [name for name in self.mandant.tables() if name.startswith("BACK_RESTORE_") and name[13:] != "MARKER"]

    def awaits_its_marker(self) -> bool:
        """Whether the marker, the last table of a swap, was not renamed with the others."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow_marker

        return any(is_shadow_marker(name) for name in self.mandant.tables())

    def check_whole(self) -> str:
        """Check that the tables in use are those of one generation, and that the one before is not lost."""
        live = self.live()
        coming, before = self._after()
        if live == self._generations["old"]:
            assert self.before() == self._generations["older"], "the generation before is lost"
            return "old"
        assert live == self._generations[coming], f"neither old nor new: {live}"
        assert self.before() == self._generations[before], "the old generation is lost"
        return "new"

    def check_lock_is_free(self) -> None:
        """Check that the lock died with its connection."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.lock import lock_name

        deadline = time.monotonic() + _LOCK_SECONDS
        while self.server.admin("SELECT IS_USED_LOCK(%s)", (lock_name(self.mandant.name),)) != [(None,)]:
            assert time.monotonic() < deadline, "the lock is held"
            time.sleep(0.1)

    def check_next_run(self, state: str = "old") -> None:
        """Check that the next run comes to the wanted end and leaves nothing behind; one more has nothing to do."""
        if self.job == "restore" or state == "old":
            self.run()
        else:
            # The way back is done: only what is left of it has to go.
            assert not self.restorer.run(self.older, engine=self.engine).changed
        self._check(*self._after())
        if self.job == "restore":
            assert not self.run(policy="enforce").changed

    def _after(self) -> tuple[str, str]:
        return ("new", "old") if self.job == "restore" else ("older", "old")

    def _check(self, live: str, before: str) -> None:
        assert self.live() == self._generations[live]
        assert self.before() == self._generations[before]
        tables = {*self._generations[live], *(f"BACK_{name}" for name in self._generations[before])}
        assert set(self.mandant.tables()) == {*tables, "BACK_RESTORE_MARKER"}
