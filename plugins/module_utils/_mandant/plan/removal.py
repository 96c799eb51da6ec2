# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a Mandant may be removed, and what goes: only what restores have made, and nobody's work; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import in_use
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_between, is_made, is_marker, is_ours
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.left_behind import listed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
    mandant_missing,
    no_mandant,
    read_only,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import at
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Removing

# To mark what is removed and to drop it; to rename a table takes more than one would think.
NEEDED = ("SELECT", "INSERT", "CREATE", "DROP", "ALTER")
# Without one of these an account does not see that a database holds such a thing.
_SHOW = {"routines": ("EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE"), "events": ("EVENT",)}
# How a table that was taken out of use by hand, or by a removal that was cut off, differs.
GONE = frozenset(("missing", "foreign_keys", "trigger", "view"))


@dataclasses.dataclass(frozen=True)
class Contents:
    """What was looked at: ``drift`` None where there is nothing to compare with."""

    drift: tuple[tuple[str, str], ...] | None = ()
    work_before: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Removal:
    """What goes: ``tables`` and ``views``, and the database itself if ``database``.

    ``refusal`` is why it may not be done. Without ``do`` there is nothing to do. ``stays`` is why a database stays that
    was made by a restore.
    """

    do: bool
    why: str
    tables: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    database: bool = False
    stays: str | None = None
    refusal: Failure | None = None


def early_removal(wanted: Removing, observed: Observed) -> Removal | None:
    """Return what can be said from names and marker alone; None: it has to be looked at more closely."""
    refusal = no_mandant(observed)
    if refusal is None and not observed.exists:
        refusal = None if observed.spelling is None else mandant_missing(observed)
        if refusal is None:
            return Removal(False, "there is no such database")
    if refusal is None and not observed.made.what and not observed.tables:
        return Removal(False, "the database holds nothing; no restore has made it, so it stays")
    refusal = refusal or _not_ours(wanted, observed)
    return None if refusal is None else _refused(refusal)


def _not_ours(wanted: Removing, observed: Observed) -> Failure | None:
    if not observed.made.what:
        return _not_made(observed)
    if wanted.scratch and not observed.made.scratch:
        return _work(observed, "is no scratch copy, and only such a one was to be removed", "name another")
    foreign = foreign_tables(observed)
    return _foreign(observed, foreign) if foreign else None


def plan_removal(wanted: Removing, observed: Observed, seen: Contents) -> Removal:
    """Return what goes, or why nothing does; ``observed`` was looked at closely."""
    early = early_removal(wanted, observed)
    if early is not None:
        return early
    refusal = (
        (_foreign(observed, seen.programs) if seen.programs else None)
        or read_only(observed)
        or missing_privilege(wanted, observed)
        or _referred_to(observed)
        or _worked_in(wanted, observed, seen)
        or _in_use(wanted, observed)
    )
    if refusal is not None:
        return _refused(refusal)
    stays = _why_it_stays(observed)
    going = [name for name in observed.tables if not is_made(name) and not is_marker(name)]
    return Removal(
        True,
        _why(observed),
        tables=tuple(name for name in going if not observed.tables[name].is_view),
        views=tuple(name for name in going if observed.tables[name].is_view),
        database=stays is None,
        stays=stays,
    )


def foreign_tables(observed: Observed) -> list[str]:
    """Return the tables and views that no restore has brought or set aside, and that are none of CAO-Faktura's.

    Those of CAO's own names that have come since are taken for what people did in the Mandant.
    """
    return [name for name in not_brought(observed) if observed.tables[name].is_view or name.upper() not in KNOWN]


def not_brought(observed: Observed) -> list[str]:
    """Return the tables and views that no restore has brought or set aside."""
    brought = merged(observed.marker) if observed.marker is not None else None
    known = set() if brought is None else {*brought.tables, *brought.views}
    aside = observed.generations_aside()[0]
    names = [name for name in observed.tables if not is_ours(name) or is_between(name)]
    return [name for name in names if name not in known and name not in aside]


