# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of the collection under the Python that runs this, without Ansible, in the background as a module does them.

``one_python.py FOLDER`` with the folder of a job; its standard input says what and where. Nothing but the collection
and the libraries of a managed host is imported: this has to run on Python 3.9. What a thread or a finaliser raises, and
every warning, goes into the file ``overlooked`` of the folder that it is told: in whichever process it was. That of a
fork is never raised, also where warnings are errors.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import typing as t
import warnings
from pathlib import Path

import pymysql


def _do(given: t.Mapping[str, t.Any], folder: Path) -> dict[str, t.Any]:
    """Do each job once, and return what came of it."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.rollback import rollback
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

    login = Login(**given["login"], config_file=os.devnull)
    name = given["mandant"]
    found: dict[str, t.Any] = {"first": _restored(given, login, name)}
    session = pymysql.connect(**given["login"], database=name, autocommit=True)
    with contextlib.closing(session), session.cursor() as cursor:
        cursor.execute("UPDATE ARTIKEL SET VK5 = 4711")
        cursor.execute("DROP TABLE LAND")
    found["enforced"] = _restored(given, login, name, policy="enforce")
    for _time in range(2):
        rollback(wanted=Wanted(name), login=login, check_mode=False)
    found["again"] = _restored(given, login, name, policy="enforce")
    for encryption in ("aes256", "zipcrypto"):
        dest = folder / f"{encryption}.zip"
        saving = Saving(name, str(dest), password="geheim", encryption=encryption)
        back_up(saving=saving, login=login, check_mode=False)
        there = {"backup": str(dest), "password": "geheim"}
        found[encryption] = _restored(there, login, f"{name}_{encryption}")
    found["rows"] = _restored({"backup": given["rows"], "password": None}, login, f"{name}_rows")
    return found


def _restored(given: t.Mapping[str, t.Any], login: t.Any, mandant: str, **options: t.Any) -> list[t.Any]:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    wanted = Wanted(mandant, **options)
    with open_backup(given["backup"], password=given["password"], options=ReadOptions()) as backup:
        done = restore(wanted=wanted, login=login, backup=backup, check_mode=False)
    drift = sorted(table["name"] for table in (done.drift or {}).get("tables", []))
    return [done.changed, (done.restore or {}).get("rows"), drift]


def main() -> None:
    """Go to the background, work there, and leave what was found to whoever watches the folder."""
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.job import go_to_background

    given = json.load(sys.stdin)
    overlooked = Path(given["folder"]) / "overlooked"

    def note(text: str) -> None:
        with overlooked.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    threading.excepthook = lambda failed: note(repr(failed.exc_value))
    sys.unraisablehook = lambda failed: note(repr(failed.exc_value))
    warnings.showwarning = lambda message, _kind, file, line, *_rest: note(f"{file}:{line}: {message!r}")
    found: dict[str, t.Any] = {"in_background": go_to_background(Folder(sys.argv[1]), {"job": sys.argv[1]}, "it")}
    try:
        found.update(_do(given, Path(given["folder"])))
    except BaseException as exc:  # noqa: BLE001 - whoever watches has to know
        found["failed"] = repr(exc)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
