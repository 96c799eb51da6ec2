# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan, as tables of cases: what is refused, what becomes what, and why."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import (
    Analysis,
    FileFacts,
    Header,
    TableFacts,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import (
    Attribute,
    Column,
    ForeignKey,
    Key,
    KeyPart,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.running_instances import SessionFact
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift, find_drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable, Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision, decide
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import names_after
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
    },
)
ROOT = Privileges(frozenset(["ALL PRIVILEGES"]), frozenset())
RESTORE = Decision(True, "because")


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
        time_zone=None,
        longest_row_bytes=longest,
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


def _server(**values: t.Any) -> Server:
    return dataclasses.replace(SERVER, **values)


SESSION = SessionFact(7, "kasse@192.0.2.7", 12)
PLAIN = analysis(definition("ARTIKEL"))


@pytest.mark.parametrize(
    ("seen", "options", "error", "words"),
    [
        (observed(exists=False), {"create": False}, "mandant_missing", ["create: true"]),
        (observed(exists=False, spelling="M"), {}, "mandant_missing", ["there is M"]),
        (observed(exists=False), {"charset": "klingonisch"}, "server_setting", ["klingonisch"]),
        (observed(exists=False), {"collation": "utf8mb4_bin"}, "server_setting", ["latin1"]),
        (observed(server=_server(max_allowed_packet=1000)), {}, "server_setting", ["max_allowed_packet", "1048576"]),
        (observed(), {"engine": "TokuDB"}, "server_setting", ["TokuDB", "Aria, InnoDB, MyISAM"]),
        (
            observed(
                server=_server(read_only=True),
                privileges=Privileges(frozenset(["RELOAD", "PROCESS"]), frozenset(["ALL PRIVILEGES"])),
            ),
            {},
            "server_setting",
            ["read-only"],
        ),
        (
            observed(privileges=Privileges(frozenset(), frozenset(["SELECT", "DROP"]))),
            {},
            "missing_privilege",
            ["root@localhost lacks INSERT, CREATE, ALTER, RELOAD for m", "reload_tables: false"],
        ),
        (
            observed(privileges=Privileges(frozenset(["RELOAD"]), frozenset(["ALL"])), sessions=(SESSION,)),
            {"running_instances": "disconnect"},
            "missing_privilege",
            ["CONNECTION ADMIN"],
        ),
        (observed(sessions=(SESSION,)), {}, "mandant_in_use", ["kasse@192.0.2.7 (12 s)", "running_instances"]),
        (
            observed(sessions=(SESSION,)),
            {"running_instances": "ignore", "reload_tables": False},
            "mandant_in_use",
            ["no running instance may be ignored"],
        ),
        (observed(sessions=(SESSION,) * 7), {}, "mandant_in_use", ["and 2 more"]),
    ],
)
def test_refusals(seen: Observed, options: dict[str, t.Any], error: str, words: list[str]) -> None:
    made = planned(seen, PLAIN, **options)
    assert made.refusal is not None
    assert not made.changed
    assert made.refusal.error == error
    for word in words:
        assert word in made.refusal.msg


@pytest.mark.parametrize(
    ("seen", "options"),
    [
        (observed(exists=False), {}),
        (observed(privileges=Privileges(frozenset(), frozenset(["ALL PRIVILEGES"]))), {"reload_tables": False}),
        (observed(server=_server(read_only=True)), {}),
        (observed(sessions=(SESSION,)), {"running_instances": "wait"}),
        (observed(sessions=(SESSION,)), {"running_instances": "disconnect"}),
        (observed(sessions=(SESSION,)), {"running_instances": "ignore"}),
    ],
)
def test_no_refusal(seen: Observed, options: dict[str, t.Any]) -> None:
    made = planned(seen, PLAIN, **options)
    assert made.refusal is None
    assert made.changed
    assert made.create_database == (not seen.exists)
    assert made.action == ("restored" if seen.exists else "created")


def test_the_early_refusal_needs_no_analysis() -> None:
    assert plan(Wanted("m"), RESTORE, observed(sessions=(SESSION,))).refusal is not None
    assert plan(Wanted("m"), RESTORE, observed()).refusal is None
    assert not plan(Wanted("m"), Decision(False, "nothing"), observed(exists=False)).changed


