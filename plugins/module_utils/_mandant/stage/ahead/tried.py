# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Tables as the run would make them, but temporary and empty; views and triggers read by the server beside them.

What a server refuses of a definition it says of a temporary table, too, in the words that the run would have. What it
does not have for those is left out: partitions, encryption and, with InnoDB, full-text keys and compressed rows.
"""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import name_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import (
    for_texts,
    for_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    collation_of_view,
    kept_with,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.alone import place_alone
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.prepared import created_in, read
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.rehearsed import are_few, rehearse
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import (
    Conditions,
    conditions,
    take_definitions_literally,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, TablePlan
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import Format
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# They make temporary tables as they make others.
_ENGINES = ("innodb", "myisam", "aria", "memory", "csv", "archive")
_FULLTEXT = "FULLTEXT KEY"
_NOT_OF_TEMPORARY = ("ENCRYPTION", "ENCRYPTED", "ENCRYPTION_KEY_ID")
_TEXT = ("CHARACTER SET", "COLLATE")
# What servers say of a table's definition, whoever makes it; anything else the run will meet, or not.
_OF_TABLES = frozenset(
    (1054, 1059, 1060, 1061, 1063, 1064, 1067, 1068, 1069, 1070, 1071, 1072, 1073, 1074, 1075, 1089, 1097, 1101, 1103,
     1111, 1112, 1113, 1117, 1118, 1121, 1163, 1164, 1166, 1167, 1170, 1171, 1178, 1210, 1214, 1221, 1235, 1252, 1253,
     1267, 1273, 1280, 1283, 1286, 1291, 1293, 1294, 1305, 1367, 1391, 1416, 1425, 1426, 1427, 1439, 1464, 1470, 1478,
     1582, 1583, 1628, 1629, 1687, 1688, 1709, 1797, 1818, 1826, 1901, 1903, 1904, 1906, 1907, 1910, 1911, 1912, 1967,
     3102, 3105, 3106, 3107, 3109, 3140, 3141, 3504, 3548, 3643, 3728, 3754, 3756, 3757, 3758, 3759, 3763, 3770, 3772,
     3814, 3815, 3816, 3818, 3820, 3822, 3854, 4026, 4028, 4029, 4078, 4079, 4097, 4108, 4159, 4161, 4169, 4174, 6137)
)  # fmt: skip
# InnoDB's own words for too many columns, in the place of 1117.
_WRONG_TABLE = 1005
_TOO_MANY_COLUMNS = "errno: 185"
_OF_VIEWS = frozenset(
    (1052, 1054, 1055, 1060, 1064, 1066, 1111, 1140, 1146, 1191, 1222, 1241, 1247, 1248, 1250, 1267, 1270, 1271, 1305,
     1349, 1350, 1351, 1353, 1463, 1582, 1583)
)  # fmt: skip
_TWO_OF_ONE_NAME = 1060
_NO_COLUMN = 1054
_OF_TRIGGERS = frozenset((_NO_COLUMN, 1064, 1193, 1305, 1327, 1336, 1362, 1363, 1422))


def try_ahead(session: Session, observed: Observed, plan: Plan, backup: Backup, login: Login) -> Loaded | None:
    """Raise the Failure that the run would end with for what the plan would make, and for rows that are few.

    Return the tally of these rows, None where they were not loaded. Where the account may have no temporary tables
    nothing is tried. Another database may be in use afterwards.
    """
    loaded = None
    with place_alone(session, observed) as place:
        if place is None:
            return None
        trying = _Trying(session, observed, backup.path, place)
        try:
            trying.tables(plan.tables)
            in_use = observed.exists or place != observed.mandant
            if in_use and len(trying.made) == len(plan.tables):
                if are_few(backup):
                    loaded = rehearse(session, observed, plan, backup, login, trying)
                trying.triggers(plan)
                trying.views(plan)
        finally:
            trying.drop(trying.made)
    return loaded


class _Trying:
    """Makes what a backup defines at a line of it; ``place`` is the database for it."""

    def __init__(self, session: Session, observed: Observed, path: str, place: str) -> None:
        self._session = session
        self._server = observed.server
        self._mandant = observed.mandant
        self._path = path
        self._place = place
        self.made: list[str] = []

    def tables(self, tables: t.Iterable[TablePlan]) -> None:
        """Make tables; those stay whose engines have such tables."""
        tables = tuple(tables)
        take_definitions_literally(self._session, (table.definition for table in tables))
        with conditions(self._session) as under:
            for table in tables:
                self._table(table, under)

    def _table(self, table: TablePlan, under: Conditions) -> None:
        chosen = table.format
        engine = chosen.engine.lower()
        if engine not in _ENGINES:
            return
        with self._told(_OF_TABLES, table.definition.line, f"creating the table {table.source}"):
            under.put(Under(time_zone=table.definition.time_zone))
            self._make(table.shadow, dataclasses.replace(chosen, definition=_as_temporary(table)))
            texts = _of_fulltext(table.definition)
            if texts is not None and engine == "innodb" and "myisam" in self._server.engines:
                # The same columns can have such keys there.
                name = self._server.names.check(1)
                self._make(name, dataclasses.replace(chosen, definition=texts, engine="MyISAM"))
                self.drop([name])

    def drop(self, names: t.Collection[str]) -> None:
        """Drop some of what was made."""
        if names and not self._session.broken:
            listed = ", ".join(f"{quoted(self._place)}.{quoted(name)}" for name in names)
            self._session.execute(f"DROP TEMPORARY TABLE {listed}")
            self.made = [name for name in self.made if name not in names]

    def _make(self, name: str, chosen: Format) -> None:
        sql = chosen.create_statement(name, self._server.flavour)
        self._session.execute(created_in(self._place, sql, temporary=True))
        self.made.append(name)

    def triggers(self, plan: Plan) -> None:
        """Have triggers read; no server looks for their columns before it makes them."""
        shadows = {table.source: table.shadow for table in plan.tables}
        tables = {table.source: table.definition for table in plan.tables}
        for trigger in plan.triggers:
            doing = f"trying out the trigger {trigger.name}; the Mandant is unchanged"
            sql = trigger.create_statement(self._server.names.check(1), shadows[trigger.table], plan.names_after)
            kept = kept_with(trigger, self._server, sql)
            with self._told(_OF_TRIGGERS, trigger.line, doing), for_trigger(self._session, *kept):
                read(self._session, sql)
                _look_for_columns(trigger, tables[trigger.table])

    def views(self, plan: Plan) -> None:
        """Have views read that read tables alone: no other view is there."""
        shadows = {**plan.names_after, **{table.source: table.shadow for table in plan.tables}}
        views = {view.name.lower() for view in plan.views}
        for view in plan.views:
            if views.isdisjoint(name.lower() for name in view.tables):
                doing = f"trying out the view {view.name}; the Mandant is unchanged"
                sql = view.create_statement(self._server.names.check(1), shadows)
                collation = collation_of_view(view.collation, self._server, sql)
                with self._told(_OF_VIEWS, view.line, doing), for_texts(self._session, collation):
                    read(self._session, sql)
                # MariaDB looks at the names of columns only where somebody wants them.
                with self._told((_TWO_OF_ONE_NAME,), view.line, doing):
                    if not view.columns:
                        read(self._session, b"SELECT 1 FROM (" + view.select_statement(shadows) + b") AS Q")

    @contextlib.contextmanager
    def _told(self, numbers: t.Container[int], line: int, doing: str) -> t.Iterator[None]:
        """Raise the Failure of an error that has one of these numbers; pass over what is of temporary tables alone."""
        try:
            yield
        except ServerError as exc:
            too_many = exc.number == _WRONG_TABLE and _TOO_MANY_COLUMNS in exc.message
            if exc.lost or exc.number in numbers or (too_many and numbers is _OF_TABLES):
                where = f"{self._path}, line {line}: {self._session.where}, {self._mandant}"
                raise failure_of(exc, where=where, doing=doing) from None


def _look_for_columns(trigger: Trigger, definition: TableDefinition) -> None:
    """Raise the error of the server for a column of the trigger's table that is not there."""
    body = trigger.body
    for row, dot, column in zip(body, body[1:], body[2:]):
        name = name_of(column)
        is_column = dot.is_mark(b".") and (name_of(row) or "").upper() in ("NEW", "OLD")
        if is_column and name is not None and definition.column(name) is None:
            raise ServerError(_NO_COLUMN, f"Unknown column '{name}' in '{name_of(row)}'")


