# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Members of an ENUM or SET that are one to the collation of their column, as the server sees it.

A server that is not strict makes such a table all the same, and then stores the first member for the second: on
another server, or by another program, the dump may have come to be so.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Column
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

_LISTS = ("enum", "set")
_MEMBER = re.compile(rb"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
# A question for more of them would be longer than servers like.
_ASKED_AT_MOST = 500
# No collation of any server takes two texts of these for one that differ in more than letter case.
_PLAIN = re.compile(rb"'[0-9A-Za-z]*'")


def refuse_members_that_are_one(session: Session, server: Server, table: TablePlan, where: str) -> None:
    """Raise Failure statement_failed for a column that the server would refuse for its members."""
    for column in table.definition.columns:
        if column.type_name not in _LISTS:
            continue
        members = _MEMBER.findall(column.type_sql)
        if len(members) > _ASKED_AT_MOST or (
            all(map(_PLAIN.fullmatch, members)) and len({member.lower() for member in members}) == len(members)
        ):
            continue
        collation = _collation(column, table, server)
        # In a UNION MariaDB makes bytes as short as the characters would be.
        ask = _first_same if collation[0] == "binary" else _first_pair
        same = ask(session, members, collation)
        if same is not None:
            one, other = (printable(members[number].decode("utf-8", "replace")) for number in same)
            raise Failure(
                "statement_failed",
                f"{where}: the members {one} and {other} of the column {printable(column.name)} of the table "
                f"{printable(table.source)} are one to {collation[1] or f'the collation of {collation[0]}'}, so no "
                "strict server makes the table; rename one of them, or give the column a collation that tells them "
                "apart (one in _bin), make the dump again, and run again. Nothing was changed",
            )


def _collation(column: Column, table: TablePlan, server: Server) -> tuple[str, str | None]:
    """Return the character set of a column, and its collation where one is named."""
    named = column.attribute("COLLATE")
    if named is not None:
        collation = named.sql[len(b"COLLATE ") :].decode()
        return server.collations.get(collation.lower(), "utf8mb4"), collation
    if column.charset is not None:
        return column.charset, None
    return table.format.charset or "utf8mb4", table.format.collation


def _first_same(_session: Session, members: t.Sequence[bytes], _collation: object) -> tuple[int, int] | None:
    """Return the places of two members that are the same, None where there are none."""
    return next(((members.index(one), at) for at, one in enumerate(members) if members.index(one) < at), None)


def _first_pair(
    session: Session, members: t.Sequence[bytes], collation: tuple[str, str | None]
) -> tuple[int, int] | None:
    """Return the places of two members that are one to the server, None where there are none."""
    charset, name = collation
    by = f" COLLATE {name}" if name else ""
    # No member keeps a blank at its end.
    rows = " UNION ALL ".join(
        f"SELECT {number} AS N, CONVERT(TRIM(TRAILING ' ' FROM {member.decode('utf-8')}) USING {charset}){by} AS M"
        for number, member in enumerate(members)
    )
    try:
        found = session.query(f"SELECT MIN(N), MAX(N) FROM ({rows}) AS MEMBERS GROUP BY M HAVING COUNT(*) > 1 LIMIT 1")
    except ServerError as exc:
        # Whatever it has against the question, of the table it will tell in the run.
        if exc.lost:
            raise
        return None
    return (int(found[0][0]), int(found[0][1])) if found else None
