# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The wizard's third room: everything about a backup, from one pass over all of its bytes."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import (
    Analysis,
    FileFacts,
    TableFacts,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.default_cells import names_no_number
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import EncodingProof, codec_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.findings import find, left_out_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.generation_before import (
    triggers_left,
    views_left,
    without_their_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.identity import IdentityReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.repairs import RepairLog, repaired_definition
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.as_utf8 import transcoded
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass, SecondPass
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import without_rows

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.allowlist import Catalog
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View
    from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container

_LINE_LIMIT = 160


def label_of(container: Container, chosen: ChosenFile) -> str:
    """Return the file, and the member of a ZIP, for messages."""
    return f"{chosen.shown} ({printable(container.member)})" if container.member else chosen.shown


class _Counts:
    """What the rows of each table add up to; ``renamed`` gets the new names of tables, behind their rows."""

    def __init__(self, renamed: list[tuple[str, str]]) -> None:
        self._renamed = renamed
        self.rows: dict[str, int] = {}
        self.bytes: dict[str, int] = {}
        self.longest: dict[str, int] = {}
        self.left_ids: set[str] = set()
        self.numbered: set[str] = set()
        self._seen_from: dict[str, int] = {}

    def _forget(self, table: str) -> None:
        self.rows.pop(table, None)
        self.bytes.pop(table, None)
        self.longest.pop(table, None)
        self.left_ids.discard(table)
        self.numbered.discard(table)

    def _follow(self) -> None:
        """Count rows on under the new names of their tables; these are taken from the list."""
        for old, new in self._renamed:
            for counts in (self.rows, self.bytes, self.longest, self._seen_from):
                if old in counts:
                    counts[new] = counts.pop(old)
            for names in (self.left_ids, self.numbered):
                if old in names:
                    names.remove(old)
                    names.add(new)
        self._renamed.clear()

    def facts(self, definitions: t.Iterable[str], void: t.Mapping[str, int]) -> tuple[TableFacts, ...]:
        """Return the facts of each table, without rows that are gone by a statement behind which no more came."""
        self._follow()
        for table in [one for one, seen in self._seen_from.items() if seen < void.get(one, 0)]:
            self._forget(table)
        return tuple(TableFacts(name, self.rows.get(name, 0), self.bytes.get(name, 0)) for name in definitions)

    def of_rows(self) -> dict[str, t.Any]:
        """Return what the rows show of the tables, as fields of the analysis."""
        return {
            "longest_rows": dict(self.longest),
            "left_ids": frozenset(self.left_ids),
            "numbered": frozenset(self.numbered),
        }

    def see(self, definition: TableDefinition, rows: Rows, *, void_before: int) -> None:
        self._follow()
        if self._seen_from.get(rows.table, 0) < void_before:
            # Those up to here were of an earlier one of its name.
            self._forget(rows.table)
        self._seen_from[rows.table] = rows.statement
        if rows.table not in self.left_ids and names_no_number(definition, rows):
            self.left_ids.add(rows.table)
            self.numbered.add(rows.table)
        if definition.leaves_out_counter(rows.columns):
            self.numbered.add(rows.table)
        self.rows[rows.table] = self.rows.get(rows.table, 0) + rows.count
        self.bytes[rows.table] = self.bytes.get(rows.table, 0) + rows.own_bytes
        known = self.longest.get(rows.table, 0)
        if len(rows.text) > known:
            longest = rows.longest_bytes or max(map(len, rows.texts()))
            self.longest[rows.table] = max(known, longest)


def _see_rows(see: t.Callable[[bytes], None], definition: TableDefinition, rows: Rows) -> None:
    """Show the text cells of rows, not the binary ones."""
    if rows.text.isascii():
        return
    binary = definition.binary_at(rows.columns)
    if not binary:
        see(rows.text)
        return
    for text in rows.texts():
        for index, cell in enumerate(() if text.isascii() else cells(text)):
            if index not in binary and not cell.startswith(b"_binary"):
                see(cell)


def _unless_damaged(rows: t.Iterator[Rows], container: Container, chunks: t.Iterator[bytes]) -> t.Iterator[Rows]:
    """Give the rows; damage within a packed file can look like a forbidden statement, and its end tells which it is."""
    try:
        yield from rows
    except Failure:
        if container.is_packed:
            for _chunk in chunks:
                pass
        raise


def _shown(rows: t.Iterator[Rows], see_rows: t.Callable[[Rows], None] | None) -> t.Iterator[Rows]:
    for one in rows:
        if see_rows is not None:
            see_rows(one)
        yield one
        del one


def analyse(
    container: Container,
    chosen: ChosenFile,
    proofs: FirstPass,
    options: ReadOptions,
    progress: t.Callable[[str, int], None] | None = None,
    see_rows: t.Callable[[Rows], None] | None = None,
) -> Analysis:
    """Read the whole backup once and return what is known; Failure with every error of a file (design.md 5).

    ``proofs`` takes note of what is proven of the rows, ``progress`` is told the phase and the bytes that are read,
    ``see_rows`` is shown all rows.
    """
    label, chunks = label_of(container, chosen), container.chunks()
    reading = Reading(chunks, label, proofs, options.encoding)
    proof, counts, identity = EncodingProof(), _Counts(reading.renamed), IdentityReader()
    for rows in _shown(_unless_damaged(reading.rows(proof), container, chunks), see_rows):
        definition = reading.catalog.table(rows.table)
        counts.see(definition, rows, void_before=reading.void.get(rows.table, 0))
        proof.of_table(definition.name, reading.charset)
        _see_rows(proof.see_rows, definition, rows)
        identity.see(definition, rows)
        if progress is not None:
            progress("analyse", container.bytes_read)
    charset = proof.verdict(declared=reading.catalog.settings.charset, wanted=options.encoding, label=label)
    definitions, codec = _definitions(reading, charset, options.repairs, label), codec_of(charset)
    facts, signs = counts.facts(definitions, reading.void), _signs(reading, counts.rows, options.incomplete, container)
    return Analysis(
        dialect=reading.dialect_reader.dialect,
        header=reading.dialect_reader.header(codec),
        file=_file_facts(container, chosen, reading),
        encoding=charset,
        tables=facts,
        definitions=definitions,
        **_of_catalog(reading.catalog, codec),
        rows=sum(fact.rows for fact in facts),
        statements=reading.statements,
        **identity.facts(codec),
        head=_head(reading.head, options.head_lines, codec),
        repairs=reading.repair_log.repairs(),
        findings=(
            *find(reading, facts, proof, charset, signs=signs, packed=container.is_packed),
            *left_out_of(container),
        ),
        **counts.of_rows(),
        sql_bytes=reading.sql_bytes,
        sql_sha256=reading.sha256,
        empty_enums={name: frozenset(columns) for name, columns in reading.empty_enums.items()},
        signs=signs,
    )


def _of_catalog(catalog: Catalog, codec: str) -> dict[str, t.Any]:
    """Return what the statements beside rows and tables say, as fields of the analysis."""
    return {
        "views": tuple(transcoded(view, codec) for view in _in_order(views_left(catalog))),
        "triggers": tuple(transcoded(trigger, codec) for trigger in triggers_left(catalog)),
        "row_triggers": {table: transcoded(trigger, codec) for table, trigger in catalog.fired.passed.items()},
        "time_zones": frozenset(catalog.settings.time_zones),
        "database_format": catalog.database_format,
        "checks_keys": not catalog.settings.keys_unchecked,
    }


def _signs(reading: Reading, rows: t.Mapping[str, int], incomplete: str, container: Container) -> tuple[Sign, ...]:
    """Return what shows the backup not to be whole; Failure truncated where a last line is missing, unless allowed."""
    dialect, catalog = reading.dialect_reader.dialect, reading.catalog
    last = reading.witness.lacks_old_last_line(dialect)
    there = {*catalog.tables.alike, *catalog.views.alike}
    counts = {table.name: rows.get(table.name, 0) for table in catalog.tables.values()}
    signs = reading.witness.signs(dialect, counts, there, catalog.settings)
    doubt = None if container.is_packed else reading.witness.doubt(dialect)
    signs = signs if doubt is None else [doubt, *signs]
    if last is None or incomplete == "allow":
        return tuple(signs)
    cause = f" The reason: {signs[0].text}." if signs[0].name == "export_failed" else ""
    raise Failure(
        "truncated",
        f"{reading.label}: the line that {dialect} writes last, '{last}', is missing. "
        f"The dump is incomplete: make it again.{cause}",
    )


def _file_facts(container: Container, chosen: ChosenFile, reading: Reading) -> FileFacts:
    """Return the facts of the file; one that is not packed was read through just now, for its SHA-256 as well."""
    if not container.is_packed:
        chosen.take_sha256(reading.sha256)
    return FileFacts(chosen.path, chosen.size_bytes, chosen.sha256, container.member, container.encryption)


def _definitions(reading: Reading, charset: str, repairs: str, label: str) -> dict[str, TableDefinition]:
    """Return the tables of the backup by name, repaired and as UTF-8."""
    log = reading.repair_log if reading.dialect_reader.dialect == "cao" else RepairLog()
    found = {}
    for definition in reading.catalog.tables.values():
        if is_generation_before(definition.name):
            continue
        whole = without_their_keys(definition)
        repaired = repaired_definition(whole, log) if log is reading.repair_log else whole
        found[definition.name] = _with_own_names(transcoded(repaired, codec_of(charset)), reading)
    repaired_names = sorted({repair.name for repair in log.repairs()})
    if repairs == "refuse" and repaired_names:
        raise Failure(
            "damaged",
            f"{label}: the backup has defects of CAO's writer ({', '.join(repaired_names)}), "
            "and repairs is set to refuse. "
            "With repairs: apply they are put right and reported.",
        )
    return found


def _with_own_names(definition: TableDefinition, reading: Reading) -> TableDefinition:
    """Return a table whose foreign keys name tables of the dump as these are called: in letters of the same case."""
    real = reading.catalog.tables.real
    keys = [
        dataclasses.replace(key, references=real(key.references) or key.references) for key in definition.foreign_keys
    ]
    return dataclasses.replace(definition, foreign_keys=tuple(keys))


def _in_order(views: ByName[View]) -> list[View]:
    """Return each view behind those that it reads."""
    ordered: dict[str, View] = {}
    begun: set[str] = set()
    # Not by a function that calls itself: views of views can be more than Python lets it.
    left: list[tuple[str, bool]] = [(key, False) for key in reversed(list(views))]
    while left:
        key, read_all = left.pop()
        if read_all:
            ordered[key] = views[key]
        elif key in views and key not in begun:
            begun.add(key)
            left.append((key, True))
            left += [(views.real(table) or table, False) for table in reversed(views[key].tables)]
    return list(ordered.values())


def _head(head: bytes, lines: int, codec: str) -> tuple[str, ...]:
    """Return the first lines as the wizard shows them, but no values of rows."""
    shown = []
    for line in without_rows(head, lines).split(b"\n")[:lines]:
        readable = line.decode(codec, "replace").rstrip("\r").replace("\t", " ")
        shown.append("".join(letter if letter.isprintable() else "." for letter in readable)[:_LINE_LIMIT])
    return tuple(shown)


def read_rows(
    container: Container, analysis: Analysis, proofs: FirstPass, label: str, encoding: str = "auto"
) -> t.Iterator[Rows]:
    """Give the rows of the backup once more, as the analysis saw them with the same ``proofs`` and ``encoding``.

    Raises Failure (damaged) when the bytes are not those of the analysis, before rows are made of them.
    """
    reading = Reading(container.chunks(), label, SecondPass(proofs), encoding)
    yield from reading.rows()
    if reading.sha256 != analysis.sql_sha256:
        raise reading.other_bytes()
