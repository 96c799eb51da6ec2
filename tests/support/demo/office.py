# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the office: mail, calendar, notes, contracts, stocktaking, vehicles, agents."""

from __future__ import annotations

import datetime
import typing as t
from decimal import Decimal

from cao_writer import Cell, Row
from demo import things, words
from demo.picture import logo
from demo.plan import Plan, fixed
from demo.schema import Shape

_ZERO = "0000-00-00 00:00:00"
_FILES = (("alle-bytes.bin", words.EVERY_BYTE[::-1] * 40), ("bild.png", logo(48, 48)), ("leer.txt", b""))


def _one(table: str, **cells: Cell) -> t.Callable[[Plan], t.Iterator[Row]]:
    return lambda _plan: iter((Shape(table).row(**cells),))


def _mail(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("MAIL")
    for number, text in enumerate(words.HARD_TEXTS, 1):
        yield shape.row(
            ID=number, MAIL_ID=f"<{number}.abc@example.org>", MA_ID=1, MA_KONTO_ID=1, GROESSE=len(text),
            SDATUM=plan.when - datetime.timedelta(hours=number), EDATUM=_ZERO if number % 4 == 0 else plan.when,
            SENDER=f'"Kunde {number}" <kunde{number}@example.org>', EMPFAENGER="post@kraeuterhof.example",
            BETREFF=f"Anfrage Nr. {number}; dringend?", NACHRICHT_TEXT=text * 5, ANHANG_ANZ=int(number <= len(_FILES)),
            HEADER=f"From: kunde{number}@example.org\r\nX-Test: 'a;\r\n b'\r\n",
        )  # fmt: skip


def _mail_anhang(_plan: Plan) -> t.Iterator[Row]:
    for number, (name, data) in enumerate(_FILES, 1):
        yield Shape("MAIL_ANHANG").row(
            MAIL_ID=number, PART_ID=0, TYP="application/octet-stream", DATEINAME=name, DATA=data, GROESSE=len(data)
        )


def _mail_konten(_plan: Plan) -> t.Iterator[Row]:
    yield Shape("MAIL_KONTEN").row(
        MA_ID=1, KONTO_ID=1, KONTO_NAME="Büro", POP3_SERVER="pop.kraeuterhof.example", POP3_USER="post",
        POP3_PASSWORD="Beispiel-Kennwort-4", SMTP_SERVER="smtp.kraeuterhof.example", KONTO_DEFAULT="Y",
    )  # fmt: skip


def _mail_ordner(_plan: Plan) -> t.Iterator[Row]:
    for number, (name, kind) in enumerate((("Posteingang", "PE"), ("Gelöschte", "GO"), ("Entwürfe", "EW")), 1):
        yield Shape("MAIL_ORDNER").row(MA_ID=1, ORDNER_ID=number, KONTO_ID=1, ORDNER_NAME=name, ORDNER_TYP=kind)


def _info(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("INFO")
    for number in range(1, 41):
        yield shape.row(
            LFD_NR=number, MA_ID=number % 3 + 1, QUELLE=number % 3, DATUM=things.day_text(plan.day(number)),
            WV_DATUM="0000-00-00" if number % 4 == 0 else None, ERST_VON="Käthe", KURZTEXT=f"Notiz Nr. {number}",
            MEMO=words.HARD_TEXTS[number % len(words.HARD_TEXTS)],
        )  # fmt: skip


def _anrufe(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ANRUFE")
    for number in range(1, 21):
        yield shape.row(
            LFD_NR=number, DATUM_ZEIT=plan.when - datetime.timedelta(minutes=7 * number) if number % 5 else _ZERO,
            ABSENDER_NR=f"030 23125 {number:03d}", MA_ID=1, BEMERKUNG="Rückruf erbeten" if number % 2 else None,
        )  # fmt: skip


def _export(_plan: Plan) -> t.Iterator[Row]:
    yield Shape("EXPORT").row(
        ID=1, KURZBEZ="Umsätze je Monat", INFO="", FORMAT="CSV", FORMULAR=words.EVERY_BYTE, CHANGE_NAME="Götz",
        QUERY=(
            "SELECT DATE_FORMAT(RDATUM,\"%Y-%m\") AS MONAT, SUM(NSUMME) /* netto */ FROM JOURNAL -- alle\r\n"
            "WHERE QUELLE='3' AND KUN_NAME1<>'\\\\';\r\n# Ende\r\n"
        ),
    )  # fmt: skip


def _link(plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 6):
        yield Shape("LINK").row(
            MODUL_ID=2, REC_ID=number, PFAD=f"\\\\SERVER\\Belege\\{plan.when.year}\\",
            DATEI=f"Lieferschein {number}.pdf", LAST_CHANGE_USER="Zoë",
        )  # fmt: skip


def _schriftverkehr(_plan: Plan) -> t.Iterator[Row]:
    text = "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\r\n\\pard Gr\\'fc\\'dfe vom Hof;\\par\r\n}\r\n"
    for number in range(1, 4):
        yield Shape("SCHRIFTVERKEHR").row(ID=number, BESCHREIBUNG=f"Brief {number}", LANG_TEXT=text * number)


def _pim_termine(plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 31):
        start = plan.when.replace(hour=0, minute=0, second=0) + datetime.timedelta(days=number, hours=number % 24)
        yield Shape("PIM_TERMINE").row(
            RECORDID=number, STARTTIME=start, ENDTIME=start + datetime.timedelta(hours=1), RESOURCEID=number % 3 + 1,
            DESCRIPTION=f"Markt in {words.TOWNS[number % 12][1]}", ALARMSET="Y", REPEATRANGEEND="0000-00-00",
        )  # fmt: skip


def _pim_kontakte(_plan: Plan) -> t.Iterator[Row]:
    for number, last in enumerate(words.LAST_NAMES, 1):
        yield Shape("PIM_KONTAKTE").row(
            RECORDID=number, RESOURCEID=1, LASTNAME=last, FIRSTNAME=words.FIRST_NAMES[number - 1],
            BIRTHDATE=datetime.date(1960 + number, number % 12 + 1, 29 if number % 12 != 1 else 28),
        )  # fmt: skip


def _pim_aufgaben(plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 11):
        yield Shape("PIM_AUFGABEN").row(
            RECORDID=number, RESOURCEID=1, DESCRIPTION=f"Beet {number} gießen; täglich", DUEDATE=plan.when
        )


def _vertrag(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("VERTRAG")
    for number in range(1, 6):
        who = things.address(plan, number)
        yield shape.row(
            REC_ID=number, ADDR_ID=number, VVTNUM=number, DATUM_START="2024-01-01", DATUM_ENDE="0000-00-00",
            DATUM_NEXT="2026-12-01", NSUMME_2=Decimal("100.00"), NSUMME=Decimal("100.00"), MWST_2=Decimal("19.00"),
            MSUMME_2=Decimal("19.00"), MSUMME=Decimal("19.00"), BSUMME_2=Decimal("119.00"), BSUMME=Decimal("119.00"),
            WAEHRUNG="€", KUN_NAME1=who.name, KUN_ORT=who.town,
        )  # fmt: skip


def _vertragpos(_plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 6):
        yield Shape("VERTRAGPOS").row(
            REC_ID=number, JOURNAL_ID=number, ADDR_ID=number, VVTNUM=number, POSITION=1, MENGE="1", EPREIS="100",
            GPREIS=fixed(10_000, 2), STEUER_CODE=2, BEZEICHNUNG="Kräuterkiste im Abonnement",
        )  # fmt: skip


def _artikel_inventur(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ARTIKEL_INVENTUR")
    for number in range(1, 41):
        item = things.article(plan, number)
        yield shape.row(
            INVENTUR_ID=1, ARTIKEL_ID=number, WARENGRUPPE=item.group, ARTNUM=f"K{number:06d}", KURZTEXT=item.name,
            MENGE_IST=Decimal(number), MENGE_SOLL=Decimal(number + 1), MENGE_DIFF=Decimal(-1), STATUS=1,
            EK_PREIS=fixed(item.cost, 4),
        )  # fmt: skip


def _artikel_stuecklist(_plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 11):
        yield Shape("ARTIKEL_STUECKLIST").row(REC_ID=5, ART_ID=number + 5, ARTIKEL_ART="SET", MENGE=Decimal("0.5"))


def _kfz(_plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 4):
        yield Shape("KFZ").row(
            KFZ_ID=number, ADDR_ID=number, FGST_NUM=f"XXX{number:014d}", POL_KENNZ=f"XX-Ö {number}", KW=66, PS=90,
            PROFIL_VL=Decimal("7.5"), EK_PREIS=12345.67, RUESTK=1e-05, VK_NETTO=0.1 + 0.2, MWST_PROZ=19.0,
            UMSATZ_GES=-2.5e-300, UMSATZ_GAR=1e22, ZULASSUNG="2015-06-00", HERSTELLUNG=datetime.date(1899, 12, 30),
        )  # fmt: skip


def _vertreter_abr(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("VERTRETER_ABR")
    for agent in (1, 2):
        for month in range(1, 7):  # the counter begins anew for each agent
            yield shape.row(
                VERTRETER_ID=agent, ABRECHNUNG_ID=month, ZEITRAUM_JAHR=plan.when.year, ZEITRAUM_MONAT=month,
                UMSATZ_NETTO=1000.5 * month, PROVISION_NETTO=50.25, ERSTELLT=plan.when if month % 6 else _ZERO,
            )  # fmt: skip


def _vertreter(_plan: Plan) -> t.Iterator[Row]:
    for number in (1, 2):
        yield Shape("VERTRETER").row(
            VERTRETER_ID=number, VERTR_NUMMER=f"V{number}", NAME=words.LAST_NAMES[number], PROVISIONSATZ=2.5,
            DatumNeu=datetime.datetime(2012, 2, 29, 23, 59, 59), BenutzerNeu="Käthe",
        )  # fmt: skip


def _pos_ta(plan: Plan) -> t.Iterator[Row]:
    for number in range(1, 11):
        start = datetime.datetime(plan.when.year, 10, number, 8)
        yield Shape("POS_TA").row(
            LFD_NR=number, MA_ID=1, DATUM_START=start, DATUM_ENDE=start.replace(hour=18) if number % 10 else None,
            WECHSELGELD_START="150.00", WECHSELGELD_ENDE="150.00", UMSATZ_ENDE=Decimal(number * 321).scaleb(-1),
        )  # fmt: skip


TABLES: t.Mapping[str, t.Callable[[Plan], t.Iterator[Row]]] = {
    "ANRUFE": _anrufe,
    "ARTIKEL_INVENTUR": _artikel_inventur,
    "ARTIKEL_STUECKLIST": _artikel_stuecklist,
    "ARTIKEL_VAR": _one("ARTIKEL_VAR", MASTER_ARTIKEL_ID=3, SLAVE_ARTIKEL_ID=10, DIM_A="Größe L", DIM_B=""),
    "EXPORT": _export,
    "INFO": _info,
    "INVENTUR": _one("INVENTUR", ID=1, DATUM="2025-12-31", BESCHREIBUNG="Jahresinventur", STATUS=2),
    "JOURNALPOS_SERNUM": _one("JOURNALPOS_SERNUM", QUELLE=3, JOURNAL_ID=1, JOURNALPOS_ID=1, ARTIKEL_ID=20, SNUM_ID=1),
    "KFZ": _kfz,
    "LINK": _link,
    "MAIL": _mail,
    "MAIL_ADRESSEN": _one("MAIL_ADRESSEN", EMAIL="kunde1@example.org", ADDR_ID=1),
    "MAIL_ANHANG": _mail_anhang,
    "MAIL_KONTEN": _mail_konten,
    "MAIL_ORDNER": _mail_ordner,
    "PIM_AUFGABEN": _pim_aufgaben,
    "PIM_KONTAKTE": _pim_kontakte,
    "PIM_TERMINE": _pim_termine,
    "POS_TA": _pos_ta,
    "RABATTGRUPPEN": _one("RABATTGRUPPEN", RABGRP_ID="-", BESCHREIBUNG="ohne Rabatt"),
    "RABMATRIX": _one("RABMATRIX", KUNDENGRUPPE=1, WARENGRUPPE=2, VK=5, RABATT1=Decimal("12.50")),
    "SCHRIFTVERKEHR": _schriftverkehr,
    "VERTRAG": _vertrag,
    "VERTRAGPOS": _vertragpos,
    "VERTRETER": _vertreter,
    "VERTRETER_ABR": _vertreter_abr,
    "WARTUNG": _one("WARTUNG", REC_ID=1, ADDR_ID=1, BESCHREIBUNG="Mühlrad ölen", SOLLZEIT_KW=1.5, WARTUNG="2026-00-00"),
}
