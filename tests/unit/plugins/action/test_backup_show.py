# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module backup_show has no code of its own: what it documents is what its action plugin takes."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.cao.faktura.plugins.action.backup_show import _SPEC
from ansible_collections.cao.faktura.plugins.modules.backup_show import DOCUMENTATION

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"


def test_what_is_documented_is_what_is_taken() -> None:
    documented = yaml.safe_load(DOCUMENTATION)["options"]
    taken = {
        name: {key: value for key, value in option.items() if key not in ("description", "version_added")}
        for name, option in documented.items()
    }
    assert taken == _SPEC


def test_the_filter_knows_the_same_languages() -> None:
    documented = yaml.safe_load((PLUGINS / "filter" / "card.yml").read_text(encoding="utf-8"))["DOCUMENTATION"]
    assert documented["options"]["language"]["choices"] == _SPEC["language"]["choices"]
