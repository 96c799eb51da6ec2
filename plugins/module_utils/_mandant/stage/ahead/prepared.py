# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Definitions with what a server may not understand: it reads the statement, and does not run it."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import (
    NOT_ENFORCED,
    is_not_enforced,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

_STATEMENT = "FAKTURA_AHEAD"
_CREATE = b"CREATE TABLE "
_CREATE_TEMPORARY = b"CREATE TEMPORARY TABLE "
# Each server understands these, whatever they are of.
_PLAIN_ATTRIBUTES = frozenset(("NULL", "NOT NULL", "AUTO_INCREMENT", "COMMENT"))
_PLAIN_DEFAULT = re.compile(rb"DEFAULT (?:['\d+-]|NULL$)")
_PLAIN_OPTIONS = frozenset(("AUTO_INCREMENT", "COMMENT"))
# What a server says of a definition, whoever asks; anything else the run will meet, or not.
_REFUSES = frozenset(
    (1064, 1112, 1221, 1235, 1305, 1582, 1583, 1901, 1907, 1911, 1912, 1970, 3102, 3106, 3763, 3770, 3772, 3814, 3815,
     4161)
)  # fmt: skip


def is_plain(definition: TableDefinition) -> bool:
    """Whether a table is of words alone that each server understands."""
    attributes = (one for column in definition.columns for one in column.attributes)
    return (
        not definition.checks
        and not any(key.functional or key.options or key.parser for key in definition.keys)
        and all(one.kind in _PLAIN_OPTIONS for one in definition.options)
        and all(one.kind in _PLAIN_ATTRIBUTES or _PLAIN_DEFAULT.match(one.sql) for one in attributes)
    )


def created_in(database: str, statement: bytes, *, temporary: bool = False) -> bytes:
    """Return a CREATE TABLE for a table in a database that is not in use."""
    create = _CREATE_TEMPORARY if temporary else _CREATE
    return create + quoted(database).encode() + b"." + statement[len(_CREATE) :]


def read(session: Session, statement: bytes) -> None:
    """Have the server read a statement, which it does not run."""
    session.execute(f"PREPARE {_STATEMENT} FROM %s", (statement.decode("utf-8"),))
    session.execute(f"DEALLOCATE PREPARE {_STATEMENT}")


def prepare(session: Session, observed: Observed, table: TablePlan, where: str) -> None:
    """Raise Failure statement_failed for a definition that this server does not take, such as for a function in it."""
    chosen, flavour = table.format, observed.server.flavour
    chosen = dataclasses.replace(chosen, definition=_with_expressions_read(chosen.definition, flavour))
    try:
        # There may be no such database yet.
        read(session, created_in(observed.mandant, chosen.create_statement(table.shadow, flavour)))
    except ServerError as exc:
        if exc.lost:
            raise failure_of(exc, where=where, doing=f"reading the definition of the table {table.source}") from None
        if exc.number in _REFUSES:
            raise Failure(
                "statement_failed",
                f"{where}: this server ({observed.server.version}) does not take the definition of the table "
                f"{printable(table.source)}: {described(exc.number, exc.message)}; restore the backup on a server like "
                "the one that it is of, or take that out of the table and make the dump again. Nothing was changed",
            ) from None


def _with_expressions_read(definition: TableDefinition, flavour: ServerFlavour) -> TableDefinition:
    """Return the definition with a column more for each expression that a server reads no sooner than it runs it.

    MariaDB reads the CHECK of a column at once, and MySQL a column that it computes: under the rules of a CHECK.
    """
    if not flavour.has_generated_columns:
        return definition
    checks = [one.check_sql for one in definition.checks if one.enforced or flavour.has_unenforced_checks]
    if flavour.mariadb:
        read = [Attribute("CHECK", sql) for sql in checks]
    else:
        attributes = (one.sql for column in definition.columns for one in column.attributes if one.kind == "CHECK")
        checks += [sql[: -len(NOT_ENFORCED)] if is_not_enforced(sql) else sql for sql in attributes]
        expressions = [sql.partition(b" ")[2] for sql in checks]
        expressions += [part.name_sql for key in definition.keys for part in key.parts if part.column is None]
        read = [Attribute("GENERATED", b"GENERATED ALWAYS AS " + sql) for sql in expressions]
    more = (Column(f"faktura_{number}", "int", b"int", (one,)) for number, one in enumerate(read))
    return dataclasses.replace(definition, columns=(*definition.columns, *more))
