# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore would replace: every kind of difference is told, nothing else is, and nothing is left behind."""

from __future__ import annotations

import random
import typing as t

import pytest

from comparing import compared, table_of
from mandant import flavour_of
from restoring import Restorer, articles, cao_backup, cao_table, company

SURE: dict[str, t.Any] = {"running_instances": "ignore", "policy": "always"}
ENGINES = ("InnoDB", "MyISAM", "Aria")

# Column, its value in the backup and in the Mandant, as literals; whether that is a difference.
VALUES: tuple[tuple[str, str, str, bool], ...] = (
    ("C", "'abc'", "'abc'", False),
    ("C", "'abc'", "'ABC'", True),
    ("C", "'abc'", "'abc  '", False),
    ("V", "'abc'", "'ABC'", True),
    ("V", "'abc'", "'abc '", True),
    ("V", "'grün'", "'gruen'", True),
    ("V", "'ü'", "'Ü'", True),
    ("V", "'ü'", "'u'", True),
    ("V", "'ß'", "'ss'", True),
    ("V", "'é'", "'e'", True),
    ("V", "NULL", "''", True),
    ("V", "''", "' '", True),
    ("V", "'NULL'", "NULL", True),
    ("V", "NULL", "NULL", False),
    ("T", "'Zeile\\n'", "'Zeile\\r\\n'", True),
    ("T", "'Größe'", "'GRÖSSE'", True),
    ("T", "'a'", "'a\\t'", True),
    ("L", "'lang'", "CONCAT(REPEAT('x', 200000), 'a')", True),
    ("L", "'lang'", "'Lang'", True),
    ("L", "'lang'", "'lang '", True),
    ("L", "NULL", "''", True),
    ("B", "x'00'", "x'0000'", True),
    ("B", "x'61'", "x'6120'", True),
    ("B", "x'ff00'", "x'ff00'", False),
    ("B", "NULL", "''", True),
    ("X", "x'41'", "x'61'", True),
    ("D", "1.5", "1.5000", False),
    ("D", "1.5", "1.5001", True),
    ("D", "0", "NULL", True),
    ("F", "0.1", "0.1", False),
    ("F", "0.1", "0.10000000000000002", True),
    ("F", "1e300", "1.0000000000000002e300", True),
    ("G", "1.1", "1.1", False),
    ("G", "1.1", "1.1000002", True),
    ("I", "7", "7", False),
    ("I", "18446744073709551615", "18446744073709551614", True),
    ("E", "'a'", "'b'", True),
    ("S", "'x'", "'x,y'", True),
    ("S", "''", "NULL", True),
    ("BI", "b'1'", "b'101'", True),
    ("DT", "'0000-00-00'", "NULL", True),
    ("DT", "'0000-00-00'", "'0000-00-00'", False),
    ("DT", "'2024-02-29'", "'2024-03-01'", True),
    ("DA", "'2024-02-29 12:00:00'", "'2024-02-29 12:00:01'", True),
    ("TM", "'-01:00:00'", "'01:00:00'", True),
    ("Y", "2024", "2023", True),
)
# MariaDB has no zero below zero.
OF_MYSQL = (("F", "0", "-0e0", True),)
COLUMNS = (
    "C char(10)", "V varchar(40)", "T text", "L longtext", "B blob", "X varbinary(10)", "D decimal(12,4)", "F double",
    "G float", "I bigint unsigned", "E enum('a','b')", "S set('x','y')", "BI bit(8)", "DT date", "DA datetime",
    "TM time", "Y year",
)  # fmt: skip
NAMES = [column.split()[0] for column in COLUMNS]


def _counts(table: t.Mapping[str, t.Any]) -> tuple[int, ...]:
    return tuple(table[name] for name in ("same", "different", "only_in_backup", "only_in_mandant"))


def _engines(restorer: Restorer) -> list[str]:
    offered = {str(row[0]).lower() for row in restorer.mandant.query("SHOW ENGINES") if row[1] in ("YES", "DEFAULT")}
    return [engine for engine in ENGINES if engine.lower() in offered]


def _dump(name: str, columns: t.Sequence[str], rows: t.Sequence[str], engine: str, more: str = "") -> str:
    body = ", ".join(columns)
    values = f"INSERT INTO `{name}` VALUES {', '.join(f'({row})' for row in rows)};\n" if rows else ""
    return f"CREATE TABLE `{name}` ({body}) ENGINE={engine} DEFAULT CHARSET=latin1{more};\n{values}"


def _as_dump(*tables: str) -> bytes:
    return ("-- MySQL dump 10.13\nSET NAMES utf8;\n" + "".join(tables)).encode()


