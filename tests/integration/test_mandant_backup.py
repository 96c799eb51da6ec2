# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_backup: what is written comes back to the bit, is of one moment, and is whole or not there."""

from __future__ import annotations

import itertools
import os
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer
from saving import back_up, content, make_everything

_numbers = itertools.count(1)


@pytest.fixture
def restorer(mandant: Mandant, tmp_path: Path) -> Restorer:
    return Restorer(mandant, tmp_path)


@pytest.fixture
def other(mandant: Mandant) -> t.Iterator[Mandant]:
    """A second Mandant, of another character set."""
    database = Mandant(f"{mandant.name}_zwei_{next(_numbers)}_{os.getpid()}", mandant.server)
    database.create(charset="utf8mb4")
    yield database
    database.drop()


@pytest.mark.parametrize(
    ("engine", "charset", "name"),
    [("InnoDB", "latin1", "a.sql"), ("MyISAM", "latin1", "a.zip"), ("Aria", "utf8mb4", "a.sql"), ("InnoDB", "utf8mb4", "a.zip")],
)
def test_everything_comes_back(restorer: Restorer, other: Mandant, engine: str, charset: str, name: str) -> None:
    mandant = restorer.mandant
    make_everything(mandant, engine=engine, charset=charset)
    saved = back_up(restorer, restorer.folder / name)
    assert {one["name"]: one["rows"] for one in saved["tables"]} == {"ALLES": 17, "LEER": 0, "RECHNUNG": 2, "xt liste": 2}
    outcome = Restorer(other, restorer.folder).run(saved["file"]["path"])
    assert outcome.restore["warnings"] == []
    assert outcome.analysis["dialect"] == "cao.faktura"
    assert content(other) == content(mandant)
