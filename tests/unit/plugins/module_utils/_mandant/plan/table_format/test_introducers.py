# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of expressions that MariaDB would not keep lose the word in front, or say that they would be lost."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.introducers import (
    without_introducers,
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("DEFAULT (concat(`a`,_utf8mb4'ä'))", "DEFAULT (concat(`a`,'ä'))"),
        ("CHECK (`d` <> _UTF8MB3 'größe\\'s')", "CHECK (`d` <> 'größe\\'s')"),
        ("(_utf8'ä',_utf8mb4'b',_utf8mb4'ü''ü')", "('ä',_utf8mb4'b','ü''ü')"),
        # What is ASCII is kept by each server, and so is what has nothing in front.
        ("(_latin1'a' || 'ä' || _binary'x\\0')", "(_latin1'a' || 'ä' || _binary'x\\0')"),
        # Neither names nor texts are looked into.
        ("(`_utf8mb4'ä'` + '_utf8mb4''ä''' + \"_latin1'ä'\")", None),
        ("(a_latin1'ä')", None),
        # What is said in another character set would be another text.
        ("(_latin1'ä')", ""),
        ("(_binary'ä')", ""),
        ("(_utf8mb4 0xC3A4)", ""),
        ("(_utf8mb4 x'C3A4')", ""),
        ("(_latin1 0x41, _latin1 x'4142', _latin1 0x)", None),
        ("(0xC3A4 + x'C3' + a_utf8mb40x41)", None),
    ],
)
def test_texts_of_an_expression(said: str, kept: str | None) -> None:
    expected = said if kept is None else kept
    assert without_introducers(said.encode()) == (expected.encode() or None)
