# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that the tests run on: each program with the settings that installations have."""

from __future__ import annotations

import typing as t

import fetched_servers
import mysql_server
from fetched_servers import FetchedServer
from mariadb_server import MariadbServer
from mysql_server import MysqlServer
from private_server import PrivateServer

_HOSTILE = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"
_BINLOG = ("--log-bin=binlog", "--server-id=1")


class Setting(t.NamedTuple):
    """A server: ``name`` for tests, ``options`` of its program, and what a restore is told.

    ``charset`` is the Mandant's, ``engine`` the option of that name.
    """

    name: str
    options: tuple[str, ...] = ()
    charset: str = "latin1"
    engine: str | None = None

    @property
    def mysql(self) -> bool:
        """Whether it is MySQL, which is not on every machine."""
        return self.name.startswith("mysql")

    @property
    def old(self) -> bool:
        """Whether it is the MySQL 5.6 of old installations."""
        return self.name.startswith("mysql-5.6")

    @property
    def fetched(self) -> type[FetchedServer] | None:
        """The server of another suite of Debian that it is, None for those that every machine can have."""
        return next((one for one in fetched_servers.SERVERS if self.name.startswith(one.name)), None)

    def server(self) -> PrivateServer:
        """Return the server, not yet started."""
        program = self.fetched or (MysqlServer if self.mysql else MariadbServer)
        return program(options=self.options)


SETTINGS = (
    Setting("mariadb"),
    Setting("mariadb-innodb", ("--default-storage-engine=InnoDB",), engine="InnoDB"),
    Setting("mariadb-myisam", ("--default-storage-engine=MyISAM",), engine="MyISAM"),
    Setting("mariadb-aria", ("--default-storage-engine=Aria",), engine="Aria"),
    Setting("mariadb-utf8mb4", ("--character-set-server=utf8mb4",), charset="utf8mb4"),
    Setting("mariadb-utf8mb4-innodb", ("--character-set-server=utf8mb4",), charset="utf8mb4", engine="InnoDB"),
    Setting("mariadb-strict", ("--sql-mode=TRADITIONAL",)),
    Setting("mariadb-no-zero-date", (f"--sql-mode={_HOSTILE}",), engine="InnoDB"),
    Setting("mariadb-ansi-quotes", ("--sql-mode=ANSI_QUOTES",)),
    Setting("mariadb-pipes", ("--sql-mode=PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES",)),
    Setting("mariadb-oracle", ("--sql-mode=ORACLE",)),
    Setting("mariadb-lower-case", ("--lower-case-table-names=1",)),
    Setting("mariadb-no-local-infile", ("--local-infile=OFF",)),
    Setting("mariadb-binlog-row", (*_BINLOG, "--binlog-format=ROW")),
    Setting("mariadb-binlog-statement", (*_BINLOG, "--binlog-format=STATEMENT"), engine="InnoDB"),
    Setting("mariadb-small-packet", ("--max-allowed-packet=1M",)),
    Setting("mysql-5.6"),
    Setting("mysql-5.6-innodb", engine="InnoDB"),
    Setting("mysql-5.6-utf8mb4", ("--character-set-server=utf8mb4",), charset="utf8mb4", engine="InnoDB"),
    Setting("mysql-5.6-no-zero-date", (f"--sql-mode={_HOSTILE}",)),
    Setting("mysql-5.6-ansi", ("--sql-mode=ANSI,NO_BACKSLASH_ESCAPES",)),
    Setting("mysql-5.6-lower-case", ("--lower-case-table-names=1", "--max-allowed-packet=1M")),
    Setting("mysql-5.6-binlog-statement", (*_BINLOG, "--binlog-format=STATEMENT"), engine="InnoDB"),
    Setting("mysql-5.6-no-local-infile", ("--local-infile=OFF", "--default-storage-engine=MyISAM")),
    Setting("mariadb-10.5"),
    Setting("mariadb-10.5-innodb", engine="InnoDB"),
    Setting("mariadb-10.5-lower-case", ("--lower-case-table-names=1",)),
    Setting("mariadb-11.8"),
    Setting("mariadb-11.8-utf8mb4-innodb", ("--character-set-server=utf8mb4",), charset="utf8mb4", engine="InnoDB"),
    Setting("mariadb-11.8-lower-case", ("--lower-case-table-names=1",)),
    Setting(
        "mariadb-11.8-strict-binlog", (*_BINLOG, "--binlog-format=STATEMENT", "--sql-mode=TRADITIONAL,ANSI_QUOTES")
    ),
    Setting("mysql-9.7"),
    Setting("mysql-9.7-innodb", engine="InnoDB"),
    Setting("mysql-9.7-utf8mb4", charset="utf8mb4", engine="InnoDB"),
    Setting("mysql-9.7-lower-case", ("--lower-case-table-names=1",)),
    Setting("mysql-9.7-old-timestamps", ("--explicit-defaults-for-timestamp=OFF", "--sql-mode=ANSI_QUOTES")),
    Setting("mysql-9.7-local-infile", ("--local-infile=ON",), engine="MyISAM"),
)


def why_not(setting: Setting) -> str | None:
    """Return why a server cannot be had on this machine, None where it can."""
    if setting.fetched is not None:
        return fetched_servers.why_not(setting.fetched.name)
    return mysql_server.MISSING if setting.mysql and not mysql_server.is_there() else None