def _as_temporary(table: TablePlan) -> TableDefinition:
    """Return the definition without what servers do not have for a temporary table of its engine."""
    definition = table.definition.with_empty_members(table.empty_enums)
    innodb = table.format.engine.lower() == "innodb"
    options = tuple(
        one
        for one in definition.options
        if not one.sql.upper().startswith(b"PARTITION")
        and one.kind not in _NOT_OF_TEMPORARY
        and not (innodb and (one.kind == "KEY_BLOCK_SIZE" or one.value == "COMPRESSED"))
    )
    keys = tuple(key for key in definition.keys if not (innodb and key.kind == _FULLTEXT))
    return dataclasses.replace(definition, options=options, keys=keys)


def _of_fulltext(definition: TableDefinition) -> TableDefinition | None:
    """Return a table of nothing but the full-text keys of another one, None where it has none."""
    keys = tuple(key for key in definition.keys if key.kind == _FULLTEXT)
    names = {part.column.lower() for key in keys for part in key.parts if part.column is not None}
    columns = tuple(_as_text(column) for column in definition.columns if column.name.lower() in names)
    if not columns:
        return None
    return dataclasses.replace(definition, columns=columns, keys=keys, options=(), checks=())


def _as_text(column: Column) -> Column:
    return dataclasses.replace(column, attributes=tuple(one for one in column.attributes if one.kind in _TEXT))
