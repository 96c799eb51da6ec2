# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is, told by its first bytes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.first_bytes import is_text, refuse_unless_sql
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from archives import refused

TEXT = "CREATE TABLE ARTIKEL (REC_ID int);\r\n"
OTHER = {
    "a PNG picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a JPEG picture": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a GIF picture": b"GIF89a\1\0",
    "a PDF document": b"%PDF-1.4\n",
    "older Microsoft Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "formatted text": b"{\\rtf1\\ansi",
    "Windows program": b"MZ\x90\0",
    "Linux program": b"\x7fELF\2",
    "Access database": b"\0\1\0\0Standard Jet DB\0",
    ".frm": b"\xfe\x01\x0a\x0c\x12\0",
    ".MYI": b"\xfe\xfe\x07\x01\0",
    "binary log": b"\xfebin\0",
    "mariabackup": b"XBSTCK01",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\0\4",
    "a RAR archive": b"Rar!\x1a\x07\0",
    "an LZMA archive": b"\x5d\0\0\x80\0\xff",
    "an archive made by compress": b"\x1f\x9d\x90",
    "an LZ4 archive": b"\x04\x22\x4d\x18",
    "a cabinet archive": b"MSCF\0\0",
    "several parts": b"PK\x07\x08\0\0",
    "a tar archive": b"CAO_backup.sql".ljust(257, b"\0") + b"ustar\0",
    "a file in Ansible's vault": b"$ANSIBLE_VAULT;1.1;AES256\n61626364\n",
    "PGP has encrypted": b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n",
    "openssl has encrypted": b"Salted__\1\2\3\4\5\6\7\x08",
    "age has encrypted": b"age-encryption.org/v1\n-> X25519 a\n",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n",
    "a dump of PostgreSQL": b"PGDMP\x01\x0e\0\4",
    "a dump of PostgreSQL; make it of": b"--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n",
    "a dump of PostgreSQL; make it": b"--\r\n-- PostgreSQL database cluster dump\r\n",
    "a dump of SQLite": b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n",
    "a script for Microsoft SQL Server": b"USE [laden]\r\nGO\r\n",
    "a text in UTF-32": b"\xff\xfe\0\0" + TEXT.encode("utf-32-le"),
    "a text in UTF-16": TEXT.encode("utf-16"),
    "a web page": b"\r\n<!DOCTYPE html><html>",
    "a web page or XML": b"\xef\xbb\xbf<?xml version='1.0'?>",
    "a web page or": b"<HTML>",
    "a binary file": b"\3\0\x15\0\0\0ARTIKEL\0" * 20,
    "a binary": b"abc\x01def",
    "a binary file, not": b"(\xb4\x2f\xfd\x20\x04\x01",
}


@pytest.mark.parametrize("what", sorted(OTHER))
def test_other_kinds_are_named(tmp_path: Path, what: str) -> None:
    path = tmp_path / "CAO_backup.sql"
    path.write_bytes(OTHER[what])
    found = refused(path)
    assert found.error == "not_a_backup"
    assert what in found.msg


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "CAO_backup.sql"
    path.write_bytes(TEXT.encode(encoding))
    found = refused(path)
    assert (found.error, "export it again as UTF-8" in found.msg) == ("not_a_backup", True)


def test_a_real_sqlite_database(tmp_path: Path) -> None:
    path = tmp_path / "CAO_backup.sql"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    assert "a SQLite database" in refused(path).msg


@pytest.mark.parametrize(
    "head",
    [
        b"# CAO-Faktura\r\n",
        b"-- MySQL dump 10.13",
        b"/*!40101 SET NAMES latin1 */;",
        b"/*M!999999\\- enable the sandbox mode */",
        b"\xef\xbb\xbf\r\n  insert into t values ('\0\1\2')",
        b"drop table if exists ARTIKEL;\0\0\0",
        b"CREATE TABLE `Gr\xf6\xdfe`",
        b"anything that is text\t\r\n\x1a",
        b"(",
        b"\n",
    ],
)
def test_sql_and_text_pass(head: bytes) -> None:
    refuse_unless_sql(head, "x")


def test_nothing_is_no_backup() -> None:
    with pytest.raises(Failure, match="the file is empty") as caught:
        refuse_unless_sql(b"", "the file")
    assert caught.value.error == "not_a_backup"


def test_is_text() -> None:
    assert is_text("Größe €\t\r\n".encode("cp1252"))
    assert not is_text(b"a\0b")
    assert not is_text(b"\x7f")
