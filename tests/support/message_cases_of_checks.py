# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with checks of the new tables, and with copies without persons."""

from __future__ import annotations

from message_case import Case
from mishaps import BACKUP, Place, restored

_OPTION = ":ansopt:`cao.faktura.mandant_restore#module:checks`"


def _checked(place: Place, query: str) -> object:
    """Restore with one check that wants 0."""
    check = {"name": "articles have a price", "query": query, "equals": "0"}
    return place.restorer.run(place.file(BACKUP), policy="always", checks=[check])


def _with_persons_beside(place: Place) -> object:
    restored(place)
    return place.restorer.run(place.file(BACKUP), policy="always", neutralise=frozenset(["persons"]))


CHECKS = (
    Case(
        "check_failed",
        f"What {_OPTION} wants is not true of the new tables.",
        "Look into the backup; restore another one, or change the check.",
        lambda place: _checked(place, "SELECT COUNT(*) FROM ARTIKEL WHERE VK1 > 0"),
    ),
    Case(
        "check_failed",
        "The query of a check could do more than read.",
        "Write one SELECT with built-in functions alone.",
        lambda place: _checked(place, "SELECT SLEEP(60)"),
    ),
    Case(
        "check_failed",
        "A check reads a table that will not be there.",
        f"Correct its name, or say in ``needs`` of {_OPTION} what it needs: then it is skipped.",
        lambda place: _checked(place, "SELECT COUNT(*) FROM JOURNAL"),
    ),
    Case(
        "not_neutralised",
        "Tables of before, or tables that stay, would hold persons beside a copy without them "
        "(:ansopt:`cao.faktura.mandant_restore#module:neutralise`).",
        "Say :ansopt:`cao.faktura.mandant_restore#module:previous=drop`, and keep no tables that hold persons.",
        _with_persons_beside,
    ),
)
