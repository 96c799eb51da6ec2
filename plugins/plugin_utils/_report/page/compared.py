# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a restore would replace, in words: for the card on the screen and for the page of the report."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.advice import advice
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language, day_of, one_line
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import counted, word

Json = dict[str, t.Any]
Comparison = t.Mapping[str, t.Any]

# In this order people ask for them: what would be lost, what would change, what would come.
_STATES = ("only_in_mandant", "different", "only_in_backup")
_SHOWN_TABLES = 20
_SHOWN_COLUMNS = 4
_SHOWN_DEFINITIONS = 12
_LONGEST_NAME = 24


def compared_entries(comparison: Comparison, language: Language) -> list[tuple[str, list[str]]]:
    """Return labels and texts for a card."""
    entries = [
        ("newest_document", newest(comparison, language)),
        ("would_be_lost", lost(comparison, language) or [word("nothing_lost", language)]),
        ("would_come", _counts(comparison, ("only_in_backup",), language)),
        ("stays_same", _counts(comparison, ("same",), language)),
        ("differing_tables", _tables(comparison, language)),
        ("keys", _keys(comparison, language)),
        ("refused_here", refused(comparison, language)),
        ("definitions", _cut(definitions(comparison, language), _SHOWN_DEFINITIONS, language)),
    ]
    return [(word(name, language), texts) for name, texts in entries if texts]


def lost(comparison: Comparison, language: Language) -> list[str]:
    """Return what of the Mandant would not be there any more, in one text; nothing where all of it would."""
    return _counts(comparison, ("only_in_mandant", "different"), language)


def refused(comparison: Comparison, language: Language) -> list[str]:
    """Return why a restore would not begin; nothing where it would."""
    refusal = comparison.get("refusal") or {}
    return [advice(str(refusal["error"]), language).what] if refusal.get("error") else []


def table_texts(comparison: Comparison, language: Language) -> list[str]:
    """Return a text for each table whose rows are not all the same."""
    return [f"{name}: {text}" for name, text in _described(comparison, language)]


def definitions(comparison: Comparison, language: Language) -> list[str]:
    """Return what differs in definitions, and the views, triggers and foreign keys that are not the same."""
    texts = []
    for table in _list(comparison.get("tables")):
        for one in _list(table.get("definition")):
            texts.append(f"{table.get('name')}: {_part(one, language)}")
    for one in _list(comparison.get("objects")):
        of = f" ({one['table']})" if one.get("table") else ""
        texts.append(f"{_part(one, language)}{of}")
    return texts


def _part(one: Comparison, language: Language) -> str:
    kind = word(f"part_{one.get('kind')}", language, str(one.get("kind")))
    return " ".join(filter(None, (kind, str(one.get("name") or ""), word(f"found_{one.get('found')}", language))))


def newest(comparison: Comparison, language: Language) -> list[str]:
    """Return the date of the newest document on each side; nothing where there is none."""
    dates = comparison.get("newest_document") or {}
    if not any(dates.values()):
        return []
    return [
        word("both_dates", language).format(
            **{side: day_of(dates.get(side), language) or word("none", language) for side in ("backup", "mandant")}
        )
    ]


def _counts(comparison: Comparison, states: t.Iterable[str], language: Language) -> list[str]:
    counts = [(state, int(comparison.get(state) or 0)) for state in states]
    texts = [
        f"{counted('row', count, language)} {word(f'found_{state}', language)}" for state, count in counts if count
    ]
    return [", ".join(texts)] if texts else []


def _described(comparison: Comparison, language: Language) -> list[tuple[str, str]]:
    """Return the tables whose rows differ, those first of which most would be lost, and what is told of them."""
    found = []
    for table in _list(comparison.get("tables")):
        texts = []
        if table.get("found") in ("only_in_backup", "only_in_mandant"):
            rows = counted("row", int(table.get(table["found"]) or 0), language)
            texts.append(f"{word('whole_table', language)} {word('found_' + table['found'], language)}, {rows}")
        else:
            texts += _counts(table, _STATES, language)
        columns = [f"{one.get('name')} {one.get('rows')}" for one in _list(table.get("columns"))]
        if columns:
            texts.append(f"({', '.join(_cut(columns, _SHOWN_COLUMNS, language))})")
        if texts:
            gone = int(table.get("only_in_mandant") or 0) + int(table.get("different") or 0)
            found.append((-gone, str(table.get("name")), " ".join(texts)))
    return [(name, text) for _gone, name, text in sorted(found)]


def _tables(comparison: Comparison, language: Language) -> list[str]:
    described = _described(comparison, language)
    if not described:
        return [word("all_rows_same", language)]
    width = max(len(one_line(name, _LONGEST_NAME)) for name, _text in described)
    lines = [f"{one_line(name, _LONGEST_NAME):<{width}}  {text}" for name, text in described]
    return _cut(lines, _SHOWN_TABLES, language)


def _keys(comparison: Comparison, language: Language) -> list[str]:
    """Return the keys that were asked for; the columns that they are of stand in front once."""
    texts = []
    for table in _list(comparison.get("tables")):
        for state in _STATES:
            keys = _list((table.get("keys") or {}).get(state))
            if keys:
                values = ", ".join("/".join(map(str, key.values())) for key in keys)
                columns = "/".join(keys[0])
                texts.append(f"{table.get('name')}, {columns} {values}: {word(f'found_{state}', language)}")
    return texts


def _cut(texts: list[str], shown: int, language: Language) -> list[str]:
    if len(texts) <= shown + 1:
        return texts
    return [*texts[:shown], word("and_more", language).format(count=len(texts) - shown)]


def _list(value: object) -> list[t.Any]:
    return value if isinstance(value, list) else []