@pytest.mark.parametrize("key", ["PRIMARY KEY (ID)", ""])
def test_each_value_is_compared_by_its_bytes(restorer: Restorer, key: str) -> None:
    values = VALUES if flavour_of(restorer.mandant).mariadb else VALUES + OF_MYSQL
    rows = [
        ",".join([str(number), *(before if name == column else "NULL" for name in NAMES)])
        for number, (column, before, _after, _differs) in enumerate(values)
    ]
    differing = [number for number, (*_rest, differs) in enumerate(values) if differs]
    columns = ["ID int NOT NULL", *COLUMNS, *filter(None, [key])]
    for engine in _engines(restorer):
        path = restorer.write("w.sql", _as_dump(_dump("WERTE", columns, rows, engine)))
        restorer.run(path, **SURE)
        assert compared(restorer, path).comparison["is_same"], engine
        lenient = restorer.mandant.connect()
        with lenient.cursor() as cursor:
            cursor.execute("SET NAMES utf8mb4, sql_mode='ALLOW_INVALID_DATES'")
            for number, (column, _before, after, _differs) in enumerate(values):
                cursor.execute(f"UPDATE WERTE SET {column} = {after} WHERE ID = {number}")
            cursor.execute("COMMIT")
        lenient.close()
        table = table_of(compared(restorer, path, keys=len(values)), "WERTE")
        same = len(values) - len(differing)
        if not key:
            assert _counts(table) == (same, 0, len(differing), len(differing)), engine
            assert (table["compared_by"], table["keys"], table["columns"]) == ("rows", None, [])
            continue
        assert [one["ID"] for one in table["keys"]["different"]] == differing, engine
        assert _counts(table) == (same, len(differing), 0, 0)
        expected = [sum(column == name and differs for column, *_rest, differs in values) for name in NAMES]
        assert table["columns"] == [
            {"name": name, "rows": rows} for name, rows in zip(NAMES, expected, strict=True) if rows
        ]


def test_rows_that_only_one_side_has(restorer: Restorer) -> None:
    """By keys of each kind: of two columns, of texts, of dates that are 0000-00-00; and without any."""
    tables = {
        "ZWEI": (["A int NOT NULL", "B varchar(9) NOT NULL", "N int", "PRIMARY KEY (B,A)"], "1,'x',1|2,'x',2|2,'y',3"),
        "TEXTE": (["K varchar(9) NOT NULL", "N int", "PRIMARY KEY (K)"], "'ab',1|'ä',2|'b',3"),
        "TAGE": (["D date NOT NULL", "N int", "PRIMARY KEY (D)"], "'0000-00-00',1|'2024-01-01',2|'2024-02-01',3"),
        "OHNE": (["N int", "V varchar(9)"], "1,'a'|1,'a'|1,'a'|2,NULL|2,NULL|3,''"),
    }
    for engine in _engines(restorer):
        dumps = [_dump(name, columns, rows.split("|"), engine) for name, (columns, rows) in tables.items()]
        path = restorer.write("a.sql", _as_dump(*dumps))
        restorer.run(path, **SURE)
        for sql in (
            "DELETE FROM ZWEI WHERE A = 1", "INSERT INTO ZWEI VALUES (3,'x',9),(9,'w',9)",
            "UPDATE ZWEI SET N = 0 WHERE B = 'y'", "UPDATE TEXTE SET K = 'AB' WHERE K = 'ab'",
            "DELETE FROM TEXTE WHERE N = 2", "INSERT INTO TEXTE VALUES ('a',2)",
            "DELETE FROM TAGE WHERE N = 2", "INSERT INTO TAGE VALUES ('2023-12-31',4)",
            "DELETE FROM OHNE WHERE N = 1 LIMIT 1", "INSERT INTO OHNE VALUES (2,NULL),(3,NULL)",
        ):  # fmt: skip
            restorer.mandant.query(sql)
        found = compared(restorer, path, keys=9)
        assert {name: _counts(table_of(found, name)) for name in tables} == {
            "ZWEI": (1, 1, 1, 2), "TEXTE": (1, 1, 1, 1), "TAGE": (2, 0, 1, 1), "OHNE": (5, 0, 1, 2),
        }, engine  # fmt: skip
        assert table_of(found, "ZWEI")["keys"] == {
            "only_in_backup": [{"B": "x", "A": 1}],
            "only_in_mandant": [{"B": "w", "A": 9}, {"B": "x", "A": 3}],
            "different": [{"B": "y", "A": 2}],
        }
        assert table_of(found, "TEXTE")["columns"] == [{"name": "K", "rows": 1}]
        assert table_of(found, "TAGE")["keys"]["only_in_mandant"] == [{"D": "2023-12-31"}]
        totals = {name: sum(one[name] for one in found.comparison["tables"]) for name in ("same", "only_in_mandant")}
        assert totals == {name: found.comparison[name] for name in totals}


