# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart can be read by every browser, and tells the truth about its lengths."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from bench.chart import Bar, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*bars: Bar) -> ET.Element:
    return ET.fromstring(bar_chart('Seconds <until> it\'s "done" & dusted', "MariaDB & others", bars))  # noqa: S314 - it is our own


def test_chart_is_well_formed() -> None:
    root = drawn(Bar("client & <co>", 200.0), Bar("Müller", 10.0, ours=True))
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == 'Seconds <until> it\'s "done" & dusted'
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[2:] == ["client & <co>", "200 s", "Müller", "10.0 s"]


def test_bars_begin_at_zero_and_share_one_scale() -> None:
    root = drawn(Bar("long", 200.0), Bar("short", 50.0, ours=True))
    long, short = root.iter(f"{SVG}rect")
    assert float(long.get("width", 0)) == 4 * float(short.get("width", 0))
    assert (long.get("class"), short.get("class")) == ("other", "ours")
    assert long.get("x") == short.get("x")


def test_everything_stands_inside_of_the_picture() -> None:
    root = drawn(*(Bar(f"bar {number}", 1234.5 - number) for number in range(14)))
    height = float(root.get("height", 0))
    assert all(float(text.get("y", 0)) < height for text in root.iter(f"{SVG}text"))
    width = float(root.get("width", 0))
    assert all(float(text.get("x", 0)) < width - 60 for text in root.iter(f"{SVG}text"))


def test_chart_has_colours_for_dark_pages() -> None:
    style = drawn(Bar("one", 1.0)).find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in (style.text or "")
