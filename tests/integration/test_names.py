# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names with umlauts: whatever the encoding of a dump, they arrive as the server's own client would bring them."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer

# One row for a stream, one that only an INSERT can bring, and one that no server takes.
PLAIN, ODD, REFUSED = "('1','Größe')", "(2,X'41')", "('3','longer than the column')"
SINGLE_BYTE = [("cp850", "cp850"), ("cp852", "cp852"), ("latin2", "iso-8859-2"), ("cp1250", "cp1250")]


@pytest.mark.parametrize(
    ("charset", "codec"), [("latin1", "cp1252"), ("utf8", "utf-8"), ("binary", "utf-8"), *SINGLE_BYTE]
)
def test_columns_with_umlauts(mandant: Mandant, tmp_path: Path, charset: str, codec: str) -> None:
    text = (
        f"SET NAMES {charset};\nCREATE TABLE `MAßE` (`Nümmer` int, `Größe` varchar(10));\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {PLAIN};\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {ODD};\n"
        f"INSERT INTO `MAßE` (`Nümmer`, `Größe`) VALUES {REFUSED};\n"
    )
    restorer = Restorer(mandant, tmp_path)
    outcome = restorer.run(restorer.write("dump.sql", text.encode(codec)), on_error="skip")
    assert len(outcome.restore["errors"]) == 1
    rows = mandant.query("SELECT `Nümmer`, `Größe` FROM `MAßE` ORDER BY 1")
    assert [number for number, _text in rows] == [1, 2]
    assert rows[0][1] == "Größe" or charset == "binary"


def _all_of(mandant: Mandant) -> dict[str, t.Any]:
    """Return columns with their comments and defaults, rows, and triggers, as UTF-8."""
    made: dict[str, t.Any] = {}
    for name in mandant.tables():
        if not name.upper().startswith("BACK_RESTORE"):
            made[name] = (mandant.query(f"SHOW FULL COLUMNS FROM `{name}`"), mandant.query(f"SELECT * FROM `{name}`"))
    made["triggers"] = [row[:4] for row in mandant.query("SHOW TRIGGERS")]
    return made


@pytest.mark.parametrize("charset", ["utf8", "latin1", *(charset for charset, _codec in SINGLE_BYTE)])
def test_what_a_dump_program_writes(mandant: Mandant, tmp_path: Path, charset: str) -> None:
    """It writes rows in the encoding that it is told, and definitions in one that it sets for each.

    Its own names of views and triggers are plain: with others it fails itself, or makes a dump that no server takes.
    """
    if mandant.server.program != "mariadbd":
        pytest.skip("mariadb-dump asks for columns that MySQL 5.6 does not have")
    source, by_client = (Mandant(f"{mandant.name}_{part}", mandant.server) for part in ("source", "client"))
    source.create()
    by_client.create()
    for sql in (
        "CREATE TABLE `MAßE` (`Nümmer` int COMMENT 'fürs Auge', `Größe` varchar(9) DEFAULT 'groß',"
        " `Ä` enum('ja','nö')) DEFAULT CHARSET=latin1 COMMENT='Stückgrößen'",
        "INSERT INTO `MAßE` VALUES (1, 'Öl', 'nö'), (2, 'Süß', 'ja')",
        "CREATE TRIGGER `tr` BEFORE INSERT ON `MAßE` FOR EACH ROW SET NEW.`Größe` = 'groß'",
        "CREATE VIEW `V` AS SELECT `Nümmer` AS `Nr ü` FROM `MAßE`",
    ):
        source.query(sql)
    try:
        dump = source.by_client("mariadb-dump", f"--default-character-set={charset}", "--skip-dump-date")
        restorer = Restorer(mandant, tmp_path)
        restorer.run(restorer.write("dump.sql", dump), engine="InnoDB")
        by_client.by_client("mariadb", sql=dump)
        assert _all_of(mandant) == _all_of(by_client) == _all_of(source)
    finally:
        source.drop()
        by_client.drop()


@pytest.mark.parametrize(("charset", "codec"), SINGLE_BYTE)
def test_a_dump_in_one_encoding(mandant: Mandant, tmp_path: Path, charset: str, codec: str) -> None:
    """Also with a name that is UTF-8 by chance: a server does not look for that."""
    by_chance = b"\xc3\xa4".decode(codec)
    dump = (
        f"/*!40101 SET NAMES {charset} */;\n"
        f"CREATE TABLE `{by_chance}` (`ß` varchar(20) DEFAULT 'ö' COMMENT '{by_chance}');\n"
        f"INSERT INTO `{by_chance}` VALUES ('äöüß'),('{by_chance}');\n"
    ).encode(codec)
    by_client = Mandant(f"{mandant.name}_client", mandant.server)
    for database in (by_client, mandant):
        database.server.admin(f"CREATE DATABASE IF NOT EXISTS `{database.name}`")
        database.query(f"ALTER DATABASE `{database.name}` CHARACTER SET utf8")
    try:
        by_client.by_client("mariadb", sql=dump)
        restorer = Restorer(mandant, tmp_path)
        restorer.run(restorer.write("dump.sql", dump), charset="utf8", engine="InnoDB")
        made = _all_of(mandant)
        assert made == _all_of(by_client)
        found = {name.lower(): content for name, content in made.items()}
        assert found[by_chance.lower()][1] == [("äöüß",), (by_chance,)]
    finally:
        by_client.drop()
