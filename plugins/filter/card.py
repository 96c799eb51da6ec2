# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns an analysis into a card."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.cao.faktura.plugins.plugin_utils._report.card import card_lines
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import language_of


def card(analysis: object, language: str = "auto", comparison: object = None) -> list[str]:
    """Return the lines of the card of an analysis, and of a comparison where there is one."""
    if not isinstance(analysis, t.Mapping) or "tables" not in analysis:
        raise AnsibleFilterError("cao.faktura.card needs the analysis that cao.faktura.backup_info returns.")
    if language not in ("auto", "de", "en"):
        raise AnsibleFilterError(f"cao.faktura.card: language is auto, de or en, not {language!r}.")
    if comparison is not None and not (isinstance(comparison, t.Mapping) and "tables" in comparison):
        raise AnsibleFilterError("cao.faktura.card: comparison is what cao.faktura.mandant_compare returns.")
    return card_lines(analysis, language_of(language, os.environ), comparison)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by their names."""
        return {"card": card}
