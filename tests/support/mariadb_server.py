# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private MariaDB server for tests and the demo."""

from __future__ import annotations

import subprocess
from pathlib import Path

from private_server import PrivateServer, ServerError, find_program


class MariadbServer(PrivateServer):
    """A private mariadbd of this machine's packages."""

    program = "mariadbd"

    def _install_data(self, data: Path) -> None:
        script = self.folder / "login.sql"
        script.touch(mode=0o600)
        script.write_text(
            "FLUSH PRIVILEGES;\n"
            "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1');\n"
            "FLUSH PRIVILEGES;\n"
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self._password}';\n"
            f"ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{self._password}';\n",
            encoding="ascii",
        )
        done = subprocess.run(
            [
                find_program("mariadb-install-db"),
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                f"--extra-file={script}",
                f"--datadir={data}",
                *self._user_option(),
                *(option for option in self.options if option.startswith("--lower-case-table-names")),
            ],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        script.unlink()
        if done.returncode != 0:
            raise ServerError(f"mariadb-install-db failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _command(self) -> list[str]:
        return [find_program("mariadbd"), "--no-defaults"]
