# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that make dumps: where each is, and what it is told.

tools/fetch_programs.py puts them into .build/programs; FAKTURA_PROGRAMS_FOLDER names another place.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from mandant import Mandant
from own_dumps.by_php import Fields, adminer, phpmyadmin
from private_server import find_program

TREE = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("FAKTURA_PROGRAMS_FOLDER", TREE / ".build" / "programs"))
_NPM = """
const {config, options} = JSON.parse(require('fs').readFileSync(0));
require('mysqldump')({connection: config, dump: options}).then(({dump}) => process.stdout.write(
  [dump.schema, dump.data, dump.trigger].filter(Boolean).join('\\n') + '\\n'));
"""


class Made(t.NamedTuple):
    """A dump: what the program was told, and what it has written."""

    told: str
    sql: bytes


class Program(t.NamedTuple):
    """``name`` and ``version`` are as people know them; it dumps the database of the server ``source``.

    ``fetched`` is the folder that it is in, None where each machine has it. ``without`` names the parts of the database
    that it cannot dump, ``onto`` the server that its dumps are loaded into.
    """

    name: str
    version: str
    fetched: str | None
    source: str
    make: t.Callable[[Path, Mandant], t.Iterator[Made]]
    without: tuple[str, ...] = ()
    onto: str = "mariadb-10.11"

    @property
    def root(self) -> Path:
        """What would be / if its packages were installed."""
        return FOLDER / (self.fetched or "") / "root"

    def why_not(self) -> str | None:
        """Get it; return why it cannot be had, None when it is there in its version. A suite may have gone on."""
        if self.fetched is not None and not (FOLDER / self.fetched / "ready").exists():
            tool = str(TREE / "tools" / "fetch_programs.py")
            done = subprocess.run([sys.executable, tool, self.fetched], capture_output=True, text=True, check=False)
            if not (FOLDER / self.fetched / "ready").exists():
                return (done.stdout or done.stderr).strip()[-500:]
        found = self._found()
        there = found == self.version or found.startswith(f"{self.version}.")
        return None if there else f"the {self.name} that can be had is {found}, and not {self.version}"

    def _found(self) -> str:
        if self.fetched is None:
            said = subprocess.run([find_program(self.name), "--version"], capture_output=True, text=True, check=True)
            return "".join(re.findall(r"(\d+\.\d+\.\d+)-MariaDB", said.stdout)[:1])
        if self.fetched == "npm":
            return str(json.loads((FOLDER / "npm/node_modules/mysqldump/package.json").read_bytes())["version"])
        documents = self.root / "usr" / "share" / "doc"
        packages = {"mariadb-dump": "mariadb-client", "mysqldump": "mysql-client-core"}
        folders = sorted(documents.glob(f"{packages.get(self.name, self.name.lower())}*"))
        changes = next((path for one in folders for path in one.glob("changelog.Debian.gz")), None)
        with gzip.open(changes) if changes else io.BytesIO() as file:
            return "".join(re.findall(r"^\S+ \((?:\d+:)?(\d+(?:\.\d+)*)", file.read().decode())[:1])


def _dumped(program: str, variants: t.Sequence[str], root: Path, mandant: Mandant) -> t.Iterator[Made]:
    """By mysqldump or mariadb-dump."""
    address = mandant.server.address
    found = root / "usr" / "bin" / program
    command = [str(found) if found.is_file() else find_program(program), "--no-defaults", f"--user={address.user}"]
    command += [f"--socket={address.socket}"]
    for told in variants:
        done = subprocess.run(
            [*command, *told.split(), mandant.name],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={"MYSQL_PWD": address.password},
        )
        yield Made(told, done.stdout)


def _by_mydumper(root: Path, mandant: Mandant) -> t.Iterator[Made]:
    """Its files one after another, in the order in which its own loader takes them."""
    address = mandant.server.address
    for told in ("", "--complete-insert --statement-size=2000 --skip-tz-utc"):
        with tempfile.TemporaryDirectory() as folder:
            login = Path(folder, "login.cnf")
            login.touch(mode=0o600)
            login.write_text(f"[client]\npassword={address.password}\n", encoding="ascii")
            to = Path(folder, "dump")
            command = [str(root / "usr/bin/mydumper"), f"--defaults-file={login}", f"--socket={address.socket}"]
            command += [f"--user={address.user}", f"--database={mandant.name}", f"--outputdir={to}", *told.split()]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            yield Made(told, b"\n".join(path.read_bytes() for path in in_order(to)))


def in_order(folder: Path) -> list[Path]:
    """Return the files of a mydumper dump as its loader takes them: tables, rows, triggers, views."""
    kinds = ("-schema.sql", ".sql", "-schema-triggers.sql", "-schema-view.sql", "-schema-post.sql")

    def place(path: Path) -> int:
        return max(
            (number for number, kind in enumerate(kinds) if path.name.endswith(kind)), key=lambda n: len(kinds[n])
        )

    files = [path for path in sorted(folder.glob("*.sql")) if not path.name.endswith("-schema-create.sql")]
    return sorted(files, key=place)


