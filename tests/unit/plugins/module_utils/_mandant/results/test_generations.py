# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Mandant's generations are said to be: what was restored, what stands before it, and what is left over."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Fingerprint,
    Marker,
    Previous,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.generations import generations_of
from mandant_values import SERVER, marker_of, observed

NAMES = SERVER.names
SIZES = {"A": 1, "BACK_A": 20, "BACK_B": 300, "BACK_V": None, NAMES.old(1): 4000, NAMES.shadow(2): 50000}


def marker_with(*, previous: t.Mapping[str, str] | None = None, **analysis: t.Any) -> Marker:
    """Return a marker whose analysis says this, with a generation before."""
    tables = {"A": Fingerprint(3, 5, "d"), "B": Fingerprint(4, 5, "d")}
    return dataclasses.replace(
        marker_of(), tables=tables, analysis=analysis, previous=Previous(tables=previous or {}), neutralised=("mail",)
    )


def test_a_mandant_without_any_restore() -> None:
    assert generations_of(observed("A"), SIZES) == {
        "restored": None,
        "previous": None,
        "older_aside": {"tables": [], "size": 0},
        "leftovers": {"tables": [], "size": 0},
        "others_aside": {"tables": [], "size": 0},
        "unfinished": False,
    }


def test_tables_of_several_backups() -> None:
    whole = dataclasses.replace(marker_with(), sha256="whole")
    marker = dataclasses.replace(
        marker_with(), chosen=("A",), scope=("A",), earlier=(whole,), older=(Previous({"B": "BACK_B", "C": "BACK_C"}),)
    )
    found = generations_of(observed("A", "BACK_B", marker=marker), {"BACK_B": 5})
    assert found["restored"]["only"] == sorted(marker.tables)
    assert [(one["sha256"], one["only"]) for one in found["restored"]["earlier"]] == [("whole", None)]
    assert found["older_aside"] == {"tables": ["BACK_B"], "size": 5}
    assert (found["others_aside"]["tables"], found["previous"]["tables"]) == ([], 0)
    assert found["restored"]["neutralised"] == ["mail"]
    # The table came where there was none: it would go.
    assert found["previous"]["rollback"]


def test_what_was_restored() -> None:
    header = {"program": "CAO-Faktura", "date": "14.03.2024 18:05:09", "mandant": "Musterladen"}
    marker = marker_with(header=header, file={"path": "D:\\Sicherung\\CAO_backup.zip"})
    assert generations_of(observed("A", marker=marker), SIZES)["restored"] == {
        "sha256": "ab",
        "file": "CAO_backup.zip",
        "program": "CAO-Faktura",
        "date": "14.03.2024 18:05:09",
        "mandant": "Musterladen",
        "restored_at": "2026-01-01T00:00:00Z",
        "version": "1.0.0",
        "rows": 7,
        "errors": 0,
        "neutralised": ["mail"],
        "only": None,
        "earlier": [],
    }


@pytest.mark.parametrize(
    ("last", "before", "whole", "live", "told"),
    [
        (("mail", "shop"), ("mail",), True, ("A", "B"), ["mail"]),
        (("mail",), (), True, ("A", "B"), []),
        ((), ("mail",), True, ("A", "B"), []),
        # Of what is in use nothing came from the one before.
        (("mail",), (), True, ("A", "XT"), ["mail"]),
        # What no restore has brought is as it was.
        (("mail",), ("mail",), False, ("A", "B", "XT"), []),
        (("mail",), ("mail",), False, ("A", "B"), ["mail"]),
    ],
)
def test_what_a_mandant_of_several_backups_is_rid_of(
    last: tuple[str, ...], before: tuple[str, ...], whole: bool, live: tuple[str, ...], told: list[str]
) -> None:
    other = dataclasses.replace(marker_of("B"), sha256="cd", chosen=() if whole else ("B",), neutralised=before)
    marker = dataclasses.replace(marker_of("A"), chosen=("A",), neutralised=last, earlier=(other,))
    found = generations_of(observed(*live, marker=marker), SIZES)["restored"]
    assert (found["neutralised"], found["earlier"][0]["neutralised"]) == (told, list(before))


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/srv/backups/a.sql", "a.sql"),
        ("C:\\backups/a.sql", "a.sql"),
        ("a.sql", "a.sql"),
        ("/srv/\x1b[31m.sql", "\\x1b[31m.sql"),
        ("", None),
        (None, None),
        (["a.sql"], "['a.sql']"),
    ],
)
def test_of_a_path_only_the_name_is_told(path: object, file: str | None) -> None:
    restored = generations_of(observed("A", marker=marker_with(file={"path": path})), SIZES)["restored"]
    assert restored["file"] == file


