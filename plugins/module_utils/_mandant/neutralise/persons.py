# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where persons are in a Mandant: tables, and columns by how they are named, as data.

In a table that is known to hold persons every text goes that is not known to tell of none. In all others a column
goes by its name, those of newer schemas and of other programs too. The guide docs/docsite/rst/neutralise.rst says the
same for users.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

Kind = t.Literal[
    "name", "first", "match", "customer", "salutation", "letter", "street", "house", "postcode", "town", "phone",
    "mail", "web", "iban", "account", "bank_code", "bank", "bic", "tax", "birth", "staff", "employee", "agent",
    "folder", "position", "ledger", "plate", "number", "free",
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class PersonTable:
    """A table that holds persons: ``number`` is the column that says whose row it is.

    ``kinds`` are columns that their names alone do not tell, ``kept`` those that tell of nobody. With ``only`` nothing
    else of it goes.
    """

    number: str
    kept: frozenset[str] = frozenset()
    kinds: t.Mapping[str, Kind] = dataclasses.field(default_factory=dict)
    only: bool = False


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a document says of itself and of its ways of payment and delivery.
_OF_DOCUMENT = _names(
    """ATRNUM VRENUM VLSNUM BELEGNUM WAEHRUNG KUN_LAND LIEF_LAND HASHSUM ZAHLART_NAME ZAHLART_KURZ ZAHLART_LANG
    LIEFART_NAME INTERVALL VVTNUM"""
)
_DOCUMENT = PersonTable("ADDR_ID", _OF_DOCUMENT, {"BEST_NAME": "name"})
_OF_POSITION: t.Mapping[str, Kind] = {
    "BEZEICHNUNG": "position", "BEZEICHNUNG_LAND": "position", "KURZBEZEICHNUNG": "position",
    "KURZBEZEICHNUNG_LAND": "position", "FREITEXT": "free", "FREITEXT_LAND": "free",
}  # fmt: skip
_POSITION = PersonTable("ADDR_ID", kinds=_OF_POSITION, only=True)
_UNKNOWN = PersonTable("ADDR_ID", _names("LAND WAEHRUNG SPRACHE GUID HASHSUM"))
# The company is what the copy is known by.
_COMPANY = _names(
    """NAME1 NAME2 NAME3 ANREDE STRASSE HAUSNR ADRESSZUSATZ LAND PLZ ORT VORWAHL WEBSEITE STEUERNUMMER UST_ID WID EORI
    UID GERICHT HRANUMMER HRBNUMMER"""
)
_VEHICLE = _names(
    """TYP AUSFUER FABRIKAT MOTOR GETRIEBE FARBE POLSTER SCHL_ZU_2 SCHL_ZU_3 REIFEN1 REIFEN2 REIFEN3 REIFEN4 REIFEN1_GR
    REIFEN2_GR REIFEN3_GR REIFEN4_GR"""
)
_EMPLOYEE: t.Mapping[str, Kind] = {
    "NAME": "employee", "LOGIN_NAME": "employee", "ANZEIGE_NAME": "employee", "MA_NUMMER": "number",
    "TELEFON_INTERN": "phone", "FAMSTAND": "birth",
}  # fmt: skip

PERSONS: t.Mapping[str, PersonTable] = {
    "ADRESSEN": PersonTable(
        "REC_ID",
        _names("LAND GRUPPE WAEHRUNG"),
        {"MATCHCODE": "match", "KUNNUM2": "free", "BRIEFANREDE": "letter", "POSTFACH": "house"},
    ),
    "ADRESSEN_ASP": PersonTable("REC_ID", _names("LAND"), {"NAME": "name"}),
    "ADRESSEN_LIEF": PersonTable("ADDR_ID", _names("LAND")),
    "ADRESSEN_UID_PRUEF": PersonTable("ADDR_ID", _names("ERROR_CODE")),
    "ANSPRECHPARTNER": PersonTable("REC_ID", _names("LAND"), {"NAME": "name"}),
    "APARTNER": PersonTable("REC_ID", _names("LAND"), {"NAME": "name"}),
    "ANRUFE": PersonTable("ADDR_ID"),
    "ARTIKEL_HISTORIE": PersonTable("JID", kinds={"PROJEKT": "free", "ORGNUM": "free"}, only=True),
    "BINAERDATEN": PersonTable("REC_ID", _names("BINAER_TYP")),
    "EKBESTELL": _DOCUMENT,
    "EKBESTELL_INFO": _UNKNOWN,
    "EKBESTELL_POS": _POSITION,
    "EKEINGANG": _DOCUMENT,
    "EKEINGANG_POS": _POSITION,
    "FIBU_KASSE": PersonTable("ADDR_ID", _names("BELEGNUM WAEHRUNG HASHSUM")),
    "FIBU_KONTEN": PersonTable("KONTO", kinds={"KONTONAME": "ledger", "BANK_KONTO": "account"}, only=True),
    "FIRMA": PersonTable("", _COMPANY),
    "INFO": PersonTable("QUELL_ID"),
    "JOURNAL": _DOCUMENT,
    "JOURNAL_ABSCHLAG": _DOCUMENT,
    "JOURNAL_SSH": PersonTable("JOURNAL_ID"),
    "JOURNALPOS": _POSITION,
    "KARTEN": _UNKNOWN,
    "KFZ": PersonTable("KFZ_ID", _VEHICLE, {"POL_KENNZ": "plate", "FGST_NUM": "plate"}),
    "LIEFERSCHEIN": _DOCUMENT,
    "LIEFERSCHEIN_POS": _POSITION,
    "MAHNUNG": PersonTable("ADDR_ID"),
    "MAIL_KONTEN": PersonTable("KONTO_ID", kinds={"KONTO_NAME": "folder"}),
    "MAIL_ORDNER": PersonTable("ORDNER_ID", kinds={"ORDNER_NAME": "folder"}),
    # Who may log in is the matter of the group passwords.
    "MITARBEITER": PersonTable("MA_ID", _names("LAND USER_PASSWORD"), _EMPLOYEE),
    "POS_TA": PersonTable("MA_ID"),
    "SCHRIFTVERKEHR": PersonTable("ID"),
    "TBL_KOMMUNIKATION": _UNKNOWN,
    "TEXTBAUSTEINE": PersonTable("ID", _names("BESCHREIBUNG")),
    "UEBERWEISUNGEN": PersonTable("JOURNAL_ID"),
    "VERTRAG": _DOCUMENT,
    "VERTRAGPOS": _POSITION,
    "VERTRETER": PersonTable(
        "VERTRETER_ID", _names("LAND"), {"NAME": "agent", "VERTR_NUMMER": "number", "FAMSTAND": "birth"}
    ),
    "VERTRETER_ABR": PersonTable("VERTRETER_ID", _names("HASHSUM")),
    "WARTUNG": PersonTable("ADDR_ID", _names("WARTUNG_TYP")),
    "ZAHLUNGEN": PersonTable("ADDR_ID", _names("BELEGNUM WAEHRUNG PRIMANOTA HASHSUM")),
}
# Whose rows are of persons and of nothing else, or tell what was in others.
EMPTIED = (
    "ADRESSEN_LOG", "LINK", "LOGIN", "MAIL", "MAIL_ADRESSEN", "MAIL_ANHANG", "MAIL_REGELN", "MITARBEITER_LOG",
    "PIM_AUFGABEN", "PIM_KONTAKTE", "PIM_TERMINE", "REGISTRY_LOG",
)  # fmt: skip
# By which of its columns a table says whose row it is, the first that it has.
NUMBERS = ("ADDR_ID", "ADRESS_ID", "ADRESSEN_ID", "KUNDEN_ID", "MA_ID", "REC_ID", "ID")

_STAFF = (
    r"^(ERST|ERSTELLT|GEAEND|GEAND|GEAENDERT|ANGELEGT|BEARBEITET|CHANGE|CREATED)_?(NAME|VON|USER|BY)$"
    r"|^(BENUTZER_?(NEU|BEARBEITEN)|LAST_CHANGE_USER|OPEN_USER|(SACH)?BEARBEITER)$"
)
_BY_NAME: tuple[tuple[Kind, str], ...] = (
    ("staff", _STAFF),
    ("mail", r"(^|_)E?_?MAIL\d*(_?ADR(ESSE)?|_ADDRESS)?$"),
    ("web", r"(^|_)(INTERNET|HOMEPAGE|WEBSEITE|WEBSITE)$"),
    ("phone", r"(^|_)(TELE\d?|TEL\d?|TELEFON\w*|TELEFAX\w*|TELEPRIVAT|FAX\d*|FUNK\d*|MOBIL\w*|HANDY\w*|PHONE\d*"
              r"|RUFNUMMER)$|^(EMPFAENGER|ABSENDER)_NR$"),
    ("iban", r"(^|_)IBAN\d*$"),
    ("bic", r"(^|_)(SWIFT|BIC)\d*$"),
    ("name", r"(KONTO_?|KTO_?|B)INHABER$"),
    ("account", r"(^|_)(KTO|KONTO|KTO_?NR|KONTO_?NR|KONTONUMMER)\d*$"),
    ("bank_code", r"(^|_)BLZ$"),
    ("bank", r"(^|_)BANK\d?(_?NAME)?$"),
    ("street", r"(^|_)(STRASSE|STREET|ANSCHRIFT|ADDRESS)\d*$"),
    ("house", r"(^|_)(HAUSNR|HAUSNUMMER)$"),
    ("postcode", r"(^|_)(PLZ|ZIP|POSTLEITZAHL)$"),
    ("town", r"(^|_)(ORT|WOHNORT|CITY)$"),
    ("birth", r"(^|_)(GEBDATUM|GEBURTSDATUM|GEBURTSTAG|BIRTH_?DATE|BIRTHDAY)$"),
    ("tax", r"(^|_)(UST_?(NUM|ID|IDNR|NR)|UID|EORI|WID|STEUER_?(NUMMER|NR)|LEITWEG_?ID|VAT_?ID|TAX_?ID|SV_?NR"
            r"|HR[AB]NUMMER)$"),
    ("first", r"(^|_)(VORNAME|V_?NAME|FIRST_?NAME|RUFNAME|NAME[23])$"),
    ("name", r"(^|_)(NACHNAME|LAST_?NAME|FAMILIENNAME|NAME1|KUNDENNAME|GESCHAEFTSFUEHRER|ANSPRECHPARTNER|ZUHAENDEN)$"),
    ("customer", r"(^|_)(KUNNUM\d?|KUN_NUM|KUNDENN(UMME)?R|KUNDEN_?NR)$"),
    ("salutation", r"(^|_)ANREDE$"),
)  # fmt: skip
_FREE: tuple[tuple[Kind, str], ...] = (
    ("free", r"^(INFO|BEMERKUNG\w*|NOTIZ\w*|NOTES?|MEMO|KOMMENTAR|DIVERSES|\w*_INFO)$|(^|_)IP(_?ADR\w*)?$"),
)
_OUTSIDE_OF_ARTICLES: tuple[tuple[Kind, str], ...] = (
    ("free", r"^(USERFELD_?\d+|USERFIELD_?\d+|USR\d|CUSTOM\d|KOPFTEXT|FUSSTEXT|FREITEXT\d*|VERW_ZWECK|UW_TEXT"
             r"|ADRESSZUSATZ|(SEPA_)?MANDAT_ID)$"),
)  # fmt: skip


def _compiled(*rules: tuple[Kind, str]) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in rules)


_ALL = _compiled(*_BY_NAME, *_FREE, *_OUTSIDE_OF_ARTICLES)
# An article has a place in a shelf, and a text of its own.
_IN_ARTICLES = _compiled(("staff", _STAFF), *_FREE)


def kind_by_name(name: str, *, of_articles: bool) -> Kind | None:
    """Return what a column holds by its name in upper case, None where that tells of no person."""
    rules = _IN_ARTICLES if of_articles else _ALL
    return next((kind for kind, pattern in rules if pattern.search(name)), None)
