# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a server shows as ``?`` in a definition, since it is no letter or none of three bytes: found, and told or kept.

Servers show definitions in UTF-8 of up to three bytes a character, whatever the columns are in.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import Definition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn, SourceTable

# All that is stored in these is shown as it is.
_SHOWN = frozenset((None, "latin1", "binary", "utf8", "utf8mb3"))
_LISTS = {"enum": "ELT", "set": "MAKE_SET"}
_DEFAULT = re.compile(r" DEFAULT ('(?:[^'\\]|\\.|'')*')")
_MEMBERS = re.compile(r"\w+\(((?:'(?:[^'\\]|\\.|'')*',?)+)\)")
_TEXT_OF_FOUR_BYTES = re.compile(r"_utf8mb4\\?'(?:[^'\\]|\\.|'')*\?")


class Shown(t.NamedTuple):
    """The definition as it is, as far as that can be known, and what a person is to be told."""

    definition: Definition
    notes: list[str]


def as_it_is(session: Session, mandant: str, table: SourceTable) -> Shown:
    """Return what a table is defined as; Failure where its rows hold members that no definition can say."""
    if not any("?" in line for line in table.definition.body):
        return Shown(table.definition, [])
    table_sql = f"{quoted(mandant)}.{quoted(table.name)}"
    where = f"{session.where}, {mandant}, {printable(table.name)}"
    body = list(table.definition.body)
    notes: list[str] = []
    for column in table.columns:
        if column.charset in _SHOWN:
            continue
        start = f"  {quoted(column.name)} "
        for number, line in enumerate(body):
            if not line.startswith(start) or "?" not in line:
                continue
            if column.type_name in _LISTS:
                notes += _members(session, table_sql, where, column, line[len(start) :])
            else:
                body[number] = _with_default(session, table_sql, column, line)
    if any(_TEXT_OF_FOUR_BYTES.search(line) for line in body):
        notes.append(
            f"{where}: the server shows a ? in a text of an expression, in the place of what it cannot show; a restore "
            "makes the expression with the ?. Compare it, and write it with hexadecimal digits (0x...)"
        )
    return Shown(dataclasses.replace(table.definition, body=tuple(body)), notes)


def _members(session: Session, table_sql: str, where: str, column: SourceColumn, line: str) -> t.Iterator[str]:
    """Give a warning where a member is shown with a ``?``; raises Failure where a row holds one that is another."""
    found = _MEMBERS.match(line)
    if found is None or "?" not in found[1]:
        return
    name, members = quoted(column.name), found[1]
    shown = f"CONVERT({_LISTS[column.type_name]}({name} + 0, {members}) USING {column.charset})"
    if int(session.value(f"SELECT MAX({name} + 0 > 0 AND HEX({name}) <> HEX({shown})) FROM {table_sql}") or 0):
        raise Failure(
            "server_setting",
            f"{where}: rows hold a member of {column.name} that the server shows as ?, since it is no letter or none "
            "of three bytes in UTF-8, so no backup could bring it back; give the column members that can be shown",
        )
    yield (
        f"{where}: a member of {column.name} is shown with a ?, which may stand for what the server cannot show; no "
        "row holds such a one, and a restore makes the member with the ?"
    )


def _with_default(session: Session, table_sql: str, column: SourceColumn, line: str) -> str:
    """Return the line of a column with the DEFAULT that it has, by its bytes where it is not the one that is shown."""
    found = _DEFAULT.search(line)
    if found is None or "?" not in found[1]:
        return line
    value = f"DEFAULT({quoted(column.name)})"
    is_shown = f"HEX({value}) <=> HEX(CONVERT({found[1]} USING {column.charset}))"
    # One row, of a table that may have none.
    one = f"{table_sql} RIGHT JOIN (SELECT 1 AS ONE) AS ONE ON 1 = 0"
    digits, same = session.query(f"SELECT HEX({value}), {is_shown} FROM {one}")[0]
    if digits is None or int(same):
        return line
    # Some servers send what a function makes as bytes.
    text = digits.decode() if isinstance(digits, bytes) else str(digits)
    return f"{line[: found.start(1)]}0x{text}{line[found.end(1) :]}"
