# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The rows of a SELECT as the server sends them: no value is decoded, and memory does not grow with their number.

Source: MySQL documentation, client/server protocol, text result set.
"""

from __future__ import annotations

import io
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session

_READ_BYTES = 256 * 1024
_HEADER_BYTES = 4
_LONGEST_PACKET = 0xFFFFFF
_NULL, _TWO, _THREE, _EIGHT = 0xFB, 0xFC, 0xFD, 0xFE
# What a server warns of when a function's result exceeds max_allowed_packet.
_TOO_LONG = 1301
# A packet of 0xFE that is shorter than this is the end of the rows.
_END_BYTES = 9
LONG_ROW_BYTES = 1024 * 1024

# Of a long row the cells are views of the row, which is in memory once.
Cell = t.Union[bytes, memoryview, None]


class RawRows:
    """The rows of one SELECT; ``warnings`` is known behind the last."""

    def __init__(self, session: Session, sql: str) -> None:
        self._session = session
        self._data = b""
        self._position = 0
        self.warnings = 0
        session.begin_rows(sql)

    def texts(self) -> t.Iterator[list[bytes]]:
        """Yield the rows of a SELECT with one column that is never NULL, as many as are at hand at a time.

        No row may be longer than a packet; select_rows() sees to it.
        """
        ended = False
        while not ended:
            self._have(_HEADER_BYTES)
            self._have(_HEADER_BYTES + self._length())
            found, ended = self._texts_at_hand()
            if found:
                yield found

    def _texts_at_hand(self) -> tuple[list[bytes], bool]:
        # One pass over each row: this loop is what a backup waits for.
        data, position, size = self._data, self._position, len(self._data)
        found: list[bytes] = []
        add, number = found.append, int.from_bytes
        ended = False
        while position + _HEADER_BYTES < size:
            start = position + _HEADER_BYTES
            stop = start + number(data[position : position + 3], "little")
            if stop > size:
                break
            first = data[start]
            if first < _NULL:
                add(data[start + 1 : stop])
            elif first == _TWO:
                add(data[start + 3 : stop])
            elif first == _THREE:
                add(data[start + 4 : stop])
            elif first == _NULL:
                raise ServerError(_TOO_LONG, "")
            else:
                self._end(data[start:stop])
                ended = True
                break
            position = stop
        self._position = position
        return found, ended

    def cells(self) -> t.Iterator[list[list[Cell]]]:
        """Yield rows by their cells, as many as are at hand at a time."""
        rows: list[list[Cell]] = []
        while True:
            row = self._packet()
            if row[:1] == b"\xff" or (row[:1] == b"\xfe" and len(row) < _END_BYTES):
                if rows:
                    yield rows
                self._end(row)
                return
            is_long = len(row) >= LONG_ROW_BYTES
            rows.append(_split(memoryview(row) if is_long else row))
            del row
            if is_long or len(self._data) - self._position < _HEADER_BYTES:
                yield rows
                rows = []

    def _packet(self) -> bytes:
        """Return the next packet; those of the longest length go on in the next one."""
        parts: io.BytesIO | None = None
        while True:
            self._have(_HEADER_BYTES)
            length = self._length()
            self._have(_HEADER_BYTES + length)
            start = self._position + _HEADER_BYTES
            self._position = start + length
            if length < _LONGEST_PACKET and parts is None:
                return self._data[start : start + length]
            # It grows where it stands, and becomes the bytes without another copy.
            parts = parts or io.BytesIO()
            parts.write(memoryview(self._data)[start : start + length])
            if length < _LONGEST_PACKET:
                return parts.getvalue()

    def _length(self) -> int:
        return int.from_bytes(self._data[self._position : self._position + 3], "little")

    def _have(self, needed: int) -> None:
        """Read until so many bytes are at hand."""
        have = len(self._data) - self._position
        if have >= needed:
            return
        pieces = [self._data[self._position :]]
        while have < needed:
            pieces.append(self._session.read(max(_READ_BYTES, needed - have)))
            have += len(pieces[-1])
        self._data = b"".join(pieces)
        self._position = 0

    def _end(self, packet: bytes) -> None:
        self.warnings = self._session.end_rows(packet)


def _split(row: bytes | memoryview) -> list[Cell]:
    cells: list[Cell] = []
    position = 0
    while position < len(row):
        first = row[position]
        if first == _NULL:
            cells.append(None)
            position += 1
            continue
        width = {_TWO: 2, _THREE: 3, _EIGHT: 8}.get(first, 0)
        start = position + 1 + width
        length = int.from_bytes(row[position + 1 : start], "little") if width else first
        cells.append(row[start : start + length])
        position = start + length
    return cells
