# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a dump defines so far, and the allowlist of the statements that may define it.

Nothing of this is ever executed as it stands in the file. A statement that is not known here
refuses the whole file, with its line, before anything happened.
"""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.charsets import whole_collation
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.tables_so_far import (
    TablesSoFar,
    by_letters,
    check_letters,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.passed_over import (
    pass_wait,
    pass_without_meaning,
    without_effect,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import (
    BULK_LOAD_VERBS,
    Settings,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_reader import is_whole_timestamp
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import (
    OF_DATABASE,
    known_engine,
    pass_how,
    read_create_index,
    read_create_table,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import (
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
    not_everywhere,
    text_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import (
    ROUTINES,
    WHAT_TO_DO,
    what_to_do,
    why_not,
)

_MANDANT_TABLES_LIMIT = 10_000
# What is true of every row.
_ALWAYS = ("1", "1=1", "TRUE")
_CHANGING = (b"ALTER", b"CREATE", b"DELETE", b"DROP", b"RENAME", b"TRUNCATE", b"USE")
# What stands where the name of a database may be left out.
_OF_DATABASE = (b"DEFAULT", b"CHARACTER", b"CHARSET", b"COLLATE")
# What there is none of, so that nothing is dropped.
_NOT_HERE = (*ROUTINES, b"SEQUENCE")


class Catalog(TablesSoFar):
    """Tables, views and triggers of a dump.

    ``line`` is where the next statement begins, ``number`` its number.
    """

    def __init__(self, database: OwnDatabase) -> None:
        super().__init__(database)
        self.settings = Settings()
        # What is dropped by other letters than it was made by, and where: the same table to some servers only.
        self._dropped_by_letters: dict[str, tuple[str, int, int]] = {}
        self.definers_left_out = False
        self.line = self.number = 0
        self._readers: dict[bytes, t.Callable[[Words], None]] = {
            b"SET": self.settings.read,
            b"USE": self._use,
            b"CREATE": self._create,
            b"DROP": self._drop,
            b"ALTER": self._alter,
            b"RENAME": self._rename,
            b"TRUNCATE": self._empty,
            b"DELETE": self._delete,
        }

    def check_letters(self) -> None:
        """Refuse what only some servers drop, as long as nothing is made by these letters: see _drop_by_letters."""
        for name, (there, line, number) in self._dropped_by_letters.items():
            if there in self.tables or there in self.views:
                refused = by_letters("tables", there, name, ": servers differ about whether this drops one")
                refused.line, refused.number = line, number
                raise refused

    def admit(self, tokens: tuple[Token, ...]) -> None:
        """Take note of one statement, or raise Refused."""
        words = Words(tokens)
        if words.at_end:
            return
        verb = words.upper()
        self.settings.check_texts(tokens)
        if pass_without_meaning(words):
            self._check_end(words)
            return
        if verb in BULK_LOAD_VERBS and self.settings.sets_bulk_load(tokens):
            return
        reader = self._readers.get(verb) or without_effect(words, self.database)
        if reader is None:
            if verb in (b"INSERT", b"REPLACE"):
                raise not_everywhere("rows")
            raise Refused(why_not(verb))
        if verb in _CHANGING and verb != b"USE" and self.passes_note(tokens):
            return
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
            raise not_everywhere(verb.decode())

    @staticmethod
    def _check_end(words: Words) -> None:
        if not words.at_end:
            raise Refused(f"words at the end of a statement that are not understood: {text_of(words.rest())}")

    @property
    def _is_filled(self) -> bool:
        return bool(self.tables or self.views)

    def _use(self, words: Words) -> None:
        name = words.name()
        self.leave_notes(name)
        self.go_to(name, is_filled=self._is_filled, line=self.line, number=self.number)

    def _create(self, words: Words) -> None:
        replaces = words.accept(b"OR", b"REPLACE")
        if words.accept(b"TABLE"):
            self._create_table(words, replaces=replaces)
        elif words.accept(b"DATABASE") or words.accept(b"SCHEMA"):
            words.accept(b"IF", b"NOT", b"EXISTS")
            name = words.name()
            with contextlib.nullcontext() if self.make(name, is_filled=self._is_filled) else self.format_of(name):
                self._database_options(words)
        elif words.upper() in (b"INDEX", b"UNIQUE", b"FULLTEXT", b"SPATIAL"):
            self._create_index(words, replaces=replaces)
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
            if name == OF_DATABASE:
                raise Refused("a database with the server's own character set, which a dump does not tell; name it")
            # A collation is of one character set alone.
            name = name if charset else whole_collation(name, self.database_format[0])
            self.database_format = (name, None) if charset else (name.partition("_")[0], name)

    def _say_format_of_tables(self) -> None:
        """Have tables that say no character set keep that of the database, which changes for those that follow."""
        charset, collation = self.database_format
        for name, table in self.tables.items() if charset or collation else ():
            if table.charset is None and table.collation is None:
                self.tables[name] = dataclasses.replace(table, charset=charset, collation=collation)

    def _create_table(self, words: Words, *, replaces: bool) -> None:
        tokens, has_places = without_places(words.rest())
        definition, tolerant = read_create_table(Words(tokens), self.database, self.alike)
        name = definition.name
        if replaces:
            self._forget_table(name)
        self._dropped_by_letters.pop(name, None)
        if name in self.tables or name in self.views:
            if tolerant:
                return
            raise Refused(f"the table {definition.name} is created twice")
        if len(self.tables) >= _MANDANT_TABLES_LIMIT:
            raise Refused(f"more than {_MANDANT_TABLES_LIMIT} tables")
        is_copy = self.is_copy(definition)
        definition = dataclasses.replace(definition, origin=self.number, line=self.line)
        if is_copy:
            self.keep(definition)
            return
        engine, zone = definition.engine or known_engine(self.settings.engine or ""), self.settings.time_zone
        unsaid = [one for one in definition.columns if one.type_name == "timestamp" and not is_whole_timestamp(one)]
        if self.settings.implicit_timestamps and unsaid:
            what = "does not say NULL, or NOT NULL with DEFAULT, while a setting decides that"
            raise Refused(f"the TIMESTAMP {unsaid[0].name} {what}")
        self.placed.update({name: None} if has_places else {})
        self.keep(dataclasses.replace(definition, time_zone=zone, engine=engine, any_size=self.settings.any_size))

    def _create_index(self, words: Words, *, replaces: bool) -> None:
        first = words.take().upper
        kind = "KEY" if first == b"INDEX" else f"{first.decode()} KEY"
        if first != b"INDEX":
            words.expect(b"INDEX")
        tolerant = words.upper() == b"IF"
        name, key = read_create_index(words, kind, self.database)
        self.add_key(name, key, replaces=replaces, tolerant=tolerant)

    def _drop_index(self, words: Words) -> None:
        tolerant = words.accept(b"IF", b"EXISTS")
        key = words.peek()
        words.name()
        words.expect(b"ON")
        name = own_name(words, self.database)
        pass_how(words)
        exists = (Token("word", b"IF", True), Token("word", b"EXISTS", True)) if tolerant else ()
        drop = (Token("word", b"DROP", True), Token("word", b"KEY", True), *exists)
        self.alter(name, Words([*drop, t.cast("Token", key)]), self.settings.time_zone)

    def _create_stored_object(self, words: Words) -> None:
        words.check_versions()
        options: list[Token] = []
        while words.upper() not in (b"VIEW", b"TRIGGER"):
            if words.accept(b"DEFINER", b"="):
                words.skip_account()
                self.definers_left_out = True
            elif words.upper() in (b"ALGORITHM", b"SQL"):
                options += [words.take()._replace(space_before=True) for _word in range(3)]
            else:
                more = what_to_do(words.upper(), "; ")
                what = text_of([words.take()])
                raise Refused(f"CREATE {what}: a backup may hold tables, views and triggers only{more}")
        is_view, tolerant = words.take().upper == b"VIEW", words.upper() == b"IF"
        if is_view:
            self._check_options(options)
            view = read_view(words, render(options), self.database)
            reason = self.settings.other_meaning(view.query)
            if reason:
                raise Refused(f"a view with {reason}")
            if tolerant and (view.name in self.views or view.name in self.tables):
                return
            # Dump programs write a table in the place of a view until all tables are there.
            if view.name in self.with_rows:
                raise Refused(f"the view {view.name} has the name of a table with rows")
            self.tables.remove(view.name)
            self._dropped_by_letters.pop(view.name, None)
            collation = self.settings.connection.collation
            self.views[view.name] = dataclasses.replace(view, collation=collation, line=self.line)
        else:
            trigger = read_trigger(words, self.database, self.settings.mode)
            on_table = self.table(trigger.table).name
            there = self.triggers.get(trigger.name.lower())
            check_letters(trigger.name, there)
            if there is None or not tolerant:
                collation = self.settings.connection.collation
                trigger = dataclasses.replace(trigger, table=on_table, collation=collation, line=self.line)
                self.add_trigger(trigger)

    def _check_options(self, options: list[Token]) -> None:
        allowed = {b"ALGORITHM", b"UNDEFINED", b"MERGE", b"TEMPTABLE", b"SQL", b"SECURITY", b"DEFINER", b"INVOKER"}
        for option in options:
            if not option.is_mark(b"=") and option.upper not in allowed:
                raise Refused(f"a view with the option {text_of([option])}")

    def _drop(self, words: Words) -> None:
        words.accept(b"TEMPORARY")
        kind = words.take().upper
        if kind == b"INDEX":
            self._drop_index(words)
            return
        words.accept(b"IF", b"EXISTS")
        if kind in (b"DATABASE", b"SCHEMA"):
            if self.tables:
                raise Refused("DROP DATABASE behind the first table")
            self.make(words.name(), is_filled=self._is_filled)
        elif kind in _NOT_HERE:
            self._pass_drop(words)
        elif kind in (b"TABLE", b"TABLES", b"VIEW", b"TRIGGER"):
            self._drop_names(kind, words)
        else:
            what = kind.decode("utf-8", "replace") or "of something"
            raise Refused(f"DROP {what}: a backup may drop its own tables only{what_to_do(kind, '; ')}")

    def _drop_names(self, kind: bytes, words: Words) -> None:
        while True:
            name = own_name(words, self.database, makes=kind != b"TRIGGER")
            if kind == b"TRIGGER":
                self.drop_trigger(name)
            elif kind == b"VIEW":
                if not self.views.remove(name):
                    self._drop_by_letters(name, self.views)
            else:
                self._forget_table(name)
            if not words.accept(b","):
                break
        words.accept(b"CASCADE")
        words.accept(b"RESTRICT")
        pass_wait(words)

    def _pass_drop(self, words: Words) -> None:
        """Take what drops a routine or a sequence: a dump makes none, so that there is none to drop."""
        words.accept(b"BODY")
        words.accept(b"IF", b"EXISTS")
        own_name(words, self.database)

    def _forget_table(self, name: str) -> None:
        if not self.drop_table(name) and name not in self.views:
            self._drop_by_letters(name, self.tables)

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
            reason = None if words.upper() in _OF_DATABASE else self.database.declare(words.name())
            if reason:
                raise Refused(reason)
            self._say_format_of_tables()
            self._database_options(words)
            return
        if words.upper() in (b"VIEW", b"ALGORITHM", b"DEFINER", b"SQL"):
            self._create_stored_object(words)
            return
        if words.upper() in WHAT_TO_DO:
            raise Refused(f"ALTER {words.upper().decode()} where TABLE is expected{what_to_do(words.upper())}")
        words.accept(b"ONLINE")
        words.accept(b"IGNORE")
        words.expect(b"TABLE")
        words.accept(b"ONLY")
        tolerant = words.accept(b"IF", b"EXISTS")
        name = own_name(words, self.database)
        pass_wait(words)
        if tolerant and self.tables.find(name) is None:
            words.rest()
            return
        self.alter(name, words, self.settings.time_zone)

    def _rename(self, words: Words) -> None:
        if not words.accept(b"TABLES"):
            words.expect(b"TABLE")
        words.accept(b"IF", b"EXISTS")
        while True:
            old = own_name(words, self.database)
            words.expect(b"TO")
            self.rename(old, own_name(words, self.database))
            if not words.accept(b","):
                return

    def _empty(self, words: Words) -> None:
        words.accept(b"TABLE")
        name = own_name(words, self.database)
        pass_wait(words)
        self._check_empty(name)
        self.counted_on.discard(self.tables.real(name) or name)

    def _delete(self, words: Words) -> None:
        for how in (b"LOW_PRIORITY", b"QUICK", b"IGNORE"):
            words.accept(how)
        words.expect(b"FROM")
        name = own_name(words, self.database)
        definition = self.tables.find(name)
        if definition is not None and definition.name in self.with_rows:
            self.fired.check_emptied(definition.name)
            self.counted_on.add(definition.name)
        self._check_empty(name)
        if words.accept(b"WHERE") and text_of(words.rest()).upper().replace(" ", "") not in _ALWAYS:
            raise Refused(f"DELETE of some rows only{what_to_do(b'UPDATE')}")

    def _check_empty(self, name: str) -> None:
        self.void(self.table(name).name)
