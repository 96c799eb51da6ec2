# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever comes instead of an answer of the server is named as such: nothing of the library's own comes out."""

from __future__ import annotations

import collections
import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, connect
from cutting_proxy import CuttingProxy, DamagingProxy
from library import Library
from restoring import Restorer

TABLE = "CREATE TABLE T (ID INT PRIMARY KEY, A VARCHAR(9), D DATE, N DECIMAL(9,2), B BLOB)"
ROW = "INSERT INTO T VALUES (1, 'Müller', '2026-11-02', 1.50, 'x'), (2, NULL, NULL, NULL, NULL)"


def _talk(restorer: Restorer, port: int) -> None:
    """Say and hear everything that a session can."""
    session = connect(dataclasses.replace(restorer.login(), port=port))
    try:
        session.execute(f"USE `{restorer.mandant.name}`")
        session.query("SHOW VARIABLES LIKE 'version%'")
        session.query("SELECT ID, A, D, N, B FROM T")
        session.value("SHOW CREATE TABLE T")
        session.execute("DO 1")
        session.send(b"SELECT 1")
        session.receive_rows()
        session.begin_stream(b"LOAD DATA LOCAL INFILE 'x' IGNORE INTO TABLE T FIELDS TERMINATED BY ','")
        session.feed(b"1,a,2026-11-02,1,x\n")
        session.end_stream()
        session.begin_rows("SELECT ID FROM T")
        session.read(1000)
    finally:
        session.close()


@pytest.mark.parametrize("damage", [0x01, 0x80, 0xFF])
def test_each_byte_of_the_server(restorer: Restorer, damage: int) -> None:
    restorer.mandant.query(TABLE)
    restorer.mandant.query(ROW)
    restorer.mandant.server.admin("SET GLOBAL local_infile = ON")
    address = restorer.mandant.server.address
    with CuttingProxy(address.port, to_client=True) as counting:
        _talk(restorer, counting.port)
    seen: collections.Counter[object] = collections.Counter()
    # An encrypted line carries much more.
    for place in range(1, counting.carried + 1, max(3, counting.carried // 400)):
        with DamagingProxy(address.port, place, damage) as proxy:
            seen[_outcome(restorer, proxy.port)] += 1
    assert {one for one in seen if isinstance(one, str)} <= {"connection_failed", ""}
    assert {2013, 2027} & set(seen), seen


def _outcome(restorer: Restorer, port: int) -> object:
    """Return the name or number of what went wrong; anything else that is raised is a fault."""
    try:
        _talk(restorer, port)
    except Failure as failure:
        return failure.error
    except ServerError as error:
        return error.number
    return ""


@pytest.mark.parametrize("size", [16 << 20, (1 << 24) - 12, (1 << 24) - 11, (1 << 24) - 10, 33 << 20])
def test_a_statement_in_parts(library: Library, size: int) -> None:
    """Also where it ends with a packet of the greatest length, behind which an empty one has to come."""
    library.ask("SET GLOBAL max_allowed_packet = 67108864")
    session = library.session()
    text = b"x" * size
    session.send_parts((b"DO SHA2('", text, b"', 256)"))
    session.receive()
    session.send_parts((b"CREATE TEMPORARY TABLE L SELECT '", text[: size // 2], text[size // 2 :], b"' AS T"))
    session.receive()
    assert session.value("SELECT LENGTH(T) FROM L") == size
    library.ask("SET GLOBAL max_allowed_packet = DEFAULT")
