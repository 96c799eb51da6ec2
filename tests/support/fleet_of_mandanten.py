# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many Mandanten on a few private MariaDB servers, driven by one inventory: one host of it is one Mandant."""

from __future__ import annotations

import contextlib
import re
import typing as t
from pathlib import Path

from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import local_host, write_private
from private_server import PrivateServer
from restoring import articles, cao_backup, cao_table, company

# Small, since many run at once; the binary log shows who wrote.
_OPTIONS = ("--log-bin=binlog", "--server-id=1", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M")
_NAME = re.compile(r"cao_[0-9]{3}")


def standard_backup(mark: str = "Standard") -> bytes:
    """Return a small Mandant: company, settings, users and some articles."""
    settings = ["MAINKEY varchar(255) not null", "NAME varchar(100) not null", "VAL_CHAR varchar(255)"]
    registry = cao_table("REGISTRY", settings, ["'MAIN','DB_VERSION','1.40'"], ["PRIMARY KEY (MAINKEY, NAME)"])
    staff = cao_table(
        "MITARBEITER",
        ["MA_ID int(11) not null", "LOGIN_NAME varchar(50) not null", "USER_PASSWORD varchar(32) not null"],
        ["'1','Administrator','0123456789abcdef0123456789abcdef'"],
        ["PRIMARY KEY (MA_ID)"],
    )
    # The last table of CAO's: without it the backup is not whole.
    payments = cao_table("ZAHLUNGSARTEN", ["REC_ID int(11) not null"], ["'1'"], ["PRIMARY KEY (REC_ID)"])
    return cao_backup(articles(20, mark), company(mark), staff, registry, payments)


class Fleet:
    """``size`` Mandanten, none made yet, spread evenly over ``servers`` servers; a context manager."""

    def __init__(self, size: int, servers: int = 4) -> None:
        self.servers = [MariadbServer(options=_OPTIONS) for _number in range(servers)]
        names = [f"cao_{number:03d}" for number in range(1, size + 1)]
        self.mandanten = {name: Mandant(name, self.servers[at % servers]) for at, name in enumerate(names)}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> t.Self:
        with contextlib.ExitStack() as stack:
            for server in self.servers:
                stack.enter_context(server)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def inventory(
        self, path: Path, *, size: int | None = None, hosts: t.Mapping[str, object] | None = None, **variables: t.Any
    ) -> Path:
        """Write the inventory of the first ``size`` hosts, with a group a server, ``demo`` and ``variables`` for all.

        :param hosts: more variables of some hosts.
        """
        chosen = list(self.mandanten.values())[:size]
        groups: dict[str, object] = {"demo": {"hosts": {mandant.name: {} for mandant in chosen}}}
        for number, server in enumerate(self.servers, 1):
            groups[f"server_{number}"] = {
                "hosts": {mandant.name: {} for mandant in chosen if mandant.server is server},
                "vars": server.login_of_roles,
            }
        common = {**local_host(), "cao_mandant": "{{ inventory_hostname }}", "cao_remote_src": True, **variables}
        named = {mandant.name: (hosts or {}).get(mandant.name, {}) for mandant in chosen}
        return write_private(path, {"all": {"hosts": named, "vars": common, "children": groups}})

    def write(self, folder: Path, name: str, content: bytes) -> str:
        """Write a backup and return its path."""
        path = folder / name
        path.write_bytes(content)
        return str(path)

    def markers(self) -> dict[str, object]:
        """Return by Mandant what is remembered of its last restore."""
        sql = "SELECT content FROM BACK_RESTORE_MARKER WHERE kind = 'restore'"
        return {name: mandant.query(sql) for name, mandant in self.mandanten.items()}

    def positions(self) -> list[tuple[str, int]]:
        """Return where the binary log of each server ends."""
        return [server.admin("SHOW MASTER STATUS")[0][:2] for server in self.servers if server.running]

    def written_since(self, positions: t.Sequence[tuple[str, int]]) -> set[str]:
        """Return the Mandanten that anything was written to, by the binary logs."""
        found: set[str] = set()
        for server, (file, position) in zip(self.servers, positions):
            events = server.admin(f"SHOW BINLOG EVENTS IN '{file}' FROM {position}")
            found.update(name for event in events for name in _NAME.findall(str(event[5])))
        return found


def server_of(fleet: Fleet, number: int) -> PrivateServer:
    """Return a server of the fleet, counted from 1 as the groups are."""
    return fleet.servers[number - 1]
