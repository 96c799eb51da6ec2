# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The text of a backup, made from a snapshot as a stream."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.write import dump_text
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import (
    BackupHeader,
    Encoding,
    encoded,
    escaped,
    literal,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.proofs import Proofs, Question
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.raw_rows import Cell, RawRows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.row_size import may_be_too_large
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.select_rows import (
    BY_ITSELF_IN_DIGITS,
    Select,
    select_rows,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.shown import as_it_is
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.spelling import spelled
from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION

_PIECE_BYTES = 1024 * 1024
_LATIN1 = (None, "latin1", "ascii", "binary")


@dataclasses.dataclass(frozen=True)
class Written:
    """What went into the backup of one table; ``size_bytes`` of SQL, ``widths`` are those of its Select."""

    name: str
    rows: int
    size_bytes: int
    widths: tuple[int, ...] = ()


def encoding_of(mandant: str, tables: t.Iterable[SourceTable]) -> Encoding:
    """Return CAO's own encoding where it holds every text and name, else UTF-8."""
    try:
        encoded(mandant, "cp1252")
    except UnicodeEncodeError:
        return "utf-8"
    for table in tables:
        columns = table.written_columns
        if any(column.charset not in _LATIN1 or column.type_name == "json" for column in columns):
            return "utf-8"
        try:
            dump_text.structure(table.definition, "cp1252")
            dump_text.foreign_keys([table.definition], "cp1252")
        except UnicodeEncodeError:
            return "utf-8"
    return "cp1252"


class Dump:
    """The pieces of a backup; ``written`` grows with them, and ``notes``: what a restore cannot bring back as it is.

    ``proofs`` are what is left to be asked of their rows. The snapshot is closed when all is answered.
    """

    def __init__(self, snapshot: Snapshot, server: Server, mandant: str, *, static_rows: bool) -> None:
        self._snapshot = snapshot
        self._server = server
        self._mandant = mandant
        self._static_rows = static_rows
        self._encoding: Encoding = encoding_of(mandant, snapshot.tables)
        self.written: list[Written] = []
        self.proofs = Proofs(mandant, snapshot.close)
        self.notes: list[str] = []

    def pieces(self, when: datetime.datetime) -> t.Iterator[bytes]:
        """Yield the backup; raises Failure for what the server refuses."""
        header = BackupHeader(printable(self._mandant), when)
        switched_off = self._switched_off()
        yield dump_text.opening(header, COLLECTION_VERSION, self._encoding, switched_off)
        for table in self._snapshot.tables:
            if self._snapshot.lets_go_before(table):
                # Those are the same rows as long as their tables are held.
                self.proofs.answer_all()
            session = self._snapshot.session_for(table)
            yield dump_text.structure(self._definition(session, table), self._encoding)
            if table.static and not self._static_rows:
                self.written.append(Written(table.definition.shown_name, 0, 0))
                continue
            try:
                yield from self._rows(session, table)
            except ServerError as exc:
                where = f"{session.where}, {self._mandant}"
                raise failure_of(exc, where=where, doing=f"reading the table {table.name}") from None
        yield dump_text.foreign_keys((table.definition for table in self._snapshot.tables), self._encoding)
        yield dump_text.closing(switched_off)

    def _switched_off(self) -> list[dump_text.Switch]:
        """Return the settings that would refuse what a server has kept: it asks of what comes, not of what is there."""
        tables = self._snapshot.tables
        has_checks = self._server.flavour.mariadb and any(one.definition.has_checks for one in tables)
        found = [dump_text.Switch("CHECK_CONSTRAINT_CHECKS")] if has_checks else []
        if any(may_be_too_large(one, self._server.row_format) for one in tables):
            # On MySQL it takes a privilege.
            on_mysql = any(may_be_too_large(one, self._server.row_format, mariadb=False) for one in tables)
            found.append(dump_text.Switch("INNODB_STRICT_MODE", mariadb_only=not on_mysql))
        return found

    def _definition(self, session: Session, table: SourceTable) -> dump_text.Definition:
        try:
            shown = as_it_is(session, self._mandant, table)
        except ServerError as exc:
            where = f"{session.where}, {self._mandant}"
            raise failure_of(exc, where=where, doing=f"reading the definition of {table.name}") from None
        self.notes += shown.notes
        return shown.definition

    def _rows(self, session: Session, table: SourceTable) -> t.Iterator[bytes]:
        table_sql = f"{quoted(self._mandant)}.{quoted(table.name)}"
        select = select_rows(
            table_sql,
            spelled(session, table_sql, table.written_columns, self._encoding),
            encoding=self._encoding,
            max_allowed_packet=self._server.max_allowed_packet,
        )
        head = dump_text.insert_head(table.definition, table.named_columns, self._encoding)
        raw = RawRows(session, select.sql)
        rows = size_bytes = 0
        for piece, ended in _pieces(raw, select, head):
            if not size_bytes:
                yield dump_text.rows_title(table.definition, self._encoding)
            rows += ended
            size_bytes += len(piece)
            yield piece
        if raw.warnings:
            raise self._warned(session, table)
        if rows:
            yield dump_text.rows_end()
        name = table.definition.shown_name
        self.proofs.add(Question(session, name, select.proof, rows))
        self.written.append(Written(name, rows, size_bytes, select.widths))

    def _warned(self, session: Session, table: SourceTable) -> Failure:
        """Return the Failure for values that the server has not sent as they are."""
        number, message = next(
            ((int(code), text.decode("utf-8", "replace")) for _level, code, text in session.query("SHOW WARNINGS")),
            (0, ""),
        )
        return Failure(
            "verification_failed",
            f"{session.where}, {self._mandant}: the server does not send every value of {table.name} as it is stored: "
            f"{described(number, message)}. No backup was written",
        )


def _pieces(raw: RawRows, select: Select, head: bytes) -> t.Iterator[tuple[bytes, int]]:
    """Give the text of the INSERTs, and how many of them end in each piece."""
    if select.joined == (True,):
        for texts in raw.texts():
            yield dump_text.statements(texts, head), len(texts)
        return
    for rows in raw.cells():
        # A long row is always the last one of those that come together.
        long = rows.pop() if _is_long(rows[-1]) else None
        if rows:
            yield dump_text.statements([b",".join(map(_text, row, select.widths)) for row in rows], head), len(rows)
        if long is not None:
            yield from _long_row(long, select.widths, head)
        del rows, long


def _is_long(row: list[Cell]) -> bool:
    return any(isinstance(cell, memoryview) for cell in row)


def _long_row(row: list[Cell], widths: t.Sequence[int], head: bytes) -> t.Iterator[tuple[bytes, int]]:
    """Give one INSERT in pieces: a row can be so long that memory has room for it once."""
    yield head, 0
    for number, cell in enumerate(row):
        if number:
            yield b",", 0
        if cell is None or widths[number] > 0:
            yield dump_text.in_one_line(_text(cell, widths[number])), 0
            continue
        in_digits = widths[number] == BY_ITSELF_IN_DIGITS
        yield b"x'" if in_digits else b"'", 0
        for start in range(0, len(cell), _PIECE_BYTES):
            piece = bytes(cell[start : start + _PIECE_BYTES])
            yield piece.hex().upper().encode() if in_digits else escaped(piece), 0
        yield b"'", 0
    yield dump_text.STATEMENT_END, 1


def _text(cell: Cell, width: int) -> bytes:
    if cell is None:
        if width > 0:
            raise ServerError(1301, "")
        return b"NULL"
    if width == BY_ITSELF_IN_DIGITS:
        return b"x'" + cell.hex().upper().encode() + b"'"
    return bytes(cell) if width > 0 else literal(bytes(cell))
