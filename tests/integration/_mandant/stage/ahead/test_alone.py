# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place for temporary tables is one that nobody else gets to know of: no session, and no binary log."""

from __future__ import annotations

from pathlib import Path

import pytest

import servers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.alone import place_alone
from library import Library
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account

# By the kind of server and the format of its log, whether an account that may not switch the log off has a place.
LOGS = {
    ("mariadb", "MIXED"): False,
    ("mysql-9.7", "MIXED"): True,
    ("mysql-5.6", "ROW"): False,
}


def _written(server: PrivateServer) -> object:
    name = "BINARY LOG" if server.admin("SELECT VERSION()")[0][0].startswith("9.") else "MASTER"
    return server.admin(f"SHOW {name} STATUS")


@pytest.mark.parametrize(("kind", "log"), sorted(LOGS))
def test_no_binary_log_knows_of_it(kind: str, log: str, tmp_path: Path) -> None:
    (setting,) = (one for one in servers.SETTINGS if one.name == kind)
    reason = servers.why_not(setting)
    if reason is not None:
        pytest.skip(reason)
    with setting._replace(options=("--log-bin=log", "--server-id=1", f"--binlog-format={log}")).server() as server:
        mandant = Mandant("cao_alone", server)
        mandant.create()
        password = account(server, "poor", ["ALL ON `cao_alone`.*"])
        library = Library(Restorer(mandant, tmp_path))
        for who, has in ((None, True), (("poor", password), LOGS[kind, log])):
            session = library.session(account=who, use=False)
            observed, before = library.observed(session), _written(server)
            with place_alone(session, observed) as place:
                assert place == ("cao_alone" if has else None)
                if place is not None:
                    session.execute("CREATE TEMPORARY TABLE T (A INT)")
                    assert mandant.tables() == []
                    session.execute("DROP TEMPORARY TABLE T")
            assert session.value("SELECT @@sql_log_bin") == 1
            assert _written(server) == before
        library.close()


def test_a_mandant_that_is_not_there(library: Library) -> None:
    """Another database that the account sees, which is in use then."""
    session = library.session(use=False)
    library.mandant.drop()
    with place_alone(session, library.observed(session)) as place:
        assert place is not None
        assert session.value("SELECT DATABASE()") == place
