# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ALTER TABLE: what is understood changes the definition as a server does, the rest is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.alter_table import AlterTable, RowsSoFar
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.keys import names_in, with_numbers
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import read_create_table
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import refuses, words_of

_BEHIND_ROWS = RowsSoFar(there=True)


def _table(text: str) -> TableDefinition:
    return read_create_table(words_of(text.encode()), OwnDatabase())[0]


def _altered(text: str, clauses: str, rows: RowsSoFar = RowsSoFar()) -> AlterTable:  # noqa: B008
    return AlterTable(_table(text), OwnDatabase(), rows=rows).read(words_of(clauses.encode()))


def _body(definition: TableDefinition) -> str:
    sql = definition.create_statement(
        "T",
        engine=None,
        charset=definition.charset,
        collation=definition.collation,
        server=ServerFlavour(True, (10, 11)),
    )
    return " ".join(sql.decode().split()).replace("`", "")[len("CREATE TABLE T ( ") :]


@pytest.mark.parametrize(
    ("text", "clauses", "after"),
    [
        ("a int", "disable keys", "a int )"),
        ("a int", "add b int", "a int, b int )"),
        ("a int", "add column b int first, add c int after b", "b int, c int, a int )"),
        ("a int", "add (b int, c int, key k (c))", "a int, b int, c int, KEY k (c) )"),
        ("a int", "add if not exists a text, add column if not exists (a text)", "a int )"),
        ("a int, key (a)", "add key if not exists a (a)", "a int, KEY (a) )"),
        ("a int, b int", "drop a, drop column if exists c", "b int )"),
        ("a int, b int, key (a), key x (a,b)", "drop column a", "b int, KEY x (b) )"),
        ("a int, b int, key (a), key (a)", "drop key a, drop index if exists z", "a int, b int, KEY a_2 (a) )"),
        ("a int, primary key (a)", "drop primary key", "a int NOT NULL )"),
        ("a int, constraint c check (a > 0)", "drop constraint c", "a int )"),
        ("a int, constraint c check (a > 0)", "drop check c", "a int )"),
        ("a int, unique key u (a)", "drop constraint u", "a int )"),
        ("a int, foreign key (a) references p (id)", "drop foreign key T_ibfk_1", "a int, KEY a (a) )"),
        (
            "a int, constraint f foreign key (a) references p (id)",
            "drop foreign key if exists f, drop foreign key if exists g",
            "a int, KEY f (a) )",
        ),
        ("a int, b int, foreign key (a) references p (id)", "drop foreign key T_ibfk_1, add key k (a,b)",
         "a int, b int, KEY k (a,b) )"),
        ("a int, b int, constraint f foreign key (a) references p (id)", "add key k (b)",
         "a int, b int, KEY f (a), KEY k (b) )"),
        ("a int, b int, constraint f foreign key (a) references p (id)", "add foreign key (b) references p (id)",
         "a int, b int, KEY f (a), KEY b (b) )"),
        ("a int, b int, key (a)", "rename column a to c", "c int, b int, KEY a (c) )"),
        ("a int, key (a)", "rename index a to b, rename key b to c", "a int, KEY c (a) )"),
        ("a int, key (a)", "rename index if exists a to b, rename key if exists z to c", "a int, KEY b (a) )"),
        ("a int, b int", "change a c text after b, modify column if exists z int", "b int, c text )"),
        ("a int", "change a A bigint", "A bigint )"),
        ("a int, b int", "modify a int auto_increment primary key, auto_increment=9",
         "a int AUTO_INCREMENT NOT NULL, b int, PRIMARY KEY (a) ) AUTO_INCREMENT=9"),
        ("a int, b int not null default 3", "alter a set default 7, alter column b drop default",
         "a int DEFAULT 7, b int NOT NULL )"),
        ("a int", "partition by hash (a) partitions 3", "a int ) partition by hash (a) partitions 3"),
        ("a int", "engine=InnoDB, comment 'x', order by a, a desc", "a int ) COMMENT='x'"),
        ("a text", "algorithm=inplace, lock=none, force", "a text )"),
    ],
)  # fmt: skip
def test_what_comes_of_a_table(text: str, clauses: str, after: str) -> None:
    assert _body(_altered(f"T ({text})", clauses).definition) == after


_POINTING = "foreign key ({}) references p (id)"


@pytest.mark.parametrize(
    ("keys", "changes", "numbers"),
    [
        (["a", "b"], ["add " + _POINTING.format("c")], [1, 2, 3]),
        (["a", "b"], ["drop foreign key T_ibfk_1"], [2]),
        (["a", "b"], ["drop foreign key t_IBFK_2", "add " + _POINTING.format("c")], [1, 2]),
        (["a", "b"], ["drop foreign key T_ibfk_1", "add " + _POINTING.format("c")], [2, 3]),
        (["a", "b"], ["drop foreign key T_ibfk_2, add " + _POINTING.format("c")], [1, 3]),
        (["a"], ["drop foreign key T_ibfk_1", "add " + _POINTING.format("c")], [1]),
        (["a"], ["add constraint T_ibfk_7 " + _POINTING.format("b"), "add " + _POINTING.format("c")], [1, 0, 8]),
    ],
)
def test_a_server_counts_foreign_keys_from_the_highest_on(
    keys: list[str], changes: list[str], numbers: list[int]
) -> None:
    definition = _table(f"T (a int, b int, c int, {', '.join(map(_POINTING.format, keys))})")
    for clauses in changes:
        definition = AlterTable(definition, OwnDatabase()).read(words_of(clauses.encode())).definition
    assert [key.number for key in with_numbers(definition.foreign_keys)] == numbers


def test_partitions_are_taken_away() -> None:
    assert not _altered("T (a int) partition by hash (a)", "remove partitioning").definition.partitioned


