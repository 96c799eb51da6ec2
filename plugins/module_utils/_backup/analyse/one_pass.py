# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One pass over a dump: every statement is checked, rows come out repaired.

The analysis and the restore read the same bytes by this same code, so that what the analysis
promised is what the restore does.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.default_cells import (
    Filling,
    may_ask_for_number,
    without_defaults,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.dialect import DialectReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import (
    CHARSETS,
    EncodingProof,
    codec_of_names,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.older_rows.reshaped import OlderRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.repairs import (
    KindsOfTable,
    RepairLog,
    empty_enums,
    number_kind,
    repaired_row,
    watched_kind,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.no_dump import (
    begins_as_sql,
    check_line_ends,
    no_backup,
    says_no_sql,
    with_cause,
    with_databases,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.witness import Witness
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.allowlist import Catalog
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.standing import (
    Standing,
    lets_wait,
    standing,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.plain_rows import PlainRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.waiting_rows import WaitingRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
    FirstPass,
    Proofs,
    SecondPass,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import named_in
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, any_kinds, quickly_replaced
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import (
    Comment,
    Statement,
    StatementReader,
    Stray,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

_HEAD_LIMIT_BYTES = 65536
_TABLES_KEPT = 1000


class Reading:
    """Reads the SQL of one backup once; afterwards the attributes say what was in it.

    ``label`` is the file (and member) for messages, ``encoding`` the option. ``sha256`` and ``sql_bytes`` are of
    the SQL.
    """

    def __init__(
        self, chunks: t.Iterable[bytes], label: str, proofs: Proofs | None = None, encoding: str = "auto"
    ) -> None:
        self.label = label
        self._wanted = CHARSETS.get(encoding.lower())
        self._proofs = proofs or FirstPass()
        # What a file says of itself is told by the first pass.
        self._is_first = not isinstance(self._proofs, SecondPass)
        # The statements of rows that update others, which the first pass adds to.
        self._updated: t.Sequence[int] = self._proofs.updated if isinstance(self._proofs, FirstPass) else ()
        self.dialect_reader = DialectReader()
        self.witness = Witness()
        self.repair_log = RepairLog()
        self.empty_enums: dict[str, set[str]] = {}
        self._older = OlderRows(self._proofs.later)
        self._filling = Filling()
        # Rows that wait for others of their tables, what the dump has set for the next, and what it had for the last.
        self._waiting = WaitingRows()
        self._plain_rows = PlainRows()
        self._settled: Standing | None = None
        self._kinds_of: dict[str, KindsOfTable] = {}
        # By tables: the statement before which their rows are gone.
        self.void: dict[str, int] = {}
        # Tables that have changed their names behind rows, since somebody has looked.
        self.renamed: list[tuple[str, str]] = []
        self.head = b""
        self.sql_bytes = 0
        self._digest = hashlib.sha256()
        self._chunks = chunks
        self._reader = StatementReader(self._counted(), label=label, kinds=self._kinds, proofs=self._proofs)
        self.catalog = Catalog(self._reader.database)
        self._reader.codecs = self._codecs()
        self._now = standing(self.catalog)
        self._events = self._reader.events()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def statements(self) -> int:
        return self._reader.number

    def rows(self, proof: EncodingProof | None = None) -> t.Iterator[Rows]:
        """Give the rows of all tables but those of a generation before, in the order of the file.

        ``proof`` is shown the text of everything that is no row. Raises Failure.
        """
        try:
            for event in self._events:
                if isinstance(event, Rows):
                    yield from self._rows_of(event)
                    # The next one is read before it would be given a new value, and a row can be long.
                    del event
                    continue
                if isinstance(event, Comment):
                    self._see_comment(event, proof)
                    continue
                if isinstance(event, Stray):
                    self.witness.see_stray(event.text, event.line, self.catalog.tables.alike)
                    continue
                self.witness.see_statement(event.tokens, event.line, event.behind)
                if not lets_wait(event.tokens):
                    yield from self._waited()
                self._admit(event)
                if proof is not None and self._words_prove:
                    proof.see(b"".join(word.text for word in event.tokens))
            yield from self._waited()
            self._check_end()
        except Failure as later:
            failure = self._first_failure(later)
            raise self._told(failure) from None
        if not self.catalog.tables:
            raise no_backup(self.label)
        self.witness.last_line = self._reader.source.line

    def _see_comment(self, comment: Comment, proof: EncodingProof | None) -> None:
        check_line_ends(comment.text, f"{self.label}, line {comment.line}")
        self.dialect_reader.see(comment.text)
        self.catalog.database.see_comment(comment.text)
        if self._is_first:
            self.witness.see_comment(comment.text, comment.line, comment.behind, self.catalog.tables.alike)
        if proof is not None:
            proof.see_comment(comment.text)

    def _check_end(self) -> None:
        """Refuse what is known at the end alone."""
        try:
            self.catalog.check_letters()
            self.catalog.fired.check_updates(self._updated)
        except Refused as refused:
            raise self._reader.refuse(str(refused), refused.line, refused.number) from None

    def _counted(self) -> t.Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            # Before any byte of it is used: what the first pass has proven holds for its own bytes alone.
            if not self._proofs.is_right(self._digest.copy().digest()):
                raise self.other_bytes()
            self.sql_bytes += len(chunk)
            self.witness.see_bytes(chunk)
            if len(self.head) < _HEAD_LIMIT_BYTES:
                self.head += chunk[:_HEAD_LIMIT_BYTES]
            yield chunk

    def _kinds(self, table: str, columns: tuple[str, ...], width: int) -> tuple[str, ...]:
        kind_of = watched_kind if self.dialect_reader.dialect == "cao" else number_kind
        definition = self.catalog.tables.find(table)
        empty = self.empty_enums.get(definition.name, ()) if definition is not None else ()
        if definition is None:
            return any_kinds(width)
        known = self._kinds_of.get(table)
        # What rows are looked at for changes with their table alone.
        if known is None or known.definition is not definition or known.made_by != (kind_of, len(empty)):
            if len(self._kinds_of) >= _TABLES_KEPT:
                self._kinds_of.clear()
            known = self._kinds_of[table] = KindsOfTable(definition, kind_of, empty)
        return known.of(columns, width)

    def _admit(self, statement: Statement) -> None:
        self.catalog.line, self.catalog.number = statement.line, statement.number
        self.catalog.updates = bool(self._updated)
        try:
            self.catalog.admit(statement.tokens)
        except Refused as refused:
            raise self._refusal(refused, statement.line, named=named_in(statement.tokens)) from None
        for name in self.catalog.voided:
            self.void[name] = statement.number
            self._proofs.note_void(name, statement.number)
            self.empty_enums = {table: found for table, found in self.empty_enums.items() if table != name}
        self.catalog.voided.clear()
        self._note_steps(statement.number)
        if not self.catalog.settings.autocommit_off:
            self.witness.see_commit()
        if self.dialect_reader.dialect != "cao":
            # CAO writes none, so that what one stands behind says something of the file.
            self._reader.idle.admitted(statement.tokens[0].upper if statement.tokens else b"")
        self._now = standing(self.catalog)
        self._reader.ansi_quotes = self.catalog.settings.ansi_quotes
        self._reader.no_escapes = self.catalog.settings.no_escapes
        self._reader.unusual = self.catalog.settings.unusual
        self._reader.under = self.catalog.settings.under
        self._reader.codecs = self._codecs()

    def _note_steps(self, number: int) -> None:
        """Take note of what a statement makes of rows before it, for the pass that brings them."""
        for origin, step in self.catalog.steps if self._is_first else ():
            self._proofs.later.setdefault(origin, []).append((number, step))
            self.renamed += [(step.name, step.new)] if step.kind == "rename table" else []
            for columns in self.empty_enums.values() if step.kind in ("rename", "drop") else ():
                if step.name.lower() in columns:
                    raise self._reader.refuse(f"ALTER TABLE of the ENUM {step.name} behind rows with its empty value")
            if step.kind == "rename table" and step.name in self.empty_enums:
                self.empty_enums[step.new] = self.empty_enums.pop(step.name)
        self.catalog.steps.clear()

    def _codecs(self) -> tuple[str, ...]:
        """Return what the words of the next statement can be in.

        A server knows it from the dump's own settings. Where the option contradicts them, a definition may still be
        UTF-8, as dump programs write it whatever the rows are in.
        """
        if self._wanted is not None:
            return ("utf-8", codec_of_names(self._wanted))
        settings = self.catalog.settings
        charset = settings.client or settings.charset
        return () if charset is None else (codec_of_names(charset),)

    @property
    def charset(self) -> str | None:
        """What the option or the dump says that rows are in, None as long as neither does."""
        return self._wanted or self.catalog.settings.charset

    @property
    def _words_prove(self) -> bool:
        """Whether the words of statements tell what the rows are in: not where they have been made UTF-8."""
        settings = self.catalog.settings
        return self._wanted is None and (settings.client or settings.charset) in (None, "utf8mb4")

    def _rows_of(self, rows: Rows) -> t.Iterator[Rows]:
        """Give rows, and before them what waits of their table. A plain one waits for others of its own."""
        if rows.plain and rows.count == 1 and self._now == self._settled and self._now.may_wait:
            self._see_rows(rows.table)
            if self._waiting.put(rows):
                yield from self._waited()
            return
        is_settled = self._now == self._settled
        yield from self._waited(None if not is_settled else rows.table)
        found = self._row(rows)
        self._settled = self._now
        if found is not None:
            yield found

    def _waited(self, table: str | None = None) -> t.Iterator[Rows]:
        """Give the rows that wait, of one table or of all: what follows may change what they mean."""
        for rows in self._waiting.take_all() if table is None else self._waiting.take(table):
            found = self._row(rows, self._settled)
            if found is not None:
                yield found

    def _first_failure(self, failure: Failure) -> Failure:
        """Return what is wrong with the rows that wait, since these stand before another failure."""
        try:
            collections.deque(self._waited(), maxlen=0)
        except Failure as earlier:
            return earlier
        return failure

    def _admitted(self, row: Rows, before: Standing | None) -> tuple[TableDefinition, Rows]:
        """Return the table of rows, and these without DEFAULT, and with what a lenient server fills in.

        Under what the dump had set ``before``, others have been admitted.
        """
        try:
            if before is None:
                self.catalog.check_rows()
            definition = self.catalog.table(row.table)
            if row.defaults or row.text == b"()":
                row = without_defaults(definition, row, self.catalog.settings.sql_mode)
            if (before or self._now).is_lenient:
                row = self._filling.filled(definition, row)
            unusual = self.catalog.settings.unusual
            self.catalog.fired.check_rows(definition.name, row.verb, updates=bool(row.update), unusual=unusual)
            counts_on = definition.late_counter or definition.name in self.catalog.counted_on
            if counts_on and definition.counter is not None and may_ask_for_number(definition, row):
                what = "ALTER TABLE that sets the next one" if definition.late_counter else "DELETE of those before"
                raise Refused(f"rows that leave their number to the server, behind {what}")
            if before is None:
                self.catalog.settings.check_rows()
                if self._wanted is None:
                    self.catalog.settings.note_rows()
        except Refused as refused:
            for one in row.singles() if before is not None and row.count > 1 else ():
                self._admitted(one, before)
            raise self._refusal(refused, row.line, None if before is None else row.statement) from None
        return definition, row

    def _row(self, row: Rows, before: Standing | None = None) -> Rows | None:
        """Return rows as they are restored, None for none; those that waited come as they were ``before``."""
        if before is None and self.catalog.is_note(row.table):
            return None
        definition, row = self._admitted(row, before)
        self._note(definition, row)
        if before is None:
            self._see_rows(row.table)
        if is_generation_before(row.table) or row.statement < self._proofs.void_before(definition.name):
            return None
        if row.table != definition.name:
            row = quickly_replaced(row, table=definition.name)
        return self._as_later(definition, self._looked_at(definition, row))

    def _see_rows(self, table: str) -> None:
        """Have rows witnessed; InnoDB forgets them where nobody commits."""
        definition = self.catalog.tables.find(table) if self.catalog.settings.autocommit_off else None
        self.witness.see_rows(table, uncommitted=definition is not None and definition.engine in (None, "InnoDB"))

    def _looked_at(self, definition: TableDefinition, row: Rows) -> Rows:
        """Return rows, a single one put right where its writer was wrong."""
        if row.count > 1:
            return row
        if self.dialect_reader.dialect == "cao":
            row = repaired_row(definition, row, self.repair_log)
        empty = empty_enums(definition, row)
        if empty:
            self.empty_enums.setdefault(definition.name, set()).update(empty)
        return self._plain_rows.told(row, self._kinds(row.table, row.columns, len(row.kinds)))

    def _note(self, definition: TableDefinition, row: Rows) -> None:
        """Take note of what matters to statements that follow."""
        self.catalog.with_rows.add(definition.name)
        if (row.columns and len(row.columns) < len(definition.columns)) or row.text.startswith(b"(DEFAULT)"):
            self.catalog.left_out.add(definition.name)
        if row.verb != b"INSERT" or row.update:
            self.catalog.decided.add(definition.name)
        self.catalog.fired.note_rows(definition.name, row)

    def _as_later(self, definition: TableDefinition, row: Rows) -> Rows:
        """Return rows as the table is at the end; the first pass does not know that yet."""
        if self._is_first:
            return row
        try:
            return self._older.reshaped(definition, row)
        except Refused as refused:
            raise self._reader.refuse(str(refused), row.line) from None

    def other_bytes(self) -> Failure:
        """Return the Failure for a second pass that reads what the first did not."""
        return Failure(
            "damaged",
            f"{self.label} is not the same as when it was analysed. The Mandant is as it was; run again.",
        )

    def _refusal(self, refused: Refused, line: int, number: int | None = None, named: str | None = None) -> Failure:
        """Return the failure of what is refused, with all databases of the dump where it is of one too many."""
        failure = self._reader.refuse(str(refused), refused.line or line, refused.number or number)
        last = named or self.catalog.other
        if last is None:
            return failure
        names = dict.fromkeys(filter(None, (self.catalog.database.name, last)))
        # Nothing more of it is done; what cannot be read does not matter any more.
        with contextlib.suppress(Failure):
            names.update(
                (name, None)
                for event in self._events
                if isinstance(event, Statement) and (name := named_in(event.tokens)) is not None
            )
        return with_databases(failure, list(names))

    def _told(self, failure: Failure) -> Failure:
        """Return what a failure means: that the file is no dump at all, or what its export program says of it."""
        is_begin = not self.catalog.tables and self._reader.number <= 1 and self.dialect_reader.dialect == "unknown"
        if is_begin and says_no_sql(failure) and not begins_as_sql(self.head):
            return no_backup(self.label)
        source = self._reader.source
        return with_cause(failure, source.data, source.position, self.witness.part)
