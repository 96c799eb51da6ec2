# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tables a Mandant has: every one is counted once, and only those in use."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.inventory import inventory_of, size_of
from mandant_values import SERVER, observed

SEEN = observed(
    "ARTIKEL",
    "artikel_preis",
    ExistingTable("JOURNAL", False, "InnoDB", "utf8mb4_general_ci"),
    ExistingTable("XT", False, "Aria", "klingon_ci"),
    ExistingTable("KAPUTT", False, None, None),
    ExistingTable("SICHT", True, None, None),
    "BACK_ARTIKEL",
    SERVER.names.marker,
)
SIZES = {"ARTIKEL": 1, "artikel_preis": 20, "JOURNAL": 300, "XT": 4000, "BACK_ARTIKEL": 50000, "KAPUTT": None}


def test_everything_about_the_tables_in_use() -> None:
    assert inventory_of(SEEN, SIZES) == {
        "size": 4321,
        "tables": 5,
        "purposes": {
            "articles": {"tables": 2, "size": 21},
            "documents": {"tables": 1, "size": 300},
            "other": {"tables": 2, "size": 4000},
        },
        "other_tables": ["XT", "KAPUTT"],
        "views": ["SICHT"],
        "unreadable_tables": ["KAPUTT"],
        "engines": {"Aria": 1, "InnoDB": 1, "MyISAM": 2},
        "charsets": {"latin1": 2, "utf8mb4": 1},
    }


def test_nothing_there() -> None:
    found = inventory_of(observed(), {})
    assert (found["size"], found["tables"], found["purposes"]) == (0, 0, {})


_NAMES = st.sampled_from(sorted(KNOWN)) | st.text("AB_", min_size=1, max_size=4)
_SIZES = st.dictionaries(_NAMES | _NAMES.map("BACK_".__add__), st.none() | st.integers(0, 10**12))


@given(_SIZES, st.sets(_NAMES))
def test_every_table_has_one_purpose(sizes: dict[str, int | None], views: set[str]) -> None:
    seen = observed(*(ExistingTable(name, name in views, "MyISAM") for name in sizes))
    found = inventory_of(seen, sizes)
    names = [name for name in sizes if not name.startswith("BACK_") and name not in views]
    assert found["tables"] == sum(one["tables"] for one in found["purposes"].values()) == len(names)
    assert found["size"] == sum(one["size"] for one in found["purposes"].values()) == size_of(names, sizes)
    assert set(found["other_tables"]) == set(names) - KNOWN
    # An empty table may take no room at all.
    assert found["unreadable_tables"] == [name for name in names if sizes[name] is None]


def test_the_size_of_what_nobody_knows_is_nothing() -> None:
    assert size_of(["A", "B", "C"], {"A": 7, "B": None}) == 7
