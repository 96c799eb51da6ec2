# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters that were spoilt before: counted by table, in every character set of a dump; never what is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding
from dumps import CAO_HEAD, Dump

CREATE = "CREATE TABLE `{0}` (A int, B varchar(99), C blob);\n"


def _dump(charset: str, codec: str, **texts: list[str]) -> Dump:
    """Return a dump of tables with these texts, each a row; None for no SET NAMES."""
    data = (f"SET NAMES {charset};\n" if charset else "").encode()
    for table, rows in texts.items():
        data += CREATE.format(table).encode()
        for number, text in enumerate(rows):
            data += f"INSERT INTO `{table}` VALUES ({number},'".encode() + text.encode(codec) + b"',NULL);\n"
    return Dump(data)


def _spoilt(dump: Dump, **options: str) -> list[str]:
    found = [one for one in dump.analyse(**options).findings if one.name == "spoilt_texts"]
    return [one.text.rpartition(": ")[2] for one in found]


def _twice(text: str, codec: str) -> str:
    return text.encode().decode(codec)


TEXTS = ["Stück", "Größe € „Maß\u201c – Öl", "Kiste", "ÄÖÜ äöüß"]


@pytest.mark.parametrize("codec", ["cp1252", "cp850"])
def test_utf8_that_was_read_as_another_set(codec: str) -> None:
    # One letter for each that was meant, whatever it has become.
    spoilt = [_twice(text, codec) for text in ("Stück", "Größe €", "Maß–ß")]
    dump = _dump("utf8", "utf-8", GUT=TEXTS, KFZ=spoilt * 40, LAND=[*TEXTS, spoilt[0]])
    assert _spoilt(dump) == ["KFZ (280), LAND (1)."]
    assert f"read as {codec}" in next(one.text for one in dump.analyse().findings if one.name == "spoilt_texts")


def test_both_in_one_table() -> None:
    dump = _dump("utf8mb4", "utf-8", KFZ=[_twice("Kühler", "cp1252"), _twice("Kühl", "cp850"), "Kühler"])
    assert _spoilt(dump) == ["KFZ (1).", "KFZ (1)."]
    assert [one.table for one in dump.analyse().findings if one.name == "spoilt_texts"] == ["KFZ", "KFZ"]


@pytest.mark.parametrize("head", [b"SET NAMES latin1;\n", CAO_HEAD, b"SET NAMES cp850;\n", b"SET NAMES latin2;\n"])
def test_utf8_beside_others(head: bytes) -> None:
    rows = [b"K\xfchler", b"K\xc3\xbchler", b"K\xfchler/K\xc3\xbchl \xc3\x84\xc3\x96", b"\xfc\xc3\xbc"]
    text = b"".join(b"INSERT INTO KFZ VALUES (1,'" + row + b"',NULL);\n" for row in rows)
    analysis = Dump(head + CREATE.format("KFZ").encode() + text).analyse()
    assert [one for one in analysis.findings if one.name == "spoilt_texts"] == [
        Finding(
            "spoilt_texts",
            "KFZ",
            f"Letters are UTF-8 beside others in {analysis.encoding}. They are restored as they are: KFZ (4).",
        )
    ]


def test_a_dump_that_is_wholly_so_is_told_once() -> None:
    found = [one.name for one in _dump("latin1", "utf-8", KFZ=["Kühler"]).analyse().findings]
    assert found == ["bytes_look_like_utf8"]


@pytest.mark.parametrize("codec", ["cp1252", "utf-8"])
@pytest.mark.parametrize("declared", [True, False])
def test_what_is_right_is_not_told(codec: str, declared: bool) -> None:
    right = [
        *TEXTS,
        "Spaß\u201c und „Süß\u201c",
        "SÃO PAULO, Åland, Æsop, Çelik",
        "à la carte, 5 °C, ½, ×, «ja»",
        "Ä€, Ü\u201c, â",
    ]
    charset = {"cp1252": "latin1", "utf-8": "utf8"}[codec] if declared else ""
    assert _spoilt(_dump(charset, codec, ARTIKEL=right, ADRESSEN=right * 30)) == []


def test_boxes_are_no_letters() -> None:
    assert _spoilt(_dump("utf8", "utf-8", TEXTBAUSTEINE=["├──┬──┤", "│ ü │", "└──┴──┘ ┼"])) == []


def test_binary_columns_are_left_out() -> None:
    rows = b"INSERT INTO KFZ VALUES (1,'\xfc','\xc3\xbc');\nINSERT INTO KFZ VALUES (1,'\xfc',_binary '\xc3\xbc');\n"
    assert _spoilt(Dump(b"SET NAMES latin1;\n" + CREATE.format("KFZ").encode() + rows)) == []


def test_many_tables() -> None:
    tables = {f"T{number:02d}": [_twice("ü", "cp1252")] for number in range(12)}
    (said,) = _spoilt(_dump("utf8", "utf-8", **tables))
    assert said.startswith("T00 (1), T01 (1)")
    assert said.endswith("T09 (1) and 2 more.")


@given(st.lists(st.sampled_from("äöüÄÖÜß€–„\u201céèêñ°½ aZ1"), max_size=30).map("".join))
def test_every_letter_that_was_spoilt_counts(text: str) -> None:
    letters = sum(not letter.isascii() for letter in text)
    for codec in ("cp1252", "cp850"):
        # A server gives every byte a letter, Python's cp1252 does not.
        spoilt = "".join(_by_bytes(letter, codec) for letter in text)
        assert _spoilt(_dump("utf8", "utf-8", A=[spoilt])) == ([f"A ({letters})."] if letters else [])
    assert _spoilt(_dump("utf8", "utf-8", A=[text])) == []


def _by_bytes(letter: str, codec: str) -> str:
    found = ""
    for byte in letter.encode():
        single = bytes([byte])
        found += single.decode(codec) if codec != "cp1252" or byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
    return found
