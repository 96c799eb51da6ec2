# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One column of a CREATE TABLE, read into a Column; what is not known is refused."""

from __future__ import annotations

import dataclasses
import itertools
import operator
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.check_constraint import NOT_ENFORCED, read_check
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_expression
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import (
    Attribute,
    Column,
    ForeignKey,
    Key,
    KeyPart,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Token,
    joined_strings,
    quoted_name,
    render,
)
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
# Versions 4.5.4 to 4.5.5 for comments, also newer ones for defaults that are bytes.
_BROKEN = "which phpMyAdmin writes by a fault of its own: more of the table may be missing. Export it in another way"
_NOW = (b"CURRENT_TIMESTAMP", b"NOW", b"LOCALTIME", b"LOCALTIMESTAMP", b"CURDATE", b"CURRENT_DATE")
# MariaDB takes these for a default as they are; every server takes them in parentheses.
_TODAY = (b"CURDATE", b"CURRENT_DATE")
_WITHOUT_PARENTHESES = (b"CURRENT_ROLE", b"CURRENT_TIME", b"CURRENT_USER")
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
        for reader in (_simple, _default, _generated, _text_attribute):
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
        return "ON UPDATE", b"ON UPDATE " + _now(words)
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


def _now(words: Words) -> bytes:
    token = words.take()
    if token.upper not in _NOW:
        raise Refused(f"a default that is not understood: {text_of([token])}")
    following = words.peek()
    if following is None or not following.is_mark(b"("):
        return token.upper
    inside = words.group()
    if len(inside) > 1 or any(not part.text.isdigit() for part in inside):
        raise Refused("a default that is not understood")
    return token.upper + b"(" + render(inside) + b")"


def read_default(words: Words) -> Attribute:
    """Read DEFAULT and what follows; Refused where it is something else."""
    found = _default(words)
    if found is None:
        raise Refused("DEFAULT is missing where it is expected")
    return Attribute(*found)


def _default(words: Words) -> tuple[str, bytes] | None:
    if not words.accept(b"DEFAULT"):
        return None
    token = words.peek()
    if token is not None and token.is_mark(b"("):
        inside = words.group()
        check_expression(inside)
        return "DEFAULT", b"DEFAULT (" + render(inside) + b")"
    if words.upper() in _NOW:
        today = words.upper() in _TODAY
        return "DEFAULT", b"DEFAULT (" + _now(words) + b")" if today else b"DEFAULT " + _now(words)
    following = words.peek(1)
    if token is not None and token.kind == "word" and following is not None and following.is_mark(b"("):
        # MariaDB shows a default that is one call without parentheses around it; every server takes it with them.
        call = [words.take(), following, *words.group(), Token("mark", b")", False)]
        check_expression(call)
        return "DEFAULT", b"DEFAULT (" + render(call) + b")"
    if token is not None and (token.kind == "name" or token.upper in _WITHOUT_PARENTHESES):
        return "DEFAULT", b"DEFAULT (" + words.take().text + b")"
    return "DEFAULT", b"DEFAULT " + _literal(words)


def _literal(words: Words) -> bytes:
    token = words.take()
    if token.kind == "string":
        return _strings(words, token)
    if token.kind == "number" or token.upper in (b"NULL", b"TRUE", b"FALSE"):
        return token.text
    following = words.peek()
    kind = following.kind if following is not None else ""
    if token.kind == "mark" and token.text in (b"-", b"+") and kind == "number":
        return token.text + words.take().text
    if token.upper in (b"B", b"X") and kind == "string":
        return token.text + words.take().text
    is_introducer = token.kind == "word" and token.text.startswith(b"_")
    if is_introducer and (kind in ("string", "number") or words.upper() == b"X"):
        return token.text + (b"" if kind == "string" else b" ") + _literal(words)
    if token.upper in (b"N", b"DATE", b"TIME", b"TIMESTAMP") and kind == "string":
        # What a server makes of a national string is decided by the column.
        text = _strings(words, words.take())
        return text if token.upper == b"N" else token.upper + text
    if token.upper in (b"B", b"X") and following is not None and following.upper == b"AS":
        raise Refused(f"DEFAULT {text_of([token])} AS, {_BROKEN}")
    raise Refused(f"a default that is not understood: {text_of([token])}")


