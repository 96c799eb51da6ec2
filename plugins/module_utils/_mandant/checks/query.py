# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The query of a check that a user wrote: one SELECT that only reads, by the rules for the views of a dump."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables_in_queries import keyword
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View, read_view
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Incomplete,
    Token,
    scan,
    single_quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words

_BEGINS = (b"SELECT", b"WITH")
_SPOKEN = (
    (re.compile(r"\ba view(?: or trigger)?\b"), "a query"),
    (re.compile(r"\bthe dump's own tables\b"), "the tables of the query"),
    (re.compile(r"\bthe dump speaks\b"), "the query speaks"),
    (re.compile(r"; it may speak of its own tables only"), "; it may speak of the Mandant's own tables only"),
)


def read_query(text: str, mandant: str) -> View:
    """Read a query; Refused for what is no single SELECT, or could do more than read the tables of the Mandant."""
    database = OwnDatabase()
    database.declare(mandant)
    try:
        tokens = list(_tokens(text.encode("utf-8")))
        while tokens and tokens[-1].is_mark(b";"):
            tokens.pop()
        first = next((token for token in tokens if not token.is_mark(b"(")), None)
        if first is None or first.upper not in _BEGINS:
            raise Refused("a query that does not begin with SELECT")
        for index in range(len(tokens)):
            if keyword(tokens, index) == b"FOR" and keyword(tokens, index + 1) == b"SHARE":
                raise Refused("a query that locks what it reads")
        head = [Token("name", b"`query`", False), Token("word", b"AS", True)]
        view = read_view(Words([*head, *tokens]), b"", database)
        # FROM DUAL reads nothing, and has no other name.
        names = tuple(one for one in view.names if view.query[one.index].upper != b"DUAL")
        return dataclasses.replace(view, names=names)
    except UnicodeEncodeError:
        raise Refused("a query with letters that no server knows") from None
    except Refused as refused:
        words = str(refused)
        for pattern, spoken in _SPOKEN:
            words = pattern.sub(spoken, words)
        raise Refused(words) from None


def _tokens(data: bytes) -> t.Iterator[Token]:
    """Give the words of a query; comments that some servers execute are refused."""
    position, space = 0, False
    while position < len(data):
        try:
            kind, end = scan(data, position)
        except Incomplete:
            raise Refused("a query that ends inside of a string, a name or a comment") from None
        if kind in ("space", "comment"):
            space = True
        elif kind in ("open", "close", "unknown"):
            raise Refused("a comment that some servers execute" if kind == "open" else "a letter that begins no word")
        else:
            text = data[position:end]
            yield Token(kind, single_quoted(text) if kind == "string" else text, space)
            space = False
        position = end
