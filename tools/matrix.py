# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tests on every server, ansible-core and Python that this machine can have, and writes down what came of it.

``matrix.py FOLDER`` with the folder in which the collection is installed; parts behind it are run alone: ``servers``,
``settings``, ``torture``, ``pythons``, ``cores``, ``sanity``. What came of each run goes into docs/matrix.json at once,
and from there into the tables of the documents (tools/matrix_page.py). What has passed with this very code is not run
again, so that a long run that was cut off goes on where it was; ``--only`` takes servers, Pythons, releases or whole
names of docs/matrix.json, and ``--what`` some of the headings.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import typing as t
import xml.etree.ElementTree as ET
from pathlib import Path

import matrix_page
import pythons
import yaml

TREE = Path(__file__).resolve().parents[1]
INTEGRATION = TREE / "tests" / "integration"
SUPPORT = TREE / "tests" / "support"
RESULT = TREE / "docs" / "matrix.json"
sys.path.insert(0, str(SUPPORT))

Record = dict[str, t.Any]


class Heading(t.NamedTuple):
    """What is run on each server: test files and folders, or single tests; ``more`` on the server of that name only.

    ``setting`` ends the name of the setting of tests/support/servers.py.
    """

    name: str
    tests: tuple[str, ...]
    setting: str = ""
    more: t.Mapping[str, tuple[str, ...]] = {}

    def on(self, server: str) -> tuple[str, ...]:
        """Return the tests on a server."""
        return (*self.tests, *self.more.get(server, ()))


_CASES = ("test_names.py", "test_servers.py::test_names_in_other_letter_cases")
HEADINGS = (
    Heading("restore", ("_mandant/test_restore.py", "test_mandant_values.py", "test_mandant_whole.py")),
    Heading(
        "rollback", ("_mandant/test_rollback.py", "_mandant/swap/test_take_back.py", "_mandant/swap/test_recover.py")
    ),
    Heading("backup", ("test_mandant_backup.py", "_mandant/save")),
    Heading("dumps", ("test_program_dumps.py", "test_servers.py::test_dumps_of_other_programs")),
    Heading("case_0", _CASES),
    Heading("case_1", _CASES, setting="-lower-case"),
    Heading(
        "faults",
        ("test_mandant_faults.py", "test_backup_faults.py"),
        more={
            "mariadb": ("test_faults.py",),
            "mysql-5.6": ("test_mysql_rename.py",),
            "mysql-9.7": ("test_rename_elsewhere.py",),
        },
    ),
    Heading("limits", ("test_server_limits.py", "test_mandant_demands.py")),
)
SERVERS = ("mariadb-10.5", "mariadb", "mariadb-11.8", "mysql-5.6", "mysql-9.7")
CORE_TESTS = ("test_restore.py", "test_ship.py", "test_progress.py", "test_report.py", "test_installing.py")
PYTHON_TESTS = ("test_one_python.py",)
PARTS = ("servers", "settings", "torture", "pythons", "cores", "sanity")


def code() -> str:
    """Return what this code is: changes of documents do not count."""
    whole = hashlib.sha256()
    for folder in ("plugins", "tests/integration", "tests/support"):
        for path in sorted((TREE / folder).rglob("*.py")):
            whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