def _strings(words: Words, first: Token) -> bytes:
    """Return a string, and those that follow it, which are one to a server."""
    literals = [first.text]
    following = words.peek()
    while following is not None and following.kind == "string":
        literals.append(words.take().text)
        following = words.peek()
    return joined_strings(literals) if len(literals) > 1 else first.text


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
        raise Refused(f"{kind} AS, {_BROKEN}")
    if token.kind != "string":
        raise Refused(f"{kind} without a text")
    return kind, kind.encode() + b" " + token.text


def _plain_word(words: Words) -> bytes:
    token = words.take()
    text = token.text.strip(b"'\"`")
    if token.kind not in ("word", "string", "name") or not text.replace(b"_", b"").isalnum():
        raise Refused("a character set that is not understood")
    return text


def without_foreign_keys(definition: TableDefinition) -> TableDefinition:
    """Return a table as servers make it in an engine that has no foreign keys: with the keys for them alone."""
    keys = with_keys_of(definition.foreign_keys, definition.keys, also_named=True)
    return dataclasses.replace(definition, keys=keys, foreign_keys=())


def with_keys_of(
    foreign_keys: t.Sequence[ForeignKey],
    keys: tuple[Key, ...],
    *,
    also_named: bool = False,
    before: t.Sequence[int] = (),
) -> tuple[Key, ...]:
    """Return keys, and those that servers make for foreign keys without a name, called as the first column is.

    A restore adds foreign keys by a name, and a server would call the key by that; with ``also_named`` it is here.
    ``before`` is how many keys stand before each foreign key: there stands its own, or else at the end.
    """
    # Those of both kinds stand in their order.
    also_named = also_named or any(one.name is None or one.by_index for one in foreign_keys)
    also_named = also_named or any(key.made for key in keys) or any(count < len(keys) for count in before)
    gone = [made for made in [key for key in keys if key.made] if any(_begins(other, made) for other in keys)]
    placed = [(float(place), key) for place, key in enumerate(keys) if key not in gone]
    for number, one in enumerate(foreign_keys if also_named else ()):
        names = columns_in(one.columns_sql)
        made = Key("KEY", one.name, tuple(KeyPart(name, quoted_name(name)) for name in names), made=True)
        if any(_begins(key, made) and not (key.made and len(key.parts) == len(names)) for _place, key in placed):
            continue
        # Of two that a server makes, and of which one begins as the other, the longer one stays, or else the later.
        placed = [(place, key) for place, key in placed if not (key.made and _begins(made, key))]
        if one.name is None:
            taken = {(key.name or key.parts[0].column or "").lower() for _place, key in placed}
            made = dataclasses.replace(made, name=free_name(names[0], taken))
        placed.append((before[number] - 0.5 if before else float(len(keys)), made))
    return tuple(key for _place, key in sorted(placed, key=operator.itemgetter(0)))


def columns_in(sql: bytes) -> list[str]:
    """Return the columns of a list, as a foreign key has it."""
    return [name.replace("``", "`") for name in sql.decode("utf-8")[1:-1].split("`,`")]


def as_made(sql: bytes, columns: t.Iterable[Column]) -> bytes:
    """Return a list of columns by the letters in which they were made, as servers keep it in a foreign key."""
    made = {column.name.lower(): column.name for column in columns}
    return b",".join(quoted_name(made.get(name.lower(), name)) for name in columns_in(sql))


def with_own_columns(foreign_keys: t.Iterable[ForeignKey], columns: t.Sequence[Column]) -> tuple[ForeignKey, ...]:
    """Return foreign keys that call the columns of their own table as these were made."""
    return tuple(dataclasses.replace(one, columns_sql=as_made(one.columns_sql, columns)) for one in foreign_keys)


def free_name(first: str, taken: t.Container[str]) -> str:
    """Return what servers call a key without a name: as its first column, with a number where that is ``taken``."""
    called = itertools.chain((first,), (f"{first}_{number}" for number in itertools.count(2)))
    return next(name for name in called if name.lower() not in taken)


def _begins(key: Key, made: Key) -> bool:
    """Whether another key begins with the columns of one."""
    columns = [[(part.column or "").lower() for part in one.parts[: len(made.parts)]] for one in (key, made)]
    return key is not made and columns[0] == columns[1]
