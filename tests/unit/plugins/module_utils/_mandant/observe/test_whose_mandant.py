# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about a Mandant: what is not looked at, and how dates are read."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable, Identity
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.whose_mandant import (
    Facts,
    _date,
    live_db_version,
    live_identity,
    observe_facts,
)

# Whoever asks it anything fails.
NOBODY = t.cast("t.Any", None)
NAMES = ("FIRMA", "JOURNAL", "REGISTRY", "REGISTERY")


@pytest.mark.parametrize("is_view", [True, False])
def test_views_are_never_read(is_view: bool) -> None:
    tables = {name: ExistingTable(name, is_view) for name in NAMES}
    if is_view:
        assert observe_facts(NOBODY, "m", tables) == Facts()
        assert live_identity(NOBODY, "m", tables) == Identity()
        assert live_db_version(NOBODY, "m", tables) is None
    else:
        with pytest.raises(AttributeError):
            observe_facts(NOBODY, "m", tables)


def test_a_database_without_caos_tables_is_not_asked() -> None:
    tables = {name: ExistingTable(name, False) for name in ("FIRMEN", "wp_options", "BACK_FIRMA")}
    assert observe_facts(NOBODY, "m", tables) == Facts()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("14.03.2024", "2024-03-14"),
        ("1.3.2024 18:05:09", "2024-03-01"),
        ("2024-03-14", "2024-03-14"),
        ("2024-03-14 18:05:09", "2024-03-14"),
        ("31.02.2024", None),
        ("03/14/2024", None),
        ("0000-00-00", None),
        ("1.3.24", None),
        ("am 14.03.2024", None),
        ("١٤.٠٣.٢٠٢٤", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, date: str | None) -> None:
    assert _date(text) == date


@given(st.dates(), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d.%m.%Y %H:%M"]))
def test_every_date_that_is_written_is_read(date: t.Any, pattern: str) -> None:
    text = date.strftime(pattern.replace("%Y", f"{date.year:04d}"))
    assert _date(text) == date.isoformat()
