# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way by real playbooks: for each behaviour check, run, check, run."""

from __future__ import annotations

import datetime
import typing as t
from pathlib import Path

import pytest

from demo.mandant import DemoMandant
from demo.plan import Plan
from mandant import Mandant
from playbook_runner import PlaybookRunner, TaskResult

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "CAO_backup_2026_11_02_18_05.zip"
PASSWORD = "Kräutergarten"
PRICES = "SELECT SUM(VK5) FROM ARTIKEL"


class Quartet(t.NamedTuple):
    """The answers to check, run, check, run of the same task."""

    check: TaskResult
    run: TaskResult
    check_again: TaskResult
    run_again: TaskResult


class Restorer:
    """Calls mandant_restore for one Mandant, by playbooks."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant, file: Path = EXAMPLE) -> None:
        self._playbook = playbook
        self._mandant = mandant
        self._file = file

    def __call__(self, *, check: bool = False, diff: bool = False, **options: t.Any) -> TaskResult:
        args = {"file": str(self._file), "remote_src": True, "password": PASSWORD, **self._mandant.login(), **options}
        return self._playbook.task("cao.faktura.mandant_restore", args, check=check, diff=diff)

    def quartet(self, **options: t.Any) -> Quartet:
        """Check, run, check, run; the Mandant is only changed by the runs."""
        before = self._mandant.checksums()
        check = self(check=True, **options)
        assert self._mandant.checksums() == before
        run = self(**options)
        between = self._mandant.checksums()
        check_again = self(check=True, **options)
        assert self._mandant.checksums() == between
        return Quartet(check, run, check_again, self(**options))


@pytest.fixture
def restore(playbook: PlaybookRunner, mandant: Mandant) -> Restorer:
    """Restores the example into a Mandant that is empty at first."""
    return Restorer(playbook, mandant)


def live(mandant: Mandant) -> dict[str, int | None]:
    """Return the checksums of the Mandant's own tables."""
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")}


def test_a_password_that_nobody_needs_is_not_tried(restore: Restorer) -> None:
    """A file that is in the Mandant already is known by its SHA-256; what is said of it is no more than is known."""
    restore()
    for again in (restore(password="falsch"), restore(password="falsch", check=True, policy="enforce")):
        assert (again.changed, again.failed) == (False, False)
        assert again["reason"].endswith("; the file was not opened, so its password was not tried")
    assert restore(password="falsch", policy="always").error == "wrong_password"


def test_once(restore: Restorer, mandant: Mandant) -> None:
    answers = restore.quartet()
    assert [answer.changed for answer in answers] == [True, True, False, False]
    assert [answer["action"] for answer in answers] == ["restored", "restored", "unchanged", "unchanged"]
    assert answers.run["restore"]["tables"] == 73
    assert answers.run["restore"]["rows"] == answers.check["analysis"]["rows"] == 9965
    assert (
        answers.run_again["analysis"]["company"]
        == answers.run["analysis"]["company"]
        == "Kräuterhof \u201eZur Mühle\u201c"
    )
    assert len(live(mandant)) == 73


def test_once_leaves_the_work_of_users_alone(restore: Restorer, mandant: Mandant) -> None:
    restore()
    mandant.query("UPDATE ARTIKEL SET VK5 = VK5 + 1")
    after_work = mandant.checksums()
    assert not restore().changed
    assert mandant.checksums() == after_work


def test_another_backup_does_not_take_the_work_of_users_away(
    restore: Restorer, mandant: Mandant, tmp_path: Path
) -> None:
    restore()
    mandant.query("UPDATE ARTIKEL SET VK5 = 4711")
    saved = tmp_path / "saved"
    saved.mkdir()
    refused = restore(neutralise=["mail"], backup_first=str(saved), check=True)
    assert refused.error == "would_replace_work"
    assert "changed since the restore on " in str(refused["msg"])
    answers = restore(neutralise=["mail"], backup_first=str(saved), replace=True)
    assert answers["reason"].endswith(", but with nothing neutralised")
    assert answers["drift"] is None
    (file,) = answers["backup_first"]
    assert [str(path) for path in saved.iterdir()] == [file["path"]]
    plain = restore(policy="always", backup_first=str(saved / "a.sql"))
    assert (plain.failed, plain.error) == (True, None)
    assert "a .sql file cannot have a password" in str(plain["msg"])


