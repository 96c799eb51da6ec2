# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup that is older than what is there: both dates are said."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Identity
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.newer_documents import older_documents
from mandant_values import analysis, observed


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        ("2026-11-02", "2026-10-01", ("2026-11-02", "2026-10-01")),
        ("2026-11-02", None, ("2026-11-02", "the backup has none")),
        ("2026-11-02", "2026-11-02", None),
        ("2026-11-02", "2026-11-03", None),
        (None, "2026-11-03", None),
        (None, None, None),
    ],
)
def test_both_dates(here: str | None, there: str | None, told: tuple[str, str] | None) -> None:
    seen = observed("JOURNAL", identity=Identity(last_document_date=here))
    found = older_documents(seen, dataclasses.replace(analysis(), last_document_date=there))
    assert (found is None) is (told is None)
    if found is not None:
        assert found.name == "older_documents"
        assert all(word in found.text for word in told or ())
