# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the report in a real browser: with 1, 12 and 300 Mandanten, in both languages, on screen and paper.

The pictures and papers stay in tests/output/report for a person to look at.
"""

from __future__ import annotations

import functools
import re
import typing as t
from pathlib import Path

import pytest

import report_data
from browser import Browser

TREE = Path(__file__).resolve().parents[2]
EXAMPLE = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
OUTPUT = TREE / "tests" / "output" / "report"
PASSWORD = "Kräutergarten"
WIDE, NARROW = 1280, 380
COUNTS = (1, 12, 300)
# More sheets than these a person would not read.
SHEETS = {1: 1, 12: 4, 300: 32}

# What is wider than the window, and texts that lie on one another: pairs of lines' boxes, searched from top to bottom.
FAULTS = """(() => {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) faults.push(`page is ${root.scrollWidth} wide`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const boxes = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(owner.tagName)) continue;
    // What is folded away has a box all the same.
    if (owner.closest("details:not([open])") && !owner.closest("summary")) continue;
    if (owner.closest("thead") && innerWidth < 600) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      if (box.left < 0 || box.right > innerWidth + 1) faults.push(`outside: ${node.data.trim().slice(0, 60)}`);
      boxes.push({ box, text: node.data.trim().slice(0, 60) });
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top);
  boxes.forEach((one, index) => {
    for (let next = index + 1; next < boxes.length && boxes[next].box.top < one.box.bottom - 4; next += 1) {
      const [a, b] = [one.box, boxes[next].box];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2) {
        faults.push(`overlap: ${one.text} | ${boxes[next].text}`);
      }
    }
  });
  return { faults: faults.slice(0, 10), boxes: boxes.length };
})()"""


@pytest.fixture(scope="module")
def browser() -> t.Iterator[Browser]:
    """One browser for all pages."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with Browser() as running:
        yield running


@functools.cache
def analysis() -> dict[str, t.Any]:
    """Return the analysis of the example."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    with open_backup(str(EXAMPLE), password=PASSWORD, checksum=None, options=ReadOptions()) as backup:
        return backup.analysis.to_result()


def write_page(name: str, document: dict[str, t.Any], language: t.Literal["de", "en"]) -> Path:
    """Render a report and return the page's path."""
    from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page

    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f"{name}-{language}.html"
    path.write_text(render_page(document, language), encoding="utf-8")
    return path


def faults(browser: Browser) -> list[str]:
    """Return what is wrong with the layout of the page that is open."""
    found = browser.run(FAULTS)
    assert found["boxes"] > 20
    return list(found["faults"])


@pytest.mark.parametrize(("count", "language"), [(1, "de"), (1, "en"), (12, "de"), (12, "en"), (300, "de")])
def test_nothing_sticks_out_or_overlaps(browser: Browser, count: int, language: t.Literal["de", "en"]) -> None:
    path = write_page(str(count), report_data.document(analysis(), count), language)
    for width, dark in ((WIDE, False), (WIDE, True), (NARROW, False)):
        browser.open(path, width=width, dark=dark)
        assert faults(browser) == []
        if not dark:
            browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert faults(browser) == []
            browser.run("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
        browser.screenshot(OUTPUT / f"{count}-{language}-{width}{'-dark' * dark}.png", whole=count < 300)
    assert browser.run("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("count", COUNTS)
def test_paper(browser: Browser, count: int) -> None:
    path = write_page(str(count), report_data.document(analysis(), count), "de")
    browser.open(path, width=WIDE)
    paper = OUTPUT / f"{count}-de.pdf"
    browser.pdf(paper)
    sheets = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 1 <= sheets <= SHEETS[count]


def test_text_of_the_page(browser: Browser) -> None:
    document = report_data.document(analysis(), 12)
    browser.open(write_page("12", document, "de"), width=WIDE)
    text = browser.run("document.body.innerText")
    for record in document["mandanten"]:
        assert (record["company"] or record["mandant"]) in text
        assert record["host"] in text
    tiles = browser.run("[...document.querySelectorAll('.tiles li')].map((one) => one.innerText.split('\\n'))")
    outcomes = document["summary"]["outcomes"]
    assert tiles[0] == ["12", "Mandanten"]
    assert tiles[1] == [str(outcomes["restored"]), "Zurückgesichert"]
    for word in ("Was zu tun ist", "Rechner nicht erreichbar", "No route to host", "Abweichung, behoben", "policy:"):
        assert word in text
    assert "Geheimnis" not in browser.run("document.documentElement.outerHTML")


def test_search_filter_and_sort(browser: Browser) -> None:
    document = report_data.document(analysis(), 300)
    wanted = document["mandanten"][200]
    browser.open(write_page("300", document, "en"), width=WIDE)
    seen = "[...document.querySelectorAll('#mandanten tbody:not([hidden])')]"
    assert browser.run(f"{seen}.length") == 300
    browser.run(
        f"search.value = '{wanted['host'].upper()} {wanted['mandant']}'; search.dispatchEvent(new Event('input'))"
    )
    (name,) = browser.run(f"{seen}.map((one) => one.innerText)")
    assert wanted["company"] in name
    browser.run("search.value = ''; search.dispatchEvent(new Event('input'))")
    browser.run("document.querySelector('button[data-state=failed]').click()")
    assert browser.run("shown.textContent") == str(browser.run(f"{seen}.length")) != "300"
    browser.run("document.querySelector('button[data-state=\"\"]').click()")
    browser.run("document.querySelector('th[data-sort=amount] span').click()")
    amounts = browser.run(f"{seen}.map((one) => Number(one.dataset.amount))")
    assert amounts == sorted(amounts)
    assert browser.run("document.querySelector('th[data-sort=amount]').ariaSort") == "ascending"


def test_page_is_complete_without_scripts(browser: Browser) -> None:
    path = write_page("12-plain", report_data.document(analysis(), 12), "en")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL), encoding="utf-8")
    browser.open(path, width=WIDE)
    assert browser.run("document.querySelectorAll('#mandanten tbody').length") == 12
    assert browser.run("getComputedStyle(document.getElementById('tools')).display") == "none"
    assert faults(browser) == []


def test_hostile_names_are_text(browser: Browser) -> None:
    document = report_data.document(analysis(), 12, title=report_data.HOSTILE)
    for record in document["mandanten"]:
        record.update(company=report_data.HOSTILE, mandant="</td><b>x", host="x" * 200)
        record["drift"] = [{"name": report_data.HOSTILE, "what": report_data.HOSTILE}]
        if record["error"]:
            record["error"]["msg"] = report_data.HOSTILE
    browser.open(write_page("12-hostile", document, "en"), width=NARROW)
    assert browser.run("window.hacked") is None
    assert browser.run("document.querySelectorAll('img').length") == 0
    assert browser.run("document.body.innerText").count("<script>window.hacked=1</script>") > 24
    assert faults(browser) == []


def test_check_mode_and_interrupted_runs_say_so(browser: Browser) -> None:
    document = report_data.document(analysis(), 12, check_mode=True, state="interrupted")
    browser.open(write_page("12-preview", document, "de"), width=WIDE)
    text = browser.run("document.body.innerText")
    for word in ("Vorschau", "Würde zurückgesichert", "Abgebrochen"):
        assert word in text
