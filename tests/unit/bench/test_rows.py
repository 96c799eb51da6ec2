# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured data is the same every time, and as large and as hard as the benchmarks say."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from bench.rows import many_tables, sql_pieces, tab_pieces

ROWS = 9000  # more than one piece
SQL_SHA256 = "9fc8c15f84b6a019ae94b61ba85343435d358bedb197b224a8d7ac25c1197308"
TAB_SHA256 = "4a035dbccf2d1ca1b71fc90597516f32a963af261387dece564d67abbadc1c23"


def test_data_is_the_same_every_time() -> None:
    # The medians of two runs can only be compared when these have not changed.
    assert hashlib.sha256(b"".join(sql_pieces(ROWS))).hexdigest() == SQL_SHA256
    assert hashlib.sha256(b"".join(tab_pieces(ROWS))).hexdigest() == TAB_SHA256


def test_more_rows_begin_with_the_fewer() -> None:
    few = b"".join(tab_pieces(5))
    assert few.count(b"\n") == 5
    assert b"".join(tab_pieces(ROWS)).startswith(few)


def test_rows_are_as_long_as_those_of_cao() -> None:
    sql = b"".join(sql_pieces(ROWS))
    assert 200 <= len(sql) / ROWS <= 206


def test_backup_is_one_that_the_collection_reads(tmp_path: Path) -> None:
    path = tmp_path / "backup.sql"
    path.write_bytes(b"".join(sql_pieces(ROWS)))
    with open_backup(str(path)) as backup:
        analysis = backup.analysis
        assert (analysis.dialect, analysis.encoding, analysis.rows) == ("cao", "latin1", ROWS)
        assert analysis.repairs == ()


def test_both_files_hold_the_same_values() -> None:
    sql = [line for line in b"".join(sql_pieces(20)).split(b"\r\n") if line.startswith(b"INSERT")]
    tab = b"".join(tab_pieces(20)).splitlines()
    for statement, line in zip(sql, tab):
        fields = [b"NULL" if field == b"\\N" else b"'" + field + b"'" for field in line.split(b"\t")]
        assert statement == b"INSERT INTO JOURNALPOS VALUES (" + b",".join(fields) + b");"
    assert b"NULL" in sql[1]
    assert b'\\"' in sql[0]
    assert b"\\r\\n" in sql[1]
    assert any(b"\x80" in statement for statement in sql)  # the euro of cp1252


def test_mandant_of_many_tables() -> None:
    text = b"".join(many_tables(150))
    assert text.count(b"create table TABELLE_") == 150
    assert text.count(b"INSERT INTO") == 150 * 20
