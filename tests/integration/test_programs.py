# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of programs in the guide and in the README are what came of a run.

FAKTURA_WRITE_PROGRAMS=1 makes these tests write them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from corpus import WINDOWS
from private_server import PrivateServer
from program_layouts import LAYOUTS, dump_of
from program_runs import OF_WINDOWS, Tried, as_page, as_short_table, rows_of_own_dumps, tried
from web_layouts import WEB_LAYOUTS

TREE = Path(__file__).resolve().parents[2]
GUIDE = TREE / "docs" / "docsite" / "rst" / "other_dumps.rst"
README = TREE / "README.md"
IN_GUIDE = re.compile(r"\.\. list-table::\n(?:   :.*\n)*\n   \* - dump of\n(?:   .*\n)*")
IN_README = re.compile(r"\| what comes of it \|.*\n(?:\|.*\n)*")
REWRITE = "FAKTURA_WRITE_PROGRAMS=1 make integration PYTEST_ARGS='-k test_programs' writes the tables as they are now"


@pytest.fixture(scope="module")
def results(server: PrivateServer, tmp_path_factory: pytest.TempPathFactory) -> list[Tried]:
    """What came of each dump."""
    return list(tried(server, tmp_path_factory.mktemp("programs")))


def test_nothing_differs_from_what_the_client_loads(results: list[Tried]) -> None:
    assert [one for one in results if one.outcome.startswith(("different", "slow"))] == []


def test_the_guide_has_what_came_of_the_run(results: list[Tried]) -> None:
    _holds(GUIDE, IN_GUIDE, as_page(results))


def test_the_readme_has_what_came_of_the_run(results: list[Tried]) -> None:
    _holds(README, IN_README, as_short_table(results, rows_of_own_dumps(GUIDE.read_text(encoding="utf-8"))))


def _holds(path: Path, pattern: re.Pattern[str], table: str) -> None:
    text = path.read_text(encoding="utf-8")
    if os.environ.get("FAKTURA_WRITE_PROGRAMS"):
        text = pattern.sub(lambda _found: table, text, count=1)
        path.write_text(text, encoding="utf-8")
    (found,) = pattern.findall(text)
    assert found == table, REWRITE


def test_the_analysis_names_the_program(tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    found = {}
    path = tmp_path / "dump.sql"
    layouts = {**LAYOUTS, **WEB_LAYOUTS}
    for program, (_dialect, layout) in layouts.items():
        path.write_text(dump_of(layout), encoding="utf-8")
        with open_backup(str(path)) as backup:
            found[program] = backup.analysis.dialect
    for program, (name, _dialect) in OF_WINDOWS.items():
        with open_backup(str(WINDOWS / f"{name}.sql")) as backup:
            found[program] = backup.analysis.dialect
    of_windows = {program: dialect for program, (_name, dialect) in OF_WINDOWS.items()}
    assert found == {program: dialect for program, (dialect, _layout) in layouts.items()} | of_windows
