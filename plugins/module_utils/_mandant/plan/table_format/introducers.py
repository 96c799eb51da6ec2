# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Texts with their character set in front, as MySQL writes each of an expression, for a MariaDB; pure.

MariaDB keeps ``_utf8mb4'ä'`` of a generated column, a computed default or a CHECK as ``_utf8mb4'xC3xA4'``, and computes
with that.
"""

from __future__ import annotations

import re

# A name, a text with or without a character set in front, or one that stands in digits.
_PIECE = re.compile(
    rb"`(?:[^`]|``)*`"
    rb"|(?:(?<![\w$])_(?P<charset>[a-z0-9]+)\s*)?"
    rb"(?P<text>[xb]?'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|(?<![\w$])0x[0-9a-f]+)",
    re.IGNORECASE | re.DOTALL,
)
# Definitions are sent in utf8mb4, so a text without a word in front is of these.
_UTF8 = (b"utf8mb4", b"utf8mb3", b"utf8")


def _is_ascii(text: bytes) -> bool:
    digits = text[2:].rstrip(b"'") if text[:1] in b"0xX" else b""
    return bytes.fromhex(digits.decode().rjust(len(digits) + len(digits) % 2, "0")).isascii() and text.isascii()


def without_introducers(sql: bytes) -> bytes | None:
    """Return an expression that MariaDB keeps as it is meant; None where it has a text that it would not keep."""
    lost = False

    def plain(found: re.Match[bytes]) -> bytes:
        nonlocal lost
        charset, text = found["charset"], found["text"]
        if charset is None or _is_ascii(text):
            return found[0]
        lost = lost or charset.lower() not in _UTF8 or text[:1] not in b"'\""
        return text

    changed = _PIECE.sub(plain, sql)
    return None if lost else changed
