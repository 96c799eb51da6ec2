# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A table as a dump defines it: parts that can be repaired, renamed and written again.

A CREATE TABLE of a dump is never sent to a server as it is. It is read into these values, and what
is not understood is refused; the statement that creates the shadow table is written from them.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import (
    Check,
    is_not_enforced,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name

# What a value takes at least: a key that is too long by less is refused by the server.
_BYTES_OF_TYPE = {
    "tinyint": 1, "bool": 1, "boolean": 1, "smallint": 2, "mediumint": 3, "int": 4, "integer": 4, "bigint": 8,
    "float": 4, "double": 8, "real": 8, "date": 3, "datetime": 5, "timestamp": 4, "time": 3, "year": 1, "enum": 1,
    "set": 1, "bit": 1, "uuid": 16, "inet6": 16, "inet4": 4,
}  # fmt: skip
# Whole decimal digits are stored by nine, what is left of them in so many bytes.
_BYTES_OF_DIGITS = (0, 1, 1, 2, 2, 3, 3, 4, 4)
_DECIMALS = ("decimal", "numeric", "dec", "fixed")
_CHARACTERS = ("char", "varchar", "character", "nchar", "nvarchar")

# Values of spatial types stand in a dump as the server stores them.
SPATIAL_TYPES = frozenset(
    ("geometry", "geometrycollection", "geomcollection", "point", "linestring", "polygon", "multipoint",
     "multilinestring", "multipolygon")
)  # fmt: skip
_BINARY_TYPES = SPATIAL_TYPES | {"bit", "vector"}
# Collations of MariaDB that begin so are of no character set of their own.
FOR_ALL_CHARSETS = "uca1400"
_LISTS_KEPT = 1000
_NOTHING = {b"'%b'" % text: re.compile(rb"[(,] *'%b *' *[,)]" % text) for text in (b"", b"0", b"00")}
# Gives the bytes of the longest character of a character set; None stands for the table's.
CharacterBytes = t.Callable[[t.Optional[str]], int]


class _Few(dict[t.Any, t.Any]):
    """Keeps what was found for the last lists of columns; a dump may have another one in each row."""

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        if len(self) >= _LISTS_KEPT:
            self.clear()
        super().__setitem__(key, value)


@dataclasses.dataclass(frozen=True)
class Attribute:
    """An attribute of a column or table: ``kind`` (as DEFAULT), SQL, and ``version`` of its executable comment."""

    kind: str
    sql: bytes
    version: bytes | None = None

    @property
    def value(self) -> str:
        """What stands behind the equals sign of an option, in upper case and without quotes."""
        return self.sql.partition(b"=")[2].strip(b"'\"").decode("utf-8", "replace").upper()


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: ``type_name`` in lower case, ``type_sql`` with length and signedness, ``version`` as an Attribute."""

    name: str
    type_name: str
    type_sql: bytes
    attributes: tuple[Attribute, ...] = ()
    length: int = 0
    version: bytes | None = None

    def attribute(self, kind: str) -> Attribute | None:
        """Return the attribute of a kind, or None."""
        return next((attribute for attribute in self.attributes if attribute.kind == kind), None)

    @property
    def nullable(self) -> bool:
        return self.attribute("NOT NULL") is None

    @property
    def auto_increment(self) -> bool:
        return self.attribute("AUTO_INCREMENT") is not None

    @functools.cached_property
    def is_flag(self) -> bool:
        """Whether it is CAO's kind of a truth value; looked at once, since an ENUM may have thousands of members."""
        return self.type_name == "enum" and sorted(self.type_sql[5:-1].upper().split(b",")) == [b"'N'", b"'Y'"]

    @property
    def is_binary(self) -> bool:
        """Whether its values are bytes that need not be characters."""
        return self.type_name.endswith(("blob", "binary")) or self.type_name in _BINARY_TYPES

    @functools.cached_property
    def nothing(self) -> bytes:
        """The text that stands for an ENUM's empty value, number 0: the first of a few that is no member, else b""."""
        free = (text for text, member in _NOTHING.items() if not member.search(self.type_sql))
        return next(free, b"") if self.type_name == "enum" else b""

    @property
    def charset(self) -> str | None:
        """The character set that it names, itself or by its collation; None for the table's."""
        named = self.attribute("CHARACTER SET")
        if named is not None:
            return named.sql[len(b"CHARACTER SET ") :].decode().lower()
        collation = self.attribute("COLLATE")
        if collation is None and self.type_name in ("nchar", "nvarchar"):
            return "utf8mb3"
        charset = collation.sql[len(b"COLLATE ") :].decode().lower().partition("_")[0] if collation else None
        return None if charset == FOR_ALL_CHARSETS else charset

    def key_bytes(self, prefix: int | None, longest: CharacterBytes) -> int:
        """Return the bytes this column takes in a key, as servers count them: without those that tell its length."""
        if self.type_name in _CHARACTERS or (self.type_name.endswith("text") and prefix):
            return (prefix or self.length) * longest(self.charset)
        if self.type_name in ("binary", "varbinary") or prefix:
            return prefix or self.length
        if self.type_name in _DECIMALS:
            digits = [int(number) for number in re.findall(rb"\d+", self.type_sql)] or [10]
            scale = digits[1] if len(digits) > 1 else 0
            return sum(part // 9 * 4 + _BYTES_OF_DIGITS[part % 9] for part in (max(0, digits[0] - scale), scale))
        return _BYTES_OF_TYPE.get(self.type_name, 8)

    def sql(self, server: ServerFlavour) -> bytes:
        """Return the column as it stands in CREATE TABLE."""
        kept = [
            one.sql
            for one in self.attributes
            if server.executes(one.version) and (server.has_unenforced_checks or not is_not_enforced(one.sql))
        ]
        return b" ".join([quoted_name(self.name), self.type_sql, *kept])


@dataclasses.dataclass(frozen=True)
class TableDefinition:
    """A table of the dump. ``options`` are those that are kept as they are (COMMENT, ROW_FORMAT ...).

    ``file_options`` say how its files are kept, each server in its own way; ``time_zone`` what the defaults of its
    TIMESTAMPs are in, None for the server's; ``late_counter`` that the dump sets AUTO_INCREMENT behind the rows;
    ``collation_first`` that COLLATE stood before CHARSET; ``any_size`` that innodb_strict_mode was off. ``line`` and
    ``origin``, the statement, are those of its CREATE TABLE.
    """

    name: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    engine: str | None = None
    charset: str | None = None
    collation: str | None = None
    options: tuple[Attribute, ...] = ()
    time_zone: str | None = None
    file_options: tuple[Attribute, ...] = ()
    late_counter: bool = False
    collation_first: bool = False
    any_size: bool = False
    origin: int = dataclasses.field(default=0, compare=False)
    line: int = dataclasses.field(default=0, compare=False)

    @functools.cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name.lower(): column for column in reversed(self.columns)}

    def column(self, name: str) -> Column | None:
        """Return a column by its name in any letter case, or None."""
        return self._by_name.get(name.lower())

    @property
    def has_primary_key(self) -> bool:
        return any(key.kind == "PRIMARY KEY" for key in self.keys)

    def is_nullable(self, column: Column) -> bool:
        """Whether a column can be NULL; a part of the primary key cannot, whatever is said of it."""
        parts = {(part.column or "").lower() for key in self.keys if key.kind == "PRIMARY KEY" for part in key.parts}
        return column.nullable and column.name.lower() not in parts

    def _spelled(self, column: Column) -> Column:
        """Return a TIMESTAMP that says whether it can be NULL.

        Where it does not, servers differ by a setting: with explicit_defaults_for_timestamp=OFF it cannot, and what is
        NULL in the dump becomes the moment of the restore.
        """
        said = any(column.attribute(kind) for kind in ("NULL", "NOT NULL", "GENERATED"))
        if said or column.type_name != "timestamp":
            return column
        word = "NULL" if self.is_nullable(column) else "NOT NULL"
        return dataclasses.replace(column, attributes=(Attribute(word, word.encode()), *column.attributes))

    @functools.cached_property
    def _binary_at(self) -> dict[tuple[str, ...], frozenset[int]]:
        return _Few()

    def binary_at(self, columns: tuple[str, ...]) -> frozenset[int]:
        """Return where in rows with these columns, none for all, binary ones stand; found once for rows alike."""
        found = self._binary_at.get(columns)
        if found is None:
            named = [self.column(name) for name in columns] if columns else list(self.columns)
            found = frozenset(index for index, column in enumerate(named) if column is not None and column.is_binary)
            self._binary_at[columns] = found
        return found

    @functools.cached_property
    def _counter_at(self) -> dict[tuple[str, ...], int | None]:
        return _Few()

    def counter_at(self, columns: tuple[str, ...]) -> int | None:
        """Return where in rows with these columns, none for all, the counter stands; found once for rows alike."""
        if columns not in self._counter_at:
            names = [name.lower() for name in columns or tuple(column.name for column in self.columns)]
            name = self.counter.name.lower() if self.counter is not None else ""
            self._counter_at[columns] = names.index(name) if name in names else None
        return self._counter_at[columns]

    @functools.cached_property
    def counter(self) -> Column | None:
        """The column that is AUTO_INCREMENT."""
        return next((column for column in self.columns if column.auto_increment), None)

    def leaves_out_counter(self, columns: t.Sequence[str]) -> bool:
        """Whether rows with these columns, none for all, get the number of the counter from the server."""
        counter = self.counter
        return bool(columns) and counter is not None and counter.name.lower() not in map(str.lower, columns)

    @property
    def collations(self) -> frozenset[str]:
        """The collations that the table and its columns name."""
        named = {
            attribute.sql[8:].decode()
            for column in self.columns
            for attribute in column.attributes
            if attribute.kind == "COLLATE"
        }
        return frozenset(named | ({self.collation} if self.collation else set()))

    @property
    def collations_of_unique_keys(self) -> frozenset[str]:
        """The collations that decide which rows are duplicates."""
        parts = [part for key in self.keys if key.kind in ("PRIMARY KEY", "UNIQUE KEY") for part in key.parts]
        found = set()
        for column in (self.column(part.column) for part in parts if part.column):
            if column is None or not column.type_name.endswith(("char", "text", "enum", "set")):
                continue
            named = column.attribute("COLLATE")
            if named is not None:
                found.add(named.sql[8:].decode())
            elif self.collation is not None and column.charset is None:
                found.add(self.collation)
        return frozenset(found)

    def with_collations(self, known: t.Mapping[str, str]) -> TableDefinition:
        """Return the definition with other collations, for a server that lacks the dump's."""

        def changed(attribute: Attribute) -> Attribute:
            name = attribute.sql[8:].decode() if attribute.kind == "COLLATE" else ""
            return (
                dataclasses.replace(attribute, sql=b"COLLATE " + known.get(name, name).encode()) if name else attribute
            )

        columns = [
            dataclasses.replace(column, attributes=tuple(map(changed, column.attributes))) for column in self.columns
        ]
        collation = known.get(self.collation, self.collation) if self.collation else None
        return dataclasses.replace(self, columns=tuple(columns), collation=collation)

    @property
    def needs_engine_without_transactions(self) -> bool:
        """Whether only MyISAM and Aria can hold it: the counter is not the first part of any key.

        InnoDB answers with error 1075 (cao-format 1.7 no 2: VERTRETER_ABR).
        """
        counter = self.counter
        if counter is None:
            return False
        firsts = {(key.parts[0].column or "").lower() for key in self.keys}
        parts = {(part.column or "").lower() for key in self.keys for part in key.parts}
        return counter.name.lower() in parts and counter.name.lower() not in firsts

    @property
    def partitioned(self) -> bool:
        return any(option.kind == "PARTITION" for option in self.options)

    def longest_key_bytes(self, longest: CharacterBytes) -> int:
        """Return the length of the longest key, for the limit of 1000 bytes of MyISAM (cao-format 1.7 no 3)."""
        return max((sum(self._key_bytes(key, longest)) for key in self.keys), default=0)

    def longest_key_part_bytes(self, longest: CharacterBytes) -> int:
        """Return the length of the longest column in any key, for the limit of 767 bytes of an old InnoDB."""
        return max((part for key in self.keys for part in self._key_bytes(key, longest)), default=0)

    def _key_bytes(self, key: Key, longest: CharacterBytes) -> list[int]:
        """Return the length of each column of a key that has a limit."""
        parts = () if key.kind.startswith(("FULLTEXT", "SPATIAL")) else key.parts
        columns = [(self.column(part.column or ""), part.length) for part in parts]
        return [column.key_bytes(length, longest) for column, length in columns if column]

    def with_empty_members(self, names: t.Collection[str]) -> TableDefinition:
        """Return it with what stands for nothing among the members of some ENUMs, by their names in lower case."""
        having = [one for one in self.columns if one.nothing and one.name.lower() in names]
        types = {one.name: one.type_sql[:-1] + b"," + one.nothing + b")" for one in having}
        columns = [dataclasses.replace(one, type_sql=types.get(one.name, one.type_sql)) for one in self.columns]
        return dataclasses.replace(self, columns=tuple(columns))

    @property
    def next_number(self) -> Attribute | None:
        """What it says of where its counter begins, None where it says nothing."""
        return next((option for option in self.options if option.kind == "AUTO_INCREMENT"), None)

    def _is_late(self, option: Attribute) -> bool:
        return self.late_counter and option.kind == "AUTO_INCREMENT"

    def create_statement(
        self, as_name: str, *, engine: str | None, charset: str | None, collation: str | None, server: ServerFlavour
    ) -> bytes:
        """Return the complete CREATE TABLE, without foreign keys, under the name ``as_name``."""
        lines = [self._spelled(column).sql(server) for column in self.columns if server.executes(column.version)]
        lines += [key.sql() for key in self.keys if key.is_on(server)]
        lines += [check.sql(server) for check in self.checks if check.enforced or server.has_unenforced_checks]
        options = [one.sql for one in self.options if server.executes(one.version) and not self._is_late(one)]
        partitions = [sql for sql in options if sql.upper().startswith(b"PARTITION")]
        words = [b"ENGINE=" + engine.encode()] if engine else []
        words += [b"DEFAULT CHARSET=" + charset.encode()] if charset else []
        words += [b"COLLATE=" + collation.encode()] if collation else []
        words += [sql for sql in options if sql not in partitions] + partitions
        return b"CREATE TABLE " + quoted_name(as_name) + b" (\n  " + b",\n  ".join(lines) + b"\n) " + b" ".join(words)
