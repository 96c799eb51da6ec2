# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands in a row where a literal should: its word, for a message, unless the word may be a piece of data."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# Words of SQL that people and programs write between values. Any other may be a text that has lost its quotes.
_SQL_WORDS = frozenset(
    b"""ALL AND ANY BINARY CASE CAST COLLATE CONVERT CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP
    CURRENT_USER DATE DATETIME DEFAULT DISTINCT DIV ELSE END EXISTS FROM IGNORE INF INFINITY INTERVAL IS LIKE LOCALTIME
    LOCALTIMESTAMP MOD N NAN NOT NULL ON OR ROW SELECT SET SYSDATE TABLE THEN TIME TIMESTAMP UNKNOWN UTC_DATE UTC_TIME
    UTC_TIMESTAMP VALUE VALUES WHEN WHERE XOR""".split()
)
_LONGEST_NAME = 64


def no_literal(cursor: DumpCursor, position: int, *, behind: bool = False) -> Failure:
    """Return the Failure for what stands at an offset in a row, where a value should begin, or ``behind`` one."""
    source = cursor.source
    kind, end = source.token(position)
    text = source.data[position : max(end, position + 1)]
    after, blank = end, "space"
    while blank in ("space", "comment") and not behind:
        after, (blank, end) = end, source.token(end)
    what = invisible(text) or (_behind(kind, text) if behind else _instead(kind, text, source.data[after : after + 1]))
    return cursor.refuse(f"a row holds something else than literals: {what}", _line(cursor, position))


def by_setting(cursor: DumpCursor, position: int, word: bytes, setting: bytes) -> Failure:
    """Return the Failure for a value that ``word`` makes at an offset under a setting that a restore has otherwise."""
    text = f"{word.decode()} in a row under a {setting.decode().lower()} of the dump, which a restore does not set"
    return cursor.refuse(text, _line(cursor, position))


def _line(cursor: DumpCursor, position: int) -> int:
    return cursor.source.line + cursor.source.data.count(b"\n", cursor.source.position, position)


def _instead(kind: str, text: bytes, following: bytes) -> str:
    """Return what stands where a value should begin; ``following`` is what comes behind it, blanks left out."""
    if kind == "word":
        return _word(text, following)
    if kind in ("mark", "variable"):
        return text[:_LONGEST_NAME].decode("ascii", "replace")
    if kind == "unknown":
        return f"the byte 0x{text[0]:02x}" if text else "a byte of no word"
    return {"string": "a name in double quotes", "name": "a name in backticks"}.get(kind, "an executable comment")


def _behind(kind: str, text: bytes) -> str:
    """Return what stands where a value has ended, and neither a comma nor the row's end comes."""
    if kind in ("mark", "variable"):
        return f"{text[:_LONGEST_NAME].decode('ascii', 'replace')} behind a value"
    if kind == "string":
        return "a second text behind a value, as where a quote in it is not escaped"
    if kind == "unknown":
        return f"the byte 0x{text[0]:02x} behind a value" if text else "a byte of no word behind a value"
    if kind == "word" and text.upper() in _SQL_WORDS:
        return f"{text.decode('ascii')} behind a value"
    return "a word behind a value, as where a quote in it is not escaped"


def _word(text: bytes, following: bytes) -> str:
    if text[:2].lower() in (b"0x", b"0b"):
        rest = "without digits" if len(text) == 2 else "with something else than its digits"
        return f"{text[:2].decode('ascii')} {rest}"
    if following.startswith(b"(") and text.isascii() and len(text) <= _LONGEST_NAME:
        return f"{text.decode('ascii')}()"
    if text.upper() in (b"X", b"B") and following == b"'":
        return f"{text.decode('ascii')}'...' with something else than its digits"
    if text.upper() in _SQL_WORDS or (text.startswith(b"_") and text.isascii() and len(text) <= _LONGEST_NAME):
        return text.decode("ascii")
    return "a word in no quotes"
