# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign keys that come and go, with the names and keys that servers give to them; and modes that triggers keep."""

from __future__ import annotations

from definition_dumps import NAMES, ROWS, WARE

_TRIGGER = "CREATE TRIGGER g BEFORE INSERT ON ware FOR EACH ROW SET NEW.n = 1;\n"


def _key(column: str, name: str = "") -> str:
    constraint = f"CONSTRAINT {name} " if name else ""
    return f"{constraint}FOREIGN KEY ({column}) REFERENCES p(id)"


def _tables(*keys: str) -> str:
    return (
        "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
        f"CREATE TABLE k (a int, b int, c int, {', '.join(keys)}) ENGINE=InnoDB;\n"
    )


_CHANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "the first one goes": ((_key("a"), _key("b")), ("DROP FOREIGN KEY k_ibfk_1", "ADD " + _key("a"))),
    "the last one goes": ((_key("a"), _key("b")), ("DROP FOREIGN KEY k_ibfk_2", "ADD " + _key("b"))),
    "one for another": ((_key("a"), _key("b")), ("DROP FOREIGN KEY k_ibfk_2, ADD " + _key("b"),)),
    "all go": ((_key("a"),), ("DROP FOREIGN KEY k_ibfk_1", "ADD " + _key("b"))),
    "one more, by a name of a server's": ((_key("a", "k_ibfk_1"),), ("ADD " + _key("b"),)),
    "one more, of another name": ((_key("a", "x"), _key("b", "y")), ("ADD " + _key("c"), "DROP FOREIGN KEY y")),
    "a gap": ((_key("a", "x"), _key("b")), ("ADD " + _key("c", "k_ibfk_9"), "ADD " + _key("a"))),
    "a longer key behind": ((_key("a"),), ("DROP FOREIGN KEY k_ibfk_1", "ADD KEY ab (a,b)")),
    "another key behind": ((_key("a", "x"), _key("b", "y")), ("ADD KEY cc (c)",)),
    "a unique key and its own": (("PRIMARY KEY (a)", _key("b", "y")), ("ADD UNIQUE u (c), ADD " + _key("c", "w"),)),
    "another name": ((_key("a"), _key("b")), ("DROP FOREIGN KEY k_ibfk_1", "RENAME TO k2", "ADD " + _key("c"))),
}


def _changed(keys: tuple[str, ...], changes: tuple[str, ...]) -> str:
    text, table = _tables(*keys), "k"
    for change in changes:
        text += f"ALTER TABLE {table} {change};\n"
        table = "k2" if change == "RENAME TO k2" else table
    return text


CHANGED_KEYS: dict[str, str] = {
    **{f"foreign keys, {name}": _changed(*change) for name, change in _CHANGES.items()},
    "an index behind foreign keys": _tables(_key("a", "x"), _key("b", "y")) + "CREATE INDEX cc ON k (c);\n",
    **{
        f"a trigger under {mode}": f"{NAMES}SET {mode};\n{WARE}{ROWS}{_TRIGGER}"
        for mode in (
            "SESSION sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES')",
            "sql_mode=(SELECT REPLACE(@@sql_mode,'ONLY_FULL_GROUP_BY',''))",
            "sql_mode=REPLACE(REPLACE(@@sql_mode,'STRICT_TRANS_TABLES,',''),'NO_ZERO_DATE','')",
            "sql_mode=(SELECT @@sql_mode)",
            "sql_mode='ANSI'",
        )
    },
    "rows behind a trigger that computes": f"{NAMES}{WARE}DELIMITER $$\nDROP TRIGGER IF EXISTS g;\nCREATE TRIGGER g "
    "BEFORE INSERT ON ware FOR EACH ROW BEGIN\n  SET NEW.name = TRIM(NEW.name);\n  IF NEW.n IS NULL THEN SET NEW.n = "
    f"NEW.id + 7; END IF;\nEND $$\nDELIMITER ;\n{ROWS}INSERT INTO ware (name) VALUES (' x '),('y');\n",
    "the servers own mode, changed and back": f"{NAMES}SET @m = CONCAT(@@sql_mode, ',NO_ZERO_DATE');\n"
    f"SET sql_mode='';\n{WARE}{ROWS}SET sql_mode=@m;\n{_TRIGGER}",
    "texts of a view in the collation of the database": "CREATE DATABASE laden CHARACTER SET latin1 COLLATE "
    "latin1_german2_ci;\nUSE laden;\nSET CHARACTER SET utf8mb4;\n"
    + WARE
    + ROWS
    + "CREATE VIEW v AS SELECT 'Ä' AS x, name FROM ware WHERE 'ä' = 'Ä';\n"
    "CREATE TRIGGER g BEFORE INSERT ON ware FOR EACH ROW SET NEW.n = IF('a' = 'A', 1, 2);\n",
    "indexes that are renamed": NAMES
    + WARE
    + "ALTER TABLE ware ADD KEY n (n);\nALTER TABLE ware RENAME INDEX IF EXISTS n TO m, "
    "RENAME KEY IF EXISTS z TO y;\n",
}
