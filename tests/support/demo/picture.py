# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PNG made here: a checked logo of a few hundred bytes, the same on every machine."""

from __future__ import annotations

import struct
import zlib


def logo(width: int, height: int) -> bytes:
    """An RGB picture with a pattern of leaves, as bytes of a PNG file."""
    rows = b"".join(
        b"\0" + bytes((x * y * 5 + channel * 60) & 0xFF for x in range(width) for channel in (0, 1, 2))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", _stored(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _stored(data: bytes) -> bytes:
    # Not zlib.compress: what it writes depends on the library's version.
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF)
    return b"\x78\x01" + block + data + struct.pack(">I", zlib.adler32(data))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
