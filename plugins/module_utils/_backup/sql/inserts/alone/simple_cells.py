# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The literals of one word each in a row, one after the other, as the token reader would give them.

For rows of which no two are written alike, so that no pattern of them is worth while.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import DIGITS, GAP
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import DOUBLE_STRING, STRING
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import single_quoted

# Longer rows are read by their tokens.
_LONG_BYTES = 64 * 1024
_LITERAL = b"((" + STRING + b"|" + DIGITS + b")|((?i:NULL|TRUE|FALSE))|(" + DOUBLE_STRING + b")|(?i:DEFAULT))"
# Where the last one ends, the mark is in a group.
_CELL = re.compile(GAP + _LITERAL + GAP + rb"(?:,|(\)))", re.DOTALL)
# A column, by a name that is looked up, and its value.
_PAIR = re.compile(
    GAP + rb"([0-9A-Za-z_$\x80-\xff]+|`[^`]*`)" + GAP + b":?=" + GAP + _LITERAL + GAP + rb"(?:,|(;))", re.DOTALL
)


class Cells(t.NamedTuple):
    """The cells of a row as they are sent, where it ends, and the comma before its last cell.

    ``names`` are those of pairs.
    """

    texts: list[bytes]
    end: int
    comma: bytes = b","
    names: tuple[bytes, ...] = ()

    @property
    def defaults(self) -> tuple[int, ...]:
        """The places of DEFAULT, whose text is empty."""
        return tuple([index for index, text in enumerate(self.texts) if not text])


def simple_cells(data: bytes, start: int, *, double_quotes: bool) -> Cells | None:
    """Return the cells of the row whose parenthesis is at an offset; None where it is to be read by its tokens.

    With ``double_quotes`` these are around texts, and not around names.
    """
    texts: list[bytes] = []
    before: re.Match[bytes] | None = None
    for match in iter(_CELL.scanner(data, start + 1, start + _LONG_BYTES).match, None):  # type: ignore[attr-defined]
        if match[4] is not None and not double_quotes:
            return None
        texts.append(match[2] or _sent_otherwise(match[3], match[4]))
        if match[5]:
            return Cells(texts, match.end(), data[before.end(1) : match.start(1)] if before else b",")
        before = match
    return None


def simple_pairs(data: bytes, start: int, *, double_quotes: bool) -> Cells | None:
    """Return the same of the pairs of columns and values from an offset up to a semicolon."""
    texts: list[bytes] = []
    names: list[bytes] = []
    for match in iter(_PAIR.scanner(data, start, start + _LONG_BYTES).match, None):  # type: ignore[attr-defined]
        if match[5] is not None and not double_quotes:
            return None
        names.append(match[1])
        texts.append(match[3] or _sent_otherwise(match[4], match[5]))
        if match[6]:
            return Cells(texts, match.end() - 1, names=tuple(names))
    return None


def _sent_otherwise(word: bytes | None, text: bytes | None) -> bytes:
    """Return a literal that is not sent as it stands: a word, a text in double quotes; nothing for DEFAULT."""
    return word.upper() if word else single_quoted(text) if text else b""
