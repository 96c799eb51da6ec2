# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A backup is proven before it gets its name: read as a restore reads it, and compared with what the server says.

Of each table the rows are counted, and what they come to is summed up from their literals; the server has done the
same from the bytes that it stores (select_rows). Memory does not grow with the rows.
"""

from __future__ import annotations

import re
import typing as t
import zlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import string_end
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import Written
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.proofs import NotProven, Proofs
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.select_rows import (
    BY_ITSELF_IN_DIGITS,
    BY_ITSELF_IN_HEX,
)

_PIECE_BYTES = 1024 * 1024
# What a server stores for a backslash and the byte behind it (MySQL documentation, string literals).
_ESCAPES = [bytes((code,)) for code in range(256)]
for _spelled, _raw in zip(b"0bnrtZ%_", (b"\0", b"\b", b"\n", b"\r", b"\t", b"\x1a", b"\\%", b"\\_")):
    _ESCAPES[_spelled] = _raw
# Those of the writer but that of the backslash: in bytes with many escapes they are replaced, one after the other.
_USUAL = tuple((b"\\" + code, _ESCAPES[code[0]]) for code in (b"0", b"'", b'"', b"n", b"r", b"Z"))
_BYTES_AN_ESCAPE = 16
_NULL = b"NULL"
_WORD = re.compile(rb"[^,)]*")


def read_back(path: str, password: str | None, written: t.Sequence[Written], proofs: Proofs, where: str) -> None:
    """Raise Failure verification_failed where the file is not what the server says, whose ``proofs`` come meanwhile.

    ``where`` is what was saved, as messages name it; ``path`` has no name yet that anybody knows.
    """
    sums = {one.name: RowSum(one.widths) for one in written}

    def see(rows: Rows) -> None:
        proofs.go_on()
        sums[rows.table].add(rows)

    proofs.go_on()
    try:
        with open_backup(path, password=password, shown="the new backup") as backup:
            backup.watch_rows(see)
            tables = frozenset(backup.analysis.definitions)
        proofs.finish()
    except NotProven:
        raise
    except Failure as failure:
        if failure.error in ("missing_dependency", "too_large"):
            raise
        raise _refusal(where, f"it cannot be read back ({failure.msg.rstrip('.')})") from None
    for one in written:
        found = sums[one.name]
        if one.name not in tables:
            raise _refusal(where, f"the table {printable(one.name)} is not in it")
        if (found.rows, found.checksum) != (one.rows, proofs.checksums.get(one.name, 0)):
            what = "rows" if found.rows != one.rows else "values"
            raise _refusal(where, f"its {what} of the table {printable(one.name)} are not those that are stored")


def _refusal(where: str, reason: str) -> Failure:
    return Failure(
        "verification_failed",
        f"{where}: the backup that was just written is not what the server holds: {reason}. It was removed, and no "
        "older backup was; look at the disk that it was written to and at the server's error log, and run again",
    )


class RowSum:
    """What the rows of one table come to; ``widths`` are those of Select."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        self._widths = widths
        self._is_one_text = len(widths) == 1 and widths[0] > 0
        self.rows = 0
        self.checksum = 0

    def add(self, rows: Rows) -> None:
        """Take in rows of the table."""
        self.rows += rows.count
        if not self._is_one_text:
            for one in rows.singles():
                self.checksum += self._by_pieces(one.text)
            return
        self.checksum += _sum_of_texts(rows.insides())

    def _by_pieces(self, row: bytes) -> int:
        sums: list[bytes] = []
        position = 1
        for width in self._widths:
            start = position
            for _column in range(max(1, width)):
                position = _end_of_literal(row, position) + 1
            sums.append(_sum_of(row, start, position - 1, width))
        return zlib.crc32(b",".join(sums))


def _sum_of_texts(rows: t.Sequence[bytes]) -> int:
    """Return what rows come to that are one text each."""
    # Without a step of Python's for each value, or for each row: this is what the proof takes.
    text = b"\0".join(rows)
    if b"\\" not in text:
        return sum(map(zlib.crc32, rows))
    # No text of ours holds a NUL as it is; where one has it spelled, rows are taken one by one.
    stored = _as_stored(text)
    one_by_one = stored.count(b"\0") >= len(rows)
    return sum(map(zlib.crc32, map(_as_stored, rows) if one_by_one else stored.split(b"\0")))


def _end_of_literal(row: bytes, start: int) -> int:
    first = row[start : start + 1]
    if first in (b"'", b"x"):
        return string_end(row, start + (first == b"x"))
    return t.cast("re.Match[bytes]", _WORD.match(row, start)).end()


def _sum_of(row: bytes, start: int, end: int, width: int) -> bytes:
    """Return the sum of one piece of a row, as the text that it is in the sum of the row."""
    if width <= 0 and row[start:end] == _NULL:
        return _NULL
    if width <= 0:
        start, end = start + (2 if width == BY_ITSELF_IN_DIGITS else 1), end - 1
    found = 0
    while start < end:
        # A value may be as large as memory can bear once.
        stop = _between_escapes(row, start, min(end, start + _PIECE_BYTES))
        stored = _as_stored(row[start:stop])
        if width == BY_ITSELF_IN_DIGITS:
            stored = bytes.fromhex(stored.decode())
        found = zlib.crc32(stored.hex().upper().encode() if width == BY_ITSELF_IN_HEX else stored, found)
        start = stop
    return b"%d" % found


def _between_escapes(row: bytes, start: int, stop: int) -> int:
    """Return an offset at which no escape is cut in two; none is at ``start``."""
    piece = row[start:stop]
    backslashes = len(piece) - len(piece.rstrip(b"\\"))
    return stop + backslashes % 2


def _as_stored(text: bytes) -> bytes:
    """Return what a server stores of literals: without their escapes, whoever has written these."""
    if text.count(b"\\") > len(text) // _BYTES_AN_ESCAPE:
        parts = [_with_all_replaced(part) for part in text.split(b"\\\\")]
        return b"\\".join(parts)
    return _by_each_escape(text)


def _with_all_replaced(text: bytes) -> bytes:
    """Return text without its escapes, none of which is that of a backslash."""
    stored = text
    for spelled, raw in _USUAL if b"\\" in text else ():
        stored = stored.replace(spelled, raw)
    return _by_each_escape(text) if b"\\" in stored else stored


def _by_each_escape(text: bytes) -> bytes:
    pieces = iter(text.split(b"\\"))
    stored = [next(pieces)]
    add = stored.append
    for piece in pieces:
        if piece:
            add(_ESCAPES[piece[0]])
            add(piece[1:])
        else:
            # Two of them are one; what follows is text.
            add(b"\\")
            add(next(pieces, b""))
    return b"".join(stored)
