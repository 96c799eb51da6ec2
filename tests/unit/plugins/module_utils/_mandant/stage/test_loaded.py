# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tally of a load: what is counted, how long its lists may be, and that no value gets into them."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import LISTED, Loaded

SECRET = ServerError(1062, "Duplicate entry 'geheim' for key 'ARTNUM'")


def rows(table: str = "A", count: int = 1, verb: bytes = b"INSERT", line: int = 7) -> Rows:
    return Rows(table, verb, (), count, statement=3, line=line, text=b"('geheim')")


def test_what_was_sent_less_what_is_not_there() -> None:
    loaded = Loaded()
    loaded.see(rows("A", 10), 100)
    loaded.see(rows("B", 5), 50)
    loaded.skip(rows("A"), SECRET)
    loaded.skip(rows("A"), SECRET)
    loaded.skip(rows("B"), SECRET)
    loaded.remove("A", 3)
    loaded.remove("A", 1)
    assert (loaded.rows, loaded.bytes, loaded.error_count) == (8, 150, 3)
    # Each table's own number is what its rows in the end are compared with.
    assert (loaded.skipped, loaded.removed) == ({"A": 2, "B": 1}, {"A": 4})


@pytest.mark.parametrize(("verb", "inexact"), [(b"INSERT", set()), (b"REPLACE", {"A"}), (b"INSERT IGNORE", {"A"})])
def test_of_which_tables_the_number_of_rows_is_not_known(verb: bytes, inexact: set[str]) -> None:
    loaded = Loaded()
    loaded.see(rows("A", verb=verb), 1)
    loaded.see(rows("A"), 1)
    loaded.see(rows("B"), 1)
    assert loaded.inexact == inexact


def test_an_error_tells_its_place_and_no_value() -> None:
    loaded = Loaded()
    loaded.skip(rows(line=12), SECRET)
    (entry,) = loaded.errors
    assert entry == {
        "statement": 3,
        "line": 12,
        "table": "A",
        "error": "error 1062 (ER_DUP_ENTRY): duplicate entry, key ARTNUM",
    }


def test_lists_end_and_counts_go_on() -> None:
    loaded = Loaded()
    for number in range(LISTED + 5):
        loaded.skip(rows(line=number), SECRET)
        loaded.warn("A", f"text {number}")
    loaded.warn("A", "text 0", 10)
    loaded.warn("A", "one more")
    assert (len(loaded.errors), loaded.error_count) == (LISTED, LISTED + 5)
    warnings = loaded.warning_list()
    assert [entry["text"] for entry in warnings] == [f"text {number}" for number in range(LISTED)]
    assert warnings[0] == {"table": "A", "text": "text 0", "count": 11}


def test_two_loads_share_nothing() -> None:
    Loaded().skip(rows(), SECRET)
    assert Loaded() == Loaded()
    assert Loaded().errors == []
