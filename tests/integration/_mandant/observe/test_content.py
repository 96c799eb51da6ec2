# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a Mandant: rows that are somebody's, what was changed since a restore, and whose it is."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import (
    NOTHING_SEEN,
    Content,
    Means,
    look_into,
    tables_with_rows,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Whose
from library import Library
from restoring import articles, cao_backup, cao_table, company


def _looked(library: Library, question: t.Any, *keep: str, **how: t.Any) -> Content:
    session = library.session(use=False)
    observed = observe_names(session, library.server, library.mandant.name)
    return look_into(session, observed, question, NOTHING_SEEN, Means(keep, **how))


def _make(library: Library) -> None:
    for sql in (
        "CREATE TABLE A (A INT)",
        "CREATE TABLE XT (A INT)",
        "CREATE TABLE BACK_A (A INT)",
        "INSERT INTO XT VALUES (1)",
        "INSERT INTO BACK_A VALUES (1)",
        "CREATE VIEW V AS SELECT A FROM XT",
    ):
        library.mandant.query(sql)


def test_rows_count_in_tables_in_use_that_do_not_stay(library: Library) -> None:
    _make(library)
    assert _looked(library, "rows").holds_rows is True
    assert _looked(library, "rows", "x*").holds_rows is False
    library.mandant.query("INSERT INTO A VALUES (NULL)")
    assert _looked(library, "rows", "x*").holds_rows is True


def test_of_a_table_that_cannot_be_read_nobody_knows(library: Library) -> None:
    _make(library)
    session = library.session(use=False)
    tables = observe_names(session, library.server, library.mandant.name).live
    library.mandant.query("DROP TABLE A")
    assert list(tables_with_rows(session, library.mandant.name, tables)) == ["A", "XT"]
    library.kill(session)
    with pytest.raises(ServerError) as caught:
        list(tables_with_rows(session, library.mandant.name, tables))
    assert caught.value.lost


def test_whose_it_is(library: Library) -> None:
    journal = cao_table("JOURNAL", ["REC_ID int(11)", "RDATUM date"], ["1,'2026-10-30'", "2,'2026-09-01'"])
    restorer = library.restorer
    restorer.run(restorer.write("1.sql", cao_backup(articles(3), company("Musterladen"), journal)))
    assert _looked(library, "whose").whose == Whose("Musterladen", "2026-10-30", 6)
    assert _looked(library, "whose", "artikel", "FIRMA").whose == Whose(None, "2026-10-30", 2)
    library.mandant.query("DROP TABLE FIRMA, JOURNAL")
    assert _looked(library, "whose").whose == Whose(None, None, 3)


def test_what_was_changed(library: Library) -> None:
    restorer = library.restorer
    restorer.run(restorer.write("1.sql", cao_backup(articles(3), company("Musterladen"))))
    assert _looked(library, "drift").drift == ()
    library.mandant.query("UPDATE ARTIKEL SET INFO = 'x' LIMIT 1")
    library.mandant.query("CREATE TABLE XT (A INT)")
    assert _looked(library, "drift").drift == (Drift("ARTIKEL", "content"), Drift("XT", "extra"))
    assert _looked(library, "drift", "xt").drift == (Drift("ARTIKEL", "content"),)
