# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps for the tests: read from bytes through the whole room, and an independent reader of rows."""

from __future__ import annotations

import contextlib
import hashlib
import io
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analyse import analyse, read_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.allowlist import Catalog
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import read_create_table
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import StatementReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container

CAO_HEAD = b"# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n"
PATH = "/backups/dump.sql"
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}
MARIADB = ServerFlavour(True, (10, 11, 6))


def pieces(data: bytes, size: int) -> t.Iterator[bytes]:
    """Give data in pieces of a size."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


class Dump:
    """Bytes that were never on a disk, as the room sees a chosen and unpacked file."""

    def __init__(self, data: bytes, chunk_bytes: int = 1 << 16) -> None:
        self.data = data
        self.proofs = FirstPass()
        self.chosen = ChosenFile(
            path=PATH, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), handle=io.BytesIO(data)
        )
        self.container = Container(
            size_bytes=len(data), kind="sql", pieces=lambda _told: pieces(self.data, chunk_bytes)
        )

    def analyse(self, progress: t.Callable[[str, int], None] | None = None, **options: t.Any) -> Analysis:
        """Analyse with the options of the room."""
        self.proofs = FirstPass()
        return analyse(self.container, self.chosen, self.proofs, ReadOptions(**options), progress)

    def rows(self, **options: t.Any) -> list[Rows]:
        """Return the rows of a second pass."""
        analysis = self.analyse(**options)
        return list(read_rows(self.container, analysis, self.proofs, PATH, options.get("encoding", "auto")))

    def refused(self, **options: t.Any) -> Failure:
        """Return the Failure, whose message names the file."""
        with pytest.raises(Failure) as caught:
            self.analyse(**options)
        assert PATH in caught.value.msg
        assert caught.value.msg.isprintable()
        return caught.value


def reader_of(data: bytes, chunk_bytes: int = 1 << 16, kinds: tuple[str, ...] | None = None) -> StatementReader:
    """Return the reader over data in pieces; kinds are those of every column."""
    return StatementReader(
        pieces(data, chunk_bytes),
        label=PATH,
        kinds=lambda _table, _columns, width: kinds or ("",) * width,
        proofs=FirstPass(),
    )


def rows_of(data: bytes, chunk_bytes: int = 1 << 16) -> list[Rows]:
    """Return the rows among the events of data."""
    return [event for event in reader_of(data, chunk_bytes).events() if isinstance(event, Rows)]


def slow_rows(values: bytes) -> list[list[bytes]]:
    """Split (..),(..) letter by letter into rows of cell texts: slow, and in no way like the code under test."""
    rows: list[list[bytes]] = []
    cell, quote, inside, index = b"", b"", False, 0
    while index < len(values):
        letter = values[index : index + 1]
        if quote:
            cell += letter
            if letter == b"\\":
                index += 1
                cell += values[index : index + 1]
            elif letter == quote:
                quote = b""
        elif not inside:
            if letter == b"(":
                rows.append([])
                cell, inside = b"", True
            else:
                assert letter in b", \r\n\t", letter
        elif letter in (b",", b")"):
            rows[-1].append(cell.strip())
            cell, inside = b"", letter == b","
        else:
            quote = letter if letter in (b"'", b'"') else b""
            cell += letter
        index += 1
    assert not inside
    assert not quote
    return rows


def slow_value(literal: bytes) -> bytes:
    """Return what a string literal stands for, letter by letter."""
    text, found, index = literal.decode("latin-1"), "", 1
    while index < len(text) - 1:
        letter = text[index]
        if letter == "\\":
            index += 1
            letter = ESCAPED.get(text[index], text[index])
        elif letter == text[0]:
            index += 1
        found += letter
        index += 1
    return found.encode("latin-1")


def words_of(text: bytes) -> Words:
    """Return the tokens of one statement, without its delimiter."""
    reader = reader_of(text + b"\n$$")
    reader.delimiter = b"$$"
    return Words(reader.source.whole(lambda: reader.tokens_until_end(0))[0])


def catalog_of(*statements: bytes) -> Catalog:
    """Return the catalog after some statements."""
    catalog = Catalog(OwnDatabase())
    for statement in statements:
        catalog.admit(tuple(words_of(statement).rest()))
    return catalog


def table_of(text: str) -> TableDefinition:
    """Return the table that stands behind CREATE TABLE."""
    words = words_of(text.encode())
    definition, _tolerant = read_create_table(words, OwnDatabase())
    assert words.at_end
    return definition


def column_of(text: str, server: ServerFlavour = MARIADB) -> str:
    """Return a column, as it stands behind its name, as a server is sent it."""
    return table_of(f"T (A {text})").columns[0].sql(server).decode()


@contextlib.contextmanager
def refuses(word: str) -> t.Iterator[None]:
    """Expect that a statement is refused, with a word of the reason."""
    with pytest.raises(Refused) as caught:
        yield
    assert word in str(caught.value)


@contextlib.contextmanager
def fails(error: str, *words: str) -> t.Iterator[None]:
    """Expect a Failure with an error and words in its message."""
    with pytest.raises(Failure) as caught:
        yield
    assert caught.value.error == error
    for word in words:
        assert word in caught.value.msg
