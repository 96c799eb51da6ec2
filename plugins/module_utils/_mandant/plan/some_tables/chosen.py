# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where only some tables of a backup are wanted: which they are, and what of the Mandant they concern; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Previous
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged, older_than, part
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis


@dataclasses.dataclass(frozen=True)
class Scope:
    """What is concerned of the Mandant: ``names`` are empty where all is.

    ``mandants`` says whether the whole backup is a Mandant's, ``not_chosen`` are its tables and views that are not
    wanted, with the names that they would get.
    """

    mandants: bool
    names: frozenset[str] = frozenset()
    not_chosen: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


def scope_of(wanted: Wanted, observed: Observed, analysis: Analysis) -> Scope:
    """Return what a restore of what is wanted of a whole backup concerns."""
    if not wanted.tables:
        return Scope(analysis.is_mandants)
    names, mandants = observed.server.names, analysis.is_mandants
    others = [name for name in _names(analysis) if not kept_by(wanted.tables, name)]
    not_chosen = {name: names.target(name, mandants=mandants) for name in others}
    return Scope(mandants, concerned(wanted, observed, analysis), not_chosen)


def unmatched(patterns: t.Iterable[str], names: t.Collection[str]) -> list[str]:
    """Return the patterns that none of the names fits."""
    return [pattern for pattern in patterns if not any(kept_by((pattern,), name) for name in names)]


def chosen(wanted: Wanted, analysis: Analysis) -> Analysis:
    """Return the backup as if it had only the tables and views that are wanted, with what belongs to them.

    Raises Failure for a pattern that nothing of the backup fits, and where nothing is left to be restored.
    """
    if not wanted.tables:
        return analysis
    names = _names(analysis)
    nothing = unmatched(wanted.tables, names)
    if nothing:
        import difflib

        near = difflib.get_close_matches(nothing[0].upper(), [name.upper() for name in names], n=2)
        meant = f"; did you mean {' or '.join(near)}?" if near else "; backup_info lists what it has."
        raise Failure(
            "not_a_backup",
            f"{printable(analysis.file.path)}: the backup has no table {printable(', '.join(nothing))}, which tables "
            f"asks for{meant} The Mandant is unchanged",
        )
    left = {name for name in names if kept_by(wanted.tables, name)}
    if all(kept_by(wanted.keep_tables, name) for name in left):
        raise Failure(
            "not_a_backup",
            f"{printable(analysis.file.path)}: keep_tables keeps all that tables asks for, so that nothing is left to "
            "restore; name it in one of them. The Mandant is unchanged",
        )
    return dataclasses.replace(
        analysis,
        tables=tuple(one for one in analysis.tables if one.name in left),
        definitions={name: one for name, one in analysis.definitions.items() if name in left},
        views=tuple(one for one in analysis.views if one.name in left),
        triggers=tuple(one for one in analysis.triggers if one.table in left),
    )


def concerned(wanted: Wanted, observed: Observed, analysis: Analysis) -> frozenset[str]:
    """Return the names in the Mandant that what is wanted gets, and those in whose place it comes."""
    part_of_it = chosen(wanted, analysis)
    names, mandants = observed.server.names, analysis.is_mandants
    by_key = {names.key(name): name for name in observed.live}
    found = set()
    for name in _names(part_of_it):
        target = names.target(name, mandants=mandants)
        if not kept_by(wanted.keep_tables, target):
            found |= {target, by_key.get(names.key(target)) or by_key.get(names.key(name)) or target}
    return frozenset(found)


def narrowed(observed: Observed, names: t.Collection[str] | None) -> Observed:
    """Return what was seen with all that restores have brought; with ``names``, as if only these were in use."""
    marker = None if observed.marker is None else merged(observed.marker)
    if names is None:
        return dataclasses.replace(observed, marker=marker)
    tables = {name: one for name, one in observed.tables.items() if name in names or is_generation_before(name)}
    marker = None if marker is None else part(marker, lambda name: name in names)
    return dataclasses.replace(observed, tables=tables, marker=marker)


def left_aside(observed: Observed, scope: t.Collection[str]) -> tuple[Previous, ...]:
    """Return what stays aside when only ``scope`` gets a new generation: of ours, and of CAO's own restore."""
    if observed.marker is not None:
        return older_than(observed.marker, scope)
    tables = {name[len("BACK_") :]: name for name in observed.generation_before}
    left = {name: back for name, back in tables.items() if name not in scope}
    return (Previous(tables=left),) if left else ()


def _names(analysis: Analysis) -> list[str]:
    return [*analysis.definitions, *(view.name for view in analysis.views)]
