# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest backup of a folder, on the controller and on the host: chosen, named and restored, or refused."""

from __future__ import annotations

import datetime
import json
import os
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from playbook_runner import PlaybookRunner, TaskResult
from restoring import articles, cao_backup, company

INFO, RESTORE = "cao.faktura.backup_info", "cao.faktura.mandant_restore"


class Folder:
    """A folder of backups, and tasks that ask for the newest of it."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant, path: Path, *, on_host: bool) -> None:
        self._playbook = playbook
        self._mandant = mandant
        self._on_host = on_host
        self.path = path

    def put(self, name: str, mark: str = "Müller", modified: str = "2026-01-01") -> Path:
        """Write a backup of one article for each letter of the mark."""
        path = self.path / name
        path.write_bytes(cao_backup(articles(len(mark), mark), company("Müller")))
        seconds = datetime.datetime.fromisoformat(modified).timestamp()
        os.utime(path, (seconds, seconds))
        return path

    def task(self, module: str, *, check: bool = False, **options: t.Any) -> TaskResult:
        """Run a task."""
        login = self._mandant.login() if module == RESTORE else {}
        own = {"file": str(self.path / "CAO_backup_*"), "newest": True, "remote_src": self._on_host}
        return self._playbook.task(module, {**own, **login, **options}, check=check)


@pytest.fixture(params=[False, True], ids=["controller", "host"])
def folder(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path, request: pytest.FixtureRequest) -> Folder:
    """An empty folder, where the parameter says."""
    return Folder(playbook, mandant, tmp_path, on_host=bool(request.param))


def test_each_night_the_newest_is_restored(folder: Folder, mandant: Mandant) -> None:
    older = folder.put("CAO_backup_2026_11_01_18_05.sql", "alt", "2026-11-03")
    folder.put("CAO_backup_2026_11_03_18_05.sql.part", "unfertig", "2026-11-03")
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = folder.task(RESTORE, check=check, policy="enforce")
        assert (result.changed, result.failed) == (changed, False)
        assert result["chosen"]["path"] == result["analysis"]["file"]["path"] == str(older)
        assert (result["chosen"]["date_from"], result["chosen"]["candidates"]) == ("name", 1)
        assert ["not finished" in one["why"] for one in result["chosen"]["passed_over"]] == [True]
        assert "and is newer than" in "".join(result["warnings"])
    newer = folder.put("CAO_backup_2026_11_02_18_05.sql", "neues")
    for check in (True, False):
        result = folder.task(RESTORE, check=check, policy="enforce")
        assert (result["action"], result["analysis"]["file"]["path"]) == ("restored", str(newer))
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5,)]


def test_what_is_not_clear_or_too_old_is_refused_and_the_mandant_is_not_looked_at(
    folder: Folder,
) -> None:
    one, other = folder.put("CAO_backup_2026_11_02.sql", "eins"), folder.put("CAO_backup_02.11.2026.sql", "zwei")
    tie = folder.task(RESTORE, login_host="127.0.0.1", login_port=1)
    assert (tie.error, [str(path) in tie["msg"] for path in (one, other)]) == ("not_a_backup", [True, True])
    other.unlink()
    old = folder.task(RESTORE, login_port=1, max_age="26h", check=True)
    assert (old.error, str(one) in old["msg"]) == ("too_old", True)
    named = folder.task(RESTORE, login_port=1, max_age="26h", newest=False, file=str(one))
    assert (named.error, named["msg"]) == (old.error, old["msg"])
    pattern = folder.task(INFO, newest=False)
    assert (pattern.error, "newest: true" in pattern["msg"]) == ("file_not_found", True)
    nothing = folder.task(INFO, file=str(folder.path / "*.zip"))
    assert (nothing.error, "No file matches" in nothing["msg"]) == ("file_not_found", True)


def test_options_that_make_no_sense_are_told_by_their_names(folder: Folder) -> None:
    folder.put("CAO_backup_2026_11_02_18_05.sql")
    for options, named in (({"max_age": "soon"}, "max_age"), ({"newest": "perhaps"}, "newest")):
        answer = folder.task(INFO, **options)
        assert answer.failed
        assert answer.error is None
        assert named in answer["msg"]


def test_the_age_of_one_file_is_told(folder: Folder) -> None:
    now = datetime.datetime.now()
    path = folder.put(f"CAO_backup_{now:%Y_%m_%d_%H_%M}.sql")
    result = folder.task(INFO, file=str(path), newest=False, max_age="1d")
    assert result["analysis"]["file"]["path"] == str(path)
    assert 0 <= result["chosen"]["age_seconds"] < 86400
    assert "chosen" not in folder.task(INFO, file=str(path), newest=False).result


def test_what_is_saved_first_never_becomes_the_newest(folder: Folder, tmp_path: Path) -> None:
    """On the host, or on a controller that is the host; links lead to the same folder."""
    folder.put("CAO_backup_2026_11_02_18_05.sql")
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "link").symlink_to(tmp_path)
    for dest, policy in ((".", "once"), ("before/link", "always")):
        answer = folder.task(RESTORE, policy=policy, backup_first=str(tmp_path / dest))
        assert answer.failed
        assert "another folder than that of file" in answer["msg"]
    assert not folder.task(RESTORE, backup_first=str(tmp_path / "before"), check=True).failed


@pytest.mark.parametrize("folder_of_pattern", ["", "backups/"])
def test_a_pattern_is_looked_for_where_copy_looks(
    playbook: PlaybookRunner, tmp_path: Path, folder_of_pattern: str
) -> None:
    files = tmp_path / "files" / folder_of_pattern
    files.mkdir(parents=True)
    newest = files / "CAO_backup_2026_11_02_18_05.sql"
    for path in (newest, files / "CAO_backup_2026_11_01_18_05.sql"):
        path.write_bytes(cao_backup(articles(2), company("Müller")))
    task = {"name": "task", INFO: {"file": f"{folder_of_pattern}CAO_backup_*.sql", "newest": True}}
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
    result = playbook.run(tmp_path / "play.yml")["task"]
    assert result["chosen"]["path"] == result["analysis"]["file"]["path"] == str(newest)


def test_the_role_takes_the_newest(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> None:
    (tmp_path / "CAO_backup_2026_11_02_18_05.sql").write_bytes(cao_backup(articles(2), company("Müller")))
    login = mandant.server.login_of_roles
    wanted = {"mandant": mandant.name, "file": str(tmp_path / "*.sql"), "newest": True}
    variables = {**login, "cao_hosts": "all", "restore_mandanten": [{**wanted, "max_age": "1m"}]}
    refused = playbook.run("cao.faktura.restore", variables=variables)
    (result,) = next(one for one in refused.tasks if one.failed)["results"]
    assert result["error"] == "too_old"
    done = playbook.run("cao.faktura.restore", variables={**variables, "restore_mandanten": [wanted]})
    assert done.returncode == 0
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(2,)]
