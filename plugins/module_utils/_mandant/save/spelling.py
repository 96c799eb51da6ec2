# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How the values of each column are written: as texts, as long as every text of it comes back from them.

Servers have character sets with bytes that are no letter, and letters that two of their bytes stand for. A column that
holds one is written by its own bytes, in hexadecimal digits: a server stores these as they are.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import Encoding
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.select_rows import stands_for_nothing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn, Spelled

_TEXTS = frozenset(("char", "varchar", "tinytext", "text", "mediumtext", "longtext"))
# Whatever is stored in these is the same again behind UTF-8.
_SAFE = frozenset((None, "latin1", "binary", "utf8", "utf8mb3", "utf8mb4"))
_EMPTY_MEMBER = re.compile(r"[(,]''[,)]")


def spelled(
    session: Session, table_sql: str, columns: t.Sequence[SourceColumn], encoding: Encoding
) -> tuple[SourceColumn, ...]:
    """Return the columns of a table, each with the way in which all of its values come back."""
    doubtful = [column for column in columns if _is_doubtful(column, encoding)]
    changed: t.Sequence[t.Any] = ()
    if doubtful:
        changed = session.query(f"SELECT {', '.join(map(_is_changed, doubtful))} FROM {table_sql}")[0]
    in_digits = {column.name for column, found in zip(doubtful, changed) if int(found or 0)}
    empty = _of_two_empties(session, table_sql, columns)
    return tuple(dataclasses.replace(column, spelled=_way(column, in_digits, empty)) for column in columns)


def _of_two_empties(session: Session, table_sql: str, columns: t.Sequence[SourceColumn]) -> list[str]:
    """Return the names of ENUMs that hold their empty value, number 0, and have an empty text among their members too.

    Both are the same text, so the empty value is written as another one.
    """
    enums = [one for one in columns if one.type_name == "enum" and _EMPTY_MEMBER.search(one.type_sql)]
    if not enums:
        return []
    asked = ", ".join(f"MAX({quoted(one.name)} + 0 = 0)" for one in enums)
    found = [one for one, has in zip(enums, session.query(f"SELECT {asked} FROM {table_sql}")[0]) if int(has or 0)]
    for one in found:
        if stands_for_nothing(one) is None:
            raise Failure(
                "verification_failed",
                f"{session.where}: {one.name} of {table_sql} holds the empty value of an ENUM, and its members leave "
                f"no text for it; set it to a member where {one.name} + 0 = 0. No backup was written",
            )
    return [one.name for one in found]


def _way(column: SourceColumn, in_digits: t.Collection[str], empty: t.Collection[str]) -> Spelled:
    if column.type_name == "set" and _EMPTY_MEMBER.search(column.type_sql):
        # Its text does not say whether the member without a text is in it.
        return "number"
    if column.name in empty:
        return "nothing"
    if column.type_name == "vector":
        # MySQL takes no text for one.
        return "digits"
    return "digits" if column.name in in_digits else "text"


def _is_doubtful(column: SourceColumn, encoding: Encoding) -> bool:
    # A backup in CAO's encoding has no texts but those of latin1 and ascii, and ascii may hold bytes that it has not.
    safe = column.charset in _SAFE
    return column.type_name in _TEXTS and not safe and (encoding == "utf-8" or column.charset == "ascii")


def _is_changed(column: SourceColumn) -> str:
    name = quoted(column.name)
    back = f"CONVERT(CONVERT({name} USING utf8mb4) USING {column.charset})"
    return f"MAX(NOT (CRC32({back}) <=> CRC32({name})) OR NOT (LENGTH({back}) <=> LENGTH({name})))"
