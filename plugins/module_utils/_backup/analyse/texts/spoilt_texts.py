# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Letters that were spoilt before the backup was made: UTF-8 that somebody has read as cp1252 or cp850.

They are counted by their tables, and restored as they are.
"""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import first_of

# What German texts have beside ASCII: Latin-1, a few letters more, dashes, quotes, the euro. Other letters that two
# of them happen to spell in UTF-8 are no proof: a sharp s before a closing quote is a letter of N'Ko.
_LETTERS = (
    *map(chr, range(0xA0, 0x100)),
    *"ŒœŠšŸŽž",
    *map(chr, (0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x2030, 0x2039, 0x203A)),
    *"€™",
)
_NAMED = 10


def _misread(letter: str, codec: str) -> str:
    """Return what a letter becomes when its UTF-8 is read so; a server gives every byte of latin1 a letter."""
    found = ""
    for byte in letter.encode("utf-8"):
        try:
            found += bytes([byte]).decode(codec)
        except UnicodeDecodeError:
            found += chr(byte)
    return found


def _pattern(spelled: t.Iterable[bytes]) -> re.Pattern[bytes]:
    """Return a pattern of these letters, by the bytes that they begin with."""
    by_begin: dict[bytes, list[bytes]] = {}
    for text in sorted(set(spelled), key=lambda one: (-len(one), one)):
        by_begin.setdefault(text[:1], []).append(text[1:])
    parts = [re.escape(begin) + b"(?:" + b"|".join(map(re.escape, rest)) + b")" for begin, rest in by_begin.items()]
    return re.compile(b"|".join(parts))


# In UTF-8 they are spelled twice; in any other character set it is the UTF-8 itself that stands there.
_TWICE = {
    codec: _pattern(_misread(letter, codec).encode("utf-8") for letter in _LETTERS) for codec in ("cp1252", "cp850")
}
# Without one of these there is none of them. A single byte is found in a tenth of the time that two take.
_BEGINS = {codec: {_misread(letter, codec)[0].encode("utf-8") for letter in _LETTERS} for codec in ("cp1252", "cp850")}
_FIRST_BYTES = {begin[:1] for begins in _BEGINS.values() for begin in begins}
_ASCII = bytes(range(128))
_ONCE = re.compile(b"(?:" + _pattern(letter.encode("utf-8") for letter in _LETTERS).pattern + rb")+(?![\x80-\xff])")
_ONCE_BEGINS = {letter.encode("utf-8")[:1] for letter in _LETTERS}
# Takes all bytes away but those that begin one of the letters.
_NO_BEGIN = bytes(byte for byte in range(256) if bytes([byte]) not in (b"\xc2", b"\xc3", b"\xe2"))


def _letters_in(text: bytes) -> int:
    """Return how many letters of UTF-8 there are, with none of another character set beside them."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        found = (match for match in _ONCE.finditer(text) if text[max(0, match.start() - 1) : match.start()].isascii())
        return sum(len(match[0].decode("utf-8")) for match in found)
    # Most dumps are UTF-8 throughout, and this takes no time.
    return len(text.translate(None, _NO_BEGIN))


class SpoiltTexts:
    """Counts them, for whatever the character set of the dump will turn out to be."""

    def __init__(self) -> None:
        self._twice: dict[str, collections.Counter[str]] = {codec: collections.Counter() for codec in _TWICE}
        self._once: collections.Counter[str] = collections.Counter()

    def see(self, table: str, text: bytes, charset: str | None) -> None:
        """Look at texts of a table; ``charset`` is that of the dump, None where it is not known yet."""
        if text.isascii():
            return
        if charset in (None, "utf8mb4") and any(byte in text for byte in _FIRST_BYTES):
            # What stands apart in the text may come together here, so it is no more than a hint.
            high = text.translate(None, _ASCII)
            for codec, pattern in _TWICE.items():
                if any(begin in high for begin in _BEGINS[codec]):
                    self._count(self._twice[codec], table, len(pattern.findall(text)))
        if charset != "utf8mb4" and any(begin in text for begin in _ONCE_BEGINS):
            self._count(self._once, table, _letters_in(text))

    @staticmethod
    def _count(counter: collections.Counter[str], table: str, letters: int) -> None:
        if letters:
            counter[table] += letters

    def findings(self, charset: str, *, others: bool) -> t.Iterator[Finding]:
        """Give what is to be told of a dump in a character set, which has ``others`` that are no UTF-8."""
        if charset == "utf8mb4":
            for codec, sample in (("cp1252", "Ã¼"), ("cp850", "├╝")):
                said = f"Letters were UTF-8 and have been read as {codec} before, as {sample} for ü"
                yield from _finding(said, self._twice[codec])
        elif others:
            yield from _finding(f"Letters are UTF-8 beside others in {charset}", self._once)


def _finding(said: str, counter: collections.Counter[str]) -> t.Iterator[Finding]:
    if not counter:
        return
    tables = [f"{table} ({letters})" for table, letters in sorted(counter.items())]
    listed = first_of(tables, _NAMED)
    table = min(counter) if len(counter) == 1 else None
    yield Finding("spoilt_texts", table, f"{said}. They are restored as they are: {listed}.")