def test_moves() -> None:
    seen = observed(
        "ARTIKEL",
        "FIRMA",
        "XT_A",
        "BACK_ARTIKEL",
        "BACK_XT",
        "BACK_RESTORE_MARKER",
        "BACK_RESTORE_OLD_0007",
        "BACK_KEEP",
    )
    made = planned(seen, analysis(definition("ARTIKEL"), definition("NEU")), keep_tables=("xt*", "back_keep"))
    assert made.moves == (
        ("BACK_ARTIKEL", "BACK_RESTORE_OLD_0001"),
        ("BACK_XT", "BACK_RESTORE_OLD_0002"),
        ("ARTIKEL", "BACK_ARTIKEL"),
        ("FIRMA", "BACK_FIRMA"),
        ("BACK_RESTORE_NEW_0001", "ARTIKEL"),
        ("BACK_RESTORE_NEW_0002", "NEU"),
        ("BACK_RESTORE_MARKER", "BACK_RESTORE_OLD_0003"),
        ("BACK_RESTORE_NEW_MARKER", "BACK_RESTORE_MARKER"),
    )
    assert made.kept == {"XT_A"}
    assert made.leftovers == ("BACK_RESTORE_OLD_0007",)


def test_long_names_never_clash() -> None:
    names = ["L" * 60 + str(number) for number in range(4)]
    made = planned(observed(*names, "BACK_" + "L" * 59), PLAIN, keep_tables=("BACK_*",))
    targets = [target for _source, target in made.moves]
    assert len(set(targets)) == len(targets)
    assert all(len(target) <= 64 for target in targets)
    assert len(names_after(made.moves, len(made.moves))) == len(names_after(made.moves, 0))


def test_letter_case() -> None:
    seen = observed("artikel")
    assert planned(seen, analysis(definition("artikel"))).tables[0].target == "ARTIKEL"
    assert planned(seen, analysis(definition("artikel"))).previous == {"artikel": "BACK_artikel"}
    lower = planned(observed("artikel", server=_server(lower_case_table_names=1)), analysis(definition("ARTIKEL")))
    assert (lower.tables[0].target, lower.previous) == ("artikel", {"artikel": "back_artikel"})
    both = analysis(definition("xa"), definition("XA"), dialect="mysqldump")
    assert planned(observed(), both).refusal is None
    refusal = planned(observed(server=_server(lower_case_table_names=1)), both).refusal
    assert refusal is not None
    assert refusal.error == "server_setting"


COUNTER = (
    Column("A", "int", b"int"),
    Column("N", "int", b"int", (Attribute("AUTO_INCREMENT", b"AUTO_INCREMENT"),)),
)
SECOND = (Key("PRIMARY KEY", None, (KeyPart("A", b"`A`"), KeyPart("N", b"`N`"))),)
LONG = (Column("T", "varchar", b"varchar(255)", (), 255), Column("U", "varchar", b"varchar(100)", (), 100))
LONG_KEY = (Key("PRIMARY KEY", None, (KeyPart("T", b"`T`"), KeyPart("U", b"`U`"))),)
INNO = ExistingTable("T", False, "InnoDB", "utf8mb4_general_ci")
FK = ForeignKey("fk", b"`A`", "T", b"`A`")


