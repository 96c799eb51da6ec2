# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The privileges of an account, read from the words of SHOW GRANTS."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import (
    how_to_grant,
    matches,
    read_grants,
)

NEEDED = ("SELECT", "INSERT", "CREATE", "DROP", "ALTER")


@pytest.mark.parametrize(
    ("grants", "here", "everywhere"),
    [
        ([], [], []),
        (["GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*AB ON `m`.* TO '"], [], []),
        (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], [*NEEDED, "TRIGGER"], ["RELOAD"]),
        (["GRANT ALL PRIVILEGES ON `cao_14`.* TO `u`@`%`"], [*NEEDED, "CREATE VIEW"], []),
        (["GRANT ALL PRIVILEGES ON `cao\\_14`.* TO `u`@`%`"], [*NEEDED], []),
        (["GRANT ALL PRIVILEGES ON `cao\\_%`.* TO `u`@`%`"], [*NEEDED], []),
        (
            ["GRANT SELECT, INSERT ON `cao_14`.* TO `u`@`%`", "GRANT DROP ON *.* TO `u`@`%`"],
            ["SELECT", "INSERT"],
            ["DROP"],
        ),
        (["GRANT SELECT (A, B), INSERT ON `cao_14`.* TO `u`@`%`"], ["INSERT"], []),
        (["GRANT ALL PRIVILEGES ON `cao_14`.`ARTIKEL` TO `u`@`%`"], [], []),
        (["GRANT ALL PRIVILEGES ON `andere`.* TO `u`@`%`"], [], []),
        (["GRANT `rolle` TO `u`@`%`", "GRANT SELECT ON `cao_14`.* TO `rolle`"], ["SELECT"], []),
        (["GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION"], [], []),
        (["GRANT RELOAD, PROCESS, CONNECTION ADMIN ON *.* TO `u`@`%`"], [], ["RELOAD", "CONNECTION ADMIN"]),
        # The server looks at the most specific entry only.
        (["GRANT ALL PRIVILEGES ON `cao%`.* TO `u`@`%`", "GRANT SELECT ON `cao_14`.* TO `u`@`%`"], ["SELECT"], []),
    ],
)
def test_read_grants(grants: list[str], here: list[str], everywhere: list[str]) -> None:
    privileges = read_grants(grants, "cao_14")
    names = (*NEEDED, "TRIGGER", "CREATE VIEW", "RELOAD", "CONNECTION ADMIN")
    if "ALL" not in "".join(grants) or not here:
        assert [name for name in names if privileges.has(name)] == [name for name in names if name in here + everywhere]
    assert all(privileges.has(name) for name in here)
    assert [name for name in names if privileges.has_everywhere(name)] == [
        name for name in names if name in everywhere or "ON *.* TO `root`" in "".join(grants)
    ]
    assert privileges.has_any_everywhere("SUPER", *everywhere) == bool(everywhere)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("cao", "cao", True),
        ("cao", "cao1", False),
        ("cao%", "cao", True),
        ("cao_", "cao1", True),
        ("cao\\_", "cao1", False),
        ("cao\\_", "cao_", True),
        ("c.o", "cao", False),
        ("%", "a\nb", True),
        ("CAO", "cao", False),
        # An underscore is one byte of UTF-8.
        ("m_ller", "müller", False),
        ("m__ller", "müller", True),
        ("m_ller", "muller", True),
        ("muller", "müller", False),
        ("m%", "müller", True),
    ],
)
def test_patterns(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


def test_patterns_in_any_letter_case() -> None:
    assert matches("CAO\\_%", "cao_14", ignore_case=True)
    assert matches("MÜLLER", "müller", ignore_case=True)
    # No letter is another to a server, whatever a pattern of Python takes it for.
    assert not matches("muſik", "musik", ignore_case=True)


def test_what_is_revoked_for_the_mandant_alone() -> None:
    """With partial_revokes; what holds for the whole server is not touched by it."""
    lines = ["GRANT SELECT, DROP, RELOAD ON *.* TO `u`@`%`", "REVOKE DROP ON `cao`.* FROM `u`@`%`"]
    found = read_grants(lines, "cao")
    assert (found.has("SELECT"), found.has("DROP"), found.has_everywhere("RELOAD")) == (True, False, True)
    assert read_grants(lines, "CAO").has("DROP")
    assert not read_grants(lines, "CAO", ignore_case=True).has("DROP")
    assert read_grants([*lines, "GRANT DROP ON `cao`.* TO `u`@`%`"], "cao").has("DROP")


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("GRANT `verwalter` TO `anna`@`%`", ("verwalter",)),
        ("GRANT `a`@`%`,`b ``c`@`localhost` TO `anna`@`%`", ("a", "b `c")),
        ("GRANT `a`@`%` TO `anna`@`%` WITH ADMIN OPTION", ("a",)),
        ("GRANT USAGE ON *.* TO `anna`@`%`", ()),
        ("GRANT SELECT (`a`) ON `m`.* TO `anna`@`%`", ()),
        ("GRANT PROXY ON ''@'' TO 'root'@'localhost' WITH GRANT OPTION", ()),
        ("SET DEFAULT ROLE `a` FOR `anna`@`%`", ()),
    ],
)
def test_roles(line: str, roles: tuple[str, ...]) -> None:
    found = read_grants([line, line], "m")
    assert found.roles == roles
    said = how_to_grant(found)
    assert said == "grant it" if not roles else f"({', '.join(roles)})" in said and "SET DEFAULT ROLE" in said
