# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Character sets and collations of a table, as servers complete and change them."""

from __future__ import annotations

import dataclasses
import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    FOR_ALL_CHARSETS,
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

# MariaDB from 10.10 on takes the name of one of these without the character set in front of it.
_SHORT = f"{FOR_ALL_CHARSETS}_"
_DEFAULT = "utf8mb4"
# The bytes of the longest character.
_LONGEST = {
    **dict.fromkeys(("utf8", "utf8mb3"), 3),
    **dict.fromkeys(("utf8mb4", "utf16", "utf32"), 4),
    **dict.fromkeys(
        ("ascii", "cp1250", "cp1251", "cp1257", "cp850", "cp852", "latin1", "latin2", "latin5", "latin7"), 1
    ),
}
# What a text becomes that has to hold as many characters, of more bytes.
_NEXT_TEXT = {"tinytext": "text", "text": "mediumtext", "mediumtext": "longtext"}
_NATIONAL = {"nchar": "char", "nvarchar": "varchar"}
# Words of a type that stand for a character set or a collation.
_WORDS = re.compile(rb"\b(?:BINARY|ASCII|UNICODE|BYTE)\b(?![^(]*\))", re.IGNORECASE)
_OF_TEXTS = ("CHARACTER SET", "COLLATE")


def whole_collation(name: str, charset: str | None) -> str:
    """Return the name of a collation with its character set in front of it."""
    return f"{(charset or _DEFAULT).lower()}_{name}" if name.startswith(_SHORT) else name


def with_whole_collations(definition: TableDefinition, charset: str | None) -> TableDefinition:
    """Return a table whose collations have whole names; ``charset`` is that of a table that names none."""
    short = f"collate {_SHORT}".encode()
    named = (definition.collation or "").lower()
    of_table = definition.charset or (charset if named.startswith(_SHORT) else named.partition("_")[0] or charset)
    columns = definition.columns
    if any(one.sql.lower().startswith(short) for column in columns for one in column.attributes):
        columns = tuple(_whole(column, of_table) for column in columns)
    collation = definition.collation and whole_collation(named, of_table)
    if columns is definition.columns and collation in (definition.collation, named):
        return definition
    return dataclasses.replace(definition, columns=columns, collation=collation)


def _whole(column: Column, charset: str | None) -> Column:
    named = column.attribute("CHARACTER SET")
    own = named.sql[len(b"CHARACTER SET ") :].decode().lower() if named is not None else charset
    found = tuple(
        dataclasses.replace(one, sql=b"COLLATE " + whole_collation(one.sql[8:].decode().lower(), own).encode())
        if one.kind == "COLLATE"
        else one
        for one in column.attributes
    )
    return dataclasses.replace(column, attributes=found)


def is_text(column: Column) -> bool:
    """Whether the values of a column are in a character set."""
    name = column.type_name
    return name.endswith(("char", "text")) or name in ("character", "enum", "set")


def with_default(definition: TableDefinition, charset: str | None, collation: str | None) -> TableDefinition:
    """Return a table with another character set for columns to come: those that it has keep theirs."""
    named = charset or (collation or "").partition("_")[0]
    if named == FOR_ALL_CHARSETS:
        named = definition.charset or ""
    left = [one for one in definition.columns if is_text(one) and not _names_its_own(one)]
    if left and definition.charset is None and definition.collation is None:
        raise Refused(
            "ALTER TABLE with another character set, where the table has named none so far; name it in CREATE TABLE"
        )
    before = [_attribute("CHARACTER SET", definition.charset), _attribute("COLLATE", definition.collation)]
    kept = tuple(one for one in before if one is not None)
    columns = tuple(
        dataclasses.replace(one, attributes=(*kept, *one.attributes)) if one in left else one
        for one in definition.columns
    )
    return dataclasses.replace(definition, columns=columns, charset=named or None, collation=collation)


def converted(definition: TableDefinition, charset: str, collation: str | None) -> TableDefinition:
    """Return a table whose texts are all in another character set (CONVERT TO)."""
    text = next((one.name for one in definition.columns if one.type_name == "json"), None)
    if text is not None:
        raise Refused(f"CONVERT TO CHARACTER SET of {text}: a json column is a text to some servers alone")
    columns = tuple(
        _converted(one, definition, charset) if is_text(one) and one.charset != "binary" else one
        for one in definition.columns
    )
    return dataclasses.replace(definition, columns=columns, charset=charset, collation=collation)


def _converted(column: Column, definition: TableDefinition, charset: str) -> Column:
    if _WORDS.search(column.type_sql):
        raise Refused(f"CONVERT TO CHARACTER SET of {column.name}, whose type says in words what it is in")
    name = _NATIONAL.get(column.type_name, column.type_name)
    if name in _NEXT_TEXT:
        before = column.charset or definition.charset or (definition.collation or "").partition("_")[0]
        if before not in _LONGEST or charset not in _LONGEST:
            raise Refused(f"CONVERT TO CHARACTER SET of {column.name}, whose type depends on what it was in")
        name = _NEXT_TEXT[name] if _LONGEST[charset] > _LONGEST[before] else name
    rest = column.type_sql[len(column.type_name) :] if name not in _NEXT_TEXT.values() else b""
    attributes = tuple(one for one in column.attributes if one.kind not in _OF_TEXTS)
    return dataclasses.replace(column, type_name=name, type_sql=name.encode() + rest, attributes=attributes)


def _names_its_own(column: Column) -> bool:
    return any(map(column.attribute, _OF_TEXTS)) or column.type_name in _NATIONAL


def _attribute(kind: str, value: str | None) -> Attribute | None:
    return None if value is None else Attribute(kind, f"{kind} {value}".encode())