def test_enforce_puts_right_what_drifted(restore: Restorer, mandant: Mandant) -> None:
    restore(policy="enforce")
    content, prices = live(mandant), mandant.query(PRICES)
    mandant.query("UPDATE ARTIKEL SET VK5 = VK5 + 1")
    mandant.query("DROP TABLE PLZ")
    mandant.query("CREATE TABLE FREMD (ID INT)")
    mandant.query("ALTER TABLE LAND ADD KEY NEU (NAME2)")
    answers = restore.quartet(policy="enforce")
    assert [answer.changed for answer in answers] == [True, True, False, False]
    drifted = {table["name"]: table["what"] for table in answers.check["drift"]["tables"]}
    assert set(drifted) == {"ARTIKEL", "PLZ", "FREMD", "LAND"}
    assert answers.run["drift"] == answers.check["drift"]
    assert answers.run_again["drift"]["tables"] == []
    assert live(mandant) == content
    assert mandant.query(PRICES) == prices


def test_always_restores_in_every_run(restore: Restorer, mandant: Mandant) -> None:
    answers = restore.quartet(policy="always")
    assert all(answer.changed for answer in answers)
    assert len(live(mandant)) == 73


def test_a_missing_database_is_created_and_forecast(playbook: PlaybookRunner, mandant: Mandant) -> None:
    mandant.drop()
    restore = Restorer(playbook, mandant)
    refused = restore(create=False)
    assert refused.error == "mandant_missing"
    forecast = restore(check=True)
    assert forecast.changed
    assert forecast["action"] == "created"
    assert not mandant.server.admin("SHOW DATABASES LIKE %s", (mandant.name,))
    answer = restore()
    assert answer["action"] == "created"
    assert mandant.query("SELECT @@character_set_database") == [("latin1",)]
    assert restore()["action"] == "unchanged"


def test_diff_tells_the_rows_before_and_after(restore: Restorer, mandant: Mandant) -> None:
    mandant.query("CREATE TABLE LAND (ID INT)")
    mandant.query("INSERT INTO LAND VALUES (1), (2)")
    answer = restore(check=True, diff=True, policy="always")
    assert answer["diff"]["data"]["before"]["tables"] == {"LAND": {"rows": 2}}
    assert answer["diff"]["data"]["after"]["tables"]["ARTIKEL"]["rows"] > 0
    run = restore(diff=True, policy="always")
    assert run["diff"] == answer["diff"]
    names = run["diff"]["data"]["after"]["tables"]
    rows = {name: {"rows": mandant.query(f"SELECT COUNT(*) FROM `{name}`")[0][0]} for name in names}
    assert rows == run["diff"]["data"]["after"]["tables"]


