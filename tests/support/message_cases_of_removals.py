# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong where a Mandant is removed, or is for a while only."""

from __future__ import annotations

import typing as t

from mandant import Mandant
from message_case import Case
from mishaps import Place, elsewhere, restored
from restoring import Restorer, remove
from stored_markers import as_later_version


def _removed_after(happens: t.Callable[[Mandant], object]) -> t.Callable[[Place], object]:
    """Return what restores a demo, lets something happen to it, and removes it."""

    def cause(place: Place) -> object:
        demo = Mandant("cao_demo07", place.mandant.server)
        demo.drop()
        try:
            elsewhere(place, demo.name)
            happens(demo)
            return remove(Restorer(demo, place.folder))
        finally:
            demo.drop()

    return cause


REMOVALS = (
    Case(
        "newer_version",
        "A later version of this collection has worked in the Mandant. ``mandant_info`` and ``mandant_backup`` work "
        "all the same.",
        "Update the collection where the playbook runs.",
        _removed_after(as_later_version),
    ),
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
        _removed_after(lambda demo: demo.query("UPDATE ARTIKEL SET VK1 = 7")),
    ),
    Case(
        "would_replace_work",
        "A scratch copy, as of a drill, would take the place of something else.",
        "Name another database for it.",
        lambda place: restored(place, scratch=True),
    ),
)
