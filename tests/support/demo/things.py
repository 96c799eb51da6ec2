# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses, articles and documents: what several tables speak of, computed anew for each."""

from __future__ import annotations

import datetime
import typing as t
from functools import lru_cache

from demo import words
from demo.plan import Plan, pick, rounded

TAX_PERCENT = (0, 7, 19, 0)  # by tax code, as MWST_0 to MWST_3
OFFER, DELIVERY_NOTE, INVOICE, CREDIT_NOTE, PURCHASE_INVOICE, PURCHASE_ORDER, ORDER, TILL = 1, 2, 3, 4, 5, 6, 8, 24
PREFIX = {
    OFFER: "AN",
    DELIVERY_NOTE: "LS",
    INVOICE: "RE",
    CREDIT_NOTE: "GU",
    PURCHASE_INVOICE: "ER",
    PURCHASE_ORDER: "BE",
    ORDER: "AU",
    TILL: "KA",
}
OPEN, REMINDED, PART_PAID, PAID = 2, 3, 7, 9
_TURN = (INVOICE,) * 11 + (ORDER, TILL, OFFER, INVOICE, TILL, CREDIT_NOTE, OFFER, ORDER, PURCHASE_INVOICE)
_OPEN_DAYS = 45


class Address(t.NamedTuple):
    """A customer or, every tenth, a supplier."""

    number: int
    salutation: str
    name: str
    contact: str
    street: str
    postal_code: str
    town: str
    is_supplier: bool


class Article(t.NamedTuple):
    """Prices in 1/10000 Euro, net."""

    number: int
    group: int
    tax_code: int
    name: str
    unit: str
    price: int
    cost: int


class Position(t.NamedTuple):
    """One line of a document: quantity in 1/1000, price in 1/10000, discount in 1/100 %, total in cents."""

    article: Article
    quantity: int
    price: int
    discount: int
    total: int


class Document(t.NamedTuple):
    """A document with sums in cents by tax code; ``paid`` in cents."""

    number: int
    kind: int
    address: Address | None
    day: int
    seconds: int
    state: int
    positions: list[Position]
    net: list[int]
    tax: list[int]
    paid: int

    @property
    def name(self) -> str:
        """The number printed on it."""
        return f"{PREFIX[self.kind]}-{self.number:07d}"

    @property
    def gross(self) -> int:
        """What is to be paid, in cents."""
        return sum(self.net) + sum(self.tax)


@lru_cache(maxsize=32_768)
def address(plan: Plan, number: int) -> Address:
    """The address with REC_ID ``number``."""
    chance = plan.chance(1, number)
    supplier = number % 10 == 0
    first, last = pick(words.FIRST_NAMES, chance), pick(words.LAST_NAMES, chance >> 8)
    contact = f"{first} {last}"
    company = supplier or chance % 4 == 0
    name = f"{pick(words.COMPANIES, chance >> 24)} {last} {pick(words.LEGAL_FORMS, chance >> 32)}"
    postal_code, town = words.TOWNS[(chance >> 16) % len(words.TOWNS)]
    street = f"{pick(words.STREETS, chance >> 40)} {chance % 97 + 1}{'' if chance % 11 else ' ½'}"
    salutation = "Firma" if company else ("Herrn", "Frau")[chance % 2]
    return Address(number, salutation, name if company else contact, contact, street, postal_code, town, supplier)


@lru_cache(maxsize=32_768)
def article(plan: Plan, number: int) -> Article:
    """The article with REC_ID ``number``."""
    group = number % len(words.GROUPS)
    _name, tax_code, forms = words.GROUPS[group]
    chance = plan.chance(2, number)
    plant = number // len(words.GROUPS)
    name = pick(forms, plant // len(words.PLANTS)).format(pick(words.PLANTS, plant))
    series = plant // len(words.PLANTS) // len(forms)
    if series:
        name += f", Nr. {series + 1}"
    price = (199 + chance % 4800) * 100
    if number % 50 == 0:
        price = 375 + chance % 9000  # sold by the gram: four decimals matter
    return Article(number, group + 1, tax_code, name, pick(words.UNITS, number), price, price * 6 // 10)


def kind_and_state(plan: Plan, number: int, kind: int = 0) -> tuple[int, int]:
    """What a document is and how far it is; those of the journal follow each other in a fixed turn of kinds."""
    kind = kind or _TURN[number % len(_TURN)]
    return kind, _state(kind, plan.chance(3, kind, number), plan.when.toordinal() - plan.day(number))


def document(plan: Plan, number: int, kind: int = 0) -> Document:
    """The document with REC_ID ``number`` of the journal, or the one of a kind that has a table of its own."""
    kind, state = kind_and_state(plan, number, kind)
    chance = plan.chance(3, kind, number)
    purchase = kind in (PURCHASE_INVOICE, PURCHASE_ORDER)
    buyer = None if kind == TILL else address(plan, _address_number(plan, chance, purchase))
    sign = -1 if kind == CREDIT_NOTE else 1
    positions = [_position(plan, number * 8 + line, sign, purchase) for line in range(plan.positions(number))]
    net = [0, 0, 0, 0]
    for position in positions:
        net[position.article.tax_code] += position.total
    tax = [rounded(amount * percent, 100) for amount, percent in zip(net, TAX_PERCENT)]
    gross = sum(net) + sum(tax)
    paid = {PAID: gross, PART_PAID: gross // 2}.get(state, 0)
    seconds = 0 if chance % 16 == 0 else 8 * 3600 + (chance >> 20) % 36_000
    return Document(number, kind, buyer, plan.day(number), seconds, state, positions, net, tax, paid)


def _address_number(plan: Plan, chance: int, supplier: bool) -> int:
    number = (chance >> 8) % (plan.addresses - 10) + 1
    if supplier:
        return number - number % 10 + 10
    return number if number % 10 else number + 1


def _position(plan: Plan, line: int, sign: int, purchase: bool) -> Position:
    chance = plan.chance(4, line)
    item = article(plan, (chance >> 32) % plan.articles + 1)
    quantity = sign * ((chance % 12 + 1) * 1000 if item.unit != "kg" else 125 * (chance % 22 + 2))
    price = item.cost if purchase else item.price
    discount = (0, 0, 0, 0, 0, 300, 500, 1250)[(chance >> 8) % 8]
    total = rounded(quantity * price * (10_000 - discount), 1000 * 100 * 10_000)
    return Position(item, quantity, price, discount, total)


def _state(kind: int, chance: int, age_days: int) -> int:
    if kind == TILL:
        return PAID
    if kind not in (INVOICE, CREDIT_NOTE, PURCHASE_INVOICE):
        return OPEN
    if age_days > _OPEN_DAYS and chance % 32:
        return PAID
    return (OPEN, REMINDED, PART_PAID)[(chance >> 8) % 3]


@lru_cache(maxsize=4096)
def day_text(ordinal: int) -> str:
    """yyyy-mm-dd of the ordinal of a day."""
    return datetime.date.fromordinal(ordinal).isoformat()
