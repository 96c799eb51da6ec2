# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows behind a trigger, which a server would run for each of them."""

from __future__ import annotations

import pytest

from dumps import Dump

_TABLES = "CREATE TABLE t (id int PRIMARY KEY, a text);\nCREATE TABLE u (b int);\n"
_ROWS = "INSERT INTO t VALUES (1,'x');\n"


def _trigger(event: str, name: str = "g") -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} ON t FOR EACH ROW SET @x = 1;\n"


@pytest.mark.parametrize(
    ("dump", "line"),
    [
        (_trigger("INSERT") + _ROWS, 4),
        (_trigger("INSERT") + "REPLACE INTO t VALUES (1,'x');\n", 4),
        (_ROWS + _trigger("DELETE") + "REPLACE INTO t VALUES (1,'x');\n", 5),
        (_ROWS + _trigger("DELETE") + "DELETE FROM t;\n", 5),
        (_trigger("UPDATE") + _ROWS + "INSERT INTO t VALUES (1,'x') ON DUPLICATE KEY UPDATE a='y';\n", 5),
        (_trigger("INSERT") + "RENAME TABLE t TO s;\nINSERT INTO s VALUES (1,'x');\n", 5),
    ],
)
def test_what_a_trigger_would_be_shown(dump: str, line: int) -> None:
    failure = Dump((_TABLES + dump).encode()).refused()
    assert "..." not in failure.msg
    assert failure.error == "forbidden_statement"
    assert f"line {line}, " in failure.msg
    assert "behind its trigger g: a restore runs one only to" in failure.msg
    assert "behind the rows" in failure.msg


@pytest.mark.parametrize(
    ("dump", "triggers"),
    [
        (_ROWS + _trigger("INSERT"), ["g"]),
        (_trigger("UPDATE") + _trigger("DELETE", "h") + _ROWS + "TRUNCATE t;\n", ["g", "h"]),
        (_trigger("INSERT") + "INSERT INTO u VALUES (1);\n", ["g"]),
        (_trigger("INSERT") + "DROP TRIGGER g;\n" + _ROWS, []),
        (_trigger("INSERT") + "DROP TABLE t;\n" + _TABLES.partition("\n")[0] + _ROWS, []),
        (_ROWS + _trigger("DELETE") + _trigger("DELETE").replace("TRIGGER", "TRIGGER IF NOT EXISTS"), ["g"]),
        (_trigger("INSERT") + _trigger("UPDATE").replace("CREATE", "CREATE OR REPLACE") + _ROWS, ["g"]),
    ],
)
def test_what_no_trigger_is_shown(dump: str, triggers: list[str]) -> None:
    assert [one.name for one in Dump((_TABLES + dump).encode()).analyse().triggers] == triggers


_COMPUTES = "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = TRIM(NEW.a);\n"


@pytest.mark.parametrize(
    "dump",
    [
        _COMPUTES + _ROWS,
        _COMPUTES + _ROWS + "INSERT INTO t VALUES (2,'y');\n",
        _COMPUTES + _trigger("UPDATE", "h") + _ROWS,
        _ROWS + "TRUNCATE t;\n" + _COMPUTES + _ROWS,
        _COMPUTES + _ROWS + "TRUNCATE t;\nDROP TRIGGER g;\n" + _COMPUTES + _ROWS,
        _COMPUTES + _ROWS + "ALTER TABLE t ADD KEY a (a(9));\n",
        _COMPUTES + _ROWS + "DROP TABLE t;\n" + _TABLES.partition("\n")[0] + _COMPUTES + _ROWS,
    ],
)
def test_rows_that_go_through_a_trigger(dump: str) -> None:
    analysis = Dump((_TABLES + dump).encode()).analyse()
    assert {table: one.name for table, one in analysis.row_triggers.items()} == {"t": "g"}
    assert analysis.row_triggers["t"] in analysis.triggers


@pytest.mark.parametrize(
    "dump",
    [
        _COMPUTES + "DROP TRIGGER g;\n" + _ROWS,
        _ROWS + _COMPUTES,
        _COMPUTES + _ROWS + "DROP TABLE t;\n" + _TABLES.partition("\n")[0] + _ROWS,
        _COMPUTES + _ROWS + "TRUNCATE t;\nDROP TRIGGER g;\n" + _ROWS,
    ],
)
def test_rows_that_go_through_none(dump: str) -> None:
    assert Dump((_TABLES + dump).encode()).analyse().row_triggers == {}


@pytest.mark.parametrize(
    "dump",
    [
        _ROWS + _COMPUTES + _ROWS.replace("1", "2"),
        _COMPUTES + _ROWS + "DROP TRIGGER g;\n",
        _COMPUTES + _ROWS + _COMPUTES.replace("CREATE", "CREATE OR REPLACE"),
        _COMPUTES + _COMPUTES.replace(" g ", " h ") + _ROWS,
        _COMPUTES + _trigger("INSERT", "h") + _ROWS,
        _COMPUTES + _ROWS.replace("INSERT", "REPLACE"),
        _COMPUTES + _ROWS.replace("INSERT", "INSERT IGNORE"),
        _COMPUTES + _ROWS.replace(";", " ON DUPLICATE KEY UPDATE a='y';"),
        _COMPUTES + _ROWS + "ALTER TABLE t ADD COLUMN n int FIRST;\n",
        _COMPUTES + _ROWS + "RENAME TABLE t TO s;\n",
        _COMPUTES.replace("BEFORE", "AFTER").replace("SET NEW.a = TRIM(NEW.a)", "INSERT INTO u VALUES (1)") + _ROWS,
    ],
)
def test_rows_of_which_not_all_go_through_one_trigger_to_the_end(dump: str) -> None:
    failure = Dump((_TABLES + dump).encode()).refused()
    assert failure.error == "forbidden_statement"
    assert "behind its trigger" in failure.msg or "that came behind" in failure.msg


@pytest.mark.parametrize("setting", ["div_precision_increment=1", "div_precision_increment=4", "lc_time_names='de_DE'"])
@pytest.mark.parametrize("operator", ["/", "DIV"])
def test_quotients_of_other_precision_are_no_rows_of_a_restore(setting: str, operator: str) -> None:
    """How many digits a trigger gives to them, the session says that writes the row; a restore sets nothing."""
    trigger = f"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = CONCAT(NEW.id {operator} 7);\n"
    dump = Dump(f"{_TABLES}{trigger}SET {setting};\n{_ROWS}SET div_precision_increment=4;\n".encode())
    if operator == "/" and setting.endswith("=1"):
        assert "behind its trigger g" in dump.refused().msg
    else:
        assert list(dump.analyse().row_triggers) == ["t"]
