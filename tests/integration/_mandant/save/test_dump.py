# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a backup has every value as it is stored, or there is no backup."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import listed, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import Dump, encoding_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import observe_source
from library import Library

WHEN = datetime.datetime(2026, 10, 30, 16, 42, 7)
END = b"# Ende der Sicherung"
ODD = ("a`b", "it's", "50 %s", "a.b", "x);\\")


def _dump(library: Library, **options: t.Any) -> tuple[Dump, t.Iterator[bytes], Snapshot]:
    session = library.session(use=False)
    snapshot = Snapshot(session, library.restorer.login())
    snapshot.take(library.mandant.name)
    dump = Dump(snapshot, library.server, library.mandant.name, **{"static_rows": True, **options})
    return dump, dump.pieces(WHEN), snapshot


def _text(library: Library, **options: t.Any) -> tuple[Dump, bytes]:
    dump, pieces, snapshot = _dump(library, **options)
    text = b"".join(pieces)
    snapshot.close()
    return dump, text


def _encoding(library: Library) -> str:
    tables = observe_source(library.session(use=False), library.mandant.name).tables
    return encoding_of(library.mandant.name, tables)


@pytest.mark.parametrize(
    ("table", "encoding"),
    [
        ("CREATE TABLE `MAßE €` (A VARCHAR(9) COMMENT 'größer als €') DEFAULT CHARSET=latin1", "cp1252"),
        ("CREATE TABLE T (A BLOB, B VARCHAR(9) CHARACTER SET ascii, C INT)", "cp1252"),
        ("CREATE TABLE T (A VARCHAR(9)) DEFAULT CHARSET=utf8", "utf-8"),
        ("CREATE TABLE T (A INT, B ENUM('x') CHARACTER SET cp1250)", "utf-8"),
        ("CREATE TABLE `Ω` (A INT)", "utf-8"),
        ("CREATE TABLE T (`Ω` INT)", "utf-8"),
        ("CREATE TABLE T (A INT COMMENT 'Ω')", "utf-8"),
    ],
)
def test_caos_encoding_where_it_holds_everything(library: Library, table: str, encoding: str) -> None:
    library.mandant.query("CREATE TABLE A (A INT)")
    library.mandant.query(table)
    assert _encoding(library) == encoding


def test_the_name_of_the_mandant_counts_too(library: Library) -> None:
    library.mandant.query("CREATE TABLE A (A INT)")
    tables = observe_source(library.session(use=False), library.mandant.name).tables
    assert [encoding_of(name, tables) for name in ("Größe €", "Ωmega")] == ["cp1252", "utf-8"]


def _values(library: Library) -> list[t.Any]:
    sql = "SELECT `it's`, HEX(`b```), HEX(C), HEX(D) FROM {} ORDER BY 1"
    return [library.mandant.query(sql.format(quoted(name))) for name in ODD]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize("charset", ["latin1", "utf8mb4"])
def test_every_byte_comes_back(library: Library, engine: str, charset: str) -> None:
    """Also those that no standard has given a character, under names that would end a quote or a comment."""
    session = library.session()
    every = "".join(f"{byte:02X}" for byte in range(256))
    for name in ODD:
        session.execute(
            f"CREATE TABLE {quoted(name)} (`it's` INT, `b``` LONGTEXT CHARACTER SET latin1, C LONGBLOB,"
            f" D VARCHAR(9) CHARACTER SET {charset}) ENGINE={engine}"
        )
        session.execute(f"INSERT INTO {quoted(name)} VALUES (1, 0x{every}, 0x{every}, '\\\\'''), (2, NULL, '', NULL)")
    before = _values(library)
    dump, text = _text(library)
    assert {one.name: one.rows for one in dump.written} == dict.fromkeys(ODD, 2)
    assert all(one.size_bytes > 512 for one in dump.written)
    library.close()
    library.mandant.query(f"DROP TABLE {listed(ODD)}")
    library.restorer.run(library.restorer.write("back.sql", text))
    assert _values(library) == before


def test_the_rows_of_static_tables_may_be_left_out(library: Library) -> None:
    for name in ("LAND", "ARTIKEL"):
        library.mandant.query(f"CREATE TABLE {name} (A INT)")
        library.mandant.query(f"INSERT INTO {name} VALUES (4711)")
    for static, rows in ((True, {"LAND": 1, "ARTIKEL": 1}), (False, {"LAND": 0, "ARTIKEL": 1})):
        dump, text = _text(library, static_rows=static)
        assert {one.name: one.rows for one in dump.written} == rows
        assert text.count(b"4711") == sum(rows.values())
        assert text.count(b"create table") == 2


def test_a_value_that_the_server_cannot_say(library: Library) -> None:
    """It would be a question mark in the backup, so there is none; and its message holds no value."""
    library.mandant.query("CREATE TABLE ADRESSEN (A ENUM('geheim', 0x4181) CHARACTER SET cp1250)")
    library.mandant.query("INSERT INTO ADRESSEN VALUES (1), (2)")
    _made, pieces, snapshot = _dump(library)
    with pytest.raises(Failure) as caught:
        list(pieces)
    snapshot.close()
    assert caught.value.error == "server_setting"
    assert "ADRESSEN" in caught.value.msg
    assert "geheim" not in caught.value.msg


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_lost_between_two_pieces(library: Library, engine: str) -> None:
    """What was read so far has no end by which a reader would take it for a backup."""
    for name in ("A", "B"):
        library.mandant.query(f"CREATE TABLE {name} (T LONGTEXT) ENGINE={engine}")
        for _row in range(3):
            library.mandant.query(f"INSERT INTO {name} VALUES (REPEAT('x', 1000000))")
    _made, pieces, snapshot = _dump(library)
    reading = snapshot.session_for(snapshot.tables[0])
    read = [next(pieces) for _piece in range(4)]
    assert b"xxx" in read[3]
    library.ask(f"KILL {reading.number}")
    with pytest.raises(Failure) as caught:
        read.extend(pieces)
    assert caught.value.error == "connection_failed"
    assert "reading the table" in caught.value.msg
    assert END not in b"".join(read)
    snapshot.close()


def test_a_table_whose_rows_cannot_be_read(library: Library) -> None:
    """It is damaged: no backup without it passes for a whole one."""
    library.mandant.query("CREATE TABLE T (A INT, B VARCHAR(99)) ENGINE=MyISAM")
    library.mandant.query("INSERT INTO T SELECT 1, COLUMN_NAME FROM information_schema.COLUMNS LIMIT 1000")
    library.mandant.query("FLUSH TABLES")
    file = library.mandant.server.folder / "data" / library.mandant.name / "T.MYD"
    file.write_bytes(b"\xff" * (file.stat().st_size // 2))
    _made, pieces, snapshot = _dump(library)
    read: list[bytes] = []
    with pytest.raises(Failure) as caught:
        read.extend(pieces)
    assert "reading the table T" in caught.value.msg
    assert END not in b"".join(read)
    snapshot.close()
