# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people end in the very moment in which tables go is found when nobody reaches these any more."""

from __future__ import annotations

import threading
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant import remove as removing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap import swap
from jobs import until
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company, remove

VALUES = "VALUES (99, 'R99', 1, 'a new one')"
_WAIT_SECONDS = 30.0
_WAITING = "SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%%'"


class Shop:
    """Somebody whose sessions begin in no database, so that nobody sees them on the Mandant: he writes a row.

    :param commits: whether he ends his transaction so that the row is there, once somebody waits for him.
    """

    def __init__(self, mandant: Mandant, *, commits: bool = True) -> None:
        self._mandant = mandant
        self._end = "COMMIT" if commits else "ROLLBACK"
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin the transaction, once."""
        if self._thread is not None:
            return
        connection = self._mandant.server.connect(autocommit=False)
        cursor = connection.cursor()
        cursor.execute(f"INSERT INTO `{self._mandant.name}`.ARTIKEL {VALUES}")

        def end() -> None:
            until(lambda: bool(self._mandant.server.admin(_WAITING)), _WAIT_SECONDS, "somebody waits")
            cursor.execute(self._end)
            connection.close()

        self._thread = threading.Thread(target=end)
        self._thread.start()

    def see(self, phase: str, *_figures: object) -> None:
        """Begin when a run is about to swap."""
        if phase == "swap":
            self.begin()

    def join(self) -> None:
        assert self._thread is not None
        self._thread.join()


def _backup(restorer: Restorer, mark: str) -> str:
    return restorer.write(f"{mark}.sql", cao_backup(articles(3, mark), company("Eins")))


def _articles(restorer: Restorer) -> list[int]:
    return [number for (number,) in restorer.mandant.query("SELECT REC_ID FROM ARTIKEL ORDER BY REC_ID")]


@pytest.mark.promise("nobodys-work")
@pytest.mark.parametrize("options", [{}, {"previous": "drop"}, {"previous": "drop", "reload_tables": False}], ids=str)
def test_a_transaction_that_the_swap_waits_for(restorer: Restorer, options: dict[str, t.Any]) -> None:
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    shop = Shop(restorer.mandant)
    with pytest.raises(Failure, match=r"others have changed ARTIKEL .* taken back") as caught:
        restorer.run(_backup(restorer, "zwei"), engine="InnoDB", progress=shop.see, **options)
    shop.join()
    assert caught.value.error == "would_replace_work"
    assert _articles(restorer) == [1, 2, 3, 99]
    assert restorer.mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "FIRMA"]


def test_the_first_row_of_an_empty_table(restorer: Restorer) -> None:
    restorer.mandant.query("CREATE TABLE ARTIKEL (REC_ID INT, A TEXT, B INT, C TEXT) ENGINE=InnoDB")
    shop = Shop(restorer.mandant)
    with pytest.raises(Failure, match="others have changed ARTIKEL"):
        restorer.run(_backup(restorer, "eins"), progress=shop.see)
    shop.join()
    assert _articles(restorer) == [99]


def test_what_is_not_in_what_was_saved(restorer: Restorer, tmp_path: Path) -> None:
    options = {"engine": "InnoDB", "policy": "always", "previous": "drop", "backup_first": str(tmp_path / "saved.sql")}
    restorer.run(_backup(restorer, "eins"), **options)
    shop = Shop(restorer.mandant)
    with pytest.raises(Failure, match="others have changed ARTIKEL"):
        restorer.run(_backup(restorer, "zwei"), progress=shop.see, **options)
    shop.join()
    assert _articles(restorer) == [1, 2, 3, 99]


@pytest.mark.parametrize(("commits", "options"), [(False, {}), (True, {"replace": True}), (True, {"policy": "always"})])
def test_what_may_go_does(restorer: Restorer, commits: bool, options: dict[str, t.Any]) -> None:
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    shop = Shop(restorer.mandant, commits=commits)
    assert restorer.run(_backup(restorer, "zwei"), engine="InnoDB", progress=shop.see, **options).changed
    shop.join()
    assert restorer.mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL WHERE REC_ID = 99") == [(commits,)]


def test_engines_without_transactions(restorer: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    restorer.run(_backup(restorer, "eins"), engine="MyISAM")
    real = swap.rename

    def just_before(*args: t.Any) -> None:
        monkeypatch.undo()
        restorer.mandant.query(f"INSERT INTO ARTIKEL {VALUES}")
        real(*args)

    monkeypatch.setattr(swap, "rename", just_before)
    with pytest.raises(Failure, match="others have changed ARTIKEL"):
        restorer.run(_backup(restorer, "zwei"), engine="MyISAM", previous="drop")
    assert _articles(restorer) == [1, 2, 3, 99]


@pytest.mark.parametrize(("drifted", "commits"), [("fail", True), ("fail", False), ("remove", True)])
def test_a_removal(restorer: Restorer, monkeypatch: pytest.MonkeyPatch, drifted: str, commits: bool) -> None:
    restorer.mandant.drop()
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    restorer.run(_backup(restorer, "zwei"), engine="InnoDB")
    before = restorer.mandant.tables()
    shop = Shop(restorer.mandant, commits=commits)
    real = removing.clear_sessions

    def and_somebody_comes(*args: t.Any) -> None:
        real(*args)
        shop.begin()

    monkeypatch.setattr(removing, "clear_sessions", and_somebody_comes)
    if drifted == "fail" and commits:
        with pytest.raises(Failure, match="others have changed ARTIKEL") as caught:
            remove(restorer)
        assert caught.value.error == "would_replace_work"
        assert (restorer.mandant.tables(), _articles(restorer)) == (before, [1, 2, 3, 99])
        monkeypatch.undo()
    assert remove(restorer, drifted="remove" if commits else drifted).action == "removed"
    shop.join()


def test_a_removal_that_somebody_holds_up(restorer: Restorer) -> None:
    restorer.mandant.drop()
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    before = restorer.mandant.tables()
    holder = restorer.mandant.server.connect()
    holder.cursor().execute(f"LOCK TABLES `{restorer.mandant.name}`.FIRMA READ")
    with pytest.raises(Failure) as caught:
        remove(restorer)
    assert caught.value.error == "mandant_in_use"
    holder.close()
    assert restorer.mandant.tables() == before
    assert remove(restorer).action == "removed"


def test_a_swap_that_is_taken_back(restorer: Restorer) -> None:
    """A run was killed behind its swap; what people end in the new tables meanwhile does not go with them."""
    first, second = _backup(restorer, "eins"), _backup(restorer, "zwei")
    options = {"engine": "InnoDB", "policy": "always", "running_instances": "ignore"}
    restorer.run(first, **options)
    restorer.start(second, "swap.swap:rename:after", **options)
    shop = Shop(restorer.mandant)
    shop.begin()
    outcome = restorer.run(first, **options)
    shop.join()
    assert restorer.mandant.query("SELECT INFO FROM BACK_ARTIKEL WHERE REC_ID = 99") == [("a new one",)]
    assert not [one for one in outcome.warnings if "taken back" in one]


_DROPS = {"engine": "InnoDB", "previous": "drop"}


def _killed_in_the_moment(restorer: Restorer, path: str, **options: t.Any) -> None:
    """Have a run killed behind its RENAME, which somebody has held up who ended his transaction then."""
    shop = Shop(restorer.mandant)
    shop.begin()
    restorer.start(path, "swap.swap:rename:after", **options)
    shop.join()


def _refused_alike(restorer: Restorer, path: str, text: str, **options: t.Any) -> None:
    for check in (True, False):
        with pytest.raises(Failure, match=text) as caught:
            restorer.run(path, check=check, **options)
        assert caught.value.error == "would_replace_work"


@pytest.mark.promise("nobodys-work")
def test_a_run_that_is_killed_before_it_has_looked(restorer: Restorer) -> None:
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    second = _backup(restorer, "zwei")
    _killed_in_the_moment(restorer, second, **_DROPS)
    _refused_alike(restorer, second, "ARTIKEL", **_DROPS)
    assert _articles(restorer) == [1, 2, 3, 99]
    assert restorer.run(second, replace=True, **_DROPS).changed
    assert _articles(restorer) == [1, 2, 3]


def test_a_run_that_is_killed_and_work_in_both_generations(restorer: Restorer, tmp_path: Path) -> None:
    """It can be neither finished nor taken back, until somebody says that it may go."""
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    second = _backup(restorer, "zwei")
    _killed_in_the_moment(restorer, second, **_DROPS)
    restorer.mandant.query("INSERT INTO ARTIKEL VALUES (77, 'R77', 1, 'in the new one')")
    # By the second of these the swap would be taken back first of all.
    for more in ({}, {"policy": "always", "backup_first": str(tmp_path)}):
        text = "others have changed ARTIKEL .* neither be finished nor taken back"
        _refused_alike(restorer, second, text, **_DROPS, **more)
    assert (99,) in restorer.mandant.query("SELECT REC_ID FROM BACK_RESTORE_OLD_0001")
    for check in (True, False):
        assert restorer.run(second, check=check, replace=True, **_DROPS).action == "unchanged"
    assert restorer.mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "FIRMA"]


def test_a_run_that_is_killed_and_old_tables_that_somebody_dropped(restorer: Restorer) -> None:
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    second = _backup(restorer, "zwei")
    restorer.start(second, "swap.swap:rename:after", **_DROPS)
    restorer.mandant.query("DROP TABLE BACK_RESTORE_OLD_0001")
    for check in (True, False):
        assert restorer.run(second, check=check, **_DROPS).action == "unchanged"
    assert restorer.mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "FIRMA"]


def test_a_connection_that_ends_before_it_was_looked(restorer: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    restorer.run(_backup(restorer, "eins"), engine="MyISAM")
    real = swap.rename

    def between(session: t.Any, *args: t.Any) -> None:
        monkeypatch.undo()
        restorer.mandant.query(f"INSERT INTO ARTIKEL {VALUES}")
        real(session, *args)
        restorer.mandant.server.admin(f"KILL {session.number}")

    monkeypatch.setattr(swap, "rename", between)
    with pytest.raises(Failure):
        restorer.run(_backup(restorer, "zwei"), engine="MyISAM", previous="drop")
    assert _articles(restorer) == [1, 2, 3, 99]


@pytest.mark.parametrize("spoil", ["DROP TABLE {0}", "UPDATE {0} SET content = 'x'"])
def test_a_run_that_is_killed_and_whose_marker_is_gone(restorer: Restorer, spoil: str) -> None:
    """What was in use before it is dropped only where the new state is known to be whole."""
    restorer.run(_backup(restorer, "eins"), engine="InnoDB")
    options = {**_DROPS, "policy": "always"}
    restorer.start(_backup(restorer, "zwei"), "swap.swap:rename:after", **options)
    restorer.mandant.query(spoil.format("BACK_RESTORE_MARKER"))
    before = restorer.mandant.tables()
    for check in (True, False):
        with pytest.raises(Failure, match=r"BACK_RESTORE_OLD_0001.* were in use before") as caught:
            restorer.run(_backup(restorer, "drei"), check=check, **options)
        assert caught.value.error == "verification_failed"
    assert restorer.mandant.tables() == before
