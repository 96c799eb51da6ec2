# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One number for all rows of a table, in which each value of each row has its place.

CHECKSUM TABLE strings a row's values together, so a text that moved from one column to the next is the same to it;
and what it sums up of the rows is linear, so that two rows which exchange a value come to the same sum once in some
thousands. Here each value is told from the next, and what is summed up of a row is not linear. The order of rows does
not count, their number does.

Neither the session's character set nor its time zone has a part in it: texts are taken by their bytes, moments
by their number of seconds, members of an ENUM or SET by their numbers.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

_COLUMN = re.compile(r"^  (`(?:[^`]|``)+`) (\w+)(.*)$", re.MULTILINE)
_KEY = re.compile(r"^  PRIMARY KEY \((`(?:[^`]|``)+`)", re.MULTILINE)
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`")
_GENERATED = re.compile(r" AS \(")

_INTEGERS = frozenset(("tinyint", "smallint", "mediumint", "int", "bigint"))
_AS_IT_IS = _INTEGERS | {"year", "decimal", "date", "datetime", "time"}
_BY_KIND: t.Mapping[str, str] = {
    **dict.fromkeys(_AS_IT_IS, "{}"),
    # As numbers they have all their digits; what a FLOAT shows of itself are six.
    **dict.fromkeys(("float", "double"), "{}*1e0"),
    **dict.fromkeys(("enum", "set", "bit"), "({}|0)"),
    "timestamp": "UNIX_TIMESTAMP({})",
    # What may be done with these is little, and differs from server to server; each of them has this.
    **dict.fromkeys(
        (
            *("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"),
            *("geomcollection", "geometrycollection", "vector"),
        ),
        "CRC32(HEX({}))",
    ),
}
# A text has 32 bits here: however long it is, the row stays short, and no limit of the server cuts it.
_TEXT = "CRC32({})"


class Content(t.NamedTuple):
    """What a table holds: its number of rows, and the number that stands for them."""

    rows: int
    checksum: int


def halves(session: Session, mandant: str, table: str, shown: str) -> tuple[str, ...]:
    """Return the conditions under which a table is read in two halves, by the number that its key begins with.

    Nothing is returned of a table without such a key, or without rows. The halves need not be of one size.
    """
    key = _KEY.search(shown)
    kinds = {name: kind for name, kind, _rest in _COLUMN.findall(shown)}
    if key is None or kinds.get(key[1]) not in _INTEGERS:
        return ()
    least, most = session.query(f"SELECT MIN({key[1]}), MAX({key[1]}) FROM {quoted(mandant)}.{quoted(table)}")[0]
    if least is None:
        return ()
    middle = (int(least) + int(most)) // 2
    return (f"{key[1]} <= {middle}", f"{key[1]} > {middle}")


def every_row(session: Session, mandant: str, table: str, shown: str, condition: str = "") -> Content:
    """Return what a table holds of which SHOW CREATE TABLE says ``shown``, or those of its rows that meet a condition.

    The sums of both halves are those of the whole.
    """
    rows, checksum = session.query(statement(mandant, table, shown, condition))[0]
    return Content(int(rows), int(checksum or 0))


def statement(mandant: str, table: str, shown: str, condition: str = "") -> str:
    """Return the SELECT that reads every row once."""
    values = ", ".join(_value(*found) for found in _COLUMN.findall(shown) if not _is_generated(found[2]))
    # The separator is binary, so nothing is converted to a common character set. What CRC32 says of a text is linear
    # too; of a number, whose digits it takes, it is not.
    row = f"CRC32(CRC32(CONCAT_WS(_binary',', {values})))"
    where = condition and f" WHERE {condition}"
    return f"SELECT SQL_NO_CACHE COUNT(*), SUM({row}) FROM {quoted(mandant)}.{quoted(table)}{where}"


def _value(name: str, kind: str, rest: str) -> str:
    value = _BY_KIND.get(kind, _TEXT).format(name)
    # CONCAT_WS leaves NULL out; no value is the empty text.
    return value if " NOT NULL" in _QUOTED.sub("", rest) else f"COALESCE({value}, '')"


def _is_generated(rest: str) -> bool:
    """Whether a column has no value of its own: what it is made of is in the definition, and in the other columns."""
    return _GENERATED.search(_QUOTED.sub("", rest)) is not None
