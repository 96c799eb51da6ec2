# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a comparison alone; with the rest it goes wrong as with a restore."""

from __future__ import annotations

from message_case import Case
from mishaps import BACKUP, Place


def _behind_a_cut(place: Place) -> object:
    """Compare where a restore was cut off in its swap."""
    from comparing import compared

    place.mandant.query("CREATE TABLE BACK_RESTORE_NEW_MARKER (kind varchar(30))")
    try:
        return compared(place.restorer, place.file(BACKUP))
    finally:
        place.mandant.query("DROP TABLE BACK_RESTORE_NEW_MARKER")


COMPARING = (
    Case(
        "verification_failed",
        "A comparison finds a restore or rollback that was cut off.",
        "Run that again, which puts it right; a comparison may change nothing.",
        _behind_a_cut,
    ),
)
