# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong where a Mandant is removed, or is for a while only."""

from __future__ import annotations

from mandant import Mandant
from message_case import Case
from mishaps import Place, elsewhere, restored
from restoring import Restorer, remove


def _worked_in_a_demo(place: Place) -> object:
    demo = Mandant("cao_demo07", place.mandant.server)
    demo.drop()
    try:
        elsewhere(place, demo.name)
        demo.query("UPDATE ARTIKEL SET VK1 = 7")
        return remove(Restorer(demo, place.folder))
    finally:
        demo.drop()


REMOVALS = (
    Case(
        "would_replace_work",
        "``mandant_remove``: no restore has made the database.",
        "Drop it by hand, if it may go.",
        lambda place: remove(place.restorer),
    ),
    Case(
        "would_replace_work",
        "``mandant_remove``: people have worked in the Mandant since its restore.",
        "Leave it, or say :ansopt:`cao.faktura.mandant_remove#module:drifted=remove`, best with "
        ":ansopt:`cao.faktura.mandant_remove#module:backup_first`.",
        _worked_in_a_demo,
    ),
    Case(
        "would_replace_work",
        "A scratch copy, as of a drill, would take the place of something else.",
        "Name another database for it.",
        lambda place: restored(place, scratch=True),
    ),
)
