# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which collation stands in for one that a server does not know, and what that one keeps apart; pure.

Source: documentation of collation names of MySQL and MariaDB. Those of MySQL with 0900 in their name and those of
MariaDB with nopad do not pad: "x" and "x " are two values.
"""

from __future__ import annotations

import typing as t

_SPELLINGS = {"utf8mb3": ("utf8mb3", "utf8"), "utf8": ("utf8", "utf8mb3")}
# The newest rules of each server first.
_FAMILIES = ("uca1400", "0900", "520", "unicode", "general")
_NO_LANGUAGE = frozenset((*_FAMILIES, "nopad", "ai", "as", "ci", "cs", "ks", "bin", "w"))
# What MySQL 8 calls by the code of the language, and MariaDB by its name.
_LANGUAGES = {
    "cs": "czech", "da": "danish", "de_pb": "german2", "eo": "esperanto", "es": "spanish", "es_trad": "spanish2",
    "et": "estonian", "hr": "croatian", "hu": "hungarian", "is": "icelandic", "la": "roman", "lt": "lithuanian",
    "lv": "latvian", "pl": "polish", "ro": "romanian", "sk": "slovak", "sl": "slovenian", "sv": "swedish",
    "tr": "turkish", "vi": "vietnamese",
}  # fmt: skip
_LAST_RESORT = "utf8mb4_general_ci"


class _Rules(t.NamedTuple):
    """What a collation takes for different."""

    language: str
    family: str
    accents: bool
    case: bool
    blanks: bool
    bytes: bool


def spelled_here(name: str, known: t.Container[str]) -> str | None:
    """Return the name by which a server knows a collation; None for one that it does not have."""
    charset, _mark, rest = name.lower().partition("_")
    for spelling in _SPELLINGS.get(charset, (charset,)):
        found = f"{spelling}_{rest}" if rest else spelling
        if found in known:
            return found
    return None


def is_of_mysql(name: str) -> bool:
    """Whether the rules of a collation are those that only MySQL has."""
    return _rules(name).family == "0900"


def nearest_collation(name: str, known: t.Mapping[str, str]) -> str:
    """Return the collation of the same character set that comes nearest to one that a server does not know.

    One that does not pad is taken before one that does, then the same heed of accents and case.
    """
    charset = name.lower().partition("_")[0]
    spellings = _SPELLINGS.get(charset, (charset,))
    fitting = [found for found in sorted(known) if known[found] in spellings and found.partition("_")[0] in spellings]
    wanted = _rules(name)
    return min(fitting, key=lambda found: _distance(wanted, _rules(found)), default=_LAST_RESORT)


def keeps_apart(here: str, name: str) -> bool:
    """Whether values that differ in the collation ``name`` also differ in the one that stands in for it."""
    other, wanted = _rules(here), _rules(name)
    if wanted.blanks and not other.blanks:
        return False
    if other.bytes:
        return True
    heeds = other.accents >= wanted.accents and other.case >= wanted.case
    return heeds and not wanted.bytes and other.language == wanted.language


def _rules(name: str) -> _Rules:
    words = name.lower().split("_")[1:]
    language = "_".join(word for word in words if word not in _NO_LANGUAGE)
    is_bytes = "bin" in words or not words
    return _Rules(
        language=_LANGUAGES.get(language, language),
        family=next((family for family in _FAMILIES if family in words), ""),
        accents="as" in words or ("cs" in words and "ai" not in words) or is_bytes,
        case="cs" in words or is_bytes,
        blanks="nopad" in words or "0900" in words,
        bytes=is_bytes,
    )


def _distance(wanted: _Rules, found: _Rules) -> tuple[object, ...]:
    return (
        wanted.blanks and not found.blanks,
        (wanted.accents, wanted.case) != (found.accents, found.case),
        wanted.bytes != found.bytes,
        wanted.language != found.language,
        bool(found.language) and wanted.language != found.language,
        wanted.blanks != found.blanks,
        _FAMILIES.index(found.family) if found.family else len(_FAMILIES),
    )
