# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Bytes that no editor shows and that are no SQL: what they are called, and how they got into a dump."""

from __future__ import annotations

_JOINED = "as where two files were joined; take them out, or restore a dump that was made in one piece"
_KNOWN = (
    (b"\xef\xbb\xbf", f"a byte order mark (EF BB BF) in the middle, {_JOINED}"),
    (b"\xff\xfe", f"a byte order mark (FF FE) in the middle, {_JOINED}"),
    (b"\xfe\xff", f"a byte order mark (FE FF) in the middle, {_JOINED}"),
    (b"\x1a", f"the byte 0x1a (Ctrl-Z, with which DOS ends a text) in the middle, {_JOINED}"),
    (b"\x00", "the byte 0x00, which no dump holds: the file was damaged, or was not written to its end"),
)


def invisible(data: bytes, position: int = 0) -> str | None:
    """Return what is said of the bytes at an offset, None where they are none of these."""
    return next((said for begin, said in _KNOWN if data.startswith(begin, position)), None)
