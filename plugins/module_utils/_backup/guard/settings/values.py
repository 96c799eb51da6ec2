# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What dumps write for a value that a setting gets: a query of one value, and what stands in where it is NULL."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token


def is_plain(token: Token) -> bool:
    """Whether it is a value by itself."""
    return token.kind in ("string", "number", "variable", "word") and token.upper != b"SELECT"


def selected(value: t.Sequence[Token]) -> t.Sequence[Token]:
    """Return what a query of one value without a table gives, as ``(SELECT @@sql_mode)``; any other value as it is."""
    is_query = len(value) > 3 and value[0].is_mark(b"(") and value[1].upper == b"SELECT" and value[-1].is_mark(b")")
    inner = value[2:-1] if is_query else value
    return inner if len(inner) == 1 or (len(inner) > 3 and inner[1].is_mark(b"(")) else value


def choice_of(function: bytes, parts: list[list[Token]]) -> tuple[list[Token], list[Token]] | None:
    """Return the variable and what stands in for it where it is NULL; None for any other call."""
    if function in (b"IFNULL", b"COALESCE", b"NVL") and len(parts) == 2:
        variable, other = parts
    elif function == b"IF" and len(parts) == 3:
        asked = [token.upper or token.text for token in parts[0][1:]]
        if asked == [b"IS", b"NULL"]:
            other, variable = parts[1:]
        elif asked == [b"IS", b"NOT", b"NULL"]:
            variable, other = parts[1:]
        else:
            return None
        if [token.text.upper() for token in variable] != [parts[0][0].text.upper()]:
            return None
    else:
        return None
    return (variable, other) if variable and variable[0].kind == "variable" else None
