# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a fleet of many Mandanten behaves: seconds for each, beside a ping of the same hosts, and evenly or not.

``fleet.py FOLDER [SIZE ...]`` with the folder in which the collection is installed; the sizes are 125, 250 and 500
Mandanten on four servers unless others are given.
"""

from __future__ import annotations

import os
import sys
import time
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
SERVERS = 4
_SETTINGS = {"ANSIBLE_FORKS": "6", "ANSIBLE_PIPELINING": "true", "FAKTURA_RESULTS_FILE": ""}
_AT_ONCE = {"cao_serial": ["100%"]}
_LOGIN = ("login_host", "login_port", "login_user", "login_password")
_NOOP_TO_PING = 1.3
_FIRST_SECONDS = 0.35
_EVEN = 0.25


def _play(module: str, options: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    return [{"hosts": "all", "gather_facts": False, "tasks": [{module: dict(options)}]}]


def _plays(backup: str) -> dict[str, t.Any]:
    """Return what is measured, in its order: a playbook of the collection, or plays."""
    login = {name: f"{{{{ cao_{name} }}}}" for name in _LOGIN}
    restore = {**login, "mandant": "{{ cao_mandant }}", "file": backup, "remote_src": True}
    return {
        "first restore": _play("cao.faktura.mandant_restore", restore),
        "ping": _play("ansible.builtin.ping", {}),
        "no-op": _play("cao.faktura.mandant_restore", restore),
        "nightly reset, nothing drifted": "cao.faktura.demo_mandants",
        "audit": "cao.faktura.audit",
    }


def measure(installed: Path, sizes: t.Sequence[int]) -> dict[int, dict[str, float]]:
    """Return the seconds of each play by the size of the fleet."""
    # Both need the collection to be importable.
    from fleet_of_mandanten import Fleet, standard_backup
    from playbook_runner import PlaybookRunner

    seconds: dict[int, dict[str, float]] = {}
    with Fleet(max(sizes), SERVERS) as fleet, PlaybookRunner(installed) as runner:
        backup = fleet.write(runner.folder, "standard.sql", standard_backup())
        for size in sizes:
            for mandant in fleet.mandanten.values():
                mandant.drop()
            path = runner.folder / "inventory.json"
            inventory = fleet.inventory(path, size=size, cao_file=backup)
            seconds[size] = {}
            for name, playbook in _plays(backup).items():
                begun = time.monotonic()
                run = runner.run(
                    playbook, hosts=inventory, variables=_AT_ONCE, environment=_SETTINGS, timeout_seconds=3600
                )
                seconds[size][name] = time.monotonic() - begun
                if run.returncode != 0:
                    sys.exit(f"{name} failed:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
                print(f"{size:4d} Mandanten  {name:32s} {seconds[size][name]:7.1f} s", flush=True)
    return seconds


def report(seconds: t.Mapping[int, t.Mapping[str, float]]) -> list[str]:
    """Print the seconds for each Mandant; return the bounds that were measured and do not hold."""
    print(f"\nSeconds for each Mandant, {os.cpu_count()} processors, {_SETTINGS['ANSIBLE_FORKS']} forks\n")
    print("".join([f"{'Mandanten':34s}", *(f"{size:>10d}" for size in seconds)]))
    uneven = []
    for name in next(iter(seconds.values())):
        each = [seconds[size][name] / size for size in seconds]
        even = max(each) <= min(each) * (1 + _EVEN)
        uneven += [] if even else [name]
        print("".join([f"{name:34s}", *(f"{value:>10.3f}" for value in each)]), "" if even else "   not even")
    ratios = [seconds[size]["no-op"] / seconds[size]["ping"] for size in seconds]
    print("".join([f"{'no-op to ping':34s}", *(f"{ratio:>10.2f}" for ratio in ratios)]))
    even_bound = f"time for each even within {_EVEN:.0%}"
    size = list(seconds)[-1]
    ratio_bound = f"no-op at most {_NOOP_TO_PING} pings with {size} Mandanten"
    first_bound = f"a first restore in {_FIRST_SECONDS} s with {size} Mandanten"
    if len(seconds) == 1:
        print(f"\nNot measured, as it takes two sizes: {even_bound}")
    broken = [f"{even_bound} ({', '.join(uneven)})"] if uneven else []
    broken += [] if ratios[-1] <= _NOOP_TO_PING else [ratio_bound]
    return broken + ([] if seconds[size]["first restore"] / size <= _FIRST_SECONDS else [first_bound])


def main() -> None:
    installed = Path(sys.argv[1])
    sys.path[:0] = [str(installed), str(TREE / "tests" / "support")]
    sizes = list(dict.fromkeys(int(size) for size in sys.argv[2:])) or [125, 250, 500]
    broken = report(measure(installed, sizes))
    if broken:
        sys.exit(f"\nThese bounds do not hold: {'; '.join(broken)}")
    print("\nThe bounds that were measured hold")


if __name__ == "__main__":
    main()
