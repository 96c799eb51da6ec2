# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table counts as unwritten only where whatever is written from then on shows; and what is written does."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe import unwritten as place
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import every_row
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.unwritten import noted, signs, unwritten
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint
from jobs import until
from library import Library
from restoring import cao_backup, cao_table

NAMES = {"T": "T"}
# Each leaves the number of rows, the size and what CHECKSUM TABLE says as they were, or may do so.
WRITES = (
    "UPDATE T SET B = C, C = B WHERE A = 3",
    "UPDATE T SET B = 'xx' WHERE A = 3",
    "INSERT INTO T VALUES (9, 'y', 'z')",
    "DELETE FROM T WHERE A = 3",
    "TRUNCATE T",
    "REPAIR TABLE T",
    "ALTER TABLE T FORCE",
)


def _made(library: Library, engine: str = "MyISAM") -> None:
    library.mandant.query(f"CREATE TABLE T (A INT PRIMARY KEY, B VARCHAR(9), C VARCHAR(9)) ENGINE={engine}")
    library.mandant.query("INSERT INTO T VALUES (1, 'ab', 'cd'), (3, 'ef', 'gh')")


def _settled(library: Library) -> dict[str, Fingerprint]:
    """Return the fingerprint of T, noted once it may be."""
    session, mandant = library.session(), library.mandant.name
    before = until(lambda: signs(session, mandant), 60, "the second in which it was written is over")
    found = {"T": fingerprint(session, mandant, "T")}
    return noted(found, NAMES, before, signs(session, mandant))


@pytest.mark.parametrize("write", WRITES)
def test_whatever_is_written_shows(library: Library, write: str) -> None:
    _made(library)
    known = _settled(library)
    session, mandant = library.session(), library.mandant.name
    assert unwritten(session, mandant, known) == {"T"}
    library.mandant.query("SELECT * FROM T")
    library.mandant.query("FLUSH TABLES")
    library.mandant.query("RENAME TABLE T TO U, U TO T")
    assert unwritten(session, mandant, known) == {"T"}
    library.mandant.query(write)
    assert unwritten(session, mandant, known) == frozenset()


def test_a_table_of_this_second_is_not_noted(library: Library) -> None:
    _made(library)
    session, mandant = library.session(), library.mandant.name
    library.mandant.query("UPDATE T SET B = 'zz'")
    assert signs(session, mandant) == {}
    assert set(signs(session, mandant, settled=False)) == {"T"}
    found = {"T": fingerprint(session, mandant, "T")}
    assert noted(found, NAMES, {}, {"T": "1"})["T"].unwritten == ""
    assert noted(found, NAMES, {"T": "1"}, {"T": "2"})["T"].unwritten == ""
    assert noted(found, NAMES, {"T": "1"}, {"T": "1"})["T"].unwritten == "1"
    assert unwritten(session, mandant, found) == frozenset()


@pytest.mark.parametrize("engine", ["InnoDB", "Aria"])
def test_engines_that_write_later_are_never_noted(library: Library, engine: str) -> None:
    if engine == "Aria" and not library.server.flavour.mariadb:
        pytest.skip("MySQL has no Aria")
    _made(library, engine)
    library.mandant.query("FLUSH TABLES")
    # A protection would take as long as others do; here the time is what is tested.
    time.sleep(place._SETTLED_SECONDS + 1)
    assert signs(library.session(), library.mandant.name) == {}


def test_enforce_reads_only_what_may_have_been_written(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only a look at every row finds is found all the same: two texts that change places."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe import fingerprint as reading
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage import stage

    restorer, read = library.restorer, list[str]()

    def noted_reading(session: t.Any, mandant: str, table: str, *rest: t.Any) -> t.Any:
        read.append(table)
        return every_row(session, mandant, table, *rest)

    monkeypatch.setattr(reading, "every_row", noted_reading)
    monkeypatch.setattr(stage, "ROWS_AT_LEAST", 1)
    monkeypatch.setattr(place, "_SETTLED_SECONDS", -1.0)
    columns = ["A int(11) not null", "B varchar(9)", "C varchar(9)"]
    rows = [f"'{n}','b','c{n}'" for n in range(1, 9)]
    path = restorer.write("t.sql", cao_backup(*(cao_table(name, columns, rows, ["PRIMARY KEY (A)"]) for name in "TU")))
    assert restorer.run(path).changed
    monkeypatch.setattr(place, "_SETTLED_SECONDS", 1.1)
    watching = library.session(use=False)
    until(lambda: len(signs(watching, library.mandant.name)) >= 2, 60, "the second is over")
    read.clear()
    assert not restorer.run(path, policy="enforce").changed
    assert read == []
    library.mandant.query("UPDATE T SET B = 'c3', C = 'b' WHERE A = 3")
    outcome = restorer.run(path, policy="enforce", check=True)
    assert [change["name"] for change in outcome.drift["tables"]] == ["T"]
    assert set(read) == {"T"}
