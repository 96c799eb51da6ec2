# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One column of a CREATE TABLE, read into a Column; what is not known is refused."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_expression
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import (
    NOT_ENFORCED,
    read_check,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_defaults import (
    BROKEN_BY_PHPMYADMIN,
    default_clause,
    moment,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Attribute, Column
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, quoted_name, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words, text_of

_TYPES = frozenset(
    b"""BIGINT BINARY BIT BLOB BOOL BOOLEAN CHAR CHARACTER DATE DATETIME DEC DECIMAL DOUBLE ENUM FIXED FLOAT
    GEOMCOLLECTION GEOMETRY GEOMETRYCOLLECTION INET4 INET6 INT INTEGER JSON LINESTRING LONGBLOB LONGTEXT
    MEDIUMBLOB MEDIUMINT MEDIUMTEXT MULTILINESTRING MULTIPOINT MULTIPOLYGON NCHAR NUMERIC NVARCHAR POINT POLYGON
    REAL SET SMALLINT TEXT TIME TIMESTAMP TINYBLOB TINYINT TINYTEXT UUID VARBINARY VARCHAR VECTOR YEAR""".split()
)
# Other names that servers have for some of these, and those of the first ones.
_SAME_TYPES = {
    b"INT1": b"tinyint", b"INT2": b"smallint", b"INT3": b"mediumint", b"MIDDLEINT": b"mediumint", b"INT4": b"int",
    b"INT8": b"bigint", b"FLOAT4": b"float", b"FLOAT8": b"double", b"VARCHARACTER": b"varchar", b"LONG": b"mediumtext",
}  # fmt: skip
_LONG = {b"VARCHAR": b"mediumtext", b"VARCHARACTER": b"mediumtext", b"VARBINARY": b"mediumblob"}
# What BYTE behind a type makes of it.
_OF_BYTES = {
    b"CHAR": b"binary", b"CHARACTER": b"binary", b"VARCHAR": b"varbinary", b"TINYTEXT": b"tinyblob", b"TEXT": b"blob",
    b"MEDIUMTEXT": b"mediumblob", b"LONGTEXT": b"longblob",
}  # fmt: skip
_NATIONAL = {b"CHAR": b"nchar", b"CHARACTER": b"nchar", b"VARCHAR": b"nvarchar", b"VARCHARACTER": b"nvarchar"}
# How many digits of a TIMESTAMP MySQL before 4.1 has shown; what is stored is the whole moment.
_SHOWN_DIGITS = frozenset((8, 10, 12, 14))
_TYPE_WORDS = frozenset(
    (b"UNSIGNED", b"SIGNED", b"ZEROFILL", b"BINARY", b"ASCII", b"UNICODE", b"PRECISION", b"VARYING")
)
VERSIONING = "a table with system versioning: no restore brings its history; drop it there, and make the dump again"
# How MySQL has columns stored, and what it may say of it.
_STORED = {b"COLUMN_FORMAT": (b"FIXED", b"DYNAMIC", b"DEFAULT"), b"STORAGE": (b"DISK", b"MEMORY", b"DEFAULT")}
# Other servers cannot keep a column so.
_SINCE = {"COMPRESSED": b"/*M!100301", "COLUMN_FORMAT": b"/*!80000", "STORAGE": b"/*!80000"}


def read_column(words: Words) -> tuple[Column, list[Key]]:
    """Read a column and the keys that its attributes declare (PRIMARY KEY, UNIQUE)."""
    _refuse_what_is_no_column(words)
    of_column = words.version_here()
    with words.of_one_version(of_column):
        name = words.name()
        serial = words.accept(b"SERIAL")
        type_token = Token("word", b"bigint", False) if serial else _type_word(words)
        type_tokens = [type_token, Token("word", b"unsigned", True)] if serial else [type_token, *_type_rest(words)]
        if type_token.upper in _OF_BYTES and words.accept(b"BYTE"):
            type_token = type_token._replace(text=_OF_BYTES[type_token.upper])
            type_tokens[0] = type_token
    if type_token.upper == b"TIMESTAMP" and len(type_tokens) == 4 and type_tokens[2].text.isdigit():
        type_tokens = type_tokens[:1] if int(type_tokens[2].text) in _SHOWN_DIGITS else type_tokens
    attributes: list[Attribute] = []
    keys: list[Key] = []
    while not words.at_end and words.upper() != b"REFERENCES":
        version = words.version_here()
        with words.of_one_version(of_column):
            is_serial, key = words.accept(b"SERIAL", b"DEFAULT", b"VALUE"), _inline_key(words)
        serial = serial or is_serial
        if attributes and attributes[-1].kind == "CHARACTER SET" and words.accept(b"BINARY"):
            # It may stand on either side of the character set.
            type_tokens.append(Token("word", b"binary", True))
            continue
        if key:
            keys.append(Key(key, None, (KeyPart(name, quoted_name(name)),), version=of_column))
        if key or is_serial:
            continue
        attribute = _attribute(words)
        if attribute and attribute[0] in _SINCE:
            version = _SINCE[attribute[0]]
        if attribute:
            attributes.append(Attribute(attribute[0], attribute[1], version))
    if serial:
        keys = keys or [Key("UNIQUE KEY", None, (KeyPart(name, quoted_name(name)),), version=of_column)]
    attributes = _meant(attributes, serial=serial, primary=any(key.kind == "PRIMARY KEY" for key in keys))
    length = next((int(token.text) for token in type_tokens if token.text.isdigit()), 0)
    return Column(name, type_token.text.decode().lower(), render(type_tokens), tuple(attributes), length), keys


def _meant(attributes: list[Attribute], *, serial: bool, primary: bool) -> list[Attribute]:
    """Return the attributes with those that others mean besides."""
    if serial or primary:
        # MySQL 5.6 gives what is said to be the primary key here no default, and else the one of its type.
        _say(attributes, "NOT NULL", "NULL", "GENERATED")
    if serial:
        _say(attributes, "AUTO_INCREMENT")
    if any(attribute.kind == "AUTO_INCREMENT" for attribute in attributes):
        # MySQL before 4.1 wrote both; a counter has no default, and servers refuse one.
        return [attribute for attribute in attributes if attribute.kind != "DEFAULT"]
    return attributes


def _say(attributes: list[Attribute], word: str, *others: str) -> None:
    """Add what a word means besides, unless it or another word stands there; MariaDB wants a CHECK to be the last."""
    if not any(attribute.kind in (word, *others) for attribute in attributes):
        place = next((at for at, one in enumerate(attributes) if one.kind == "CHECK"), len(attributes))
        attributes.insert(place, Attribute(word, word.encode()))


def is_whole_timestamp(column: Column) -> bool:
    """Whether a TIMESTAMP leaves nothing to explicit_defaults_for_timestamp."""
    has_default = column.attribute("NOT NULL") is not None and column.attribute("DEFAULT") is not None
    return has_default or any(map(column.attribute, ("NULL", "GENERATED")))


def _type_word(words: Words) -> Token:
    """Take the name of a type, as every server knows it."""
    national = _NATIONAL.get(words.upper(1)) if words.upper() == b"NATIONAL" else None
    if national is not None:
        words.take()
    token = words.take()
    if national is not None:
        return token._replace(text=national)
    if token.upper == b"LONG" and words.upper() in _LONG:
        return token._replace(text=_LONG[words.take().upper])
    if token.upper == b"LONG" and (words.accept(b"CHAR", b"VARYING") or words.accept(b"CHARACTER", b"VARYING")):
        return token._replace(text=_LONG[b"VARCHAR"])
    if token.upper == b"NCHAR" and (words.accept(b"VARCHAR") or words.accept(b"VARCHARACTER")):
        return token._replace(text=b"nvarchar")
    token = token._replace(text=_SAME_TYPES.get(token.upper, token.text))
    if token.upper not in _TYPES:
        raise Refused(f"the column type {text_of([token])}")
    return token


def _type_rest(words: Words) -> list[Token]:
    rest: list[Token] = []
    following = words.peek()
    while words.upper() in (b"PRECISION", b"VARYING"):
        rest.append(words.take())
        following = words.peek()
    if following is not None and following.is_mark(b"("):
        inside = words.group()
        if any(token.kind not in ("number", "string") and not token.is_mark(b",") for token in inside):
            raise Refused("a column type whose parameters are not literals")
        rest += [following, *inside, Token("mark", b")", False)]
    while words.upper() in _TYPE_WORDS:
        rest.append(words.take()._replace(space_before=True))
    return rest


def _inline_key(words: Words) -> str | None:
    if words.accept(b"PRIMARY", b"KEY") or words.accept(b"PRIMARY") or words.accept(b"KEY"):
        return "PRIMARY KEY"
    if words.accept(b"UNIQUE", b"KEY") or words.accept(b"UNIQUE"):
        return "UNIQUE KEY"
    return None


def _attribute(words: Words) -> tuple[str, bytes] | None:
    """Read one attribute: its kind and SQL; None for one that has no meaning for a restore."""
    version = words.version_here()
    if words.upper() == b"CHECK":
        check = read_check(words, None, version)
        return "CHECK", check.check_sql + (b"" if check.enforced else NOT_ENFORCED)
    with words.of_one_version(version):
        for reader in (_simple, default_clause, _generated, _text_attribute):
            found = reader(words)
            if found is not None:
                return found if found[0] else None
    if words.accept(b"WITHOUT", b"SYSTEM", b"VERSIONING"):
        return None
    if words.upper() == b"WITH" and words.upper(1) == b"SYSTEM":
        raise Refused(VERSIONING)
    raise Refused(f"words behind a column that are not understood: {text_of(words.rest())}")


def _refuse_what_is_no_column(words: Words) -> None:
    """Refuse what stands where a column would, and is a rule for all rows that no other server has."""
    following = words.peek(1)
    second = following.upper if following is not None else b""
    if words.upper() == b"PERIOD" and second == b"FOR":
        third = words.peek(2)
        if third is not None and third.upper == b"SYSTEM_TIME":
            raise Refused(VERSIONING)
        raise Refused("a PERIOD FOR its rows, which is not understood; drop it there, and make the dump again")
    if words.upper() == b"VECTOR" and second in (b"KEY", b"INDEX"):
        raise Refused("a VECTOR KEY, which is not understood; drop it there, and make the dump again")


def _simple(words: Words) -> tuple[str, bytes] | None:
    for plain in ((b"NOT", b"NULL"), (b"NULL",), (b"AUTO_INCREMENT",), (b"INVISIBLE",)):
        if words.accept(*plain):
            return b" ".join(plain).decode(), b" ".join(plain)
    if words.accept(b"ON", b"UPDATE"):
        return "ON UPDATE", b"ON UPDATE " + moment(words)
    # What SHOW FIELDS gives under Extra and CAO's writer copied as it is (cao-format 1.7 no 6).
    for extra in (
        (b"DEFAULT_GENERATED",),
        (b"VIRTUAL", b"GENERATED"),
        (b"STORED", b"GENERATED"),
        (b"PERSISTENT", b"GENERATED"),
    ):
        if words.accept(*extra):
            return "EXTRA", b" ".join(extra)
    if words.accept(b"COMPRESSED"):
        if words.accept(b"="):
            words.expect(b"ZLIB")
        return "COMPRESSED", b"COMPRESSED"
    if words.accept(b"VISIBLE"):
        return "", b""
    return None


def _generated(words: Words) -> tuple[str, bytes] | None:
    if not (words.accept(b"GENERATED", b"ALWAYS", b"AS") or words.accept(b"AS")):
        return None
    if words.upper() == b"ROW":
        raise Refused(VERSIONING)
    inside = words.group()
    check_expression(inside)
    kind = words.take().upper if words.upper() in (b"VIRTUAL", b"STORED", b"PERSISTENT") else b"VIRTUAL"
    return "GENERATED", b"GENERATED ALWAYS AS (" + render(inside) + b") " + (
        b"VIRTUAL" if kind == b"VIRTUAL" else b"STORED"
    )


def _text_attribute(words: Words) -> tuple[str, bytes] | None:
    if words.accept(b"COMMENT"):
        return _quoted(words, "COMMENT")
    if words.accept(b"COLLATE"):
        return "COLLATE", b"COLLATE " + _plain_word(words)
    if words.accept(b"CHARACTER", b"SET") or words.accept(b"CHARSET"):
        return "CHARACTER SET", b"CHARACTER SET " + _plain_word(words)
    if words.upper() in _STORED:
        return _storage(words)
    # Of an engine that only MySQL's cloud has: see SECONDARY_ENGINE of tables.
    if words.accept(b"NOT", b"SECONDARY"):
        return "", b""
    return _srid(words)


def _srid(words: Words) -> tuple[str, bytes] | None:
    for srid in (b"SRID", b"REF_SYSTEM_ID"):
        if words.accept(srid):
            words.accept(b"=")
            token = words.take()
            if token.kind != "number":
                raise Refused("SRID without a number")
            return "SRID", (b"SRID " if srid == b"SRID" else b"REF_SYSTEM_ID=") + token.text
    return None


def _storage(words: Words) -> tuple[str, bytes]:
    kind, value = words.take().upper, words.take()
    if value.upper not in _STORED[kind]:
        raise Refused(f"{kind.decode()} that is not understood: {text_of([value])}")
    return ("", b"") if value.upper == b"DEFAULT" else (kind.decode(), kind + b" " + value.upper)


def _quoted(words: Words, kind: str) -> tuple[str, bytes]:
    token = words.take()
    if token.upper == b"AS":
        raise Refused(f"{kind} AS, {BROKEN_BY_PHPMYADMIN}")
    if token.kind != "string":
        raise Refused(f"{kind} without a text")
    return kind, kind.encode() + b" " + token.text


def _plain_word(words: Words) -> bytes:
    token = words.take()
    text = token.text.strip(b"'\"`")
    if token.kind not in ("word", "string", "name") or not text.replace(b"_", b"").isalnum():
        raise Refused("a character set that is not understood")
    return text
