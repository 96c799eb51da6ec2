# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The analysis as a whole: facts, findings, and that it never gives back what rows hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analyse import analyse, read_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.identity import IdentityReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    KNOWN,
    is_generation_before,
    target_name,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from dumps import CAO_HEAD, PATH, Dump, catalog_of, fails

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"
SECRET = b"Geheim-4711"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


@pytest.mark.parametrize(
    ("tables", "names"),
    [
        ([REGISTRY], ["rows_missing"]),
        ([_table(b"ARTIKEL")], ["no_registry"]),
        ([_table(b"REGISTERY", b"1")], []),
        ([REGISTRY, _table(b"ZAHLUNGSARTEN"), _table(b"MITARBEITER")], ["rows_missing", "rows_missing"]),
        ([_table(b"REGISTRY", b"1"), _table(b"ARTIKEL", b"1")], ["missing_end"]),
        (
            [_table(b"REGISTRY", b"1"), _table(b"PLZ"), _table(b"BLZ"), _table(b"ZAHLUNGSARTEN")],
            ["static_tables_left_out"],
        ),
        ([_table(b"REGISTRY", b"1"), _table(b"BACK_X", b"1")], ["back_tables"]),
    ],
)
def test_findings_of_cao(tables: list[bytes], names: list[str]) -> None:
    assert [finding.name for finding in _cao(*tables).analyse().findings] == names


def test_dump_of_another_program_that_was_cut() -> None:
    dump = Dump(b"SET @OLD_X=@@SQL_NOTES, SQL_NOTES=0;" + _table(b"REGISTRY", b"1"))
    assert [finding.name for finding in dump.analyse().findings] == ["missing_end"]


def test_generations_before_are_left_out() -> None:
    dump = _cao(_table(b"back_ARTIKEL", b"1"), _table(b"ARTIKEL", b"2", b"3"))
    assert [(table.name, table.rows) for table in dump.analyse().tables] == [("ARTIKEL", 2)]
    assert {row.table for row in dump.rows()} == {"ARTIKEL"}


@pytest.mark.parametrize(
    ("rows", "version", "company"),
    [
        ([b"INSERT INTO REGISTRY VALUES ('MAIN','DB_VERSION','1.10');"], "1.10", None),
        (
            [
                b"INSERT INTO REGISTRY VALUES ('X','DB_VERSION','9');INSERT INTO REGISTRY VALUES "
                b"('MAIN','db_version','1.09');"
            ],
            None,
            None,
        ),
        (
            [b"INSERT INTO registry VALUES ('A','DB_VERSION_OLD','1'),('main','DB_VERSION','1.5'),('B','C','D');"],
            "1.5",
            None,
        ),
        ([b"INSERT INTO REGISTRY (NAME,MAINKEY,VAL_CHAR) VALUES ('DB_VERSION','MAIN',1.10);"], "1.10", None),
        ([b"INSERT INTO FIRMA VALUES (2,'Neu'),(1,'Alt'),(NULL,'Leer');"], None, "Neu"),
        ([b"INSERT INTO FIRMA (NAME1) VALUES ('K\xe4the \"X\"');"], None, 'Käthe "X"'),
        ([b"INSERT INTO FIRMA VALUES (1,NULL);"], None, None),
    ],
)
def test_identity(rows: list[bytes], version: str | None, company: str | None) -> None:
    firma = b"create table FIRMA (REC_ID int, NAME1 varchar(250));\r\n"
    analysis = _cao(REGISTRY, firma, *rows).analyse()
    assert (analysis.db_version, analysis.company) == (version, company)


def test_identity_without_the_columns() -> None:
    definition = catalog_of(b"create table FIRMA (X int)").tables["firma"]
    reader = IdentityReader()
    reader.see(definition, Rows("FIRMA", b"INSERT", (), 1, 1, 1, b"(1)"))
    assert reader.company("cp1252") is None


def test_facts() -> None:
    dump = _cao(REGISTRY, b"INSERT INTO REGISTRY VALUES ('a','b','c');\r\n", _table(b"ARTIKEL", b"1", b"22", b"333"))
    seen: list[tuple[str, int]] = []
    analysis = dump.analyse(progress=lambda phase, size: seen.append((phase, size)), head_lines=3)
    assert seen
    assert seen[-1] == ("analyse", len(dump.data))
    assert analysis.longest_row_bytes == len(b"('a','b','c')")
    assert (analysis.rows, analysis.statements, analysis.sql_bytes) == (4, 6, len(dump.data))
    assert analysis.head == ("# CAO-Faktura", "# Datum :14.03.2024 18:05:09 Uhr", "# Mandant :Musterladen")
    assert analysis.file.sha256 == analysis.sql_sha256
    assert analysis.tables[1].bytes == len(b"(1)(22)(333)")


