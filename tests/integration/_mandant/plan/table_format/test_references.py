# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A foreign key is refused where the server would refuse it, and in no other case."""

from __future__ import annotations

import itertools

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.references import why_unfit
from library import Library, Planned
from restoring import Restorer

TYPES = (
    "int", "int unsigned", "INTEGER(11)", "bigint", "tinyint(1)", "varchar(9)", "varchar(9) CHARACTER SET utf8mb4",
    "varchar(9) COLLATE latin1_german2_ci", "varchar(9) COLLATE utf8mb4_bin", "varchar(9) CHARACTER SET binary",
    "char(9) BINARY", "varbinary(9)", "decimal(10,2)", "date", "enum('a')",
)  # fmt: skip
# Tables, and keys of those that refer to others: their columns, the other table, its columns, what follows.
TABLES = """
CREATE TABLE none (A int, B int) ENGINE=InnoDB;
CREATE TABLE both_ (A int, B int, C varchar(9), `d ``e` int, PRIMARY KEY (B), KEY ab (A,B), KEY c (C(3)),
    KEY d (`d ``e`)) ENGINE=InnoDB;
CREATE TABLE whole (A int, C varchar(9), N int NOT NULL, P int PRIMARY KEY, U int UNIQUE, KEY c (C(9)),
    KEY n (N DESC)) ENGINE=InnoDB;
CREATE TABLE parted (A int, KEY a (A)) ENGINE=InnoDB PARTITION BY HASH (A) PARTITIONS 2;
CREATE TABLE texts (A text, T varchar(9), KEY a (A(3)), FULLTEXT KEY t (T)) ENGINE=InnoDB;
"""
KEYS = (
    ("none", "`A`", "both_", "`A`", ""),
    ("none", "`A`", "both_", "`B`", ""),
    ("none", "`A`,`B`", "both_", "`A`,`B`", ""),
    ("none", "`B`,`A`", "both_", "`B`,`A`", ""),
    ("none", "`A`", "both_", "`d ``e`", ""),
    ("none", "`A`,`B`", "both_", "`A`", ""),
    ("none", "`A`", "both_", "`X`", ""),
    ("none", "`X`", "both_", "`A`", ""),
    ("both_", "`A`", "none", "`A`", ""),
    ("both_", "`A`", "both_", "`B`", ""),
    ("none", "`a`", "both_", "`a`", ""),
    ("whole", "`C`", "both_", "`C`", ""),
    ("both_", "`C`", "whole", "`C`", ""),
    ("texts", "`T`", "texts", "`T`", ""),
    ("texts", "`A`", "texts", "`A`", ""),
    ("none", "`A`", "parted", "`A`", ""),
    ("parted", "`A`", "both_", "`B`", ""),
    ("whole", "`N`", "both_", "`A`", "ON DELETE SET NULL"),
    ("whole", "`N`", "both_", "`A`", "ON DELETE CASCADE"),
    ("whole", "`P`", "both_", "`A`", "ON UPDATE SET NULL"),
    ("whole", "`U`", "both_", "`A`", "ON UPDATE SET NULL"),
    ("none", "`A`", "whole", "`U`", ""),
    ("none", "`A`", "whole", "`P`", ""),
    ("none", "`A`", "whole", "`N`", ""),
)


def _create(library: Library, session: Session, planned: Planned) -> None:
    """Make the tables, and let the server take references to columns that are no unique key."""
    for name in library.server.demands:
        session.execute(f"SET SESSION {name}=OFF")
    planned.create(session)


def _server_takes(session: Session, key: ForeignKey, own: TablePlan, other: TablePlan) -> bool:
    sql = key.add_clause("probe", other.shadow).decode()
    try:
        session.execute(f"ALTER TABLE {own.shadow} {sql}")
    except ServerError:
        return False
    session.execute(f"ALTER TABLE {own.shadow} DROP FOREIGN KEY probe")
    if session.query(f"SHOW INDEX FROM {own.shadow} WHERE Key_name = 'probe'"):
        session.execute(f"ALTER TABLE {own.shadow} DROP INDEX probe")
    return True


def _wrong(session: Session, planned: Planned, key: ForeignKey, own: str) -> tuple[object, ...] | None:
    tables, server = planned.tables, planned.observed.server
    why = why_unfit(key, tables[own].format, tables[key.references].format, server)
    takes = _server_takes(session, key, tables[own], tables[key.references])
    return (own, key, why, takes) if takes == (why is not None) else None


def test_types(library: Library) -> None:
    """What is not known for sure may be left to the server, but nothing that it takes is refused."""
    session = library.session()
    dump = "".join(
        f"CREATE TABLE {name}{number} (A {kind}, KEY a (A)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\n"
        for number, kind in enumerate(TYPES)
        for name in ("own", "other")
    )
    planned = library.planned(session, dump.encode())
    _create(library, session, planned)
    pairs = itertools.product(range(len(TYPES)), repeat=2)
    keys = [(ForeignKey(None, b"`A`", f"other{other}", b"`A`"), f"own{own}") for own, other in pairs]
    wrong = [found for key, own in keys if (found := _wrong(session, planned, key, own)) is not None]
    assert [one for one in wrong if one[3]] == []
    # Days, members, bytes and numbers with a point are left to the server, beside whatever they are.
    left = ("binary", "date", "enum", "BINARY")
    known = [number for number, kind in enumerate(TYPES) if not any(word in kind for word in left)]
    names = {f"own{number}" for number in known}, {f"other{number}" for number in known}
    assert [one for one in wrong if one[0] in names[0] and getattr(one[1], "references", "") in names[1]] == []


def test_columns_and_keys(library: Library) -> None:
    session = library.session()
    planned = library.planned(session, TABLES.encode())
    _create(library, session, planned)
    keys = [
        (ForeignKey(None, own.encode(), other, there.encode(), actions.encode()), table)
        for table, own, other, there, actions in KEYS
    ]
    assert [found for key, own in keys if (found := _wrong(session, planned, key, own)) is not None] == []


def test_it_is_said_before_anything_is_changed(restorer: Restorer) -> None:
    """By the run, too: it would load all rows first."""
    dump = (
        "CREATE TABLE P (A int PRIMARY KEY) ENGINE=InnoDB;\n\n"
        "CREATE TABLE C (A bigint, CONSTRAINT `zu P` FOREIGN KEY (A) REFERENCES P (A)) ENGINE=InnoDB;\n"
    )
    path = restorer.write("keys.sql", dump.encode())
    restorer.mandant.drop()
    said = []
    for check in (True, False):
        try:
            restorer.run(path, check=check)
        except Failure as failure:
            said.append((failure.error, failure.msg))
    where = f"{path}, line 3: {restorer.login().host}:{restorer.login().port}, {restorer.mandant.name}: "
    assert len(said) == 2
    assert said[0] == said[1]
    assert said[0][0] == "statement_failed"
    assert said[0][1].startswith(f"{where}the server would not make the foreign key zu P of the table C to P: the ")
    assert not restorer.mandant.server.admin("SHOW DATABASES LIKE %s", (restorer.mandant.name,))
