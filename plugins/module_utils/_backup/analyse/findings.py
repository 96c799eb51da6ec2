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
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    LAST,
    NEVER_EMPTY,
    REGISTRIES,
    STATIC,
    is_mandants,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.databases import NOTED
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_names import printable_names

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading
    from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container


def find(
    reading: Reading,
    facts: t.Sequence[TableFacts],
    proof: EncodingProof,
    charset: str,
    *,
    signs: t.Sequence[Sign] = (),
    packed: bool = False,
) -> tuple[Finding, ...]:
    """Return the findings of a dump that was read to its end; ``signs`` show it not to be whole."""
    rows = {fact.name.upper(): fact.rows for fact in facts}
    return (
        *_registry(reading, rows),
        *_empty(rows),
        *_static(rows),
        *map(_told, signs),
        *_end(reading, rows, signs, packed=packed),
        *map(_told, reading.witness.warned),
        *_generation_before(reading),
        *_empty_enums(reading),
        *_others(reading, proof, charset),
    )


def _told(sign: Sign) -> Finding:
    """Return what gave a backup away as a finding."""
    return Finding(sign.name, sign.table, f"{sign.text[:1].upper()}{sign.text[1:]}.")


def left_out_of(container: Container) -> t.Iterator[Finding]:
    """Give what else lies in the ZIP."""
    if container.left_out:
        names = printable_names(container.left_out)
        yield Finding(
            "zip_files_left_out", None, f"The ZIP holds files of a desktop, too, which are left out: {names}."
        )


def _registry(reading: Reading, rows: t.Mapping[str, int]) -> t.Iterator[Finding]:
    tables = {one.name: [column.name for column in one.columns] for one in reading.catalog.tables.values()}
    if not rows.keys() & set(REGISTRIES) and is_mandants(reading.dialect_reader.dialect, tables):
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


def _end(reading: Reading, rows: t.Mapping[str, int], signs: t.Sequence[Sign], *, packed: bool) -> t.Iterator[Finding]:
    dialect, settings = reading.dialect_reader.dialect, reading.catalog.settings
    ends = [sign for sign in signs if sign.name == "missing_end"]
    doubt = reading.witness.doubt(dialect) if packed and not ends else None
    if doubt is not None:
        yield _told(doubt)
        return
    if dialect == "cao" and not ends and len(rows) > 1 and LAST not in rows and "REGISTRY" in rows:
        text = f"{LAST}, the last table of every backup, is not there: the backup may have been cut short."
        yield Finding("missing_end", None, text)
    if dialect != "cao" and not ends and settings.kept - settings.restored:
        yield Finding(
            "missing_end",
            None,
            "The dump does not set back all that it set at its beginning: it may have been cut short.",
        )
    if not ends and not packed and reading.witness.leaves_the_end_open(dialect, settings):
        yield Finding(
            "end_unknown",
            None,
            f"{dialect} writes no last line, and the file is not packed: whether rows of its last table, or tables "
            "behind it, are missing cannot be known.",
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
    notes = [name for name in reading.void if name.startswith(NOTED) and reading.catalog.notes_left_out]
    for name in sorted(reading.void.keys() - notes):
        yield Finding(
            "rows_dropped_by_dump",
            name,
            f"{name}: the dump drops or empties it behind rows of it, as two dumps in one file do; these are left out.",
        )
    for table in reading.catalog.placed:
        yield Finding(
            "place_left_out", table, f"{table}: where its files lay, or what it was connected to, is left out."
        )
    if reading.catalog.notes_left_out:
        text = "What phpMyAdmin has noted about the tables, in its database 'phpmyadmin', is left out."
        yield Finding("notes_left_out", None, text)
    for table, engine in reading.catalog.unlinked.items():
        text = f"{table}: its foreign keys are left out, as servers do: its engine {engine} has none."
        yield Finding("foreign_keys_left_out", table, text)
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
    yield from proof.spoilt.findings(charset, others=proof.other > 0)
    yield from proof.dos.findings(charset)