def test_keys_and_columns_that_are_others_in_the_backup(restorer: Restorer) -> None:
    """A row is what both sides have of it; what a column holds that only one has is told as the column."""
    backup = {
        "SCHLUESSEL": (["A int NOT NULL", "B int NOT NULL", "PRIMARY KEY (A)"], "1,1|2,2"),
        "BREITER": (["A int NOT NULL", "N varchar(20)", "V varchar(9)", "PRIMARY KEY (A)"], "1,'x','v'|2,'y','w'"),
        "ZEICHEN": (["A int NOT NULL", "V varchar(20)", "L longtext", "PRIMARY KEY (A)"], "1,'ü','ü'|2,'ö','ö'"),
        "FREMD": (["A int NOT NULL"], "1|2"),
        "NEU": (["A int NOT NULL", "PRIMARY KEY (A)"], "1|2|3"),
    }
    path = restorer.write(
        "a.sql",
        _as_dump(*(_dump(name, columns, rows.split("|"), "InnoDB") for name, (columns, rows) in backup.items())),
    )
    restorer.run(path, **SURE)
    for sql in (
        "ALTER TABLE SCHLUESSEL DROP PRIMARY KEY, ADD PRIMARY KEY (B)", "UPDATE SCHLUESSEL SET A = 9 WHERE B = 2",
        "ALTER TABLE BREITER MODIFY A bigint NOT NULL, MODIFY N text, DROP V, ADD EIGENES int, ADD KEY E (EIGENES)",
        "UPDATE BREITER SET N = 'Y' WHERE A = 2",
        "ALTER TABLE ZEICHEN CONVERT TO CHARACTER SET utf8mb4", "UPDATE ZEICHEN SET V = 'Ö', L = 'Ö' WHERE A = 2",
        "DROP TABLE FREMD", "CREATE TABLE FREMD (Z int)", "INSERT INTO FREMD VALUES (1)",
        "DROP TABLE NEU", "CREATE TABLE EIGEN (A int)", "INSERT INTO EIGEN VALUES (1),(2)",
    ):  # fmt: skip
        restorer.mandant.query(sql)
    found = compared(restorer, path)
    names = [one["name"].upper() for one in found.comparison["tables"]]
    assert names == ["BREITER", "EIGEN", "FREMD", "NEU", "SCHLUESSEL", "ZEICHEN"]
    told = {name: (_counts(table_of(found, name)), table_of(found, name)["columns"]) for name in names}
    assert told == {
        "SCHLUESSEL": ((1, 0, 1, 1), []),
        "BREITER": ((1, 1, 0, 0), [{"name": "N", "rows": 1}]),
        "ZEICHEN": ((1, 1, 0, 0), [{"name": "V", "rows": 1}, {"name": "L", "rows": 1}]),
        "FREMD": ((0, 0, 2, 1), []),
        "NEU": ((0, 0, 3, 0), []),
        "EIGEN": ((0, 0, 0, 2), []),
    }
    assert [table_of(found, name)["found"] for name in ("NEU", "EIGEN")] == ["only_in_backup", "only_in_mandant"]
    parts = [(one["kind"], one["name"], one["found"]) for one in table_of(found, "BREITER")["definition"]]
    assert parts == [
        ("column", "A", "different"),
        ("column", "N", "different"),
        ("column", "EIGENES", "only_in_mandant"),
        ("key", "E", "only_in_mandant"),
        ("column", "V", "only_in_backup"),
    ]
    assert "option" in {one["kind"] for one in table_of(found, "ZEICHEN")["definition"]}
    only = compared(restorer, path, tables=("NEU", "BREITER"))
    assert [one["name"].upper() for one in only.comparison["tables"]] == ["BREITER", "NEU"]


