# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which server a definition is written for, and everything in which servers differ, each under a name of its own.

The versions are those of the release notes of MariaDB and MySQL.
"""

from __future__ import annotations

import dataclasses
import re

Version = tuple[int, int, int]

_ALWAYS = (0, 0, 0)
_NEVER = (1_000_000, 0, 0)
# Types of columns that only some versions know, of MariaDB and of MySQL.
_SINCE = {
    "inet6": ((10, 5, 0), _NEVER),
    "uuid": ((10, 7, 0), _NEVER),
    "inet4": ((10, 10, 0), _NEVER),
    "vector": ((11, 7, 1), (9, 0, 0)),
}


def every_server_executes(comment: bytes | None) -> bool:
    """Whether each server that is supported executes a comment; see ServerFlavour.executes."""
    return comment is None or (not comment.startswith(b"/*M") and int(comment.rpartition(b"!")[2] or 0) <= 50600)


@dataclasses.dataclass(frozen=True)
class ServerFlavour:
    """MariaDB or MySQL; ``version`` as (10, 11, 6)."""

    mariadb: bool
    version: Version

    @classmethod
    def of(cls, version: str, comment: str = "") -> ServerFlavour:
        """Return the flavour from the server's variables ``version`` and ``version_comment``."""
        # Old replication clients made MariaDB put 5.5.5- in front.
        numbers = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)", version)
        found = (int(numbers[1]), int(numbers[2]), int(numbers[3])) if numbers else (0, 0, 0)
        return cls("mariadb" in (version + comment).lower(), found)

    def _since(self, mariadb: Version, mysql: Version) -> bool:
        return self.version >= (mariadb if self.mariadb else mysql)

    def executes(self, comment: bytes | None) -> bool:
        """Whether the server executes a comment opened like ``/*!50100`` or ``/*M!100616``.

        MariaDB leaves out those that MySQL 5.7 to 9 introduced (MariaDB documentation, comment syntax).
        """
        if comment is None:
            return True
        digits = comment.rpartition(b"!")[2]
        needed = int(digits) if digits else 0
        have = self.version[0] * 10000 + self.version[1] * 100 + self.version[2]
        if comment.startswith(b"/*M"):
            return self.mariadb and have >= needed
        return have >= needed and not (self.mariadb and 50700 <= needed <= 99999)

    @property
    def renames_atomically(self) -> bool:
        """Whether a RENAME of many tables survives a crash as a whole, whatever their engines."""
        return self._since((10, 6, 1), _NEVER)

    @property
    def has_comments_of_databases(self) -> bool:
        """Whether CREATE DATABASE takes a comment."""
        return self._since((10, 5, 0), _NEVER)

    @property
    def spoils_texts_of_views(self) -> bool:
        """Whether texts of views are kept in another character set than that of their statement (tried on 5.6)."""
        return not self._since((0, 0, 0), (8, 0, 0))

    @property
    def limits_queries(self) -> bool:
        """Whether a session can say how long its queries may take."""
        return self._since((10, 1, 2), (5, 7, 8))

    def logs_temporary_tables(self, binlog_format: str) -> bool:
        """Whether making or dropping a temporary table is noted in a binary log of this format (tried)."""
        if self.mariadb:
            return binlog_format.upper() != "ROW"
        return self.version < (8, 0, 4) or binlog_format.upper() == "STATEMENT"

    @property
    def names_foreign_keys_by_table(self) -> bool:
        """Whether foreign keys of two tables may have one name."""
        return self._since((12, 1, 1), _NEVER)

    @property
    def calls_foreign_keys_by_index(self) -> bool:
        """Whether FOREIGN KEY x (...) without CONSTRAINT is called x, and not only its key (tried on each)."""
        return self.mariadb

    @property
    def keeps_collation_before_charset(self) -> bool:
        """Whether COLLATE=x CHARSET=y, in this order, is that collation, and not the character set's own (tried)."""
        return self._since((10, 9, 0), (8, 0, 0))

    @property
    def own_modes(self) -> tuple[str, ...]:
        """The sql_modes of this server alone under which a trigger computes something else."""
        if self.mariadb:
            return "TIME_ROUND_FRACTIONAL", "SIMULTANEOUS_ASSIGNMENT"
        return ("TIME_TRUNCATE_FRACTIONAL",) if self.version >= (8, 0, 1) else ()

    @property
    def takes_accents_for_none(self) -> bool:
        """Whether names of foreign keys and triggers that differ by letter case or accents only are one name."""
        return self._since(_NEVER, (8, 0, 0))

    @property
    def notes_names_as_files(self) -> bool:
        """Whether a foreign key that is added in place is noted with the parent's name as the server names files.

        MySQL before 8.0 notes it as it stands. The parent never finds one to a name that a file would not have.
        """
        return self._since(_ALWAYS, (8, 0, 0))

    @property
    def heeds_inline_references(self) -> bool:
        """Whether REFERENCES behind a column makes a foreign key; elsewhere it is read and left out."""
        return self._since((10, 5, 0), (9, 0, 0))

    @property
    def tells_restrict(self) -> bool:
        """Whether RESTRICT of a foreign key is kept and shown; elsewhere it is what no word means.

        Said in ALTER TABLE it would become NO ACTION there.
        """
        return self._since(_NEVER, (8, 0, 0))

    @property
    def has_triggers_of_columns(self) -> bool:
        """Whether a trigger can be for an UPDATE OF some columns alone."""
        return self._since((11, 8, 0), _NEVER)

    @property
    def names_checks_by_schema(self) -> bool:
        """Whether CHECK constraints of two tables cannot have one name."""
        return self._since(_NEVER, (8, 0, 16))

    @property
    def has_unenforced_checks(self) -> bool:
        """Whether a CHECK constraint may be there without being heeded; else it is left out."""
        return self._since(_NEVER, (8, 0, 16))

    @property
    def builds_keys_in_place(self) -> bool:
        """Whether keys are added without copying the rows when told so, and others may read them meanwhile."""
        return self._since((10, 0, 0), (5, 6, 0))

    @property
    def has_generated_columns(self) -> bool:
        return self._since((10, 2, 1), (5, 7, 6))

    @property
    def has_computed_defaults(self) -> bool:
        return self._since((10, 2, 1), (8, 0, 13))

    @property
    def has_text_defaults(self) -> bool:
        return self._since((10, 2, 1), _NEVER)

    @property
    def has_json(self) -> bool:
        return self._since((10, 2, 7), (5, 7, 8))

    @property
    def has_fractions_of_seconds(self) -> bool:
        return self._since((5, 3, 0), (5, 6, 4))

    @property
    def has_invisible_columns(self) -> bool:
        return self._since((10, 3, 3), (8, 0, 23))

    @property
    def partitions_innodb_only(self) -> bool:
        return self._since(_NEVER, (8, 0, 0))

    @property
    def minds_referenced_partitions(self) -> bool:
        """Whether no foreign key can refer to a table with partitions, even while they are not checked."""
        return self._since(_NEVER, (8, 0, 0))

    @property
    def takes_password_hashes(self) -> bool:
        """Whether an account can be given the hash of a password; elsewhere the server hides passwords in its logs."""
        return self.mariadb or self.version < (5, 7, 0)

    @property
    def ends_sessions_by(self) -> str:
        """The least privilege that ends sessions of others."""
        if not self._since((10, 5, 2), (8, 0, 0)):
            return "SUPER"
        return "CONNECTION ADMIN" if self.mariadb else "CONNECTION_ADMIN"

    def has_type(self, name: str) -> bool:
        """Whether a column can have a type that only some versions know; True for all others."""
        since = _SINCE.get(name)
        return since is None or self._since(*since)

    @property
    def innodb_has_spatial_keys(self) -> bool:
        return self._since((10, 2, 2), (5, 7, 5))

    @property
    def innodb_has_fulltext_keys(self) -> bool:
        return self._since((10, 0, 5), (5, 6, 4))

    @property
    def innodb_alone_has_descending_keys(self) -> bool:
        return self._since(_NEVER, (8, 0, 1))

    @property
    def innodb_alone_has_keys_over_virtual_columns(self) -> bool:
        """Whether that holds for keys over expressions too, which are such columns there."""
        return self._since(_NEVER, (5, 7, 8))

    @property
    def has_keys_over_many_columns(self) -> bool:
        """Whether a key can have more than 16 columns."""
        return self._since((10, 0, 0), _NEVER)

    @property
    def has_unique_keys_over_whole_texts(self) -> bool:
        return self._since((10, 4, 3), _NEVER)

    def hashes_long_unique_keys(self, engine: str) -> bool:
        """Whether a unique key that is too long for an engine is made over a hash of its columns."""
        return engine.lower() in ("innodb", "myisam") and self.has_unique_keys_over_whole_texts

    @property
    def has_default_partitions(self) -> bool:
        """Whether a table can have a partition for all values that no other one lists."""
        return self._since((10, 2, 2), _NEVER)

    @property
    def loses_introduced_texts(self) -> bool:
        """Whether a text beyond ASCII with its character set in front is another one where an expression is kept."""
        return self.mariadb

    @property
    def has_read_only_databases(self) -> bool:
        """Whether ALTER DATABASE can forbid to write to one."""
        return not self.mariadb and self.version >= (8, 0, 22)

    @property
    def has_encrypted_tables(self) -> bool:
        return self._since((10, 1, 3), (5, 7, 11))

    @property
    def leaves_out_keys_over_expressions(self) -> bool:
        """Whether tables are made without these keys, since no version has them: they hold no data."""
        return self.mariadb

    @property
    def takes_keys_over_expressions(self) -> bool:
        """Whether a table with keys over expressions can be made, be it without them."""
        return self._since(_ALWAYS, (8, 0, 13))

    def longest_key_bytes(self, engine: str) -> int:
        """How long a key may be in all."""
        return {"myisam": 1000, "aria": 2000}.get(engine.lower(), 3072)

    def longest_key_part_bytes(self, engine: str) -> int | None:
        """How long one column of a key may be; None where only the whole counts."""
        return 767 if engine.lower() == "innodb" and not self._since((10, 2, 2), (5, 7, 7)) else None
