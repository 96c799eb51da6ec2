# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ansible-core that is too old is told which version is needed, the one that the collection names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.oldest_core import (
    OLDEST_CORE,
    too_old_core,
)

TREE = Path(__file__).resolve().parents[6]


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("2.14.18", False),
        ("2.18.9", False),
        ("2.19.0", True),
        ("2.19.0b3", True),
        ("2.21.1rc1.dev0", True),
        ("3.0", True),
    ],
)
def test_an_old_core_is_told_what_is_needed(version: str, fits: bool) -> None:
    told = too_old_core(version)
    assert (told is None) == fits
    assert fits or f"needs ansible-core 2.19 or newer, and this is {version}" in str(told)


def test_the_oldest_core_is_that_of_the_collection() -> None:
    needed = yaml.safe_load((TREE / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    assert needed == f">={'.'.join(map(str, OLDEST_CORE))}.0"
