# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site in a real browser, on a phone and on a desk: nothing is cut off, and what is looked for found.

``make docs`` builds it, without a warning of Sphinx and without a link that leads nowhere; some pictures of it stay in
tests/output/site for a person to look at.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from browser import Browser

TREE = Path(__file__).resolve().parents[2]
SITE = TREE / ".build" / "docs"
OUTPUT = TREE / "tests" / "output" / "site"
PHONE, DESK = 380, 1280
SHOWN = ("index", "mandant_restore_module", "docsite/checks", "docsite/servers", "de/index")

# What ends beside the window, and what nobody can scroll to.
CUT_OFF = """(() => {
  const faults = [];
  if (document.scrollingElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const one of document.querySelectorAll(".rst-content *")) {
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= innerWidth + 1) continue;
    let around = one;
    while (around && !["auto", "scroll"].includes(getComputedStyle(around).overflowX)) around = around.parentElement;
    if (!around) faults.push(`${one.tagName}: ${(one.textContent || "").trim().slice(0, 60)}`);
  }
  return faults.slice(0, 5);
})()"""
SIDEBAR = """[...document.querySelectorAll(".wy-menu-vertical .caption")].map((caption) => [
  caption.textContent.trim(),
  [...caption.nextElementSibling.children].map((one) => one.querySelector("a").getAttribute("href")),
])"""
FOUND = """[...document.querySelectorAll("#search-results li a")].map((one) => one.getAttribute("href").split("#")[0]
  .split("?")[0])"""


def _is_fresh() -> bool:
    start = SITE / "index.html"
    if not start.is_file():
        return False
    folders = [TREE / "docs", TREE / "plugins" / "modules", TREE / "plugins" / "doc_fragments", TREE / "roles"]
    return all(path.stat().st_mtime <= start.stat().st_mtime for folder in folders for path in folder.rglob("*.*"))


@pytest.fixture(scope="module")
def browser() -> t.Iterator[Browser]:
    """One browser for the whole site, which is built where that has not been done."""
    if shutil.which("chromium") is None:
        pytest.skip("no chromium")
    if not _is_fresh():
        for tool in ("build_tree.py", "docs.py"):
            subprocess.run([sys.executable, str(TREE / "tools" / tool)], check=True)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with Browser() as running:
        yield running


def _pages() -> list[Path]:
    return sorted(SITE.rglob("*.html"))


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_cut_off(browser: Browser, width: int) -> None:
    faults = {}
    for page in _pages():
        browser.open(page, width=width)
        found = browser.run(CUT_OFF)
        name = str(page.relative_to(SITE).with_suffix(""))
        if found:
            faults[name] = found
        if name in SHOWN:
            browser.screenshot(OUTPUT / f"{width}-{name.replace('/', '-')}.png", whole=False)
    assert faults == {}
    assert {*SHOWN} <= {str(page.relative_to(SITE).with_suffix("")) for page in _pages()}


def test_the_sidebar_has_three_groups_with_every_page(browser: Browser) -> None:
    browser.open(SITE / "index.html", width=DESK)
    groups = dict(browser.run(SIDEBAR))
    assert list(groups) == ["Guides", "Reference", "Auf Deutsch"]
    assert set(groups["Guides"]) == {
        f"docsite/{page.name}" for page in (SITE / "docsite").glob("*.html") if page.name != "index.html"
    }
    links = set(browser.run("[...document.querySelectorAll('.wy-menu-vertical a')].map((a) => a.getAttribute('href'))"))
    own = {str(page.relative_to(SITE)) for page in _pages()} - {"index.html", "genindex.html", "search.html"}
    assert own <= links


def test_the_start_page_is_one_screen(browser: Browser) -> None:
    browser.open(SITE / "index.html", width=DESK)
    bottom = browser.run("document.querySelector('.rst-content table').getBoundingClientRect().bottom")
    assert bottom < 900
    assert browser.run("document.querySelectorAll('.rst-content table tr').length") <= 11


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("Rücksicherung", "de/erste-ruecksicherung.html"),
        ("wörter", "de/index.html"),
        ("würde ersetzt", "de/wenn-etwas-schiefgeht.html"),
        ("would_replace_work", "docsite/messages.html"),
        ("keep_tables", "mandant_restore_module.html"),
    ],
)
def test_what_is_looked_for_is_found(browser: Browser, words: str, page: str) -> None:
    browser.open(SITE / "search.html", width=DESK)
    browser.run(f"location.assign('search.html?q=' + encodeURIComponent({words!r}))")
    until = time.monotonic() + 60
    found: list[str] = []
    while page not in found and time.monotonic() < until:
        time.sleep(0.1)
        found = browser.run(FOUND)
    assert page in found
