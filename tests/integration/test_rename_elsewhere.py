# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of other suites, killed at files that they rename during the swap: the right name is told, and works.

MySQL 9.7 with MyISAM, whose dictionary tells the right name, and MariaDB 10.5 with InnoDB, whose RENAME is in no log.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import typing as t
from pathlib import Path

import pytest

import faults
import fetched_servers
from faults import Killer
from fetched_servers import FetchedServer, Mariadb105, Mysql97
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler makes the switch that kills")


class Kind(t.NamedTuple):
    """A server with an engine; ``last`` is how many files it renames, ``sample`` some of them.

    A negative number kills behind the file, not before it.
    """

    server: type[FetchedServer]
    engine: str
    last: int
    sample: tuple[int, ...]


KINDS = (
    Kind(Mysql97, "MyISAM", 14, (2, 3, 8, 11, 14)),
    Kind(Mariadb105, "InnoDB", 16, (1, 2, 7, 16, -1, -7)),
)


def _numbers(kind: Kind) -> t.Sequence[int]:
    if os.environ.get("FAKTURA_SERVERS") != "all":
        return kind.sample
    return (*range(1, kind.last + 1), *(-number for number in range(1, kind.last + 1) if kind.engine == "InnoDB"))


@pytest.fixture(scope="module")
def killers(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[t.Callable[[type[FetchedServer]], Killer]]:
    """Give a server of a kind that can be killed; one runs at a time."""
    with contextlib.ExitStack() as stack:
        running: dict[type[FetchedServer], Killer] = {}

        def get(server: type[FetchedServer]) -> Killer:
            if server not in running:
                stack.close()
                running.clear()
                folder = tmp_path_factory.mktemp("killer")
                running[server] = stack.enter_context(faults.killable(server, folder))
            return running[server]

        yield get


def _told(restorer: Restorer, path: str, engine: str) -> t.Any:
    """Restore; return what a run says that cannot go on, None when it is done."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        restorer.run(path, engine=engine)
    except Failure as failure:
        return failure
    return None


@pytest.mark.parametrize(
    ("kind", "number"),
    [pytest.param(kind, number, id=f"{kind.server.name}-{number}") for kind in KINDS for number in _numbers(kind)],
)
def test_killed_at_a_file(
    killers: t.Callable[[type[FetchedServer]], Killer], tmp_path: Path, kind: Kind, number: int
) -> None:
    reason = fetched_servers.why_not(kind.server.name)
    if reason is not None:
        pytest.skip(reason)
    killer, engine = killers(kind.server), kind.engine
    mandant = Mandant(f"fest-{number}", killer.server)
    mandant.create()
    restorer = Restorer(mandant, tmp_path)
    for count, mark in ((3, "älter"), (4, "alt")):
        restorer.run(restorer.write("old.sql", cao_backup(articles(count, mark), company(mark))), engine=engine)
    new = restorer.write("new.sql", cao_backup(articles(5, "neu"), company("neu")))
    with killer.switch.during_rename(number):
        assert _told(restorer, new, engine) is not None
    assert faults.has_died(killer.server)
    killer.server.start()
    if (told := _told(restorer, new, engine)) is not None:
        assert told.error == "verification_failed", told
        faults.bring_files_together(mandant, told.msg)
        assert _told(restorer, new, engine) is None
    for table, count, mark in (("ARTIKEL", 5, "neu"), ("BACK_ARTIKEL", 4, "alt")):
        assert mandant.query(f"SELECT COUNT(*), MAX(RIGHT(INFO, 3)) FROM {table}") == [(count, mark)]
    assert mandant.query("SELECT f.NAME1, b.NAME1 FROM FIRMA f, BACK_FIRMA b") == [("neu", "alt")]
    assert not restorer.run(new, engine=engine, policy="enforce").changed
    mandant.drop()
