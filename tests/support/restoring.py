# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small backups, and restores of them without Ansible, for tests of the database room.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from mandant import Mandant
from private_server import PrivateServer

# Most tests know their backups by the names of companies.
ANY_COMPANY = {"other_company": "allow"}
HEADER = "# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n"


def cao_table(name: str, columns: t.Sequence[str], rows: t.Iterable[str], keys: t.Sequence[str] = ()) -> str:
    """Return a table in CAO's layout (cao-format 1.3 to 1.5); ``rows`` are the texts in the parentheses."""
    body = ",\r\n".join(f"  {line}" for line in columns) + "".join(f",\r\n  {key}" for key in keys)
    end = "\r\n);" if keys else ");"
    text = f"#\r\n# TABLE [{name}]\r\n#\r\ndrop table if exists {name};\r\n\r\n"
    text += f"create table {name} (\r\n{body}{end}\r\n\r\n\r\n"
    lines = "".join(f"INSERT INTO {name} VALUES ({row});\r\n" for row in rows)
    return text + (f"#\r\n# TABLE [{name}] DATA\r\n#\r\n{lines}\r\n\r\n\r\n" if lines else "")


def cao_backup(*tables: str) -> bytes:
    """Return a whole backup in CAO's layout and encoding."""
    return (HEADER + "".join(tables)).encode("cp1252")


ARTIKEL = (
    ["REC_ID int(11) not null auto_increment", "ARTNUM varchar(20)", "VK1 decimal(12,4)", "INFO text"],
    ["PRIMARY KEY (REC_ID)", "KEY ARTNUM (ARTNUM)"],
)


def articles(rows: int, mark: str = "", bad: t.Mapping[int, str] | None = None) -> str:
    """Return a table ARTIKEL with rows that tell which backup they are from."""
    texts = [f"'{number}','A{number}','{number}.5000','Schraube € {mark}'" for number in range(1, rows + 1)]
    for number, text in (bad or {}).items():
        texts[number - 1] = text
    return cao_table("ARTIKEL", ARTIKEL[0], texts, ARTIKEL[1])


def company(mark: str) -> str:
    """Return a table FIRMA, which has no key."""
    return cao_table("FIRMA", ["NAME1 varchar(250)", "ORT varchar(250)", "IMAGE1 blob"], [f"'{mark}','Köln',NULL"])


def dump_with_objects(mark: str, engine: str) -> bytes:
    """Return a dump with a foreign key where the engine has them, a trigger and a view; ``mark`` is its content."""
    key = ",\n  CONSTRAINT `fk_pos` FOREIGN KEY (`A`) REFERENCES `ADRESSEN` (`ID`)" if engine == "InnoDB" else ""
    return f"""-- MySQL dump 10.13
CREATE TABLE `ADRESSEN` (`ID` int NOT NULL, `N` varchar(20), PRIMARY KEY (`ID`)) ENGINE={engine};
CREATE TABLE `POS` (`ID` int NOT NULL, `A` int, PRIMARY KEY (`ID`), KEY `A` (`A`){key}) ENGINE={engine};
INSERT INTO `ADRESSEN` VALUES (1,'{mark}'),(2,'{mark}');
INSERT INTO `POS` VALUES (1,1);
CREATE TRIGGER `merken` BEFORE INSERT ON `POS` FOR EACH ROW SET NEW.ID = NEW.ID + 1;
CREATE VIEW `SICHT` AS SELECT `N` AS `N` FROM `ADRESSEN`;
""".encode()