OBJECTS = """-- MySQL dump 10.13
SET NAMES utf8;
CREATE TABLE `GRUPPEN` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
CREATE TABLE `ARTIKEL` (`REC_ID` int NOT NULL, `GRUPPE` int, `INFO` varchar(20), PRIMARY KEY (`REC_ID`),
  KEY `G` (`GRUPPE`), CONSTRAINT `fk_g` FOREIGN KEY (`GRUPPE`) REFERENCES `GRUPPEN` (`ID`) ON DELETE CASCADE)
  ENGINE=InnoDB;
CREATE TABLE `SEEN` (`N` int) ENGINE=InnoDB;
INSERT INTO `GRUPPEN` VALUES (1);
INSERT INTO `ARTIKEL` VALUES (1,1,'a');
CREATE TRIGGER `tr_art` AFTER INSERT ON `ARTIKEL` FOR EACH ROW INSERT INTO `SEEN` VALUES (NEW.`REC_ID`);
CREATE VIEW `V_INNER` AS SELECT `REC_ID`, `INFO` FROM `ARTIKEL` WHERE `INFO` <> '`SEEN`';
CREATE VIEW `V_ART` AS SELECT `g`.`ID` AS `ID`, `a`.`INFO` AS `INFO` FROM `GRUPPEN` `g`
  JOIN `V_INNER` `a` ON `a`.`REC_ID` = `g`.`ID`;
"""


def test_views_triggers_and_foreign_keys(restorer: Restorer) -> None:
    path = restorer.write("a.sql", OBJECTS.encode())
    restorer.run(path, **SURE)
    found = compared(restorer, path)
    assert found.comparison["is_same"], found.comparison["objects"]
    for sql in (
        "ALTER TABLE ARTIKEL DROP FOREIGN KEY fk_g, ADD CONSTRAINT fk_n FOREIGN KEY (GRUPPE) REFERENCES GRUPPEN (ID)",
        "DROP TRIGGER tr_art", "CREATE TRIGGER tr_art AFTER INSERT ON ARTIKEL FOR EACH ROW INSERT INTO SEEN VALUES (1)",
        "CREATE TRIGGER tr_own BEFORE DELETE ON GRUPPEN FOR EACH ROW DELETE FROM SEEN",
        "DROP VIEW V_INNER", "CREATE VIEW V_INNER AS SELECT REC_ID, INFO FROM ARTIKEL",
        "CREATE VIEW V_OWN AS SELECT 1 AS EINS",
    ):  # fmt: skip
        restorer.mandant.query(sql)
    told = [
        (one["kind"], one["name"].lower(), (one["table"] or "").upper(), one["found"])
        for one in compared(restorer, path).comparison["objects"]
    ]
    assert told == [
        ("foreign_key", "fk_g", "ARTIKEL", "only_in_backup"),
        ("foreign_key", "fk_n", "ARTIKEL", "only_in_mandant"),
        ("trigger", "tr_art", "ARTIKEL", "different"),
        ("trigger", "tr_own", "GRUPPEN", "only_in_mandant"),
        ("view", "v_inner", "", "different"),
        ("view", "v_own", "", "only_in_mandant"),
    ]


def test_columns_that_not_every_server_has(restorer: Restorer) -> None:
    """JSON by its text, and what is computed by what it is computed of."""
    flavour = flavour_of(restorer.mandant)
    if not (flavour.has_json and flavour.has_generated_columns):
        pytest.skip("this server has neither")
    columns = ["A int NOT NULL", "J json", "N int", "G int GENERATED ALWAYS AS (N * 2) STORED", "PRIMARY KEY (A)"]
    rows = """INSERT INTO T (A, J, N) VALUES (1,'{"a": 1}',1),(2,'{"a": 1}',2),(3,NULL,3),(4,'[1]',4);\n"""
    path = restorer.write("j.sql", _as_dump(_dump("T", columns, [], "InnoDB"), rows))
    restorer.run(path, **SURE)
    assert compared(restorer, path).comparison["is_same"]
    for sql in (
        # MySQL takes the one number for the other, and would leave the row alone.
        "UPDATE T SET J = NULL WHERE A = 2",
        """UPDATE T SET J = '{"a": 1.0}' WHERE A = 2""",
        "UPDATE T SET N = 7 WHERE A = 3",
        "UPDATE T SET J = NULL WHERE A = 4",
    ):
        restorer.mandant.query(sql)
    table = table_of(compared(restorer, path), "T")
    assert (_counts(table), table["columns"]) == (
        (1, 3, 0, 0),
        [{"name": "J", "rows": 2}, {"name": "N", "rows": 1}, {"name": "G", "rows": 1}],
    )


def test_names_as_cao_spells_them(restorer: Restorer) -> None:
    """CAO's own tables get their names in upper case: one in lower case is the same table, and told as such."""
    path = restorer.write("a.sql", cao_backup(articles(3), company("Eins")))
    restorer.run(path, **SURE)
    keeps_case = restorer.mandant.query("SELECT @@lower_case_table_names")[0][0] == 0
    if keeps_case:
        restorer.mandant.query("RENAME TABLE ARTIKEL TO artikel")
    found = compared(restorer, path).comparison["tables"]
    assert [_counts(one) for one in found] == [(3, 0, 0, 0), (1, 0, 0, 0)]
    told = [{"kind": "name", "name": "artikel", "found": "different"}] if keeps_case else []
    assert [one["definition"] for one in found] == [told, []]


