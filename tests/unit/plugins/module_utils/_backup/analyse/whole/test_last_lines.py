# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each program's last line: there, and missing."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_lines import LAST_LINES
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from dumps import Dump

TABLE = b"CREATE TABLE `A` (`B` int);\nINSERT INTO `A` VALUES (1);\n"


class Written(t.NamedTuple):
    """First and last lines of a program; between them stands a table."""

    dialect: str
    first: bytes
    last: bytes


WRITTEN = (
    Written("mysqldump", b"-- MySQL dump 10.13  Distrib 8.0.36, for Win64 (x86_64)\n", b"-- Dump completed on 2026\n"),
    Written("mysqldump", b"-- MySQL dump 10.11\n--\n-- MySQL dump 10.11  Distrib 5.0.51a\n", b"-- Dump completed\n"),
    Written("mariadb-dump", b"-- MariaDB dump 10.19-11.4.3-MariaDB\n", b"-- Dump completed on 2026-10-01\n"),
    Written("mysqlpump", b"-- Dump created by MySQL pump utility, version: 5.7.44\n", b"-- Dump end time: Fri\n"),
    Written(
        "mysqlbackup.net",
        b"\xef\xbb\xbf-- MySqlBackup.NET 2.3.8.0\n-- Dump Time: 2026-10-01 12:00:00\n",
        b"-- Dump completed on 2026-10-01 12:00:01\n-- Total time: 0:0:0:0:187 (d:h:m:s:ms)\n",
    ),
    Written(
        "mysqldump-php",
        b"-- mysqldump-php https://github.com/ifsnop/mysqldump-php\n--\n-- Host: localhost\tDatabase: cao\n",
        b"-- Dump completed on: Sat, 20 Jul 2019 10:19:41 +0700\n",
    ),
    Written("adminer", b"-- Adminer 4.8.1 MySQL 8.0 dump\n", b"-- 2026-10-01 12:00:00\n"),
    Written("adminer", b"-- Adminer 5.3.0 MariaDB 11.4.3 dump\n", b"-- 2026-10-01 12:00:00 UTC\n"),
    Written("mysqldumper", b"-- Status:1:1:MP_0:cao:php:1.24.4::5.5.62:1:::latin1:EXTINFO\n", b"-- EOB\n"),
    Written("mydumper", b"# Started dump at: 2026-10-01 02:00:00\n", b"# Finished dump at: 2026-10-01 02:00:09\n"),
    Written("cao.faktura", b"# Geschrieben von cao.faktura 1.1.0\n", b"# Ende der Sicherung\n"),
    # By what they set and set back.
    Written("unknown", b"SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0;\n", b"SET SQL_NOTES=@OLD_SQL_NOTES;\n"),
    Written(
        "heidisql",
        b"-- HeidiSQL Version: 12.6\n/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n",
        b"/*!40014 SET UNIQUE_CHECKS=IFNULL(@OLD_UNIQUE_CHECKS, 1) */;\n",
    ),
    Written(
        "sequel-ace",
        b"# Sequel Ace SQL dump\n"
        b"/*!40101 SET @OLD_SQL_MODE='NO_AUTO_VALUE_ON_ZERO', SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n",
        b"/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n",
    ),
    Written(
        "sqlyog",
        b"/*\nSQLyog Ultimate v13.1.1 (64 bit)\n*/\n/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n",
        b"/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n",
    ),
    Written(
        "navicat",
        b"/*\n Navicat Premium Data Transfer\n*/\n\nSET NAMES utf8mb4;\nSET FOREIGN_KEY_CHECKS = 0;\n",
        b"SET FOREIGN_KEY_CHECKS = 1;\n",
    ),
    # By what they open for the rows of a table, where they write no comment at all.
    Written("unknown", b"", b"LOCK TABLES `A` WRITE;\nUNLOCK TABLES;\n"),
    Written("phpmyadmin", b"-- phpMyAdmin SQL Dump\nSTART TRANSACTION;\n", b"COMMIT;\n"),
)


def _signs(dialect: str, data: bytes) -> list[str]:
    analysis = Dump(data).analyse(incomplete="allow")
    assert analysis.dialect == dialect
    return [sign.name for sign in analysis.signs]


@pytest.mark.parametrize("written", WRITTEN, ids=[f"{one.dialect}-{number}" for number, one in enumerate(WRITTEN)])
def test_a_last_line_is_missed(written: Written) -> None:
    whole = written.first + TABLE + written.last
    assert _signs(written.dialect, whole) == []
    assert "end_unknown" not in {finding.name for finding in Dump(whole).analyse().findings}
    if written.last.startswith(b"LOCK"):
        assert _signs(written.dialect, whole.replace(b"UNLOCK TABLES;\n", b"")) == ["missing_end"]
        return
    cut = written.first + TABLE
    assert _signs(written.dialect, cut) == ["missing_end"]
    assert _signs(written.dialect, cut.replace(b"\n", b"\r\n")) == ["missing_end"]


@pytest.mark.parametrize(
    ("first", "findings"),
    [
        (b"-- MySQL dump 10.9\n--\n-- Server version\t4.1.22\n", []),
        (b"# MySQL dump 8.22\n", []),
        (b"-- MySqlBackup.NET dump 1.5.7 beta\n-- Dump time: 2014-08-15 15:43:36\n", ["end_unknown"]),
        (b"-- mysqldump-php SQL Dump\n-- https://github.com/clouddueling/mysqldump-php\n", ["end_unknown"]),
        (b"/*\nNavicat MySQL Data Transfer\n*/\n\nSET FOREIGN_KEY_CHECKS=0;\n", ["end_unknown"]),
        (b"-- UniDAC version: 9.3.0\n", ["end_unknown"]),
        (b"", []),
    ],
)
def test_versions_that_write_none_are_not_asked_for_it(first: bytes, findings: list[str]) -> None:
    analysis = Dump(first + TABLE).analyse()
    assert analysis.signs == ()
    assert [finding.name for finding in analysis.findings] == findings


@pytest.mark.parametrize("written", WRITTEN, ids=[f"{one.dialect}-{number}" for number, one in enumerate(WRITTEN)])
def test_of_two_in_one_file_each_has_its_end(written: Written) -> None:
    other = TABLE.replace(b"`A`", b"`C`")
    last = written.last.replace(b"`A`", b"`C`")
    first = written.first.removeprefix(b"\xef\xbb\xbf")
    if last.startswith(b"LOCK"):
        first, last = b"LOCK TABLES `C` WRITE;\n", b"UNLOCK TABLES;\n"
    whole = written.first + TABLE + written.last + first + other
    assert "missing_end" in _signs(written.dialect, whole)
    assert "missing_end" not in _signs(written.dialect, whole + last)


@pytest.mark.parametrize("dialect", ["mysqldump", "mariadb-dump", "cao.faktura"])
def test_the_oldest_promises_keep_their_error(dialect: str) -> None:
    written = next(one for one in WRITTEN if one.dialect == dialect)
    with pytest.raises(Failure, match=LAST_LINES[dialect].words) as caught:
        Dump(written.first + TABLE).analyse()
    assert caught.value.error == "truncated"


def test_keys_that_stay_switched_off_name_their_table() -> None:
    off, on = (b"/*!40000 ALTER TABLE `A` %s KEYS */;\n" % word for word in (b"DISABLE", b"ENABLE"))
    create, insert = TABLE.splitlines(keepends=True)
    assert Dump(create + off + insert + on).analyse().signs == ()
    (sign,) = Dump(create + off + insert).analyse().signs
    assert (sign.name, sign.table, sign.line) == ("missing_end", "A", 2)
