# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same dump loaded by the server's own client and by a restore, for tests that compare what comes of it."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

import pytest

from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer
from saving import back_up

# The client sends a dump as UTF-8, as dumps say that they are.
_CLIENT = "mysql"


@dataclass
class Twin:
    """Two databases of one server: ``other`` is the client's, that of ``restorer`` the restore's."""

    restorer: Restorer
    other: Mandant

    @property
    def server(self) -> PrivateServer:
        return self.restorer.mandant.server

    def load(self, dump: str, **options: t.Any) -> t.Any:
        """Load the dump into both, and return the Outcome of the restore."""
        text = "SET NAMES utf8mb4;\n" + dump
        self.other.drop()
        self.other.create()
        self.other.by_client(_CLIENT, sql=text.encode())
        return self.restorer.run(self.restorer.write("twin.sql", text.encode()), policy="always", **options)

    def refused(self, dump: str, **options: t.Any) -> t.Any:
        """Restore what is to be refused, and return the Failure."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        path = self.restorer.write("twin.sql", ("SET NAMES utf8mb4;\n" + dump).encode())
        with pytest.raises(Failure) as caught:
            self.restorer.run(path, policy="always", **options)
        return caught.value

    def is_alike(self, query: str | None = None) -> None:
        """Assert that tables, definitions and rows are the same in both; ``query`` for rows of a single table."""
        ours, theirs = self.restorer.mandant, self.other
        tables = [name for name in ours.tables() if not name.startswith("BACK_")]
        assert tables == theirs.tables()
        for table in tables:
            assert _definition(ours, table) == _definition(theirs, table)
            rows = f"SELECT * FROM `{table}`"
            assert sorted(map(repr, _in_utc(ours, rows))) == sorted(map(repr, _in_utc(theirs, rows)))
        if query is not None:
            assert ours.query(query) == theirs.query(query)

    def back_up(self) -> str:
        """Write a backup of the restore's database, and return its path."""
        saved: str = back_up(self.restorer, self.restorer.folder / "saved.sql")["file"]["path"]
        return saved

    def close(self) -> None:
        self.other.drop()


def _in_utc(mandant: Mandant, sql: str) -> list[tuple[t.Any, ...]]:
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone='+00:00'")
        cursor.execute(sql)
        return list(cursor.fetchall())


def _definition(mandant: Mandant, table: str) -> str:
    # What CREATE left to the engine stands there or not by the way that the table came.
    return re.sub(r" ROW_FORMAT=\w+", "", str(_in_utc(mandant, f"SHOW CREATE TABLE `{table}`")[0][1]))


def lenient_only(mandant: Mandant, *statements: str) -> None:
    """Run statements as on a server that makes values fit."""
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'")
        for sql in statements:
            cursor.execute(sql)
        connection.commit()
