# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replica that follows by rows or by statements, with all databases or one, ends equal behind each job."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

import pytest

from jobs import until
from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, articles, cao_backup, cao_table, company, remove, roll_back

NAME = "cao_gefolgt"
WRITTEN = ("STATEMENT", "ROW") if os.environ.get("FAKTURA_SERVERS") == "all" else ("STATEMENT",)
# What servers tend to work out anew: moments, counters, numbers that are no whole ones.
JOURNAL = cao_table(
    "JOURNAL",
    ["REC_ID int(11) not null auto_increment", "AM timestamp not null default current_timestamp", "F double", "B blob"],
    [
        "'1','2024-07-01 10:00:00','0.1','a\\0b'",
        "'2','2024-01-01 10:00:00','1e-5',NULL",
        "'0','0000-00-00 00:00:00','3','ä'",
    ],
    ["PRIMARY KEY (REC_ID)"],
)


@contextlib.contextmanager
def _followed(*options: str) -> t.Iterator[tuple[MariadbServer, MariadbServer]]:
    """Give a server and its replica; both end with this."""
    first = MariadbServer(options=("--log-bin=binlog", "--server-id=1", *options))
    with first as server, MariadbServer(options=("--server-id=2", "--read-only=ON")) as replica:
        address = server.address
        file, position = server.admin("SHOW MASTER STATUS")[0][:2]
        replica.admin(
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={address.port}, MASTER_USER='{address.user}',"
            f" MASTER_PASSWORD='{address.password}', MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position}"
        )
        replica.admin("START SLAVE")
        yield server, replica


def _equal(server: MariadbServer, replica: MariadbServer) -> bool:
    """Whether the replica has the same tables with the same rows, once it has read all."""
    file, position = server.admin("SHOW MASTER STATUS")[0][:2]
    assert replica.admin("SELECT MASTER_POS_WAIT(%s, %s, 60)", (file, position))[0][0] is not None
    until(lambda: replica.admin("SHOW SLAVE STATUS")[0][11] == "Yes", 5, "the replica goes on")

    def seen(mandant: Mandant) -> t.Any:
        if not mandant.server.admin("SHOW DATABASES LIKE %s", (NAME,)):
            return None
        shown = [mandant.query(f"SHOW CREATE TABLE `{table}`") for table in mandant.tables()]
        return shown, mandant.checksums()

    return bool(seen(Mandant(NAME, server)) == seen(Mandant(NAME, replica)))


@pytest.mark.parametrize("written", WRITTEN)
def test_a_replica_is_equal_behind_each_job(written: str, tmp_path: Path) -> None:
    with _followed(f"--binlog-format={written}", f"--binlog-do-db={NAME}") as (server, replica):
        mandant = Mandant(NAME, server)
        restorer = Restorer(mandant, tmp_path)
        paths = [
            restorer.write(f"{mark}.sql", cao_backup(articles(500, mark), company(mark), JOURNAL))
            for mark in ("alt", "neu")
        ]
        for engine in ("InnoDB", "MyISAM"):
            for path in paths:
                assert restorer.run(path, engine=engine, policy="always").changed
                assert _equal(server, replica)
            mandant.query("UPDATE ARTIKEL SET INFO = 'von Hand' WHERE REC_ID = 7")
            assert restorer.run(paths[1], engine=engine, policy="enforce").changed
            assert roll_back(restorer).changed
            assert _equal(server, replica)
            assert replica.admin(f"SELECT INFO FROM {NAME}.ARTIKEL WHERE REC_ID = 7") == [("von Hand",)]
        assert remove(restorer, drifted="remove").action == "removed"
        assert _equal(server, replica)
        assert replica.admin("SHOW DATABASES LIKE %s", (NAME,)) == []
