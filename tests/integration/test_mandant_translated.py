# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one kind of server says and another does not: it arrives with the same meaning, or is refused before all."""

from __future__ import annotations

import typing as t

import pymysql
import pytest

from mandant import flavour_of
from restoring import Restorer

# Columns and options behind them. ``refused`` says on which servers the table cannot be.
Refused = t.Callable[[t.Any], bool]


def _never(_flavour: t.Any) -> bool:
    return False


def _before(mariadb: tuple[int, int, int] | None, mysql: tuple[int, int, int] | None) -> Refused:
    """Return whether a server is older than that; None stands for all versions."""
    return lambda flavour: (since := mariadb if flavour.mariadb else mysql) is None or flavour.version < since


TABLES: t.Mapping[str, tuple[str, str, Refused]] = {
    "Aria": ("A int", "ENGINE=Aria PAGE_CHECKSUM=1 TRANSACTIONAL=1", _never),
    "Aria's rows": ("A int", "ENGINE=Aria DEFAULT CHARSET=latin1 PAGE_CHECKSUM=1 ROW_FORMAT=PAGE", _never),
    "MariaDB's encryption": ("A int", "ENGINE=InnoDB `ENCRYPTED`=NO", _never),
    "a default of uuid()": ("A int, B char(36) DEFAULT uuid()", "", _before((10, 2, 1), (8, 0, 13))),
    "a default of (uuid())": ("A int, B char(36) DEFAULT (uuid())", "", _before((10, 2, 1), (8, 0, 13))),
    "a default of today": ("A int, B date DEFAULT curdate()", "", _before((10, 2, 1), (8, 0, 13))),
    "a default of the date": ("A int, B date DEFAULT CURRENT_DATE", "", _before((10, 2, 1), (8, 0, 13))),
    "a default of now": ("A int, B datetime DEFAULT current_timestamp() ON UPDATE current_timestamp()", "", _never),
    "a default of a text": ("A int, B text DEFAULT 'größe'", "", _before((10, 2, 1), (8, 0, 13))),
    "a default of a number": ("A int DEFAULT (1 + 1), B int", "", _before((10, 2, 1), (8, 0, 13))),
    "a text of JSON": (
        "A int, B longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`B`))",
        "",
        _never,
    ),
    "uuid": ("A int, B uuid", "", _before((10, 7, 0), None)),
    "inet6": ("A int, B inet6", "", _before((10, 5, 0), None)),
    "inet4": ("A int, B inet4", "", _before((10, 10, 0), None)),
    "invisible": ("A int, B int INVISIBLE", "", _before((10, 3, 3), (8, 0, 23))),
    "invisible where it can be": ("A int, B int /*!80023 INVISIBLE */", "", _never),
    "a place of MySQL": ("A int, B point NOT NULL /*!80003 SRID 0 */", "", _never),
    "fractions": ("A int, B datetime(3)", "", _before((5, 3, 0), (5, 6, 4))),
    "partitions": ("A int NOT NULL", "ENGINE=MyISAM PARTITION BY HASH (A) PARTITIONS 3", _never),
    "generated": ("A int, B int GENERATED ALWAYS AS (A + 1) STORED", "", _before((10, 2, 1), (5, 7, 6))),
    "old names": ("A int(11) unsigned zerofill, B float(10,2)", "DEFAULT CHARSET=utf8mb3", _never),
    "a newer collation of MySQL": ("A int, B varchar(9)", "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci", _never),
    "a character set of MySQL": (
        "A int, B varchar(9) CHARACTER SET gb18030, C text CHARACTER SET gb18030 COLLATE gb18030_bin",
        "",
        _never,
    ),
    "a newer name of shapes": ("A int, B geomcollection", "", _never),
    "places with a key": ("A int, B point NOT NULL, SPATIAL KEY (B)", "ENGINE=InnoDB", _never),
    "vector": ("A int, B vector(3)", "", _before((11, 7, 1), (9, 0, 0))),
    "a newer collation of MariaDB": ("A int, B varchar(9)", "CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci", _never),
}


