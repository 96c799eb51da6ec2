# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a Mandant without Ansible, and a Mandant that has something of everything.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import string
import typing as t
from pathlib import Path

from mandant import Mandant
from restoring import Restorer

EVERYTHING = """
CREATE TABLE ALLES (
  REC_ID int(11) NOT NULL AUTO_INCREMENT COMMENT 'Nummer; mit Semikolon;',
  A tinyint(3) unsigned zerofill, B smallint, C mediumint, D bigint unsigned,
  E decimal(30,10), F float, G float(10,2), H double, I double(20,4),
  J date, K datetime, L timestamp NULL DEFAULT NULL, M time, N year,
  O char(10), P varchar(100) DEFAULT 'a''b\\\\c', Q text, R longtext,
  S enum('N','Y','Größe; x'), T set('a','b','ü'), U bit(1), V bit(64),
  W binary(4), X varbinary(40), Y blob, Z longblob,
  PRIMARY KEY (REC_ID), UNIQUE KEY D (D), KEY P (P), KEY Q (Q(10)), KEY AE (A, E)
) ENGINE={engine} DEFAULT CHARSET={charset} COMMENT='Alles: ''€'' \\\\ ;'
"""
_COLUMNS = string.ascii_uppercase
_ROWS: tuple[dict[str, str], ...] = (
    {},
    {"A": "7", "B": "-32768", "C": "-8388608", "D": "18446744073709551615", "E": "-12345678901234567890.1234567890",
     "F": "0.1", "G": "12345.67", "H": "0.1", "I": "-1234567890.1234"},
    {"F": "3.4028234e38", "G": "-0.01", "H": "1.7976931348623157e308", "E": "0"},
    {"F": "-1.17549435e-38", "H": "2.2250738585072014e-308"},
    {"F": "16777217", "H": "-4.9406564584124654e-324", "G": "-99999.99"},
    {"F": "1/3", "H": "-1/3e0", "I": "2e0/3"},
    {"H": "-0e0", "F": "-0e0", "E": "-0.0000000001"},
    {"J": "'0000-00-00'", "K": "'0000-00-00 00:00:00'", "L": "'0000-00-00 00:00:00'", "M": "'-838:59:59'", "N": "0"},
    {"J": "'2026-02-00'", "K": "'9999-12-31 23:59:59'", "L": "FROM_UNIXTIME(1792888200)", "M": "'00:00:00'"},
    {"J": "'1000-01-01'", "K": "'1899-12-30 00:00:00'", "L": "FROM_UNIXTIME(1792891800)", "N": "2155"},
    {"O": "'  links '", "P": "'Größe \\\\ ''€'' \\\"x\\\";'", "Q": "'a\\r\\nb;\\n\\0\\Z%_\\\\N'"},
    {"R": "REPEAT('ä;\\n', 3000)", "N": "1901"},
    {"O": "''", "P": "''", "Q": "''", "R": "''", "T": "''", "W": "''", "X": "''", "Y": "''", "Z": "''"},
    {"P": "'NULL'", "Q": "CHAR(129,141,143,144,157 USING latin1)", "S": "'Größe; x'", "T": "'a,ü'"},
    {"S": "'Y'", "T": "'b'", "U": "b'1'", "V": "0xFFFFFFFF0A0D2700", "W": "0x00270A00", "X": "0x5C275C5C0D0A1A00FF"},
    {"Y": "UNHEX({every_byte})", "Z": "REPEAT(UNHEX({every_byte}), 500)", "U": "b'0'", "V": "39"},
)  # fmt: skip
# Older MySQL has none.
_GENERATED = (
    "CREATE TABLE RECHNUNG (A INT NOT NULL, B INT AS (A * 2) PERSISTENT, C VARCHAR(9), KEY (B)) ENGINE={engine}",
    "INSERT INTO RECHNUNG (A, C) VALUES (1, 'eins'), (-2, 'zwei;')",
)
_OTHERS = (
    "CREATE TABLE `xt liste` (`order` INT, `grün\\``` TEXT, g POINT) ENGINE={engine} DEFAULT CHARSET={charset}",
    "INSERT INTO `xt liste` VALUES (1, 'ä', ST_GeomFromText('POINT(1 2)')), (2, NULL, NULL)",
    "CREATE TABLE LEER (A INT, FULLTEXT KEY (B), B VARCHAR(20)) ENGINE={engine}",
    "CREATE TABLE BACK_ALT (A INT)",
)


def make_everything(mandant: Mandant, *, engine: str, charset: str) -> dict[str, int]:
    """Fill a Mandant with every type and every odd value; return the rows of what belongs into a backup."""
    every_byte = "'" + bytes(range(256)).hex() + "'"
    statements = [EVERYTHING]
    for row in _ROWS:
        values = ", ".join(row.get(column, "NULL") for column in _COLUMNS).replace("{every_byte}", every_byte)
        statements.append(f"INSERT INTO ALLES ({', '.join(_COLUMNS)}) VALUES ({values})")
    statements.append("INSERT INTO ALLES (REC_ID, A) VALUES (0, 1), (-1, 2), (4000, 3)")
    rows = {"ALLES": len(_ROWS) + 2, "LEER": 0, "xt liste": 2}
    if "MariaDB" in mandant.query("SELECT VERSION()")[0][0]:
        statements += _GENERATED
        rows["RECHNUNG"] = 2
    statements += [*_OTHERS, "DELETE FROM ALLES WHERE REC_ID = 4000"]
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode='NO_AUTO_VALUE_ON_ZERO'")
        for sql in statements:
            cursor.execute(sql.replace("{engine}", engine).replace("{charset}", charset))
        connection.commit()
    return rows


def back_up(restorer: Restorer, dest: Path, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
    """Write a backup in this process and return the module's results; raises Failure."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up as save
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

    saving = Saving(mandant=restorer.mandant.name, dest=str(dest), **options)
    return save(saving=saving, login=restorer.login(), check_mode=check).result


def content(mandant: Mandant) -> dict[str, tuple[int | None, str]]:
    """Return checksum and definition of every table of a Mandant, without BACK_ tables."""
    return {
        name: (checksum, str(mandant.query(f"SHOW CREATE TABLE `{name.replace('`', '``')}`")[0][1]))
        for name, checksum in mandant.checksums().items()
        if not name.startswith("BACK_")
    }
