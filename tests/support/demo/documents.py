# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the documents: JOURNAL and what belongs to it, delivery notes, orders, payments."""

from __future__ import annotations

import typing as t

from cao_writer import Cell, Row
from demo import things, words
from demo.plan import Plan, fixed, rounded
from demo.schema import Shape

_TILL_ADDRESS = -2
_HARD_TEXT_EVERY = 89
_TO_BE_PAID = (things.INVOICE, things.CREDIT_NOTE, things.PURCHASE_INVOICE, things.TILL)


def _numbers(plan: Plan, share: int) -> range:
    return range(1, max(plan.documents // share, 10) + 1)


def _journal(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("JOURNAL")
    for number in range(1, plan.documents + 1):
        document = things.document(plan, number)
        yield shape.row(
            QUELLE=document.kind,
            QUELLE_SUB=1,
            ATRNUM="",
            VRENUM=document.name,
            ADATUM=things.day_text(document.day),
            RDATUM=_moment(document),
            STADIUM=document.state,
            SHOP_ORDERID=0 if number % 40 == 0 else -1,
            INFO=_hard_text(number),
            PROVIS_BERECHNET="Y" if number % 3 == 0 else "N",
            **_head(document),
        )


def _moment(document: things.Document) -> str:
    hours, rest = divmod(document.seconds, 3600)
    time = f" {hours:02d}:{rest // 60:02d}:{rest % 60:02d}" if document.seconds else ""
    return things.day_text(document.day) + time  # the writer of CAO leaves out midnight


def _hard_text(number: int) -> str | None:
    if number % _HARD_TEXT_EVERY:
        return None
    return words.HARD_TEXTS[number // _HARD_TEXT_EVERY % len(words.HARD_TEXTS)]


def _head(document: things.Document) -> dict[str, Cell]:
    """What JOURNAL, LIEFERSCHEIN and EKBESTELL have in common."""
    return {
        "REC_ID": document.number,
        "MA_ID": document.number % 3 + 1,
        "LIEFART": 1,
        "ZAHLART": document.number % 4 + 1,
        "GEWICHT": "0.125" if document.number % 7 else "1.5",
        "SOLL_STAGE": 8,
        "SOLL_SKONTO": "2",
        "SOLL_NTAGE": 30,
        "KOPFTEXT": "Sehr geehrte Damen und Herren,\r\nwir danken für Ihren Auftrag." if document.number % 5 else None,
        "FUSSTEXT": "Es gelten unsere AGB; Gerichtsstand ist Mühlbach.",
        "ERSTELLT": things.day_text(document.day),
        "ERST_NAME": "Käthe",
        "PRINT_FLAG": "Y",
        "FREIGABE1_FLAG": "Y",
        **_buyer(document),
        **_sums(document),
    }


def _buyer(document: things.Document) -> dict[str, Cell]:
    if document.address is None:
        return {"ADDR_ID": _TILL_ADDRESS, "KUN_NUM": "0", "KUN_NAME1": "Barverkauf", "WAEHRUNG": "€"}
    buyer = document.address
    return {
        "ADDR_ID": buyer.number,
        "KUN_NUM": f"{10_000 + buyer.number}",
        "KUN_ANREDE": buyer.salutation,
        "KUN_NAME1": buyer.name,
        "KUN_STRASSE": buyer.street,
        "KUN_LAND": "DE",
        "KUN_PLZ": buyer.postal_code,
        "KUN_ORT": buyer.town,
        "WAEHRUNG": "€",
    }


def _sums(document: things.Document) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for code in (1, 2):
        net, tax = document.net[code], document.tax[code]
        cells[f"MWST_{code}"] = fixed(things.TAX_PERCENT[code] * 100, 2)
        cells[f"NSUMME_{code}"] = fixed(net, 2)
        cells[f"MSUMME_{code}"] = fixed(tax, 2)
        cells[f"BSUMME_{code}"] = fixed(net + tax, 2)
    cells["NSUMME"] = fixed(sum(document.net), 2)
    cells["MSUMME"] = fixed(sum(document.tax), 2)
    cells["BSUMME"] = fixed(document.gross, 2)
    return cells


def _line(position: things.Position, number: int, line: int) -> dict[str, Cell]:
    """What the positions of all kinds of documents have in common."""
    item = position.article
    text = _hard_text(number * 8 + line)
    each = rounded(position.price * position.discount, 10_000)
    return {
        "WARENGRUPPE": item.group,
        "ARTIKELTYP": "N",
        "ARTIKEL_ID": item.number,
        "POSITION": line,
        "VIEW_POS": str(line),
        "MATCHCODE": item.name.upper()[:20],
        "ARTNUM": f"K{item.number:06d}",
        "MENGE": fixed(position.quantity, 3),
        "ME_EINHEIT": item.unit,
        "EPREIS": fixed(position.price, 4),
        "GPREIS": fixed(position.total, 2),
        "E_RABATT_BETRAG": fixed(each, 4),
        "STEUER_CODE": item.tax_code,
        "BEZEICHNUNG": item.name if text is None else f"{item.name}\r\n{text}",
    }


def _journalpos(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("JOURNALPOS")
    rec_id = 0
    for number in range(1, plan.documents + 1):
        document = things.document(plan, number)
        name = document.name
        buyer = _TILL_ADDRESS if document.address is None else document.address.number
        for line, position in enumerate(document.positions, 1):
            rec_id += 1
            yield shape.row(
                REC_ID=rec_id,
                QUELLE=document.kind,
                JOURNAL_ID=number,
                ADDR_ID=buyer,
                ATRNUM="",
                VRENUM=name,
                RABATT=fixed(position.discount, 2),
                EK_PREIS=fixed(position.article.cost, 4),
                GEBUCHT="Y" if document.kind != things.OFFER else "N",
                GEGENKTO=8300 if position.article.tax_code == 1 else 8400,
                **_line(position, number, line),
            )


def _journal_op(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("JOURNAL_OP")
    for document in _booked(plan, (things.OPEN, things.REMINDED, things.PART_PAID)):
        if document.address:
            yield shape.row(
                QUELLE=document.kind,
                ADDR_ID=document.address.number,
                JOURNAL_ID=document.number,
                BSUMME=fixed(document.gross, 2),
                ZAHLUNGEN_ANZ=int(document.paid != 0),
                ZAHLUNGEN_SUM=fixed(document.paid, 2),
                WAEHRUNG="€",
            )


def _booked(plan: Plan, states: tuple[int, ...]) -> t.Iterator[things.Document]:
    """The documents that are to be paid, of these states."""
    for number in range(1, plan.documents + 1):
        kind, state = things.kind_and_state(plan, number)
        if kind in _TO_BE_PAID and state in states:
            yield things.document(plan, number)


def _mahnung(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("MAHNUNG")
    for document in _booked(plan, (things.REMINDED,)):
        if document.address:
            yield shape.row(
                JOURNAL_ID=document.number,
                ADDR_ID=document.address.number,
                MAHNSTUFE=1,
                MAHNDATUM=things.day_text(document.day + 40),
                MAHNGEBUEHR="2.5",
                ZIELDATUM=things.day_text(document.day + 50),
                MA_ID=1,
                BEMERKUNG="Bitte überweisen Sie den Betrag; vielen Dank!",
            )


def _zahlungen(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ZAHLUNGEN")
    for rec_id, document in enumerate(_booked(plan, (things.PAID, things.PART_PAID)), 1):
        buyer = document.address
        yield shape.row(
            REC_ID=rec_id,
            FIBU_KTO=1000 if buyer is None else 1200,
            FIBU_GEGENKTO=1400,
            MA_ID=1,
            ADDR_ID=_TILL_ADDRESS if buyer is None else buyer.number,
            QUELLE=document.kind,
            JOURNAL_ID=document.number,
            ART="?" if buyer is None else "UB",
            AUSZUG=rec_id // 20 + 1,
            DATUM=things.day_text(document.day),
            VALUTA=things.day_text(document.day) if buyer else "0000-00-00",
            BELEGNUM=document.name,
            BETRAG=fixed(document.paid, 2),
            VERW_ZWECK=f"{document.name} vielen Dank für die schöne Ware",
            GEBUCHT="Y",
            PARTNER_NAME1=buyer.name if buyer else None,
            PARTNER_IBAN=f"DE00 0000 0000 {buyer.number:010d}" if buyer else None,
            ERSTELLT_AM=_moment(document),
            ERSTELLT_NAME="Götz",
        )


def _lieferschein(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("LIEFERSCHEIN")
    for number in _numbers(plan, 25):
        document = things.document(plan, number, things.DELIVERY_NOTE)
        day = things.day_text(document.day)
        yield shape.row(VLSNUM=document.name, ADATUM=day, LDATUM=day, PR_EBENE=5, **_head(document))


def _lieferschein_pos(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("LIEFERSCHEIN_POS")
    rec_id = 0
    for number in _numbers(plan, 25):
        document = things.document(plan, number, things.DELIVERY_NOTE)
        for line, position in enumerate(document.positions, 1):
            rec_id += 1
            yield shape.row(
                REC_ID=rec_id,
                LIEFERSCHEIN_ID=number,
                VLSNUM=document.name,
                ADDR_ID=document.address.number if document.address else -1,
                MENGE_BEST=fixed(position.quantity, 3),
                RABATT=fixed(position.discount, 2),
                GEBUCHT="Y",
                **_line(position, number, line),
            )


def _ekbestell(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("EKBESTELL")
    for number in _numbers(plan, 50):
        document = things.document(plan, number, things.PURCHASE_ORDER)
        # An order that is being written has no date yet, and CAO's default for it is the zero date.
        day = things.day_text(document.day) if number % 9 else "0000-00-00"
        yield shape.row(BELEGNUM=document.name, BELEGDATUM=day, STADIUM=document.state, **_head(document))


def _ekbestell_pos(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("EKBESTELL_POS")
    for rec_id, (document, line, position) in enumerate(_ordered(plan), 1):
        yield shape.row(
            REC_ID=rec_id,
            EKBESTELL_ID=document.number,
            BELEGNUM=document.name,
            ADDR_ID=document.address.number if document.address else -1,
            RABATT1=fixed(position.discount, 2),
            **_line(position, document.number, line),
        )


def _ekbestell_op(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("EKBESTELL_OP")
    for rec_id, (document, _line_number, position) in enumerate(_ordered(plan), 1):
        if document.number % 4 == 0:
            quantity = fixed(rounded(position.quantity, 10), 2)
            yield shape.row(
                ARTIKEL_ID=position.article.number, EKBESTPOS_ID=rec_id, MENGE_BEST=quantity, MENGE_OFFEN=quantity
            )


def _ordered(plan: Plan) -> t.Iterator[tuple[things.Document, int, things.Position]]:
    for number in _numbers(plan, 50):
        document = things.document(plan, number, things.PURCHASE_ORDER)
        for line, position in enumerate(document.positions, 1):
            yield document, line, position


TABLES: t.Mapping[str, t.Callable[[Plan], t.Iterator[Row]]] = {
    "EKBESTELL": _ekbestell,
    "EKBESTELL_OP": _ekbestell_op,
    "EKBESTELL_POS": _ekbestell_pos,
    "JOURNAL": _journal,
    "JOURNALPOS": _journalpos,
    "JOURNAL_OP": _journal_op,
    "LIEFERSCHEIN": _lieferschein,
    "LIEFERSCHEIN_POS": _lieferschein_pos,
    "MAHNUNG": _mahnung,
    "ZAHLUNGEN": _zahlungen,
}
