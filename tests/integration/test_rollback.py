# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_rollback by real playbooks: for each behaviour check, run, check, run."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import pytest

from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, articles, cao_backup, company, roll_back

MODULE = "cao.faktura.mandant_rollback"


@pytest.fixture
def restored(mandant: Mandant, tmp_path: Path) -> Restorer:
    """Two backups were restored, one after the other."""
    restorer = Restorer(mandant, tmp_path)
    restorer.run(restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Eins"))))
    restorer.run(restorer.write("2.sql", cao_backup(articles(5, "zwei"))))
    return restorer


def _content(mandant: Mandant) -> dict[str, int | None]:
    return {name: value for name, value in mandant.checksums().items() if "MARKER" not in name}


def test_back_and_forth(playbook: PlaybookRunner, restored: Restorer) -> None:
    mandant = restored.mandant
    mandant.query("CREATE TABLE XT (A INT)")
    second, everything = _content(mandant), mandant.checksums()
    before = {"ARTIKEL": {"rows": 5}, "XT": {"rows": 0}}
    after = {"ARTIKEL": {"rows": 3}, "FIRMA": {"rows": 1}, "XT": {"rows": 0}}
    for now, then, tables in ((before, after, 2), (after, before, 1)):
        check = playbook.task(MODULE, mandant.login(), check=True, diff=True)
        assert mandant.checksums() == everything
        run = playbook.task(MODULE, mandant.login(), diff=True)
        for answer in (check, run):
            assert (answer.changed, answer["action"]) == (True, "rolled_back")
            assert answer["diff"]["data"] == {"before": {"tables": now}, "after": {"tables": then}}
            assert answer["restore"]["tables"] == tables
        assert check["restore"]["downtime_seconds"] is None
        assert 0 < run["restore"]["downtime_seconds"] <= run["restore"]["seconds"]
        assert run["restore"]["previous"] == check["restore"]["previous"] != []
        assert run["analysis"] == check["analysis"]
        assert run["analysis"]["rows"] == sum(one["rows"] for name, one in then.items() if name != "XT")
        everything = mandant.checksums()
    assert _content(mandant) == second


def test_refusals_are_named_and_change_nothing(playbook: PlaybookRunner, restored: Restorer) -> None:
    mandant = restored.mandant
    before = mandant.checksums()
    with contextlib.closing(mandant.connect()):
        assert playbook.task(MODULE, mandant.login()).error == "mandant_in_use"
    misspelled = playbook.task(MODULE, {**mandant.login(), "mandant": mandant.name.replace("test", "tets")}, check=True)
    assert misspelled.error == "mandant_missing"
    assert f"did you mean {mandant.name}" in misspelled["msg"]
    assert mandant.checksums() == before
    mandant.query("DROP TABLE BACK_FIRMA")
    nothing = playbook.task(MODULE, mandant.login())
    assert nothing.error == "nothing_to_roll_back"
    assert "BACK_FIRMA" in nothing["msg"]


def test_the_restore_of_one_backup_is_taken_back_once(playbook: PlaybookRunner, restored: Restorer) -> None:
    mandant = restored.mandant
    sha256 = hashlib.sha256((restored.folder / "2.sql").read_bytes()).hexdigest()
    options = {**mandant.login(), "checksum": f"sha256:{sha256}"}
    for action in ("rolled_back", "unchanged"):
        for check in (True, False):
            answer = playbook.task(MODULE, options, check=check, diff=True)
            assert (answer.changed, answer["action"]) == (action == "rolled_back", action)
            assert answer["analysis"]["rows"] == 4
            assert ("restore" in answer.result) == answer.changed
        assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(3,)]
    before = mandant.checksums()
    wrong = playbook.task(MODULE, {**options, "checksum": "md5:1"})
    assert wrong.error == "checksum_mismatch"
    assert f"given for {mandant.name} cannot be checked" in wrong["msg"]
    assert mandant.checksums() == before


def test_a_hosted_database(restored: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restored.mandant
    user = f"hosted_{os.getpid()}"
    password = account(mandant.server, user, [f"ALL ON `{mandant.name}`.*"])
    hosted = Restorer(mandant, restored.folder, user, password)
    with pytest.raises(Failure) as caught:
        roll_back(hosted)
    assert caught.value.error == "missing_privilege"
    assert "reload_tables: false" in caught.value.msg
    assert roll_back(hosted, reload_tables=False).changed
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(3,)]
