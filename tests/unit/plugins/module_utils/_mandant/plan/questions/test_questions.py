# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers together: the first that forbids counts; of some tables only what concerns them is told."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Identity
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.questions import refusal_of, told_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import analysis, definition, observed

SEEN = observed("JOURNAL", "ARTIKEL", identity=Identity(company="Musterladen", last_document_date="2026-11-02"))


def test_the_first_answer_that_forbids_counts() -> None:
    other = dataclasses.replace(analysis(definition("JOURNAL"), definition("ARTIKEL")), company="Werkstatt Müller")
    broken = dataclasses.replace(other, signs=(Sign("export_failed", "the export itself failed"),))
    wishes: tuple[dict[str, t.Any], ...] = (
        {},
        {"incomplete": "allow"},
        {"incomplete": "allow", "other_company": "allow"},
    )
    refusals = [refusal_of(dataclasses.replace(Wanted("m"), **wish), SEEN, broken) for wish in wishes]
    assert [refusal and refusal.error for refusal in refusals] == ["incomplete", "other_company", None]


@pytest.mark.parametrize(
    ("tables", "there", "told"),
    [((), ["JOURNAL"], True), ((), ["ARTIKEL"], True), (("ART*",), ["ARTIKEL"], False), (("JOU*",), ["journal"], True)],
)
def test_older_documents_are_told_where_documents_go(tables: tuple[str, ...], there: list[str], told: bool) -> None:
    backup = dataclasses.replace(analysis(*map(definition, there)), last_document_date="2026-10-01")
    found = told_of(Wanted("m", tables=tables), SEEN, backup)
    assert [text for text in found if "2026-10-01" in text] == (found if told else [])
    assert bool(found) is told
