# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Streams of bytes: pieces of a file, and what unpacking them gives; constant memory, whatever they hold."""

from __future__ import annotations

import bz2
import typing as t
import zlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import GZIP_START
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

Pieces = t.Iterator[bytes]
Told = t.Callable[[int], None]

RAW_BYTES = 128 * 1024
UNPACKED_BYTES = 512 * 1024
# The start is read in small steps: when a stream goes wrong, what was right before is known.
_SMALL_BYTES, _SMALL_STEPS = 256, 16
# gzip streams of a few bytes each, by the million, must not make each step expensive.
_GZIP_STEP_BYTES = 16 * 1024
# 16 more than the window: zlib expects the gzip header and compares checksum and length.
_GZIP_WBITS = zlib.MAX_WBITS | 16


def damaged(where: str, what: str) -> Failure:
    """Return the `Failure` for bytes that cannot be right."""
    return Failure("damaged", f"{where} is damaged ({what}); copy it again or take another backup.")


def joined(pieces: t.Iterable[bytes], least_bytes: int) -> Pieces:
    """Yield the same bytes in larger pieces: of ``least_bytes`` or more, and the rest, which may be empty."""
    group: list[bytes] = []
    size_bytes = 0
    for piece in pieces:
        group.append(piece)
        size_bytes += len(piece)
        if size_bytes >= least_bytes:
            yield b"".join(group)
            group.clear()
            size_bytes = 0
    yield b"".join(group)


def raw_pieces(chosen: ChosenFile, start: int, end: int, told: Told) -> Pieces:
    """Yield the bytes of the file from ``start`` to ``end``; ``told`` hears the position behind each piece."""
    steps = 0
    while start < end:
        size = min(_SMALL_BYTES if steps < _SMALL_STEPS else RAW_BYTES, end - start)
        piece = chosen.read_at(start, size)
        if len(piece) < size:
            raise Failure("truncated", f"{chosen.shown} became shorter while it was read; transfer it again.")
        start += size
        steps += 1
        told(start)
        yield piece


def inflated(packed: Pieces, where: str) -> Pieces:
    """Unpack a raw Deflate stream, which must end exactly where ``packed`` ends."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for data in packed:
            if inflater.eof and data:
                raise damaged(where, "bytes follow behind its compressed end")
            rest = data
            while rest and not inflater.eof:
                yield inflater.decompress(rest, UNPACKED_BYTES)
                rest = inflater.unconsumed_tail
            if inflater.unused_data:
                raise damaged(where, "bytes follow behind its compressed end")
        # Without input left there can still be output inside.
        while not inflater.eof and (piece := inflater.decompress(b"", UNPACKED_BYTES)):
            yield piece
    except zlib.error as exc:
        raise damaged(where, "its compressed bytes cannot be unpacked") from exc
    if not inflater.eof:
        raise damaged(where, "its compressed bytes end too early")


def bunzipped(packed: Pieces, where: str) -> Pieces:
    """Unpack one bzip2 stream, which must end exactly where ``packed`` ends."""
    unpacker = bz2.BZ2Decompressor()
    try:
        for data in packed:
            if unpacker.eof and data:
                raise damaged(where, "bytes follow behind its compressed end")
            rest = data
            while not unpacker.eof:
                piece = unpacker.decompress(rest, UNPACKED_BYTES)
                rest = b""
                if len(piece) == 0:
                    break
                yield piece
            if len(unpacker.unused_data) > 0:
                raise damaged(where, "bytes follow behind its compressed end")
    except (OSError, ValueError) as exc:
        raise damaged(where, "its compressed bytes cannot be unpacked") from exc
    if not unpacker.eof:
        raise damaged(where, "its compressed bytes end too early")


def _small(raw: Pieces) -> Pieces:
    for piece in raw:
        for start in range(0, len(piece), _GZIP_STEP_BYTES):
            yield piece[start : start + _GZIP_STEP_BYTES]


def gunzipped(raw: Pieces, where: str) -> Pieces:
    """Unpack gzip streams one behind the other (RFC 1952), with NUL padding at the end or without.

    zlib compares CRC and length of each. `Failure`: ``damaged``, or ``truncated`` when the last one has no end.
    """
    unpacker = zlib.decompressobj(_GZIP_WBITS)
    is_between = False
    for data in _small(raw):
        rest = data
        while rest:
            if is_between and not rest.strip(b"\x00"):
                break
            if is_between and not rest.startswith(GZIP_START[: len(rest)]):
                raise damaged(where, "other bytes follow behind the gzip data")
            if is_between:
                unpacker, is_between = zlib.decompressobj(_GZIP_WBITS), False
            try:
                yield unpacker.decompress(rest, UNPACKED_BYTES)
            except zlib.error as exc:
                raise damaged(where, "its compressed bytes or their checksum are wrong") from exc
            rest, is_between = unpacker.unused_data or unpacker.unconsumed_tail, unpacker.eof
    # The checksum and length at the end are read only after all output is out, so nothing can be left inside here.
    if not is_between:
        raise Failure(
            "truncated", f"{where} ends in the middle of the gzip data. The copy is incomplete, transfer it again."
        )
