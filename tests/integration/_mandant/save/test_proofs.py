# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server says of rows comes beside other work, while they are held, and nobody is held longer for it."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import Dump
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.proofs import NotProven, Proofs, Question
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from jobs import until
from library import Library

WHEN = datetime.datetime(2026, 10, 30, 16, 42, 7)


def _dump(library: Library) -> Dump:
    snapshot = Snapshot(library.session(use=False), library.restorer.login())
    snapshot.take(library.mandant.name)
    return Dump(snapshot, library.server, library.mandant.name, static_rows=True)


def test_nobody_waits_for_an_answer(library: Library) -> None:
    session, holder, ended = library.session(), library.session(), list[str]()
    proofs = Proofs("cao", lambda: ended.append("let go"))
    holder.query("SELECT GET_LOCK('faktura_test', 9)")
    proofs.add(Question(session, "A", "SELECT 7, GET_LOCK('faktura_test', 60), 0", 7))
    proofs.add(Question(session, "B", "SELECT 2, 5, NULL", 2))
    for _time in range(3):
        proofs.go_on()
    assert (proofs.checksums, ended) == ({}, [])
    holder.query("SELECT RELEASE_LOCK('faktura_test')")

    def are_answered() -> bool:
        proofs.go_on()
        return len(proofs.checksums) == 2

    until(are_answered, 60, "no answer comes")
    proofs.go_on()
    assert proofs.checksums == {"A": 1, "B": 5}
    assert ended == ["let go"]
    assert session.value("SELECT 'to be used again'") == "to be used again"


@pytest.mark.parametrize(
    ("sql", "error", "words"),
    [
        ("SELECT 2, 5, 0", "verification_failed", "a row is missing"),
        ("SELECT 1, 5, 1", "verification_failed", "a text has no place in UTF-8"),
        ("SELECT 1, 5, 0 FROM missing", "statement_failed", ""),
        ("KILL CONNECTION_ID()", "connection_failed", ""),
    ],
)
def test_an_answer_that_proves_nothing(library: Library, sql: str, error: str, words: str) -> None:
    proofs = Proofs("cao_test", lambda: None)
    proofs.add(Question(library.session(), "BELEGE", sql, 1))
    with pytest.raises(NotProven) as caught:
        proofs.finish()
    assert caught.value.error == error
    assert "cao_test" in caught.value.msg
    assert "BELEGE" in caught.value.msg
    assert words in caught.value.msg


def test_others_can_go_on_when_all_is_answered(library: Library) -> None:
    query = library.mandant.query
    query("CREATE TABLE T (A INT) ENGINE=MyISAM")
    query("INSERT INTO T VALUES (1)")
    dump = _dump(library)
    for _piece in dump.pieces(WHEN):
        pass
    assert dump.proofs.checksums == {}

    def are_answered() -> bool:
        dump.proofs.go_on()
        return bool(dump.proofs.checksums)

    until(are_answered, 60, "no answer comes")
    # A session of ours waits a few seconds for a table that is locked.
    library.session().execute("INSERT INTO T VALUES (2)")


def test_locked_tables_are_proven_before_others_go_on(library: Library) -> None:
    query = library.mandant.query
    for name, engine in (("T", "MyISAM"), ("U", "InnoDB")):
        query(f"CREATE TABLE {name} (A INT) ENGINE={engine}")
        query(f"INSERT INTO {name} VALUES (1)")
    dump = _dump(library)
    pieces = dump.pieces(WHEN)
    while b"create table `U`" not in next(pieces):
        assert dump.proofs.checksums == {}
    assert set(dump.proofs.checksums) == {"T"}
    # A session of ours waits a few seconds for a table that is locked.
    library.session().execute("INSERT INTO T VALUES (2)")
    query("INSERT INTO U VALUES (2)")
    assert b"('2')" not in b"".join(pieces)
    dump.proofs.finish()
    assert set(dump.proofs.checksums) == {"T", "U"}
