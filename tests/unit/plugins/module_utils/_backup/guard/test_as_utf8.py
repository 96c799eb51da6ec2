# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions as UTF-8, whatever the dump is in."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.as_utf8 import transcoded
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from dumps import catalog_of


def test_definitions_become_utf8() -> None:
    text = "create table T (A enum('ä','\x81'), Größe int comment 'Größe')"
    definition = catalog_of(text.encode("latin-1")).tables["T"]
    column = transcoded(definition, "cp1252").columns[0]
    assert column.type_sql == "enum('ä','\ufffd')".encode()
    both = catalog_of("create table T (A int comment 'ä')".encode()).tables["T"]
    assert transcoded(both, "cp1252") == both
    view = catalog_of("create view V as select 'ä' as x".encode("cp1252")).views["V"]
    assert "'ä'".encode() in transcoded(view, "cp1252").create_statement("V", {})


@dataclasses.dataclass(frozen=True)
class _Inner:
    text: bytes


@dataclasses.dataclass(frozen=True)
class _Outer:
    values: tuple[t.Any, ...]
    number: int = 5
    name: str | None = "Größe"


@pytest.mark.parametrize("codec", ["cp1252", "cp850"])
def test_bytes_at_any_depth_become_utf8(codec: str) -> None:
    text = "Größe".encode(codec)
    before = _Outer((text, Token("name", text, True, b"/*!50100"), (_Inner(text), 7, None), _Inner))
    utf8 = "Größe".encode()
    assert transcoded(before, codec) == _Outer(
        (utf8, Token("name", utf8, True, b"/*!50100"), (_Inner(utf8), 7, None), _Inner)
    )


def test_what_is_utf8_or_ascii_stays_as_it_is() -> None:
    before = _Outer(("ß".encode(), b"abc", b""))
    assert transcoded(before, "cp1252") == before


def test_what_is_in_nothing_is_replaced_and_still_utf8() -> None:
    (text,) = transcoded(_Outer((b"a\x81b\xe4",)), "cp1252").values
    assert text.decode("utf-8") == "a\ufffdbä"
