# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of foreign keys and triggers are one to a server: as each server itself has it."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import pymysql
import pytest

from each_server import KINDS, Each, on
from mandant import Mandant
from restoring import Restorer, roll_back

# What a name may differ in: letter case, accents, letters that some languages take for one, blanks and signs.
PAIRS = (
    "c C", "ö o", "ä Ä", "é e", "ß s", "ß ss", "ẞ ß", "ı i", "İ i", "fi ﬁ", "σ ς", "µ μ", "æ ae", "œ oe", "ł l", "ø o",
    "K k", "й и", "ё е", "か が", "カ か", "Ａ A", "ở o", "ǻ A", "한 할", "- _", "a\u200b a", "o\u0308 ö", "1 2",
)  # fmt: skip


# 1005 is how MariaDB says it of foreign keys (its errno 121).
_TAKEN = (1005, 1022, 1359, 1826)


def _fails(server: t.Any, *statements: str) -> bool:
    """Whether the last of some statements fails for a name that is taken."""
    with contextlib.closing(server.connect(database="namen")) as connection, connection.cursor() as cursor:
        for sql in statements[:-1]:
            cursor.execute(sql)
        try:
            cursor.execute(statements[-1])
        except pymysql.MySQLError as error:
            if error.args[0] in _TAKEN:
                return True
            raise
        return False


@on(*KINDS)
def test_two_names_are_one_where_the_server_takes_them_for_one(each: Each, tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_settings

    mandant = Mandant("namen", each.server)
    with contextlib.closing(connect(Restorer(mandant, tmp_path).login())) as session:
        server = observe_settings(session)
    found: dict[str, list[bool]] = {}
    mandant.create()
    with contextlib.closing(each.server.connect(database="namen")) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE p (A int PRIMARY KEY) ENGINE=InnoDB")
        cursor.execute("CREATE TABLE k (A int, KEY (A)) ENGINE=InnoDB")
        cursor.execute("CREATE TABLE l (A int, KEY (A)) ENGINE=InnoDB")
    add = "ALTER TABLE {} ADD CONSTRAINT `n{}` FOREIGN KEY (A) REFERENCES p (A)"
    make = "CREATE TRIGGER `n{}` {} INSERT ON p FOR EACH ROW SET @A = 1"
    for pair in PAIRS:
        one, other = pair.split(" ")
        keys = _fails(each.server, add.format("k", one), add.format("l", other))
        triggers = _fails(each.server, make.format(one, "BEFORE"), make.format(other, "AFTER"))
        found[pair] = [keys, triggers]
        with contextlib.closing(each.server.connect(database="namen")) as connection, connection.cursor() as cursor:
            for table, name in (("k", one), *(() if keys else (("l", other),))):
                cursor.execute(f"ALTER TABLE {table} DROP FOREIGN KEY `n{name}`")
            for name in (one, *(() if triggers else (other,))):
                cursor.execute(f"DROP TRIGGER `n{name}`")
    mandant.drop()
    said = {
        pair: [key(f"n{one}") == key(f"n{other}") for key in (server.foreign_key, server.trigger)]
        for pair, (one, other) in ((pair, pair.split(" ")) for pair in PAIRS)
    }
    assert said == found


def _dump(key: str, trigger: str) -> bytes:
    return (
        "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n"
        "CREATE TABLE `A` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;\nINSERT INTO `A` VALUES (1);\n"
        f"CREATE TABLE `B` (`ID` int NOT NULL, PRIMARY KEY (`ID`), CONSTRAINT `{key}` FOREIGN KEY (`ID`)"
        " REFERENCES `A` (`ID`)) ENGINE=InnoDB;\nINSERT INTO `B` VALUES (1);\n"
        "DELIMITER ;;\n"
        f"CREATE TRIGGER `{trigger}` BEFORE INSERT ON `B` FOR EACH ROW SET @A = 1 ;;\nDELIMITER ;\n"
        "-- Dump completed\n"
    ).encode()


@on("mariadb", "mysql-9.7")
def test_what_makes_way_is_what_the_server_takes_for_the_same(each: Each, tmp_path: Path) -> None:
    """Objects whose names differ by an accent only follow each other, there and back; two of one backup are refused."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = Mandant("namen", each.server)
    mandant.create()
    restorer = Restorer(mandant, tmp_path)

    def there() -> list[t.Any]:
        keys = mandant.query(
            "SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
            " WHERE CONSTRAINT_SCHEMA = 'namen' AND TABLE_NAME = 'B'"
        )
        triggers = mandant.query(
            "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
            " WHERE TRIGGER_SCHEMA = 'namen' AND EVENT_OBJECT_TABLE = 'B'"
        )
        return [*keys, *triggers]

    one, other = _dump("fk_große", "vor_Öl"), _dump("fk_grose", "vor_ol")
    restorer.run(restorer.write("one.sql", one))
    restorer.run(restorer.write("other.sql", other))
    assert there() == [("fk_grose",), ("vor_ol",)]
    for names in (["fk_große", "vor_Öl"], ["fk_grose", "vor_ol"]):
        roll_back(restorer)
        assert there() == [(name,) for name in names]
    key = "CONSTRAINT `fk_grose` FOREIGN KEY"
    both = other.replace(
        key.encode(), b"CONSTRAINT `fk_gro\xc3\x9fe` FOREIGN KEY (`ID`) REFERENCES `A` (`ID`), " + key.encode()
    )
    trigger = b"CREATE TRIGGER `vor_\xc3\xb6l` BEFORE UPDATE ON `B` FOR EACH ROW SET @A = 1 ;;\nDELIMITER ;\n-- Dump"
    for dump, words in (
        (both, "B has fk_große, and these two are one name to the server"),
        (other.replace(b"DELIMITER ;\n-- Dump", trigger), "B has vor_ol, and these two are one name to the server"),
    ):
        path = restorer.write("both.sql", dump)
        for check in (True, False):
            if each.kind == "mariadb":
                restorer.run(path, check=check)
                continue
            with pytest.raises(Failure) as caught:
                restorer.run(path, check=check)
            assert caught.value.error == "server_setting"
            assert words in caught.value.msg
    mandant.drop()
