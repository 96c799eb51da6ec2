# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MySQL 5.6, whose RENAME is not crash-safe, killed at every file that it renames during the swap.

Between two tables, the next run undoes what was done. Within a table, whose definition then has one name and its
data another, no statement helps: the next run says so, touches nothing, and goes on when the files were renamed.
"""

from __future__ import annotations

import os
import shutil
import typing as t
from pathlib import Path

import pytest

import faults
import mysql_server
from faults import Killer
from mandant import Mandant
from mysql_server import MysqlServer
from restoring import Restorer, articles, cao_backup, company, roll_back

pytestmark = [
    pytest.mark.skipif(not mysql_server.is_there(), reason=mysql_server.MISSING),
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler makes the switch that kills the server"),
]

# The swap of two tables renames eight tables: two or three files each, with the marker's always two.
FILES = {"InnoDB": 16, "MyISAM": 22}
BETWEEN_TABLES = {"InnoDB": range(1, 17, 2), "MyISAM": (*range(1, 20, 3), 21)}
SAMPLE = [("InnoDB", 3), ("InnoDB", 6), ("InnoDB", 16), ("InnoDB", -5), ("MyISAM", 9), ("MyISAM", 10)]
# InnoDB has renamed a file, and its own dictionary still has the old name.
BEHIND = [("InnoDB", -number) for number in range(1, 17, 2)]
ALL = [(engine, number) for engine, last in FILES.items() for number in range(1, last + 1)] + BEHIND


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Killer]:
    with faults.killable(MysqlServer, tmp_path_factory.mktemp("killer")) as found:
        yield found


def _old(killer: Killer, engine: str, number: int, folder: Path) -> Restorer:
    mandant = Mandant(f"fest-{engine.lower()}{number}", killer.server)
    mandant.create()
    restorer = Restorer(mandant, folder)
    for count, mark in ((3, "älter"), (4, "alt")):
        backup = cao_backup(articles(count, mark), company(mark))
        restorer.run(restorer.write("old.sql", backup), engine=engine)
    return restorer


def _killed(killer: Killer, restorer: Restorer, path: str, engine: str, number: int) -> bool:
    """Restore, and let the server die before the file of this number; return whether it did."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with killer.switch.during_rename(number):
        try:
            restorer.run(path, engine=engine)
        except Failure:
            return faults.has_died(killer.server)
    return False


@pytest.mark.parametrize(("engine", "number"), ALL if os.environ.get("FAKTURA_SERVERS") == "all" else SAMPLE)
def test_killed_at_a_file(killer: Killer, tmp_path: Path, engine: str, number: int) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    restorer = _old(killer, engine, number, tmp_path)
    mandant = restorer.mandant
    new = restorer.write("new.sql", cao_backup(articles(5, "neu"), company("neu")))
    assert _killed(killer, restorer, new, engine, number)
    killer.server.start()
    if number not in BETWEEN_TABLES[engine]:
        tables = mandant.tables()
        with pytest.raises(Failure) as caught:
            restorer.run(new, engine=engine)
        assert caught.value.error == "verification_failed"
        assert mandant.tables() == tables
        faults.bring_files_together(mandant, caught.value.msg)
    restorer.run(new, engine=engine)
    assert mandant.tables() == ["ARTIKEL", "BACK_ARTIKEL", "BACK_FIRMA", "BACK_RESTORE_MARKER", "FIRMA"]
    for table, count, mark in (("ARTIKEL", 5, "neu"), ("BACK_ARTIKEL", 4, "alt")):
        assert mandant.query(f"SELECT COUNT(*), MAX(RIGHT(INFO, 3)) FROM {table}") == [(count, mark)]
    assert mandant.query("SELECT f.NAME1, b.NAME1 FROM FIRMA f, BACK_FIRMA b") == [("neu", "alt")]
    assert not restorer.run(new, engine=engine, policy="enforce").changed
    mandant.drop()


@pytest.mark.parametrize(("engine", "last"), FILES.items())
def test_there_are_no_more_files(killer: Killer, tmp_path: Path, engine: str, last: int) -> None:
    restorer = _old(killer, engine, 0, tmp_path)
    new = restorer.write("new.sql", cao_backup(articles(5, "neu"), company("neu")))
    assert not _killed(killer, restorer, new, engine, last + 1)


# The way back of two tables: two moves, the marker's, four moves, and the new marker's.
BACK_BETWEEN = {"InnoDB": range(1, 17, 2), "MyISAM": (1, 4, 7, *range(9, 22, 3))}
BACK_SAMPLE = [("InnoDB", 6), ("InnoDB", 16), ("MyISAM", 20), ("MyISAM", 21)]
BACK_ALL = [(engine, number) for engine, last in FILES.items() for number in range(1, last + 1)]


def _killed_on_the_way_back(killer: Killer, restorer: Restorer, number: int) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with killer.switch.during_rename(number), pytest.raises(Failure):
        roll_back(restorer)
    assert faults.has_died(killer.server)


@pytest.mark.parametrize("marker", ["marker", "without marker"])
@pytest.mark.parametrize(("engine", "number"), BACK_ALL if os.environ.get("FAKTURA_SERVERS") == "all" else BACK_SAMPLE)
def test_killed_at_a_file_on_the_way_back(
    killer: Killer, tmp_path: Path, engine: str, number: int, marker: str
) -> None:
    """Two generations that have changed places look as before: the next run still knows how far it was."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    restorer = _old(killer, engine, number, tmp_path)
    mandant = restorer.mandant
    if marker == "without marker":
        mandant.query("DROP TABLE BACK_RESTORE_MARKER")
    _killed_on_the_way_back(killer, restorer, number)
    killer.server.start()
    if number not in BACK_BETWEEN[engine]:
        with pytest.raises(Failure) as caught:
            roll_back(restorer)
        assert caught.value.error == "verification_failed"
        faults.bring_files_together(mandant, caught.value.msg)
    for live, before in ((3, 4), (4, 3)):
        roll_back(restorer)
        assert mandant.query("SELECT (SELECT COUNT(*) FROM ARTIKEL), (SELECT COUNT(*) FROM BACK_ARTIKEL)") == [
            (live, before)
        ]
        names = ("älter", "alt") if live == 3 else ("alt", "älter")
        assert mandant.query("SELECT f.NAME1, b.NAME1 FROM FIRMA f, BACK_FIRMA b") == [names]
    assert mandant.tables() == ["ARTIKEL", "BACK_ARTIKEL", "BACK_FIRMA", "BACK_RESTORE_MARKER", "FIRMA"]
    mandant.drop()
