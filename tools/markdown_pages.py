# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes pages of the documentation site from Markdown: the German guides, which are read where the code is, too.

What it takes is what they have: headings, paragraphs, lists, tables, blocks of code, pictures, links among each other.
Anything else ends the build.
"""

from __future__ import annotations

import re
import typing as t
import urllib.parse

from markdown_it import MarkdownIt
from markdown_it.token import Token

_UNDERLINES = "=-~^"
_NOTHING = frozenset({"thead_open", "thead_close", "tbody_open", "tbody_close"})


def slug(text: str) -> str:
    """Return the anchor of a heading, as forges make it."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def page(source: str, name: str) -> str:
    """Return a page as reStructuredText; ``name`` is that of the file, without its ending."""
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    return _Page(tokens, name).text()


class _Page:
    def __init__(self, tokens: t.Sequence[Token], name: str) -> None:
        self._tokens = list(tokens)
        self._name = name
        self._at = 0

    def text(self) -> str:
        blocks = list(self._blocks(None))
        return "\n\n".join(blocks) + "\n"

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _blocks(self, end: str | None) -> t.Iterator[str]:
        """Give the blocks up to a closing token."""
        while self._at < len(self._tokens):
            token = self._next()
            if token.type == end:
                return
            text = self._block(token)
            if text:
                yield text

    def _block(self, token: Token) -> str:
        make: dict[str, t.Callable[[], str]] = {
            # The notice of the licence.
            "html_block": str,
            "heading_open": lambda: self._heading(int(token.tag[1])),
            "paragraph_open": self._paragraph,
            "fence": lambda: f".. code-block:: {token.info or 'text'}\n\n{_indented(token.content.rstrip(), 4)}",
            "bullet_list_open": lambda: self._list("-", "bullet_list_close"),
            "ordered_list_open": lambda: self._list("#.", "ordered_list_close"),
            "table_open": self._table,
        }
        if token.type not in make:
            raise ValueError(f"{self._name}: {token.type} is nothing that a page of the site is made of")
        return make[token.type]()

    def _heading(self, level: int) -> str:
        title = self._inline()
        self._next()
        label = f".. _de-{self._name}-{slug(_plain(title))}:\n\n" if level > 1 else ""
        return f"{label}{title}\n{_UNDERLINES[level - 1] * len(title)}"

    def _paragraph(self) -> str:
        token = self._next()
        self._next()
        children = token.children or []
        if [child.type for child in children] == ["image"]:
            image = children[0]
            alt = " ".join(image.content.split())
            return f".. image:: {_picture(str(image.attrs['src']))}\n    :alt: {alt}"
        return inline(children, self._name)

    def _inline(self) -> str:
        return inline(self._next().children or [], self._name)

    def _list(self, mark: str, end: str) -> str:
        items = []
        while self._tokens[self._at].type != end:
            self._next()
            body = "\n\n".join(self._blocks("list_item_close"))
            items.append(mark + _indented(body, len(mark) + 1)[len(mark) :])
        self._next()
        return "\n\n".join(items)

    def _table(self) -> str:
        rows: list[list[str]] = []
        while (token := self._next()).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                rows[-1].append(self._inline())
                self._next()
            elif token.type not in {*_NOTHING, "tr_close"}:
                raise ValueError(f"{self._name}: {token.type} in a table")
        lines = [".. list-table::", "    :header-rows: 1", ""]
        for row in rows:
            lines += [f"    {'* -' if not number else '  -'} {cell}".rstrip() for number, cell in enumerate(row)]
        return "\n".join(lines)


def inline(children: t.Sequence[Token], name: str) -> str:
    """Return the text of a line's tokens; markup that touches a letter is told apart from it."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    while at < len(children):
        token = children[at]
        at += 1
        if token.type == "text":
            pieces.append((re.sub(r"([*`|\\]|_(?=\W|$))", r"\\\1", token.content), False))
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append((" ", False))
        elif token.type == "code_inline":
            pieces.append((f"``{token.content}``", True))
        elif token.type in {"strong_open", "em_open", "link_open"}:
            end = _end(children, at)
            inner = "".join(one.content for one in children[at:end] if one.type in {"text", "code_inline"})
            pieces.append((_marked(token, inner, name), True))
            at = end + 1
        else:
            raise ValueError(f"{name}: {token.type} is nothing that a line of the site is made of")
    return _joined(pieces)


def _end(children: t.Sequence[Token], at: int) -> int:
    depth = 1
    while True:
        depth += children[at].nesting
        if depth == 0:
            return at
        at += 1


def _marked(token: Token, inner: str, name: str) -> str:
    if token.type == "link_open":
        return link(inner, str(token.attrs["href"]), name)
    return f"**{inner}**" if token.type == "strong_open" else f"*{inner}*"


def link(text: str, target: str, name: str) -> str:
    """Return a link of a page: to another one, to a heading of one, to a guide, or out into the world."""
    words = text.replace("<", "\\<").replace("`", "")
    if re.match(r"https?://", target):
        return f"`{words} <{target}>`__"
    path, _hash, anchor = urllib.parse.unquote(target).partition("#")
    if path.endswith(".rst"):
        return f":doc:`{words} </docsite/{path.rpartition('/')[2][:-4]}>`"
    if path.endswith(".md") and "/" in path:
        # The README, or an example: where the code is.
        return f"*{words}*"
    page_name = page_of(path) if path else name
    if anchor:
        return f":ref:`{words} <de-{page_name}-{anchor}>`"
    return f":doc:`{words} <{page_name}>`" if path.endswith(".md") else f"*{words}*"


def page_of(path: str) -> str:
    """Return the name of the page that a file becomes."""
    stem = path.rpartition("/")[2].removesuffix(".md")
    return "index" if stem == "README" else stem


def _joined(pieces: t.Sequence[tuple[str, bool]]) -> str:
    text = ""
    marked_before = False
    for piece, marked in pieces:
        if text and piece and (marked or marked_before) and _touch(text[-1], piece[0], marked, marked_before):
            text += "\\ "
        text += piece
        marked_before = marked
    return text.strip()


def _touch(before: str, after: str, marked: bool, marked_before: bool) -> bool:
    if marked and marked_before:
        return True
    return before.isalnum() if marked else after.isalnum()


def _plain(text: str) -> str:
    return re.sub(r"[`*\\]", "", text)


def _picture(path: str) -> str:
    return f"../../{path.removeprefix('../')}"


def _indented(text: str, width: int) -> str:
    return "\n".join(" " * width + line if line else "" for line in text.split("\n"))
