# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Galera cluster of two private MariaDB servers; tools/fetch_servers.py gets the library that makes it one."""

from __future__ import annotations

import contextlib
import os
import shutil
import typing as t
from pathlib import Path

from fetched_servers import FOLDER
from jobs import until
from mariadb_server import MariadbServer
from private_server import free_port

PROVIDER = FOLDER / "galera-4" / "root" / "usr" / "lib" / "galera" / "libgalera_smm.so"
MISSING = None if PROVIDER.is_file() else "no galera-4 here: tools/fetch_servers.py galera-4 gets it"

# The second node begins with the first one's files and lacks a transaction or two, which Galera sends itself: the
# program of a state transfer has only to tell where it stands.
_TRANSFER = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --role) role="$2"; shift ;; --gtid) gtid="$2"; shift ;; esac
  shift
done
cd "$(dirname "$0")" || exit 1
if [ "$role" = donor ]; then
  echo "$gtid" > new && mv new told
  echo "done $gtid"
else
  echo "ready 127.0.0.1:1"
  while [ ! -f told ]; do sleep 0.05; done
  cat told
fi
"""


class Node(MariadbServer):
    """A node of the cluster; ``first`` is the one that it joins."""

    def __init__(self, folder: Path, first: Node | None = None) -> None:
        self.first = first
        self.listens = free_port()
        there = f"127.0.0.1:{first.listens}" if first else ""
        provider = {
            "base_host": "127.0.0.1",
            "base_port": self.listens,
            "gmcast.listen_addr": f"tcp://127.0.0.1:{self.listens}",
            "ist.recv_addr": f"127.0.0.1:{free_port()}",
            "gcache.size": "16M",
        }
        options = (
            "--wsrep-on=ON",
            f"--wsrep-provider={PROVIDER}",
            f"--wsrep-cluster-address=gcomm://{there}",
            f"--wsrep-node-name=node-{self.listens}",
            "--wsrep-node-address=127.0.0.1",
            f"--wsrep-provider-options={';'.join(f'{name}={value}' for name, value in provider.items())}",
            "--wsrep-sst-method=told",
            "--binlog-format=ROW",
            "--innodb-autoinc-lock-mode=2",
        )
        super().__init__(options=options, environment={"PATH": f"{folder}:{os.environ.get('PATH', os.defpath)}"})

    def _install_data(self, data: Path) -> None:
        if self.first is None:
            super()._install_data(data)
            return
        self._password = self.first.address.password
        shutil.copytree(
            self.first.folder / "data", data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("galera.cache")
        )

    def install(self) -> None:
        """Make its files; start() goes on from there."""
        self._install()


@contextlib.contextmanager
def two_nodes(folder: Path) -> t.Iterator[tuple[Node, Node]]:
    """Give a cluster; ``folder`` is for the program of the transfer."""
    program = folder / "wsrep_sst_told"
    program.write_text(_TRANSFER, encoding="ascii")
    program.chmod(0o755)
    with contextlib.ExitStack() as stack:
        first = Node(folder)
        stack.callback(first.stop)
        first.start()
        first.end()
        second = Node(folder, first)
        stack.callback(second.stop)
        second.install()
        first.start()
        second.start()
        synced = [("wsrep_local_state_comment", "Synced")]
        until(lambda: second.admin("SHOW STATUS LIKE 'wsrep_local_state_comment'") == synced, 60, "the node has all")
        yield first, second
