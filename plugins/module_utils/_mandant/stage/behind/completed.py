# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""New tables become those of the dump, when their rows are in: counters and columns that had to wait for that."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import lenient

# "Data truncated": what a server says of a value that is no member of an ENUM.
_NO_MEMBER = 1265
_OUT_OF_RANGE = 1264

At = t.Callable[[TablePlan], str]


def changes_behind_rows(table: TablePlan) -> bool:
    """Whether a table gets something more than keys when its rows are in."""
    return bool(table.empty_enums) or table.definition.late_counter


def complete(session: Session, tables: t.Iterable[TablePlan], flavour: ServerFlavour, at: At) -> None:
    """Give tables what they get behind their rows; Failure where a server refuses it, which tells where they are."""
    for table in tables:
        try:
            if table.empty_enums:
                _narrow(session, table, flavour, at)
            number = table.definition.next_number
            if table.definition.late_counter and number is not None:
                session.execute(b"ALTER TABLE " + quoted(table.shadow).encode() + b" " + number.sql)
        except ServerError as exc:
            raise failure_of(exc, where=at(table), doing=f"completing the table {table.source}") from None


def _narrow(session: Session, table: TablePlan, flavour: ServerFlavour, at: At) -> None:
    """Take away the empty member that some ENUMs have had for their rows: what it stood for is their empty value.

    A strict server takes that value from no statement, but a lenient one makes it of a member that goes.
    """
    columns = [one for one in table.definition.columns if one.name.lower() in table.empty_enums]
    clauses = b", ".join(b"MODIFY " + column.sql(flavour) for column in columns)
    with lenient(session):
        answer = session.execute(b"ALTER TABLE " + quoted(table.shadow).encode() + b" " + clauses)
        told = session.query("SHOW WARNINGS") if answer.warnings else []
    unlike = [(int(number), str(said)) for _level, number, said in told if int(number) != _NO_MEMBER]
    if any(not _is_of_float(table, number, said) for number, said in unlike):
        raise Failure(
            "verification_failed",
            f"{at(table)}: the server does not store the empty values of the table {table.source} as they are; "
            "the Mandant is unchanged",
        )


def _is_of_float(table: TablePlan, number: int, message: str) -> bool:
    """Whether a warning is of a number that was cut to the digits of its column before, and is once more the same."""
    floats = [one.name for one in table.definition.columns if one.type_name in ("float", "double", "real")]
    return number == _OUT_OF_RANGE and any(f"'{name}'" in message for name in floats)
