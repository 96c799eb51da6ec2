# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Mandant's database on a private server, as the tests see it."""

from __future__ import annotations

import subprocess
import typing as t
from dataclasses import dataclass

import pymysql
import pymysql.cursors

from private_server import PrivateServer, find_program


@dataclass(frozen=True)
class Mandant:
    """The database ``name`` on ``server``; it exists only after create()."""

    name: str
    server: PrivateServer

    def create(self, *, charset: str = "latin1") -> None:
        """Create the empty database."""
        self.server.admin(f"CREATE DATABASE `{self.name}` CHARACTER SET {charset}")

    def drop(self) -> None:
        """Drop the database if it is there."""
        self.server.admin(f"DROP DATABASE IF EXISTS `{self.name}`")

    def connect(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        """Open a session on the Mandant, as a running CAO-Faktura has one."""
        return self.server.connect(database=self.name)

    def query(self, sql: str, args: t.Sequence[object] = ()) -> list[tuple[t.Any, ...]]:
        """Run one statement in the Mandant and return its rows."""
        return self.server.admin(sql, args, database=self.name)

    def tables(self) -> list[str]:
        """Return the names of all tables and views, sorted."""
        rows = self.server.admin(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (self.name,)
        )
        return sorted(name for (name,) in rows)

    def checksums(self) -> dict[str, int | None]:
        """Return CHECKSUM TABLE of every table: equal before and after means that nothing changed."""
        names = self.tables()
        if not names:
            return {}
        rows = self.query("CHECKSUM TABLE " + ", ".join(f"`{name}`" for name in names))
        return {table.partition(".")[2]: checksum for table, checksum in rows}

    def login(self) -> dict[str, t.Any]:
        """Return the options of a module that lead to this Mandant."""
        address = self.server.address
        return {
            "mandant": self.name,
            "login_host": address.host,
            "login_port": address.port,
            "login_user": address.user,
            "login_password": address.password,
        }

    def by_client(self, program: str, *options: str, sql: bytes = b"") -> bytes:
        """Let a client program of the server work on this Mandant, with ``sql`` as its input; return what it says."""
        address = self.server.address
        login = [f"--socket={address.socket}", f"--user={address.user}"]
        command = [find_program(program), "--no-defaults", *login, *options, self.name]
        environment = {"MYSQL_PWD": address.password}
        return subprocess.run(command, input=sql, check=True, stdout=subprocess.PIPE, env=environment).stdout


def flavour_of(mandant: Mandant) -> t.Any:
    """Return what the reader has to know of the Mandant's server, its ServerFlavour."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

    return ServerFlavour.of(mandant.query("SELECT VERSION()")[0][0])
