# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people begin while a restore works is not taken away: what is there is looked at again before the swap."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from restoring import Restorer, articles, cao_backup, company

ROW = "INSERT INTO ARTIKEL VALUES (99, 'R99', 1, 'a new one')"


def _backup(restorer: Restorer, mark: str) -> str:
    return restorer.write(f"{mark}.sql", cao_backup(articles(3, mark), company("Eins")))


def _while_it_works(restorer: Restorer, phase: str, sql: str) -> t.Callable[..., None]:
    """Return what has somebody who comes and goes do something once, when a run is in a phase."""
    done: list[str] = []

    def see(now: str, *_figures: object) -> None:
        if now == phase and not done:
            done.append(now)
            restorer.mandant.query(sql)

    return see


def _state(restorer: Restorer) -> tuple[list[str], dict[str, int | None]]:
    return restorer.mandant.tables(), restorer.mandant.checksums()


@pytest.mark.promise("nobodys-work")
@pytest.mark.parametrize(
    ("previous", "engine", "phase", "sql"),
    [
        ("keep", "InnoDB", "load", ROW),
        ("drop", "MyISAM", "verify", ROW),
        ("keep", "InnoDB", "swap", ROW),
        ("drop", "MyISAM", "load", "UPDATE ARTIKEL SET VK1 = VK1 + 1 WHERE REC_ID = 2"),
        ("keep", "InnoDB", "verify", "DELETE FROM ARTIKEL WHERE REC_ID = 2"),
        ("drop", "InnoDB", "load", "CREATE TABLE NOTIZEN AS SELECT * FROM ARTIKEL"),
        ("keep", "MyISAM", "load", "ALTER TABLE ARTIKEL ADD KEY VK1 (VK1)"),
    ],
)
def test_work_since_the_first_look(restorer: Restorer, previous: str, engine: str, phase: str, sql: str) -> None:
    """As if it had been there when the run began: nothing is replaced, and the work is where it was done."""
    first, second = _backup(restorer, "eins"), _backup(restorer, "zwei")
    options = {"engine": engine, "previous": previous}
    restorer.run(first, **options)
    with pytest.raises(Failure, match="When this run began that was not so yet") as caught:
        restorer.run(second, progress=_while_it_works(restorer, phase, sql), **options)
    assert caught.value.error == "would_replace_work"
    after = _state(restorer)
    assert not [name for name in after[0] if name.startswith("BACK_RESTORE_NEW")]
    with pytest.raises(Failure) as caught:
        restorer.run(second, check=True, **options)
    assert caught.value.error == "would_replace_work"
    assert _state(restorer) == after


def test_the_first_rows_of_an_empty_mandant(restorer: Restorer) -> None:
    path = _backup(restorer, "eins")
    sql = "CREATE TABLE ARTIKEL AS SELECT 7 AS REC_ID"
    with pytest.raises(Failure) as caught:
        restorer.run(path, progress=_while_it_works(restorer, "load", sql))
    assert caught.value.error == "would_replace_work"
    assert restorer.mandant.tables() == ["ARTIKEL"]
    assert restorer.mandant.query("SELECT REC_ID FROM ARTIKEL") == [(7,)]


def test_work_in_what_is_not_replaced(restorer: Restorer) -> None:
    """Tables that stay may be worked in all the time, those that are wanted may not."""
    first, second = _backup(restorer, "eins"), _backup(restorer, "zwei")
    restorer.run(first)
    others = _while_it_works(restorer, "load", "UPDATE FIRMA SET ORT = 'Bonn'")
    assert restorer.run(second, tables=("ARTIKEL",), progress=others).changed
    assert restorer.mandant.query("SELECT ORT FROM FIRMA") == [("Bonn",)]
    with pytest.raises(Failure) as caught:
        restorer.run(first, tables=("ARTIKEL",), progress=_while_it_works(restorer, "load", ROW))
    assert caught.value.error == "would_replace_work"


@pytest.mark.parametrize("options", [{"replace": True}, {"policy": "always"}, {"policy": "enforce"}])
def test_what_may_go_becomes_the_generation_before(restorer: Restorer, options: dict[str, t.Any]) -> None:
    first, second = _backup(restorer, "eins"), _backup(restorer, "zwei")
    restorer.run(first)
    assert restorer.run(second, progress=_while_it_works(restorer, "load", ROW), **options).changed
    assert restorer.mandant.query("SELECT REC_ID FROM BACK_ARTIKEL WHERE REC_ID > 3") == [(99,)]
