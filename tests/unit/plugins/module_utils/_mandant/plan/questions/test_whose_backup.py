# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose backup it is: which names are one name, which numbers are one number, and what is said where they are not."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Header
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Identity
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.whose_backup import (
    other_company,
    other_mandant,
    same_name,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import analysis, marker_of, observed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kräuterhof", "KRÄUTERHOF"),
        ("Kräuterhof", " Kräuter\u00a0hof  "),
        ("Kräuterhof Groß", "Kraeuterhof GROSS"),
        ("Kräuterhof", "Kra\u0308uterhof"),
        ("Kräuterhof", "Kräuterhof".encode().decode("cp1252")),
        ("Kräuterhof", "Kräuterhof".encode().decode("cp850")),
        ("Möbel Übel GmbH", "Möbel Übel  gmbh".encode().decode("latin-1")),
        ("ﬁrma", "Firma"),
        ("A " * 180 + "B", "A  " * 180 + "B"),
    ],
)
def test_one_name(one: str, other: str) -> None:
    for names in ((one, other), (other, one)):
        assert same_name(*names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kräuterhof", "Krauterhof"),
        ("Kräuterhof GmbH", "Kräuterhof GbR"),
        ("Kräuterhof GmbH", "Kräuterhof"),
        ("Kräuterhof GmbH", "Kräuterhof G.m.b.H."),
        ("Kräuterhof 1", "Kräuterhof 2"),
        ("Müller & Söhne", "Müller & Sohn"),
    ],
)
def test_two_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text(min_size=1, max_size=300))
def test_every_name_is_itself_in_any_spelling(name: str) -> None:
    assert same_name(name, name)
    assert same_name(name, f"  {name} ".replace(" ", "  "))


def _refused(
    here: Identity, there: t.Any, wanted: t.Mapping[str, t.Any] | None = None, remembered: t.Any = None
) -> str | None:
    seen = observed("FIRMA", identity=here, marker=remembered)
    refusal = other_company(Wanted("m", **(wanted or {})), seen, dataclasses.replace(analysis(), **there))
    if refusal is None:
        return None
    assert refusal.error == "other_company"
    assert all(word in refusal.msg for word in ("db:3306: m ", "other_company: allow", "unchanged"))
    assert len(refusal.msg) < 480
    return refusal.msg


NUMBER, OTHER_NUMBER = {"STEUERNUMMER": "12/345/67890"}, {"STEUERNUMMER": "98/765/43210"}


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (Identity("Alpha"), {"company": "Beta"}, "is of Alpha, but the backup"),
        (Identity("Alpha"), {"company": "ALPHA "}, None),
        (Identity("Alpha"), {"company": None}, None),
        (Identity(None), {"company": "Beta"}, None),
        (Identity("Alpha", NUMBER), {"company": "Alpha", "tax_numbers": OTHER_NUMBER}, "has another tax number"),
        (Identity(None, NUMBER), {"company": "Beta", "tax_numbers": OTHER_NUMBER}, "has another tax number"),
        (Identity("Alpha", NUMBER), {"company": "Alpha", "tax_numbers": {"STEUERNUMMER": "1234567890"}}, None),
        (Identity("Alpha", NUMBER), {"company": "Alpha", "tax_numbers": {"UST_ID": "DE1"}}, None),
        (Identity("Alpha", {"UST_ID": "DE 123"}), {"company": "Alpha", "tax_numbers": {"UST_ID": "123"}}, None),
        (Identity("Alpha", {"UST_ID": "-"}), {"company": "Alpha", "tax_numbers": {"UST_ID": "DE1"}}, None),
        (Identity("Alpha", NUMBER), {"company": "Beta", "tax_numbers": NUMBER}, "(the tax numbers are the same)"),
        (Identity("Alpha", NUMBER), {"company": "Beta", "tax_numbers": OTHER_NUMBER}, "(the tax numbers differ too)"),
    ],
)
def test_names_and_numbers(here: Identity, there: dict[str, t.Any], said: str | None) -> None:
    told = _refused(here, there)
    assert (told is None) is (said is None)
    if told is not None:
        assert str(said) in told
        assert "345" not in told
        assert "765" not in told
    assert _refused(here, there, {"other_company": "allow"}) is None


def test_a_missing_mandant_is_nobodys() -> None:
    missing = dataclasses.replace(observed(), exists=False, identity=Identity("Alpha"))
    assert other_company(Wanted("m"), missing, dataclasses.replace(analysis(), company="Beta")) is None


def test_long_and_strange_names_make_no_long_message() -> None:
    told = _refused(Identity("\n\x1b" + "x" * 190), {"company": "y" * 250})
    assert told is not None
    assert told.isprintable()


def _remembered(company: str | None, mandant: str, dialect: str = "cao") -> t.Any:
    return dataclasses.replace(
        marker_of(), analysis={"company": company, "dialect": dialect, "header": {"mandant": mandant}}
    )


@pytest.mark.parametrize(
    ("before", "now", "dialects", "refused"),
    [
        ("Laden 2024", "Laden 2025", ("cao", "cao"), True),
        ("Laden", " LADEN", ("cao", "cao"), False),
        ("Laden", "cao_laden", ("cao", "cao.faktura"), False),
        ("cao_laden", "Laden", ("cao.faktura", "cao"), False),
        ("Laden", None, ("cao", "cao"), False),
        ("", "Laden", ("cao", "cao"), False),
    ],
)
def test_what_cao_calls_the_mandant(before: str, now: str | None, dialects: tuple[str, str], refused: bool) -> None:
    header, dialect = Header(mandant=now), dialects[1]
    remembered = _remembered("Alpha", before, dialects[0])
    for company in (None, "Alpha"):
        there = {"company": company, "header": header, "dialect": dialect}
        told = _refused(Identity("Alpha"), there, remembered=remembered)
        seen = observed("FIRMA", identity=Identity("Alpha"), marker=remembered)
        warned = other_mandant(Wanted("m"), seen, dataclasses.replace(analysis(), **t.cast("t.Any", there)))
        # Where the company tells that it is the same, a person decides.
        assert (told is not None) is (refused and company is None)
        assert (warned is not None) is refused
        for said in filter(None, (told, warned)):
            assert "Mandant Laden 202" in said
            assert "Laden 2024" in said
            assert "Laden 2025" in said


@pytest.mark.parametrize(
    ("policy", "brought", "refused"),
    [("enforce", "Beta", False), ("enforce", "Alpha", True), ("always", "Beta", True), ("enforce", None, True)],
)
def test_who_is_to_be_as_the_backup_may_have_been_renamed(policy: str, brought: str | None, refused: bool) -> None:
    remembered = _remembered(brought, "Laden")
    told = _refused(Identity("Renamed"), {"company": "Beta"}, {"policy": policy}, remembered)
    assert (told is not None) is refused