def test_longest_row_where_a_text_holds_the_separator() -> None:
    odd = b"INSERT INTO ARTIKEL VALUES ('x;\r\nINSERT INTO ARTIKEL VALUES ');\r\n"
    dump = _cao(b"create table ARTIKEL (A text);\r\n", odd * 4)
    assert dump.analyse().longest_row_bytes == len(odd) - len(b"INSERT INTO ARTIKEL VALUES ;\r\n")


@pytest.mark.parametrize(
    "rows",
    [
        b"INSERT INTO MAIL VALUES (1,'" + SECRET + b"');",
        b"INSERT INTO MAIL VALUES (1,'a\n" + SECRET + b"\nb');",
        b"INSERT INTO MAIL VALUES\n(1,'a'),\n(2,'" + SECRET + b"');",
        b"insert into MAIL (A,B) VALUES (1,'x;\n" + SECRET + b"');",
        b'REPLACE INTO MAIL VALUES (1,"' + SECRET + b'");',
    ],
)
def test_result_and_messages_hold_no_row_data(rows: bytes) -> None:
    table = b"create table MAIL (A int, B text);\n"
    result = json.dumps(Dump(table + rows).analyse(head_lines=30).to_result())
    assert SECRET.decode() not in result
    assert "MAIL" in result
    for end in (
        b" DROP TABLE MAIL;",
        b" INSERT INTO MAIL VALUES (f('" + SECRET + b"'));",
        b" " + SECRET + b";",
        b" INSERT INTO MAIL VALUES ('" + SECRET,
    ):
        failure = Dump(table + rows + end).refused()
        assert SECRET.decode() not in failure.msg
        assert "Geheim" not in failure.msg


def test_result_has_the_keys_that_playbooks_rely_on() -> None:
    result = _cao(REGISTRY).analyse().to_result()
    assert set(result) == {
        "dialect",
        "header",
        "file",
        "encoding",
        "tables",
        "rows",
        "statements",
        "db_version",
        "company",
        "head",
        "repairs",
        "findings",
    }
    assert set(result["header"]) == {"program", "date", "mandant"}
    assert set(result["file"]) == {"path", "size", "sha256", "member", "encryption"}
    assert set(result["tables"][0]) == {"name", "rows", "bytes"}
    assert json.loads(json.dumps(result)) == result


def test_views_stand_behind_those_they_read() -> None:
    text = (
        b"CREATE VIEW A AS SELECT * FROM B;CREATE VIEW B AS SELECT * FROM C;"
        b"CREATE VIEW C AS SELECT 1 FROM T;CREATE VIEW D AS SELECT 1 FROM D;"
    )
    analysis = Dump(_table(b"T", b"1") + text).analyse()
    assert [view.name for view in analysis.views] == ["C", "B", "A", "D"]


def test_file_that_changes_between_the_passes() -> None:
    dump = _cao(_table(b"ARTIKEL", b"1"))
    analysis = dump.analyse()
    dump.data = dump.data.replace(b"VALUES (1)", b"VALUES (2)")
    with fails("damaged", PATH):
        list(read_rows(dump.container, analysis, dump.proofs, PATH))


def test_names_of_tables_in_another_letter_case() -> None:
    dump = Dump(b"CREATE TABLE artikel (A int);INSERT INTO ARTIKEL VALUES (1);")
    assert [row.table for row in dump.rows()] == ["artikel"]
    assert target_name("artikel", "mysqldump") == "ARTIKEL"
    assert target_name("hibiscus", "mysqldump") == "hibiscus"
    assert target_name("hibiscus", "cao") == "HIBISCUS"
    assert is_generation_before("back_x")
    assert len(KNOWN) > 100


@pytest.mark.parametrize("data", [b"hello world", b"'", b"", b"\xff\xfe", b"{}", b"# only a comment", b";;;"])
def test_no_dump_at_all(data: bytes) -> None:
    assert Dump(data).refused().error == "not_a_backup"


@pytest.mark.parametrize("data", [b"GRANT ALL ON *.* TO x;", b"\\! ls", b"/*!50000 SHUTDOWN */;"])
def test_sql_that_is_no_dump_is_forbidden(data: bytes) -> None:
    assert Dump(data).refused().error == "forbidden_statement"


def test_backup_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(CAO_HEAD + _table(b"ARTIKEL", b"1"))
    with open_backup(str(path), options=ReadOptions(head_lines=1)) as backup:
        assert backup.bytes_read == 0
        assert backup.path == str(path)
        assert backup.analysis is backup.analysis
        assert backup.bytes_read == path.stat().st_size
        assert backup.sha256 == backup.analysis.file.sha256
        assert len(backup.analysis.head) == 1
        assert [row.values for row in backup.rows()] == [b"(1)"]
    assert backup.chosen.handle.closed


def test_messages_name_the_member_of_an_archive() -> None:
    dump = Dump(b"GRANT x;")
    dump.container.member = "CAO_backup\n.sql"
    with pytest.raises(Failure) as caught:
        analyse(dump.container, dump.chosen, dump.proofs, ReadOptions())
    assert f"{PATH} (CAO_backup\\n.sql), line 1, statement 1" in caught.value.msg
