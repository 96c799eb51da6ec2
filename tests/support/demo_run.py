# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: an encrypted backup is analysed, restored, left alone, and put right after a change, with a report.

Everything is real: a private MariaDB, the collection as it is installed from its tarball, ansible-playbook.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
import typing as t
from decimal import Decimal
from pathlib import Path

from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import PlaybookError, PlaybookRunner, TaskResult
from restoring import cao_backup, cao_table

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = TREE / "examples"
REPORT = TREE / ".build" / "demo" / "report.html"
REPORTING = {"ANSIBLE_CALLBACKS_ENABLED": "json_lines,cao.faktura.report", "CAO_FAKTURA_REPORT_PATH": str(REPORT)}
PASSWORD = "Kräutergarten"
LARGE_ROWS = 1_000_000
LARGE = "cao_large"


class DemoError(Exception):
    """A step did not do what the demo promises."""


def expect(condition: bool, promise: str) -> None:
    """Stop the demo when a promise is not kept."""
    if not condition:
        raise DemoError(promise)


def tell(text: str) -> None:
    """Print one line below the heading of a step, at once."""
    print(f"   {text}", flush=True)


class Demo:
    """The nine steps; each prints its heading and what came out, and checks it."""

    def __init__(self, *, backup: Path, mandant: Mandant, runner: PlaybookRunner) -> None:
        self._backup = backup
        self._mandant = mandant
        self._runner = runner
        self._steps = 0
        self._price = Decimal(0)
        self._article: tuple[int, str] = (0, "")
        self._begun = time.time()

    def run(self) -> None:
        """Run all steps."""
        self.analyse()
        self.restore()
        self.run_again()
        self.change_a_price()
        self.enforce()
        self.accident()
        self.drill()
        self.watch()
        self.read_the_report()

    def analyse(self) -> None:
        self._heading(f"What is in {self._backup.name}?")
        for line in self._play("demo_analyse.yml")["lines"]:
            tell(line)

    def restore(self) -> None:
        self._heading(f"Restore it into the Mandant {self._mandant.name}")
        result = self._restore("once")
        expect(result.changed, "the first run restores")
        self._tell_restore(result)
        self._article, self._price = self._first_article()
        tell(f"article {self._article[1]} costs {self._price:.2f} EUR")

    def run_again(self) -> None:
        self._heading("Run the same playbook again")
        before = self._mandant.checksums()
        result = self._restore("once")
        expect(not result.changed and result["action"] == "unchanged", "the second run changes nothing")
        expect(self._mandant.checksums() == before, "the second run leaves every table as it was")
        tell("unchanged: this backup was restored here already")

    def change_a_price(self) -> None:
        self._heading("Someone changes a price")
        self._mandant.query("UPDATE ARTIKEL SET VK5 = VK5 + 100 WHERE REC_ID = %s", (self._article[0],))
        _article, price = self._first_article()
        tell(f"article {self._article[1]} costs {price:.2f} EUR now")
        expect(price == self._price + 100, "the change arrived")
        result = self._restore("once")
        expect(not result.changed, "policy once leaves the users' work alone")
        tell("policy once leaves it alone: users may work in their Mandant")
        forecast = self._restore("enforce", check=True)
        expect(forecast.changed, "check mode forecasts what enforce would do")
        expect(self._first_article()[1] == price, "check mode changes nothing")
        tell("policy enforce would restore (check mode)")

    def enforce(self) -> None:
        self._heading("policy: enforce puts it right")
        result = self._restore("enforce", report=True)
        expect(result.changed, "enforce restores what drifted")
        self._tell_restore(result)
        _article, price = self._first_article()
        expect(price == self._price, "the price is the backup's again")
        tell(f"article {self._article[1]} costs {price:.2f} EUR again")
        expect(not self._restore("enforce").changed, "enforce has nothing left to do")
        tell("and another run changes nothing")

    def accident(self) -> None:
        self._heading("An accident: somebody deletes all articles, and only these come back")
        ((there,),) = self._mandant.query("SELECT COUNT(*) FROM ARTIKEL")
        self._mandant.query("DELETE FROM ARTIKEL")
        self._mandant.query("UPDATE ADRESSEN SET NAME1 = 'Neuer Kunde' ORDER BY REC_ID LIMIT 1")
        compared = self._task("mandant_compare", tables=["ARTIKEL"])
        (articles,) = compared["comparison"]["tables"]
        only = (articles["only_in_backup"], articles["only_in_mandant"])
        expect(only == (there, 0), "a comparison tells what is on one side only")
        tell(f"mandant_compare: {there} articles are only in the backup, none only in the Mandant")
        self._task("mandant_restore", tables=["ARTIKEL"], policy="always")
        expect(self._mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(there,)], "the articles are there again")
        customers = self._mandant.query("SELECT COUNT(*) FROM ADRESSEN WHERE NAME1 = 'Neuer Kunde'")
        expect(customers == [(1,)], "what people did elsewhere stays")
        tell(f"tables: [ARTIKEL] restored {there} rows; the customer who has another name since keeps it")

    def drill(self) -> None:
        self._heading("A drill: can the newest backup be restored?")
        variables = {
            **self._mandant.server.login_of_roles,
            "cao_hosts": "all",
            "cao_mandant": self._mandant.name,
            "cao_file": str(EXAMPLES / "CAO_backup_*.zip"),
            "cao_remote_src": True,
            "cao_password": PASSWORD,
        }
        run = self._runner.run("cao.faktura.drill", variables=variables)
        expect(run.returncode == 0, "the newest backup is proven")
        told = next(task for task in run.tasks if task.task.endswith("Tell what the drills found"))
        expect(told["msg"]["proven"] == ["localhost"], "the drill tells that it is proven")
        expect(self._mandant.server.admin("SHOW DATABASES LIKE '%_drill'") == [], "the scratch copy is gone again")
        tell("proven: restored beside the Mandant, without persons and passwords, checked, and removed again")

    def watch(self) -> None:
        self._heading(f"A large backup: {LARGE_ROWS:,} rows, and how far it is")
        rows = (f"'{number}','Position {number:072d}','{number % 997}.50'" for number in range(LARGE_ROWS))
        columns = ("REC_ID int(11) not null", "BEZEICHNUNG varchar(200)", "GPREIS decimal(10,2)")
        with tempfile.TemporaryDirectory(prefix="faktura-demo-") as folder:
            backup = Path(folder) / "large.sql"
            backup.write_bytes(cao_backup(cao_table("JOURNALPOS", columns, rows, ("PRIMARY KEY (REC_ID)",))))
            self._tell_restore(self._play("demo_restore.yml", policy="once", mandant=LARGE, backup=str(backup)))
        expect(self._mandant.query(f"SELECT COUNT(*) FROM {LARGE}.JOURNALPOS") == [(LARGE_ROWS,)], "all rows are there")

    def read_the_report(self) -> None:
        self._heading("The report of that run, for people and for programs")
        # One of an earlier demo would tell nothing of this one.
        expect(REPORT.stat().st_mtime > self._begun, "the report is of this run")
        document = json.loads(REPORT.with_suffix(".json").read_text(encoding="utf-8"))
        (told,) = document["mandanten"]
        expect(told["outcome"] == "restored" and told["drifted"], "the report tells what was found and done")
        tell(f"drift: {', '.join(one['name'] for one in told['drift'])}; {told['outcome']}")
        tell(f"open in a browser: {REPORT}")
        tell(f"the same as JSON:  {REPORT.with_suffix('.json')}")

    def _heading(self, text: str) -> None:
        self._steps += 1
        print(f"\n{self._steps}. {text}", flush=True)

    def _restore(self, policy: str, *, check: bool = False, report: bool = False) -> TaskResult:
        return self._play("demo_restore.yml", check=check, report=report, policy=policy)

    def _play(self, name: str, *, check: bool = False, report: bool = False, **variables: t.Any) -> TaskResult:
        """Run a playbook with its progress on the screen; return the result of its last task."""
        address = self._mandant.server.address
        server = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
        common = {
            "backup": str(self._backup),
            "backup_password": PASSWORD,
            "mandant": self._mandant.name,
            "server": server,
        }
        run = self._runner.run(
            EXAMPLES / name,
            variables={**common, **variables},
            check=check,
            environment=REPORTING if report else {},
            stderr=None,
        )
        result = run.tasks[-1]
        expect(not result.failed, f"{name} succeeds, but it says: {result.result.get('msg')}")
        return result

    def _task(self, module: str, **options: t.Any) -> TaskResult:
        """Run one task for the Mandant and its backup, silently."""
        given = {**self._mandant.login(), "file": str(self._backup), "remote_src": True, "password": PASSWORD}
        result = self._runner.task(f"cao.faktura.{module}", {**given, **options})
        expect(not result.failed, f"{module} succeeds, but it says: {result.result.get('msg')}")
        return result

    def _tell_restore(self, result: TaskResult) -> None:
        facts = result["restore"]
        tables = f"{facts['tables']} table{'' if facts['tables'] == 1 else 's'}"
        tell(f"{result['action']}: {tables}, {facts['rows']:,} rows in {facts['seconds']:.1f} seconds")
        if facts["previous"]:
            tell(f"the Mandant was away for {facts['downtime_seconds'] * 1000:.0f} milliseconds")

    def _first_article(self) -> tuple[tuple[int, str], Decimal]:
        ((number, name, price),) = self._mandant.query(
            "SELECT REC_ID, KURZNAME, VK5 FROM ARTIKEL WHERE VK5 > 0 ORDER BY REC_ID LIMIT 1"
        )
        return (number, name), price


def main() -> int:
    """Run the demo with the collection in the folder of the first argument; return the exit code."""
    # A demo that is told to end tidies up all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    started = time.monotonic()
    backups = sorted(EXAMPLES.glob("CAO_backup_*.zip"))
    if not backups:
        print(f"no CAO_backup_*.zip in {EXAMPLES}")
        return 1
    try:
        with PlaybookRunner(Path(sys.argv[1]).resolve()) as runner, MariadbServer() as server:
            ((version,),) = server.admin("SELECT VERSION()")
            print(f"A private MariaDB {version} runs on 127.0.0.1:{server.address.port} for the time of the demo.")
            Demo(backup=backups[-1], mandant=Mandant("cao_demo", server), runner=runner).run()
    except DemoError as exc:
        print(f"\nThe demo failed. What it promises: {exc}")
        return 1
    except PlaybookError as exc:
        print(f"\nThe demo failed: {exc}")
        return 1
    except KeyboardInterrupt:
        print("\nThe demo was interrupted. Nothing is left running.")
        return 130
    print(f"\nAll 9 steps did what they promise, in {time.monotonic() - started:.0f} seconds. Nothing is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
