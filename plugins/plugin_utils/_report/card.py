# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The analysis as a card of text lines, as the third page of CAO's wizard shows it."""

from __future__ import annotations

import textwrap
import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json, backup_facts
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language import formats
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.advice import finding_text
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language, one_line
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import (
    counted,
    encryption_of,
    noun,
    program_of,
    word,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.compared import compared_entries
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.row import repairs, written_at

WIDTH = 96
_NARROWEST = 40
_LABEL_WIDTH = 18
_BAR_WIDTH = 20
_SHORTEST_BAR = 5
_HEAD_LINES = 4


def card_lines(
    analysis: t.Mapping[str, t.Any],
    language: Language,
    comparison: t.Mapping[str, t.Any] | None = None,
    *,
    width: int = WIDTH,
) -> list[str]:
    """Return the card of an analysis: whose backup, when, by what, what is in it, findings and repairs.

    With a ``comparison`` it goes on with what a restore would replace. No line holds a control character, whatever the
    backup's texts are. For a smaller ``width`` sentences are wrapped and bars left out, but no checksum is taken apart.
    """
    backup, width = backup_facts(analysis), min(max(width, _NARROWEST), WIDTH)
    name = one_line(backup["company"] or backup["mandant"] or word("unknown_mandant", language))
    lines = [name, "─" * width]
    head = [str(line) for line in analysis.get("head") or []]
    for label, texts in _entries(backup, head, language, width - _LABEL_WIDTH):
        lines += _entry(label, texts, width - _LABEL_WIDTH)
    if comparison is not None:
        heading = word("compared_with", language).format(mandant=one_line(comparison.get("mandant") or ""))
        lines += ["", heading, "─" * width]
        for label, texts in compared_entries(comparison, language):
            lines += _entry(label, texts, width - _LABEL_WIDTH)
    return lines


def _entries(backup: Json, head: list[str], language: Language, room: int) -> list[tuple[str, list[str]]]:
    """Return the card's labels and texts; an entry without a text is left out."""
    file = backup["file"]
    path = str(file.get("path") or "").replace("\\", "/").rpartition("/")[2]
    encryption = encryption_of(file.get("encryption"), language) if file.get("encryption") != "none" else ""
    written = ", ".join(filter(None, (program_of(backup), written_at(backup, language))))
    schema = [f"DB_VERSION {backup['db_version']}" if backup["db_version"] else "", backup["encoding"]]
    amount = [
        counted("table", backup["tables"], language),
        counted("row", backup["rows"] or 0, language),
    ]
    entries = [
        ("mandant", [backup["mandant"]]),
        ("written_by", [written]),
        ("file", [", ".join(filter(None, (path, formats.size(file.get("size"), language), encryption)))]),
        ("schema_and_encoding", [", ".join(filter(None, schema))]),
        ("amount", [", ".join(amount)]),
        ("newest_document", [formats.day_of(backup["last_document_date"], language)]),
        ("largest", _largest(backup, language, room)),
        ("findings", [finding_text(one, language) for one in backup["findings"]] or [word("none", language)]),
        ("repairs", repairs(backup, language) or [word("none", language)]),
        ("sha256", [file.get("sha256")]),
        ("head", _first(head)),
    ]
    return [(word(name, language), [str(text) for text in texts if text]) for name, texts in entries if any(texts)]


def _first(head: list[str]) -> list[str]:
    """Return the first lines that say something."""
    return [line for line in head if line.strip("#-/* \t")][:_HEAD_LINES]


def _largest(backup: Json, language: Language, room: int) -> list[str]:
    tables = backup["largest"]
    greatest = max((one["bytes"] or 0 for one in tables), default=0)
    width = max((len(one_line(one["name"], 24)) for one in tables), default=0)
    amounts = [_amount(one, language) for one in tables]
    left = room - width - 4 - max(map(len, amounts), default=0)
    length = min(left, _BAR_WIDTH) if left >= _SHORTEST_BAR else 0
    return [_table_line(one, amount, width, length, greatest) for one, amount in zip(tables, amounts)]


def _amount(table: Json, language: Language) -> str:
    rows = f"{formats.decimal(table['rows'], language):>9} {noun('row', table['rows'], language)}"
    return f"{rows}  {formats.size(table['bytes'], language):>7}"


def _table_line(table: Json, amount: str, width: int, length: int, greatest: int) -> str:
    blocks = "█" * max(1, round(length * (table["bytes"] or 0) / greatest)) if greatest and length else ""
    return f"{one_line(table['name'], 24):<{width}}  " + (f"{blocks:<{length}}  " if length else "") + amount


def _entry(label: str, texts: t.Sequence[str], room: int) -> list[str]:
    """Return an entry's lines: the label once, its texts beside it, wrapped to the room that is left."""
    lines: list[str] = []
    for text in texts:
        line = one_line(text)
        # Only sentences are wrapped; a table's line keeps its columns.
        lines += [line] if "  " in line else textwrap.wrap(line, room, break_long_words=False) or [""]
    return [f"{label if number == 0 else '':<{_LABEL_WIDTH}}{line}" for number, line in enumerate(lines)]
