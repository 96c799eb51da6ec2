# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The poorest account of a hosted database, and the jobs that are tried with it."""

from __future__ import annotations

import typing as t
from pathlib import Path

from each_server import Each
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company, roll_back

USER, PASSWORD = "db4711", "Geheim!1"
# What is left of ALL where a hoster gives what a web shop needs.
FEW = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX"
Job = t.Callable[[Restorer], t.Any]


def poor_account(each: Each, folder: Path, *limits: str, grants: str = FEW) -> Restorer:
    """Return a restorer with the poorest account, and a Mandant that has been restored twice by somebody else."""
    server, mandant = each.server, Mandant("db4711", each.server)
    mandant.drop()
    mandant.create()
    restorer = Restorer(mandant, folder)
    for mark in ("älter", "alt"):
        path = restorer.write("old.sql", cao_backup(articles(3, mark), company(mark)))
        restorer.run(path, engine="InnoDB", policy="always")
    if server.admin("SELECT 1 FROM mysql.user WHERE User = %s", (USER,)):
        server.admin(f"DROP USER {USER}")
    server.admin(f"CREATE USER {USER} IDENTIFIED BY %s", (PASSWORD,))
    server.admin(f"GRANT {grants} ON `{mandant.name}`.* TO {USER}")
    words = " ".join(limits)
    if words:
        old = each.kind == "mysql-5.6"
        server.admin(f"GRANT USAGE ON *.* TO {USER} WITH {words}" if old else f"ALTER USER {USER} WITH {words}")
    return Restorer(mandant, folder, USER, PASSWORD)


def _new(poor: Restorer, rows: int = 4) -> str:
    return poor.write("new.sql", cao_backup(articles(rows, "neu"), company("neu")))


def restore(poor: Restorer, **options: t.Any) -> t.Any:
    return poor.run(
        _new(poor), **{"reload_tables": False, "create": False, "engine": "InnoDB", "policy": "always", **options}
    )


def _enforce(poor: Restorer) -> t.Any:
    return poor.run(str(poor.folder / "old.sql"), reload_tables=False, engine="InnoDB", policy="enforce")


def back(poor: Restorer) -> t.Any:
    return roll_back(poor, reload_tables=False)


def save(poor: Restorer, *, check: bool = False) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

    saving = Saving(mandant=poor.mandant.name, dest=str(poor.folder / "saved.sql"))
    return back_up(saving=saving, login=poor.login(), check_mode=check)


def look(poor: Restorer, **asked: t.Any) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    (found,) = mandant_info(asked=Asked(poor.mandant.name, **asked), login=poor.login())["mandanten"]
    return found


JOBS: t.Mapping[str, Job] = {
    "restore": restore, "enforce": _enforce, "rollback": back, "backup": save, "info": look,
}  # fmt: skip


def failed(job: Job, poor: Restorer) -> t.Any:
    """Do a job; return its Failure, None where it is done. Whatever else is raised is a fault."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        job(poor)
    except Failure as failure:
        return failure
    return None


def state(mandant: Mandant) -> tuple[str, ...]:
    """Return the marks of both tables of the Mandant, and of those before."""
    found = []
    for prefix in ("", "BACK_"):
        sql = f"SELECT RIGHT(INFO, 3) FROM {prefix}ARTIKEL LIMIT 1"
        found += [mandant.query(sql)[0][0], mandant.query(f"SELECT RIGHT(NAME1, 3) FROM {prefix}FIRMA")[0][0]]
    return tuple(found)


OLD, NEW, BACK = ("alt", "alt", "ter", "ter"), ("neu", "neu", "alt", "alt"), ("ter", "ter", "alt", "alt")
