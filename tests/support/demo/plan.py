# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of everything there is, and the numbers that look like chance but are not."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

_MASK = (1 << 64) - 1
_YEARS_DAYS = 6 * 365
_POSITIONS = (3, 5, 2, 4, 6, 1, 4, 7)  # of the documents, in turn
# What the fixed tables have, and what one address, article and document bring with them in all tables.
_FIXED_ROWS = 560
_ROWS_PER_ADDRESS = 1.68
_ROWS_PER_ARTICLE = 3.0
_ROWS_PER_DOCUMENT = 6.15


@dataclass(frozen=True)
class Plan:
    """The size and the seed of a demo Mandant."""

    documents: int
    articles: int
    addresses: int
    when: datetime.datetime
    mandant: str = "Kräuterhof"
    seed: int = 1

    @classmethod
    def of_rows(cls, rows_wanted: int, when: datetime.datetime, mandant: str = "Kräuterhof", seed: int = 1) -> Plan:
        """A Mandant of about ``rows_wanted`` rows in all; the smallest has about 900."""
        addresses = min(max(rows_wanted // 40, 40), 20_000)
        articles = min(max(rows_wanted // 40, 60), 20_000)
        left = rows_wanted - _FIXED_ROWS - addresses * _ROWS_PER_ADDRESS - articles * _ROWS_PER_ARTICLE
        documents = max(round(left / _ROWS_PER_DOCUMENT), 40)
        return cls(documents, articles, addresses, when, mandant, seed)

    def chance(self, *what: int) -> int:
        """A number of 64 bits that depends on the seed and ``what`` alone (the finalizer of SplitMix64)."""
        number = self.seed
        for part in what:
            number = (number * 0x9E3779B97F4A7C15 + part + 0x632BE59BD9B4E019) & _MASK
            number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
            number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
            number ^= number >> 31
        return number

    def day(self, document: int) -> int:
        """The ordinal of the day of a document; the last one is from the day of the backup."""
        return self.when.toordinal() - _YEARS_DAYS + document * _YEARS_DAYS // self.documents

    @staticmethod
    def positions(document: int) -> int:
        """How many positions a document has."""
        return _POSITIONS[document % len(_POSITIONS)]


def pick(words: t.Sequence[str], number: int) -> str:
    """One of the words, by any number."""
    return words[number % len(words)]


def fixed(amount: int, places: int) -> str:
    """An amount in the smallest unit as the text of a DECIMAL: fixed(-5, 2) is -0.05."""
    whole, part = divmod(abs(amount), 10**places)
    return f"{'-' if amount < 0 else ''}{whole}.{part:0{places}d}"


def rounded(amount: int, divisor: int) -> int:
    """amount / divisor, halves away from zero as merchants do it."""
    half = (2 * abs(amount) + divisor) // (2 * divisor)
    return half if amount >= 0 else -half
