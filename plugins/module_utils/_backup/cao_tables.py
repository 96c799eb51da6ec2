# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The tables of CAO-Faktura by name (cao-format 4.4), and the letter case that CAO needs."""

from __future__ import annotations

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
        INVENTUR LIEFERZEITEN MENGENEINHEIT RABATTGRUPPEN RABMATRIX WARENGRUPPEN
    """,
    "documents": """
        EKBESTELL EKBESTELL_INFO EKBESTELL_OP EKBESTELL_POS EKEINGANG EKEINGANG_POS JOURNAL JOURNALPOS
        JOURNALPOS_SERNUM JOURNAL_ABSCHLAG JOURNAL_OP JOURNAL_SSH LIEFERARTEN LIEFERSCHEIN LIEFERSCHEIN_POS
        MAHNUNG VERTRAG VERTRAGPOS
    """,
    "money": "BLZ FIBU_KASSE FIBU_KONTEN KARTEN KASSE_ABSCHLUSS POS_TA UEBERWEISUNGEN ZAHLUNGEN ZAHLUNGSARTEN",
    "company": """
        BENUTZERRECHTE EXPORT FIRMA LAND LINK LOGIN MITARBEITER PLZ REGISTERY REGISTRY SATZSPERRE SPRACHEN
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


def target_name(name: str, dialect: str) -> str:
    """Return the name that CAO asks the server for: its own tables in upper case (cao-format 3)."""
    return name.upper() if dialect == "cao" or name.upper() in KNOWN else name


def is_generation_before(name: str) -> bool:
    """Whether a table is one that a restore has set aside; CAO leaves these out of its backups."""
    return name.upper().startswith("BACK_")
