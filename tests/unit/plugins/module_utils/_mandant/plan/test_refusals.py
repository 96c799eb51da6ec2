# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a restore is not begun: names that are no Mandant's, settings, privileges, and who is on it."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import SessionFact
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Cluster, Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
    likely_misspelled,
    mandant_missing,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import RESTORE, analysis, definition, observed, planned, server_with

SESSION = SessionFact(7, "kasse@192.0.2.7", 12)
PLAIN = analysis(definition("ARTIKEL"))
SMALL = server_with(max_allowed_packet=1000)


INNODB = {"engines": {"innodb": "InnoDB"}, "only_engine": "innodb"}


def _node(**values: t.Any) -> Server:
    return server_with(cluster=Cluster(**values), **INNODB)


class _Server(t.NamedTuple):
    """All that these refusals ask of a server."""

    where: str = "db:3306"


def _observed(mandant: str, *, exists: bool, similar: tuple[str, ...] = ()) -> Observed:
    return Observed(t.cast("t.Any", _Server()), mandant, exists=exists, similar=similar)


@pytest.mark.parametrize(
    "name", ["mysql", "MySQL", "information_schema", "performance_schema", "sys", "", "  ", "cao ", "x" * 65]
)
def test_names_that_are_no_mandants(name: str) -> None:
    refusal = mandant_missing(_observed(name, exists=True))
    assert refusal is not None
    assert refusal.error == "mandant_missing"


@pytest.mark.parametrize("name", ["cao_musterladen", "mysql_shop", "x" * 64, "kräuterhof"])
def test_names_that_may_be_mandants(name: str) -> None:
    assert mandant_missing(_observed(name, exists=True)) is None


@pytest.mark.parametrize(
    ("name", "similar", "meant"),
    [
        ("cao_mustreladen", "cao_musterladen", "cao_musterladen"),
        ("CAO_Musterladn", "cao_musterladen", "cao_musterladen"),
        ("cao_demo_12", "cao_demo_11", None),
        ("cao_filiale_nord", "cao_filiale_sued", None),
    ],
)
def test_a_new_name_that_is_nearly_another(name: str, similar: str, meant: str | None) -> None:
    assert likely_misspelled(_observed(name, exists=False, similar=(similar,))) == meant


@pytest.mark.parametrize(
    ("seen", "options", "error", "words"),
    [
        (observed(exists=False), {"create": False}, "mandant_missing", ["create: true"]),
        (observed(exists=False, spelling="M"), {}, "mandant_missing", ["there is M"]),
        (observed(exists=False), {"charset": "klingonisch"}, "server_setting", ["klingonisch"]),
        (observed(exists=False), {"collation": "utf8mb4_bin"}, "server_setting", ["latin1"]),
        (observed(server=SMALL), {}, "server_setting", ["max_allowed_packet", "1048576"]),
        (observed(), {"engine": "TokuDB"}, "server_setting", ["TokuDB", "Aria, InnoDB, MyISAM"]),
        (
            observed(
                server=server_with(read_only=True),
                privileges=Privileges(frozenset(["RELOAD", "PROCESS"]), frozenset(["ALL PRIVILEGES"])),
            ),
            {},
            "server_setting",
            ["read-only"],
        ),
        # Not even an administrator writes there.
        (observed(server=server_with(nobody_writes="super_read_only")), {}, "server_setting", ["super_read_only=OFF"]),
        (observed(server=server_with(nobody_writes="innodb_read_only")), {}, "server_setting", ["start it again"]),
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
    ("node", "options", "words"),
    [
        (server_with(), {"engine": "Memory"}, ["engine Memory", "keeps rows"]),
        (server_with(**INNODB), {"engine": "MyISAM"}, ["enforce_storage_engine", "forbids MyISAM", "InnoDB"]),
        (_node(), {"engine": "MyISAM"}, ["rows of MyISAM", "Galera", "InnoDB"]),
        (_node(needs="wsrep_on=ON"), {}, ["set wsrep_on=ON"]),
        (_node(most_rows=2), {}, ["ARTIKEL", "3 rows", "wsrep_max_ws_rows is 2"]),
        (_node(most_bytes=9), {}, ["10 bytes", "wsrep_trx_fragment_size"]),
    ],
)
def test_nodes_of_a_cluster(node: Server, options: dict[str, t.Any], words: list[str]) -> None:
    """Rows of other engines stay on one of them, and it takes so many at once."""
    backup = analysis(definition("ARTIKEL"), rows=3)
    assert planned(observed(server=_node(most_rows=3, most_bytes=10)), backup).refusal is None
    refusal = planned(observed(server=node), backup, **options).refusal
    assert refusal is not None
    assert (refusal.error, [word for word in words if word not in refusal.msg]) == ("server_setting", [])


@pytest.mark.parametrize(
    ("seen", "options"),
    [
        (observed(exists=False), {}),
        (observed(privileges=Privileges(frozenset(), frozenset(["ALL PRIVILEGES"]))), {"reload_tables": False}),
        (observed(server=server_with(read_only=True)), {}),
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


@pytest.mark.parametrize(
    ("flavour", "refused"),
    [((True, (11, 4, 9)), True), ((True, (11, 8, 1)), False), ((False, (9, 7, 4)), True), ((False, (5, 6, 24)), True)],
)
def test_triggers_of_some_columns(flavour: tuple[bool, tuple[int, int, int]], refused: bool) -> None:
    trigger = Trigger("tr ü", "ARTIKEL", b"BEFORE UPDATE OF `ID`", (), ())
    server = server_with(flavour=ServerFlavour(*flavour))
    for triggers, expected in (
        ((trigger,), refused),
        ((dataclasses.replace(trigger, timing=b"BEFORE UPDATE"),), False),
    ):
        made = planned(observed(server=server), dataclasses.replace(PLAIN, triggers=triggers))
        assert (made.refusal is not None) is expected
        if made.refusal is not None:
            assert "the trigger tr ü of the backup is for an UPDATE OF some columns" in made.refusal.msg


def test_only_rows_that_are_sent_have_to_fit() -> None:
    both = analysis(definition("ARTIKEL"), definition("BILDER"))
    both = dataclasses.replace(both, longest_rows={"ARTIKEL": 10, "BILDER": 40_000_000})
    for tables, options, refused in (
        (("ARTIKEL",), {}, True),
        (("ARTIKEL",), {"tables": ("artikel",)}, False),
        (("ARTIKEL",), {"tables": ("bilder",)}, True),
        (("ARTIKEL", "BILDER"), {"keep_tables": ("bild*",)}, False),
        # What is not there comes from the backup.
        (("ARTIKEL",), {"keep_tables": ("bild*",)}, True),
    ):
        made = planned(observed(*tables), both, **options)
        assert (made.refusal is not None and "max_allowed_packet" in made.refusal.msg) is refused, options
