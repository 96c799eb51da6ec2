# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A comparison without rights, of a wrong backup, ended or killed: the Mandant stays as it was, and nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import typing as t

import pytest

import faults
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.comparison import Comparing, compare
from comparing import compared, state, table_of
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, articles, cao_backup, company

SURE: dict[str, t.Any] = {"running_instances": "ignore", "policy": "always"}


def _leftovers(restorer: Restorer) -> list[str]:
    return [name for name in restorer.mandant.tables() if name.upper().startswith("BACK_RESTORE_NEW")]


def test_a_hosted_account_is_enough_and_a_missing_mandant_is_told(filled: Restorer) -> None:
    name = filled.mandant.name
    password = account(filled.mandant.server, "hosted", [f"ALL PRIVILEGES ON `{name}`.* "])
    hosted = Restorer(filled.mandant, filled.folder, user="hosted", password=password)
    path = filled.write("b.sql", cao_backup(articles(4), company("Eins")))
    # People are at work.
    working = filled.mandant.connect()
    with working.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ARTIKEL")
    assert table_of(compared(hosted, path), "ARTIKEL")["only_in_backup"] == 1
    working.close()
    account(filled.mandant.server, "hosted", [f"SELECT ON `{name}`.* "])
    with pytest.raises(Failure) as failed:
        compared(hosted, path)
    assert failed.value.error == "missing_privilege"
    with pytest.raises(Failure) as missing, open_backup(path) as backup:
        compare(asked=Comparing(f"{name}x"), login=filled.login(), backup=backup)
    assert missing.value.error == "mandant_missing"
    assert name in missing.value.msg


_KILLED = """
import importlib, json, os, sys
given = json.load(sys.stdin)
base = "ansible_collections.cao.faktura.plugins.module_utils."
rows = importlib.import_module(base + "_mandant.compare.rows")
job = importlib.import_module(base + "_mandant.comparison")
real = rows.RowsCompared.compare
def ending(self, pair):
    os.kill(os.getpid(), given["signal"])
    return real(self, pair)
rows.RowsCompared.compare = ending
login = importlib.import_module(base + "_mandant.wanted").Login(**given["login"])
with importlib.import_module(base + "_backup.backup").open_backup(given["path"]) as backup:
    job.compare(asked=job.Comparing(given["mandant"]), login=login, backup=backup)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_whoever_is_ended_leaves_nothing_for_long(filled: Restorer, number: int) -> None:
    path = filled.write("b.sql", cao_backup(articles(4), company("Eins")))
    login = filled.login()
    given = {
        "path": path, "signal": number, "mandant": filled.mandant.name,
        "login": {name: getattr(login, name) for name in login.__dataclass_fields__},
    }  # fmt: skip
    before = state(filled)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED],
        input=json.dumps(given),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (-number, 1), done.stderr[-2000:]
    assert bool(_leftovers(filled)) == (number == signal.SIGKILL)
    if number != signal.SIGKILL:
        assert state(filled) == before
        return
    with open_backup(path) as backup:
        found = compare(asked=Comparing(filled.mandant.name), login=filled.login(), backup=backup)
    assert found.comparison["only_in_backup"] == 1
    assert state(filled) == before
    # So does a restore clear away what is left.
    filled.mandant.query("CREATE TABLE BACK_RESTORE_NEW_0007 (A int)")
    filled.run(path, **SURE)
    assert _leftovers(filled) == []


def test_what_fails_is_cleared_away(filled: Restorer) -> None:
    before = state(filled)
    path = filled.write("b.sql", cao_backup(articles(4, bad={3: "'3','A3','keine Zahl','x'"}), company("Eins")))
    with pytest.raises(Failure) as failed:
        compared(filled, path)
    assert failed.value.error == "statement_failed"
    assert "ARTIKEL" in failed.value.msg
    assert state(filled) == before


def test_a_full_disk(restorer: Restorer) -> None:
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(faults.quota(restorer.mandant.server, restorer.mandant.name, 48_000_000))
        except subprocess.CalledProcessError:
            pytest.skip("a file system cannot be mounted here: it needs root")
        restorer.run(restorer.write("old.sql", cao_backup(articles(4), company("Eins"))), engine="InnoDB")
        before = state(restorer)
        path = restorer.write("new.sql", cao_backup(articles(60000, "x" * 200), company("Eins")))
        filler = folder / "filler"
        filler.write_bytes(bytes(faults.free_bytes(folder) - 5_000_000))
        with pytest.raises(Failure) as failed:
            compared(restorer, path)
        assert failed.value.error == "statement_failed"
        assert "make room" in failed.value.msg.lower()
        assert state(restorer) == before
        filler.unlink()
        assert table_of(compared(restorer, path), "ARTIKEL")["only_in_backup"] == 59996


def test_a_restore_that_was_cut_off_is_put_right_by_a_restore(filled: Restorer) -> None:
    filled.start(filled.write("b.sql", cao_backup(articles(4), company("Eins"))), "swap.swap:rename:before", **SURE)
    before = state(filled)
    with pytest.raises(Failure) as failed:
        compared(filled, filled.write("c.sql", cao_backup(articles(3), company("Eins"))))
    assert failed.value.error == "verification_failed"
    assert state(filled) == before


def test_the_playbook_shows_it_and_the_report_says_it(filled: Restorer, playbook: PlaybookRunner) -> None:
    path = filled.write("b.sql", cao_backup(articles(4), company("Eins")))
    before = state(filled)
    login = {**filled.mandant.server.login_of_roles, "cao_mandant": filled.mandant.name}
    variables = {**login, "cao_file": path, "cao_language": "de", "compare_keys": 2, "cao_remote_src": True}
    report = filled.folder / "report.html"
    environment = {"ANSIBLE_CALLBACKS_ENABLED": "json_lines,cao.faktura.report", "CAO_FAKTURA_REPORT_PATH": str(report)}
    for check in (True, False):
        run = playbook.run("cao.faktura.compare", variables=variables, check=check, environment=environment)
        assert run.returncode == 0, run.stdout
        assert run["Compare"].result["changed"] is False
        assert run["Compare"].result["comparison"]["only_in_backup"] == 1
        lines = [line.strip() for line in run.stdout.splitlines()]
        assert "Käme dazu         1 Zeile nur in der Datensicherung" in lines
        assert "Schlüssel         ARTIKEL, REC_ID 4: nur in der Datensicherung" in lines
    (told,) = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["mandanten"]
    assert (told["outcome"], told["compared"]["only_in_backup"]) == ("compared", 1)
    assert state(filled) == before
    shipped = {**variables, "cao_remote_src": False, "cao_file": str(filled.folder / "nicht_da.sql")}
    assert playbook.run("cao.faktura.compare", variables=shipped)["Compare"].result["error"] == "file_not_found"