@pytest.mark.parametrize("analysis", [{}, {"header": None, "file": []}, {"header": {"program": 7}, "file": "x"}])
def test_a_marker_that_says_odd_things_is_no_crash(analysis: dict[str, t.Any]) -> None:
    restored = generations_of(observed("A", marker=marker_with(**analysis)), SIZES)["restored"]
    assert (restored["file"], restored["program"], restored["date"]) == (None, None, None)


def test_after_a_rollback_to_tables_of_unknown_origin_nothing_is_known() -> None:
    marker = dataclasses.replace(marker_of(), sha256="")
    assert generations_of(observed("A", marker=marker), SIZES)["restored"] is None


@pytest.mark.parametrize(
    ("previous", "there", "told", "left", "others"),
    [
        ({"A": "BACK_A", "B": "BACK_B"}, ["BACK_A", "BACK_B"], (2, 320, True), [], []),
        # A view takes no room.
        ({"A": "BACK_A", "V": "BACK_V"}, ["BACK_A", "BACK_V"], (2, 20, True), [], []),
        # What is there under such a name without being remembered is no part of it.
        ({"A": "BACK_A"}, ["BACK_A", "BACK_B"], (1, 20, True), [], ["BACK_B"]),
        ({"A": "BACK_A", "C": "BACK_C"}, ["BACK_A"], (1, 20, False), [], []),
        ({}, ["BACK_A"], None, [], ["BACK_A"]),
        ({"A": "BACK_A"}, [], None, [], []),
        ({}, [NAMES.old(1), NAMES.shadow(2), NAMES.between(3)], None, [NAMES.old(1), NAMES.shadow(2)], []),
    ],
)
def test_the_generation_before_and_what_is_left_over(
    previous: dict[str, str],
    there: list[str],
    told: tuple[int, int, bool] | None,
    left: list[str],
    others: list[str],
) -> None:
    found = generations_of(observed("A", NAMES.marker, *there, marker=marker_with(previous=previous)), SIZES)
    before = found["previous"]
    assert (before and (before["tables"], before["size"], before["rollback"])) == told
    assert before is None or (before["why_not"] is None) is before["rollback"]
    assert before is None or before["made_by"] == "mandant_restore"
    assert found["leftovers"] == {"tables": left, "size": sum(SIZES[name] or 0 for name in left)}
    assert found["others_aside"] == {"tables": others, "size": sum(SIZES[name] or 0 for name in others)}


def test_why_there_is_no_way_back() -> None:
    marker = marker_with(previous={"A": "BACK_A", "B": "BACK_B"})
    before = generations_of(observed("A", "BACK_A", marker=marker), SIZES)["previous"]
    assert "BACK_B" in before["why_not"]


def test_a_generation_that_caos_own_restore_has_set_aside() -> None:
    before = generations_of(observed("A", "B", "BACK_A", "BACK_B"), SIZES)["previous"]
    assert before == {
        "tables": 2,
        "size": 320,
        "made_by": "cao",
        "restored": None,
        "rollback": True,
        "why_not": None,
    }


@pytest.mark.parametrize(
    ("document", "sha256"),
    [
        (marker_document(dataclasses.replace(marker_with(), sha256="of before")), "of before"),
        (None, None),
        ({"run": "r"}, None),
        ({"format": 2}, None),
    ],
)
def test_what_is_remembered_of_the_generation_before(document: t.Any, sha256: str | None) -> None:
    marker = dataclasses.replace(marker_of("A"), previous=Previous({"A": "BACK_A"}, marker=document))
    restored = generations_of(observed("A", "BACK_A", marker=marker), SIZES)["previous"]["restored"]
    assert (restored and restored["sha256"]) == sha256


@pytest.mark.parametrize(("objects", "unfinished"), [({}, False), (None, True)])
def test_whether_a_run_was_cut_off(objects: dict[str, str] | None, unfinished: bool) -> None:
    seen = observed("A", marker=marker_of("A", objects=objects))
    assert generations_of(seen, SIZES)["unfinished"] is unfinished
