# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What is asked of a backup beside its Mandant: is it whole, is it this company's, is it older than what is there."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.newer_documents import older_documents
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.not_whole import (
    not_whole,
    warnings_of_missing,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.whose_backup import (
    other_company,
    other_mandant,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis

_DOCUMENTS = "JOURNAL"


def refusal_of(wanted: Wanted, observed: Observed, analysis: Analysis) -> Failure | None:
    """Return the Failure of the first answer that forbids the restore of what is wanted of a backup."""
    return not_whole(wanted, observed, analysis) or other_company(wanted, observed, analysis)


def told_of(wanted: Wanted, observed: Observed, analysis: Analysis) -> list[str]:
    """Return what a person should know of answers that do not forbid it."""
    told = warnings_of_missing(wanted, observed, analysis)
    has_documents = any(name.upper() == _DOCUMENTS for name in analysis.definitions)
    older = older_documents(observed, analysis) if has_documents or not wanted.tables else None
    if older is not None:
        told.append(f"{observed.mandant}: {older.text}")
    another = other_mandant(wanted, observed, analysis)
    return told if another is None else [*told, another]