class Book:
    """docs/matrix.json: what was run last, by part and by name."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self._code = code()
        self.known: dict[str, dict[str, Record]] = json.loads(RESULT.read_text(encoding="utf-8"))
        self.failed: list[str] = []
        import servers

        there = self.known["settings"]
        for one in servers.SETTINGS:
            there.setdefault(one.name, {}).update(options=one.options, engine=one.engine, charset=one.charset)

    def wants(self, part: str, name: str, *, of: str, tests: t.Sequence[str] = ()) -> bool:
        """Whether something is to be run: it was chosen, and these tests have not passed with this code."""
        if self._asked.only and of not in self._asked.only and name not in self._asked.only:
            return False
        there = self.known[part].get(name, {})
        same = there.get("code") == self._code and there.get("tests", []) == list(tests)
        passed = same and there.get("passed", 0) > 0 and not there.get("failures")
        if passed and not self._asked.again:
            print(f"{part}, {name}: it has passed on {there['date']}", flush=True)
        return self._asked.again or not passed

    def write(self, part: str, name: str, record: Record) -> None:
        """Take in what came of a run, and write the documents."""
        galaxy = yaml.safe_load((TREE / "galaxy.yml").read_text(encoding="utf-8"))
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        told = {key: value for key, value in self.known[part].get(name, {}).items() if part == "settings"}
        self.known[part][name] = {**told, "date": today, "collection": galaxy["version"], "code": self._code, **record}
        # The documents have the order of the file.
        self.known[part] = dict(sorted(self.known[part].items()))
        text = json.dumps(self.known, indent=1, sort_keys=True, ensure_ascii=False)
        RESULT.write_text(text + "\n", encoding="utf-8")
        matrix_page.write(self.known)
        failures = record.get("failures", [])
        print(f"{part}, {name}: {record.get('passed', 0)} passed, {len(failures)} failed", *failures, sep="\n  ")
        self.failed += [f"{part}, {name}: {failure}" for failure in failures]

    def leave_out(self, part: str, name: str, reason: str) -> None:
        """Say what cannot be run here. What was run before, elsewhere, stays."""
        print(f"{part}, {name}: left out, {reason}", flush=True)


def pytest(python: str, tests: t.Sequence[str], environment: t.Mapping[str, str]) -> Record:
    """Run integration tests; return how many passed, which failed, and why which were skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        paths = [str(INTEGRATION / name) for name in tests]
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--color=no", f"--junitxml={report}", *paths]
        # Relative paths and settings of a caller's pytest must not matter.
        settings = {**os.environ, "PYTEST_ADDOPTS": "", **environment}
        done = subprocess.run(command, cwd=TREE, env=settings, check=False)
        if not report.is_file():
            return {"passed": 0, "failures": [f"pytest ended with {done.returncode}"], "skipped": {}}
        return counted(report.read_text(encoding="utf-8"))


def counted(report: str) -> Record:
    """Return what the report of a run says, in the XML of JUnit."""
    passed, failures, skipped = 0, [], dict[str, int]()
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314 - pytest has written it just now
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failures.append(name)
        elif skip is not None:
            reason = skip.get("message", "")
            skipped[reason] = skipped.get(reason, 0) + 1
        else:
            passed += 1
    return {"passed": passed, "failures": sorted(set(failures)), "skipped": skipped}


def version_of_server(name: str) -> str | None:
    """Return the version of a server of tests/support/servers.py, None where it cannot be had."""
    import servers

    setting = next(one for one in servers.SETTINGS if one.name == name)
    reason = servers.why_not(setting)
    if reason is not None:
        return None
    with setting.server() as running:
        return str(running.admin("SELECT VERSION()")[0][0]).partition("-")[0]


def run_servers(book: Book, asked: argparse.Namespace) -> None:
    """Run what there is under each heading on each server."""
    for server in SERVERS:
        headings = [one for one in HEADINGS if not asked.what or one.name in asked.what]
        wanted = [
            one for one in headings if book.wants("servers", f"{server} {one.name}", of=server, tests=one.on(server))
        ]
        version = version_of_server(server) if wanted else None
        for heading in wanted:
            name = f"{server} {heading.name}"
            if version is None:
                book.leave_out("servers", name, "it cannot be had here")
                continue
            setting = f"{server}{heading.setting}"
            everywhere = "all" if heading.more else setting
            environment = {"FAKTURA_SERVER": setting, "FAKTURA_SERVERS": everywhere}
            if server.startswith("mysql"):
                environment["PYTEST_ADDOPTS"] = "-k 'not Aria or mariadb'"
            found = pytest(sys.executable, heading.on(server), environment)
            book.write("servers", name, {"version": version, "tests": heading.on(server), **found})


def run_settings(book: Book, _asked: argparse.Namespace) -> None:
    """Run test_servers.py on each server with each setting."""
    import servers

    for setting in servers.SETTINGS:
        family = max((name for name in SERVERS if setting.name.startswith(name)), key=len)
        if not book.wants("settings", setting.name, of=family):
            continue
        version = version_of_server(setting.name)
        if version is None:
            book.leave_out("settings", setting.name, str(servers.why_not(setting)))
            continue
        found = pytest(
            sys.executable, ["test_servers.py"], {"FAKTURA_SERVERS": setting.name, "FAKTURA_SERVER": "mariadb"}
        )
        book.write("settings", setting.name, {"version": version, **found})


