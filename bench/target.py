# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that is loaded: a private MariaDB with its own defaults, and a fresh database for each run."""

from __future__ import annotations

import time

from bench.measure import BenchError, cpu_seconds
from bench.rows import TABLE_NAME, create_table
from mariadb_server import MariadbServer

DATABASE = "cao_bench"
_QUIET_SECONDS = 20.0


class Target:
    """The private server as a contender sees it."""

    def __init__(self, server: MariadbServer) -> None:
        self.server = server
        # Client programs get the login by file: a password in a command line is seen by everybody.
        self.option_file = server.folder / "client.cnf"
        self.option_file.touch(mode=0o600)
        address = server.address
        self.option_file.write_text(
            f"[client]\nsocket={address.socket}\nuser={address.user}\npassword={address.password}\n", encoding="utf-8"
        )

    @property
    def version(self) -> str:
        return str(self.server.admin("SELECT VERSION()")[0][0])

    def fresh(self) -> None:
        """Make the database anew, and wait until the server has nothing left to do for the run before."""
        self.drop()
        self.server.admin(f"CREATE DATABASE {DATABASE} CHARACTER SET latin1")
        self.wait_until_quiet()

    def drop(self) -> None:
        self.server.admin(f"DROP DATABASE IF EXISTS {DATABASE}")

    def wait_until_quiet(self) -> None:
        """Wait until the server computes nothing more for the run before, at most _QUIET_SECONDS."""
        deadline = time.monotonic() + _QUIET_SECONDS
        before = cpu_seconds(self.server.pid)
        while time.monotonic() < deadline:
            time.sleep(0.3)
            now = cpu_seconds(self.server.pid)
            if now - before <= 0.01:
                return
            before = now

    def create_table(self, engine: str) -> None:
        self.server.admin(f"{create_table()} ENGINE={engine}", database=DATABASE)

    def client(self, *arguments: str, engine: str | None = None) -> list[str]:
        """Return the command line of the mariadb client."""
        init = [f"--init-command=SET default_storage_engine={engine}"] if engine else []
        charset = "--default-character-set=latin1"
        return ["mariadb", f"--defaults-file={self.option_file}", charset, *init, *arguments, DATABASE]

    def change_rows(self, nth: int) -> int:
        """Change one text of every nth row; return how many rows these are."""
        change = f"UPDATE {TABLE_NAME} SET BEZEICHNUNG = CONCAT(BEZEICHNUNG, '!')"
        self.server.admin(f"{change} WHERE REC_ID % {nth} = 0", database=DATABASE)
        return int(
            self.server.admin(f"SELECT COUNT(*) FROM {TABLE_NAME} WHERE REC_ID % {nth} = 0", database=DATABASE)[0][0]
        )

    def checksum(self, table: str = TABLE_NAME) -> int:
        """Return CHECKSUM TABLE: it depends on the values alone, and not on the engine."""
        checksum = self.server.admin(f"CHECKSUM TABLE {DATABASE}.{table}")[0][1]
        if checksum is None:
            raise BenchError(f"there is no table {table}")
        return int(checksum)

    def engine(self, table: str = TABLE_NAME) -> str:
        return str(self.server.admin(f"SHOW TABLE STATUS FROM {DATABASE} WHERE Name = '{table}'")[0][1])
