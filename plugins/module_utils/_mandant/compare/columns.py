# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""When two values are one and the same, whatever the collations of their columns take for equal; pure.

Each pair of columns has an expression that is put around both of them: what comes out is the same exactly where the
values are, letter case, blanks at the end, umlauts and the sign of a zero included. Texts in two character sets are
compared by their characters. What could be longer than a packet, of which a server makes NULL, is taken by its SHA-256.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn

_INTEGERS = frozenset(("tinyint", "smallint", "mediumint", "int", "bigint", "year"))
_EXACT = _INTEGERS | {"decimal"}
_NUMBERS = _EXACT | {"float", "double"}
_MOMENTS = frozenset(("date", "datetime", "timestamp"))
_MEMBERS = frozenset(("enum", "set"))
_BINARIES = frozenset(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"))
_TEXTS = frozenset(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json")) | _MEMBERS
# Both sides are of these kinds: the expression where they are of one type, and that where they are not; None is that of
# a text. As a text a number has all its digits, and -0 is not 0.
_RULES: tuple[tuple[frozenset[str], str, str | None], ...] = (
    (_INTEGERS, "{}", "{}"),
    (_EXACT, "{}", "CAST({} AS DECIMAL(65,30))"),
    (_NUMBERS, "CONCAT({}*1e0)", "CONCAT({}*1e0)"),
    (frozenset(("bit",)), "({}|0)", "({}|0)"),
    (_MEMBERS, "({}|0)", None),
    (_MOMENTS, "{}", "CAST({} AS DATETIME(6))"),
    (frozenset(("time",)), "{}", "CAST({} AS TIME(6))"),
    (_BINARIES, "{}", "{}"),
)
# What is longer than a TEXT may be longer than a server's max_allowed_packet, and so may all texts of a row.
_SHORT_BYTES = 65535
_SHORT_IN_ROW_BYTES = 1024


@dataclasses.dataclass(frozen=True)
class Both:
    """A column that both sides have."""

    mandant: SourceColumn
    backup: SourceColumn

    @property
    def name(self) -> str:
        return self.mandant.name

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset((self.mandant.type_name, self.backup.type_name))

    @property
    def alike(self) -> bool:
        """Whether the two are of one type, and their texts in one character set."""
        one, other = self.mandant, self.backup
        return (one.type_sql, one.charset) == (other.type_sql, other.charset)

    @property
    def joins(self) -> bool:
        """Whether a key of these finds, in the other table, what is the same to both of them."""
        if self.kinds <= _INTEGERS:
            return True
        return self.alike and self.mandant.collation == self.backup.collation

    @property
    def by_number(self) -> bool:
        """Whether what is equal is the same."""
        return self.kinds <= _INTEGERS

    @property
    def value(self) -> str:
        """The expression, with ``{}`` for the column."""
        for kinds, alike, otherwise in _RULES:
            if self.kinds <= kinds:
                return alike if self.alike else otherwise or self._text
        if self.kinds <= _TEXTS | _BINARIES:
            return self._text
        return "HEX({})" if len(self.kinds) == 1 else "CAST(CONVERT(CONCAT({}) USING utf8mb4) AS BINARY)"

    @property
    def piece(self) -> str:
        """The expression for a part of a row, which is told from the next part behind a comma, and from NULL."""
        value = self.value
        if self.kinds <= _TEXTS | _BINARIES and not value.endswith("|0)"):
            if value.startswith("SHA2("):
                return f"COALESCE({value}, 'N')"
            if self._longest > _SHORT_IN_ROW_BYTES:
                return f"COALESCE(SHA2({value}, 256), 'N')"
            return f"COALESCE(CONCAT(LENGTH({value}), ':', {value}), 'N')"
        return f"COALESCE({value}, 'N')"

    @property
    def _text(self) -> str:
        convert = not self.kinds & _BINARIES and (self.mandant.charset != self.backup.charset or len(self.kinds) > 1)
        value = "CONVERT({} USING utf8mb4)" if convert else "{}"
        return f"SHA2({value}, 256)" if self._longest > _SHORT_BYTES else f"CAST({value} AS BINARY)"

    @property
    def _longest(self) -> int:
        """How many bytes a text may have; that of a type without a limit is long."""
        return max(column.octets or _SHORT_BYTES + 1 for column in (self.mandant, self.backup))
