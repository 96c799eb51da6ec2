# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group of MySQL's with one member: what it would refuse in the middle is refused before the first change."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from dumps import fails
from fetched_servers import Mysql97, why_not
from mandant import Mandant
from private_server import free_port
from restoring import Restorer, articles, cao_backup, company, remove, roll_back
from saving import back_up

MISSING = why_not("mysql-9.7")
pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


@pytest.fixture(scope="module")
def member() -> t.Iterator[Mysql97]:
    address = f"127.0.0.1:{free_port()}"
    options = (
        *("--server-id=1", "--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"),
        "--plugin-load-add=group_replication.so",
        "--loose-group-replication-group-name=0a0a0a0a-0000-4000-8000-000000000001",
        f"--loose-group-replication-local-address={address}",
        f"--loose-group-replication-group-seeds={address}",
        "--loose-group-replication-start-on-boot=OFF",
        "--loose-group-replication-bootstrap-group=ON",
    )
    with Mysql97(options=options) as server:
        server.admin("START GROUP_REPLICATION")
        yield server


@pytest.fixture
def restorer(member: Mysql97, tmp_path: Path) -> t.Iterator[Restorer]:
    mandant = Mandant("cao_gruppe", member)
    yield Restorer(mandant, tmp_path)
    mandant.drop()


def test_each_job(restorer: Restorer) -> None:
    """CAO's tables get an engine that the group takes."""
    paths = [restorer.write(f"{rows}.sql", cao_backup(articles(rows))) for rows in (3, 900)]
    for path in paths:
        assert restorer.run(path, check=True, policy="always").changed
        assert restorer.run(path, policy="always").changed
        assert not restorer.run(path, policy="enforce").changed
    restorer.mandant.query("DELETE FROM ARTIKEL WHERE REC_ID = 7")
    assert restorer.run(paths[1], policy="enforce").changed
    assert roll_back(restorer).changed
    assert restorer.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(899,)]
    assert "ENGINE=InnoDB" in restorer.mandant.query("SHOW CREATE TABLE ARTIKEL")[0][1]
    assert back_up(restorer, restorer.folder / "saved.sql")["rows"] == 899
    assert remove(restorer, drifted="remove").action == "removed"


def test_what_the_group_does_not_take(restorer: Restorer) -> None:
    server = restorer.mandant.server
    with_key = restorer.write("key.sql", cao_backup(articles(9, "x" * 300)))
    without = restorer.write("nokey.sql", cao_backup(articles(3), company("Eins")))
    for check in (True, False):
        with fails("server_setting", "rows of MyISAM", "replication group"):
            restorer.run(with_key, engine="MyISAM", check=check)
        with fails("server_setting", "the table FIRMA", "primary key", "replication group"):
            restorer.run(without, check=check)
    most = server.admin("SELECT @@group_replication_transaction_size_limit")[0][0]
    server.admin("SET GLOBAL group_replication_transaction_size_limit = 1000")
    try:
        with fails("server_setting", "ARTIKEL", "group_replication_transaction_size_limit=0"):
            restorer.run(with_key)
    finally:
        server.admin(f"SET GLOBAL group_replication_transaction_size_limit = {most}")
    assert server.admin("SHOW DATABASES LIKE 'cao_gruppe'") == []


def test_a_group_in_which_each_member_is_written_to(restorer: Restorer) -> None:
    """Rows written over another one while a table is renamed would end up in different tables."""
    server = restorer.mandant.server
    path = restorer.write("any.sql", cao_backup(articles(3)))
    assert restorer.run(path).changed
    server.admin("SELECT group_replication_switch_to_multi_primary_mode()")
    try:
        for check in (True, False):
            with fails("server_setting", "not all members would be alike", "single_primary_mode"):
                restorer.run(path, policy="always", check=check)
            with fails("server_setting", "not all members would be alike"):
                remove(restorer, check=check)
        assert not restorer.run(path, policy="enforce").changed
        assert back_up(restorer, restorer.folder / "saved.sql")["rows"] == 3
    finally:
        server.admin("SELECT group_replication_switch_to_single_primary_mode()")
    assert restorer.run(path, policy="always").changed
