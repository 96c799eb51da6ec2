# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of CAO-Faktura by name."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    KNOWN,
    is_generation_before,
    target_name,
)
from dumps import Dump


def test_names_of_tables_in_another_letter_case() -> None:
    dump = Dump(b"CREATE TABLE artikel (A int);INSERT INTO ARTIKEL VALUES (1);")
    assert [row.table for row in dump.rows()] == ["artikel"]
    assert target_name("artikel", "mysqldump") == "ARTIKEL"
    assert target_name("hibiscus", "mysqldump") == "hibiscus"
    assert target_name("hibiscus", "cao") == "HIBISCUS"
    assert is_generation_before("back_x")
    assert len(KNOWN) > 100