@dataclass
class Restorer:
    """Restores into one Mandant as a module does; ``port`` is that of a proxy before the server."""

    mandant: Mandant
    folder: Path
    user: str | None = None
    password: str | None = None
    port: int | None = None

    def write(self, name: str, content: bytes) -> str:
        """Write a backup and return its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def login(self) -> t.Any:
        """Return the login of this restorer's account."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

        address = self.mandant.server.address
        return Login(
            host=address.host,
            port=self.port or address.port,
            user=self.user or address.user,
            password=self.password if self.user else address.password,
            config_file=os.devnull,
        )

    def run(self, path: str, *, check: bool = False, diff: bool = False, **options: t.Any) -> t.Any:
        """Restore in this process and return the Outcome; raises Failure."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
        from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

        progress = options.pop("progress", None)
        wanted = Wanted(**{"mandant": self.mandant.name, **ANY_COMPANY, **options})
        reading = ReadOptions(encoding=wanted.encoding, repairs=wanted.repairs, incomplete=wanted.incomplete)
        with open_backup(path, options=reading) as backup:
            return restore(
                wanted=wanted, login=self.login(), backup=backup, check_mode=check, want_diff=diff, progress=progress
            )

    def start(self, path: str | None, stop_at: str, **options: t.Any) -> subprocess.CompletedProcess[str]:
        """Restore, or roll back without a ``path``, in a process of its own that kills itself with SIGKILL at a place.

        With the ``job`` "remove" a Mandant is removed.

        ``stop_at`` is ``function`` of ``module`` as ``module:function:before`` or ``:after``, and may end
        in ``:n`` for the n-th call. Only with ``may_end`` the place need not be reached.
        """
        may_end = options.pop("may_end", False)
        job = options.pop("job", "restore" if path else "rollback")
        company = {} if job == "remove" else ANY_COMPANY
        arguments = {
            "job": job,
            "path": path,
            "stop_at": stop_at,
            "options": {"mandant": self.mandant.name, **company, **options},
        }
        login = self.login()
        arguments["login"] = {name: getattr(login, name) for name in login.__dataclass_fields__}
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(
            [sys.executable, "-c", _KILLED],
            input=json.dumps(arguments),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL or (may_end and done.returncode == 0), (
            done.returncode,
            done.stderr[-2000:],
        )
        return done


def roll_back(restorer: Restorer, *, check: bool = False, only_sha256: str | None = None, **options: t.Any) -> t.Any:
    """Roll a Mandant back in this process and return the Outcome; raises Failure."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.rollback import rollback
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    wanted = Wanted(restorer.mandant.name, **options)
    return rollback(wanted=wanted, login=restorer.login(), check_mode=check, only_sha256=only_sha256)


def remove(restorer: Restorer, *, check: bool = False, diff: bool = False, **options: t.Any) -> t.Any:
    """Remove a Mandant in this process and return the Outcome; raises Failure."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.remove import remove as removed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Removing

    wanted = Removing(restorer.mandant.name, **options)
    return removed(wanted=wanted, login=restorer.login(), check_mode=check, want_diff=diff)


_KILLED = """
import importlib, json, os, signal, sys
given = json.load(sys.stdin)
base = "ansible_collections.cao.faktura.plugins.module_utils."
module_name, function, moment, *rest = given["stop_at"].split(":")
left = [int(rest[0]) if rest else 1]
place = importlib.import_module(base + "_mandant." + module_name)
restore = importlib.import_module(base + "_mandant.restore")
job = importlib.import_module(base + "_mandant." + given["job"])
owner, _dot, name = function.rpartition(".")
holder = getattr(place, owner) if owner else place
real = getattr(holder, name)
def killing(*args, **kwargs):
    left[0] -= 1
    if left[0] == 0 and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(holder, name, killing)
for caller in (restore, job):
    if getattr(caller, name, None) is real:
        setattr(caller, name, killing)
wanted = importlib.import_module(base + "_mandant.wanted")
open_backup = importlib.import_module(base + "_backup.backup").open_backup
kind = wanted.Removing if given["job"] == "remove" else wanted.Wanted
options, login = kind(**given["options"]), wanted.Login(**given["login"])
if given["path"] is None:
    getattr(job, given["job"])(wanted=options, login=login, check_mode=False)
else:
    with open_backup(given["path"]) as backup:
        restore.restore(wanted=options, login=login, backup=backup, check_mode=False)
"""


def account(server: PrivateServer, name: str, grants: t.Iterable[str]) -> str:
    """Make an account with exactly these grants and return its password."""
    # MySQL 5.6 has no DROP USER IF EXISTS.
    if server.admin("SELECT 1 FROM mysql.user WHERE User = %s", (name,)):
        server.admin(f"DROP USER '{name}'@'%'")
    server.admin(f"CREATE USER '{name}'@'%' IDENTIFIED BY 'probe'")
    for grant in grants:
        server.admin(f"GRANT {grant} TO '{name}'@'%'")
    return "probe"


def let_connect_once(server: PrivateServer, name: str) -> None:
    """Let an account have one connection only; the servers disagree on how that is said."""
    version = server.admin("SELECT VERSION()")[0][0]
    old = version.startswith("5.6")
    server.admin(
        f"GRANT USAGE ON *.* TO '{name}'@'%' WITH MAX_USER_CONNECTIONS 1"
        if old
        else f"ALTER USER '{name}'@'%' WITH MAX_USER_CONNECTIONS 1"
    )
