# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files whose marks, line ends, encoding or end matter, byte by byte."""

from __future__ import annotations

import codecs

from hostile.row import HEAD, LAST, Hostile, accepted, between, damaged, forbidden, not_a_backup, truncated

_WHOLE = HEAD + LAST
_MYSQLDUMP = b"-- MySQL dump 10.13  Distrib 5.7.44, for Win64 (x86_64)\n--\n-- Host: localhost    Database: cao\n"

FILES: dict[str, tuple[Hostile, ...]] = {
    "bytes": (
        accepted("byte_order_mark", codecs.BOM_UTF8 + _WHOLE),
        accepted("ctrl_z_at_the_end", _WHOLE + b"\x1a"),
        accepted("ctrl_z_and_newline", _WHOLE + b"\x1a\r\n"),
        accepted("no_last_newline", _WHOLE.rstrip()),
        accepted("nul_in_text", HEAD + b"INSERT INTO T VALUES ('3','a\x00b');\n"),
        accepted("carriage_returns_in_text", HEAD + b"INSERT INTO T VALUES ('3','a;\r\nb');\r\n"),
        forbidden("nul_between_statements", HEAD + b"\x00DROP TABLE T;\n", "0x00"),
        damaged("carriage_returns_only", _WHOLE.replace(b"\r\n", b"\r").replace(b"\n", b"\r"), "CR alone", line=1),
        not_a_backup("utf16", codecs.BOM_UTF16_LE + _WHOLE.decode().encode("utf-16-le"), "UTF-16"),
        not_a_backup("utf16_without_mark", _WHOLE.decode().encode("utf-16-le"), "UTF-16"),
        truncated("cut_in_text", HEAD + b"INSERT INTO T VALUES ('3','abc", "ends in the middle", line=7),
        truncated("cut_behind_quote", HEAD + b"INSERT INTO T VALUES ('3','abc'", "ends in the middle", line=7),
        truncated("cut_in_create", HEAD + b"create table U (A int,\n  B varchar(2", "ends in the middle", line=7),
        truncated("cut_in_name", HEAD + b"drop table if exists `U", "ends in the middle", line=7),
        truncated(
            "cut_mysqldump_at_statement", _MYSQLDUMP + HEAD[HEAD.index(b"create table") :] + LAST, "Dump completed"
        ),
        not_a_backup("no_sql_text", b"Liebe Kundin,\nanbei die Sicherung.\n", "dump of tables"),
        not_a_backup("no_tables", b"# CAO-Faktura\n# Datum :14.03.2024\n# Mandant :X\n#\n", "dump of tables"),
        forbidden("cr_between_statements", "SET @a=1;\rGRANT ALL ON *.* TO x;", "GRANT"),
        forbidden("form_feed_between_words", "GRANT\x0cALL ON *.* TO x;", "GRANT"),
        forbidden("no_break_space", between(b"SET\xa0@a=1;"), "0xa0"),
    ),
}
