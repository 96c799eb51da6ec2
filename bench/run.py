# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: all contenders in turn, several rounds, and what the collection promises beside what it does.

The environment: ROUNDS (3), FULL (1: the linear contenders get all rows), ROWS (1000000), ONLY (parts of names of
cases, with commas), REPORT (1: the report of all that was measured with ONLY). Short parts find a quiet machine more
easily: ``ROUNDS=1 ONLY=innodb/plain,innodb/load make bench``, each of them three times, then ``REPORT=1 make bench``.
"""

from __future__ import annotations

import os
import sys
import time
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
WORK = TREE / ".build" / "bench"
COLLECTIONS_PATH = Path(os.environ.get("FAKTURA_COLLECTIONS_PATH", TREE / ".build" / "installed"))
sys.path[:1] = [str(TREE), str(TREE / "tests" / "support"), str(COLLECTIONS_PATH)]

from bench import contenders  # noqa: E402
from bench.cases import Case, Cases  # noqa: E402
from bench.figures import Record  # noqa: E402
from bench.inputs import Inputs  # noqa: E402
from bench.kept import Kept, hash_of  # noqa: E402
from bench.machine import Settings, describe, sentence  # noqa: E402
from bench.measure import BenchError  # noqa: E402
from bench.report import Report  # noqa: E402
from bench.target import Target  # noqa: E402
from mariadb_server import MariadbServer  # noqa: E402
from playbook_runner import PlaybookRunner  # noqa: E402

# Above this load average something else takes processor time that the server or a contender needs.
BUSY_LOAD = 0.7


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


class Run:
    """All rounds on one server."""

    def __init__(self, *, target: Target, inputs: Inputs, cases: list[Case]) -> None:
        self._target = target
        self._inputs = inputs
        self._cases = cases
        self.records: list[Record] = []

    def prepare(self) -> None:
        """Make all inputs, and the checksums that every contender has to reach."""
        for case in self._cases:
            start = time.monotonic()
            case.prepare()
            if case.rows:
                self._inputs.checksum(case.rows, self._target)
            seconds = time.monotonic() - start
            if seconds > 0.5:
                say(f"  input of {case.name}: {seconds:.1f} s")

    def round(self, number: int) -> None:
        """Run every case once."""
        for case in self._cases:
            self._target.fresh()
            values = case.run()
            if case.rows:
                self._compare(case)
            self.records.append(Record(case.name, number, case.rows, values))
            shown = ", ".join(f"{key} {_readable(key, value)}" for key, value in values.items())
            say(f"  {number} {case.name}, {case.rows} rows: {shown}")
        self._target.drop()

    def _compare(self, case: Case) -> None:
        expected = self._inputs.checksum(case.rows, self._target)
        found = self._target.checksum()
        if found != expected:
            raise BenchError(f"{case.name}: CHECKSUM TABLE says {found}, but LOAD DATA of the same rows {expected}")
        if case.engine is not None and self._target.engine() != case.engine:
            raise BenchError(f"{case.name}: the table is not a table of {case.engine}")


def _readable(key: str, value: float) -> str:
    return f"{value / 1e6:.0f} MB" if key.endswith("_bytes") else f"{value:.3f}"


def tell_what_is_missing(peer: tuple[str, str] | None) -> None:
    """Say which contenders cannot run here."""
    if peer is None:
        say("left out: mysql_db state=import, because no collection that carries it is installed")
    else:
        say(f"mysql_db comes from {peer[0]} in {peer[1]}")
    if contenders.has_myloader():
        say("myloader reads only what mydumper has written: it gets the same data in that format")
    else:
        say("left out: myloader; on Debian it is in the package mydumper")


def measure(settings: Settings) -> tuple[dict[str, t.Any], list[Record]]:
    """Run the chosen cases; return what they ran on and what they took."""
    inputs = Inputs(WORK)
    with MariadbServer() as server, PlaybookRunner(COLLECTIONS_PATH) as runner:
        target = Target(server)
        machine = describe(target.version)
        say(f"make bench: {settings.rounds} rounds, {settings.rows} rows, on {sentence(machine)}")
        busy = os.getloadavg()[0]
        if busy > BUSY_LOAD:
            say(f"other work is running here (load average {busy:.1f}): these figures will not be good for much")
        tell_what_is_missing(contenders.find_peer())
        cases = Cases(settings=settings, target=target, inputs=inputs, ansible=contenders.Ansible(runner, target)).all()
        run = Run(target=target, inputs=inputs, cases=cases)
        run.prepare()
        for number in range(1, settings.rounds + 1):
            run.round(number)
    return machine, run.records


def main() -> None:
    """Measure, print and save."""
    settings = Settings.from_environment()
    kept_path, code = WORK / "records.json", hash_of(COLLECTIONS_PATH / "ansible_collections" / "cao" / "faktura")
    if settings.report:
        kept = Kept(kept_path, rows=settings.rows, code=code)
        if not kept.records:
            raise BenchError("nothing was measured yet with this code; ONLY=... make bench measures a part")
        report = Report(settings, kept.machine, kept.records)
    else:
        machine, records = measure(settings)
        if settings.only:
            Kept(kept_path, rows=settings.rows, code=code, machine=machine).add(records)
        report = Report(settings, machine, records)
    say("\n" + report.markdown() + "\n")
    for path in report.save(TREE):
        say(f"saved {path.relative_to(TREE)}")


if __name__ == "__main__":
    try:
        main()
    except BenchError as exc:
        sys.exit(f"make bench: {exc}")
