# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All cases, by name. A case brings the database to where it starts, runs one contender, and gives its values."""

from __future__ import annotations

import dataclasses
import functools
import statistics
import typing as t
from pathlib import Path

from bench import company, contenders
from bench.contenders import Ansible
from bench.inputs import Inputs
from bench.machine import Settings
from bench.measure import BenchError, Usage
from bench.probe import Probe
from bench.rows import LAYOUTS, OTHER_SIZES, TABLE_NAME
from bench.spellings import OTHER_TABLES, SPELLINGS
from bench.target import Target

Values = dict[str, float]

SWAP_TABLES = 150
DEMO_ROWS = 10_000
PLAYBOOKS = 10
ENGINES = ("InnoDB", "MyISAM")


@dataclasses.dataclass(frozen=True)
class Case:
    """``prepare`` makes the inputs, outside of what is measured; ``rows`` are those the table must hold afterwards."""

    name: str
    rows: int
    run: t.Callable[[], Values]
    prepare: t.Callable[[], object]
    engine: str | None = "InnoDB"


class Cases:
    """Makes the cases."""

    def __init__(self, *, settings: Settings, target: Target, inputs: Inputs, ansible: Ansible) -> None:
        self._settings = settings
        self._target = target
        self._inputs = inputs
        self._ansible = ansible

    def all(self) -> list[Case]:
        """Return the cases in the order in which they run; those that are compared stand together."""
        cases = [*self._loading("InnoDB"), *self._packed(), *self._multi_row(), *self._loading("MyISAM")]
        cases += [
            *self._layouts(),
            *self._sizes(),
            *(case for engine in ENGINES for case in self._company(engine)),
            self._enforce(),
            self._enforce_unwritten(),
            self._second_run(),
            self._demo(),
            *self._swaps(),
            *self._backups(),
            *map(self._comparison, ENGINES),
        ]
        return [case for case in cases if self._settings.chooses(case.name)]

    # Restores

    def _restore(self, path: Path, engine: str, **options: t.Any) -> Values:
        usage, result = self._ansible.restore(path, engine=engine, **options)
        if not result.changed:
            raise BenchError(f"nothing was restored from {path.name}")
        return {**values(usage), "downtime_seconds": float(result["restore"]["downtime_seconds"])}

    def _module(self, name: str, rows: int, engine: str, path: t.Callable[[], Path]) -> Case:
        return Case(name, rows, lambda: self._restore(path(), engine), path, engine)

    def _loading(self, engine: str) -> t.Iterator[Case]:
        """CAO's own format, one INSERT a row, and the same rows for LOAD DATA."""
        target, inputs = self._target, self._inputs
        rows, linear = self._settings.rows, self._settings.linear_rows
        start = engine.lower()

        def case(name: str, rows: int, path: t.Callable[[], Path], run: t.Callable[[Path], Usage]) -> Case:
            return Case(f"{start}/{name}", rows, lambda: values(run(path())), path, engine)

        def tab() -> Path:
            return inputs.tab(rows)

        def few() -> Path:
            return inputs.sql(linear)

        yield case("load-data", rows, tab, lambda path: contenders.load(target, path, engine=engine))
        if engine == "InnoDB":
            yield case(
                "load-data-no-checks",
                rows,
                tab,
                lambda path: contenders.load(target, path, engine=engine, checks=False),
            )
        yield self._module(f"{start}/plain/module", rows, engine, lambda: inputs.sql(rows))
        yield case("plain/client", linear, few, lambda path: contenders.client(target, path, engine=engine))
        if engine == "InnoDB":
            yield case(
                "plain/client-transaction",
                linear,
                few,
                lambda path: contenders.client(target, path, engine=engine, one_transaction=True),
            )
            peer = contenders.find_peer()
            if peer is not None:
                yield case(
                    "plain/mysql_db",
                    linear,
                    few,
                    lambda path: contenders.mysql_db_import(self._ansible, target, path, peer, engine=engine),
                )

    def _packed(self) -> t.Iterator[Case]:
        rows = self._settings.rows
        yield self._module("innodb/zipcrypto/module", rows, "InnoDB", lambda: self._inputs.packed(rows, "zipcrypto"))
        yield self._module("innodb/aes/module", rows, "InnoDB", lambda: self._inputs.packed(rows, "aes256"))

    def _multi_row(self) -> t.Iterator[Case]:
        target, inputs, rows = self._target, self._inputs, self._settings.rows

        def dump() -> Path:
            return inputs.dump(rows, target)

        def folder() -> Path:
            return inputs.mydumper(rows, target)

        yield Case(
            "innodb/multi-row/client", rows, lambda: values(contenders.client(target, dump(), engine="InnoDB")), dump
        )
        yield self._module("innodb/multi-row/module", rows, "InnoDB", dump)
        if contenders.has_myloader():
            yield Case("innodb/multi-row/myloader", rows, lambda: values(contenders.myloader(target, folder())), folder)

    def _layouts(self) -> t.Iterator[Case]:
        """Dumps in which no two statements of a table stand together, or rows are written in other ways."""
        rows = self._settings.linear_rows
        paths = {layout: (rows, functools.partial(self._inputs.layout, layout, rows)) for layout in LAYOUTS}
        paths.update({name: (rows, functools.partial(self._inputs.spelling, name, rows)) for name in SPELLINGS})
        # Their tables are others, of which nobody knows the checksum.
        paths.update({size: (0, functools.partial(self._inputs.other_size, size, rows)) for size in OTHER_SIZES})
        paths.update({name: (0, functools.partial(self._inputs.other_table, name, rows)) for name in OTHER_TABLES})
        for layout, (rows, path) in paths.items():

            def client(path: t.Callable[[], Path] = path) -> Values:
                return values(contenders.client(self._target, path(), engine="InnoDB"))

            yield Case(f"layouts/{layout}/client", rows, client, path)
            yield self._module(f"layouts/{layout}/module", rows, "InnoDB", path)

    def _sizes(self) -> t.Iterator[Case]:
        """The same table with few and many rows; the one with a single row shows what every run costs."""
        inputs, target = self._inputs, self._target
        for rows in (1, *(size for size in self._settings.sizes if size != self._settings.rows)):
            yield self._module(f"sizes/{rows}/module", rows, "InnoDB", functools.partial(inputs.sql, rows))
        for rows in (self._settings.sizes[0], self._settings.sizes[-1]):

            def load(tab: t.Callable[[], Path] = functools.partial(inputs.tab, rows)) -> Values:
                return values(contenders.load(target, tab(), engine="InnoDB"))

            yield Case(f"sizes/{rows}/load-data", rows, load, functools.partial(inputs.tab, rows))

    def _company(self, engine: str) -> t.Iterator[Case]:
        """A whole Mandant, and its tables one by one with LOAD DATA."""
        target, inputs, rows = self._target, self._inputs, self._settings.rows

        def prepare() -> dict[str, int]:
            return inputs.company_checksums(rows, target)

        def checked(run: t.Callable[[], Values]) -> t.Callable[[], Values]:
            def run_and_compare() -> Values:
                found = run()
                company.compare(target, prepare())
                return found

            return run_and_compare

        def load() -> Values:
            return values(contenders.load_company(target, inputs.company_tabs(rows, target), engine=engine))

        start = f"company/{engine.lower()}"
        yield Case(f"{start}/load-data", 0, checked(load), prepare, engine=None)
        restore = checked(lambda: self._restore(inputs.company(rows), engine))
        yield Case(f"{start}/module", 0, restore, prepare, engine=None)

    # Backups

    def _backups(self) -> t.Iterator[Case]:
        """The table is loaded before, outside of what is measured."""
        rows, target = self._settings.rows, self._target

        def tab() -> Path:
            return self._inputs.tab(rows)

        def case(name: str, engine: str, back_up: t.Callable[[], Usage]) -> Case:
            def run() -> Values:
                contenders.load(target, tab(), engine=engine)
                target.wait_until_quiet()
                return values(back_up())

            return Case(f"backup/{engine.lower()}/{name}", rows, run, tab, engine)

        for engine in ENGINES:
            yield case("mariadb-dump", engine, lambda: contenders.dump(target, self._inputs.folder))
            for name in ("sql", "aes256", "zipcrypto"):
                save = functools.partial(self._ansible.backup, self._inputs.folder, name)
                yield case(name, engine, save)

    def _comparison(self, engine: str) -> Case:
        """A backup beside the Mandant that came from it, in which every tenth row was changed since."""
        rows = self._settings.rows

        def run() -> Values:
            path = self._inputs.sql(rows)
            restored = self._restore(path, engine)
            changed = self._target.change_rows(10)
            self._target.wait_until_quiet()
            usage, result = self._ansible.compare(path)
            if result["comparison"]["different"] != changed:
                raise BenchError(f"{changed} rows were changed, and others are told of")
            return {**values(usage), "restore_seconds": restored["seconds"]}

        return Case(f"compare/{engine.lower()}", 0, run, lambda: self._inputs.sql(rows), engine=None)

    # Second runs

    def _enforce(self) -> Case:
        rows = self._settings.rows

        def run() -> Values:
            path = self._inputs.sql(rows)
            self._restore(path, "InnoDB")
            usage, result = self._ansible.restore(path, engine="InnoDB", policy="enforce")
            if result.changed:
                raise BenchError("a second run with policy enforce restored again")
            return values(usage)

        return Case("second/enforce", rows, run, lambda: self._inputs.sql(rows))

    def _enforce_unwritten(self) -> Case:
        """Tables of MyISAM that nobody has written need not be read, so that this is hardly more than once."""
        rows = self._settings.rows

        def run() -> Values:
            path = self._inputs.sql(rows)
            self._restore(path, "MyISAM")
            found: Values = {}
            for policy in ("once", "enforce"):
                usage, result = self._ansible.restore(path, engine="MyISAM", policy=policy)
                if result.changed:
                    raise BenchError(f"a second run with policy {policy} restored again")
                found = {"once_seconds": found.get("seconds", 0.0), **values(usage)}
            return found

        return Case("second/enforce-myisam", rows, run, lambda: self._inputs.sql(rows), engine="MyISAM")

    def _second_run(self) -> Case:
        """Whole runs of ansible-playbook in turn: a backup that was restored already, and a ping."""
        rows = self._settings.rows

        def zip_file() -> Path:
            return self._inputs.packed(rows, "aes256")

        def run() -> Values:
            name = "cao.faktura.mandant_restore"
            self._restore(zip_file(), "InnoDB")
            there = self._ansible.restore_args(zip_file())
            times: dict[str, list[float]] = {"ping_seconds": [], "once_seconds": [], "once_there_seconds": []}
            for _turn in range(PLAYBOOKS):
                times["ping_seconds"].append(self._ansible.plain("ansible.builtin.ping", {})[0])
                for key, args in (("once_seconds", {**there, "remote_src": False}), ("once_there_seconds", there)):
                    seconds, result = self._ansible.plain(name, args)
                    if result.changed:
                        raise BenchError("a second run with policy once restored again")
                    times[key].append(seconds)
            return {key: statistics.median(found) for key, found in times.items()}

        return Case("second/once", rows, run, zip_file)

    def _demo(self) -> Case:
        """A small Mandant with all its tables: what counts is their number, and the start of a process."""

        def path() -> Path:
            return self._inputs.demo(DEMO_ROWS)

        def run() -> Values:
            usage, result = self._ansible.restore(path())
            if not result.changed:
                raise BenchError("the demo was not restored")
            return values(usage)

        return Case("demo/module", 0, run, path, engine=None)

    # The swap

    def _swaps(self) -> t.Iterator[Case]:
        rows = self._settings.rows
        yield Case(
            f"swap/{rows}-rows",
            rows,
            lambda: self._swap(self._inputs.sql(rows), (TABLE_NAME,)),
            lambda: self._inputs.sql(rows),
        )
        yield Case(
            f"swap/{SWAP_TABLES}-tables",
            0,
            lambda: self._swap(self._inputs.tables(SWAP_TABLES), ("TABELLE_001", f"TABELLE_{SWAP_TABLES:03d}")),
            lambda: self._inputs.tables(SWAP_TABLES),
            engine=None,
        )

    def _swap(self, path: Path, tables: tuple[str, ...]) -> Values:
        self._restore(path, "InnoDB")
        with Probe(self._target.server, tables) as probe:
            found = self._restore(path, "InnoDB", policy="always", running_instances="ignore")
        if probe.answers < 10:
            raise BenchError("the probe got no answers")
        return {**found, "gap_seconds": probe.gap_seconds}


def values(usage: Usage) -> Values:
    """Return what a run took, by names that say their units."""
    return dataclasses.asdict(usage)
