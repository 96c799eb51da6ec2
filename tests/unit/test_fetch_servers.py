# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where packages of other suites come from is where this machine gets its own from, with the same keys."""

from __future__ import annotations

import runpy
from pathlib import Path

FETCH = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "fetch_servers.py"))
OWN = """Types: deb
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/archive.gpg

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main
Signed-By: /keys/security.gpg
"""


def test_each_suite_has_its_own_place_and_key() -> None:
    found = FETCH["sources"](("trixie", "trixie-security"), OWN)
    assert "Suites: trixie\n" in found
    assert "Suites: trixie-security\n" in found
    assert "bookworm" not in found
    assert found.count("Signed-By") == found.count("URIs") == 2
    first, second = found.strip().split("\n\n")
    assert ("archive" in first, "debian-security" in second) == (True, True)


def test_a_machine_that_says_nothing_gets_nothing() -> None:
    assert FETCH["sources"](("sid",), "") == ""
    assert FETCH["sources"](("trixie", "trixie-security"), OWN.partition("\n\n")[0]) == ""


def test_the_tests_know_what_is_fetched() -> None:
    import fetched_servers

    assert {one.name for one in fetched_servers.SERVERS} == set(FETCH["SERVERS"])
