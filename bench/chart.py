# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bar chart as SVG, readable on light and on dark pages, without any library."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 840
_LABEL_WIDTH = 300
_VALUE_WIDTH = 90
_BAR_HEIGHT = 20
_LINE_HEIGHT = 28
_TOP = 64
_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 16px; }
.note { font-size: 12px; fill: #59636e; }
.other { fill: #9aa4ae; }
.ours { fill: #1a7f37; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .note { fill: #9198a1; }
  .other { fill: #59636e; }
  .ours { fill: #3fb950; }
}
""".strip()


@dataclass(frozen=True)
class Bar:
    """One bar; ``ours`` is drawn in the colour of the collection."""

    label: str
    seconds: float
    ours: bool = False


def bar_chart(title: str, note: str, bars: t.Sequence[Bar]) -> str:
    """Return the chart, longest time at the top as given, all bars to one linear scale that begins at zero."""
    height = _TOP + _LINE_HEIGHT * len(bars) + 12
    longest = max(one.seconds for one in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, {chr(34): "&quot;"})}">',
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="8" y="24">{escape(title)}</text>',
        f'<text class="note" x="8" y="44">{escape(note)}</text>',
    ]
    for number, one in enumerate(bars):
        lines += _bar(one, _TOP + number * _LINE_HEIGHT, one.seconds / longest)
    return "\n".join([*lines, "</svg>", ""])


def _bar(one: Bar, top: int, share: float) -> list[str]:
    width = max(1.0, (WIDTH - _LABEL_WIDTH - _VALUE_WIDTH) * share)
    middle = top + 15
    seconds = f"{one.seconds:,.0f} s" if one.seconds >= 100 else f"{one.seconds:.1f} s"
    kind = "ours" if one.ours else "other"
    return [
        f'<text x="{_LABEL_WIDTH - 10}" y="{middle}" text-anchor="end">{escape(one.label)}</text>',
        f'<rect class="{kind}" x="{_LABEL_WIDTH}" y="{top}" width="{width:.1f}" height="{_BAR_HEIGHT}" rx="3"/>',
        f'<text x="{_LABEL_WIDTH + width + 8:.1f}" y="{middle}">{seconds}</text>',
    ]