def _by_npm(root: Path, mandant: Mandant) -> t.Iterator[Made]:
    address = mandant.server.address
    config = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    variants: t.Mapping[str, t.Mapping[str, object]] = {
        "format: false": {"data": {"format": False}},
        "dropIfExist, format: false, maxRowsPerInsertStatement: 50": {
            "schema": {"format": False, "table": {"dropIfExist": True}},
            "data": {"format": False, "maxRowsPerInsertStatement": 50},
            "trigger": {"dropIfExist": True},
        },
    }
    for told, options in variants.items():
        said = json.dumps({"config": {**config, "database": mandant.name}, "options": options})
        done = subprocess.run(
            ["node", "-e", _NPM], check=True, input=said.encode(), stdout=subprocess.PIPE, cwd=root.parent
        )
        # It does not mind in which order tables refer to each other: whoever loads its dump has to say this first.
        yield Made(told, b"SET FOREIGN_KEY_CHECKS=0;\n" + done.stdout)


def _by_adminer(root: Path, mandant: Mandant) -> t.Iterator[Made]:
    variants: t.Mapping[str, Fields] = {
        "": {},
        "INSERT+UPDATE": {"data_style": "INSERT+UPDATE", "db_style": "CREATE"},
        "routines": {"routines": "1", "events": "1"},
    }
    with adminer(root, mandant) as export:
        for told, fields in variants.items():
            yield Made(told, export(fields))


def _by_phpmyadmin(root: Path, mandant: Mandant) -> t.Iterator[Made]:
    variants: t.Mapping[str, Fields] = {
        "": {},
        "CREATE DATABASE, DROP TABLE, INSERT IGNORE, one row each, zip": {
            "sql_create_database": "something",
            "sql_drop_table": "something",
            "sql_ignore": "something",
            "sql_insert_syntax": "complete",
            "compression": "zip",
        },
        "REPLACE, gzip": {"sql_type": "REPLACE", "compression": "gzip"},
        "UPDATE": {"sql_type": "UPDATE"},
        "functions": {"sql_procedure_function": "something"},
    }
    with phpmyadmin(root, mandant) as export:
        for told, fields in variants.items():
            yield Made(told, export(fields))


_USUAL = (
    "",
    "--hex-blob --single-transaction --order-by-primary",
    "--skip-extended-insert --complete-insert --skip-triggers --databases",
    "--routines",
)
_MORE = (
    "--compatible=ansi --skip-triggers",
    "--replace --compact",
    "--no-autocommit --net-buffer-length=4096 --skip-add-locks --tz-utc=0",
)
_of_mariadb = functools.partial(_dumped, "mariadb-dump")
_of_mysql = functools.partial(_dumped, "mysqldump")
_LEFT_OUT_BY_NPM = ("odd strings", "odd names", "odd views", "shapes", "computed", "of mariadb", "uuid")
PROGRAMS = (
    Program("mariadb-dump", "10.5", "mariadb-10.5", "mariadb-10.5", functools.partial(_of_mariadb, _USUAL[:3])),
    Program("mariadb-dump", "10.5", "mariadb-10.5", "mysql-5.6", functools.partial(_of_mariadb, _USUAL[:2])),
    Program("mariadb-dump", "10.11", None, "mariadb-10.11", functools.partial(_of_mariadb, (*_USUAL, *_MORE))),
    Program(
        "mariadb-dump",
        "11.8",
        "mariadb-11.8",
        "mariadb-11.8",
        functools.partial(_of_mariadb, _USUAL),
        onto="mariadb-11.8",
    ),
    Program(
        "mysqldump",
        "9.7",
        "mysql-9.7",
        "mysql-9.7",
        functools.partial(_of_mysql, [f"--set-gtid-purged=OFF {told}".strip() for told in _USUAL]),
        onto="mysql-9.7",
    ),
    Program("mydumper", "0.10", "mydumper", "mariadb-10.11", _by_mydumper, ("odd names", "uuid", "of mariadb")),
    Program("mysqldump of npm", "3.2", "npm", "mariadb-10.11", _by_npm, _LEFT_OUT_BY_NPM),
    Program("Adminer", "4.8", "php-8.2", "mariadb-10.11", _by_adminer, ("long bits",)),
    Program("Adminer", "6.1", "php", "mariadb-10.11", _by_adminer),
    Program("phpMyAdmin", "5.2.1", "php-8.2", "mariadb-10.11", _by_phpmyadmin, ("odd views",)),
    Program("phpMyAdmin", "5.2.4", "php", "mariadb-10.11", _by_phpmyadmin, ("odd views",)),
)
