# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of our own backups, read by the reader of backups, and its lines by CAO's own rule."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.write import dump_text
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader, Encoding

WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)
SHOWN = """CREATE TABLE `firma` (
  `NAME1` varchar(250) DEFAULT NULL COMMENT 'Größe; \\n',
  `REC_ID` int(11) NOT NULL,
  PRIMARY KEY (`REC_ID`),
  CONSTRAINT `fk` FOREIGN KEY (`REC_ID`) REFERENCES `xt``x` (`A`),
  CONSTRAINT `c,k` CHECK (`REC_ID` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=latin1 DATA DIRECTORY='/a''b\\\\' COMMENT='x;'"""
OTHER = """CREATE TABLE `xt``x` (
  `A` int(11) DEFAULT NULL,
  `B` int(11) DEFAULT NULL,
  CONSTRAINT `fk2` FOREIGN KEY (`A`) REFERENCES `firma` (`REC_ID`)
) ENGINE=InnoDB"""


def text(encoding: Encoding) -> bytes:
    """Return a whole backup of two tables."""
    tables = [dump_text.read_definition("firma", SHOWN), dump_text.read_definition("xt`x", OTHER)]
    pieces = [dump_text.opening(BackupHeader("Köln", WHEN), "1.0.0", encoding)]
    for table, columns, rows in zip(tables, ((), ("A", "B")), ([b"'a\n\r;','1'", b"NULL,'2'"], [b"'1','2'"])):
        head = dump_text.insert_head(table, columns, encoding)
        pieces += [dump_text.structure(table, encoding), dump_text.rows_title(table, encoding)]
        pieces += [dump_text.statements(rows, head), dump_text.rows_end()]
    return b"".join([*pieces, dump_text.foreign_keys(tables, encoding), dump_text.closing()])


@pytest.mark.parametrize(("encoding", "charset"), [("cp1252", "latin1"), ("utf-8", "utf8mb4")])
def test_the_reader_understands_it(tmp_path: Path, encoding: Encoding, charset: str) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(text(encoding))
    with open_backup(str(path)) as backup:
        analysis = backup.analysis
        rows = {one.table: one.values for one in backup.rows()}
    assert (analysis.dialect, analysis.encoding, analysis.rows, analysis.repairs) == ("cao.faktura", charset, 3, ())
    assert (analysis.header.program, analysis.header.mandant) == ("CAO-Faktura", "Köln")
    assert analysis.header.date == "02.11.2026 18:05:09"
    assert analysis.time_zones == {"+00:00"}
    firma, other = analysis.definitions["FIRMA"], analysis.definitions["xt`x"]
    assert (firma.engine, firma.charset, other.engine) == ("InnoDB", "latin1", "InnoDB")
    assert [key.name for key in (*firma.foreign_keys, *other.foreign_keys)] == ["fk", "fk2"]
    assert len(firma.checks) == 1
    assert {option.kind for option in firma.options} == {"AUTO_INCREMENT", "COMMENT"}
    assert rows["FIRMA"] == b"(NULL,'2')"
    assert rows["xt`x"] == b"('1','2')"
    assert "missing_end" not in {finding.name for finding in analysis.findings}


def test_lines_by_caos_rule() -> None:
    lines = text("cp1252").split(b"\r\n")
    assert lines[-1] == b""
    statements, pending = [], 0
    for line in lines:
        assert b"\n" not in line
        assert line or not pending, "a blank line within a statement or behind a comment"
        pending += bool(line)
        if line.endswith(b";"):
            statements.append(line)
            pending = 0
    assert not pending
    assert b"INSERT INTO FIRMA VALUES ('a\\n\\r;','1');" in lines
    assert b"INSERT INTO `xt``x` (`A`,`B`) VALUES ('1','2');" in lines
    assert b"drop table if exists FIRMA;" in statements
    assert lines.count(b"# TABLE [xt`x]") == 1
