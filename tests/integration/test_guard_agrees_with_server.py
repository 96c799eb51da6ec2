# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guard lets through is split by the server's own parser exactly as by the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from corpus import corpus_files
from dumps import rows_of, slow_value
from hostile.every_file import SQL
from literals import inserts
from mandant import Mandant, flavour_of

# The modes that a dump can set, and the server's own.
MODES = ("", "ANSI_QUOTES", "STRICT_TRANS_TABLES,ANSI", "ORACLE,PIPES_AS_CONCAT", "IGNORE_SPACE")


def _content(literal: bytes) -> bytes | None:
    """Return what a literal stands for as bytes; None for a number, whose text the server chooses."""
    text = literal.strip()
    if text[:1] in (b"'", b'"'):
        return slow_value(text)
    if text[:7].lower() == b"_binary":
        return _content(text[7:])
    if text[:2] == b"0x":
        return bytes.fromhex(text[2:].decode())
    return bytes.fromhex(text[2:-1].decode()) if text[:2] == b"X'" else None


def _loaded(mandant: Mandant, text: bytes, width: int, mode: str) -> list[tuple[bytes | None, ...]]:
    """Send what the reader gives for text, and return the rows that the server has then."""
    with mandant.connect() as connection:
        connection.query("SET NAMES latin1")
        connection.query(f"SET sql_mode='{mode}'")
        columns = ", ".join(f"C{number} longblob" for number in range(width))
        connection.query("DROP TABLE IF EXISTS X")
        connection.query(f"CREATE TABLE X (N int auto_increment primary key, {columns}) ENGINE=MyISAM")
        names = ", ".join(f"C{number}" for number in range(width))
        for rows in rows_of(text, 64):
            inserted = connection.query(f"INSERT INTO X ({names}) VALUES ".encode() + rows.values)
            assert inserted == rows.count
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM X ORDER BY N")
            return list(cursor.fetchall())


def _compare(rows: list[list[bytes]], loaded: list[tuple[bytes | None, ...]]) -> None:
    assert len(loaded) == len(rows)
    for row, found in zip(rows, loaded):
        for literal, value in zip(row, found):
            content = _content(literal)
            assert content is None or content == value
            assert (literal.upper() == b"NULL") == (value is None)


@pytest.mark.parametrize("mode", MODES)
def test_server_splits_rows_as_the_reader_does(mandant: Mandant, mode: str) -> None:
    @given(made=inserts())
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(made: tuple[bytes, list[list[bytes]], list[tuple[int, int]]]) -> None:
        text, rows, _places = made
        # Bytes that are no UTF-8 may not stand behind this introducer, whoever reads them.
        text = text.replace(b"_utf8mb4", b"_binary ")
        rows = [[literal.replace(b"_utf8mb4", b"_binary ") for literal in row] for row in rows]
        _compare(rows, _loaded(mandant, text, len(rows[0]), mode))

    check()


@pytest.mark.promise("to-the-bit")
def test_every_byte_comes_back(mandant: Mandant) -> None:
    every = bytes(range(256))
    escaped = every.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    text = b"".join(b"INSERT INTO X VALUES ('" + escaped + b"',NULL);\n" for _number in range(9))
    assert _loaded(mandant, text, 2, "") == [(every, None)] * 9


@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: path.name.partition(".")[0])
def test_server_takes_the_definitions_of_every_dialect(mandant: Mandant, path: Path) -> None:
    server = flavour_of(mandant)
    collations = {"utf8mb4_0900_ai_ci": "utf8mb4_unicode_ci"}
    with open_backup(str(path)) as backup, mandant.connect() as connection:
        connection.query("SET NAMES utf8mb4")
        connection.query("SET sql_mode=''")
        for definition in backup.analysis.definitions.values():
            fitting = definition.with_collations(collations)
            statement = fitting.create_statement(
                fitting.name,
                engine=fitting.engine,
                charset=fitting.charset,
                collation=fitting.collation,
                server=server,
            )
            if not server.mariadb and b"GENERATED ALWAYS" in statement:
                pytest.skip("MySQL 5.6 has no generated columns")
            connection.query(statement)
        for view in backup.analysis.views:
            connection.query(view.create_statement(view.name, {}))
        for trigger in backup.analysis.triggers:
            connection.query(trigger.create_statement(trigger.name, trigger.table, {}))
    assert set(mandant.tables()) == set(backup.analysis.definitions) | {view.name for view in backup.analysis.views}


def test_text_behind_a_dissolved_comment_stays_text(mandant: Mandant) -> None:
    """Without a gap between two minus signs the server would take the text for code."""
    harmless = SQL["view_dissolving_comment"].replace(b" FROM mysql.user;", b" FROM T;")
    path = mandant.server.folder / "dissolving.sql"
    path.write_bytes(harmless)
    with open_backup(str(path)) as backup, mandant.connect() as connection:
        connection.query("CREATE TABLE T (A int)")
        connection.query(backup.analysis.views[0].create_statement("V", {}))
    (row,) = mandant.query("SHOW CREATE VIEW V")
    assert "`mysql`" not in row[1]
