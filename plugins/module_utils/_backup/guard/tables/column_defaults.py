# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The default of a column, as it stands in a dump, and what ON UPDATE makes of a column."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_expression
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Attribute
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, joined_strings, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words, text_of

# Versions 4.5.4 to 4.5.5 for comments, also newer ones for defaults that are bytes.
BROKEN_BY_PHPMYADMIN = (
    "which phpMyAdmin writes by a fault of its own: more of the table may be missing. Export it in another way"
)
_NOW = (b"CURRENT_TIMESTAMP", b"NOW", b"LOCALTIME", b"LOCALTIMESTAMP", b"CURDATE", b"CURRENT_DATE")
# MariaDB takes these for a default as they are; every server takes them in parentheses.
_TODAY = (b"CURDATE", b"CURRENT_DATE")
_WITHOUT_PARENTHESES = (b"CURRENT_ROLE", b"CURRENT_TIME", b"CURRENT_USER")


def moment(words: Words) -> bytes:
    token = words.take()
    if token.upper not in _NOW:
        raise Refused(f"a default that is not understood: {text_of([token])}")
    following = words.peek()
    if following is None or not following.is_mark(b"("):
        return token.upper
    inside = words.group()
    if len(inside) > 1 or any(not part.text.isdigit() for part in inside):
        raise Refused("a default that is not understood")
    return token.upper + b"(" + render(inside) + b")"


def read_default(words: Words) -> Attribute:
    """Read DEFAULT and what follows; Refused where it is something else."""
    found = default_clause(words)
    if found is None:
        raise Refused("DEFAULT is missing where it is expected")
    return Attribute(*found)


def default_clause(words: Words) -> tuple[str, bytes] | None:
    if not words.accept(b"DEFAULT"):
        return None
    token = words.peek()
    if token is not None and token.is_mark(b"("):
        inside = words.group()
        check_expression(inside)
        return "DEFAULT", b"DEFAULT (" + render(inside) + b")"
    if words.upper() in _NOW:
        today = words.upper() in _TODAY
        return "DEFAULT", b"DEFAULT (" + moment(words) + b")" if today else b"DEFAULT " + moment(words)
    following = words.peek(1)
    if token is not None and token.kind == "word" and following is not None and following.is_mark(b"("):
        # MariaDB shows a default that is one call without parentheses around it; every server takes it with them.
        call = [words.take(), following, *words.group(), Token("mark", b")", False)]
        check_expression(call)
        return "DEFAULT", b"DEFAULT (" + render(call) + b")"
    if token is not None and (token.kind == "name" or token.upper in _WITHOUT_PARENTHESES):
        return "DEFAULT", b"DEFAULT (" + words.take().text + b")"
    return "DEFAULT", b"DEFAULT " + _literal(words)


def _literal(words: Words) -> bytes:
    token = words.take()
    if token.kind == "string":
        return _strings(words, token)
    if token.kind == "number" or token.upper in (b"NULL", b"TRUE", b"FALSE"):
        return token.text
    following = words.peek()
    kind = following.kind if following is not None else ""
    if token.kind == "mark" and token.text in (b"-", b"+") and kind == "number":
        return token.text + words.take().text
    if token.upper in (b"B", b"X") and kind == "string":
        return token.text + words.take().text
    is_introducer = token.kind == "word" and token.text.startswith(b"_")
    if is_introducer and (kind in ("string", "number") or words.upper() == b"X"):
        return token.text + (b"" if kind == "string" else b" ") + _literal(words)
    if token.upper in (b"N", b"DATE", b"TIME", b"TIMESTAMP") and kind == "string":
        # What a server makes of a national string is decided by the column.
        text = _strings(words, words.take())
        return text if token.upper == b"N" else token.upper + text
    if token.upper in (b"B", b"X") and following is not None and following.upper == b"AS":
        raise Refused(f"DEFAULT {text_of([token])} AS, {BROKEN_BY_PHPMYADMIN}")
    raise Refused(f"a default that is not understood: {text_of([token])}")


def _strings(words: Words, first: Token) -> bytes:
    """Return a string, and those that follow it, which are one to a server."""
    literals = [first.text]
    following = words.peek()
    while following is not None and following.kind == "string":
        literals.append(words.take().text)
        following = words.peek()
    return joined_strings(literals) if len(literals) > 1 else first.text
