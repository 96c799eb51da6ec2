# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of mandant_backup that contradict each other are refused before a server is asked."""

from __future__ import annotations

import typing as t
from pathlib import Path

from module_process import answers_of

# By dest and the other options: words of the refusal.
REFUSED: tuple[tuple[str, dict[str, t.Any], str], ...] = (
    ("", {"password": ""}, "password is empty"),
    ("a.sql", {"password": "geheim"}, "a .sql file cannot have a password"),
    ("", {"encryption": "zipcrypto"}, "zipcrypto needs a password"),
    ("a.sql", {"encryption": "zipcrypto"}, "zipcrypto needs a password"),
    ("", {"keep": 0}, "keep must be 1 or more"),
    ("a.zip", {"keep": 3}, "keep needs a dest that is an existing folder"),
)


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    # Nobody listens there: what goes together fails otherwise.
    server = {"login_host": "127.0.0.1", "login_port": 1, "mandant": "cao"}
    wanted = [{**server, "dest": str(tmp_path / dest), **options} for dest, options, _words in REFUSED]
    together = [{**server, "dest": str(tmp_path / dest)} for dest in ("", "a.sql", "a.zip")]
    answers = answers_of("mandant_backup", [*wanted, *together])
    assert len(answers) == len(wanted) + len(together)
    for (dest, options, words), answer in zip(REFUSED, answers):
        assert words in answer["msg"], (dest, options)
        assert "error" not in answer
    assert {answer["error"] for answer in answers[len(REFUSED) :]} == {"connection_failed"}