@pytest.mark.parametrize(
    ("options", "clauses", "after"),
    [
        ("charset=latin1", "default charset=utf8mb4", "a text CHARACTER SET latin1, n int ) DEFAULT CHARSET=utf8mb4"),
        (
            "charset=latin1 collate=latin1_bin",
            "collate utf8mb4_bin, add c text",
            "a text CHARACTER SET latin1 COLLATE latin1_bin, n int, c text ) DEFAULT CHARSET=utf8mb4 "
            "COLLATE=utf8mb4_bin",
        ),
        ("charset=latin1", "convert to character set utf8mb4", "a mediumtext, n int ) DEFAULT CHARSET=utf8mb4"),
        (
            "charset=utf8mb4",
            "convert to charset latin1 collate latin1_bin",
            "a text, n int ) DEFAULT CHARSET=latin1 COLLATE=latin1_bin",
        ),
    ],
)
def test_character_sets(options: str, clauses: str, after: str) -> None:
    assert _body(_altered(f"T (a text, n int) {options}", clauses).definition) == after


@pytest.mark.parametrize(
    ("clauses", "word"),
    [
        ("add a int", "is there already"),
        ("add c int after z", "behind z, which is not there"),
        ("drop z", "drops the column z, which is not there"),
        ("drop key z", "drops the key z, which is not there"),
        ("drop primary key", "the primary key, which is not there"),
        ("drop a, drop b, drop g", "needs"),
        ("modify z int", "changes the column z, which is not there"),
        ("change a b int", "renames a to b, which is there already"),
        ("rename column a to c", "a foreign key needs"),
        ("rename column b to c", "an expression needs"),
        ("alter b drop default", "may be NULL"),
        ("add system versioning", "a table with system versioning"),
        ("add period for system_time(a, b)", "a table with system versioning"),
        ("drop system versioning", "drops a SYSTEM"),
        ("add partition (partition p values in (1))", "adds a partition"),
        ("drop partition p", "drops a PARTITION"),
        ("coalesce partition 2", "ALTER TABLE with"),
        ("discard tablespace", "ALTER TABLE with"),
        ("import tablespace", "ALTER TABLE with"),
        ("exchange partition p with table mysql.user", "ALTER TABLE with"),
        ("union=(mysql.user)", "ALTER TABLE with"),
        ("data directory='/etc'", "ALTER TABLE with"),
        ("connection='mysql://x'", "ALTER TABLE with"),
        ("order by sleep(9)", "ORDER BY something else"),
        ("order by a, (select 1)", "name"),
        ("alter a set default (sleep(9))", "sleep"),
        ("alter a set default (select 1)", "SELECT"),
        ("add c int default (load_file('x'))", "load_file"),
        ("add c int as (sleep(9))", "sleep"),
        ("partition by hash (sleep(9))", "sleep"),
        ("engine=federated", "storage engine"),
        ("default charset=default", "database's"),
        ("default charset=utf8mb4", "named none so far"),
        ("convert to character set default", "database's"),
        ("rename to mysql.user", "database"),
        ("rename key k to z c", "ALTER TABLE with"),
        ("drop key k x", "ALTER TABLE with"),
    ],
)
def test_what_is_refused(clauses: str, word: str) -> None:
    text = "T (a int, b int, c2 text, g int as (b + 1), key k (b), foreign key (a) references p (id))"
    with refuses(word):
        _altered(text, clauses)


@pytest.mark.parametrize(
    ("clauses", "steps"),
    [
        ("add b int, drop c", [("add", "b", ""), ("drop", "c", "")]),
        ("change a z int, rename to u", [("rename", "a", "z")]),
        ("modify c int first, add key (c)", [("order", "", "")]),
        ("modify c bigint, comment='x'", []),
    ],
)
def test_what_becomes_of_rows_before(clauses: str, steps: list[tuple[str, str, str]]) -> None:
    change = _altered("T (a int, c int)", clauses, _BEHIND_ROWS)
    assert [(step.kind, step.name, step.new) for step in change.steps] == steps
    assert change.new_name == ("u" if "rename to" in clauses else None)


@pytest.mark.parametrize(
    ("clauses", "rows", "word"),
    [
        ("modify c text", _BEHIND_ROWS, "changes the type of c"),
        ("add b timestamp not null", _BEHIND_ROWS, "may not be NULL and has no default"),
        ("add b point not null", _BEHIND_ROWS, "may not be NULL and has no default"),
        ("add id int auto_increment primary key, auto_increment=50", _BEHIND_ROWS, "says where it begins"),
        ("add id int auto_increment primary key, order by a", _BEHIND_ROWS, "or their order"),
        ("add id int auto_increment primary key", RowsSoFar(there=True, changed=True), "the server's own order"),
        ("add id int auto_increment, add key (id)", _BEHIND_ROWS, "the server's own order"),
        ("drop key u", RowsSoFar(there=True, decided=True), "drops the key u behind rows with REPLACE"),
        ("rename column c to d", RowsSoFar(there=True, decided=True), "REPLACE or IGNORE before it needs"),
        ("modify c int default 3", RowsSoFar(there=True, left_out=True), "changes the default of c"),
        ("alter c set default 3", RowsSoFar(there=True, left_out=True), "changes the default of c"),
        ("add b int default 3, modify b int default 4", _BEHIND_ROWS, "changes the default of b"),
    ],
)
def test_what_rows_before_would_make_another_thing(clauses: str, rows: RowsSoFar, word: str) -> None:
    text = "T (a int, c int)" if "auto_increment primary" in clauses else "T (a int, c int, unique key u (a))"
    with refuses(word):
        _altered(text, clauses, rows)


def test_names_in_a_list() -> None:
    assert names_in(b"`A`,`b``c`") == ["a", "b`c"]
