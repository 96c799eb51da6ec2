# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The encoding of a dump, proven from its bytes and from its own SET NAMES (cao-format 1.11).

Bytes are never transcoded: they go to the server under the ``SET NAMES`` that this room finds.
Values of binary columns prove nothing and are left out.
"""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.texts.dos_letters import DosLetters
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.texts.spoilt_texts import SpoiltTexts
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

# What users write for the option, and the server's name for it.
CHARSETS = {
    "utf-8": "utf8mb4", "utf8": "utf8mb4", "utf8mb4": "utf8mb4", "utf8mb3": "utf8mb4",
    "latin1": "latin1", "cp1252": "latin1", "windows-1252": "latin1", "iso-8859-1": "latin1", "ascii": "latin1",
    "cp850": "cp850", "cp852": "cp852", "latin2": "latin2", "iso-8859-2": "latin2",
    "cp1250": "cp1250", "windows-1250": "cp1250",
    "cp1251": "cp1251", "windows-1251": "cp1251", "binary": "binary",
}  # fmt: skip
_CODECS = {
    "utf8mb4": "utf-8",
    "latin1": "cp1252",
    "latin2": "iso-8859-2",
    "latin5": "iso-8859-9",
    "latin7": "iso-8859-13",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "greek": "iso-8859-7",
    "hebrew": "iso-8859-8",
    "macroman": "mac-roman",
    "macce": "mac-latin2",
    "hp8": "hp-roman8",
    "tis620": "tis-620",
    "euckr": "euc-kr",
    "ujis": "euc-jp",
}
# Makes every byte up to 0x7F blank; the stretches that remain are found several times as fast as by a pattern.
_BLANKED = bytes(32 if byte < 128 else byte for byte in range(256))
_LOW = re.compile(rb"[\x00-\x7f]")
# A text as Python has it, and its stretches, take several times the memory of its bytes.
_PIECE_BYTES = 1 << 20
# So many texts that are no UTF-8 are proof enough; counting on would only take time.
_PROOF = 10_000
# Half of a pair of UTF-16 is a character to servers, which keep and send it as three bytes.
_AS_SERVERS = "surrogatepass"


def codec_of(charset: str) -> str:
    """Return Python's name for a server's character set."""
    return _CODECS.get(charset, "cp1252" if charset == "binary" else charset)


def codec_of_names(charset: str) -> str:
    """Return Python's name for what names are in; under ``SET NAMES binary`` a server reads them as UTF-8."""
    return "utf-8" if charset == "binary" else codec_of(charset)


def _high(text: bytes) -> list[bytes]:
    """Return the stretches of bytes over 0x7F."""
    return text.translate(_BLANKED).split()


def _pieces(text: bytes) -> t.Iterator[tuple[int, int]]:
    """Give the bounds of pieces of a long text, in none of which a stretch of bytes over 0x7F is cut, if it ends."""
    start = 0
    while start < len(text):
        cut = _LOW.search(text, start + _PIECE_BYTES)
        end = cut.end() if cut else len(text)
        yield start, end
        start = end


class EncodingProof:
    """Counts the stretches of bytes over 0x7F that are UTF-8, and those that are not."""

    def __init__(self) -> None:
        self.utf8 = 0
        self.other = 0
        self._comments_utf8 = 0
        self._comments_other = 0
        self.spoilt = SpoiltTexts()
        self.dos = DosLetters()
        self._table = ""
        self._charset: str | None = None

    def see_comment(self, text: bytes) -> None:
        """Take note of a comment, which may have come from another place than the rows: it proves nothing of them."""
        if text.isascii():
            return
        try:
            text.decode("utf-8", _AS_SERVERS)
        except UnicodeDecodeError:
            self._comments_other += 1
        else:
            self._comments_utf8 += 1

    def of_table(self, table: str, charset: str | None) -> None:
        """Take note whose rows come next, and what the dump says they are in."""
        self._table, self._charset = table, charset

    def see_rows(self, text: bytes) -> None:
        """Take note of texts in rows."""
        self.spoilt.see(self._table, text, self._charset)
        self.dos.see(self._table, text, self._charset)
        self.see(text)

    def see(self, text: bytes) -> None:
        """Take note of text: rows, names."""
        if text.isascii() or self.other > _PROOF:
            return
        for start, end in _pieces(text):
            self._see(text[start:end])

    def _see(self, text: bytes) -> None:
        try:
            text.decode("utf-8", _AS_SERVERS)
        except UnicodeDecodeError:
            for stretch, times in collections.Counter(_high(text)).items():
                self._count(stretch, times)
        else:
            # Whole stretches of rows come at once: as many proofs as they hold, while that matters.
            self.utf8 += len(_high(text)) if self.utf8 < _PROOF else 1

    def _count(self, stretch: bytes, times: int) -> None:
        try:
            stretch.decode("utf-8", _AS_SERVERS)
        except UnicodeDecodeError:
            self.other += times
        else:
            self.utf8 += times

    def verdict(self, *, declared: str | None, wanted: str, label: str) -> str:
        """Return the character set for SET NAMES.

        ``declared`` is what the dump's SET NAMES says, ``wanted`` the option. Raises Failure
        (encoding_ambiguous) when the bytes contradict the dump's own words or each other.
        """
        if wanted != "auto":
            return self._wanted(wanted, label)
        if declared == "utf8mb4" and self.other:
            raise Failure(
                "encoding_ambiguous",
                f"{label}: the dump says SET NAMES utf8, but {self.other} or more texts are not UTF-8. "
                "Say which one is true with encoding: cp1252 or encoding: utf-8.",
            )
        if declared is not None:
            return declared
        # Where nothing but comments has such bytes, these are to be read.
        comments = not (self.utf8 or self.other or self._comments_other) and self._comments_utf8
        if comments or (self.utf8 and not self.other):
            return "utf8mb4"
        if self.utf8 > self.other > 0:
            raise Failure(
                "encoding_ambiguous",
                f"{label}: {self.utf8} texts are UTF-8 and {self.other} are not. "
                "Say which one is true with encoding: cp1252 or encoding: utf-8.",
            )
        return "latin1"

    def _wanted(self, wanted: str, label: str) -> str:
        charset = CHARSETS.get(wanted.lower())
        if charset is None:
            known = ", ".join(sorted(CHARSETS))
            raise Failure(
                "encoding_ambiguous", f"{label}: encoding {wanted!r} is not known; use auto or one of {known}."
            )
        return charset
