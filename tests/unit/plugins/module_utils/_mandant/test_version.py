# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that a marker remembers is that of the collection."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION

TREE = Path(__file__).resolve().parents[5]


def test_each_version_has_stored_what_it_leaves_in_a_mandant() -> None:
    """Without that nobody sees whether a later one still understands it: CONTRIBUTING.md says how it is stored."""
    released = yaml.safe_load((TREE / "changelogs" / "changelog.yaml").read_text())["releases"]
    stored = {path.name for path in (TREE / "tests" / "markers").iterdir() if path.is_dir()}
    assert stored == {*released, COLLECTION_VERSION}


def test_the_version_is_that_of_galaxy_yml() -> None:
    assert yaml.safe_load((TREE / "galaxy.yml").read_text())["version"] == COLLECTION_VERSION
