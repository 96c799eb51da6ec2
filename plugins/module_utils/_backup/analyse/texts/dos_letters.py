# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Letters as DOS wrote them (code pages 850 and 437), in a dump that is taken for latin1."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import first_of

# The umlauts of DOS, inside a word: in cp1252 they are quotes and a byte without a letter, which stand in none.
# The byte comes first, so that a search looks for it alone: the last two are quotes in many a text.
_WITHIN_A_WORD = re.compile(rb"[\x81\x84\x94](?=[a-z])(?<=[A-Za-z].)", re.DOTALL)
_UMLAUTS = (b"\x81", b"\x84", b"\x94")
_OF_LATIN1 = (b"\xe4", b"\xf6", b"\xfc")
_NAMED = 10


class DosLetters:
    """Counts them by tables, and beside them the umlauts of latin1, which would be lost where those are read right."""

    def __init__(self) -> None:
        self._seen: collections.Counter[str] = collections.Counter()
        self._of_latin1 = 0

    def see(self, table: str, text: bytes, charset: str | None) -> None:
        """Look at texts of a table; ``charset`` is that of the dump, None where it is not known yet."""
        if charset not in (None, "latin1"):
            return
        self._of_latin1 += sum(map(text.count, _OF_LATIN1))
        if any(byte in text for byte in _UMLAUTS):
            letters = len(_WITHIN_A_WORD.findall(text))
            if letters:
                self._seen[table] += letters

    def findings(self, charset: str) -> t.Iterator[Finding]:
        """Give what is to be told of a dump in a character set."""
        if charset != "latin1" or sum(self._seen.values()) <= self._of_latin1:
            return
        listed = first_of([f"{table} ({letters})" for table, letters in sorted(self._seen.items())], _NAMED)
        yield Finding(
            "dos_letters",
            min(self._seen) if len(self._seen) == 1 else None,
            "Letters are those of DOS, as the byte 0x81 for ü, which latin1 reads as others; restore with encoding: "
            f"cp850 to get them right. These tables have them: {listed}.",
        )
