# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the company, its settings and the small lists."""

from __future__ import annotations

import datetime
import typing as t
from decimal import Decimal

from cao_writer import Cell, Row
from demo import things, words
from demo.picture import logo
from demo.plan import Plan
from demo.schema import Shape

COMPANY = "Kräuterhof „Zur Mühle\u201c"
# No public source names the one of 1.4; the last published one is 1.10.
DB_VERSION = "1.40"

_TEXT, _INT, _DOUBLE, _LONG_TEXT, _BINARY = 1, 3, 4, 5, 7  # REGISTRY.VAL_TYP
_COLUMN_OF = {_TEXT: "VAL_CHAR", _INT: "VAL_INT", _DOUBLE: "VAL_DOUBLE", _LONG_TEXT: "VAL_BLOB", _BINARY: "VAL_BIN"}


def _firma(_plan: Plan) -> t.Iterator[Row]:
    postal_code, town = words.TOWNS[0]
    yield Shape("FIRMA").row(
        ANREDE="Firma", NAME1=COMPANY, NAME2="Änne & Götz Müller GbR", NAME3="", STRASSE="An der Mühle 1 ½",
        LAND="DE", PLZ=postal_code, ORT=town, VORWAHL="030", TELEFON1="030 23125 001", FAX="030 23125 009",
        EMAIL="post@kraeuterhof.example", WEBSEITE="https://kraeuterhof.example/", BANK1_BLZ="00000001",
        BANK1_KONTONR="0000000000", BANK1_NAME="Musterbank Mühlbach", BANK1_IBAN="DE00 0000 0000 0000 0000 00",
        BANK1_SWIFT="XXXXDEXXXXX", KOPFTEXT="Kräuter – seit 1899;\r\n\"frisch\" vom Hof",
        FUSSTEXT="Alle Preise in €; Irrtum vorbehalten.", ABSENDER=f"{COMPANY} · {postal_code} {town}",
        STEUERNUMMER="00/000/00000", UST_ID="DE000000000", IMAGE1=logo(24, 16), IMAGE2=words.EVERY_BYTE * 4,
        IMAGE3=b"",
    )  # fmt: skip


def _settings(plan: Plan) -> t.Iterator[tuple[str, str, int, Cell]]:
    # LAST_BACKUP is set after a backup, so it tells the date of the one before.
    yesterday = plan.when - datetime.timedelta(days=1)
    yield "MAIN", "DB_VERSION", _TEXT, DB_VERSION
    yield "MAIN", "PLZ_VERSION", _INT, 108
    yield "MAIN", "BLZ_VERSION", _INT, 108
    yield "MAIN", "LEITWAEHRUNG", _TEXT, "€"
    yield "MAIN", "LAND", _TEXT, "DE"
    yield "MAIN", "USE_KFZ", _TEXT, "Y"
    yield "MAIN\\SICHERUNG", "LAST_BACKUP", _TEXT, f"{yesterday:%d.%m.%Y}"
    yield "MAIN\\SICHERUNG", "RESTORE_PFAD", _TEXT, ""
    for folder in ("BACKUP", "TMP", "DTA", "EXPORT", "IMPORT", "FORMULAR"):
        yield "MAIN\\PFADE", f"{folder}_DIR", _TEXT, f"C:\\CAO-Faktura\\{folder}\\"
    for code, percent in enumerate(things.TAX_PERCENT):
        yield "MAIN\\MWST", str(code), _DOUBLE, float(percent)
    yield "MAIN\\MWST", "DEFAULT", _INT, 2
    yield "MAIN\\EMAIL", "SMTP_SERVER", _TEXT, "smtp.kraeuterhof.example"
    yield "MAIN\\EMAIL", "SMTP_USER", _TEXT, "post@kraeuterhof.example"
    yield "MAIN\\EMAIL", "SMTP_PASSWORD", _TEXT, "Beispiel-Kennwort'1\\2\""
    yield "SHOP", "URL", _TEXT, "https://shop.kraeuterhof.example/admin/"
    yield "SHOP", "PASSWORD", _TEXT, "Beispiel-Kennwort-3"
    yield "MAIN\\REPORT", "KLEINSTER_RAND", _DOUBLE, 1e-05
    yield "MAIN\\REPORT", "GENAU", _DOUBLE, 0.1 + 0.2
    yield "MAIN\\REPORT", "RIESIG", _DOUBLE, -1.7976931348623157e308
    yield "MAIN\\REPORT", "LEER", _TEXT, None
    yield "USERSETTINGS\\Käthe", "RASTER", _BINARY, words.EVERY_BYTE
    yield "USERSETTINGS\\Käthe", "RASTER_LEER", _BINARY, b""
    for number, text in enumerate(words.HARD_TEXTS):
        yield "USERSETTINGS\\Götz\\NOTIZ", f"{number:02d}", _LONG_TEXT, text


