# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What export programs say when they fail, in their own words and in every language, and what only looks like it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_words import (
    cause_in,
    is_harmless,
    quoted,
    says_it_failed,
    table_named_in,
)
from dumps import Dump

FAILED = (
    "-- Error reading data for table cao.JOURNAL: #2006 - MySQL server has gone away\n",
    "-- Fehler beim Lesen der Daten für Tabelle cao.JOURNAL: #2013 - Verbindung verloren\n",
    "-- Si è verificato un errore durante la lettura dei dati: (#1146 - Table 'cao.JOURNAL' doesn't exist)\n",
    "-- in Benutzung(#1356 - View 'cao.V' references invalid table(s))\n",
    "-- Ошибка чтения данных таблицы cao.JOURNAL: #1194 - Table is crashed\n",
    "-- データ読み込みエラー cao.JOURNAL: #2006 - server gone\n",
    "-- in use(#144 - Table './cao/JOURNAL' is marked as crashed)\n",
    "#2006 - MySQL server has gone away",
    "-- mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `JOURNAL` at row: 7\n",
    "-- ERROR 1146 (42S02): Table 'cao.JOURNAL' doesn't exist\n",
    "/* SQL Error (1356): View is broken */",
    "/* SQL-Fehler (1146): Tabelle fehlt */",
    "-- Fehler Nr. 1194: Tabelle ist defekt\n",
    "# erreur 2006 : le serveur a disparu\n",
    "-- Couldn't execute 'SHOW CREATE TABLE `JOURNAL`': denied\n",
    "-- Got error: 1045: Access denied\n",
    "-- Maximum execution time of 30 seconds exceeded\n",
)
ORDINARY = (
    "-- Dumping data for table `JOURNAL`\n",
    "-- Artikel #1234 ohne Text\n",
    "-- Liste #1 - Kunden\n",
    "-- Exportiere Daten aus Tabelle cao.error_1234: ~2 rows\n",
    "-- Error codes of the till\n",
    "-- WARNING: old server version. The following dump may be incomplete.\n",
    "-- Warning: Skipping the data of table mysql.event.\n",
    "-- Farbe &#039;rot&#039; - Lager\n",
    "-- Error reading data for table phpmyadmin.pma__tracking: #1100 - not locked\n",
    "# Datum :14.03.2024 18:05:09 Uhr\n",
    "-- 2011-02-21 15:03:41\n",
    "# Mandant :Filiale #1200 - Nord\n",
    "-- Status:3:9:MP_0:cao:php:1.24:Fehler 1146 behoben:\n",
    "-- Database: error 2006 test\n",
)


@pytest.mark.parametrize("comment", FAILED)
def test_a_failure_is_understood_in_any_language(comment: str) -> None:
    assert says_it_failed(comment.encode())


@pytest.mark.parametrize("comment", ORDINARY)
def test_an_ordinary_comment_is_no_failure(comment: str) -> None:
    assert not says_it_failed(comment.encode())


