# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The tables of CAO-Faktura by name (cao-format 4.4), and the letter case that CAO needs."""

from __future__ import annotations

KNOWN = frozenset(
    [
        "ADRESSEN",
        "ADRESSEN_ASP",
        "ADRESSEN_LIEF",
        "ADRESSEN_LOG",
        "ADRESSEN_MERK",
        "ADRESSEN_TO_MERK",
        "ADRESSEN_UID_PRUEF",
        "ADRESSEN_WGR_RABATT",
        "ADRESSGRUPPEN",
        "ANRUFE",
        "ANSPRECHPARTNER",
        "APARTNER",
        "ARTIKEL",
        "ARTIKEL_BDATEN",
        "ARTIKEL_ETIKETT",
        "ARTIKEL_HISTORIE",
        "ARTIKEL_INVENTUR",
        "ARTIKEL_INVENTUR_SN",
        "ARTIKEL_KAT",
        "ARTIKEL_LOG",
        "ARTIKEL_LTEXT",
        "ARTIKEL_MERK",
        "ARTIKEL_PREIS",
        "ARTIKEL_SCHNELLZUGRIFF",
        "ARTIKEL_SCHNELLZUGRIFF_LOG",
        "ARTIKEL_SERNUM",
        "ARTIKEL_STUECKLIST",
        "ARTIKEL_TO_KAT",
        "ARTIKEL_TO_MERK",
        "ARTIKEL_VAR",
        "ARTIKEL_VPE",
        "BENUTZERRECHTE",
        "BENUTZERRECHTE_LOG",
        "BINAERDATEN",
        "BINAER_KATEGORIE",
        "BINAER_TYPEN",
        "BLZ",
        "EKBESTELL",
        "EKBESTELL_INFO",
        "EKBESTELL_OP",
        "EKBESTELL_POS",
        "EKEINGANG",
        "EKEINGANG_POS",
        "EXPORT",
        "FIBU_KASSE",
        "FIBU_KONTEN",
        "FIRMA",
        "HERSTELLER",
        "HERSTELLER_INFO",
        "INFO",
        "INVENTUR",
        "JOURNAL",
        "JOURNALPOS",
        "JOURNALPOS_SERNUM",
        "JOURNAL_ABSCHLAG",
        "JOURNAL_OP",
        "JOURNAL_SSH",
        "KARTEN",
        "KASSE_ABSCHLUSS",
        "KASSE_LOG",
        "KFZ",
        "LAND",
        "LIEFERARTEN",
        "LIEFERSCHEIN",
        "LIEFERSCHEIN_POS",
        "LIEFERZEITEN",
        "LINK",
        "LOGIN",
        "MAHNUNG",
        "MAIL",
        "MAIL_ADRESSEN",
        "MAIL_ANHANG",
        "MAIL_KONTEN",
        "MAIL_ORDNER",
        "MAIL_REGELN",
        "MENGENEINHEIT",
        "MITARBEITER",
        "MITARBEITER_LOG",
        "NUMMERN_LOG",
        "PIM_AUFGABEN",
        "PIM_KONTAKTE",
        "PIM_TERMINE",
        "PLZ",
        "POS_TA",
        "RABATTGRUPPEN",
        "RABMATRIX",
        "REGISTERY",
        "REGISTRY",
        "REGISTRY_LOG",
        "RKSV_LOG",
        "SATZSPERRE",
        "SCHRIFTVERKEHR",
        "SCHRIFTVERKEHR_ADR",
        "SPRACHEN",
        "TEXTBAUSTEINE",
        "TSE_LOG",
        "UEBERWEISUNGEN",
        "VERTRAG",
        "VERTRAGPOS",
        "VERTRETER",
        "VERTRETER_ABR",
        "WARENGRUPPEN",
        "WARENGRUPPEN_LOG",
        "WARTUNG",
        "ZAHLUNGEN",
        "ZAHLUNGSARTEN",
        "ZAHLUNGSARTEN_LOG",
    ]
)
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


__all__ = ("KNOWN", "LAST", "NEVER_EMPTY", "STATIC", "is_generation_before", "target_name")
