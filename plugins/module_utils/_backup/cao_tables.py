# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The tables of CAO-Faktura by name (cao-format 4.4), and the letter case that CAO needs."""

from __future__ import annotations

import typing as t

# By what they are for; those of 1.5, which nobody describes, by their names.
_BY_PURPOSE = {
    "addresses": """
        ADRESSEN ADRESSEN_ASP ADRESSEN_LIEF ADRESSEN_MERK ADRESSEN_TO_MERK ADRESSEN_UID_PRUEF
        ADRESSEN_WGR_RABATT ADRESSGRUPPEN ANSPRECHPARTNER APARTNER
    """,
    "articles": """
        ARTIKEL ARTIKEL_BDATEN ARTIKEL_ETIKETT ARTIKEL_HISTORIE ARTIKEL_INVENTUR ARTIKEL_INVENTUR_SN
        ARTIKEL_KAT ARTIKEL_LTEXT ARTIKEL_MERK ARTIKEL_PREIS ARTIKEL_SCHNELLZUGRIFF ARTIKEL_SERNUM
        ARTIKEL_STUECKLIST ARTIKEL_TO_KAT ARTIKEL_TO_MERK ARTIKEL_VAR ARTIKEL_VPE HERSTELLER HERSTELLER_INFO
        ARTIKEL_ATTRIBUT ARTIKEL_ATTRIBUT_OPTIONEN ARTIKEL_TO_ATTRIBUT LAGER LAGER_MENGEN
        INVENTUR LIEFERZEITEN MENGENEINHEIT RABATTGRUPPEN RABMATRIX WARENGRUPPEN
    """,
    "documents": """
        EKBESTELL EKBESTELL_INFO EKBESTELL_OP EKBESTELL_POS EKEINGANG EKEINGANG_POS JOURNAL JOURNALPOS
        JOURNALPOS_SERNUM JOURNAL_ABSCHLAG JOURNAL_OP JOURNAL_SSH LIEFERARTEN LIEFERSCHEIN LIEFERSCHEIN_POS
        MAHNUNG VERTRAG VERTRAGPOS
    """,
    "money": "BLZ FIBU_KASSE FIBU_KONTEN KARTEN KASSE_ABSCHLUSS POS_TA UEBERWEISUNGEN ZAHLUNGEN ZAHLUNGSARTEN",
    "company": """
        BENUTZERRECHTE EXPORT EXPORT_KATEGORIEN EXPORT_PARAMETER
        FIRMA LAND LINK LOGIN MITARBEITER PLZ REGISTERY REGISTRY SATZSPERRE SPRACHEN
        TEXTBAUSTEINE
    """,
    "office": """
        ANRUFE INFO MAIL MAIL_ADRESSEN MAIL_ANHANG MAIL_KONTEN MAIL_ORDNER MAIL_REGELN PIM_AUFGABEN
        PIM_KONTAKTE PIM_TERMINE SCHRIFTVERKEHR SCHRIFTVERKEHR_ADR VERTRETER VERTRETER_ABR
    """,
    "vehicles": "KFZ WARTUNG",
    "files": "BINAERDATEN BINAER_KATEGORIE BINAER_TYPEN",
    "logs": """
        ADRESSEN_LOG ARTIKEL_LOG ARTIKEL_SCHNELLZUGRIFF_LOG BENUTZERRECHTE_LOG KASSE_LOG MITARBEITER_LOG
        NUMMERN_LOG REGISTRY_LOG RKSV_LOG TSE_LOG WARENGRUPPEN_LOG ZAHLUNGSARTEN_LOG
    """,
}
PURPOSE = {name: purpose for purpose, names in _BY_PURPOSE.items() for name in names.split()}
KNOWN = frozenset(PURPOSE)
REGISTRIES = ("REGISTRY", "REGISTERY")
# Tables that are never empty in a Mandant that was opened once.
NEVER_EMPTY = ("FIRMA", "MITARBEITER", "REGISTRY")
# Tables that a backup may hold without their rows; CAO fills them again (cao-format 1.6).
STATIC = ("BLZ", "LAND", "PLZ")
# The last of the tables by name; CAO writes them in this order (cao-format 1.8).
LAST = "ZAHLUNGSARTEN"
# Where documents have their dates (cao-columns 1.4; EKEINGANG is of 1.5); the journal first.
DOCUMENT_DATES = {"JOURNAL": "RDATUM", "LIEFERSCHEIN": "LDATUM", "EKBESTELL": "BELEGDATUM", "EKEINGANG": "BELEGDATUM"}
# What the tax office calls a company: columns of FIRMA.
TAX_NUMBERS = ("STEUERNUMMER", "UST_ID")
# Columns that tell a table of CAO's from one of the same name; nearly each of its tables has one.
_COLUMNS_OF_CAO = """
    REC_ID MAINKEY ADDR_ID MA_ID JOURNAL_ID SPRACH_ID SPRACHE_ID MERKMAL_ID SNUM_ID KFZ_ID RABGRP_ID VERTRETER_ID
    EKBESTELL_ID EKBESTPOS_ID SUBMODUL_ID MODUL_ID KONTORAHMEN BANK1_KONTONR VORWAHL PRZ LFD_NR RECORDID KURZBEZ
    VK1_FAKTOR LANG_TEXT LANGTEXT LAGER_ID ATTRIBUT_ID OPTIONS_ID MASTER_ARTIKEL_ID UWNUM
"""
_COLUMNS = frozenset(_COLUMNS_OF_CAO.split())


def is_mandants(dialect: str, tables: t.Mapping[str, t.Iterable[str]]) -> bool:
    """Whether a dump is that of a Mandant; ``tables`` are their columns by the names of the tables.

    It is when CAO or this collection wrote it, or when one of its tables has the name of one of CAO's and a column that
    CAO has there and hardly anybody else: other programs have a registry, a mail and a land too.
    """
    if dialect == "cao":
        return True
    known = (columns for name, columns in tables.items() if name.upper() in KNOWN)
    return any(column.upper() in _COLUMNS for columns in known for column in columns)


def target_name(name: str, *, mandants: bool) -> str:
    """Return the name that CAO asks the server for: its own tables in upper case (cao-format 3).

    A table of a dump that is no Mandant's keeps its name.
    """
    return name.upper() if mandants and name.upper() in KNOWN else name


def is_generation_before(name: str) -> bool:
    """Whether a table is one that a restore has set aside; CAO leaves these out of its backups."""
    return name.upper().startswith("BACK_")
