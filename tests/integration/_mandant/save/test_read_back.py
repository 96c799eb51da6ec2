# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is what the server holds, whatever its columns are, or it does not get its name."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
import zlib
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import Dump, Written
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.proofs import Proofs
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.read_back import RowSum, read_back
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from library import Library
from saving import back_up

WHEN = datetime.datetime(2026, 10, 30, 16, 42, 7)
BYTES = bytes(range(256)).hex()
TEXT = "a''b\"c\\\\d\\n\\r\\0\\Z%_;,'',''NULL"
# What a column may be, and values of it; of texts those that every character set here has.
COLUMNS: t.Mapping[str, tuple[str, ...]] = {
    "VARCHAR(40)": ("'größer'", f"'{TEXT}'", "''", "'NULL'"),
    "CHAR(9)": ("'ä  '", "''"),
    "TEXT": (f"'ß{TEXT}'",),
    "LONGTEXT": (f"'ß{TEXT}'", "REPEAT('öx\\\\', 500000)"),
    "ENUM('ö','x')": ("'ö'", "'x'"),
    "SET('ö','x')": ("'ö,x'", "''"),
    "VARBINARY(300)": (f"0x{BYTES}", "'ö'", "''"),
    "BINARY(4)": ("0x00FF",),
    "BLOB": (f"0x{BYTES}",),
    "LONGBLOB": (f"0x{BYTES}", f"REPEAT(0x{BYTES}, 9000)", "REPEAT(0x5C, 1100001)"),
    "BIT(12)": ("b'101001110000'", "0"),
    "BIT(1)": ("1", "0"),
    "FLOAT": ("0.1", "16777217", "-3.4e38"),
    "FLOAT(9,2)": ("0.1",),
    "DOUBLE": ("0.1", "1e300", "-0e0"),
    "DECIMAL(20,4)": ("-1.5",),
    "BIGINT UNSIGNED": ("18446744073709551615",),
    "DATE": ("'0000-00-00'", "'2026-02-00'"),
    "DATETIME": ("'9999-12-31 23:59:59'",),
    "TIMESTAMP NULL": ("'2026-10-25 01:30:00'",),
    "TIME": ("'-838:59:59'",),
    "YEAR": ("2026",),
    "POINT": ("ST_GeomFromText('POINT(1 39)')",),
}
CHARSETS = ("latin1", "utf8mb4", "cp1250", "binary")


def _fill(library: Library, charset: str, beside: str, engine: str = "MyISAM") -> list[str]:
    """Make a table of each kind, with a column ``beside`` it, and return their names."""
    session = library.session()
    session.execute("SET time_zone='+00:00'")
    names = []
    for number, (kind, values) in enumerate(COLUMNS.items()):
        name = f"T{number:02}"
        names.append(name)
        # A BLOB with an umlaut beside it, and a text: whatever the server makes of the one, the other stays as it is.
        session.execute(
            f"CREATE TABLE {name} (ID INT, A {kind}, B {beside}, C VARCHAR(9) CHARACTER SET latin1) ENGINE={engine} "
            f"DEFAULT CHARSET={charset}"
        )
        for row, value in enumerate((*values, "NULL")):
            session.execute(f"INSERT INTO {name} VALUES ({row}, {value}, 'ö', 'Köln')")
    return names


def _stored(library: Library, names: t.Iterable[str]) -> list[t.Any]:
    return [
        library.mandant.query(f"SELECT ID, HEX(A), SHA2(HEX(A), 256), HEX(B), HEX(C) FROM {name}") for name in names
    ]


