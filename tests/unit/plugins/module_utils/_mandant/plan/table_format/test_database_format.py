# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new database is in: what is asked for, else what the dump says of its own, as far as the server has it."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.database_format import (
    of_new_database,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import analysis, observed

NEW = "utf8mb4"


@pytest.mark.parametrize(
    ("of_dump", "options", "expected"),
    [
        ((None, None), {}, ("latin1", None)),
        ((NEW, None), {}, (NEW, None)),
        ((NEW, "utf8mb4_general_ci"), {}, (NEW, "utf8mb4_general_ci")),
        ((None, "utf8mb4_general_ci"), {}, (NEW, "utf8mb4_general_ci")),
        ((NEW, "latin1_swedish_ci"), {}, (NEW, None)),
        (("klingon", None), {}, (NEW, None)),
        ((NEW, None), {"charset": "utf8mb3"}, ("utf8mb3", None)),
        ((NEW, "utf8mb4_general_ci"), {"collation": "latin1_swedish_ci"}, ("latin1", "latin1_swedish_ci")),
    ],
)
def test_of_new_database(
    of_dump: tuple[str | None, str | None], options: dict[str, str], expected: tuple[str, str | None]
) -> None:
    read = dataclasses.replace(analysis(), database_format=of_dump)
    assert of_new_database(Wanted("m", **options), read, observed().server) == expected
