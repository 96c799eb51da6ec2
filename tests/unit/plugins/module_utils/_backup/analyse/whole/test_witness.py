# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The witness of a pass, by dumps that say of themselves that they are not whole."""

from __future__ import annotations

import pytest

from dumps import Dump

HEAD = b"-- phpMyAdmin SQL Dump\nCREATE TABLE `EINHEIT` (`B` int);\nINSERT INTO `EINHEIT` VALUES (1);\n"
PAGE = b'<div class="error"><!-- PMA-SQL-ERROR -->\n<h1>Fehler</h1>\n<code>#2013 - Lost connection</code></div>\n'


@pytest.mark.parametrize(
    ("between", "line", "table", "word"),
    [
        (b"-- Error reading data for table cao.JOURNAL: #2006 - gone\n", 4, "JOURNAL", "#2006 - gone"),
        (b"\n\n-- Fehler beim Lesen: #2006 - weg\n", 6, "EINHEIT", "#2006 - weg"),
        (PAGE, 4, "EINHEIT", "#2013 - Lost connection"),
        (b"<!DOCTYPE html>\n<html>\nCREATE x\n</html>\n", 4, "EINHEIT", "CREATE x"),
        (b"<br />\n<b>Fatal error</b>: Allowed memory size exhausted\n", 4, "EINHEIT", "Allowed memory"),
        (b"PHP Fatal error:  Maximum execution time exceeded in a.php on line 3\n", 4, "EINHEIT", "Maximum execution"),
        (b"mysqldump: Error 2013: Lost connection when dumping table `EINHEIT` at row: 1\n", 4, "EINHEIT", "2013"),
        (b"C:\\xampp\\mysql\\bin\\mysqldump.exe: Got error: 1045: denied\n", 4, "EINHEIT", "1045"),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [7, 1 << 16])
@pytest.mark.parametrize("behind", [b"", b"CREATE TABLE `LAND` (`B` int);\nINSERT INTO `LAND` VALUES (1),(2);\n"])
def test_a_failure_in_the_file_is_told_and_the_rest_is_read(
    between: bytes, line: int, table: str, word: str, chunk_bytes: int, behind: bytes
) -> None:
    analysis = Dump(HEAD + between + behind, chunk_bytes).analyse()
    (sign,) = analysis.signs
    assert (sign.name, sign.line, sign.table) == ("export_failed", line, table)
    assert word in sign.text
    assert analysis.rows == (3 if behind else 1)
    assert any(finding.name == "export_failed" and word in finding.text for finding in analysis.findings)


@pytest.mark.parametrize(
    "line",
    [
        b"mysqldump: [Warning] Using a password on the command line interface can be insecure.\n",
        b"/usr/bin/mysqldump: Deprecated program name. Use '/usr/bin/mariadb-dump' instead\r\n",
        b"Warning: Using a password on the command line interface can be insecure.\n",
        b"Enter password: ",
    ],
)
def test_a_warning_in_the_first_line_is_named_and_left_out(line: bytes) -> None:
    analysis = Dump(line + HEAD).analyse()
    assert (analysis.signs, analysis.dialect, analysis.rows) == ((), "phpmyadmin", 1)
    warned = [finding for finding in analysis.findings if finding.name == "tool_warning"]
    assert len(warned) == 1
    assert warned[0].text.startswith("Line 1 is no SQL")
    assert "2>&1" in warned[0].text


def test_rows_come_the_same_in_the_second_pass() -> None:
    dump = Dump(HEAD + PAGE + b"INSERT INTO `EINHEIT` VALUES (2);\n", 11)
    assert [row.text for row in dump.rows()] == [b"(1)", b"(2)"]


def test_signs_are_bounded() -> None:
    assert len(Dump(HEAD + b"-- x: #2006 - gone\n" * 500).analyse().signs) == 50


@pytest.mark.parametrize("page", [b"<html><body>Login</body></html>", b"Error: no access\n"])
def test_a_page_alone_is_no_backup(page: bytes) -> None:
    assert Dump(page).refused().error == "not_a_backup"


@pytest.mark.parametrize(
    ("statements", "is_open"),
    [("BEGIN;{}COMMIT;", False), ("COMMIT AND CHAIN;{}", True), ("BEGIN;COMMIT AND NO CHAIN;{}", False),
     ("COMMIT WORK AND CHAIN NO RELEASE;{}COMMIT;", False)],
)  # fmt: skip
def test_rows_of_a_transaction_that_goes_on(statements: str, is_open: bool) -> None:
    dump = "CREATE TABLE t (a int) ENGINE=InnoDB;" + statements.replace("{}", "INSERT INTO t VALUES (1);")
    signs = [sign.text for sign in Dump(dump.encode()).analyse().signs]
    assert any("is never committed" in text for text in signs) is is_open


@pytest.mark.parametrize(
    ("statements", "is_open"),
    [
        ("SET autocommit=0;{}", True),
        ("SET @@session.autocommit = OFF;{}COMMIT;{}", True),
        ("SET autocommit=0;{}COMMIT;", False),
        ("SET autocommit=0;{}CREATE TABLE u (a int);", False),
        ("SET autocommit=0;{}SET autocommit=1;SET autocommit=0;", False),
        ("SET @o=@@autocommit, autocommit=0;{}SET autocommit=@o;", False),
        ("SET autocommit=0;COMMIT;", False),
        ("ALTER TABLE t ENGINE=MyISAM;SET autocommit=0;{}", False),
    ],
)
def test_rows_that_a_server_would_forget(statements: str, is_open: bool) -> None:
    dump = "CREATE TABLE t (a int) ENGINE=InnoDB;" + statements.replace("{}", "INSERT INTO t VALUES (1);")
    signs = [sign.text for sign in Dump(dump.encode()).analyse().signs]
    assert any("no COMMIT stands behind these rows" in text for text in signs) is is_open