def run_torture(book: Book, asked: argparse.Namespace) -> None:
    """Cut runs off on each server with each engine, until so many faults have happened."""
    import torture

    for kind in torture.KINDS:
        if asked.only and kind.name not in asked.only:
            continue
        if (reason := kind.why_not()) is not None:
            book.leave_out("torture", kind.name, reason)
            continue
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "result.json"
            names = [f"{kind.name} {engine}" for engine in kind.engines]
            fewer = [name for name in names if book.known["torture"].get(name, {}).get("faults", 0) < int(asked.faults)]
            if not any(book.wants("torture", name, of=kind.name) or name in fewer for name in names):
                continue
            command = [sys.executable, str(SUPPORT / "torture.py"), asked.folder, "--only", kind.name]
            seed = ["--seed", asked.seed] if asked.seed else []
            subprocess.run([*command, "--faults", asked.faults, *seed, "--result", str(result)], check=False)
            take_torture(book, json.loads(result.read_text(encoding="utf-8")))


def take_torture(book: Book, results: t.Sequence[Record]) -> None:
    """Take in what torture.py has written."""
    for one in results:
        name = f"{one.pop('server')} {one.pop('engine')}"
        book.write("torture", name, {**one, "passed": one["faults"]})


def run_pythons(book: Book, _asked: argparse.Namespace) -> None:
    """Do each job under each Python of a managed host, without Ansible."""
    subprocess.run([sys.executable, str(TREE / "tools" / "fetch_servers.py"), "python-3.14"], check=True)
    for target in pythons.HOSTS:
        library = target.versions.get("PyMySQL", "newest")
        name = f"{target.python} PyMySQL {library}"
        if not book.wants("pythons", name, of=target.python):
            continue
        python = pythons.target_venv(target)
        if python is None:
            book.leave_out("pythons", name, f"no Python {target.python} here")
            continue
        found = pytest(sys.executable, PYTHON_TESTS, {"FAKTURA_TARGET_PYTHON": python})
        versions = {"python": pythons.full_version(python), "pymysql": pythons.version_of(python, "PyMySQL")}
        book.write("pythons", name, {**versions, "server": version_of_server("mariadb"), **found})


def run_cores(book: Book, _asked: argparse.Namespace) -> None:
    """Run the playbooks with each pair of controller and managed host."""
    for controller, target in pythons.PAIRS:
        library = target.versions.get("PyMySQL", "newest")
        name = f"{controller.core} {controller.python} {target.python} PyMySQL {library}"
        if not book.wants("cores", name, of=controller.core):
            continue
        here, there = pythons.controller_venv(controller), pythons.target_venv(target)
        if here is None or there is None:
            missing = controller.python if here is None else target.python
            book.leave_out("cores", name, f"no Python {missing} here")
            continue
        found = pytest(here, CORE_TESTS, {"FAKTURA_TARGET_PYTHON": there})
        versions = {"core": pythons.version_of(here, "ansible-core"), "pymysql": pythons.version_of(there, "PyMySQL")}
        book.write("cores", name, {**versions, "controller": controller.python, "host": target.python, **found})


def run_sanity(book: Book, _asked: argparse.Namespace) -> None:
    """Run ansible-test sanity with each ansible-core, on the newest Python that it has here."""
    newest = {one.core: one for one, _target in pythons.PAIRS if pythons.find_python(one.python)}
    for core, controller in newest.items():
        if not book.wants("sanity", core, of=core):
            continue
        python = pythons.controller_venv(controller)
        if python is not None:
            done = subprocess.run([python, str(TREE / "tools" / "sanity.py")], check=False)
            failures = [] if done.returncode == 0 else [f"ansible-test sanity ended with {done.returncode}"]
            passed = int(done.returncode == 0)
            version = pythons.version_of(python, "ansible-core")
            book.write(
                "sanity", core, {"core": version, "python": controller.python, "passed": passed, "failures": failures}
            )


def main() -> None:
    """Run what the arguments name; fail where a test has failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--only", default=[], type=lambda text: [one for one in text.split(",") if one])
    parser.add_argument("--what", default=[], type=lambda text: [one for one in text.split(",") if one])
    parser.add_argument("--faults", default="200")
    parser.add_argument("--seed", default="")
    parser.add_argument("--again", action="store_true", help="also what has passed with this code")
    asked = parser.parse_args()
    os.environ["FAKTURA_COLLECTIONS_PATH"] = asked.folder = str(Path(asked.folder).resolve())
    pythons.FOLDER.mkdir(parents=True, exist_ok=True)
    book = Book(asked)
    runs = {
        "servers": run_servers,
        "settings": run_settings,
        "torture": run_torture,
        "pythons": run_pythons,
        "cores": run_cores,
        "sanity": run_sanity,
    }
    for part in asked.parts or PARTS:
        runs[part](book, asked)
    print("\nThe matrix:", *(book.failed or ["all that was run has passed"]), sep="\n  ")
    sys.exit(1 if book.failed else 0)


if __name__ == "__main__":
    main()
