# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a run tells while it works, and what it returns."""

from __future__ import annotations

import dataclasses
import typing as t

# Phase (compare, wait, load, verify, swap), table, bytes of rows done, bytes of rows in all, rows.
Progress = t.Callable[[str, t.Optional[str], int, int, int], None]


def silent(phase: str, table: str | None, done_bytes: int, total_bytes: int, rows: int) -> None:
    """Tell nobody."""
    del phase, table, done_bytes, total_bytes, rows


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What comes back, in the shapes of the modules' results.

    ``reason`` is one sentence. ``restore`` is None where nothing was restored, ``removed`` where nothing was removed;
    in check mode they have what is known before. ``drift`` is None where nothing was compared, ``backup_first`` what
    was saved, ``checks`` what came of them.
    """

    changed: bool
    action: t.Literal["restored", "unchanged", "created", "rolled_back", "removed", "emptied"]
    reason: str
    analysis: dict[str, t.Any]
    restore: dict[str, t.Any] | None = None
    removed: dict[str, t.Any] | None = None
    drift: dict[str, t.Any] | None = None
    backup_first: tuple[dict[str, t.Any], ...] = ()
    checks: tuple[dict[str, t.Any], ...] = ()
    diff: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Report:
    """Something that was decided and that a person may want to know."""

    table: str
    text: str