@pytest.mark.parametrize("what", TABLES)
def test_it_arrives_or_is_refused(restorer: Restorer, what: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    columns, options, refused = TABLES[what]
    path = restorer.write(
        "other.sql", f"CREATE TABLE T ({columns}) {options};\nINSERT INTO T (A) VALUES (1);\n".encode()
    )
    if "point NOT NULL" in columns:
        path = restorer.write("other.sql", f"CREATE TABLE T ({columns}) {options};\n".encode())
    if refused(flavour_of(restorer.mandant)):
        for check in (True, False):
            with pytest.raises(Failure) as caught:
                restorer.run(path, check=check)
            assert caught.value.error == "server_setting"
        assert restorer.mandant.tables() == []
        return
    assert restorer.run(path, check=True).changed
    for _time in range(2):
        assert restorer.run(path, policy="always").changed
        assert restorer.run(path, policy="enforce").action == "unchanged"


# As MySQL from 8.0 on writes texts of expressions.
IN_EXPRESSIONS = """SET NAMES utf8mb4;
CREATE TABLE T (A int, B varchar(20) CHARACTER SET utf8mb4 DEFAULT (concat(_utf8mb4'größe',_utf8mb4'\\'ß')),
 C varchar(20) GENERATED ALWAYS AS (concat(`A`,_utf8mb4'ä€')) STORED, D varchar(9) CHECK ((`D` <> _utf8mb4'ü')));
INSERT INTO T (A, B, D) VALUES (1, 'x', 'u');
"""


def test_texts_of_expressions_mean_the_same(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant, flavour = restorer.mandant, flavour_of(restorer.mandant)
    if flavour.version < ((10, 2, 1) if flavour.mariadb else (8, 0, 16)):
        pytest.skip("the server has no such expressions")
    path = restorer.write("other.sql", IN_EXPRESSIONS.encode())
    restorer.run(path)
    # As the server reads the definition that it has kept, and as a backup of it would have it.
    mandant.query("FLUSH TABLES")
    mandant.query("INSERT INTO T (A) VALUES (2)")
    assert mandant.query("SELECT B, C FROM T ORDER BY A") == [("x", "1ä€"), ("größe'ß", "2ä€")]
    with pytest.raises(pymysql.MySQLError, match=r"(?i)violated|failed"):
        mandant.query("INSERT INTO T (A, D) VALUES (3, _utf8mb4'ü' COLLATE utf8mb4_bin)")
    assert "xC3" not in mandant.query("SHOW CREATE TABLE T")[0][1]
    assert restorer.run(path, policy="enforce").changed
    assert not restorer.run(path, policy="enforce").changed
    if flavour.mariadb:
        other = IN_EXPRESSIONS.replace("_utf8mb4'ä", "_cp1251'ä").encode()
        with pytest.raises(Failure, match="a character set of its own") as caught:
            restorer.run(restorer.write("cp1251.sql", other), check=True)
        assert caught.value.error == "server_setting"


def test_a_default_means_the_same(restorer: Restorer) -> None:
    flavour = flavour_of(restorer.mandant)
    if flavour.version < ((10, 2, 1) if flavour.mariadb else (8, 0, 13)):
        pytest.skip("the server has no such defaults")
    path = restorer.write(
        "other.sql",
        b"SET NAMES utf8mb4;\nCREATE TABLE T (A int, B text DEFAULT 'gr\xc3\xb6\xc3\x9fe', C date DEFAULT curdate(), "
        b"D char(36) DEFAULT uuid());\nINSERT INTO T VALUES (1, 'x', '2026-01-01', '');\n",
    )
    restorer.run(path)
    restorer.mandant.query("INSERT INTO T (A) VALUES (2)")
    assert restorer.mandant.query("SELECT B, C = CURDATE(), LENGTH(D) FROM T WHERE A = 2") == [("größe", 1, 36)]
