# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a dump defines so far, and the allowlist of the statements that may define it.

Nothing of this is ever executed as it stands in the file. A statement that is not known here
refuses the whole file, with its line, before anything happened.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.column_reader import (
    check_change,
    with_keys_of,
    without_foreign_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.passed_over import (
    pass_without_meaning,
    without_effect,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import (
    BULK_LOAD_VERBS,
    Settings,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_reader import (
    altered,
    known_engine,
    read_create_index,
    read_create_table,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import (
    Trigger,
    View,
    read_trigger,
    read_view,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import every_server_executes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, own_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.places_on_disk import without_places
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    text_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import REFUSED_BY_NAME

_MANDANT_TABLES_LIMIT = 10_000
# What is true of every row.
_ALWAYS = ("1", "1=1", "TRUE")
_CHANGING = (b"ALTER", b"CREATE", b"DELETE", b"DROP", b"TRUNCATE", b"USE")
_ROUTINES = (b"PROCEDURE", b"FUNCTION", b"EVENT", b"PACKAGE")


def _next_number(definition: TableDefinition) -> bytes | None:
    return next((option.sql for option in definition.options if option.kind == "AUTO_INCREMENT"), None)


def _by_letters(what: str, there: str, name: str, why: str = "") -> Refused:
    return Refused(f"the {what} {there} and {name}, whose names differ in letter case only{why}")


def _check_letters(name: str, there: Trigger | None) -> None:
    """Refuse a trigger that would take the place of another one."""
    if there is not None and there.name != name:
        raise _by_letters("triggers", there.name, name)


class Catalog:
    """Tables, views and triggers of a dump. What names mean, ByName says; triggers are one by any letters.

    ``line`` is where the next statement begins, ``number`` its number.
    """

    def __init__(self, database: OwnDatabase) -> None:
        self.database = database
        self.settings = Settings()
        self.tables: ByName[TableDefinition] = ByName()
        self.views: ByName[View] = ByName()
        self.triggers: dict[str, Trigger] = {}
        self.with_rows: set[str] = set()
        # Tables with rows that leave out columns.
        self.left_out: set[str] = set()
        # Tables with a trigger that their next rows would be shown to, and its name.
        self.filled_by: dict[str, str] = {}
        # Tables whose rows so far are gone: a later statement drops or empties them, as a second dump in the file does.
        self.voided: set[str] = set()
        # What is dropped by other letters than it was made by, and where: the same table to some servers only.
        self._dropped_by_letters: dict[str, tuple[str, int, int]] = {}
        self.definers_left_out = False
        # Tables that say where their files lie.
        self.placed: dict[str, None] = {}
        # Tables that name foreign keys in an engine that has none, and that engine.
        self.unlinked: dict[str, str] = {}
        self.database_format: tuple[str | None, str | None] = (None, None)
        # Whether what phpMyAdmin has noted about the tables follows, for its own database; whether it did.
        self.aside = self.notes_left_out = False
        self.line = self.number = 0
        self._readers: dict[bytes, t.Callable[[Words], None]] = {
            b"SET": self.settings.read,
            b"USE": self._use,
            b"CREATE": self._create,
            b"DROP": self._drop,
            b"ALTER": self._alter,
            b"TRUNCATE": self._empty,
            b"DELETE": self._delete,
        }

    def table(self, name: str) -> TableDefinition:
        """Return a table of the dump; Refused for one that the dump does not create."""
        found = self.tables.find(name)
        if found is None:
            raise Refused(f"rows or changes for the table {name!r}, which this dump does not create")
        return found

    def check_letters(self) -> None:
        """Refuse what only some servers drop, as long as nothing is made by these letters: see _drop_by_letters."""
        for name, (there, line, number) in self._dropped_by_letters.items():
            if there in self.tables or there in self.views:
                refused = _by_letters("tables", there, name, ": servers differ about whether this drops one")
                refused.line, refused.number = line, number
                raise refused

    def admit(self, tokens: tuple[Token, ...]) -> None:
        """Take note of one statement, or raise Refused."""
        words = Words(tokens)
        if words.at_end:
            return
        verb = words.upper()
        self.settings.check_texts(token.text for token in tokens if token.kind == "string")
        if pass_without_meaning(words):
            self._check_end(words)
            return
        if verb in BULK_LOAD_VERBS and self.settings.sets_bulk_load(render(tokens)):
            return
        reader = self._readers.get(verb) or without_effect(words, self.database)
        if reader is None:
            if verb in (b"INSERT", b"REPLACE"):
                raise Refused("rows in an executable comment, which not every server would execute")
            what = verb.decode("ascii", "replace") if verb in REFUSED_BY_NAME else "of another kind"
            raise Refused(f"the statement {what} is not one that a backup needs")
        if self.aside and verb in (b"CREATE", b"ALTER", b"DROP"):
            raise Refused("the tables of a second database, 'phpmyadmin'; it may hold one Mandant only")
        defines_table = verb == b"ALTER" or any(token.upper == b"TABLE" for token in tokens[1:4])
        reason = self.settings.other_meaning(tokens) if defines_table else None
        if reason:
            raise Refused(f"a table with {reason}")
        before = self.settings.meaning
        words.take()
        reader(words)
        self._check_end(words)
        changes = verb in _CHANGING or self.settings.meaning != before
        if changes and not every_server_executes(tokens[0].version):
            raise Refused(f"{verb.decode()} in an executable comment, which not every server would execute")

    @staticmethod
    def _check_end(words: Words) -> None:
        if not words.at_end:
            raise Refused(f"words at the end of a statement that are not understood: {text_of(words.rest())}")

    def _use(self, words: Words, *, alone: bool = True) -> None:
        name = words.name()
        self.aside = alone and bool(self.tables) and name == "phpmyadmin" != self.database.name
        reason = None if self.aside else self.database.declare(name)
        if reason:
            raise Refused(reason)

    def _create(self, words: Words) -> None:
        replaces = words.accept(b"OR", b"REPLACE")
        if words.accept(b"TABLE"):
            self._create_table(words, replaces=replaces)
        elif words.accept(b"DATABASE") or words.accept(b"SCHEMA"):
            words.accept(b"IF", b"NOT", b"EXISTS")
            self._use(words, alone=False)
            self._database_options(words)
        elif words.upper() in (b"INDEX", b"UNIQUE", b"FULLTEXT", b"SPATIAL"):
            self._create_index(words)
        else:
            self._create_stored_object(words)

    def _database_options(self, words: Words) -> None:
        """Take note of what tables are in that do not say it; a database has nothing else that matters."""
        while not words.at_end:
            if not every_server_executes(words.version_here()):
                words.take()
                continue
            charset = words.accept(b"CHARACTER", b"SET") or words.accept(b"CHARSET")
            if not charset and not words.accept(b"COLLATE"):
                words.take()
                continue
            words.accept(b"=")
            name = words.take().text.strip(b"'\"`").decode("ascii", "replace").lower()
            if not name.replace("_", "").isalnum():
                raise Refused("a character set that is not understood")
            # A character set that is told after a collation would be the other's.
            self.database_format = (name, None) if charset else (self.database_format[0], name)

    def _create_table(self, words: Words, *, replaces: bool) -> None:
        tokens, has_places = without_places(words.rest())
        definition, tolerant = read_create_table(Words(tokens), self.database)
        name = definition.name
        if replaces:
            self._forget_table(name)
        self._dropped_by_letters.pop(name, None)
        if name in self.tables:
            if tolerant:
                return
            raise Refused(f"the table {definition.name} is created twice")
        if len(self.tables) >= _MANDANT_TABLES_LIMIT:
            raise Refused(f"more than {_MANDANT_TABLES_LIMIT} tables")
        engine = definition.engine or known_engine(self.settings.engine or "")
        stamps = [one for one in definition.columns if one.type_name == "timestamp"]
        unsaid = [one.name for one in stamps if not any(map(one.attribute, ("NULL", "NOT NULL", "GENERATED")))]
        if self.settings.implicit_timestamps and unsaid:
            raise Refused(f"the TIMESTAMP {unsaid[0]} says neither NULL nor NOT NULL while a setting decides that")
        self.placed.update({name: None} if has_places else {})
        self._keep(dataclasses.replace(definition, time_zone=self.settings.time_zone, engine=engine, line=self.line))

    def _keep(self, definition: TableDefinition) -> None:
        """Take a table in its new form. In an engine without foreign keys they are words alone, to every server."""
        if definition.foreign_keys and definition.engine not in (None, "InnoDB"):
            self.unlinked[definition.name] = definition.engine
            definition = without_foreign_keys(definition)
        self.tables[definition.name] = definition

    def _create_index(self, words: Words) -> None:
        first = words.take().upper
        kind = "KEY" if first == b"INDEX" else f"{first.decode()} KEY"
        if first != b"INDEX":
            words.expect(b"INDEX")
        name, key = read_create_index(words, kind, self.database)
        definition = self.table(name)
        keys = with_keys_of((), (*definition.keys, key))
        self.tables[definition.name] = dataclasses.replace(definition, keys=keys)

    def _create_stored_object(self, words: Words) -> None:
        options: list[Token] = []
        while words.upper() not in (b"VIEW", b"TRIGGER"):
            if words.accept(b"DEFINER", b"="):
                words.skip_account()
                self.definers_left_out = True
            elif words.upper() in (b"ALGORITHM", b"SQL"):
                options += [words.take()._replace(space_before=True) for _word in range(3)]
            else:
                raise Refused(f"CREATE {text_of([words.take()])}: a backup may hold tables, views and triggers only")
        if words.take().upper == b"VIEW":
            self._check_options(options)
            view = read_view(words, render(options), self.database)
            reason = self.settings.other_meaning(view.query)
            if reason:
                raise Refused(f"a view with {reason}")
            # Dump programs write a table in the place of a view until all tables are there.
            if view.name in self.with_rows:
                raise Refused(f"the view {view.name} has the name of a table with rows")
            self.tables.remove(view.name)
            self._dropped_by_letters.pop(view.name, None)
            collation = self.settings.connection.collation
            self.views[view.name] = dataclasses.replace(view, collation=collation, line=self.line)
        else:
            trigger = read_trigger(words, self.database, self.settings.sql_mode)
            on_table = self.table(trigger.table).name
            _check_letters(trigger.name, self.triggers.get(trigger.name.lower()))
            if trigger.timing.endswith(b"INSERT"):
                self.filled_by.setdefault(on_table, trigger.name)
            self.triggers[trigger.name.lower()] = dataclasses.replace(
                trigger, table=on_table, collation=self.settings.connection.collation, line=self.line
            )

    def _check_options(self, options: list[Token]) -> None:
        allowed = {b"ALGORITHM", b"UNDEFINED", b"MERGE", b"TEMPTABLE", b"SQL", b"SECURITY", b"DEFINER", b"INVOKER"}
        for option in options:
            if not option.is_mark(b"=") and option.upper not in allowed:
                raise Refused(f"a view with the option {text_of([option])}")

    def _drop(self, words: Words) -> None:
        words.accept(b"TEMPORARY")
        kind = words.take().upper
        words.accept(b"IF", b"EXISTS")
        if kind in (b"DATABASE", b"SCHEMA"):
            if self.tables:
                raise Refused("DROP DATABASE behind the first table")
            self._use(words, alone=False)
            return
        if kind in _ROUTINES:
            # There are none of the dump: what is dropped before it would be made is not there.
            words.accept(b"BODY")
            words.accept(b"IF", b"EXISTS")
            own_name(words, self.database)
            return
        if kind not in (b"TABLE", b"TABLES", b"VIEW", b"TRIGGER"):
            raise Refused(
                f"DROP {kind.decode('utf-8', 'replace') or 'of something'}: a backup may drop its own tables only"
            )
        while True:
            name = own_name(words, self.database, makes=kind != b"TRIGGER")
            if kind == b"TRIGGER":
                _check_letters(name, self.triggers.pop(name.lower(), None))
            elif kind == b"VIEW":
                if not self.views.remove(name):
                    self._drop_by_letters(name, self.views)
            else:
                self._forget_table(name)
            if not words.accept(b","):
                break
        words.accept(b"CASCADE")
        words.accept(b"RESTRICT")

    def _forget_table(self, name: str) -> None:
        there = self.tables.remove(name)
        if not self.views.remove(name) and not there:
            self._drop_by_letters(name, self.tables)
            self._drop_by_letters(name, self.views)
        self._void(name)

    def _drop_by_letters(self, name: str, among: ByName[TableDefinition] | ByName[View]) -> None:
        """Take note of a name of which there is only one in other letters.

        A server that does not tell them apart would drop that, the others would not. It does not matter where a table
        by these letters follows: then the dump holds both, and a server that takes them for one is refused.
        """
        there = among.other_letters(name)
        if there is not None:
            self._dropped_by_letters[name] = (there, self.line, self.number)

    def _alter(self, words: Words) -> None:
        if words.accept(b"DATABASE") or words.accept(b"SCHEMA"):
            self._use(words, alone=False)
            self._database_options(words)
            return
        words.accept(b"ONLINE")
        words.accept(b"IGNORE")
        words.expect(b"TABLE")
        words.accept(b"ONLY")
        words.accept(b"IF", b"EXISTS")
        name = own_name(words, self.database)
        before = self.table(name)
        after = altered(before, words, self.database)
        changed = [
            column for column in after.columns if column not in before.columns and column.type_name == "timestamp"
        ]
        if changed and before.time_zone != self.settings.time_zone:
            raise Refused("ALTER TABLE that changes a TIMESTAMP in another time zone than that of its CREATE TABLE")
        for old, new in zip(before.columns, after.columns) if before.name in self.with_rows else ():
            if old != new:
                check_change(old, new, before.charset, left_out=before.name in self.left_out)
        if before.name in self.with_rows and _next_number(after) != _next_number(before):
            after = dataclasses.replace(after, late_counter=True)
        self._keep(after)

    def _empty(self, words: Words) -> None:
        words.accept(b"TABLE")
        self._check_empty(own_name(words, self.database))

    def _delete(self, words: Words) -> None:
        words.expect(b"FROM")
        self._check_empty(own_name(words, self.database))
        if words.accept(b"WHERE") and text_of(words.rest()).upper().replace(" ", "") not in _ALWAYS:
            raise Refused("DELETE of some rows only: a backup may empty its tables")

    def _check_empty(self, name: str) -> None:
        if not self.is_note(name):
            self._void(self.table(name).name)

    def is_note(self, table: str) -> bool:
        """Whether rows of a table are phpMyAdmin's notes, which are left out."""
        self.notes_left_out = self.notes_left_out or self.aside
        return self.aside and table.startswith("pma_")

    def _void(self, name: str) -> None:
        if name in self.with_rows:
            self.with_rows.discard(name)
            self.voided.add(name)
