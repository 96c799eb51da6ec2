# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private servers of other suites of Debian, each with its own libraries, in folders of their own.

tools/fetch_servers.py puts them into .build/servers; FAKTURA_SERVERS_FOLDER names another place.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import typing as t
from pathlib import Path

from mariadb_server import MariadbServer
from private_server import PrivateServer

TREE = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("FAKTURA_SERVERS_FOLDER", TREE / ".build" / "servers"))


@functools.cache
def version(name: str) -> str | None:
    """Return the version of the server in a folder, None where it is not there or does not run."""
    program = FOLDER / name / "root" / "usr" / "sbin" / ("mysqld" if name.startswith("mysql") else "mariadbd")
    if not program.is_file():
        return None
    done = subprocess.run([str(program), "--no-defaults", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"Ver (\d+\.\d+\.\d+)", done.stdout)
    return found[1] if found else None


def why_not(name: str) -> str | None:
    """Return why a server cannot be had on this machine, None where it can; its suite may have gone on."""
    found = version(name)
    if found is None:
        return f"no {name} here: tools/fetch_servers.py gets it where apt-get is there"
    wanted = name.partition("-")[2]
    return None if found.startswith(f"{wanted}.") else f"what is in the folder {name} is {found}"


class FetchedServer(PrivateServer):
    """A server in a folder of ``FOLDER``."""

    name: t.ClassVar[str]

    @property
    def root(self) -> Path:
        """What would be / if its packages were installed."""
        return FOLDER / self.name / "root"


class FetchedMariadb(FetchedServer, MariadbServer):
    """A mariadbd; its packages' programs are called where they are."""

    def _install_data(self, data: Path) -> None:
        usr = self.root / "usr"
        install = [str(usr / "bin" / "mariadb-install-db"), "--no-defaults", f"--basedir={usr}"]
        self._prepare([*install, *self._install_options(data)])
        # That of 10.5 knows no --extra-file.
        self._prepare([*self._command(), f"--datadir={data}", "--bootstrap"], self._login_sql())

    def _command(self) -> list[str]:
        usr = self.root / "usr"
        share = next(usr / "share" / name for name in ("mariadb", "mysql") if (usr / "share" / name).is_dir())
        return [
            str(usr / "sbin" / "mariadbd"),
            "--no-defaults",
            f"--basedir={usr}",
            f"--lc-messages-dir={share}",
            f"--character-sets-dir={share / 'charsets'}",
        ]


class FetchedMysql(FetchedServer):
    """A mysqld that makes its own data folder, as all from 5.7 on do."""

    program = "mysqld"

    def _install_data(self, data: Path) -> None:
        login = (
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self._password}';\n"
            f"CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '{self._password}';\n"
            "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        with self._login_file(login) as script:
            self._prepare([*self._command(), "--initialize-insecure", f"--init-file={script}", f"--datadir={data}"])

    def _command(self) -> list[str]:
        usr = self.root / "usr"
        return [
            str(usr / "sbin" / "mysqld"),
            "--no-defaults",
            f"--basedir={usr}",
            f"--lc-messages-dir={usr / 'share' / 'mysql'}",
            f"--character-sets-dir={usr / 'share' / 'mysql' / 'charsets'}",
            f"--plugin-dir={usr / 'lib' / 'mysql' / 'plugin'}",
            "--secure-file-priv=NULL",
            "--mysqlx=OFF",
        ]


class Mariadb105(FetchedMariadb):
    name = "mariadb-10.5"


class Mariadb118(FetchedMariadb):
    name = "mariadb-11.8"


class Mysql97(FetchedMysql):
    name = "mysql-9.7"


SERVERS: tuple[type[FetchedServer], ...] = (Mariadb105, Mariadb118, Mysql97)
