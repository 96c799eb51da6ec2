# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a Mandant holds newer documents than the backup that would replace it: both dates, side by side; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis


def older_documents(observed: Observed, analysis: Analysis) -> Finding | None:
    """Return the finding for a backup whose newest document is older than that of the Mandant, None where it is not."""
    here, there = observed.identity.last_document_date, analysis.last_document_date
    if here is None or (there is not None and there >= here):
        return None
    of_backup = f"the newest of the backup is of {there}" if there else "the backup has none"
    return Finding(
        "older_documents",
        None,
        f"The newest document of the Mandant is of {here}, but {of_backup}: what was written since is not in it.",
    )
