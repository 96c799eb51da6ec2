# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be seen of a Mandant on a walk, and what two such states have in common."""

from __future__ import annotations

import typing as t

State = t.Optional[dict[str, t.Any]]

_NOT_THE_SAME = ("restored_at", "size", "name", "sessions", "busy")


def plain(found: t.Any, name: str) -> t.Any:
    """Return what was found without what differs in every database and at every time."""
    if isinstance(found, dict):
        return {key: plain(value, name) for key, value in found.items() if key not in _NOT_THE_SAME}
    if isinstance(found, list):
        return [plain(value, name) for value in found]
    return found.replace(name, "") if isinstance(found, str) else found


def same(reference: State, now: State, *, rows_alone: bool, loose: bool) -> bool:
    """Whether two states are the same as far as that can be asked."""
    if reference is None or now is None:
        left = (reference or now or {"rows": {}})["rows"]
        return reference is now or (rows_alone and not [name for name in left if name[:5] != "BACK_"])
    if loose:
        return bool(reference["rows"] == now["rows"])
    rows = [{name: one for name, one in state["rows"].items() if name[:5] != "BACK_"} for state in (reference, now)]
    return rows_alone and rows[0] == rows[1]


def differs(reference: State, now: State) -> dict[str, t.Any]:
    """Return the parts in which two states differ, each with both."""
    if reference is None or now is None:
        return {"there": (reference is not None, now is not None)}
    return {name: (reference[name], now[name]) for name in reference if reference[name] != now[name]}
