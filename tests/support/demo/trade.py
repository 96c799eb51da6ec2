# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows about addresses and articles."""

from __future__ import annotations

import datetime
import typing as t
from decimal import Decimal

from cao_writer import Row
from demo import things, words
from demo.plan import Plan, pick, rounded
from demo.schema import Shape

_CENT = Decimal("0.0001")


def _adressen(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ADRESSEN")
    # CAO itself keeps addresses below one: the till's customer, and what stands for "none".
    yield shape.row(REC_ID=-2, MATCHCODE="BARVERKAUF", NAME1="Barverkauf", WAEHRUNG="€")
    yield shape.row(REC_ID=0, MATCHCODE="", NAME1="", INFO="")
    for number in range(1, plan.addresses + 1):
        who = things.address(plan, number)
        since = datetime.date(2011, 1, 1) + datetime.timedelta(days=plan.chance(5, number) % 5000)
        yield shape.row(
            REC_ID=number,
            MATCHCODE=who.name.upper(),
            KUNDENGRUPPE=2 if who.is_supplier else 1,
            KUNNUM1=f"{10_000 + number}",
            KUNNUM2=f"{70_000 + number}" if who.is_supplier else None,
            NAME1=who.name,
            NAME2="" if number % 3 else None,
            ANREDE=who.salutation,
            BRIEFANREDE=f"Guten Tag {who.contact},",
            STRASSE=who.street,
            LAND="DE",
            PLZ=who.postal_code,
            ORT=who.town,
            TELE1=f"030 23125 {number % 1000:03d}",
            EMAIL=f"kunde{number}@example.org",
            IBAN=f"DE00 0000 0000 {number:010d}",
            DEB_NUM=10_000 + number,
            KRD_NUM=70_000 + number if who.is_supplier else None,
            STATUS=number % 4,
            NET_SKONTO=Decimal("2.00"),
            NET_TAGE=8,
            BRT_TAGE=30,
            WAEHRUNG="€",
            GRABATT=Decimal(number % 30).scaleb(-1),
            KUN_KRDLIMIT=Decimal(number % 50) * 100,
            INFO=words.HARD_TEXTS[number // 7 % len(words.HARD_TEXTS)] if number % 7 == 0 else None,
            KUN_SEIT=since,
            KUN_GEBDATUM="0000-00-00" if number % 13 == 0 else None,
            ERSTELLT=since,
            ERST_NAME="Käthe",
            USERFELD_01="Bio-zertifiziert; Kontrollstelle DE-ÖKO-000" if who.is_supplier else None,
        )


def _adressen_asp(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ADRESSEN_ASP")
    for rec_id, number in enumerate(range(3, plan.addresses + 1, 3), 1):
        chance = plan.chance(6, number)
        yield shape.row(
            ADDR_ID=number,
            REC_ID=rec_id,
            NAME=pick(words.LAST_NAMES, chance),
            VORNAME=pick(words.FIRST_NAMES, chance >> 8),
            FUNKTION=("Einkauf", "Büro", "Geschäftsführung")[chance % 3],
            EMAIL=f"kontakt{rec_id}@example.org",
            GEBDATUM=datetime.date(1950 + chance % 55, 2, 28) if chance % 3 else None,
        )


def _adressen_lief(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ADRESSEN_LIEF")
    for rec_id, number in enumerate(range(10, plan.addresses + 1, 10), 1):
        who = things.address(plan, number)
        yield shape.row(
            REC_ID=rec_id, ADDR_ID=number, NAME1=who.name, NAME2="Rampe 3 – Hintereingang", STRASSE=who.street,
            LAND="DE", PLZ=who.postal_code, ORT=who.town,
        )  # fmt: skip


def _adressen_to_merk(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ADRESSEN_TO_MERK")
    for number in range(4, plan.addresses + 1, 4):
        yield shape.row(MERKMAL_ID=number % 3 + 1, ADDR_ID=number)


def _barcode(number: int) -> str:
    """An EAN-13 of the range that shops may use inside their own house."""
    digits = f"20{number:010d}"
    odd, even = digits[::2], digits[1::2]
    return digits + str(-(sum(map(int, odd)) + 3 * sum(map(int, even))) % 10)


def _price(amount: int, factor_percent: int = 100) -> Decimal:
    return Decimal(rounded(amount * factor_percent, 100)) * _CENT


def _artikel(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL")
    yield shape.row(REC_ID=-1, ARTNUM="", KURZNAME="(kein Artikel)")
    yield shape.row(REC_ID=0, ARTNUM="TEXT", KURZNAME="Freitext", ARTIKELTYP="T")
    for number in range(1, plan.articles + 1):
        item = things.article(plan, number)
        tax = 100 + things.TAX_PERCENT[item.tax_code]
        levels = {f"VK{level}": _price(item.price, 105 - level) for level in (1, 2, 3, 4)}
        with_tax = {f"VK{level}B": _price(rounded(item.price * (105 - level), 100), tax) for level in (1, 2, 3, 4)}
        yield shape.row(
            REC_ID=number,
            ARTNUM=f"K{number:06d}",
            MATCHCODE=item.name.upper(),
            WARENGRUPPE=item.group,
            BARCODE=_barcode(number),
            KURZNAME=item.name,
            LANGNAME=_long_name(item),
            INFO=words.HARD_TEXTS[number // 5 % len(words.HARD_TEXTS)] if number % 5 == 0 else None,
            ME_ID=number % len(words.UNITS) + 1,
            GEWICHT=Decimal(number % 2000) / 1000,
            EK_PREIS=_price(item.cost),
            VK5=_price(item.price),
            VK5B=_price(item.price, tax),
            STEUER_CODE=item.tax_code,
            MENGE_AKT=Decimal(plan.chance(7, number) % 5_000_000 - 20_000) * _CENT,
            MENGE_MIN=Decimal(10),
            ERLOES_KTO=8300 if item.tax_code == 1 else 8400,
            HERKUNFTSLAND="DE",
            HERSTELLER_ID=number % 3 + 1,
            LAGERORT=f"R{number % 20:02d}-F{number % 7}",
            LIEFSTATUS=("LAGER", "LAGER", "AUSLAUF", "AUSGELAUFEN")[number % 4],
            ERSTELLT=datetime.date(2015, 5, 1),
            ERST_NAME="Käthe",
            SHOP_KURZTEXT=f"<b>{item.name}</b> &ndash; jetzt probieren!" if number % 2 else None,
            SHOP_CHANGE_DATE=datetime.datetime(2026, 10, 1, 7, number % 60, 59) if number % 2 else None,
            **levels,
            **with_tax,
        )


def _long_name(item: things.Article) -> str:
    return f"{item.name}\r\nAus eigenem Anbau, von Hand geerntet; kühl und trocken lagern.\r\nZutaten: 100 % Natur"


def _artikel_bdaten(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_BDATEN")
    for number in range(1, plan.articles + 1):
        yield shape.row(
            ARTIKEL_ID=number, QUELLE=3, JAHR=plan.when.year, MONAT=number % 12 + 1, SUM_MENGE=Decimal(number % 900)
        )


def _artikel_ltext(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_LTEXT")
    for number in range(5, plan.articles + 1, 5):
        yield shape.row(ARTIKEL_ID=number, SPRACHE_ID=3, KURZNAME=f"Herb no. {number}", LANGNAME="Grown by ourselves")


def _artikel_preis(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_PREIS")
    for number in range(4, plan.articles + 1, 4):
        item = things.article(plan, number)
        yield shape.row(
            ARTIKEL_ID=number, ADRESS_ID=10, PREIS_TYP=5, PT2="EK", BESTNUM=f"L/{number}", PREIS=_price(item.cost),
            MENGE2=10, PREIS2=_price(item.cost, 95), FAKTOR2=Decimal("0.95000"), GEAEND_NAME="Götz",
            GUELTIG_VON=datetime.date(2026, 1, 1), GUELTIG_BIS="0000-00-00",
        )  # fmt: skip


def _artikel_sernum(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_SERNUM")
    for snum_id, number in enumerate(range(20, plan.articles + 1, 20), 1):
        yield shape.row(ARTIKEL_ID=number, SERNUMMER=f"SN\\{number:05d}/'26", SNUM_ID=snum_id)


def _artikel_to_kat(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_TO_KAT")
    for number in range(2, plan.articles + 1, 2):
        yield shape.row(SHOP_ID=1, ARTIKEL_ID=number, KAT_ID=number % 7 + 1)


TABLES: t.Mapping[str, t.Callable[[Plan], t.Iterator[Row]]] = {
    "ADRESSEN": _adressen,
    "ADRESSEN_ASP": _adressen_asp,
    "ADRESSEN_LIEF": _adressen_lief,
    "ADRESSEN_TO_MERK": _adressen_to_merk,
    "ARTIKEL": _artikel,
    "ARTIKEL_BDATEN": _artikel_bdaten,
    "ARTIKEL_LTEXT": _artikel_ltext,
    "ARTIKEL_PREIS": _artikel_preis,
    "ARTIKEL_SERNUM": _artikel_sernum,
    "ARTIKEL_TO_KAT": _artikel_to_kat,
}
