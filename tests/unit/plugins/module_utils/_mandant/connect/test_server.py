# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names are compared in one place: a server's own tables take c32 for C32 and müller for muller."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named

_ROOMS = Path(server.__file__).parents[1]
_COMPARES = re.compile(r"\b\w*(?:SCHEMA|NAME|DB|TABLE)\w*\)?\s*(?:=|<>|IN|LIKE)\s*\(*(?:\w+\()*%s")
# Where names are compared afterwards, letter by letter, because two columns or two spellings have to be.
_AFTERWARDS = {
    ("connect/other_sessions.py", "_seen"),
    ("observe/observe.py", "observe_names"),
    # As InnoDB names files, and as bytes.
    ("swap/recover.py", "_is_known_to_innodb"),
}


class _Session:
    def __init__(self, rows: list[tuple[t.Any, ...]]) -> None:
        self._rows = rows

    def query(self, _sql: str, _names: tuple[str, ...]) -> list[tuple[t.Any, ...]]:
        return self._rows


def test_only_exact_names_count() -> None:
    rows = [
        ("müller", "Art", 1),
        ("muller", "Art", 2),
        ("müller", "ART", 3),
        ("Müller", "Art", 4),
        ("müller ", "Art", 5),
    ]
    session = t.cast("t.Any", _Session(rows))
    assert rows_named(session, "SELECT ...", "müller", "Art") == [(1,)]
    assert rows_named(session, "SELECT ...", "müller") == [("Art", 1), ("ART", 3)]


def _queries(path: Path) -> t.Iterator[tuple[str, str, bool]]:
    """Yield function, text and whether rows_named gets it, of each text that asks information_schema."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "rows_named"
        for part in ast.walk(call)
    }
    for function in [*ast.walk(tree)]:
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and "information_schema." in node.value
                ):
                    yield function.name, str(node.value), id(node) in named


@pytest.mark.parametrize("path", sorted(_ROOMS.rglob("*.py")), ids=lambda path: str(path.relative_to(_ROOMS)))
def test_every_question_for_a_name_is_asked_there(path: Path) -> None:
    for function, text, named in _queries(path):
        excepted = (str(path.relative_to(_ROOMS)), function) in _AFTERWARDS
        assert named or excepted or not _COMPARES.search(text), (function, text)
        # These put names together that are not the same.
        assert not re.search("DISTINCT|GROUP BY", text), (function, text)


def test_a_question_is_recognised() -> None:
    for text in (
        "TABLE_SCHEMA = %s",
        "LOWER(SCHEMA_NAME) = LOWER(%s)",
        "DB = %s",
        "TRIGGER_NAME LIKE %s",
        "NAME IN (%s",
    ):
        assert _COMPARES.search(f"SELECT 1 FROM information_schema.X WHERE {text}"), text
    assert not _COMPARES.search("WHERE ID = %s")
