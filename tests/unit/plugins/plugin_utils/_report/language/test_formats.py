# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates as people say them."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.plugin_utils._report.language import formats


def test_a_day_of_a_result_is_told_as_people_say_it() -> None:
    assert formats.day_of("2026-11-02", "en") == "2 November 2026"
    assert formats.day_of("2026-11-02", "de") == "2. November 2026"
    assert formats.day_of("0000-00-00", "en") == "0000-00-00"
    assert formats.day_of(None, "de") is None
