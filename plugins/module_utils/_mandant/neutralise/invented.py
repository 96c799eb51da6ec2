# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands in the place of a person: invented, in plain ASCII, and the same wherever the number is the same.

Everything is computed of numbers that stay (ADDR_ID and its like), and of nothing that goes: no copy tells what it
was made of. What has a form keeps it: an IBAN has right check digits and a bank code that no bank has; mail goes to
``.invalid`` (RFC 2606); telephone numbers are of the block that is kept free for films (030 23125).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import Kind

_LAST = (
    "Ahornhof", "Bachkamp", "Dornried", "Erlentau", "Fichtenloh", "Graustein", "Hagenrot", "Immenfeld", "Kiefertal",
    "Lindenrot", "Moosbeck", "Nesselhag", "Ottergrund", "Pappelweg", "Quellmoor", "Rosenkamp", "Schilftal", "Tannenloh",
    "Ulmenhag", "Wiesenrot",
)  # fmt: skip
_FIRST = (
    "Anna", "Bruno", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jakob", "Karla", "Leo", "Mara", "Nils",
    "Olga", "Paul", "Rosa", "Simon", "Thea", "Viktor",
)  # fmt: skip
_STREETS = ("Am Anger", "Am Muehlbach", "Birkenweg", "Hauptstr.", "Lindenallee", "Marktplatz", "Ringstr.", "Schulweg")
_TOWNS = ("Musterstadt", "Musterdorf", "Musterau", "Musterberg", "Mustertal", "Musterfeld", "Musterbach", "Mustersee")
_SALUTATIONS = ("Herr", "Herrn", "Frau", "Firma", "Familie", "Eheleute")


@dataclasses.dataclass(frozen=True)
class Seed:
    """Whose row it is, as an expression that is a number or NULL; and of which employee a name is, as one with
    ``%s`` where the name stands."""

    sql: str
    employee: str | None = None

    @property
    def number(self) -> str:
        return f"COALESCE(ABS({self.sql}), 0)"


def _one_of(words: t.Sequence[str], number: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"ELT(MOD({number}, {len(words)}) + 1, {listed})"


def _name(words: t.Sequence[str], seed: Seed, nobody: str) -> str:
    # Till sales and what has no address have numbers below 1.
    return f"IF(COALESCE({seed.sql}, 0) > 0, CONCAT({_one_of(words, seed.number)}, ' ', {seed.number}), '{nobody}')"


def _staff(column: str, seed: Seed) -> str:
    if seed.employee is None:
        return "'Mitarbeiter'"
    return f"COALESCE(CONCAT('Mitarbeiter ', {seed.employee % column}), 'Mitarbeiter')"


def invented(kind: Kind, column: str, seed: Seed) -> str | None:
    """Return the expression for a value of a ``column`` (quoted) that is not empty; None for what is emptied."""
    number = seed.number
    account = f"LPAD(MOD({number}, 10000000000), 10, '0')"
    # The bank code 00000000 in front does not count; 131400 is "DE00" in digits (ISO 13616).
    check = f"LPAD(98 - MOD(MOD({number}, 10000000000) * 1000000 + 131400, 97), 2, '0')"
    postcode = f"IF(LEFT({column}, 1) BETWEEN '0' AND '9', LEFT({column}, 1), '0')"
    salutations = ", ".join(f"'{word}'" for word in _SALUTATIONS)
    name = _name(_LAST, seed, "Barverkauf")
    found: dict[Kind, str] = {
        "name": name,
        "first": _one_of(_FIRST, number),
        "match": _name([word.upper() for word in _LAST], seed, "BARVERKAUF"),
        "customer": f"CONCAT({number} + 10000)",
        "salutation": f"IF({column} IN ({salutations}), {column}, 'Firma')",
        "letter": f"CONCAT('Guten Tag ', {name})",
        "street": f"CONCAT({_one_of(_STREETS, number)}, ' ', MOD({number}, 89) + 1)",
        "house": f"CONCAT(MOD({number}, 89) + 1)",
        "postcode": f"CONCAT({postcode}, REPEAT('0', CHAR_LENGTH({column}) - 1))",
        "town": _one_of(_TOWNS, number),
        "phone": f"CONCAT('030 23125', LPAD(MOD({number}, 1000), 3, '0'))",
        "mail": f"CONCAT('person', {number}, '@beispiel.invalid')",
        "web": "'www.beispiel.invalid'",
        "iban": f"CONCAT('DE', {check}, '00000000', {account})",
        "account": account,
        "bank_code": "'00000000'",
        "bank": "'Bank'",
        "bic": "'XXXXDEXXXXX'",
        "tax": f"CONCAT('DE', LPAD(MOD({number}, 1000000000), 9, '0'))",
        "birth": "'1970-01-01'",
        "staff": _staff(column, seed),
        "employee": f"CONCAT('Mitarbeiter ', {number})",
        "agent": f"CONCAT('Vertreter ', {number})",
        "folder": f"CONCAT('Ordner ', {number})",
        "ledger": f"IF({number} >= 10000, CONCAT('Konto ', {number}), {column})",
        "plate": f"CONCAT('XX-', {number})",
        "number": f"CONCAT({number})",
    }
    return found.get(kind)
