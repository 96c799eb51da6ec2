# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a backup is the company's whose Mandant it would replace: names and tax numbers, side by side; pure."""

from __future__ import annotations

import re
import typing as t
import unicodedata

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import TAX_NUMBERS
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis

_SHOWN_LETTERS = 60
# As much of a name is looked at on both sides; a Mandant's own is not read any further.
_COMPARED_LETTERS = 190
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe"})
# In what UTF-8 is read where its umlauts become two letters.
_MISREAD_AS = ("cp1252", "latin-1", "cp850", "cp437")
_NO_LETTERS = re.compile(r"[^0-9A-Z]")


def other_company(wanted: Wanted, observed: Observed, analysis: Analysis) -> Failure | None:
    """Return the Failure for a backup of another company, None where it is the same or nothing tells.

    Where one of them has no company, the name that CAO gives the Mandant tells.
    """
    if wanted.other_company == "allow" or not observed.exists or _brought_before(wanted, observed, analysis):
        return None
    here, there = observed.identity.company, analysis.company
    numbers = _tax_numbers_agree(observed.identity.tax_numbers, analysis.tax_numbers)
    lines = None if here and there else _other_mandant_lines(observed, analysis)
    if here and there and not same_name(here, there):
        differs = f"is of {_shown(here)}, but the backup {printable(analysis.file.path)} is of {_shown(there)}"
        differs += "" if numbers is None else f" (the tax numbers {'are the same' if numbers else 'differ too'})"
    elif numbers is False:
        of = f"is of {_shown(here)} and " if here else ""
        differs = f"{of}has another tax number than the company of the backup {printable(analysis.file.path)}"
    elif lines is not None:
        differs = (
            f"was restored from a backup of the Mandant {_shown(lines[0])}, but {printable(analysis.file.path)} is of "
            f"{_shown(lines[1])}"
        )
    else:
        return None
    return Failure(
        "other_company",
        f"{observed.server.where}: {observed.mandant} {differs}. Choose its own backup, or another Mandant; "
        "if both are right, say other_company: allow. The Mandant is unchanged",
    )


def other_mandant(wanted: Wanted, observed: Observed, analysis: Analysis) -> str | None:
    """Return a warning for the backup of another Mandant of the same company, None where nothing tells."""
    lines = _other_mandant_lines(observed, analysis)
    if lines is None or wanted.other_company == "allow" or _brought_before(wanted, observed, analysis):
        return None
    return (
        f"{observed.mandant}: the backup is of the Mandant {_shown(lines[1])}, and what is there came from a backup of "
        f"{_shown(lines[0])}; the company is the same"
    )


def _brought_before(wanted: Wanted, observed: Observed, analysis: Analysis) -> bool:
    """Whether a Mandant that is to be what its backup has was brought from this company's: people may rename it."""
    if wanted.policy != "enforce" or observed.marker is None or not observed.marker.sha256:
        return False
    before = observed.marker.analysis.get("company")
    return isinstance(before, str) and analysis.company is not None and same_name(before, analysis.company)


def _other_mandant_lines(observed: Observed, analysis: Analysis) -> tuple[str, str] | None:
    """Return what CAO calls the Mandant, in the backup restored last and in this one, where these are two names.

    Others than CAO itself write the name of the database there.
    """
    marker = observed.marker
    if marker is None or not marker.sha256 or analysis.dialect != "cao" or marker.analysis.get("dialect") != "cao":
        return None
    header = marker.analysis.get("header")
    before = header.get("mandant") if isinstance(header, dict) else None
    now = analysis.header.mandant
    if not isinstance(before, str) or not before.strip() or not now or same_name(before, now):
        return None
    return before, now


def _tax_numbers_agree(here: t.Mapping[str, str], there: t.Mapping[str, str]) -> bool | None:
    """Return whether the numbers that both sides have are the same, None where they have none in common."""
    both = [
        (_plain_number(here[name]), _plain_number(there[name]))
        for name in TAX_NUMBERS
        if here.get(name) and there.get(name)
    ]
    known = [pair for pair in both if all(pair)]
    return all(one == other for one, other in known) if known else None


def _plain_number(number: str) -> str:
    """Return a tax number without blanks, slashes and Germany's letters."""
    plain = _NO_LETTERS.sub("", number.upper())
    return plain[2:] if plain.startswith("DE") and plain[2:].isdigit() else plain


def same_name(one: str, other: str) -> bool:
    """Whether two names are spelled alike but for letter case, blanks, umlauts, and UTF-8 that was misread."""
    return bool(_spellings(one) & _spellings(other))


def _spellings(name: str) -> set[str]:
    found = {_plain_name(name)}
    for codec in _MISREAD_AS:
        try:
            found.add(_plain_name(name.encode(codec).decode("utf-8")))
        except UnicodeError:
            continue
    return found


def _plain_name(name: str) -> str:
    # Blanks are left out before a long name is cut: they may be others on the other side.
    folded = unicodedata.normalize("NFKC", "".join(name.split())[:_COMPARED_LETTERS]).casefold()
    letters = (letter for letter in folded if not letter.isspace() and unicodedata.category(letter)[0] != "C")
    return "".join(letters).translate(_UMLAUTS)


def _shown(name: str) -> str:
    text = printable(name.strip())
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."
