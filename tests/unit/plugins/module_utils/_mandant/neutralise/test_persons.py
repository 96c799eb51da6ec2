# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns hold persons, by how they are named."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN, REGISTRIES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import (
    EMPTIED,
    PERSONS,
    kind_by_name,
)

_KINDS = {
    "name": "NAME1 KUN_NAME1 PARTNER_NAME1 KTO_INHABER KONTO_INHABER BINHABER BANK1_KONTOINHABER NACHNAME LAST_NAME"
    " GESCHAEFTSFUEHRER ZUHAENDEN",
    "first": "VORNAME VNAME KUN_NAME2 NAME3 FIRSTNAME FIRST_NAME",
    "salutation": "ANREDE KUN_ANREDE",
    "street": "STRASSE KUN_STRASSE ADDRESS",
    "house": "HAUSNR KUN_HAUSNR",
    "postcode": "PLZ KUN_PLZ PF_PLZ ZIP",
    "town": "ORT KUN_ORT CITY",
    "phone": "TELE1 TELE2 TELEFON TELEFON1 TELEFAX FAX FUNK MOBILFUNK TELEPRIVAT HANDY PHONE5 EMPFAENGER_NR"
    " ABSENDER_NR",
    "mail": "EMAIL EMAIL2 KUN_EMAIL SMTP_EMAIL E_MAIL MAIL AKT_WL_EMAIL",
    "web": "INTERNET WEBSEITE",
    "iban": "IBAN PARTNER_IBAN BANK1_IBAN",
    "bic": "SWIFT BANK2_SWIFT BIC",
    "account": "KTO PARTNER_KTO BANK1_KONTONR",
    "bank_code": "BLZ PARTNER_BLZ BANK_BLZ",
    "bank": "BANK BANK_NAME BANK1_NAME",
    "tax": "UST_NUM KUN_UST_NUM UST_ID STEUERNUMMER UID EORI LEITWEG_ID",
    "birth": "GEBDATUM KUN_GEBDATUM BIRTHDATE",
    "staff": "ERST_NAME GEAEND_NAME ERSTELLT_NAME GEAND_NAME ANGELEGT_NAME BENUTZERNEU BENUTZERBEARBEITEN CHANGE_USER"
    " CHANGE_NAME LAST_CHANGE_USER OPEN_USER ERST_VON BEARBEITER",
    "customer": "KUNNUM1 KUN_NUM KUNDENNUMMER KUNDENNR",
    "free": "INFO BEMERKUNG MEMO NOTE KOMMENTAR USERFELD_01 USERFIELD9 USR1 CUSTOM4 KOPFTEXT VERW_ZWECK UW_TEXT LAST_IP"
    " SEPA_MANDAT_ID STORNO_INFO",
}
_NOBODY = (
    "REC_ID VRENUM VLSNUM RDATUM NSUMME BEZEICHNUNG KURZNAME NAME LAGERORT MODUL_NAME HERSTELLER_NAME ORDNER_NAME"
    " FUNKTION WAEHRUNG LAND EMAIL_FLAG GEGENKTO UIDL KONTORAHMEN HASHSUM VERSION TELEMETRIE"
    " EMPFAENGER KUN_SEIT ERSTELLT GEAEND ORTSTEIL_ID"
)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in _KINDS.items() for name in names.split()])
def test_what_a_column_holds(kind: str, name: str) -> None:
    assert kind_by_name(name, of_articles=False) == kind
    # Of an article only who made it, and what was noted.
    kept = kind_by_name(name, of_articles=True)
    assert kept in (None, kind)
    assert kept is None or kind in ("staff", "free")


@pytest.mark.parametrize("name", _NOBODY.split())
def test_what_tells_of_nobody(name: str) -> None:
    assert kind_by_name(name, of_articles=False) is None


def test_tables_are_written_as_names_are_compared() -> None:
    """For tables that CAO-Faktura has, and one of a fork: a slip of the pen would leave persons where they are."""
    assert {*PERSONS, *EMPTIED} - {"TBL_KOMMUNIKATION"} <= KNOWN - set(REGISTRIES)
    assert set(PERSONS).isdisjoint(EMPTIED)
    for rules in PERSONS.values():
        names = [*rules.kept, *rules.kinds, rules.number]
        assert names == [name.upper() for name in names]
        assert rules.kept.isdisjoint(rules.kinds)
