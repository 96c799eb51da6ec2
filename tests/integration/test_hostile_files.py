# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hostile file against a real server: a refused one writes nothing, a harmless one nothing but its own tables."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from hostile.every_file import HOSTILE
from hostile.row import Hostile
from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, articles, cao_backup, company

# Who may do what, routines, events, plugins, other servers.
_OF_SERVER = ("global_priv", "db", "tables_priv", "proc", "event", "plugin", "func", "servers")
REFUSED = [hostile for hostile in HOSTILE if hostile.error]
HARMLESS = [hostile for hostile in HOSTILE if not hostile.error]


@pytest.fixture(scope="module")
def attacked() -> t.Iterator[MariadbServer]:
    """A server that writes down every change, with two databases that the files speak of."""
    with MariadbServer(options=("--log-bin=binlog", "--server-id=1")) as server:
        for name in ("mandant_b", "mandant_c"):
            server.admin(f"CREATE DATABASE {name}")
            server.admin("CREATE TABLE ADRESSEN (A int)", database=name)
            server.admin("INSERT INTO ADRESSEN VALUES (1), (2)", database=name)
        yield server


@pytest.fixture(scope="module")
def restorer(attacked: MariadbServer, tmp_path_factory: pytest.TempPathFactory) -> Restorer:
    """Restores into a Mandant with content and with a generation before."""
    mandant = Mandant("cao_attacked", attacked)
    mandant.create()
    made = Restorer(mandant, tmp_path_factory.mktemp("hostile"))
    made.run(made.write("older.sql", cao_backup(articles(3, "alt"), company("Alt"))))
    made.run(made.write("old.sql", cao_backup(articles(4, "neu"), company("Neu"))))
    return made


def _written(server: MariadbServer) -> tuple[t.Any, ...]:
    """Return the end of the binary log."""
    return server.admin("SHOW MASTER STATUS")[0]


def _around(server: MariadbServer) -> tuple[object, ...]:
    """Return what no restore may change: the server's own tables and variables, other databases."""
    tables = [f"mysql.{name}" for name in _OF_SERVER] + ["mandant_b.ADRESSEN", "mandant_c.ADRESSEN"]
    return (
        server.admin("CHECKSUM TABLE " + ", ".join(tables)),
        server.admin("SELECT table_name FROM information_schema.tables WHERE table_schema LIKE 'mandant_%'"),
        server.admin("SHOW DATABASES"),
        server.admin(
            "SHOW GLOBAL VARIABLES WHERE Variable_name NOT LIKE '%gtid%' AND Variable_name NOT LIKE 'innodb_buffer%'"
        ),
    )


@pytest.mark.promise("nothing-executed")
@pytest.mark.parametrize("hostile", REFUSED, ids=[hostile.name for hostile in REFUSED])
def test_refused_without_one_write(hostile: Hostile, restorer: Restorer, tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    server = t.cast("MariadbServer", mandant.server)
    before = _written(server), mandant.checksums()
    with pytest.raises(Failure) as caught:
        restorer.run(str(hostile.path(tmp_path)), policy="always")
    assert caught.value.error == hostile.error
    assert (_written(server), mandant.checksums()) == before


@pytest.mark.promise("nothing-executed")
@pytest.mark.parametrize("hostile", HARMLESS, ids=[hostile.name for hostile in HARMLESS])
def test_harmless_and_nothing_else_is_touched(hostile: Hostile, restorer: Restorer, tmp_path: Path) -> None:
    mandant = restorer.mandant
    server = t.cast("MariadbServer", mandant.server)
    before = _around(server)
    outcome = restorer.run(str(hostile.path(tmp_path)), policy="always", previous="drop", incomplete="allow")
    assert outcome.changed
    assert mandant.query("SELECT COUNT(*) FROM T") == [(hostile.rows,)]
    assert _around(server) == before
    (definers,) = mandant.query(
        "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND DEFINER NOT LIKE %s",
        (f"{server.address.user}@%",),
    )
    assert definers == (0,)
