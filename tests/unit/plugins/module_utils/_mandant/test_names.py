# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of tables: no name breaks out of its quotes, and none of ours is taken for another kind."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._mandant import names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    LONGEST_NAME,
    Names,
    is_ours,
    lowered_ascii,
    quoted,
    update_in,
    without_accents,
)

KINDS = ("is_ours", "is_shadow", "is_old", "is_between", "is_marker", "is_shadow_marker")
SERVERS = [Names(0), Names(1), Names(2)]
# As a server reads a name in backticks: until one that is not doubled.
_IN_BACKTICKS = re.compile(r"`((?:[^`]|``)*)`", re.DOTALL)
_TEXTS = st.text(st.sampled_from("aÄ`'\"\\; ,\n%s") | st.characters(codec="utf-8"))


@given(_TEXTS)
def test_no_name_breaks_out_of_its_quotes(name: str) -> None:
    found = _IN_BACKTICKS.fullmatch(quoted(name))
    assert found is not None
    assert found[1].replace("``", "`") == name


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_a_list_holds_as_many_names_as_were_given(given_names: list[str]) -> None:
    text = names.listed(given_names)
    found = [match.replace("``", "`") for match in _IN_BACKTICKS.findall(text)]
    assert found == given_names
    assert _IN_BACKTICKS.sub("x", text) == ", ".join("x" * len(given_names))


@pytest.mark.parametrize(
    ("charset", "sent"),
    [("latin1", b"`Gr\xf6\xdfe`, `x``y`"), ("utf8mb4", b"`Gr\xc3\xb6\xc3\x9fe`, `x``y`")],
)
def test_columns_are_named_in_the_encoding_of_the_dump(charset: str, sent: bytes) -> None:
    assert names.columns_in(charset, ["Größe", "x`y"]) == sent


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("ARTIKEL", []),
        ("BACK_ARTIKEL", []),
        ("BACK_RESTORE", []),
        ("RESTORE_OLD_0001", []),
        *(
            (f"BACK_RESTORE_{theirs}", [])
            for theirs in ("2019", "OLD_PREISE", "NEW_", "OLD_01", "NEW_0001_ALT", "TMP_X")
        ),
        (Names(0).marker, ["is_ours", "is_marker"]),
        (Names(0).shadow_marker, ["is_ours", "is_shadow", "is_shadow_marker"]),
        (Names(0).shadow(1), ["is_ours", "is_shadow"]),
        (Names(0).check(1), ["is_ours", "is_shadow"]),
        (Names(0).old(1), ["is_ours", "is_old"]),
        # What is on its way back is the only copy: it is nothing that is ever cleared away.
        (Names(0).between(1), ["is_ours", "is_between"]),
    ],
)
def test_what_a_name_says(name: str, kinds: list[str]) -> None:
    for spelled in (name, name.lower()):
        assert [kind for kind in KINDS if getattr(names, kind)(spelled)] == kinds


@pytest.mark.parametrize("server", SERVERS)
def test_our_names_never_meet(server: Names) -> None:
    made = [server.marker, server.shadow_marker]
    for number in (*range(1, 600), 9999, 10000, 123456):
        made += [server.shadow(number), server.old(number), server.between(number), server.check(number)]
    assert len({name.lower() for name in made}) == len(made)
    # CAO leaves them out of its backups, and every server takes them.
    assert all(is_generation_before(name) and len(name) <= LONGEST_NAME for name in made)
    assert all(server.stored(name) == name for name in made)


@pytest.mark.parametrize(
    ("setting", "stored", "same", "target", "other_target"),
    [
        (0, "Artikel", False, "ARTIKEL", "Xt"),
        (1, "artikel", True, "artikel", "xt"),
        (2, "Artikel", True, "Artikel", "Xt"),
    ],
)
def test_letter_case(setting: int, stored: str, same: bool, target: str, other_target: str) -> None:
    server = Names(setting)
    assert server.stored("Artikel") == stored
    assert (server.key("Artikel") == server.key("ARTIKEL")) is same
    names = server.target("Artikel", mandants=True), server.target("Xt", mandants=True)
    assert names == (target, other_target)
    assert server.target("Artikel", mandants=False) == stored


# Alike for longer than there is room behind BACK_.
_LONG = st.text("aB", max_size=3).map(("Langer Name" * 6)[:61].__add__)


@pytest.mark.parametrize("server", SERVERS)
@given(tables=st.sets(_LONG | st.text("aBc", min_size=1), max_size=6))
def test_tables_set_aside_keep_names_of_their_own(server: Names, tables: set[str]) -> None:
    # As many as the server tells apart.
    there = {server.key(server.stored(name)): server.stored(name) for name in tables}
    aside = {server.previous(name) for name in there.values()}
    assert len({server.key(name) for name in aside}) == len(there)
    assert all(is_generation_before(name) and len(name) <= LONGEST_NAME for name in aside)
    assert all(server.stored(name) == name for name in aside)


@pytest.mark.parametrize(
    ("name", "aside"), [("ARTIKEL", "BACK_ARTIKEL"), ("x" * 59, "BACK_" + "x" * 59), ("Kräuter", "BACK_Kräuter")]
)
def test_a_name_that_fits_is_only_marked(name: str, aside: str) -> None:
    assert Names(0).previous(name) == aside


@pytest.mark.parametrize("name", ["RESTORE_OLD_0001", "RESTORE_NEW_0001", "restore_marker", "RESTORE_" + "X" * 56])
def test_what_people_have_is_never_called_what_is_cleared_away(name: str) -> None:
    rule = Names(0)
    taken: set[str] = set()
    found = [rule.previous(name), rule.free_previous(name, taken), rule.free_previous(name, taken)]
    assert not any(map(is_ours, found))
    assert len(set(found)) == 2
    assert all(len(one) <= LONGEST_NAME and one.startswith("BACK_") for one in found)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Größe", "GROSE", True),
        ("größe", "groesse", False),
        ("\u00e9\u1e3f\u03ce", "EM\u03a9", True),
        ("\u0131\u0130i", "III", True),
        ("\u03c3\u03c2", "\u03a3\u03a3", True),
        ("\u00b5", "\u039c", True),
        ("\u0451", "\u0415", True),
        ("\u0439", "\u0438", False),
        ("\u00e6", "ae", False),
        ("\u0142", "l", False),
        ("o\u0308", "\u00f6", False),
        ("\u304b", "\u304c", False),
        ("a-b", "a_b", False),
    ],
)
def test_names_without_accents(one: str, other: str, same: bool) -> None:
    assert (without_accents(one) == without_accents(other)) is same
    # Where accents are heeded, the letter case of ASCII alone is not.
    assert lowered_ascii(one) != lowered_ascii(other)
    assert lowered_ascii(one) == lowered_ascii("".join(x.upper() if x.isascii() else x for x in one))


@pytest.mark.parametrize(
    ("update", "sent"),
    [
        ("`A`=VALUES(`A`)", b"`A`=VALUES(`A`)"),
        ("`Größe`=VALUES(`Größe`)", "`Größe`=VALUES(`Größe`)".encode("cp1252")),
        # A text is in the dump's encoding already, whatever looks like a name in it.
        ("`a`='`ß`',`ä``ö`='\\'`ü'", "`a`='`ß`',".encode() + "`ä``ö`".encode("cp1252") + "='\\'`ü'".encode()),
    ],
)
def test_names_where_a_key_is_there_are_sent_in_the_encoding_of_the_dump(update: str, sent: bytes) -> None:
    assert update_in("latin1", update.encode()) == sent
    assert update_in("utf8mb4", update.encode()) == update.encode()
