# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a name means, where servers differ about letter case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName


def test_a_name_to_the_letter_comes_first() -> None:
    known = ByName({"ware": 1, "Ware": 2, "Öl": 3})
    assert [known.find(name) for name in ("ware", "Ware", "WARE", "öl", "ÖL", "x")] == [1, 2, None, 3, 3, None]
    assert (known.other_letters("ware"), known.other_letters("Öl"), known.other_letters("öl")) == ("Ware", None, "Öl")
    assert known.remove("ware")
    assert not known.remove("WARE")
    assert known.real("WARE") == "Ware"


@given(st.lists(st.tuples(st.booleans(), st.text("aAbB", min_size=1, max_size=3)), max_size=30))
def test_nothing_of_a_name_is_left_when_it_is_gone(steps: list[tuple[bool, str]]) -> None:
    known, plain = ByName[int](), dict[str, int]()
    for number, (there, name) in enumerate(steps):
        if there:
            known[name] = plain[name] = number
        else:
            assert known.remove(name) is (plain.pop(name, None) is not None)
    assert dict(known) == plain
    assert sorted(name for names in known.alike.values() for name in names) == sorted(plain)
    assert all(names and {one.lower() for one in names} == {key} for key, names in known.alike.items())
