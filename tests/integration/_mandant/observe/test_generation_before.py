# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generation before is told from people's work by what is remembered of it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.generation_before import look_before
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Before, Whose
from library import Library
from restoring import Restorer, articles, cao_backup, company, roll_back


def _before(library: Library) -> Before:
    session = library.session(use=False)
    found = look_before(session, observe_names(session, library.server, library.mandant.name)).before
    assert found is not None
    return found


@pytest.fixture
def twice(restorer: Restorer) -> Restorer:
    """Two restores, so that the generation before is one that was restored."""
    restorer.run(restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Eins"))))
    restorer.run(restorer.write("2.sql", cao_backup(articles(5, "zwei"), company("Zwei"))))
    return restorer


def test_what_a_restore_has_brought_is_nobodys_work(twice: Restorer, library: Library) -> None:
    assert _before(library) == Before({"BACK_ARTIKEL": "ARTIKEL", "BACK_FIRMA": "FIRMA"})
    assert twice.mandant.tables()
    roll_back(twice)
    assert _before(library).work == ()


@pytest.mark.parametrize(
    ("harm", "work"),
    [
        ("UPDATE BACK_FIRMA SET ORT = 'Bonn'", ("BACK_FIRMA",)),
        ("ALTER TABLE BACK_FIRMA ADD COLUMN NEU INT", ("BACK_FIRMA",)),
        ("DELETE FROM BACK_FIRMA", ()),
        ("DROP TABLE BACK_FIRMA", ()),
        # Somebody's own, which stays.
        ("CREATE TABLE BACK_NEU AS SELECT 1 AS A", ()),
        ("CREATE TABLE BACK_NEU (A INT)", ()),
        ("CREATE VIEW BACK_V AS SELECT 1 AS A", ()),
        ("DROP TABLE BACK_RESTORE_MARKER", ("BACK_ARTIKEL", "BACK_FIRMA")),
        ("DELETE FROM BACK_RESTORE_MARKER", ("BACK_ARTIKEL", "BACK_FIRMA")),
    ],
)
def test_anything_else_is_work(twice: Restorer, library: Library, harm: str, work: tuple[str, ...]) -> None:
    twice.mandant.query(harm)
    assert _before(library).work == work


def test_work_is_told_by_the_names_it_had_in_use(restorer: Restorer, library: Library) -> None:
    restorer.run(restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Eins"))))
    restorer.mandant.query("DELETE FROM ARTIKEL LIMIT 1")
    restorer.run(restorer.write("2.sql", cao_backup(articles(5, "zwei"))), policy="always")
    found = _before(library)
    assert (found.work, found.whose) == (("BACK_ARTIKEL",), Whose("Eins", None, 2))


def test_a_rollback_to_unknown_tables_knows_them_no_better(restorer: Restorer, library: Library) -> None:
    restorer.mandant.query("CREATE TABLE ARTIKEL AS SELECT 1 AS A")
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))), policy="always")
    for work in (("BACK_ARTIKEL",), ()):
        assert _before(library).work == work
        roll_back(restorer)


def test_names_that_are_too_long_come_back(restorer: Restorer, library: Library) -> None:
    name = "T" * 64
    restorer.mandant.query(f"CREATE TABLE {name} AS SELECT 1 AS A")
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))), policy="always")
    names: t.Mapping[str, str] = _before(library).real_names
    assert list(names.values()) == [name]