def test_values_arrive_to_the_bit(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> None:
    """Compared with what the server's own client makes of the same file."""
    demo = DemoMandant(Plan.of_rows(2000, datetime.datetime(2026, 11, 2, 18, 5)))
    path = tmp_path / "backup.sql"
    path.write_bytes(b"".join(demo.backup()))
    assert not Restorer(playbook, mandant, path)(engine="MyISAM").failed
    by_client = Mandant(f"{mandant.name}_client", mandant.server)
    by_client.create()
    preamble = b"SET NAMES latin1; SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; SET default_storage_engine=MyISAM;\n"
    by_client.by_client("mariadb", sql=preamble + path.read_bytes())
    assert live(mandant) == by_client.checksums()
    by_client.drop()


def test_tables_of_other_programs_stay_where_they_are(restore: Restorer, mandant: Mandant) -> None:
    mandant.query("CREATE TABLE XT_KASSE (ID INT)")
    mandant.query("CREATE TABLE ALT (ID INT)")
    answer = restore(keep_tables=["xt_*"])
    assert "BACK_ALT" in answer["restore"]["previous"]
    assert "XT_KASSE" in mandant.tables()
    assert "ALT" not in mandant.tables()
    assert not restore(policy="enforce", keep_tables=["xt_*"]).changed


def test_the_generation_before_is_kept_or_dropped(restore: Restorer, mandant: Mandant) -> None:
    restore()
    mandant.query("UPDATE ARTIKEL SET VK5 = 4711")
    restore(policy="always")
    assert mandant.query("SELECT MIN(VK5), MAX(VK5) FROM BACK_ARTIKEL") == [(4711, 4711)]
    restore(policy="always", previous="drop")
    assert [name for name in mandant.tables() if name.startswith("BACK_")] == ["BACK_RESTORE_MARKER"]


def test_a_running_instance_is_in_the_way(restore: Restorer, mandant: Mandant) -> None:
    with mandant.connect():
        answer = restore()
        assert answer.error == "mandant_in_use"
        assert mandant.tables() == []
        assert restore(check=True).error == "mandant_in_use"
    assert not restore().failed


def test_a_running_instance_can_be_disconnected(restore: Restorer, mandant: Mandant) -> None:
    session = mandant.connect()
    assert not restore(running_instances="disconnect").failed
    with pytest.raises(Exception, match=r"Lost connection|gone away|Connection was killed"):
        session.query("SELECT 1")


def test_a_newer_schema_is_told_before_anything_happens(restore: Restorer, mandant: Mandant) -> None:
    restore()
    mandant.query("UPDATE REGISTRY SET VAL_CHAR = '1.10' WHERE MAINKEY = 'MAIN' AND NAME = 'DB_VERSION'")
    forecast = restore(check=True, policy="always")
    assert [finding["name"] for finding in forecast["analysis"]["findings"]] == ["newer_db_version"]


def test_the_role_restores_a_list_of_mandanten(playbook: PlaybookRunner, mandant: Mandant) -> None:
    second = Mandant(f"{mandant.name}_b", mandant.server)
    login = mandant.server.login_of_roles
    wanted = [
        {"mandant": name, "file": str(EXAMPLE), "password": PASSWORD, "policy": policy}
        for name, policy in ((mandant.name, "once"), (second.name, "enforce"))
    ]
    variables = {"cao_hosts": "all", "restore_mandanten": wanted, **login}
    first, again = (playbook.run("cao.faktura.restore", variables=variables) for _run in range(2))
    assert first.returncode == again.returncode == 0, first.stdout
    assert live(mandant) == live(second)
    assert len(live(second)) == 73
    assert "changed=1" in first.stdout
    assert "changed=0" in again.stdout
    assert PASSWORD not in first.stdout + first.stderr
    second.drop()


def test_the_role_leaves_it_to_the_module_what_may_be_chosen(playbook: PlaybookRunner, mandant: Mandant) -> None:
    login = mandant.server.login_of_roles
    wanted = [{"mandant": mandant.name, "file": str(EXAMPLE), "password": PASSWORD, "policy": "onse"}]
    variables = {"cao_hosts": "all", "restore_mandanten": wanted, **login}
    run = playbook.run("cao.faktura.restore", variables=variables)
    (task,) = (task for task in run.tasks if task.failed)
    (result,) = task["results"]
    assert result["msg"] == "value of policy must be one of: once, enforce, always, got: onse"
    assert mandant.tables() == []


def test_the_playbook_analyse_says_what_a_backup_is(playbook: PlaybookRunner) -> None:
    """The file is shipped from the controller; no database is needed."""
    run = playbook.run("cao.faktura.analyse", variables={"cao_file": str(EXAMPLE), "cao_password": PASSWORD})
    assert run.returncode == 0, run.stdout
    assert "73 tables, 9,965 rows" in run.stdout
    assert "\n  Written by        CAO-Faktura, 2 November 2026, 18:05\n" in run.stdout
    assert PASSWORD not in run.stdout
