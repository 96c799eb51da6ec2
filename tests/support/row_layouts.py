# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows in every layout: whatever can stand before, in, between and behind statements with rows, and all of it together.

``~`` stands for the number of a row, so that no two places with it are alike.
"""

from __future__ import annotations

import random
import typing as t

TABLES = "".join(
    f"CREATE TABLE {name} (a int NOT NULL, b varchar(60), c decimal(10,2), d text, PRIMARY KEY (a));\n" for name in "tu"
)

#: What may stand before the rows of each statement.
BEFORE = {
    "nothing": "",
    "a comment of a line": "-- Satz ~\n",
    "a hash": "# Satz ~\n",
    "a comment": "/* Satz ~ */\n",
    "a setting": "SET @satz = ~;\n",
    "names": "/*!40101 SET NAMES utf8mb4 */;\n",
    "a lock": "UNLOCK TABLES;\nLOCK TABLES t WRITE, u WRITE;\n",
    "keys": "/*!40000 ALTER TABLE `t` DISABLE KEYS */;\n",
    "a transaction": "COMMIT;\nSTART TRANSACTION;\n",
    "blanks": "\r\n\r\n \t",
    "another table": "INSERT INTO u VALUES (~,'x',1,NULL);\n",
    "another list": "INSERT INTO t (c, a) VALUES (1.5, 9~);\n",
    "another verb": "REPLACE INTO t VALUES (9~,'x',1,NULL);\n",
    "pairs": "INSERT INTO t SET a=9~, b='x';\n",
    "a delimiter": "DELIMITER ;;\nSET @a=1;;\nDELIMITER ;\n",
}
#: The words before the rows.
HEADS = {
    "short": "INSERT INTO t VALUES ",
    "a list": "INSERT INTO `t` (`a`, `b`, `c`, `d`) VALUES\n",
    "a comment": "INSERT /* ~ */ INTO t VALUES ",
    "a comment of a line": "INSERT INTO t (a, b, c, d) -- ~\nVALUES ",
    "ignore": "insert ignore into t values",
    "replace": "REPLACE INTO t VALUES ",
}
#: The values; a text of each kind.
VALUES = {
    "plain": ("~", "'Schraube ~'", "1.50", "NULL"),
    "texts": ("'~'", "'it''s ~'", "'1.50'", "'a\\'b\\n~'"),
    "double quotes": ("~", '"Schraube ~"', '"1.5"', "NULL"),
    "mixed quotes": ("~", '"it\'s ~"', "'1'", '"a""b"'),
    "other words": ("+~", "N'x~'", "1e0", "_utf8mb4'y'"),
    "calls": ("~", "CONCAT('x', CHAR(65), '~')", "CAST('1' AS DECIMAL(10,2))", "UNHEX('41')"),
    "lower case": ("~", "null", "true", "x'41'"),
    "comments": ("/* ~ */ ~", "'x' /* ~ */", "1", "-- ~\nNULL"),
    "a default": ("~", "DEFAULT", "1", "'x'"),
    "a collation": ("~", "'x~' COLLATE utf8mb4_bin", "1", "'x'"),
    "executable": ("/*!40101 ~ */", "'x' /* ~ */", "1", "/*!50003 'x~' */"),
}
#: What stands between two values, and what around rows of one statement.
COMMAS = (",", ", ", " ,\n\t")
#: What stands behind the rows of a statement.
ENDS = {
    "nothing": ";\n",
    "a comment": " /* ~ */;\n",
    "a comment of a line": " -- ~\n;\n",
    "blanks": "\n ; \n\n",
    "an update": " ON DUPLICATE KEY UPDATE b = VALUES(b);\n",
    "own values": " ON DUPLICATE KEY UPDATE a=~, b='x~';\n",
    "a comment behind": "; -- ~\n",
}
#: How many rows a statement has, and what is between them.
TOGETHER = ((1, ""), (50, ","), (50, ",\n"), (50, " /* ~ */ ,"), (50, ", -- ~\n"))


class Layout(t.NamedTuple):
    """One of each."""

    before: str
    head: str
    values: str
    comma: str
    end: str
    together: tuple[int, str]

    def __str__(self) -> str:
        rows, between = self.together
        return f"{self.before}/{self.head}/{self.values}/{self.comma!r}/{self.end}/{rows}{between!r}"

    def dump(self, rows: int) -> str:
        """Return a dump with so many rows in this layout."""
        count, between = self.together
        row = "(" + self.comma.join(VALUES[self.values]) + ")"
        parts = [TABLES]
        for first in range(1, rows + 1, count):
            numbers = range(first, min(first + count, rows + 1))
            parts.append(_of(first, BEFORE[self.before] + HEADS[self.head]))
            parts.append("".join(_of(n, row) + (_of(n, between) if n != numbers[-1] else "") for n in numbers))
            parts.append(_of(first, ENDS[self.end]))
        return "".join(parts)


def _of(number: int, text: str) -> str:
    return text.replace("~", str(number))


def layouts(count: int, seed: int) -> list[Layout]:
    """Return so many layouts, in which each part is met about as often as the others."""
    chance = random.Random(seed)
    parts: tuple[t.Sequence[t.Any], ...] = (
        tuple(BEFORE), tuple(HEADS), tuple(VALUES), COMMAS, tuple(ENDS), TOGETHER
    )  # fmt: skip
    columns = []
    for part in parts:
        column = [part[number % len(part)] for number in range(count)]
        chance.shuffle(column)
        columns.append(column)
    return [Layout(*row) for row in zip(*columns)]
