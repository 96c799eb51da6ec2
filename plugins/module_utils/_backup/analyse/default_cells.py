# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows with DEFAULT instead of values: a server fills these columns as those that an INSERT leaves out."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused


def without_defaults(definition: TableDefinition, row: Rows, sql_mode: str | None) -> Rows:
    """Return a row, or rows alike, with the columns alone that have a value.

    Refused where it is not as wide as its columns, or asks for a number of the counter in a way that is no question.
    """
    names = row.columns or tuple(column.name for column in definition.columns)
    width = len(row.kinds) + len(row.defaults)
    if width != len(names) and (row.defaults or row.columns):
        raise Refused(f"a row of {width} values for {len(names)} columns")
    if "NO_AUTO_VALUE_ON_ZERO" in (sql_mode or "").upper() and definition.counter_at(row.columns) in row.defaults:
        raise Refused("DEFAULT for an AUTO_INCREMENT column under NO_AUTO_VALUE_ON_ZERO, which may store 0 as well")
    if not row.kinds:
        return _empty(definition, row)
    left = tuple(name for index, name in enumerate(names) if index not in row.defaults)
    return dataclasses.replace(row, columns=left, defaults=())


def _empty(definition: TableDefinition, row: Rows) -> Rows:
    """Return a row without any value: one column has to be named all the same, where rows go by columns."""
    counter = definition.counter
    column = counter or next(one for one in definition.columns if not one.attribute("GENERATED"))
    # NULL asks a counter for its next number, whatever the sql_mode.
    text = b"(DEFAULT)" if counter is None else b"(NULL)"
    return dataclasses.replace(row, columns=(column.name,), text=text, kinds=("",), comma=b",", defaults=())