@pytest.mark.parametrize("beside", ["BLOB", "LONGTEXT CHARACTER SET utf8"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_every_kind_of_column_beside_every_other(library: Library, tmp_path: Path, charset: str, beside: str) -> None:
    names = _fill(library, charset, beside)
    before = _stored(library, names)
    saved = back_up(library.restorer, tmp_path / "a.zip")
    assert saved["rows"] == sum(len(values) + 1 for values in COLUMNS.values())
    library.close()
    outcome = library.restorer.run(saved["file"]["path"], policy="always", replace=True)
    assert outcome.restore["warnings"] == []
    assert _stored(library, names) == before


@dataclasses.dataclass(frozen=True)
class Taken:
    """A backup as it was written, and what the server has said of it."""

    text: bytes
    written: list[Written]
    proofs: Proofs


def _taken(library: Library) -> Taken:
    session = library.session(use=False)
    snapshot = Snapshot(session, library.restorer.login())
    snapshot.take(library.mandant.name)
    dump = Dump(snapshot, library.server, library.mandant.name, static_rows=True)
    text = b"".join(dump.pieces(WHEN))
    dump.proofs.finish()
    return Taken(text, dump.written, dump.proofs)


def _proven(taken: Taken, text: bytes, folder: Path) -> Failure | None:
    path = folder / "new.part"
    path.write_bytes(text)
    try:
        read_back(str(path), None, taken.written, taken.proofs, "there")
    except Failure as failure:
        return failure
    return None


CHANGES: t.Mapping[str, tuple[bytes, bytes]] = {
    "a text in another encoding": ("'Köln'".encode("cp1252"), "'Köln'".encode()),
    "one letter": (b"'Bonn'", b"'Born'"),
    "NULL is a text": (b"'2',NULL,'x", b"'2','NULL','x"),
    "a text is nothing": (b"'Bonn'", b"''"),
    "an escape is missing": (b"'x\\ny'", b"'xny'"),
    "a backslash is not escaped before a letter that no escape has": (b"a\\\\b", b"a\\b"),
    "a backslash is not escaped before a letter that one has": (b"b\\\\n", b"b\\n"),
    "a backslash is escaped twice": (b"b\\\\n", b"b\\\\\\\\n"),
    "a quote is not escaped": (b"q\\'q", b"q'q"),
    "a quote is doubled behind an escape": (b"q\\'q", b"q\\''q"),
    "a text ends in an escape": (b"'drei'", b"'drei\\'"),
    "an escape that keeps its backslash": (b"50 %", b"50 \\%"),
    "two values in each other's place": (b"'1','eins'", b"'eins','1'"),
    "a blank at the end": (b"'Bonn'", b"'Bonn '"),
    "bytes of a picture": (b"\\0\xff", b"\\0\xfe"),
    "bytes of a long picture": (b"lang\\0", b"lang\\n"),
    "a row is not there": (b"INSERT INTO ORTE VALUES ('3','drei','Bonn','');\r\n", b""),
    "a row is there twice": (
        b"INSERT INTO ORTE VALUES ('3','drei','Bonn','');\r\n",
        b"INSERT INTO ORTE VALUES ('3','drei','Bonn','');\r\n" * 2,
    ),
    "a value too many": (b"'drei','Bonn'", b"'drei','x','Bonn'"),
}


@pytest.fixture
def taken(library: Library) -> Taken:
    query = library.mandant.query
    query("CREATE TABLE `ORTE` (ID INT, A VARCHAR(9), B VARCHAR(9), C BLOB) DEFAULT CHARSET=latin1")
    query(
        "INSERT INTO ORTE VALUES (1, 'eins', 'Köln', 0x00FF), (2, NULL, 'x\\ny', NULL), (3, 'drei', 'Bonn', ''), "
        "(4, 'a\\\\b\\\\n', 'q\\'q', '50 %')"
    )
    query("CREATE TABLE `BILDER` (ID INT, C LONGBLOB, D POINT) DEFAULT CHARSET=latin1")
    query("INSERT INTO BILDER VALUES (1, 'lang\\0\\'\\\\', NULL), (2, NULL, ST_GeomFromText('POINT(1 2)'))")
    return _taken(library)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_otherwise_is_found(taken: Taken, tmp_path: Path, change: str) -> None:
    before, after = CHANGES[change]
    text = taken.text.replace(b"`ORTE`", b"ORTE").replace(b"`BILDER`", b"BILDER")
    assert text.count(before) == 1
    assert _proven(taken, text, tmp_path) is None
    failure = _proven(taken, text.replace(before, after), tmp_path)
    assert failure is not None
    assert failure.error == "verification_failed"
    assert "Bonn" not in failure.msg


def test_what_is_cut_off_or_overwritten_is_found(taken: Taken, tmp_path: Path) -> None:
    text = taken.text
    # Wherever the last statement ends; without its semicolon alone nothing would be lacking.
    cut_off = [text[:end] for end in range(text.rindex(b"SET ") + 1, text.rindex(b"FOREIGN_KEY_CHECKS"), 3)]
    assert len(cut_off) > 50
    for spoiled in (text[: len(text) // 2], *cut_off, text[:300], b"\0" * len(text), text[:100] + b"\0" * 512):
        failure = _proven(taken, spoiled, tmp_path)
        assert failure is not None
        assert failure.error == "verification_failed"


def test_a_backup_that_is_not_proven_gets_no_name(library: Library, tmp_path: Path) -> None:
    """Somebody spoils the file while it is written; the older backups stay."""
    library.mandant.query("CREATE TABLE T (A LONGTEXT)")
    library.mandant.query("INSERT INTO T VALUES (REPEAT('x', 1000000)), (REPEAT('y', 1000000))")
    first = back_up(library.restorer, tmp_path, keep=1)["file"]["path"]
    session = library.session(use=False)
    snapshot = Snapshot(session, library.restorer.login())
    snapshot.take(library.mandant.name)
    dump = Dump(snapshot, library.server, library.mandant.name, static_rows=True)
    pieces = [piece.replace(b"xxxx", b"xxyx", 1) for piece in dump.pieces(WHEN)]
    failure = _proven(Taken(b"", dump.written, dump.proofs), b"".join(pieces), tmp_path)
    assert failure is not None
    assert "values of the table T" in failure.msg
    assert Path(first).exists()


@pytest.mark.parametrize("run", [1, 2, 3])
def test_escapes_are_not_cut_in_two(run: int) -> None:
    """Long values are summed up in pieces: wherever the pieces end, they come to the same."""
    value = b"x" * (1024 * 1024 - run) + b"\\" * 7 + b"\n\\'"
    spelled = value.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"'", b"\\'")
    found = RowSum((0,))
    found.add(Rows("T", b"INSERT", (), 1, 1, 1, b"('" + spelled + b"')"))
    assert found.checksum == zlib.crc32(b"%d" % zlib.crc32(value))
