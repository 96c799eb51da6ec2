# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a person should know about a backup before it is restored (cao-format 1.6 to 1.8)."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding, TableFacts
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import EncodingProof
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.generation_before import said_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    LAST,
    NEVER_EMPTY,
    STATIC,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading


def find(reading: Reading, facts: t.Sequence[TableFacts], proof: EncodingProof, charset: str) -> tuple[Finding, ...]:
    """Return the findings of a dump that was read to its end."""
    rows = {fact.name.upper(): fact.rows for fact in facts}
    is_cao = reading.dialect_reader.dialect == "cao"
    return (
        *_registry(rows),
        *_empty(rows),
        *_static(rows),
        *_end(reading, rows, is_cao),
        *_generation_before(reading),
        *_empty_enums(reading),
        *_others(reading, proof, charset),
    )


def _registry(rows: t.Mapping[str, int]) -> t.Iterator[Finding]:
    if "REGISTRY" not in rows and "REGISTERY" not in rows:
        yield Finding(
            "no_registry", None, "The backup holds no table REGISTRY: it is not a whole Mandant of CAO-Faktura."
        )


def _empty(rows: t.Mapping[str, int]) -> t.Iterator[Finding]:
    for name in NEVER_EMPTY:
        if rows.get(name) == 0:
            yield Finding("rows_missing", name, f"{name} has no rows, but a Mandant in use always has some there.")


def _static(rows: t.Mapping[str, int]) -> t.Iterator[Finding]:
    empty = [name for name in STATIC if rows.get(name) == 0]
    if empty:
        names = ", ".join(empty)
        yield Finding(
            "static_tables_left_out",
            None,
            f"{names}: saved without rows. CAO-Faktura fills them again when it is started.",
        )


def _end(reading: Reading, rows: t.Mapping[str, int], is_cao: bool) -> t.Iterator[Finding]:
    if is_cao and len(rows) > 1 and LAST not in rows and "REGISTRY" in rows:
        yield Finding(
            "missing_end",
            None,
            f"{LAST}, the last table of every backup, is not there: the backup may have been cut short.",
        )
    settings = reading.catalog.settings
    if not is_cao and settings.saved - settings.restored:
        yield Finding(
            "missing_end", None, "The dump does not set back what it set at its beginning: it may have been cut short."
        )


def _generation_before(reading: Reading) -> t.Iterator[Finding]:
    said = said_of(reading.catalog)
    if said is not None:
        yield Finding("back_tables", None, said)


def _empty_enums(reading: Reading) -> t.Iterator[Finding]:
    for table, columns in reading.empty_enums.items():
        names = ", ".join(
            sorted(column.name for column in reading.catalog.table(table).columns if column.name.lower() in columns)
        )
        yield Finding(
            "empty_enum",
            table,
            f"{table}: {names} holds the empty value of an ENUM, which is none of its members; it stays as it is.",
        )


def _others(reading: Reading, proof: EncodingProof, charset: str) -> t.Iterator[Finding]:
    if reading.catalog.definers_left_out:
        yield Finding(
            "definer_left_out", None, "Views and triggers belong to the restoring user; the dump's DEFINER is left out."
        )
    database = reading.catalog.database.name
    if database is not None:
        yield Finding(
            "database_left_out",
            None,
            f"The dump names its database {database!r}; that is left out, and the tables go to the Mandant.",
        )
    if charset == "latin1" and proof.utf8 and not proof.other:
        yield Finding(
            "bytes_look_like_utf8",
            None,
            "The dump says latin1 but its texts are UTF-8; they are restored as the dump says.",
        )
