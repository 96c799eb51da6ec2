# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A comparison in words: on the card with its keys, on the page without; what would be lost stands first."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.cao.faktura.plugins.filter.card import card
from ansible_collections.cao.faktura.plugins.plugin_utils._report.card import card_lines
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Origin, read_call
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import Run, build_document
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import WORDS
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page

ANALYSIS: dict[str, t.Any] = {
    "dialect": "cao", "header": {"mandant": "Kräuterhof"}, "file": {"path": "/a/b.zip"}, "encoding": "latin1",
    "company": "Kräuterhof", "tables": [], "rows": 1, "head": ["# CAO-Faktura"], "repairs": [], "findings": [],
}  # fmt: skip
NOTHING: dict[str, t.Any] = {
    "found": "both", "is_same": True, "same": 0, "different": 0, "only_in_backup": 0, "only_in_mandant": 0,
    "backup_rows": 0, "mandant_rows": 0, "columns": [], "definition": [], "compared_by": None, "keys": None,
}  # fmt: skip


def _table(name: str, **fields: t.Any) -> dict[str, t.Any]:
    return {**NOTHING, "name": name, "is_same": not fields, **fields}


COMPARISON: dict[str, t.Any] = {
    "is_same": False,
    "mandant": "cao_demo",
    "newest_document": {"backup": "2026-11-02", "mandant": "2026-11-05"},
    "same": 1234, "different": 3, "only_in_backup": 12, "only_in_mandant": 1, "backup_rows": 0, "mandant_rows": 0,
    "tables": [
        _table("ADRESSEN", only_in_backup=2),
        _table(
            "ARTIKEL",
            different=3,
            columns=[{"name": "VK1", "rows": 3}, {"name": "EK", "rows": 1}],
            keys={"different": [{"A": 1, "B": "x"}, {"A": 2, "B": "y"}], "only_in_backup": [], "only_in_mandant": []},
            definition=[{"kind": "column", "name": "EIGEN", "found": "only_in_mandant"}],
        ),
        _table("EIGENE", found="only_in_mandant", only_in_mandant=1),
        _table("LAND"),
    ],
    "objects": [{"kind": "trigger", "name": "tr", "table": "ARTIKEL", "found": "different"}],
    "refusal": {"error": "other_company", "msg": "it is of another company"},
}  # fmt: skip
SAME: dict[str, t.Any] = {
    "is_same": True, "mandant": "cao_demo", "newest_document": {"backup": None, "mandant": None}, "same": 7,
    "different": 0, "only_in_backup": 0, "only_in_mandant": 0, "tables": [_table("LAND")], "objects": [],
    "refusal": None,
}  # fmt: skip


def _call(module: str, **result: t.Any) -> Call:
    given = {"analysis": ANALYSIS, **result}
    return read_call(Origin(module, "task", "host"), {"mandant": "cao_demo", "file": "b.zip"}, given, "ok")


def _document(*calls: Call) -> dict[str, t.Any]:
    moment = datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc)
    return build_document(Run("", "1.0.0", ("a.yml",), moment, moment, False, "finished"), calls)


def _below(lines: list[str]) -> list[str]:
    """Return what follows the analysis."""
    return lines[lines.index("") + 1 :]


def test_the_card_goes_on_with_the_comparison() -> None:
    lines = card_lines(ANALYSIS, "en", COMPARISON)
    assert lines[: lines.index("")] == card_lines(ANALYSIS, "en")
    assert _below(lines) == [
        "Compared with the Mandant cao_demo",
        "─" * 96,
        "Newest document   backup 2 November 2026, Mandant 5 November 2026",
        "Would be lost     1 row only in the Mandant, 3 rows different",
        "Would come        12 rows only in the backup",
        "The same          1,234 rows on both sides",
        "Rows              ARTIKEL   3 rows different (VK1 3, EK 1)",
        "                  EIGENE    the table is only in the Mandant, 1 row",
        "                  ADRESSEN  2 rows only in the backup",
        "Keys              ARTIKEL, A/B 1/x, 2/y: different",
        "A restore stops   Backup of another company",
        "Definitions       ARTIKEL: column EIGEN only in the Mandant",
        "                  trigger tr different (ARTIKEL)",
    ]
    assert "Ginge verloren    1 Zeile nur im Mandanten, 3 Zeilen anders" in card_lines(ANALYSIS, "de", COMPARISON)


def test_the_card_where_nothing_differs() -> None:
    assert _below(card(ANALYSIS, "de", SAME)) == [
        "Verglichen mit dem Mandanten cao_demo",
        "─" * 96,
        "Ginge verloren    nichts",
        "Gleich            7 Zeilen auf beiden Seiten",
        "Zeilen            in allen Tabellen gleich",
    ]
    with pytest.raises(AnsibleFilterError, match="mandant_compare"):
        card(ANALYSIS, "de", ANALYSIS["header"])


def test_labels_are_short_enough_for_their_column() -> None:
    for words in WORDS.values():
        labels = (
            "would_be_lost",
            "would_come",
            "stays_same",
            "differing_tables",
            "keys",
            "definitions",
            "refused_here",
        )
        assert [words[name] for name in labels if len(words[name]) > 16] == []


def test_the_page_says_what_would_be_lost_and_no_key() -> None:
    told = _document(_call("mandant_compare", changed=False, comparison=COMPARISON))
    (mandant,) = told["mandanten"]
    assert mandant["outcome"] == "compared"
    assert [one["name"] for one in mandant["compared"]["tables"]] == ["ADRESSEN", "ARTIKEL", "EIGENE"]
    assert "keys" not in str(mandant["compared"])
    assert "msg" not in mandant["compared"]["refusal"]
    for language, texts in {
        "en": ("Would be lost", "ARTIKEL: 3 rows different (VK1 3, EK 1)", "Backup of another company", "Compared"),
        "de": ("Ginge verloren", "EIGENE: die Tabelle ist nur im Mandanten, 1 Zeile", "Verglichen"),
    }.items():
        page = render_page(told, t.cast("t.Any", language))
        assert [text for text in texts if text not in page] == []


def test_behind_a_restore_it_is_what_was_replaced() -> None:
    compared = _call("mandant_compare", changed=False, comparison=COMPARISON)
    told = _document(compared, _call("mandant_restore", changed=True, action="restored"))
    page = render_page(told, "en")
    assert told["mandanten"][0]["outcome"] == "restored"
    assert "Was replaced" in page
    assert "Would be lost" not in page
    assert "Backup of another company" not in page
