# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation site is made of: the German pages become its own, guides say what they take, links lead on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tools"))

import markdown_pages  # noqa: E402 - these are programs of tools/
import site_links  # noqa: E402

GUIDES = TREE / "docs" / "docsite" / "rst"
GERMAN = TREE / "docs" / "de"
SECTIONS = yaml.safe_load((TREE / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
TO_DO = [name for section in SECTIONS[:2] for name in section["toctree"]]

MARKDOWN = """<!--
notice
-->
# Über `x`

Ein Satz mit **fett**, *schräg* und `code_`-Teilen;
[ein Ziel](anderes.md#die-wörter), [hier](#zwei), [da](https://example.org/), [Anleitung](../docsite/rst/checks.rst),
[Text](../../README.md). Sternchen * und a_b, c_.

## Zwei

- eins
  mit `literal`
- zwei

1. erstens

```yaml
a: 1
```

![Ein Bild](../images/bild.png)

| a | b |
|---|---|
| `x` | [y](anderes.md) |
"""
RESTRUCTURED = (
    r"""Über ``x``
==========

Ein Satz mit **fett**, *schräg* und ``code_``-Teilen; :ref:`ein Ziel <de-anderes-die-wörter>`, """
    + r""":ref:`hier <de-hier-zwei>`, `da <https://example.org/>`__, :doc:`Anleitung </docsite/checks>`, *Text*. """
    + r"""Sternchen \* und a_b, c\_.

.. _de-hier-zwei:

Zwei
----

- eins mit ``literal``

- zwei

#. erstens

.. code-block:: yaml

    a: 1

.. image:: ../../images/bild.png
    :alt: Ein Bild

.. list-table::
    :header-rows: 1

    * - a
      - b
    * - ``x``
      - :doc:`y <anderes>`
"""
)


def test_a_page_of_markdown() -> None:
    assert markdown_pages.page(MARKDOWN, "hier") == RESTRUCTURED


@pytest.mark.parametrize("text", ["> Zitat", "a\n***\n", "x <b>y</b>", "![a](b) im Satz"])
def test_what_it_does_not_know_ends_the_build(text: str) -> None:
    with pytest.raises(ValueError, match="hier: "):
        markdown_pages.page(text, "hier")


@pytest.mark.parametrize("path", sorted(GERMAN.glob("*.md")), ids=lambda path: path.stem)
def test_a_german_page(path: Path) -> None:
    """It is made without anything lost, is found from the first one, and says what it takes."""
    source = path.read_text(encoding="utf-8")
    made = markdown_pages.page(source, path.stem)
    for block in re.findall(r"^```\w*\n(.*?)^```", source, re.MULTILINE | re.DOTALL):
        assert "\n".join(f"    {line}" if line else "" for line in block.rstrip().split("\n")) in made
    if path.name == "README.md":
        return
    assert f"]({path.name})" in (GERMAN / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^# .*\n\n\*Dazu nötig:\* [^*]+\. \*Dauer:\* [^*]+\.$", source, re.MULTILINE)


@pytest.mark.parametrize("name", TO_DO)
def test_a_guide_says_what_it_takes_and_how_long(name: str) -> None:
    text = (GUIDES / f"{name}.rst").read_text(encoding="utf-8")
    assert re.search(r"^=+\n\n\*What it takes:\* [^*]+\.\s\*How long:\* [^*]+\.$", text, re.MULTILINE)


def test_every_guide_is_in_the_list() -> None:
    listed = [name for section in SECTIONS for name in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in GUIDES.glob("*.rst"))


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.html").write_text(
        '<p id="here"><a href="#here">1</a><a href="../c.html#there">2</a><a href="https://example.org/x">3</a>'
        '<a href="#gone">4</a><a href="../c.html#gone">5</a><a href="d.html">6</a><img src="e.png"><a>7</a>'
    )
    (tmp_path / "c.html").write_text('<a name="there"></a>')
    assert site_links.wrong(tmp_path) == [
        f"a/b.html: {link}" for link in ("#gone", "../c.html#gone", "d.html", "e.png")
    ]
