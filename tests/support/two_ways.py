# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same dump loaded by a stream and by INSERTs, for tests that compare what comes of it."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer

# The marker and the note that all is finished.
_OWN_INSERTS = 2


@dataclass(frozen=True)
class Came:
    """What came of a restore: ``error`` and ``msg`` of a failure, or the content that the tables got.

    ``streams`` and ``inserts`` count the statements that brought rows.
    """

    error: str | None
    msg: str
    skipped: tuple[tuple[int, int, str], ...]
    content: t.Mapping[str, int | None]
    streams: int
    inserts: int

    @property
    def meaning(self) -> tuple[object, ...]:
        """What has to be alike whichever way the rows went."""
        return self.error, self.msg, self.skipped, self.content


@contextlib.contextmanager
def local_infile(server: PrivateServer, on: bool) -> t.Iterator[None]:
    """Allow or forbid streams on the server while this lasts."""
    before = server.admin("SELECT @@GLOBAL.local_infile")[0][0]
    server.admin(f"SET GLOBAL local_infile = {int(on)}")
    try:
        yield
    finally:
        server.admin(f"SET GLOBAL local_infile = {before}")


def _counters(server: PrivateServer) -> tuple[int, int]:
    found = dict(server.admin("SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_load', 'Com_insert')"))
    return int(found["Com_load"]), int(found["Com_insert"])


def content(mandant: Mandant) -> dict[str, int | None]:
    """Return the checksums of the tables in use."""
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")}


@dataclass(frozen=True)
class TwoWays:
    """Restores one dump after the other into a Mandant, by a stream or by INSERTs."""

    restorer: Restorer

    def load(self, dump: bytes, *, stream: bool, **options: t.Any) -> Came:
        """Restore in one of the ways; the server decides, nothing of the collection is changed."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        server = self.restorer.mandant.server
        path = self.restorer.write("dump.sql", dump)
        error, msg, skipped = None, "", []
        before = _counters(server)
        with local_infile(server, stream):
            try:
                outcome = self.restorer.run(path, policy="always", previous="drop", **options)
                skipped = [(one["line"], one["statement"], one["error"]) for one in outcome.restore["errors"]]
            except Failure as failure:
                error, msg = failure.error, failure.msg
        after = _counters(server)
        return Came(
            error,
            msg,
            tuple(skipped),
            content(self.restorer.mandant),
            after[0] - before[0],
            after[1] - before[1] - (0 if error else _OWN_INSERTS),
        )

    def both(self, dump: bytes, **options: t.Any) -> tuple[Came, Came]:
        """Restore by a stream, then by INSERTs, which is what has to be matched."""
        return self.load(dump, stream=True, **options), self.load(dump, stream=False, **options)
