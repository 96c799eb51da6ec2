# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""ALTER TABLE, clause by clause, in the values that its table is kept in."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes import keys as of_keys
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.charsets import converted, with_default
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.columns import (
    check_added,
    check_change,
    placed_in,
    split_place,
    with_column,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.steps import Step
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_defaults import read_default
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_reader import (
    VERSIONING,
    read_column,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import (
    with_keys_of,
    with_own_columns,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import (
    ALTERED_OPTIONS,
    OF_DATABASE,
    Parts,
    with_options,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import every_server_executes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import own_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    split_at_commas,
    text_of,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        Column,
        TableDefinition,
    )
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase

_AGAIN = "make the dump again, of the table as it is"
_HOW = (b"ALGORITHM", b"LOCK", b"FORCE", b"WITH", b"WITHOUT")
_OPTIONS = (b"COMMENT", b"ENGINE", b"TYPE", b"DEFAULT", b"CHARACTER", b"CHARSET", b"COLLATE", b"PARTITION")


class RowsSoFar(t.NamedTuple):
    """What stands before an ALTER TABLE: whether the table has rows, some that leave out columns, some that a key
    decides about (REPLACE, IGNORE, ON DUPLICATE KEY UPDATE), and whether it was changed behind rows before.
    """

    there: bool = False
    left_out: bool = False
    decided: bool = False
    changed: bool = False


class AlterTable:
    """Reads what follows ALTER TABLE and its name.

    Then ``definition`` is the table that comes of it, ``steps`` is what becomes of rows before it, and ``new_name`` is
    another name for the table, None where it keeps its own.
    """

    def __init__(
        self,
        definition: TableDefinition,
        database: OwnDatabase,
        tables: t.Iterable[TableDefinition] = (),
        rows: RowsSoFar = RowsSoFar(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.definition = self._before = definition
        self.steps: list[Step] = []
        self.new_name: str | None = None
        self._database = database
        self._tables = tables
        self._rows = rows
        # A server counts from the highest one on that was there before the statement, dropped by it or not.
        self._numbers = itertools.count(of_keys.highest_number(definition) + 1)
        self._readers: dict[bytes, t.Callable[[Words], None]] = {
            b"ADD": self._add,
            b"DROP": self._drop,
            b"MODIFY": functools.partial(self._change, renames=False),
            b"CHANGE": functools.partial(self._change, renames=True),
            b"RENAME": self._rename,
            b"ALTER": self._alter,
            b"CONVERT": self._convert,
            b"REMOVE": self._remove,
        }

    def read(self, words: Words) -> AlterTable:
        """Read all clauses."""
        if words.accept(b"DISABLE", b"KEYS") or words.accept(b"ENABLE", b"KEYS"):
            return self
        clauses = [Words(clause) for clause in split_at_commas(words.rest())]
        for number, clause in enumerate(clauses):
            with clause.placed():
                if clause.accept(b"ORDER", b"BY"):
                    _pass_order(clauses[number:])
                    self.steps.append(Step("order"))
                    break
                self._clause(clause)
        counter = self.definition.counter
        is_added = counter is not None and any(one.name == counter.name for one in self._added())
        if is_added and (self.definition.next_number is not None or any(step.kind == "order" for step in self.steps)):
            raise Refused("ALTER TABLE that adds a counter behind rows, and says where it begins, or their order")
        return self

    def _clause(self, words: Words) -> None:
        verb = words.upper()
        if not every_server_executes(words.version_here()):
            raise Refused("ALTER TABLE with an executable comment, which not every server would execute")
        if verb in self._readers:
            words.take()
            self._readers[verb](words)
            if not words.at_end:
                raise Refused(f"ALTER TABLE with {verb.decode()} and {text_of(words.rest())}")
        elif verb in (*_OPTIONS, *ALTERED_OPTIONS):
            self._options(words)
        else:
            rest = words.rest()
            if verb not in _HOW or len(rest) > 3:
                raise Refused(f"ALTER TABLE with {text_of(rest) or 'a clause without words'}")

    def _added(self) -> list[Step]:
        return [step for step in self.steps if step.kind == "add" and self._rows.there]

    def _add(self, words: Words) -> None:
        if words.accept(b"SYSTEM", b"VERSIONING"):
            raise Refused(VERSIONING)
        if words.upper() == b"PARTITION":
            raise Refused(f"ALTER TABLE that adds a partition; {_AGAIN}")
        words.accept(b"COLUMN")
        tolerant = words.accept(b"IF", b"NOT", b"EXISTS")
        following = words.peek()
        if following is not None and following.is_mark(b"("):
            for one in split_at_commas(words.group()):
                self._add_one(Words(one), tolerant=tolerant)
        else:
            self._add_one(words, tolerant=tolerant)

    def _add_one(self, words: Words, *, tolerant: bool) -> None:
        tokens, place = split_place(words.rest())
        tolerant = tolerant or b"IF" in [token.upper for token in tokens[1:5]]
        parts = Parts(self._database)
        parts.add(Words(tokens))
        for column in parts.columns:
            if self.definition.column(column.name) is not None:
                if tolerant:
                    return
                raise Refused(f"ALTER TABLE that adds the column {column.name}, which is there already")
            if self._rows.there:
                check_added(column, self._before, changed=self._rows.changed or self._rows.decided)
            self.definition = placed_in(self.definition, column, place)
            self.steps.append(Step("add", column.name, column=column))
        new = [key for key in parts.keys if not (tolerant and key.name and of_keys.has_key(self.definition, key.name))]
        foreign_keys = tuple(
            key if key.name is not None else dataclasses.replace(key, number=next(self._numbers))
            for key in with_own_columns(parts.foreign_keys, self.definition.columns)
        )
        before = of_keys.with_numbers(self.definition.foreign_keys)
        keys = of_keys.keys_so_far(self.definition) if new or foreign_keys else self.definition.keys
        self.definition = dataclasses.replace(
            self.definition,
            keys=with_keys_of(foreign_keys, keys + tuple(new)),
            foreign_keys=of_keys.by_place(before + foreign_keys),
            checks=self.definition.checks + tuple(parts.checks),
        )

    def _change(self, words: Words, *, renames: bool) -> None:
        """Read the new form of a column; where it ``renames``, as CHANGE does, the old name stands before it."""
        words.accept(b"COLUMN")
        tolerant = words.accept(b"IF", b"EXISTS")
        old = words.name() if renames else None
        tokens, place = split_place(words.rest())
        form = Words(tokens)
        column, keys = read_column(form)
        if not form.at_end:
            raise Refused("ALTER TABLE that makes a column point to another table")
        before = self.definition.column(old or column.name)
        if before is None:
            if tolerant:
                return
            raise Refused(f"ALTER TABLE that changes the column {old or column.name}, which is not there")
        self._check_change(before, column)
        self._rename_column(before, column.name)
        self._check_keys(keys)
        self.definition = with_column(self.definition, column.name, column)
        self.definition = dataclasses.replace(self.definition, keys=(*self.definition.keys, *keys))
        if place is not None:
            self.definition = placed_in(self.definition, column, place)
            self.steps.append(Step("order"))

    def _check_change(self, before: Column, after: Column) -> None:
        if self._rows.there:
            left_out = self._rows.left_out or bool(self._added())
            check_change(before, after, self.definition.charset, left_out=left_out)

    def _check_keys(self, keys: t.Sequence[Key]) -> None:
        if any(key.kind == "PRIMARY KEY" for key in keys) and self.definition.has_primary_key:
            raise Refused("ALTER TABLE that makes a second primary key")

    def _rename_column(self, column: Column, new: str) -> None:
        if column.name == new:
            return
        if column.name.lower() != new.lower():
            if self.definition.column(new) is not None:
                raise Refused(f"ALTER TABLE that renames {column.name} to {new}, which is there already")
            self._check_alone(column, "renames")
            self.steps.append(Step("rename", column.name, new))
        self.definition = of_keys.with_column_renamed(self.definition, column.name, new)
        renamed = dataclasses.replace(column, name=new)
        self.definition = with_column(self.definition, column.name, renamed)

    def _check_alone(self, column: Column, does: str) -> None:
        """Refuse what would have to change in other places as well."""
        found = of_keys.speaks_of(self.definition, column.name)
        if found is None and of_keys.referenced(self._tables, self.definition.name, column.name):
            found = "a foreign key of another table"
        if found is None and self._rows.there and self._rows.decided:
            found = "INSERT with ON DUPLICATE KEY UPDATE, REPLACE or IGNORE before it"
        if found is not None:
            raise Refused(f"ALTER TABLE that {does} the column {column.name}, which {found} needs")

    def _rename(self, words: Words) -> None:
        if words.accept(b"COLUMN"):
            tolerant = words.accept(b"IF", b"EXISTS")
            old = words.name()
            words.expect(b"TO")
            column, new = self.definition.column(old), words.name()
            if column is not None:
                self._rename_column(column, new)
            elif not tolerant:
                raise Refused(f"ALTER TABLE that renames the column {old}, which is not there")
            return
        if words.upper() in (b"INDEX", b"KEY") and b"TO" in (words.upper(2), words.upper(4)):
            words.take()
            tolerant = words.accept(b"IF", b"EXISTS")
            old = words.name()
            words.expect(b"TO")
            new = words.name()
            if not tolerant or of_keys.has_key(self.definition, old):
                self.definition = of_keys.with_key_renamed(self.definition, old, new)
            return
        if not (words.accept(b"TO") or words.accept(b"AS")):
            words.accept(b"=")
        self.new_name = own_name(words, self._database)

    def _drop(self, words: Words) -> None:
        if words.accept(b"PRIMARY", b"KEY"):
            self._without(of_keys.without_key(self.definition, None), "the primary key", unique=True, tolerant=False)
            return
        for kind in ((b"FOREIGN", b"KEY"), (b"KEY",), (b"INDEX",), (b"CONSTRAINT",), (b"CHECK",)):
            following = words.peek(len(kind))
            if following is not None and words.accept(*kind):
                tolerant = words.accept(b"IF", b"EXISTS")
                self._drop_key(kind[0], words.name(), tolerant=tolerant)
                return
        if words.upper() in (b"SYSTEM", b"PARTITION", b"PERIOD") and not words.accept(b"COLUMN"):
            raise Refused(f"ALTER TABLE that drops a {words.upper().decode()}; {_AGAIN}")
        words.accept(b"COLUMN")
        tolerant = words.accept(b"IF", b"EXISTS")
        name = words.name()
        column = self.definition.column(name)
        words.accept(b"RESTRICT")
        if column is not None:
            self._drop_column(column)
        elif not tolerant:
            raise Refused(f"ALTER TABLE that drops the column {name}, which is not there")

    def _drop_column(self, column: Column) -> None:
        self._check_alone(column, "drops")
        self.definition = of_keys.without_column(self.definition, column.name)
        left = tuple(one for one in self.definition.columns if one.name != column.name)
        self.definition = dataclasses.replace(self.definition, columns=left)
        if not left:
            raise Refused("ALTER TABLE that drops all columns")
        self.steps.append(Step("drop", column.name))

    def _drop_key(self, kind: bytes, name: str, *, tolerant: bool) -> None:
        found: TableDefinition | None = None
        definition = self.definition
        if kind in (b"CONSTRAINT", b"CHECK"):
            left = tuple(check for check in definition.checks if (check.name or "").lower() != name.lower())
            found = dataclasses.replace(definition, checks=left) if left != definition.checks else None
        if found is None and kind in (b"CONSTRAINT", b"FOREIGN"):
            found = of_keys.without_foreign_key(definition, name)
        unique = False
        if found is None and kind in (b"CONSTRAINT", b"KEY", b"INDEX"):
            found = of_keys.without_key(definition, name)
            unique = found is not None
        self._without(found, f"the key {name}", unique=unique, tolerant=tolerant)

    def _without(self, found: TableDefinition | None, what: str, *, unique: bool, tolerant: bool) -> None:
        if found is None:
            if not tolerant:
                raise Refused(f"ALTER TABLE that drops {what}, which is not there")
            return
        if unique and self._rows.there and self._rows.decided:
            raise Refused(f"ALTER TABLE that drops {what} behind rows with REPLACE, IGNORE or ON DUPLICATE KEY UPDATE")
        self.definition = found

    def _alter(self, words: Words) -> None:
        if words.upper() in (b"INDEX", b"KEY", b"CHECK", b"CONSTRAINT") and words.upper(1) not in (b"SET", b"DROP"):
            raise Refused(f"ALTER TABLE that alters a {words.upper().decode()}; {_AGAIN}")
        words.accept(b"COLUMN")
        name = words.name()
        column = self.definition.column(name)
        if column is None:
            raise Refused(f"ALTER TABLE that changes the column {name}, which is not there")
        new = None
        if words.accept(b"SET"):
            new = read_default(words)
        else:
            words.expect(b"DROP", b"DEFAULT")
        if new is None and column.nullable:
            raise Refused(f"ALTER TABLE that drops the default of {name}, which may be NULL: no CREATE TABLE says that")
        attributes = [one for one in column.attributes if one.kind != "DEFAULT"]
        after = dataclasses.replace(column, attributes=(*attributes, *([] if new is None else [new])))
        self._check_change(column, after)
        self.definition = with_column(self.definition, column.name, after)

    def _convert(self, words: Words) -> None:
        words.expect(b"TO")
        words.accept(b"DEFAULT")
        told = with_options(dataclasses.replace(self.definition, charset=None, collation=None), Words(words.rest()))
        if told.charset in (None, OF_DATABASE):
            raise Refused("CONVERT TO the character set that is the database's")
        self.definition = converted(self.definition, told.charset, told.collation)

    def _remove(self, words: Words) -> None:
        words.expect(b"PARTITIONING")
        left = tuple(option for option in self.definition.options if option.kind != "PARTITION")
        self.definition = dataclasses.replace(self.definition, options=left)

    def _options(self, words: Words) -> None:
        """Read options of the table; another character set is for columns to come."""
        following = words.peek(1)
        if words.upper() == b"PARTITION" and (following is None or following.upper != b"BY"):
            raise Refused(f"ALTER TABLE with {text_of(words.rest())}")
        blank = dataclasses.replace(self.definition, charset=None, collation=None)
        told = with_options(blank, words, database_charset=False)
        charset, collation = told.charset, told.collation
        told = dataclasses.replace(told, charset=self.definition.charset, collation=self.definition.collation)
        self.definition = told if charset is None and collation is None else with_default(told, charset, collation)


def _pass_order(clauses: t.Sequence[Words]) -> None:
    """Take the columns by which a server would write the rows anew: no statement can tell."""
    for words in clauses:
        with words.placed():
            words.name()
            if not (words.accept(b"ASC") or words.accept(b"DESC") or words.at_end):
                raise Refused("ALTER TABLE with ORDER BY something else than columns")
