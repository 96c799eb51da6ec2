# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tables and rows: what a stream makes of them is what INSERTs make of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from any_rows import Table, tables
from mandant import Mandant
from restoring import Restorer
from two_ways import TwoWays

EXAMPLES = int(os.environ.get("STREAM_EXAMPLES", "60"))


@pytest.fixture
def ways(mandant: Mandant, tmp_path: Path) -> TwoWays:
    return TwoWays(Restorer(mandant, tmp_path))


@settings(
    max_examples=EXAMPLES,
    # The same examples in every run; a long run by STREAM_EXAMPLES looks for new ones.
    derandomize="STREAM_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), on_error=st.sampled_from(("fail", "skip")))
def test_a_stream_gives_what_inserts_give(ways: TwoWays, table: Table, on_error: str) -> None:
    note(table.dump.decode("utf-8", "backslashreplace"))
    stream, inserts = ways.both(table.dump, on_error=on_error)
    note(f"{stream}\n{inserts}")
    event(f"{stream.error} inserts={stream.inserts > 0}")
    assert stream.streams
    assert not inserts.streams
    assert stream.meaning == inserts.meaning
