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
from private_server import PrivateServer, ServerError

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
        command = [str(usr / "bin" / "mariadb-install-db"), "--no-defaults", f"--basedir={usr}"]
        command += ["--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={data}"]
        self._run([*command, *self._user_option(), *self._given_once()])
        login = (
            "FLUSH PRIVILEGES;\n"
            "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1');\n"
            "FLUSH PRIVILEGES;\n"
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self._password}';\n"
            f"ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{self._password}';\n"
        )
        boot = [*self._command(), f"--datadir={data}", "--bootstrap", *self._user_option(), *self._given_once()]
        self._run(boot, login)

    def _given_once(self) -> list[str]:
        return [option for option in self.options if option.startswith("--lower-case-table-names")]

    def _run(self, command: list[str], text: str = "") -> None:
        done = subprocess.run(command, env=self._environment(), input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

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
        script = self.folder / "login.sql"
        script.touch(mode=0o600)
        script.write_text(
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self._password}';\n"
            f"CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '{self._password}';\n"
            "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n",
            encoding="ascii",
        )
        once = [option for option in self.options if option.startswith("--lower-case-table-names")]
        command = [*self._command(), "--initialize-insecure", f"--init-file={script}", f"--datadir={data}"]
        done = subprocess.run(
            [*command, *self._user_option(), *once],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        script.unlink()
        if done.returncode != 0:
            raise ServerError(f"mysqld could not make its data folder:\n{done.stderr[-2000:]}")

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
