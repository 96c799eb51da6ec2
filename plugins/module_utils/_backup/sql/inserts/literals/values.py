# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The values of a row as they are sent, each in parts, so that a long one is copied once."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import scan, single_quoted

# Longer values are copied once only, into the text of their row.
LONG_BYTES = 64 * 1024

# The parts of a literal.
Value = tuple[t.Union[bytes, memoryview], ...]
# What stands instead of a literal where a server is to fill a column.
DEFAULT: Value = (b"DEFAULT",)


def long_value(data: bytes, start: int, end: int) -> Value:
    """Return a literal without a copy of it; a string in double quotes that others stand in is made a new one."""
    view = memoryview(data)[start:end]
    if data[start : start + 1] != b'"':
        return (view,)
    if data.find(b"'", start, end) < 0 and data.find(b'""', start + 1, end - 1) < 0:
        return (b"'", view[1:-1], b"'")
    return (single_quoted(bytes(view)),)


def words_of(text: bytes) -> tuple[bytes, ...]:
    """Return the words of a text that was read by its tokens, without its blanks and comments."""
    found = []
    position = 0
    while position < len(text):
        kind, end = scan(text, position)
        if kind not in ("space", "comment"):
            found.append(text[position:end])
        position = end
    return tuple(found)


def joined(values: list[Value], joint: bytes) -> bytes:
    """Return a row of values, of which each is copied once."""
    parts: list[bytes | memoryview] = [b"("]
    for value in values:
        parts += (*value, joint)
    parts[-1] = b")"
    return b"".join(parts)


def defaults_in(values: list[Value]) -> tuple[int, ...]:
    """Return where DEFAULT stands among values."""
    return tuple(index for index, value in enumerate(values) if value is DEFAULT)
