# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a restore before this one made of a backup what is wanted of it now, pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import first_of, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import sources
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z", re.ASCII)
_NAMED = 5


def asked_of(wanted: Wanted) -> dict[str, str]:
    """Return what a marker remembers of the options that make another content of the same backup."""
    return {"encoding": wanted.encoding.lower(), "repairs": wanted.repairs, "engine": (wanted.engine or "").lower()}


def why_another(wanted: Wanted, sha256: str, marker: Marker) -> str | None:
    """Return why the marker is not that of this backup as it is wanted now, None where it is.

    What a marker of an older version does not tell is taken to be the same.
    """
    own = restored_from(marker, sha256)
    if not own and wanted.tables:
        return "no table that is in use here came from this backup"
    if not own:
        return f"another backup was restored here {at(marker)}"
    how = (_how_else(wanted, one) for one in own)
    why = _lacking(wanted, own, marker) or next(filter(None, how), None) or _kept_out(wanted, own)
    if why is None and marker.made.scratch and not wanted.scratch:
        # Else the next drill would take what is to stay.
        why = "as a scratch copy"
    return None if why is None else f"this backup was restored here {at(own[0])}, but {why}"


def restored_from(marker: Marker, sha256: str) -> tuple[Marker, ...]:
    """Return the restores of a backup from which something is in use, the last one first."""
    return tuple(one for one in sources(marker) if one.sha256 == sha256)


def wanted_of(wanted: Wanted, own: t.Sequence[Marker]) -> dict[str, bool]:
    """Return what is wanted of the tables and views that a backup is known to have, and whether it is in use."""
    used = {name for one in own for name in (*one.tables, *one.views, *one.views_kept)}
    known = used.union(*(one.lacks for one in own), *(one.kept for one in own))
    return {
        name: name in used
        for name in sorted(known)
        if (not wanted.tables or kept_by(wanted.tables, name)) and not kept_by(wanted.keep_tables, name)
    }


def replaced_since(wanted: Wanted, own: t.Sequence[Marker], marker: Marker) -> list[str]:
    """Return what is wanted of a backup and was restored from another one since."""
    others = {name for one in sources(marker) if one not in own for name in (*one.tables, *one.views)}
    return [name for name, used in wanted_of(wanted, own).items() if not used and name in others]


def _lacking(wanted: Wanted, own: t.Sequence[Marker], marker: Marker) -> str | None:
    """Return what is wanted of a backup and not in use from it, as words."""
    kept = {name for one in own for name in one.kept}
    # Who brings a backup in once leaves what others did since, by a restore of some tables too.
    once = wanted.policy == "once" and not wanted.tables and any(not one.chosen for one in own)
    if once:
        return None
    since = replaced_since(wanted, own, marker)
    if since:
        return f"{listed_names(since)} came from another one since"
    lacking = [name for name, used in wanted_of(wanted, own).items() if not used and name not in kept]
    return f"without {listed_names(lacking)}, which was not wanted of it" if lacking else None


def _how_else(wanted: Wanted, marker: Marker) -> str | None:
    if wanted.tables and not any(wanted_of(wanted, (marker,)).values()):
        # Another table of it is none that is wanted now.
        return None
    if wanted.neutralise != frozenset(marker.neutralised):
        return f"with {printable(', '.join(marker.neutralised)) or 'nothing'} neutralised"
    if not _same_encoding(wanted.encoding, marker):
        return f"read with encoding: {printable(marker.asked['encoding'])}"
    if wanted.repairs == "refuse" and marker.asked.get("repairs") == "apply" and marker.analysis.get("repairs"):
        return "with defects of its writer put right"
    if wanted.engine and marker.asked.get("engine", wanted.engine.lower()) != wanted.engine.lower():
        return f"with engine: {printable(marker.asked['engine']) or 'not said'}"
    return (
        f"with {marker.errors} statements left out that failed" if wanted.on_error == "fail" and marker.errors else None
    )


def _kept_out(wanted: Wanted, own: t.Sequence[Marker]) -> str | None:
    kept = {name: None for one in own for name in one.kept}
    lacking = {name for name, used in wanted_of(wanted, own).items() if not used}
    brought = [name for name in kept if name in lacking]
    return f"without {listed_names(brought)}, which keep_tables kept" if brought else None


def _same_encoding(encoding: str, marker: Marker) -> bool:
    before = marker.asked.get("encoding")
    if before is None or before == encoding.lower():
        return True
    # Not above: nearly always it is the same word.
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import CHARSETS

    charset = CHARSETS.get(encoding.lower())
    # Where another word is said for what was found in the bytes, nothing is read otherwise.
    return charset is not None and charset == CHARSETS.get(before, marker.analysis.get("encoding"))


def at(marker: Marker) -> str:
    """Return when a backup was restored, as words."""
    found = _MOMENT.fullmatch(marker.restored_at)
    return f"on {found[1]} at {found[2]} UTC" if found else f"at {printable(marker.restored_at)}"


def listed_names(names: t.Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    return first_of([printable(name) for name in names], _NAMED)
