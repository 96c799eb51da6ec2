# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""CREATE TABLE and ALTER TABLE of a dump, read into a TableDefinition; what is not known is refused.

Source of the grammar: the servers' documentation on CREATE TABLE, and cao-format 1.4.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import (
    check_expression,
    check_partitions,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.passed_over import pass_wait
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import Check, read_check
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_reader import (
    VERSIONING,
    read_column,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import (
    with_keys_of,
    with_own_columns,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import every_server_executes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, own_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of, quoted_name, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    not_everywhere,
    split_at_commas,
    text_of,
)

_ENGINES = {
    b"INNODB": "InnoDB", b"MYISAM": "MyISAM", b"ARIA": "Aria", b"MARIA": "Aria", b"MEMORY": "MEMORY", b"HEAP": "MEMORY",
    b"ARCHIVE": "ARCHIVE", b"CSV": "CSV", b"ISAM": "MyISAM",
    # Those of other servers that hold rows themselves; a server without them takes its default.
    **dict.fromkeys(b"""BDB BERKELEYDB BRIGHTHOUSE COLUMNSTORE FALCON GEMINI INFINIDB INNOBASE MROONGA NDB NDBCLUSTER
    PBXT ROCKSDB SOLIDDB TOKUDB XTRADB""".split(), "InnoDB"),
}  # fmt: skip
_NUMBER_OPTIONS = (
    b"AUTO_INCREMENT", b"AVG_ROW_LENGTH", b"CHECKSUM", b"TABLE_CHECKSUM", b"DELAY_KEY_WRITE", b"KEY_BLOCK_SIZE",
    b"MAX_ROWS", b"MIN_ROWS", b"PACK_KEYS", b"PAGE_CHECKSUM", b"ROW_FORMAT", b"STATS_AUTO_RECALC",
    b"STATS_PERSISTENT", b"STATS_SAMPLE_PAGES", b"TRANSACTIONAL",
)  # fmt: skip
# How its files are kept: what a server has of it is decided when it is known.
_FILE_OPTIONS = (
    b"COMPRESSION", b"ENCRYPTION", b"ENCRYPTED", b"ENCRYPTION_KEY_ID", b"PAGE_COMPRESSED", b"PAGE_COMPRESSION_LEVEL",
)  # fmt: skip
ALTERED_OPTIONS = (*_NUMBER_OPTIONS, *_FILE_OPTIONS)
# What a table says of its character set that is that of the database.
OF_DATABASE = "default"
_METHODS = (b"USING", b"TYPE")
_KEY_OPTIONS = (*_METHODS, b"KEY_BLOCK_SIZE", b"COMMENT")
_PARSERS = ("ngram", "mecab")
# Only the optimizer looks at these, and each server has words of its own for them.
_KEY_LEFT_OUT = (b"VISIBLE", b"INVISIBLE", b"IGNORED")
# How a server is to make or drop an index.
_HOW = (b"ALGORITHM", b"LOCK")
_BEHIND_KEY = (*_KEY_OPTIONS, *_KEY_LEFT_OUT, b"WITH", b"NOT")
_REFERENCE_ACTIONS = frozenset(
    (b"ON", b"DELETE", b"UPDATE", b"CASCADE", b"SET", b"NULL", b"NO", b"ACTION", b"RESTRICT", b"DEFAULT", b"MATCH",
     b"FULL", b"PARTIAL", b"SIMPLE")
)  # fmt: skip
_FROM_COLUMNS = "a server makes its columns of what they hold; write these down, and the rows as INSERT ... VALUES"
_KEY_WORDS = (b"KEY", b"INDEX")


def read_create_table(
    words: Words, database: OwnDatabase, alike: t.Callable[[str, str], TableDefinition] | None = None
) -> tuple[TableDefinition, bool]:
    """Read what follows CREATE TABLE; the second value says IF NOT EXISTS.

    ``alike`` returns a table like one that is there (LIKE), under a name.
    """
    tolerant = words.accept(b"IF", b"NOT", b"EXISTS")
    name = own_name(words, database, makes=True)
    in_group = words.upper(1) == b"LIKE" and words.accept(b"(")
    if alike is not None and words.accept(b"LIKE"):
        definition = alike(own_name(words, database), name)
        if in_group:
            words.expect(b")")
        if not words.at_end:
            raise Refused(f"words behind CREATE TABLE ... LIKE that are not understood: {text_of(words.rest())}")
        return definition, tolerant
    if words.upper():
        rest = [token.upper for token in words.rest()]
        raise Refused(f"CREATE TABLE {name} ... {'SELECT' if b'SELECT' in rest else rest[0].decode()}: {_FROM_COLUMNS}")
    parts = Parts(database)
    for item in map(Words, split_at_commas(words.group())):
        with item.placed():
            parts.add(item)
    with words.placed():
        definition = with_options(parts.definition(name), words)
    if not definition.columns:
        raise Refused(f"CREATE TABLE {name} without columns")
    return definition, tolerant


class Parts:
    """Collects the items of one CREATE TABLE, or the additions of one ALTER TABLE."""

    def __init__(self, database: OwnDatabase) -> None:
        self._database = database
        self.columns: list[Column] = []
        self.keys: list[Key] = []
        self.foreign_keys: list[ForeignKey] = []
        self._keys_before: list[int] = []
        self.checks: list[Check] = []

    def definition(self, name: str) -> TableDefinition:
        foreign_keys = with_own_columns(self.foreign_keys, self.columns)
        keys = with_keys_of(foreign_keys, tuple(self.keys), before=self._keys_before)
        return TableDefinition(name, tuple(self.columns), keys, foreign_keys, tuple(self.checks))

    def add(self, words: Words) -> None:
        """Read one item: a column, a key, a foreign key or a check."""
        constraint, version = None, words.version_here()
        if words.accept(b"CONSTRAINT"):
            named = words.upper() not in (b"PRIMARY", b"UNIQUE", b"FOREIGN", b"CHECK")
            constraint = words.name() if named else None
        if words.accept(b"FOREIGN", b"KEY"):
            words.check_versions()
            self._add_foreign_key(self._foreign_key(words, constraint))
        elif words.upper() == b"CHECK" and (words.peek(1) or Token("", b"", False)).is_mark(b"("):
            words.check_versions(end=1)
            self.checks.append(read_check(words, constraint))
        else:
            kind = _key_kind(words)
            if kind:
                self.keys.append(_key(words, kind, constraint, version))
            else:
                column, keys = read_column(words)
                self.columns.append(dataclasses.replace(column, version=version))
                self.keys += keys
                if words.upper() == b"REFERENCES":
                    with words.of_one_version():
                        inline = self._references(words, None, quoted_name(column.name))
                    self._add_foreign_key(dataclasses.replace(inline, inline=True))
        if not words.at_end:
            raise Refused(f"words in a table definition that are not understood: {text_of(words.rest())}")

    def _add_foreign_key(self, key: ForeignKey) -> None:
        self.foreign_keys.append(key)
        self._keys_before.append(len(self.keys))

    def _foreign_key(self, words: Words, constraint: str | None) -> ForeignKey:
        following = words.peek()
        index = None if following is None or following.is_mark(b"(") else words.name()
        found = self._references(words, constraint or index, _names(words))
        return dataclasses.replace(found, by_index=constraint is None and index is not None)

    def _references(self, words: Words, constraint: str | None, columns: bytes) -> ForeignKey:
        words.expect(b"REFERENCES")
        table = own_name(words, self._database)
        referenced = _names(words)
        actions = words.rest()
        if any(token.upper not in _REFERENCE_ACTIONS for token in actions):
            raise Refused(f"words in a foreign key that are not understood: {text_of(actions)}")
        return ForeignKey(constraint, columns, table, referenced, render(actions))


def _names(words: Words) -> bytes:
    parts = split_at_commas(words.group())
    names = [name_of(part[0]) if len(part) == 1 else None for part in parts]
    if None in names:
        raise Refused("a list of columns that is not understood")
    return b",".join(quoted_name(t.cast("str", name)) for name in names)


def _key_kind(words: Words) -> str | None:
    """Take the words that say which key comes, None when a column comes instead."""
    if words.accept(b"PRIMARY", b"KEY"):
        return "PRIMARY KEY"
    for kind in (b"UNIQUE", b"FULLTEXT", b"SPATIAL"):
        if words.accept(kind):
            if words.upper() in _KEY_WORDS:
                words.take()
            return f"{kind.decode()} KEY"
    second, third = words.peek(1), words.peek(2)
    named = third is not None and (third.is_mark(b"(") or third.upper in _METHODS)
    if (
        words.upper() in _KEY_WORDS
        and second is not None
        and (second.is_mark(b"(") or second.upper in (b"USING", b"IF") or named)
    ):
        words.take()
        return "KEY"
    return None


def _key(
    words: Words,
    kind: str,
    constraint: str | None,
    version: bytes | None = None,
    method: t.Sequence[Token] = (),
) -> Key:
    name = constraint
    options = [*method]
    with words.of_one_version(version):
        words.accept(b"IF", b"NOT", b"EXISTS")
        following = words.peek()
        if following is not None and not following.is_mark(b"(") and words.upper() != b"USING":
            name = words.name()
        options += _method(words)
        parts = tuple(_key_part(Words(part)) for part in split_at_commas(words.group()))
    parser: str | None = None
    while words.upper() in _BEHIND_KEY:
        if words.accept(b"NOT", b"IGNORED") or any(words.accept(word) for word in _KEY_LEFT_OUT):
            continue
        with words.of_one_version(version):
            if words.accept(b"WITH", b"PARSER"):
                parser = _parser(words)
            elif words.upper() in _KEY_OPTIONS:
                options += _method(words) or [words.take()._replace(space_before=True)]
                while not words.at_end and words.upper() not in (*_BEHIND_KEY, *_HOW):
                    options.append(words.take())
            else:
                break
    _check_key_options(options)
    return Key(kind, name, parts, render(options), parser, version=version)


def _method(words: Words) -> list[Token]:
    if words.upper() not in _METHODS:
        return []
    words.take()
    return [Token("word", b"USING", True), words.take()._replace(space_before=True)]


def _parser(words: Words) -> str:
    name = words.name()
    if name.lower() not in _PARSERS:
        raise Refused(f"an option of a key that is not understood: the parser {name}")
    return name


def _check_key_options(options: t.Sequence[Token]) -> None:
    allowed = {b"BTREE", b"HASH", b"RTREE", *_KEY_OPTIONS}
    for token in options:
        if token.kind not in ("string", "number") and not token.is_mark(b"=") and token.upper not in allowed:
            raise Refused(f"an option of a key that is not understood: {text_of([token])}")


def _key_part(words: Words) -> KeyPart:
    name, length, sql = None, None, b""
    following = words.peek()
    if following is not None and following.is_mark(b"("):
        inside = words.group()
        check_expression(inside)
        sql = b"(" + render(inside) + b")"
    else:
        name = words.name()
        sql, following = quoted_name(name), words.peek()
        if following is not None and following.is_mark(b"("):
            inside = words.group()
            if len(inside) != 1 or not inside[0].text.isdigit():
                raise Refused("a part of a key that is not understood")
            length = int(inside[0].text)
    order = words.take().upper if words.upper() in (b"ASC", b"DESC") else b""
    if not words.at_end:
        raise Refused("a part of a key that is not understood")
    return KeyPart(name, sql, length, order)


def with_options(definition: TableDefinition, words: Words, *, database_charset: bool = True) -> TableDefinition:
    """Read what stands behind the columns; ``database_charset``: the table's may be said to be its database's."""
    while not words.at_end:
        words.accept(b",")
        words.accept(b"DEFAULT")
        if not database_charset and b"DEFAULT" in (words.upper(1), words.upper(2), words.upper(3)):
            raise Refused("ALTER TABLE with a character set that is the database's")
        definition = _with_option(definition, words)
    return definition


def _with_option(definition: TableDefinition, words: Words) -> TableDefinition:
    token = words.take()
    # MariaDB writes options of its own in backticks.
    option = token.upper or (token.text[1:-1].upper() if token.kind == "name" else b"")
    if option == b"CHARACTER":
        words.expect(b"SET")
        option = b"CHARSET"
    if option == b"PARTITION":
        with words.of_one_version(token.version):
            rest = [token, *words.rest()]
        return _add_option(definition, Attribute("PARTITION", _partitions(rest), token.version))
    _check_option(definition.name, option, token.version, words)
    with words.of_one_version(token.version):
        words.accept(b"=")
        value = words.take()
    if option in (b"ENGINE", b"TYPE"):
        return dataclasses.replace(definition, engine=_engine(value))
    if option in (b"CHARSET", b"COLLATE"):
        plain = OF_DATABASE if value.upper == b"DEFAULT" else _plain(value)
        is_charset = option == b"CHARSET"
        return dataclasses.replace(
            definition,
            charset=plain if is_charset else definition.charset,
            collation=definition.collation if is_charset else plain,
            collation_first=is_charset and definition.collation is not None,
        )
    if option == b"COMMENT" and value.kind == "string":
        return _add_option(definition, Attribute("COMMENT", b"COMMENT=" + value.text, token.version))
    if option in _FILE_OPTIONS and value.text.strip(b"'\"").isalnum():
        found = Attribute(option.decode(), option + b"=" + value.text, token.version)
        return dataclasses.replace(definition, file_options=(*definition.file_options, found))
    if option in _NUMBER_OPTIONS and (value.kind == "number" or value.upper.isalnum()):
        return _add_option(definition, Attribute(option.decode(), option + b"=" + value.text, token.version))
    raise Refused(f"the table option {text_of([token])}")


def _check_option(table: str, option: bytes, version: bytes | None, words: Words) -> None:
    if option == b"WITH" and words.upper() == b"SYSTEM":
        raise Refused(VERSIONING)
    if option in (b"SELECT", b"AS"):
        raise Refused(f"CREATE TABLE {table} ... {option.decode()}: {_FROM_COLUMNS}")
    if option in (b"ENGINE", b"TYPE", b"CHARSET", b"COLLATE") and not every_server_executes(version):
        raise not_everywhere(option.decode())


def _plain(token: Token) -> str:
    text = token.text.strip(b"'\"`").decode("ascii", "replace")
    if not text.replace("_", "").isalnum():
        raise Refused("a character set that is not understood")
    return text


def _add_option(definition: TableDefinition, option: Attribute) -> TableDefinition:
    # What some servers leave out takes nothing away from the others: of two that it executes, one heeds the last.
    everywhere = every_server_executes(option.version)
    kept = tuple(known for known in definition.options if known.kind != option.kind or not everywhere)
    return dataclasses.replace(definition, options=(*kept, option))


def known_engine(name: str) -> str | None:
    """Return the engine that holds the rows of a table, None for a name that is none."""
    return _ENGINES.get(name.strip("'\"`").upper().encode("ascii", "replace"))


def _engine(token: Token) -> str:
    engine = known_engine(token.text.decode("ascii", "replace"))
    if engine is None:
        raise Refused(
            f"the storage engine {text_of([token._replace(kind='word')])}, which is not one that holds rows itself; "
            "leave the table out (mysqldump --ignore-table), and make it again behind the restore"
        )
    return engine


def _partitions(tokens: list[Token]) -> bytes:
    """Return the partitions without their engines: that of the table is chosen by the caller."""
    kept: list[Token] = []
    words = Words(tokens)
    while not words.at_end:
        if words.accept(b"STORAGE", b"ENGINE") or words.accept(b"ENGINE"):
            words.accept(b"=")
            _engine(words.take())
        else:
            kept.append(words.take())
    check_partitions(kept)
    return render(kept)


def read_create_index(words: Words, kind: str, database: OwnDatabase) -> tuple[str, Key]:
    """Read what follows CREATE [UNIQUE|FULLTEXT|SPATIAL] INDEX: the table's name and the key."""
    words.accept(b"IF", b"NOT", b"EXISTS")
    name = words.name()
    method = _method(words)
    words.expect(b"ON")
    table, key = own_name(words, database), _key(words, kind, name, method=method)
    pass_how(words)
    return table, key


def pass_how(words: Words) -> None:
    """Take how a server is to make or drop an index."""
    pass_wait(words)
    while any(words.accept(word) for word in _HOW):
        words.accept(b"=")
        words.take()
