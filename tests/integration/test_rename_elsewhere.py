# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MySQL 9.7 with MyISAM, killed at every file that it renames during the swap: its dictionary tells the right name."""

from __future__ import annotations

import os
import shutil
import typing as t
from pathlib import Path

import pytest

import faults
import fetched_servers
from faults import Killer
from fetched_servers import Mysql97
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company

REASON = fetched_servers.why_not(Mysql97.name)
pytestmark = [
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler makes the switch that kills the server"),
]

# Two tables and the marker: three files of rows and keys and one of the definition each, and what InnoDB has of it.
LAST = 28
NUMBERS = range(1, LAST + 1) if os.environ.get("FAKTURA_SERVERS") == "all" else (2, 3, 11, 17, 24)


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Killer]:
    with faults.killable(Mysql97, tmp_path_factory.mktemp("killer")) as found:
        yield found


def _told(restorer: Restorer, path: str) -> t.Any:
    """Restore; return what a run says that cannot go on, None when it is done."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        restorer.run(path, engine="MyISAM")
    except Failure as failure:
        return failure
    return None


@pytest.mark.parametrize("number", NUMBERS)
def test_killed_at_a_file(killer: Killer, tmp_path: Path, number: int) -> None:
    mandant = Mandant(f"fest-{number}", killer.server)
    mandant.create()
    restorer = Restorer(mandant, tmp_path)
    for count, mark in ((3, "älter"), (4, "alt")):
        restorer.run(restorer.write("old.sql", cao_backup(articles(count, mark), company(mark))), engine="MyISAM")
    new = restorer.write("new.sql", cao_backup(articles(5, "neu"), company("neu")))
    with killer.switch.during_rename(number):
        assert _told(restorer, new) is None or faults.has_died(killer.server)
    if not killer.server.running:
        killer.server.start()
    if (told := _told(restorer, new)) is not None:
        assert told.error == "verification_failed"
        faults.bring_files_together(mandant, told.msg)
        assert _told(restorer, new) is None
    for table, count, mark in (("ARTIKEL", 5, "neu"), ("BACK_ARTIKEL", 4, "alt")):
        assert mandant.query(f"SELECT COUNT(*), MAX(RIGHT(INFO, 3)) FROM {table}") == [(count, mark)]
    assert mandant.query("SELECT f.NAME1, b.NAME1 FROM FIRMA f, BACK_FIRMA b") == [("neu", "alt")]
    assert not restorer.run(new, engine="MyISAM", policy="enforce").changed
    mandant.drop()
