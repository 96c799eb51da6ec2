# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private MySQL 5.6 for tests: what old installations of CAO-Faktura run on.

tools/prepare.py unpacks it to .build/mysql-5.6 where npm is there; FAKTURA_MYSQL_FOLDER names another place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from private_server import PrivateServer

TREE = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("FAKTURA_MYSQL_FOLDER", TREE / ".build" / "mysql-5.6"))
MISSING = "no MySQL 5.6 here: tools/prepare.py gets it where npm is there"

# The package has accounts without passwords; only the administrator's stay.
_LOGIN = (
    "DELETE FROM mysql.user WHERE User <> 'root' OR Host NOT IN ('localhost', '127.0.0.1');",
    "DELETE FROM mysql.db;",
    "UPDATE mysql.user SET Password = PASSWORD('{password}');",
)


def is_there() -> bool:
    """Whether the server's program is here and runs on this machine."""
    program = FOLDER / "mysqld"
    if not program.is_file():
        return False
    command = [str(program), "--no-defaults", "--version"]
    return subprocess.run(command, env=_libraries(), capture_output=True, check=False).returncode == 0


def _libraries() -> dict[str, str]:
    """Return where libaio is, which the package brings along."""
    return {"LD_LIBRARY_PATH": str(FOLDER)}


class MysqlServer(PrivateServer):
    """A private mysqld 5.6."""

    program = "mysqld"

    def _install_data(self, data: Path) -> None:
        shutil.copytree(FOLDER / "data" / "mysql", data, dirs_exist_ok=True)
        # Each server has an identity of its own, and makes this file again.
        (data / "auto.cnf").unlink()
        command = [*self._command(), f"--datadir={data}", "--bootstrap", "--skip-grant-tables"]
        self._prepare(command, "\n".join(_LOGIN).format(password=self._password))

    def _command(self) -> list[str]:
        return [
            str(FOLDER / "mysqld"),
            "--no-defaults",
            f"--basedir={FOLDER}",
            f"--lc-messages-dir={FOLDER / 'share'}",
        ]

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), **_libraries()}
