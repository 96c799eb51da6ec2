# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables made over two connections are those that one makes, or the same failure; a lost connection is made up for."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several import table_maker
from library import Library

TABLES = table_maker.TABLES_AT_LEAST + 4


def _dump(*, bad: int = 0) -> bytes:
    """Return tables that differ in what a session has to be told for them; each has a row."""
    lines = ["SET NAMES utf8mb4;"]
    for number in range(1, TABLES + 1):
        zone = "+00:00" if number % 2 else "-05:00"
        lines += [
            f"SET time_zone='{zone}';",
            f"CREATE TABLE T{number} (A INT PRIMARY KEY, W TIMESTAMP NOT NULL DEFAULT '2024-01-01 12:00:00',"
            f" B VARCHAR({70_000 if number == bad else 20})) ENGINE=InnoDB DEFAULT CHARSET=latin1;",
            f"INSERT INTO T{number} (A, B) VALUES ({number}, 'Größe');",
        ]
    return "\n".join(lines).encode()


def _made(library: Library, path: str, **options: t.Any) -> list[t.Any]:
    options.setdefault("policy", "always")
    assert library.restorer.run(path, previous="drop", **options).restore["rows"] == TABLES
    names = [f"T{number}" for number in range(1, TABLES + 1)]
    shown = [library.mandant.query(f"SHOW CREATE TABLE {name}")[0][1] for name in names]
    rows = [library.mandant.query(f"SELECT UNIX_TIMESTAMP(W), B FROM {name}") for name in names]
    return [shown, rows]


def test_over_two_connections_tables_are_the_same(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    path = library.restorer.write("t.sql", _dump())
    two = _made(library, path)
    assert len({str(row) for row in two[1]}) == 2
    monkeypatch.setattr("ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.stage.TABLES_AT_LEAST", 99)
    assert _made(library, path) == two


@pytest.mark.parametrize("bad", [1, 2, TABLES])
def test_a_table_that_cannot_be_made_is_named(library: Library, bad: int) -> None:
    path = library.restorer.write("t.sql", _dump(bad=bad))
    before = library.mandant.query("SHOW TABLES")
    with pytest.raises(Failure) as failed:
        library.restorer.run(path)
    assert failed.value.error in ("statement_failed", "bad_input", "unsupported")
    assert f"T{bad}" in failed.value.msg
    assert library.mandant.query("SHOW TABLES") == before


def test_what_another_connection_loses_is_made_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed at its first table; no table is lacking in the end, and none is left over."""
    making, under, killed = table_maker.without, table_maker.conditions, list[int]()
    sessions: list[t.Any] = []

    def noted(session: t.Any) -> t.Any:
        sessions.append(session)
        return under(session)

    def kill(*told: t.Any) -> t.Any:
        if not killed:
            killed.append(sessions[-1].number)
            library.ask(f"KILL {killed[0]}")
        return making(*told)

    monkeypatch.setattr(table_maker, "conditions", noted)
    monkeypatch.setattr(table_maker, "without", kill)
    path = library.restorer.write("t.sql", _dump())
    assert _made(library, path)
    assert killed
    names = {str(name) for (name,) in library.mandant.query("SHOW TABLES")}
    assert not {name for name in names if name.startswith("BACK_RESTORE_NEW")}
