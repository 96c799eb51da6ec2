# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Files packed by bzip2, xz and Zstandard: streams one behind the other, as parallel packers write them.

Each unpacker has the shape of the standard library's: it gives so much at a time and says when a stream ends.
"""

from __future__ import annotations

import bz2
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import ARCHIVE_KINDS
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import UNPACKED_BYTES, Pieces, damaged

# Streams of a few bytes each, by the million, must not make each step expensive.
_STEP_BYTES = 16 * 1024
# Four bytes of Zstandard can mean 128 KiB, and zstandard unpacks all that it is given.
_ZSTD_STEP_BYTES = 1024
# As much as the programs themselves take without being asked to take more: xz -9 needs 65 MiB, zstd --ultra 128 MiB.
_XZ_MEMORY_BYTES = 256 << 20
_ZSTD_WINDOW_LOG = 27


class _Unpacker(t.Protocol):
    """One stream; ``decompress`` gives at most so many bytes, where it can, until it ``needs_input``."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Packing(t.NamedTuple):
    """A way of packing: its word, what streams begin with, what unpacks one, in which steps, and what that raises."""

    word: str
    marks: tuple[bytes, ...]
    unpacker: t.Callable[[], _Unpacker]
    step_bytes: int
    errors: tuple[type[Exception], ...]


def _marks(name: str) -> tuple[bytes, ...]:
    return tuple(start.mark for kind in ARCHIVE_KINDS if kind.name == name for start in kind.starts)


def bzip2(_where: str) -> Packing:
    """Return how bzip2 is unpacked."""
    return Packing("bzip2", _marks("bz2"), bz2.BZ2Decompressor, _STEP_BYTES, (OSError, ValueError))


def xz(where: str) -> Packing:
    """Return how xz is unpacked. `Failure` ``missing_dependency`` where Python was built without."""
    try:
        import lzma
    except ImportError:  # pragma: no cover - where Python was built without
        raise _missing(where, "xz", "the module lzma, which this Python was built without; unpack it first") from None

    return Packing(
        "xz",
        _marks("xz"),
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES),
        _STEP_BYTES,
        (lzma.LZMAError,),
    )


def zstd(where: str) -> Packing:
    """Return how Zstandard is unpacked, by Python 3.14 or zstandard. `Failure` ``missing_dependency``."""
    try:
        from compression import zstd as own  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return _zstandard(where)
    options = {own.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}  # pragma: no cover - newer Pythons
    return Packing(  # pragma: no cover - newer Pythons
        "Zstandard", _marks("zst"), lambda: own.ZstdDecompressor(options=options), _STEP_BYTES, (own.ZstdError,)
    )


def _zstandard(where: str) -> Packing:
    try:
        import zstandard
    except ImportError:
        raise _missing(
            where, "Zstandard", f"zstandard ({how_to_install('zstandard')}), or Python 3.14 or newer"
        ) from None
    window_bytes = 1 << _ZSTD_WINDOW_LOG

    def unpacker() -> _Unpacker:
        return _ByZstandard(zstandard.ZstdDecompressor(max_window_size=window_bytes).decompressobj())

    return Packing("Zstandard", _marks("zst"), unpacker, _ZSTD_STEP_BYTES, (zstandard.ZstdError,))


class _ByZstandard:
    """A stream unpacked by zstandard, which gives all at once."""

    needs_input = True

    def __init__(self, unpacker: t.Any) -> None:
        self._unpacker = unpacker

    @property
    def eof(self) -> bool:
        return bool(self._unpacker.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._unpacker.unused_data)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        del max_length
        return bytes(self._unpacker.decompress(data))


def _missing(where: str, word: str, what: str) -> Failure:
    return Failure("missing_dependency", f"{where} is packed by {word}, and cannot be unpacked without {what}.")


def unpacked(raw: Pieces, packing: Packing, where: str) -> Pieces:
    """Unpack streams one behind the other, with NUL padding at the end or without.

    Checksums are compared by the unpackers. `Failure`: ``damaged``, ``truncated`` when the last stream has no end,
    ``too_large`` for a stream that asks for more memory than the programs themselves allow.
    """
    unpacker: _Unpacker | None = packing.unpacker()
    for piece in raw:
        for start in range(0, len(piece), packing.step_bytes):
            rest = piece[start : start + packing.step_bytes]
            while rest:
                if unpacker is None:
                    if not rest.strip(b"\x00"):
                        break
                    if not any(rest.startswith(mark[: len(rest)]) for mark in packing.marks):
                        raise damaged(where, f"other bytes follow behind the {packing.word} data")
                    unpacker = packing.unpacker()
                yield from _stream(unpacker, rest, packing, where)
                rest = unpacker.unused_data if unpacker.eof else b""
                unpacker = None if unpacker.eof else unpacker
    if unpacker is not None:
        raise Failure(
            "truncated",
            f"{where} ends in the middle of the {packing.word} data. The copy is incomplete, transfer it again.",
        )


def _stream(unpacker: _Unpacker, data: bytes, packing: Packing, where: str) -> Pieces:
    """Give what comes out of ``data``, to the end of this stream at most."""
    try:
        yield unpacker.decompress(data, UNPACKED_BYTES)
        while not unpacker.eof and not unpacker.needs_input:
            yield unpacker.decompress(b"", UNPACKED_BYTES)
    except packing.errors as exc:
        if "memory" in str(exc).lower():
            raise Failure(
                "too_large",
                f"{where} needs more memory to be unpacked than {packing.word} itself allows by default; pack it again"
                " with usual settings, or give the unpacked .sql.",
            ) from exc
        raise damaged(where, f"its {packing.word} data or their checksum are wrong") from exc
