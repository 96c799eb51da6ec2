# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the version of the schema says."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.db_version import version_findings


@pytest.mark.parametrize(
    ("backup", "live", "names"),
    [
        ("1.50", "1.40", ["newer_db_version"]),
        ("1.10", "1.9", ["newer_db_version"]),
        ("1.09", "1.10", ["older_db_version"]),
        ("1.40", "1.40", []),
        (None, "1.40", []),
        ("1.40", None, []),
        ("neu", "1.40", []),
    ],
)
def test_findings_about_the_version(backup: str | None, live: str | None, names: list[str]) -> None:
    found = version_findings(backup, live)
    assert [finding["name"] for finding in found] == names
    for finding in found:
        assert str(backup) in finding["text"]
        assert str(live) in finding["text"]
