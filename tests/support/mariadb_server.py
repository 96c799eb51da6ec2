# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private MariaDB server for tests and the demo."""

from __future__ import annotations

from pathlib import Path

from private_server import PrivateServer, find_program


class MariadbServer(PrivateServer):
    """A private mariadbd of this machine's packages."""

    program = "mariadbd"

    def _install_data(self, data: Path) -> None:
        command = [find_program("mariadb-install-db"), "--no-defaults", *self._install_options(data)]
        with self._login_file(self._login_sql()) as script:
            self._prepare([*command, f"--extra-file={script}"])

    @staticmethod
    def _install_options(data: Path) -> tuple[str, ...]:
        return "--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={data}"

    def _login_sql(self) -> str:
        return (
            "FLUSH PRIVILEGES;\n"
            "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1');\n"
            "FLUSH PRIVILEGES;\n"
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self._password}';\n"
            f"ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{self._password}';\n"
        )

    def _command(self) -> list[str]:
        return [find_program("mariadbd"), "--no-defaults"]