def _refused(refusal: Failure) -> Removal:
    return Removal(False, "", refusal=refusal)


def _why(observed: Observed) -> str:
    if observed.birth is not None and observed.birth.removing is not None:
        return "an earlier removal was cut off, and this run ends it"
    if observed.marker is None:
        return "a restore that made this database was cut off before it had filled it"
    if not observed.marker.sha256:
        return "the restores that filled this Mandant were all taken back"
    return f"it holds what was restored here {at(observed.marker)}"


def _why_it_stays(observed: Observed) -> str | None:
    """Return why the database itself stays, empty; None where it goes."""
    if observed.made.what != "database":
        return "no restore has made it"
    if not observed.privileges.has("DROP"):
        return "the account may not drop it"
    hidden = [kind for kind, names in _SHOW.items() if not any(map(observed.privileges.has, names))]
    if hidden:
        needed = " and ".join(_SHOW[kind][0] for kind in hidden)
        return f"the account does not see whether it holds {' or '.join(hidden)}, without {needed}"
    return None


def _not_made(observed: Observed) -> Failure:
    if observed.marker_problem is not None:
        why = f"has a marker that cannot be read: {observed.marker_problem}"
    elif observed.marker is None:
        why = "was made by others: no restore has left its marker"
    elif observed.marker.made.what:
        why = f"is a copy of {observed.marker.made.name} that was made by others"
    else:
        why = "was there before anything was restored into it, or was restored by a version that did not note that"
    return _work(observed, why, "drop it by hand, if it may go")


def _foreign(observed: Observed, names: t.Sequence[str]) -> Failure:
    return _work(observed, f"holds what no restore has brought: {listed(names)}", "take that out of it first")


def _work(observed: Observed, why: str, advice: str) -> Failure:
    return Failure("would_replace_work", f"{observed.server.where}: {observed.mandant} {why}; {advice}")


def missing_privilege(wanted: Removing, observed: Observed) -> Failure | None:
    """Return the Failure for an account that may not do what is needed."""
    privileges = observed.privileges
    missing = [name for name in NEEDED if not privileges.has(name)]
    own = (observed.privileges_of or "").partition("@")[0] + "@"
    others = any(not one.account.startswith(own) for one in observed.sessions)
    may_end = privileges.has_any_everywhere("SUPER", "CONNECTION ADMIN", "CONNECTION_ADMIN")
    if wanted.running_instances == "disconnect" and others and not may_end:
        missing.append("CONNECTION ADMIN (or SUPER)")
    if not missing:
        return None
    return Failure(
        "missing_privilege",
        f"{observed.server.where}: {observed.privileges_of or 'the account'} lacks {', '.join(missing)} for "
        f"{observed.mandant}; grant it",
    )


def _referred_to(observed: Observed) -> Failure | None:
    if not observed.foreign_referrers:
        return None
    why = f"is what foreign keys of other databases point to: {listed(observed.foreign_referrers)}"
    return _work(observed, why, "drop those first")


def _worked_in(wanted: Removing, observed: Observed, seen: Contents) -> Failure | None:
    """Return the Failure for what people did since, unless that may go."""
    if wanted.drifted == "remove":
        return None
    advice = "leave it as it is, or say drifted: remove; backup_first saves it before"
    if seen.drift is None:
        return _work(observed, "holds rows of unknown origin: what was restored is not in use", advice)
    if seen.drift:
        names = listed(dict.fromkeys(name for name, _what in seen.drift))
        moment = f" {at(observed.marker)}" if observed.marker is not None else ""
        return _work(observed, f"has changed since the restore{moment}: {names}", advice)
    if seen.work_before:
        why = f"has a generation before with rows that no restore has brought: {listed(seen.work_before)}"
        return _work(observed, why, advice)
    return None


def _in_use(wanted: Removing, observed: Observed) -> Failure | None:
    if wanted.running_instances != "fail" or not observed.sessions:
        return None
    return in_use(wanted.wanted, observed.server.where, observed.sessions)
