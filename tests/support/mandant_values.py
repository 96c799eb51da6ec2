# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values for what is decided purely: a server, a Mandant as it was seen, the tables of a backup."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import (
    Analysis,
    FileFacts,
    Header,
    TableFacts,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable, Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Fingerprint,
    Marker,
    Move,
    Step,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

SERVER = Server(
    where="db:3306",
    flavour=ServerFlavour(True, (10, 11, 6)),
    version="10.11.6-MariaDB",
    max_allowed_packet=16777216,
    lower_case_table_names=0,
    read_only=False,
    local_infile=True,
    default_engine="InnoDB",
    engines={"innodb": "InnoDB", "myisam": "MyISAM", "aria": "Aria"},
    collations={
        "latin1_swedish_ci": "latin1",
        "latin1_german1_ci": "latin1",
        "utf8mb4_general_ci": "utf8mb4",
        "utf8mb4_unicode_520_ci": "utf8mb4",
        "utf8mb4_bin": "utf8mb4",
        "utf8mb3_general_ci": "utf8mb3",
    },
    charsets={
        "latin1": ("latin1_swedish_ci", 1),
        "utf8mb4": ("utf8mb4_general_ci", 4),
        "utf8mb3": ("utf8mb3_general_ci", 3),
        "binary": ("binary", 1),
    },
)
ROOT = Privileges(frozenset(["ALL PRIVILEGES"]), frozenset())
RESTORE = Decision(True, "because")

_Content = t.TypeVar("_Content")


def server_with(**values: t.Any) -> Server:
    """Return the server with other settings."""
    return dataclasses.replace(SERVER, **values)


def old_server(version: tuple[int, int, int], *, mariadb: bool = False) -> Server:
    """Return a server of another version, MySQL unless it is said."""
    return Server(
        where="db:3306",
        flavour=ServerFlavour(mariadb, version),
        version=".".join(map(str, version)),
        max_allowed_packet=16777216,
        lower_case_table_names=0,
        read_only=False,
        local_infile=True,
        default_engine="InnoDB",
        engines={"innodb": "InnoDB", "myisam": "MyISAM"},
        collations={"latin1_swedish_ci": "latin1"},
        charsets={
            "latin1": ("latin1_swedish_ci", 1),
            "utf8": ("utf8_general_ci", 3),
            "utf8mb4": ("utf8mb4_general_ci", 4),
        },
    )


def definition(name: str, **values: t.Any) -> TableDefinition:
    """Return a table with one column and a key on it."""
    columns = values.pop("columns", (Column("ID", "int", b"int(11)", (Attribute("NOT NULL", b"NOT NULL"),)),))
    keys = values.pop("keys", (Key("PRIMARY KEY", None, (KeyPart("ID", b"`ID`"),)),))
    return TableDefinition(name, columns, keys, **values)


def analysis(*definitions: TableDefinition, dialect: str = "cao", rows: int = 1, longest: int = 100) -> Analysis:
    """Return the analysis of a backup with these tables."""
    return Analysis(
        dialect=dialect,
        header=Header(),
        file=FileFacts("/b.sql", 1, "ab", None, "none"),
        encoding="latin1",
        tables=tuple(TableFacts(one.name, rows, 10) for one in definitions),
        definitions={one.name: one for one in definitions},
        views=(),
        triggers=(),
        rows=rows * len(definitions),
        statements=1,
        db_version=None,
        company=None,
        head=(),
        repairs=(),
        findings=(),
        time_zones=frozenset(),
        longest_rows={one.name: longest for one in definitions},
        sql_bytes=1,
        sql_sha256="cd",
    )


def observed(*tables: ExistingTable | str, server: Server = SERVER, **values: t.Any) -> Observed:
    """Return a Mandant with these tables; a name is a MyISAM table in latin1."""
    made = [ExistingTable(one, False, "MyISAM", "latin1_swedish_ci") if isinstance(one, str) else one for one in tables]
    given: dict[str, t.Any] = {
        "exists": True,
        "charset": "latin1",
        "collation": "latin1_swedish_ci",
        "privileges": ROOT,
        "privileges_of": "root@localhost",
        **values,
    }
    return Observed(server, "m", tables={one.name: one for one in made}, **given)


def planned(seen: Observed, found: Analysis, **options: t.Any) -> Plan:
    """Return the plan of a restore."""
    return plan(Wanted("m", **options), RESTORE, seen, found)


def marker_of(*tables: str, **values: t.Any) -> Marker:
    """Return the marker of a restore of these tables that came to its end."""
    given: dict[str, t.Any] = {"objects": {}, **values}
    fingerprints = {name: Fingerprint(1, 5, "d") for name in tables}
    return Marker("r", "ab", "2026-01-01T00:00:00Z", "1.0.0", {}, fingerprints, **given)


def carried_out(content: t.Mapping[str, _Content], moves: t.Iterable[Move]) -> dict[str, _Content]:
    """Return tables with what they hold after a RENAME, which wants every source there and every target free."""
    there = dict(content)
    for source, target in moves:
        assert target not in there, f"{source} cannot become {target}, which is there"
        there[target] = there.pop(source)
    return there


def finished(content: t.Mapping[str, _Content], steps: t.Iterable[Step]) -> dict[str, _Content]:
    """Return tables with what they hold when the steps after a swap have dropped what is left."""
    there = dict(content)
    for step in steps:
        for name in step.names:
            del there[name]
    return there
