# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes for good is what was saved before: what people write in between is in neither place, so nothing goes."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant import remove as removing
from restoring import Restorer, articles, cao_backup, company, remove

ROW = "INSERT INTO ARTIKEL VALUES (99, 'R99', 1, 'a new one')"


@pytest.mark.promise("nobodys-work")
@pytest.mark.parametrize(
    ("engine", "sql"), [("InnoDB", ROW), ("MyISAM", "DELETE FROM ARTIKEL"), ("InnoDB", "ALTER TABLE FIRMA ADD B TEXT")]
)
def test_a_restore_that_keeps_nothing(restorer: Restorer, tmp_path: Path, engine: str, sql: str) -> None:
    path = restorer.write("1.sql", cao_backup(articles(3), company("Eins")))
    options = {"policy": "always", "engine": engine, "previous": "drop", "backup_first": str(tmp_path / "saved.sql")}
    restorer.run(path, **options)
    done: list[int] = []

    def see(phase: str, *_figures: object) -> None:
        if phase == "load" and not done:
            done.append(1)
            restorer.mandant.query(sql)

    with pytest.raises(Failure, match="since backup_first saved") as caught:
        restorer.run(path, progress=see, **options)
    assert caught.value.error == "would_replace_work"
    assert restorer.mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "FIRMA"]
    # Now it is saved, and may go.
    assert restorer.run(path, **options).changed
    assert restorer.mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "FIRMA"]


@pytest.mark.parametrize("drifted", ["fail", "remove"])
def test_a_removal(restorer: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drifted: str) -> None:
    restorer.mandant.drop()
    restorer.run(restorer.write("1.sql", cao_backup(articles(3), company("Eins"))))
    real = removing.save_first

    def and_somebody_writes(*args: t.Any, **options: t.Any) -> t.Any:
        saved = real(*args, **options)
        restorer.mandant.query(ROW)
        return saved

    options = {"drifted": drifted, "backup_first": str(tmp_path / "saved.sql")}
    monkeypatch.setattr(removing, "save_first", and_somebody_writes)
    with pytest.raises(Failure, match=r"since backup_first saved .* have changed ARTIKEL") as caught:
        remove(restorer, **options)
    assert caught.value.error == "would_replace_work"
    assert restorer.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(4,)]
    monkeypatch.undo()
    assert remove(restorer, **{**options, "drifted": "remove"}).changed