def test_a_failure_in_latin1_is_understood() -> None:
    assert says_it_failed("-- Fehler beim Lesen für cao.JOURNAL: #2006 – weg".encode("cp1252"))


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        (b"mysqldump: [Warning] Using a password on the command line interface can be insecure.", True),
        (b"mysqldump: Deprecated program name. It will be removed in a future release", True),
        (b"Warning: Using a password on the command line interface can be insecure.", True),
        (b"mysqldump: Error: 'Access denied; you need (at least one of) the PROCESS privilege(s)' tablespaces", True),
        (b"Enter password: ", True),
        (b"In order to ensure a consistent backup of the database, pass --single-transaction", True),
        (b'Defaulted container "mysql" out of: mysql, init (init)', True),
        (b"Unable to use a TTY - input is not a terminal", True),
        (b"stdin: is not a tty", True),
        (b"mesg: ttyname failed: Inappropriate ioctl for device", True),
        (b'time="2024-06-01T12:00:00+02:00" level=warning msg="x"', True),
        (b'time="2024-06-01T12:00:00+02:00" level=error msg="no such service"', False),
        (b"WARN[0000] compose.yml: `version` is obsolete", True),
        (b"PHP Deprecated:  Function mysql_query() is deprecated in a.php on line 3", True),
        (b"<br />\n<b>Notice</b>: Undefined index in <b>a.php</b> on line <b>3</b><br />", True),
        (b"mysqldump: Error 2013: Lost connection to MySQL server during query", False),
        (b"mysqldump: Couldn't execute 'SHOW TRIGGERS': denied (1142)", False),
        (b"PHP Warning:  mysqli_query(): gone in a.php on line 3", False),
        (b"<br />\n<b>Fatal error</b>: Allowed memory size exhausted", False),
        (b"<html><body>504 Gateway Time-out</body></html>", False),
    ],
)
def test_a_warning_does_no_harm(line: bytes, harmless: bool) -> None:
    assert is_harmless(line) is harmless


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"-- Error  2013:\tgone\r\n", "Error 2013: gone"),
        (b"/* SQL Error (1): x */", "SQL Error (1): x"),
        (b"<p>SET X</p><code>#2013 - Lost connection</code>", "#2013 - Lost connection"),
        (b"<html><title>504</title><h1>Gateway</h1></html>", "504 Gateway"),
        (b"# \x07\xff " + b"x" * 900, "\\x07\ufffd " + "x" * 194 + "..."),
        (b"<pre>", "<pre>"),
        (b" <br />\n", "<br />"),
    ],
)
def test_what_is_said_is_quoted_in_one_short_line(said: bytes, shown: str) -> None:
    assert quoted(said) == shown


@pytest.mark.parametrize(
    ("comment", "table"),
    [
        (b"-- Error reading data for table cao.JOURNAL: #2006 - gone", "JOURNAL"),
        (b"-- Error reading structure for table cao.MAHNUNG: #1932 - gone", "MAHNUNG"),
        (b"-- when dumping table `JOURNAL` at row: 7", "JOURNAL"),
        (b"-- Table 'cao.MAHNUNG' doesn't exist", "MAHNUNG"),
        (b"-- gone away", None),
    ],
)
def test_the_table_is_named_whether_it_came_or_not(comment: bytes, table: str | None) -> None:
    assert table_named_in(comment, {"journal": 1, "artikel": 2}) == table


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"INSERT INTO A VALUES (1),(2)\nmysqldump: Error 2013: Lost connection at row: 2\n", ["2013", "Lost"]),
        (b"INSERT INTO A VALUES (1),\n<br />\n<b>Fatal error</b>:  Maximum execution time of 30", ["Maximum"]),
        (
            b"INSERT INTO A VALUES (1)\nLost connection to MySQL server during query\n",
            ["Lost connection to MySQL server"],
        ),
        (b"INSERT INTO A VALUES ('x\x00" + b"\x00" * 40, ["41 NUL bytes", "at its end"]),
        (b"INSERT INTO A VALUES (" + b"\x00" * 40 + b");", ["40 NUL bytes", "there"]),
    ],
)
def test_the_cause_is_found_among_the_bytes(data: bytes, words: list[str]) -> None:
    cause = cause_in(data)
    assert cause is not None
    assert all(word in cause for word in words)
    assert cause_in(b"INSERT INTO A VALUES ('#2006 - gone')") is None


def test_an_unreadable_dump_names_the_last_words_as_the_reason() -> None:
    head = b"create table A (B int);\nINSERT INTO A VALUES (1),(2)"
    failure = Dump(head + b"\nmysqldump: Error 2013: Lost connection to MySQL server at row: 2\n").refused()
    assert "The reason: the export itself failed: 'mysqldump: Error 2013: Lost" in failure.msg
    assert Dump(b"create table A (B int);\nINSERT INTO A VALUES ('x" + b"\x00" * 99).refused().error == "damaged"
    hole = Dump(b"create table A (B int);\n" + b"\x00" * 99 + b"\nINSERT INTO A VALUES (1);").refused()
    assert (hole.error, "99 or more NUL" in hole.msg or "99 NUL" in hole.msg) == ("damaged", True)
