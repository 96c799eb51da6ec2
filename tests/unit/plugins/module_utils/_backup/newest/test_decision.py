# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest of several files, by what is known of them; and when nobody can say."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dated import Dated
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dates import Span
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.decision import newest, several_mandanten, tie


def _file(path: str, begin: float = 0, width: float = 1, **more: t.Any) -> Dated:
    return Dated(path, Span(begin, begin + width), "name", more.pop("series", "s"), **more)


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), min_size=1, max_size=6)


@given(SPANS)
def test_whoever_is_left_could_be_the_newest_and_all_others_are_older(spans: list[tuple[int, int]]) -> None:
    files = [_file(f"{number}.sql", *span) for number, span in enumerate(spans)]
    tied = newest(files)
    for file in files:
        could_be = all(file.span.latest > other.span.earliest for other in files if other is not file)
        assert (file in tied) == could_be


@given(SPANS, st.randoms(use_true_random=False))
def test_the_order_of_files_decides_nothing(spans: list[tuple[int, int]], chance: t.Any) -> None:
    files = [_file(f"{number}.sql", *span) for number, span in enumerate(spans)]
    mixed = chance.sample(files, len(files))
    assert {file.path for file in newest(files)} == {file.path for file in newest(mixed)}


def test_a_day_and_a_moment_of_it_cannot_be_told_apart() -> None:
    day, moment, before = _file("day.sql", 0, 86400), _file("moment.sql", 40000), _file("before.sql", -10)
    assert {file.path for file in newest([before, moment, day])} == {"day.sql", "moment.sql"}
    assert newest([before, moment]) == [moment]


def test_backups_of_the_same_minute_are_counted() -> None:
    names = [f"/b/CAO_backup_2026_11_02_18_05{number}.zip" for number in ("", "_2", "_9", "_10")]
    for order in itertools.permutations(names):
        assert [file.path for file in newest([_file(name, 0, 60) for name in order])] == [names[-1]]
    others = ["/b/CAO_backup_2026_11_02_18_05.zip", "/c/CAO_backup_2026_11_02_18_05_2.zip"]
    assert len(newest([_file(name, 0, 60) for name in others])) == 2
    packed_and_not = ["/b/CAO_backup_2026_11_02_18_05.zip", "/b/CAO_backup_2026_11_02_18_05.sql"]
    assert len(newest([_file(name, 0, 60) for name in packed_and_not])) == 2


@pytest.mark.parametrize(
    "files",
    [
        [_file("a", series="a"), _file("b", series="a")],
        [_file("a", series="a", mandant="Laden"), _file("b", series="b", mandant="LADEN")],
        [_file("a", series="a", mandant="Laden"), _file("b", series="a")],
        [_file("a", series="a")],
    ],
)
def test_files_of_one_mandant(files: list[Dated]) -> None:
    assert several_mandanten("*", files) is None


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (
            [_file("a.zip", mandant="Laden"), _file("b.zip", mandant="Büro"), _file("c.zip")],
            "Laden: a.zip, Büro: b.zip",
        ),
        ([_file("a.zip", series="a"), _file("b.zip", series="b")], "a.zip, b.zip"),
        ([_file("a.zip", series="a", mandant="Laden"), _file("b.zip", series="b")], "a.zip, b.zip"),
        ([_file(f"{n}.zip", series=str(n)) for n in range(9)], "0.zip, 1.zip, 2.zip, 3.zip, 4.zip, 5.zip, ..."),
    ],
)
def test_files_of_several_mandanten_are_named(files: list[Dated], named: str) -> None:
    found = several_mandanten("/b/*.zip", files)
    assert found is not None
    assert found.error == "not_a_backup"
    assert f"/b/*.zip matches backups of several Mandanten or of several kinds ({named});" in found.msg


def test_a_tie_names_the_files() -> None:
    said = tie("/b/*.zip", [_file("a.zip"), _file("b\n.zip")])
    assert "may be of the same time: a.zip, b\\n.zip;" in said.msg
    assert "6.zip" not in tie("*", [_file(f"{n}.zip") for n in range(9)]).msg
