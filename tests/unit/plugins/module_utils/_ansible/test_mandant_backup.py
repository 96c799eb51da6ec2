# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of mandant_backup that contradict each other are refused before a server is asked."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from module_process import answer_of


@pytest.mark.parametrize(
    ("dest", "options", "words"),
    [
        ("", {"password": ""}, "password is empty"),
        ("a.sql", {"password": "geheim"}, "a .sql file cannot have a password"),
        ("", {"encryption": "zipcrypto"}, "zipcrypto needs a password"),
        ("a.sql", {"encryption": "zipcrypto"}, "zipcrypto needs a password"),
        ("", {"keep": 0}, "keep must be 1 or more"),
        ("a.zip", {"keep": 3}, "keep needs a dest that is an existing folder"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, dest: str, options: dict[str, t.Any], words: str) -> None:
    # Nobody listens there: what goes together fails otherwise.
    server = {"login_host": "127.0.0.1", "login_port": 1, "mandant": "cao", "dest": str(tmp_path / dest)}
    answer = answer_of("mandant_backup", **server, **options)
    assert words in answer["msg"]
    assert "error" not in answer
    assert answer_of("mandant_backup", **server)["error"] == "connection_failed"
