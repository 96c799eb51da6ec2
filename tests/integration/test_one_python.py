# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each job under one Python, without a warning: what forks and what has threads among them.

``make matrix`` runs it under each Python that a managed host may have.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import one_python
from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import articles, cao_backup, company

TREE = Path(__file__).resolve().parents[2]
BACKUP = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
ROWS = 60_000


def _result(given: t.Mapping[str, t.Any], collections_path: Path) -> dict[str, t.Any]:
    """Run the jobs as a module that somebody watches; return what came of them."""
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch import folder as folders

    place = folders.Folder(tempfile.mkdtemp(prefix=folders.FOLDER_PREFIX))
    python = os.environ.get("FAKTURA_TARGET_PYTHON", sys.executable)
    done = subprocess.run(
        [python, "-W", "always", one_python.__file__, str(place.path)],
        input=json.dumps(given),
        env={"PYTHONPATH": str(collections_path), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, t.Any] = json.loads(done.stdout)
    if "job" in answer:
        while not place.has(folders.ENDED):
            place.touch(folders.ALIVE)
            time.sleep(0.1)
        answer = json.loads(place.read(folders.OUTPUT))
        place.remove()
    return answer


def test_every_job(mandant: Mandant, playbook: PlaybookRunner, tmp_path: Path) -> None:
    rows = tmp_path / "rows.sql"
    rows.write_bytes(cao_backup(articles(ROWS), company("Eins")))
    address = mandant.server.address
    login = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    given = {
        "login": login,
        "mandant": mandant.name,
        "folder": str(tmp_path),
        "backup": str(BACKUP),
        "password": "Kräutergarten",
        "rows": str(rows),
    }
    found = _result(given, playbook.collections_path)
    overlooked = tmp_path / "overlooked"
    assert (found.get("failed"), overlooked.read_text() if overlooked.exists() else "") == (None, "")
    whole = found["first"][1]
    assert found["in_background"]
    assert found["first"] == [True, whole, []]
    assert found["enforced"] == [True, whole, ["ARTIKEL", "LAND"]]
    assert found["again"][0] is False
    assert found["aes256"] == found["zipcrypto"] == [True, whole, []]
    assert found["rows"] == [True, ROWS + 1, []]
    for end in ("aes256", "zipcrypto", "rows"):
        Mandant(f"{mandant.name}_{end}", mandant.server).drop()
