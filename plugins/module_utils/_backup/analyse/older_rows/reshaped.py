# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows of before a table was changed, with the columns that they have at the end."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.default_cells import nothing_in
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.steps import Step
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        TableDefinition,
    )


# Stands for the next number of a counter.
_NUMBER = b"#"


class _Cell(t.NamedTuple):
    """A column: which cell of a row it has, or the text that all of them get."""

    name: str
    at: int = -1
    text: bytes = b""


class OlderRows:
    """Rows as their tables are at the end; ``later`` are the steps by the statement of a table, each with its own."""

    def __init__(self, later: t.Mapping[int, t.Sequence[tuple[int, Step]]]) -> None:
        self._later = later
        # Of counters that come behind rows, by where their tables were made.
        self._numbers: dict[int, t.Iterator[int]] = {}

    def reshaped(self, definition: TableDefinition, rows: Rows) -> Rows:
        """Return rows after all steps that follow them; raises Refused as `reshaped`."""
        steps = [step for number, step in self._later.get(definition.origin, ()) if number > rows.statement]
        if not steps:
            return rows
        return reshaped(definition, rows, steps, self._numbers.setdefault(definition.origin, itertools.count(1)))


def reshaped(definition: TableDefinition, rows: Rows, steps: t.Sequence[Step], numbers: t.Iterator[int]) -> Rows:
    """Return rows after the steps that follow them; ``definition`` is the table as it is before these.

    ``numbers`` are those that a counter gives which one of the steps adds: in the order of the rows, as a server does.

    Raises Refused for rows that are not as wide as their columns.
    """
    names = rows.columns or tuple(one.name for one in definition.columns if not one.attribute("INVISIBLE"))
    if len(names) != len(rows.kinds):
        raise Refused(f"a row of {len(rows.kinds)} values for {len(names)} columns")
    row, table = [_Cell(name, at) for at, name in enumerate(names)], rows.table
    for step in steps:
        if step.kind == "rename table":
            table = step.new
        else:
            row = _after(row, step)
    row = row or [_any_cell(definition, steps)]
    if [one.at for one in row] == list(range(len(names))):
        return dataclasses.replace(rows, table=table, columns=tuple(one.name for one in row))
    return dataclasses.replace(
        rows,
        table=table,
        columns=tuple(one.name for one in row),
        text=rows.separator.join(_text(row, text, rows.comma, numbers) for text in rows.texts()),
        kinds=tuple("" if one.at < 0 else rows.kinds[one.at] for one in row),
        longest_bytes=0,
        plain=rows.plain and not any(one.text for one in row),
    )


def _after(row: list[_Cell], step: Step) -> list[_Cell]:
    name = step.name.lower()
    if step.kind == "drop":
        return [one for one in row if one.name.lower() != name]
    if step.kind == "rename":
        return [one._replace(name=step.new) if one.name.lower() == name else one for one in row]
    if step.kind != "add" or step.column is None:
        return row
    if step.column.auto_increment:
        return [*row, _Cell(step.name, text=_NUMBER)]
    # A column that may be NULL or has a default is filled by the server.
    text = b"" if step.column.nullable else nothing_in(step.column)
    return [*row, _Cell(step.name, text=text)] if text else row


def _any_cell(definition: TableDefinition, steps: t.Sequence[Step]) -> _Cell:
    """Return a column of the table that the server fills: a row has one at least."""
    counter = definition.counter
    own = [one for one in definition.columns if not one.attribute("GENERATED")]
    own.sort(key=lambda one: not (one is counter or one.nullable or one.attribute("DEFAULT")))
    for column in own:
        left = [_Cell(column.name, text=b"NULL" if column is counter else b"DEFAULT")]
        for step in (one for one in steps if one.kind in ("drop", "rename")):
            left = _after(left, step)
        if left:
            return left[0]
    raise Refused("a row of which an ALTER TABLE behind it drops all columns")


def _text(row: t.Sequence[_Cell], text: bytes, comma: bytes, numbers: t.Iterator[int]) -> bytes:
    own = cells(text)
    found = (
        own[one.at] if one.at >= 0 else str(next(numbers)).encode() if one.text == _NUMBER else one.text for one in row
    )
    return b"(" + comma.join(found) + b")"