def _registry(plan: Plan) -> t.Iterator[Row]:
    shape = Shape("REGISTRY")
    for key, name, kind, cell in _settings(plan):
        value = {_COLUMN_OF[kind]: cell}
        yield shape.row(MAINKEY=key, NAME=name, VAL_TYP=kind, CACHABLE="Y", **value)
    for source, prefix in things.PREFIX.items():
        # The format is "text in quotes, then a digit for each #"; VAL_INT2 is the next number.
        yield shape.row(
            MAINKEY="MAIN\\NUMBERS", NAME=prefix, VAL_CHAR=f'"{prefix}-"#######', VAL_INT=source,
            VAL_INT2=plan.documents + 1, VAL_INT3=7, VAL_TYP=_INT, READONLY="Y",
        )  # fmt: skip
    yield shape.row(
        MAINKEY="MAIN\\SICHERUNG", NAME="ERSTE", VAL_DATE=datetime.datetime(2011, 1, 1), VAL_TYP=2,
        LAST_CHANGE=datetime.datetime(2011, 1, 1, 0, 0, 1),
    )  # fmt: skip


def _mitarbeiter(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("MITARBEITER")
    people = (("Käthe", "Überwasser", "W"), ("Götz", "Müller", "M"), ("Zoë", "Nüßlein", "W"))
    for number, (first, last, sex) in enumerate(people, 1):
        # 32 characters as of an MD5, of no password at all.
        yield shape.row(
            MA_ID=number, MA_NUMMER=f"{number:03d}", NAME=last, VNAME=first, LOGIN_NAME=first, ANZEIGE_NAME=first,
            USER_PASSWORD=f"{number:032x}", GESCHLECHT=sex, JAHRESURLAUB=27.5, LAND="DE",
            GUELTIG_VON=datetime.datetime(2011, 1, 1), GUELTIG_BIS=None,
            ERSTELLT=datetime.datetime(2011, 1, 1, 12, 0, 0), BEMERKUNG=words.HARD_TEXTS[number],
        )  # fmt: skip


def _benutzerrechte(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("BENUTZERRECHTE")
    modules = {1010: "Adressen", 1020: "Artikel", 2030: "Lieferscheine", 2040: "Rechnungen", 2050: "Einkauf"}
    for user in (0, 1, 2, 3):
        for module, name in modules.items():
            for part in range(3):
                yield shape.row(
                    GRUPPEN_ID=-1, USER_ID=user, MODUL_ID=module, MODUL_NAME=name, SUBMODUL_ID=part,
                    RECHTE=18_446_744_073_709_551_615 if user == 1 else 4_294_967_295 >> part,
                )  # fmt: skip


_LAENDER = (
    ("DE", "Deutschland", "DEU", "D", "+49", "€", "Y"), ("AT", "Österreich", "AUT", "A", "+43", "€", "Y"),
    ("CH", "Schweiz", "CHE", "CH", "+41", "CHF", "N"), ("FR", "Frankreich", "FRA", "F", "+33", "€", "Y"),
    ("NL", "Niederlande", "NLD", "NL", "+31", "€", "Y"), ("DK", "Dänemark", "DNK", "DK", "+45", "DKK", "Y"),
    ("GB", "Großbritannien", "GBR", "GB", "+44", "£", "N"), ("AX", "Åland", "ALA", None, "+358", "€", "Y"),
    ("CI", "Côte d'Ivoire", "CIV", None, "+225", None, "N"), ("PL", "Polen", "POL", "PL", "+48", "PLN", "Y"),
)  # fmt: skip


def _land(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("LAND")
    for code, name, iso, post, prefix, currency, in_eu in _LAENDER:
        yield shape.row(
            ID=code, NAME=name, ISO_CODE_3=iso, POST_CODE=post, VORWAHL=prefix, WAEHRUNG=currency, EU_LAND=in_eu
        )


def _plz(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("PLZ")
    for postal_code, town in words.TOWNS:
        for part in range(1, 6):
            yield shape.row(LAND="D", PLZ=f"{int(postal_code) + part:05d}", NAME=town, VORWAHL="030", BUNDESLAND="XX")


def _blz(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("BLZ")
    for number in range(1, 41):
        town = words.TOWNS[number % len(words.TOWNS)][1]
        yield shape.row(LAND="DE", BLZ=number, BANK_NAME=f"Musterbank {town}", PRZ=f"{number % 100:02d}")


def _warengruppen(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("WARENGRUPPEN")
    yield shape.row(ID=0, NAME="(ohne Warengruppe)", TOP_ID=-1)
    for number, (name, tax_code, _forms) in enumerate(words.GROUPS, 1):
        yield shape.row(
            ID=number, NAME=name, STEUER_CODE=tax_code, VK1_FAKTOR=1.66667, VK5_FAKTOR=Decimal("1.5"),
            DEF_EKTO=8300 if tax_code == 1 else 8400, VORGABEN=f"FARBE=#00ff{number:02x};\r\n",
        )  # fmt: skip


def _zahlungsarten(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("ZAHLUNGSARTEN")
    kinds = (("Bar", 0, 0), ("Rechnung", 30, 8), ("Vorkasse", 0, 0), ("Lastschrift", 10, 0), ("Gutschein", None, None))
    for number, (name, days, discount_days) in enumerate(kinds, 1):
        yield shape.row(
            REC_ID=number, NAME=name, TEXT_KURZ=f"zahlbar per {name}", NETTO_TAGE=days, SKONTO_TAGE=discount_days,
            TEXT_LANG=f"Zahlbar per {name};\r\nvielen Dank.", SKONTO_PROZ=Decimal("2.000") if discount_days else "0",
            AKTIV_FLAG="N" if days is None else "Y",
        )  # fmt: skip


def _textbausteine(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("TEXTBAUSTEINE")
    for number, text in enumerate(words.HARD_TEXTS):
        yield shape.row(ID=number, BESCHREIBUNG=f"Baustein Nr. {number}", LANGTEXT=text)


def _fibu_konten(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("FIBU_KONTEN")
    accounts = ((1000, "Kasse"), (1200, "Bank"), (1400, "Forderungen"), (8300, "Erlöse 7 %"), (8400, "Erlöse 19 %"))
    for number, name in accounts:
        percent = {8300: 7, 8400: 19}.get(number, 0)
        yield shape.row(KONTORAHMEN="SKR03", KONTO=number, KONTONAME=name, STEUERSATZ=percent)


def _listed(table: str, key: str, column: str, names: t.Sequence[str], **cells: Cell) -> t.Iterator[Row]:
    shape = Shape(table)
    for number, name in enumerate(names, 1):
        yield shape.row(**{key: number, column: name, **cells})


def _sprachen(_plan: Plan) -> t.Iterator[Row]:
    shape = Shape("SPRACHEN")
    for number, (name, code) in enumerate((("Englisch", "en"), ("Deutsch", "de"), ("Französisch", "fr")), 1):
        flag = "Y" if code == "de" else "N"
        yield shape.row(SPRACH_ID=number, NAME=name, CODE=code, SORT=number, DEFAULT_FLAG=flag)


def _mengeneinheit(_plan: Plan) -> t.Iterator[Row]:
    # Id 0 has to stay 0 in a column that counts by itself.
    yield Shape("MENGENEINHEIT").row(REC_ID=0, SPRACHE_ID=2, BEZEICHNUNG="-")
    yield from _listed("MENGENEINHEIT", "REC_ID", "BEZEICHNUNG", words.UNITS, SPRACHE_ID=2)


TABLES: t.Mapping[str, t.Callable[[Plan], t.Iterator[Row]]] = {
    "ADRESSEN_MERK": lambda _plan: _listed("ADRESSEN_MERK", "MERKMAL_ID", "NAME", ("Stammkunde", "Händler", "Presse")),
    "ARTIKEL_KAT": lambda _plan: _listed("ARTIKEL_KAT", "ID", "NAME", [group[0] for group in words.GROUPS], SHOP_ID=1),
    "ARTIKEL_MERK": lambda _plan: _listed("ARTIKEL_MERK", "MERKMAL_ID", "NAME", ("vegan", "glutenfrei", "„neu\u201c")),
    "BENUTZERRECHTE": _benutzerrechte,
    "BLZ": _blz,
    "FIBU_KONTEN": _fibu_konten,
    "FIRMA": _firma,
    "HERSTELLER": lambda _plan: _listed("HERSTELLER", "HERSTELLER_ID", "HERSTELLER_NAME", ("Hof", "Öko & Söhne", "X")),
    "LAND": _land,
    "LIEFERZEITEN": lambda _plan: _listed("LIEFERZEITEN", "REC_ID", "BEZEICHNUNG", ("sofort", "3–5 Tage", "später")),
    "MENGENEINHEIT": _mengeneinheit,
    "MITARBEITER": _mitarbeiter,
    "PLZ": _plz,
    "REGISTRY": _registry,
    "SPRACHEN": _sprachen,
    "TEXTBAUSTEINE": _textbausteine,
    "WARENGRUPPEN": _warengruppen,
    "ZAHLUNGSARTEN": _zahlungsarten,
}
