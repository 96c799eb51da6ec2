# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The tables of the new generation, beside the ones in use: made, filled, proven, or cleared away."""

from __future__ import annotations

import contextlib
import dataclasses
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import (
    described,
    failure_of,
    is_fatal,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import (
    for_keys,
    for_rows,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    UNREADABLE,
    definition_hash,
    fingerprint,
    show_create,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import count_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.two_readers import ROWS_AT_LEAST
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.unwritten import noted, signs
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Progress
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import CHECKSUM_TABLE, Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.alike.given_rows import given_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.completed import (
    changes_behind_rows,
    complete,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.late_keys import (
    add_statement,
    late_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.orphans import note_orphans
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.careful_loader import CarefulLoader, RowFailed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import (
    DUPLICATES,
    BatchFailed,
    FastLoader,
    Seen,
    Way,
    packet_bytes,
    statement_bytes,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import StreamUnfit
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_triggers import RowTriggers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.for_each import for_each
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.loaders import Loaders
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.shares import Shares, can_share
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.table_maker import (
    TABLES_AT_LEAST,
    TableMaker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.uncounted import (
    Uncounted,
    can_do_without_counter,
)

# Within this time a server has begun to build keys, and lets others read the table.
_UNDER_WAY_SECONDS = 0.05

# Who else may have cleared a table away.
_OTHERS = ", and for another run that works on it over another member of the cluster"


class Stage:
    """The shadow tables of one plan in one Mandant."""

    def __init__(self, session: Session, server: Server, mandant: str, plan: Plan, beside: Beside) -> None:
        self._session = session
        self._server = server
        self._mandant = mandant
        self._plan = plan
        self._beside = beside
        self._changing = {change.source for change in plan.neutralise}
        self._maker = TableMaker(server.flavour, self._at)
        self._uncounted = Uncounted(session, server, self._maker)
        self._triggers = RowTriggers(session, server, plan.tables, self._at)
        self._path = ""
        self._second: Session | None = None

    def fill(self, backup: Backup, progress: Progress, *, skip: bool) -> Loaded:
        """Make the tables and load the backup's rows; Failure statement_failed names the row that does not fit."""
        self._path = backup.path
        try:
            loaded = self._fast(backup, progress)
        except BatchFailed as failed:
            if is_fatal(failed.error):
                raise self._statement_failed(backup, failed) from None
            self._beside.stop()
            loaded = self._again(backup, progress, failed, skip=skip)
        except ServerError as exc:
            raise failure_of(exc, where=self._where, doing="loading the rows") from None
        for table, text in sorted(self._maker.notes):
            loaded.warn(table, text)
        if backup.analysis.checks_keys:
            try:
                note_orphans(self._session, self._plan, loaded)
            except ServerError as exc:
                raise failure_of(exc, where=self._where, doing="comparing the rows of foreign keys") from None
        return loaded

    def _again(self, backup: Backup, progress: Progress, failed: BatchFailed, *, skip: bool) -> Loaded:
        """Load once more, with care: all of it to skip what does not fit, or one table to find the row."""
        tables = [one for one in self._plan.tables if skip or one.source == failed.rows.table]
        self._drop(tables)
        self._create(tables)
        try:
            with for_rows(self._session, backup.analysis):
                loader = CarefulLoader(
                    self._session,
                    _by_source(tables),
                    self._way(backup, streams=False),
                    self._seen(progress, backup),
                    skip=skip,
                )
                loaded = loader.load(self._rows(backup))
        except RowFailed as row_failed:
            raise self._statement_failed(backup, row_failed) from None
        except ServerError as exc:
            raise failure_of(exc, where=self._where, doing="loading the rows") from None
        if not skip:
            raise self._statement_failed(backup, failed)
        self._complete()
        return loaded

    @property
    def others(self) -> t.Callable[[], t.Sequence[Session]]:
        """The sessions that load beside the run's own at the moment."""
        return lambda: () if self._second is None else (self._second,)

    def _fast(self, backup: Backup, progress: Progress) -> Loaded:
        """Load the ways that are fast; where a server finds fault with one of them, by INSERTs into whole tables."""
        way = self._way(backup, streams=self._server.local_infile)
        keys = {table.shadow: late_keys(table) for table in self._plan.tables}
        as_insert: set[str] = set()
        try:
            with self._several(backup, way) as shares:
                self._create(self._plan.tables, keys)
                if shares is not None:
                    self._uncount(backup, shares, keys)
                loaded = self._load(backup, progress, way, shares, as_insert)
                self._uncounted.put_in_place()
                self._complete()
                self._add_keys(keys)
        except (BatchFailed, StreamUnfit) as failed:
            if isinstance(failed, BatchFailed) and (is_fatal(failed.error) or failed.rows.table not in as_insert):
                raise
            self._beside.stop()
            self._drop(self._plan.tables)
            self._create(self._plan.tables)
            loaded = self._load(backup, progress, dataclasses.replace(way, streams=False))
            self._complete()
        return loaded

    @contextlib.contextmanager
    def _several(self, backup: Backup, way: Way) -> t.Iterator[Shares | None]:
        """While it lasts, there is a second connection to make tables and load over, where that is worth it."""
        tables = _by_source(self._plan.tables)
        shared = {name for name, one in tables.items() if can_share(one, way.charset)}
        shares = Shares(tables, {table.name: table.bytes for table in backup.analysis.tables}, shared)
        if not shares.is_worth() and len(tables) < TABLES_AT_LEAST:
            yield None
            return
        with self._beside.another() as second:
            self._second = second
            try:
                yield None if second is None or not shares.is_worth() else shares
            finally:
                self._second = None

    def _uncount(self, backup: Backup, shares: Shares, late: t.Mapping[str, tuple[Key, ...]]) -> None:
        """Have rows of tables, whose counter would be locked by one connection, go where there is none.

        Rows that ask the counter for a number need it.
        """
        locked = shares.shared_with_counter() if self._server.counter_is_locked else []
        numbered = backup.analysis.numbered
        fit = [one for one in locked if one.source not in numbered and can_do_without_counter(one.definition)]
        self._uncounted.make(fit, late)
        shares.keep_whole({one.source for one in locked} - self._uncounted.sources)

    def _load(
        self,
        backup: Backup,
        progress: Progress,
        way: Way,
        shares: Shares | None = None,
        as_insert: set[str] | None = None,
    ) -> Loaded:
        def load(session: Session, rows: t.Iterator[Rows], seen: Seen) -> Loaded:
            with for_rows(session, backup.analysis):
                return FastLoader(session, self._uncounted.among(_by_source(self._plan.tables)), way, seen).load(rows)

        seen = self._seen(progress, backup)
        if shares is not None and self._second is not None:
            order = [table.source for table in self._plan.tables]
            loaders = Loaders((self._session, self._second), load, seen, order)
            by = loaders.by_queues if backup.container.is_packed else loaders.by_passes
            loaded = by(lambda: self._rows(backup, as_insert), shares)
            if loaded is not None:
                return loaded
        return load(self._session, self._rows(backup, as_insert), seen)

    def _look(self, table: TablePlan) -> None:
        """Have a complete table looked at beside what is done here, where that is worth it."""
        changes = table.source in self._changing or changes_behind_rows(table)
        if table.rows >= ROWS_AT_LEAST and not changes:
            self._beside.put(table.shadow)

    def _build(self, session: Session, table: TablePlan, late: tuple[Key, ...]) -> None:
        """Build keys while the rows, which stay where they are, are read beside it."""
        in_place = self._server.flavour.builds_keys_in_place
        with for_keys(session):
            session.send(add_statement(table.shadow, late, in_place=in_place))
            if in_place:
                # The other way round the server would begin with the keys when the rows are read.
                time.sleep(_UNDER_WAY_SECONDS)
                self._look(table)
            session.receive()

    def _add_keys(self, keys: t.Mapping[str, tuple[Key, ...]]) -> None:
        def build(session: Session, table: TablePlan) -> None:
            try:
                self._build(session, table, keys[table.shadow])
            except ServerError as exc:
                # What only the second connection has lost, the first one does again.
                if is_fatal(exc) and not (exc.lost and session is not self._session):
                    raise failure_of(exc, where=self._at(table), doing=f"building the keys of {table.source}") from None
                raise StreamUnfit from None

        late = sorted((table for table in self._plan.tables if keys[table.shadow]), key=lambda table: -table.rows)
        for_each(late, (self._session, *self.others()), build)

    def _rows(self, backup: Backup, as_insert: set[str] | None = None) -> t.Iterator[Rows]:
        return given_rows(backup.rows(), _by_source(self._plan.tables), self._server, as_insert)

    def _way(self, backup: Backup, *, streams: bool) -> Way:
        most = self._server.max_allowed_packet
        return Way(packet_bytes(most), backup.analysis.encoding, streams, statement_bytes(most))

    def _seen(self, progress: Progress, backup: Backup) -> t.Callable[[str, int, int], None]:
        names = {table.source for table in self._plan.tables}
        total = sum(table.bytes for table in backup.analysis.tables if table.name in names)
        return lambda table, done, rows: progress("load", table, done, total, rows)

    def _create(self, tables: t.Sequence[TablePlan], late: t.Mapping[str, tuple[Key, ...]] | None = None) -> None:
        """Make shadow tables, without the keys of theirs that come late."""
        self._maker.make(tables, (self._session, *self.others()), late or {})
        self._triggers.make(tables)

    def _drop(self, tables: t.Iterable[TablePlan]) -> None:
        self._uncounted.drop()
        drop(self._session, [table.shadow for table in tables])

    def _complete(self) -> None:
        """Give the tables what they get behind their rows."""
        self._triggers.drop()
        complete(self._session, self._plan.tables, self._server.flavour, self._at)

    def _statement_failed(self, backup: Backup, failed: BatchFailed | RowFailed) -> Failure:
        rows, error = failed.rows, failed.error
        if is_fatal(error):
            return failure_of(error, where=self._where, doing=f"loading the table {rows.table}")
        if error.number in DUPLICATES and (table := _by_source(self._plan.tables)[rows.table]).format.stand_ins:
            return self._made_one(table)
        more = f" to {rows.last_statement}" if rows.last_statement > rows.statement else ""
        return Failure(
            "statement_failed",
            f"{backup.path}, line {rows.line}, statement {rows.statement}{more}: the server refuses a row of the table "
            f"{rows.table}: {described(error.number, error.message)}. The Mandant {self._mandant} is unchanged; "
            "on_error: skip would leave out such rows",
        )

    def _made_one(self, table: TablePlan) -> Failure:
        names = ", ".join(f"{here} in the place of {name}" for name, here in table.format.stand_ins.items())
        return Failure(
            "verification_failed",
            f"{self._where}: rows of the table {table.source} have one and the same key in the collation of this "
            f"server, {names}, which it does not know; restore the backup on a server that knows it. The Mandant is "
            "unchanged",
        )

    def _at(self, table: TablePlan) -> str:
        """Return where the backup defines a table, and where it was to be made."""
        return f"{self._path}, line {table.definition.line}: {self._where}"

    @property
    def _where(self) -> str:
        return f"{self._session.where}, {self._mandant}"

    def neutralise(self, loaded: Loaded) -> list[tuple[Change, int]]:
        """Take out what the plan says; return each change with the rows that it concerned."""
        done = []
        for change in self._plan.neutralise:
            try:
                rows = self._session.execute(change.sql).affected
            except ServerError as exc:
                raise failure_of(exc, where=self._where, doing=f"neutralising the table {change.source}") from None
            if change.removes:
                loaded.remove(change.source, rows)
            done.append((change, rows))
        for shadow in sorted({change.shadow for change, rows in done if rows}):
            self._rewrite(shadow)
        return done

    def _rewrite(self, shadow: str) -> None:
        """Have the server write a table anew: what was taken out stands in the gaps of its file until then."""
        try:
            with for_keys(self._session):
                self._session.execute(f"ALTER TABLE {quoted(shadow)} FORCE")
        except ServerError as exc:
            raise failure_of(exc, where=self._where, doing="writing a neutralised table anew") from None

    def verify(self, loaded: Loaded) -> dict[str, Fingerprint]:
        """Prove that every row has arrived and can be read; return the fingerprints by target.

        Raises Failure verification_failed.
        """
        tables = {table.target: table for table in self._plan.tables}
        is_much = sum(table.rows for table in self._plan.tables) >= ROWS_AT_LEAST
        before = signs(self._session, self._mandant, settled=False) if is_much else {}
        if is_much:
            found = self._beside.found
            unknown = {one.shadow: one.rows for one in self._plan.tables if one.shadow not in found}
            self._beside.read_rest(self._session, unknown)
        proven = {target: self._proven(table, loaded) for target, table in tables.items()}
        if not is_much:
            return proven
        shadows = {target: table.shadow for target, table in tables.items()}
        return noted(proven, shadows, before, signs(self._session, self._mandant))

    def _proven(self, table: TablePlan, loaded: Loaded) -> Fingerprint:
        known = self._beside.found.get(table.shadow)
        found = known or fingerprint(self._session, self._mandant, table.shadow)
        if known is not None:
            # It was read while it had not yet all of its keys.
            shown = show_create(self._session, self._mandant, table.shadow)
            found = dataclasses.replace(known, definition=definition_hash(shown))
        if found.checksum == UNREADABLE:
            raise Failure(
                "verification_failed",
                f"{self._where}: the server cannot read the table {table.source} that it has just stored; look into "
                f"the server's error log{_OTHERS if self._session.shared else ''}. The Mandant is unchanged",
            )
        if found.measure == CHECKSUM_TABLE:
            rows = count_rows(self._session, self._mandant, [table.shadow])[table.shadow]
            found = dataclasses.replace(found, rows=rows)
        expected = self._expected(table, found.rows, loaded)
        if found.rows != expected:
            raise Failure(
                "verification_failed",
                f"{self._where}: the table {table.source} has {found.rows} rows, but the backup has {expected}; "
                "the Mandant is unchanged. Run again, and look into the server's error log if it stays so",
            )
        return found

    def _expected(self, table: TablePlan, rows: int, loaded: Loaded) -> int:
        """Return how many rows a table should have that has so many; it is noted what the server could leave out."""
        expected = table.rows - loaded.skipped.get(table.source, 0) - loaded.removed.get(table.source, 0)
        if rows >= expected or table.source not in loaded.inexact:
            return expected
        if table.format.stand_ins:
            raise self._made_one(table)
        loaded.leave_out(table.source, expected - rows)
        return rows


def _by_source(tables: t.Iterable[TablePlan]) -> dict[str, TablePlan]:
    return {table.source: table for table in tables}
