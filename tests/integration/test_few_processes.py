# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account that may have no other process and no thread: everything is done without them, as it is with them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import typing as t
import zipfile
from pathlib import Path

import pytest

from restoring import Restorer, cao_backup, cao_table

# Enough for a second process, a second connection and two readers.
MANY = 60_000
NOBODY = 65534

_ALONE = """
import json, os, resource, sys, threading
base = "ansible_collections.cao.faktura.plugins.module_utils."
from importlib import import_module as get
given = json.load(sys.stdin)
wanted, restore = get(base + "_mandant.wanted"), get(base + "_mandant.restore").restore
back_up = get(base + "_mandant.back_up")
job, Folder = get(base + "_ansible.watch.job"), get(base + "_ansible.watch.folder").Folder
open_backup = get(base + "_backup.backup").open_backup
login = wanted.Login(**given["login"])

def all_of_it(folder):
    found = []
    for path in given["paths"]:
        for policy in ("always", "enforce"):
            with open_backup(path) as backup:
                options = wanted.Wanted(mandant=given["mandant"], policy=policy, engine="InnoDB", previous="drop")
                outcome = restore(wanted=options, login=login, backup=backup, check_mode=False)
            found.append([outcome.changed, (outcome.restore or {}).get("rows")])
    saved = back_up.back_up(saving=back_up.Saving(given["mandant"], folder), login=login, check_mode=False)
    return found + [saved.result["rows"]]

# What is imported late is there when its files cannot be read any more.
with_others = all_of_it(given["folders"][0])
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
os.setgroups([])
os.setresgid(given["nobody"], given["nobody"], given["nobody"])
os.setresuid(given["nobody"], given["nobody"], given["nobody"])
refused = []
for begin in (os.fork, threading.Thread(target=print).start):
    try:
        begin()
    except (OSError, RuntimeError) as exc:
        refused.append(type(exc).__name__)
place = given["folders"][1] + "/ansible-cao-faktura-job"
os.mkdir(place, 0o700)
in_background = job.go_to_background(Folder(place), {}, "it")
print(json.dumps([refused, in_background, with_others, all_of_it(given["folders"][1])]))
"""


@pytest.fixture
def open_folder() -> t.Iterator[Path]:
    """A folder that every account can come to."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an account with such a limit")
def test_without_processes_and_threads(restorer: Restorer, open_folder: Path) -> None:
    columns = ["ID int(11) not null auto_increment", "NAME varchar(60)", "INFO text"]
    rows = [f"'{number}','Müller {number * 7919 % 4001}','{os.urandom(40).hex()}'" for number in range(1, MANY + 1)]
    content = cao_backup(cao_table("GROSS", columns, rows, ["PRIMARY KEY (ID)", "KEY NAME (NAME)"]))
    paths = [open_folder / "a.sql", open_folder / "b.zip"]
    paths[0].write_bytes(content)
    with zipfile.ZipFile(paths[1], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.sql", content)
    folders = [open_folder / "root", open_folder / "nobody"]
    for folder in folders:
        folder.mkdir()
    os.chown(folders[1], NOBODY, NOBODY)
    login = restorer.login()
    given = {
        "login": {name: getattr(login, name) for name in login.__dataclass_fields__},
        "mandant": restorer.mandant.name,
        "paths": list(map(str, paths)),
        "folders": list(map(str, folders)),
        "nobody": NOBODY,
    }
    done = subprocess.run(
        [sys.executable, "-c", _ALONE],
        input=json.dumps(given),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    refused, in_background, with_others, alone = json.loads(done.stdout)
    assert refused == ["BlockingIOError", "RuntimeError"]
    assert in_background is False
    assert alone == with_others == [[True, MANY], [False, None]] * 2 + [MANY]
