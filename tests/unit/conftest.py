# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the collection importable for the unit tests, wherever the tree stands."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

import ending_signals

TREE = Path(__file__).resolve().parents[2]


def _import_root() -> Path:
    """Return the folder that holds ``ansible_collections/cao/faktura``.

    In the built tree that is a parent. In a clone it is a link in .build, so that
    ``pytest tests/unit`` works there too.
    """
    if TREE.parts[-3:] == ("ansible_collections", "cao", "faktura"):
        return TREE.parents[2]
    root = TREE / ".build" / "linked"
    link = root / "ansible_collections" / "cao" / "faktura"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(TREE, target_is_directory=True)
    return root


sys.path.insert(0, str(_import_root()))
ending_signals.heard_by_children()
# How fast an example is says something about the machine only.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
