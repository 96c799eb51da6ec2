# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator has made a server demand of every table."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Cluster
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.demands import (
    refuse_odd_references,
    refuse_what_is_demanded,
)
from dumps import fails
from mandant_values import server_with

NOT_NULL = Column("A", "int", b"int", (Attribute("NOT NULL", b"NOT NULL"),))
NULL = Column("A", "int", b"int")


def _table(column: Column, *keys: Key) -> TableDefinition:
    return TableDefinition("T", (column,), keys)


def _key(kind: str, length: int | None = None) -> Key:
    return Key(kind, "K", (KeyPart("A", b"`A`", length),))


@pytest.mark.parametrize(
    ("demands", "table", "engine", "refused"),
    [
        ((), _table(NULL), "InnoDB", False),
        (("sql_require_primary_key",), _table(NULL), "InnoDB", True),
        (("sql_require_primary_key",), _table(NOT_NULL, _key("UNIQUE KEY")), "MyISAM", True),
        (("sql_require_primary_key",), _table(NOT_NULL, _key("PRIMARY KEY")), "MyISAM", False),
        (("sql_require_primary_key", "sql_generate_invisible_primary_key"), _table(NULL), "InnoDB", False),
        (("sql_require_primary_key", "sql_generate_invisible_primary_key"), _table(NULL), "MyISAM", True),
        (("innodb_force_primary_key",), _table(NULL), "MyISAM", False),
        (("innodb_force_primary_key",), _table(NULL, _key("UNIQUE KEY")), "InnoDB", True),
        (("innodb_force_primary_key",), _table(NOT_NULL, _key("UNIQUE KEY", 3)), "InnoDB", True),
        (("innodb_force_primary_key",), _table(NOT_NULL, _key("UNIQUE KEY")), "InnoDB", False),
    ],
)
def test_primary_keys(demands: tuple[str, ...], table: TableDefinition, engine: str, refused: bool) -> None:
    server = server_with(demands=frozenset(demands))
    if not refused:
        refuse_what_is_demanded(table, engine, server)
        return
    with fails("server_setting", "the table T", demands[0]):
        refuse_what_is_demanded(table, engine, server)


def test_primary_keys_in_a_group_of_mysql() -> None:
    group = Cluster(name="replication group", demands_key="group_replication", takes_unique_key=True)
    server = server_with(cluster=group)
    refuse_what_is_demanded(_table(NOT_NULL, _key("UNIQUE KEY")), "InnoDB", server)
    makes_one = server_with(cluster=group, demands=frozenset(["sql_generate_invisible_primary_key"]))
    refuse_what_is_demanded(_table(NULL), "InnoDB", makes_one)
    with fails("server_setting", "the table T", "replication group", "group_replication"):
        refuse_what_is_demanded(_table(NULL, _key("UNIQUE KEY")), "InnoDB", server)


@pytest.mark.parametrize("variable", [None, "wsrep_mode=REQUIRED_PRIMARY_KEY", "wsrep_certify_nonPK=OFF"])
def test_primary_keys_in_a_cluster(variable: str | None) -> None:
    server = server_with(cluster=Cluster(demands_key=variable))
    refuse_what_is_demanded(_table(NOT_NULL, _key("PRIMARY KEY")), "InnoDB", server)
    if variable is None:
        refuse_what_is_demanded(_table(NULL), "InnoDB", server)
        return
    with fails("server_setting", "the table T", variable):
        refuse_what_is_demanded(_table(NOT_NULL, _key("UNIQUE KEY")), "InnoDB", server)


@pytest.mark.parametrize(("kind", "refused"), [("PRIMARY KEY", False), ("UNIQUE KEY", False), ("KEY", True)])
def test_foreign_keys(kind: str, refused: bool) -> None:
    child = TableDefinition("T", (NULL,), (), (ForeignKey("f", b"`A`", "P", b"`A`"),))
    parent = TableDefinition("P", (NOT_NULL,), (_key(kind),))
    tables = {"T": child, "P": parent}
    refuse_odd_references(tables, server_with())
    server = server_with(demands=frozenset(["restrict_fk_on_non_standard_key"]))
    # What stays in the Mandant is not looked at.
    refuse_odd_references({"T": child}, server)
    if refused:
        with fails("server_setting", "the foreign key f of the table T", "restrict_fk_on_non_standard_key"):
            refuse_odd_references(tables, server)
    else:
        refuse_odd_references(tables, server)
