# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there is saved before a restore takes its place, or nothing is changed."""

from __future__ import annotations

import hashlib
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer, account, articles, cao_backup, company


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    folder.mkdir()
    return folder


@pytest.fixture
def second(filled: Restorer) -> str:
    return filled.write("2.sql", cao_backup(articles(5, "zwei"), company("Zwei")))


def _live(mandant: Mandant) -> dict[str, int | None]:
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")}


def _restored(restorer: Restorer, path: str, **options: t.Any) -> dict[str, int | None]:
    """Return what a backup makes of another Mandant."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    other = Mandant(f"{restorer.mandant.name}_x", restorer.mandant.server)
    other.create()
    try:
        with open_backup(path, **options) as backup:
            restore(wanted=Wanted(other.name), login=restorer.login(), backup=backup, check_mode=False)
        return _live(other)
    finally:
        other.drop()


@pytest.mark.parametrize("options", [{"policy": "enforce"}, {"policy": "always"}, {"replace": True}])
@pytest.mark.parametrize("password", [None, "Kräutergarten"])
def test_the_mandant_is_saved(
    filled: Restorer, target: Path, second: str, options: dict[str, t.Any], password: str | None
) -> None:
    mandant = filled.mandant
    mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    live = _live(mandant)
    options = {"backup_first": str(target), "backup_password": password, **options}
    forecast = filled.run(second, check=True, **options)
    assert list(target.iterdir()) == []
    assert [(one["generation"], one["size"], one["rows"]) for one in forecast.backup_first] == [("live", None, 5)]
    outcome = filled.run(second, **options)
    (saved,) = outcome.backup_first
    path = Path(saved["path"])
    assert list(target.iterdir()) == [path]
    assert saved["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (saved["size"], saved["rows"]) == (path.stat().st_size, 5)
    assert saved["encryption"] == ("none" if password is None else "aes256")
    assert _restored(filled, str(path), password=password) == live


def test_the_generation_before_is_saved_under_its_own_names(filled: Restorer, target: Path, second: str) -> None:
    mandant = filled.mandant
    mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    work = _live(mandant)
    filled.run(second, policy="always")
    third = filled.write("3.sql", cao_backup(articles(2, "drei")))
    for check in (True, False):
        outcome = filled.run(third, check=check, backup_first=str(target / "vorher.zip"))
        assert [(one["generation"], Path(one["path"]).name) for one in outcome.backup_first] == [
            ("live", "vorher.zip"),
            ("before", "vorher_before.zip"),
        ]
    assert _restored(filled, str(target / "vorher_before.zip")) == work
    # The generation that goes now is one that a restore has brought: it need not be saved.
    first = filled.write("4.sql", cao_backup(articles(4, "vier")))
    outcome = filled.run(first, backup_first=str(target))
    assert [one["generation"] for one in outcome.backup_first] == ["live"]


def test_foreign_keys_of_the_generation_before_point_to_its_own_names(filled: Restorer, target: Path) -> None:
    mandant = filled.mandant
    for sql in (
        "CREATE TABLE P (ID INT NOT NULL PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE C (ID INT NOT NULL PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (ID) REFERENCES P (ID)) ENGINE=InnoDB",
        "INSERT INTO P VALUES (1)",
        "INSERT INTO C VALUES (1)",
    ):
        mandant.query(sql)
    filled.run(filled.write("2.sql", cao_backup(articles(5))), policy="always")
    filled.run(filled.write("3.sql", cao_backup(articles(6))), backup_first=str(target / "a.sql"))
    text = (target / "a_before.sql").read_bytes()
    assert b"REFERENCES `P` (`ID`)" in text
    assert b"BACK_" not in text
    assert set(_restored(filled, str(target / "a_before.sql"))) == {"ARTIKEL", "C", "FIRMA", "P"}


@pytest.mark.parametrize("name", ["vorher.zip", "vorher.sql"])
def test_what_was_saved_of_another_mandant_stays(filled: Restorer, target: Path, second: str, name: str) -> None:
    """One name for the Mandanten of a list: the second one would take the place of the first."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    other = Restorer(Mandant(f"{filled.mandant.name}_b", filled.mandant.server), filled.folder)
    options = {"policy": "always", "backup_first": str(target / name)}
    for _turn in range(2):
        filled.run(second, **options)
    saved = (target / name).read_bytes()
    other.run(second)
    try:
        before = (other.mandant.tables(), other.mandant.checksums())
        for check in (True, False):
            with pytest.raises(Failure, match="is a backup of another Mandant") as caught:
                other.run(second, check=check, **options)
            assert caught.value.error == "file_not_found"
        assert (other.mandant.tables(), other.mandant.checksums()) == before
    finally:
        other.mandant.drop()
    assert (target / name).read_bytes() == saved


def test_nothing_is_saved_where_nothing_is_changed(filled: Restorer, target: Path, second: str) -> None:
    assert filled.run(str(filled.folder / "start.sql"), backup_first=str(target)).backup_first == ()
    filled.mandant.drop()
    filled.mandant.create()
    assert filled.run(second, backup_first=str(target)).backup_first == ()
    filled.mandant.drop()
    assert filled.run(second, backup_first=str(target)).action == "created"
    assert list(target.iterdir()) == []


def test_a_refused_restore_saves_nothing(filled: Restorer, target: Path, second: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    filled.mandant.query("DELETE FROM ARTIKEL LIMIT 1")
    with pytest.raises(Failure) as caught:
        filled.run(second, backup_first=str(target))
    assert caught.value.error == "would_replace_work"
    assert list(target.iterdir()) == []


def test_what_cannot_be_saved_is_not_replaced(filled: Restorer, target: Path, second: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = filled.mandant
    before = (mandant.tables(), mandant.checksums())
    rights = "SELECT, INSERT, CREATE, DROP, ALTER"
    user = f"saver_{mandant.name[-8:]}"
    password = account(mandant.server, user, [f"{rights} ON `{mandant.name}`.*", "RELOAD, PROCESS ON *.*"])
    poor = Restorer(mandant, filled.folder, user, password)
    itself = Path(filled.write("itself.sql", Path(second).read_bytes()))
    cases = [
        (filled, second, str(target / "nicht" / "da.zip"), "file_not_found"),
        (filled, second, "/dev/full/x.zip", "file_not_found"),
        (filled, str(itself), str(itself), "file_not_found"),
        (poor, second, str(target), "missing_privilege"),
    ]
    for restorer, path, dest, error in cases:
        for check in (True, False):
            with pytest.raises(Failure) as caught:
                restorer.run(path, check=check, backup_first=dest)
            assert caught.value.error == error
            assert (mandant.tables(), mandant.checksums()) == before
    assert itself.read_bytes() == Path(second).read_bytes()
    assert list(target.iterdir()) == []