@pytest.mark.parametrize(
    ("table", "existing", "dialect", "options", "expected", "reports"),
    [
        (definition("T"), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T"), None, "mysqldump", {}, ("InnoDB", "latin1"), 0),
        (definition("T", engine="Aria"), None, "mysqldump", {}, ("Aria", "latin1"), 0),
        (definition("T", engine="MyISAM"), INNO, "mysqldump", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T"), INNO, "cao", {"engine": "aria"}, ("Aria", "utf8mb4"), 0),
        (definition("T", charset="utf8mb4"), None, "mysqldump", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T", charset="utf8"), None, "mysqldump", {}, ("InnoDB", "utf8mb3"), 0),
        (definition("T", columns=COUNTER, keys=SECOND), None, "cao", {"engine": "InnoDB"}, ("MyISAM", "latin1"), 1),
        (definition("T", columns=COUNTER, keys=SECOND), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), INNO, "cao", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), INNO, "cao", {"engine": "MyISAM"}, ("MyISAM", "latin1"), 1),
        (
            definition("T", columns=LONG, keys=LONG_KEY, charset="utf8mb4"),
            None,
            "x",
            {"engine": "MyISAM"},
            ("InnoDB", "utf8mb4"),
            1,
        ),
        (definition("T", foreign_keys=(FK,)), "T", "mysqldump", {}, ("InnoDB", "latin1"), 1),
        (definition("T", collation="utf8mb4_0900_ai_ci"), None, "mysqldump", {}, ("InnoDB", "utf8mb4"), 1),
    ],
)
def test_formats(
    table: TableDefinition,
    existing: ExistingTable | str | None,
    dialect: str,
    options: dict[str, t.Any],
    expected: tuple[str, str],
    reports: int,
) -> None:
    made = planned(observed(*([existing] if existing else [])), analysis(table, dialect=dialect), **options)
    chosen = made.tables[0].format
    assert (chosen.engine, chosen.charset) == expected
    assert len(made.reports) == reports


def test_no_engine_can_hold_it() -> None:
    seen = observed(server=_server(engines={"innodb": "InnoDB"}))
    refusal = planned(seen, analysis(definition("T", columns=COUNTER, keys=SECOND))).refusal
    assert refusal is not None
    assert (refusal.error, "MyISAM or Aria" in refusal.msg) == ("server_setting", True)


def test_a_view_in_the_way_stays() -> None:
    seen = observed("ARTIKEL", ExistingTable("SICHT", True))
    made = planned(seen, analysis(definition("ARTIKEL"), definition("SICHT"), rows=0))
    assert [one.target for one in made.tables] == ["ARTIKEL"]
    assert made.views_kept == ("SICHT",)
    assert made.previous == {"ARTIKEL": "BACK_ARTIKEL"}
    with_rows = planned(seen, analysis(definition("ARTIKEL"), definition("SICHT"), rows=1))
    assert with_rows.views_kept == ()


MARKER = Marker("r", "ab", "2026-01-01T00:00:00Z", "1.0.0", {}, {"A": Fingerprint(1, 5, "d")}, objects={"view:V": "h"})


@pytest.mark.parametrize(
    ("seen", "policy", "drift", "restored", "warned"),
    [
        (observed(exists=False), "once", None, True, False),
        (observed(), "once", None, True, False),
        (observed("ARTIKEL"), "once", None, True, True),
        (observed("ARTIKEL", marker_problem="broken"), "enforce", None, True, True),
        (observed("A", marker=MARKER), "once", None, False, False),
        (observed("A", marker=MARKER), "enforce", [], False, False),
        (observed("A", marker=MARKER), "enforce", [Drift("A", "content")], True, False),
        (observed("A", marker=MARKER), "always", None, True, False),
        (observed("A", marker=dataclasses.replace(MARKER, sha256="other")), "once", None, True, False),
        (observed("A", marker=dataclasses.replace(MARKER, objects=None)), "once", None, True, False),
    ],
)
def test_decide(seen: Observed, policy: t.Any, drift: t.Any, restored: bool, warned: bool) -> None:
    decision = decide(Wanted("m", policy=policy), "ab", seen, drift)
    assert decision.restore is restored
    assert decision.why
    assert (decision.warning is not None) is warned


@pytest.mark.parametrize(
    ("live", "objects", "tables", "found"),
    [
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h"}, ["A", "V"], []),
        ({"A": Fingerprint(0, 6, "d")}, {"view:V": "h"}, ["A", "V"], [("A", "content")]),
        ({"A": Fingerprint(0, 6, "e")}, {"view:V": "h"}, ["A", "V"], [("A", "definition")]),
        ({}, {"view:V": "h"}, ["V"], [("A", "missing")]),
        ({"A": Fingerprint(0, 5, "d")}, {}, ["A"], [("V", "view")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "x"}, ["A", "V"], [("V", "view")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h", "trigger:T": "h"}, ["A", "V"], [("T", "trigger")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h"}, ["A", "V", "X", "KEEP", "BACK_A"], [("X", "extra")]),
    ],
)
def test_drift(
    live: dict[str, Fingerprint], objects: dict[str, str], tables: list[str], found: list[tuple[str, str]]
) -> None:
    drift = find_drift(MARKER, observed(*tables), live, objects, ["keep"])
    assert [(one.name, one.what) for one in drift] == found
