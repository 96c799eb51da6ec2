# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are no Mandant's, and names that are likely misspelled."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
    likely_misspelled,
    mandant_missing,
)


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
