# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The wizard's third room: everything about a backup, from one pass over all of its bytes."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import (
    Analysis,
    FileFacts,
    TableFacts,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import EncodingProof, codec_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.findings import find
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.generation_before import (
    triggers_left,
    views_left,
    without_their_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.identity import IdentityReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.repairs import RepairLog, repaired_definition
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.as_utf8 import transcoded
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.proven_rows import FirstPass, SecondPass
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import without_rows

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View
    from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container

_BINARY_TYPES = frozenset(
    ("tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary", "bit", "geometry", "point")
)
_LINE_LIMIT = 160


def label_of(container: Container, chosen: ChosenFile) -> str:
    """Return the file, and the member of a ZIP, for messages."""
    return f"{chosen.shown} ({printable(container.member)})" if container.member else chosen.shown


class _Counts:
    """What the rows of each table add up to."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.bytes: dict[str, int] = {}
        self.longest_row_bytes = 0

    def see(self, rows: Rows) -> None:
        self.rows[rows.table] = self.rows.get(rows.table, 0) + rows.count
        self.bytes[rows.table] = self.bytes.get(rows.table, 0) + rows.own_bytes
        if len(rows.text) > self.longest_row_bytes:
            longest = rows.longest_bytes or max(len(row.text) for row in rows.singles())
            self.longest_row_bytes = max(self.longest_row_bytes, longest)


def _see_rows(proof: EncodingProof, definition: TableDefinition, rows: Rows) -> None:
    """Show the text cells of rows to the proof, not the binary ones."""
    if rows.text.isascii():
        return
    names = rows.columns or tuple(column.name for column in definition.columns)
    columns = [definition.column(name) for name in names]
    binary = {index for index, column in enumerate(columns) if column is not None and column.type_name in _BINARY_TYPES}
    if not binary:
        proof.see(rows.text)
        return
    for row in rows.singles():
        for index, cell in enumerate(cells(row.text)):
            if index not in binary and not cell.startswith(b"_binary"):
                proof.see(cell)


def _unless_damaged(rows: t.Iterator[Rows], container: Container, chunks: t.Iterator[bytes]) -> t.Iterator[Rows]:
    """Give the rows; damage within a packed file can look like a forbidden statement, and its end tells which it is."""
    try:
        yield from rows
    except Failure:
        if container.is_packed:
            for _chunk in chunks:
                pass
        raise


def analyse(
    container: Container,
    chosen: ChosenFile,
    proofs: FirstPass,
    options: ReadOptions,
    progress: t.Callable[[str, int], None] | None = None,
) -> Analysis:
    """Read the whole backup once and return what is known about it.

    ``proofs`` takes note of what is proven of the rows. ``progress`` is called with the phase and the bytes of the
    file read so far. Raises Failure with every error of the file that design.md section 5 names.
    """
    label = label_of(container, chosen)
    chunks = container.chunks()
    reading = Reading(chunks, label, proofs, options.encoding)
    proof, counts, identity = EncodingProof(), _Counts(), IdentityReader()
    for rows in _unless_damaged(reading.rows(proof.see), container, chunks):
        definition = reading.catalog.table(rows.table)
        counts.see(rows)
        _see_rows(proof, definition, rows)
        identity.see(definition, rows)
        if progress is not None:
            progress("analyse", container.bytes_read)
    charset = proof.verdict(declared=reading.catalog.settings.charset, wanted=options.encoding, label=label)
    definitions = _definitions(reading, charset, options.repairs, label)
    codec = codec_of(charset)
    facts = tuple(TableFacts(name, counts.rows.get(name, 0), counts.bytes.get(name, 0)) for name in definitions)
    return Analysis(
        dialect=reading.dialect_reader.dialect,
        header=reading.dialect_reader.header(codec),
        file=_file_facts(container, chosen, reading),
        encoding=charset,
        tables=facts,
        definitions=definitions,
        views=tuple(transcoded(view, codec) for view in _in_order(views_left(reading.catalog))),
        triggers=tuple(transcoded(trigger, codec) for trigger in triggers_left(reading.catalog)),
        rows=sum(fact.rows for fact in facts),
        statements=reading.statements,
        db_version=identity.db_version(codec),
        company=identity.company(codec),
        head=_head(reading.head, options.head_lines, codec),
        repairs=reading.repair_log.repairs(),
        findings=find(reading, facts, proof, charset),
        time_zone=reading.catalog.settings.time_zone,
        longest_row_bytes=counts.longest_row_bytes,
        sql_bytes=reading.sql_bytes,
        sql_sha256=reading.sha256,
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
        found[definition.name] = transcoded(repaired, codec_of(charset))
    repaired_names = sorted({repair.name for repair in log.repairs()})
    if repairs == "refuse" and repaired_names:
        raise Failure(
            "damaged",
            f"{label}: the backup has defects of CAO's writer ({', '.join(repaired_names)}), "
            "and repairs is set to refuse. "
            "With repairs: apply they are put right and reported.",
        )
    return found


def _in_order(views: t.Mapping[str, View]) -> list[View]:
    """Return each view behind those that it reads."""
    ordered: dict[str, View] = {}

    def place(key: str, above: frozenset[str]) -> None:
        if key in views and key not in ordered and key not in above:
            for table in views[key].tables:
                place(table.lower(), above | {key})
            ordered[key] = views[key]

    for key in views:
        place(key, frozenset())
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