_Rows = dict[tuple[int, str], dict[str, t.Any]]


def _edited(rows: _Rows, chance: random.Random) -> _Rows:
    """Return a copy in which somebody has worked."""
    now = {key: dict(one) for key, one in rows.items()}
    for _edit in range(chance.randrange(40)):
        key = chance.choice(list(now))
        kind = chance.choice(["delete", "insert", "V", "N", "T"])
        if kind == "delete":
            del now[key]
        elif kind == "insert":
            now[chance.randrange(60, 90), chance.choice("xyz")] = {"V": "a", "N": 1, "T": "new"}
        else:
            other = {"V": chance.choice("abAB"), "N": chance.randrange(3), "T": "t" * chance.randrange(9)}
            now[key][kind] = other[kind]
    return now


def test_random_edits_are_told_exactly(restorer: Restorer) -> None:
    """Whatever is done to a copy is what is told of it."""
    for seed in range(6):
        chance = random.Random(seed)
        engine = chance.choice(_engines(restorer))
        rows: _Rows = {
            (number, chance.choice("xyz")): {"V": chance.choice("abAB"), "N": chance.randrange(3), "T": "t" * number}
            for number in range(60)
        }
        columns = ["A int NOT NULL", "B char(1) NOT NULL", "V varchar(9)", "N int", "T text", "PRIMARY KEY (A,B)"]
        texts = [f"{a},'{b}','{one['V']}',{one['N']},'{one['T']}'" for (a, b), one in rows.items()]
        twin = [text.split(",", 2)[2] for text in texts]
        dump = _as_dump(
            _dump("R", columns, texts, engine), _dump("OHNE", ["V varchar(9)", "N int", "T text"], twin, engine)
        )
        path = restorer.write("r.sql", dump)
        restorer.run(path, **SURE)
        now = _edited(rows, chance)
        restorer.mandant.query("DELETE FROM R")
        restorer.mandant.query("DELETE FROM OHNE")
        for (a, b), one in now.items():
            restorer.mandant.query("INSERT INTO R VALUES (%s,%s,%s,%s,%s)", (a, b, *one.values()))
            restorer.mandant.query("INSERT INTO OHNE VALUES (%s,%s,%s)", tuple(one.values()))
        found = compared(restorer, path, keys=100)
        differ = [key for key in now if key in rows and now[key] != rows[key]]
        counts = (
            len(rows.keys() & now.keys()) - len(differ),
            len(differ),
            len(rows.keys() - now),
            len(now.keys() - rows),
        )
        table = table_of(found, "R")
        assert _counts(table) == counts, seed
        assert {one["name"]: one["rows"] for one in table["columns"]} == {
            name: count for name in "VNT" if (count := sum(now[key][name] != rows[key][name] for key in differ))
        }
        if sum(counts[1:]):
            told = {state: {tuple(one.values()) for one in keys} for state, keys in table["keys"].items()}
            assert told == {
                "different": set(differ), "only_in_backup": rows.keys() - now, "only_in_mandant": now.keys() - rows,
            }  # fmt: skip
        values = [sorted(tuple(one.values()) for one in side.values()) for side in (rows, now)]
        same = sum(min(values[0].count(one), values[1].count(one)) for one in {*values[0]})
        assert _counts(table_of(found, "OHNE")) == (same, 0, len(rows) - same, len(now) - same), seed


def test_the_newest_document_and_what_a_restore_would_say(restorer: Restorer) -> None:
    def journal(*days: str) -> str:
        rows = [f"'{number}','{day}'" for number, day in enumerate(days, 1)]
        return cao_table("JOURNAL", ["REC_ID int(11) not null", "RDATUM date"], rows, ["PRIMARY KEY (REC_ID)"])

    restorer.run(restorer.write("a.sql", cao_backup(company("Eins"), journal("2024-01-01", "2024-05-05"))), **SURE)
    found = compared(restorer, restorer.write("b.sql", cao_backup(company("Zwei"), journal("2024-01-01"))))
    assert found.comparison["newest_document"] == {"backup": "2024-01-01", "mandant": "2024-05-05"}
    assert found.comparison["refusal"]["error"] == "other_company"
    same = restorer.write("c.sql", cao_backup(company("Eins"), journal("2024-01-01")))
    assert compared(restorer, same).comparison["refusal"] is None
