# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions: functions that compute pass, whatever reaches out of the row does not."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import FUNCTIONS, OPERATORS


def test_no_function_that_does_more_than_compute() -> None:
    names = b"LOAD_FILE SLEEP BENCHMARK GET_LOCK RELEASE_LOCK NEXTVAL SETVAL LASTVAL SYS_EXEC SYS_EVAL JSON_TABLE"
    assert not set(names.split()) & (FUNCTIONS | OPERATORS)
