# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One column: what is understood is written again, the rest is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_reader import (
    read_create_table,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import refuses, words_of

MARIADB = ServerFlavour(True, (10, 11, 6))


def _table(text: str) -> TableDefinition:
    words = words_of(text.encode())
    definition, _tolerant = read_create_table(words, OwnDatabase())
    assert words.at_end
    return definition


def _column(text: str, server: ServerFlavour = MARIADB) -> str:
    return _table(f"T (A {text})").columns[0].sql(server).decode()


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("int(11) unsigned default '0' not null "
         "auto_increment", "int(11) UNSIGNED DEFAULT '0' NOT NULL AUTO_INCREMENT"),
        ("double precision(10,2)", "double precision(10,2)"),
        ("character varying(5)", "character varying(5)"),
        ("enum('N','Y') default 'N'", "enum('N','Y') DEFAULT 'N'"),
        ("timestamp default current_timestamp() on update current_timestamp(6)",
         "timestamp DEFAULT CURRENT_TIMESTAMP() ON UPDATE CURRENT_TIMESTAMP(6)"),
        ("datetime null default now", "datetime NULL DEFAULT NOW"),
        ("varchar(9) character set latin1 collate 'latin1_german1_ci'",
         "varchar(9) CHARACTER SET latin1 COLLATE latin1_german1_ci"),
        ("varchar(9) charset utf8 comment \"it's\"", "varchar(9) CHARACTER SET utf8 COMMENT 'it\\'s'"),
        ("int generated always as (1 + 2) persistent", "int GENERATED ALWAYS AS (1 + 2) STORED"),
        ("int as (abs(B)) virtual", "int GENERATED ALWAYS AS (abs(B)) VIRTUAL"),
        ("int as (B)", "int GENERATED ALWAYS AS (B) VIRTUAL"),
        ("text default (concat('a', uuid()))", "text DEFAULT (concat('a', uuid()))"),
        ("char(36) default uuid()", "char(36) DEFAULT uuid()"),
        ("int default -1", "int DEFAULT -1"),
        ("bit(1) default b'0'", "bit(1) DEFAULT b'0'"),
        ("json default null check (json_valid(A))", "json DEFAULT null CHECK (json_valid(A))"),
        ("int storage disk column_format fixed visible compressed", "int"),
        ("geometry srid 4326", "geometry SRID 4326"),
        ("int default_generated", "int DEFAULT_GENERATED"),
        ("int virtual generated", "int VIRTUAL GENERATED"),
        ("int invisible", "int INVISIBLE"),
        ("varchar(4) binary", "varchar(4) binary"),
    ],
)  # fmt: skip
def test_columns(text: str, sql: str) -> None:
    assert _column(text).casefold() == f"`A` {sql}".casefold()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("money", "column type"),
        ("int default now(9999, 2)", "default"),
        ("int default x", "default"),
        ("int default uuid(1)", "default"),
        ("int on update uuid()", "default"),
        ("int comment 5", "without a text"),
        ("int collate 'a-b'", "character set"),
        ("int srid x", "SRID"),
        ("int references U (A)", "not understood"),
        ("int as (B.C)", "qualified"),
        ("int as (B", "ends too early"),
        ("int check (A > all (TABLE U))", "TABLE"),
        ("int as (mandant_b.5)", "qualified"),
        ("int default", "ends too early"),
    ],
)
def test_refused_columns(text: str, word: str) -> None:
    with refuses(word):
        _table(f"T (A {text})")
