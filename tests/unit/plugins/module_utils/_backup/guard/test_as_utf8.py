# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions as UTF-8, whatever the dump is in."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.as_utf8 import transcoded
from dumps import catalog_of


def test_definitions_become_utf8() -> None:
    text = "create table T (A enum('ä','\x81'), Größe int comment 'Größe')"
    definition = catalog_of(text.encode("latin-1")).tables["t"]
    column = transcoded(definition, "cp1252").columns[0]
    assert column.type_sql == "enum('ä','\ufffd')".encode()
    both = catalog_of("create table T (A int comment 'ä')".encode()).tables["t"]
    assert transcoded(both, "cp1252") == both
    view = catalog_of("create view V as select 'ä' as x".encode("cp1252")).views["v"]
    assert "'ä'".encode() in transcoded(view, "cp1252").create_statement("V", {})
