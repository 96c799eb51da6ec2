# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stays in the Mandant beside a neutralised copy, and may hold what the copy is rid of: warned of, or refused."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import REGISTRIES, RULES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import EMPTIED, PERSONS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import neutralised_in
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_NAMED = 10


def not_neutralised(
    wanted: Wanted, observed: Observed, kept: t.Collection[str], previous: t.Collection[str]
) -> list[str]:
    """Return warnings of what stays in the Mandant and may hold what the backup's own tables are rid of.

    ``previous`` are the tables that become the generation before, by their names now.
    """
    if not wanted.neutralise:
        return []
    warnings = []
    touched = {rule.table for rules in RULES.values() for rule in rules.tables} | {*REGISTRIES, "MAIL"}
    touched |= {*PERSONS, *EMPTIED} if "persons" in wanted.neutralise else set()
    left = sorted(name for name in kept if name.upper() in touched)
    if left and wanted.tables:
        what = "which is not among the tables that are restored, is not neutralised"
        warnings.append(f"{observed.mandant}: {first_of(left, _NAMED)}, {what}")
    elif left:
        warnings.append(f"{observed.mandant}: keep_tables keeps {', '.join(left)}, which is not neutralised")
    done = neutralised_in(observed.marker, previous)
    if previous and wanted.previous == "keep" and not wanted.neutralise <= done:
        warnings.append(
            f"{observed.mandant}: the generation before, which stays as BACK_ tables, is not neutralised like the new "
            "one; previous: drop leaves none of it"
        )
    return warnings


def refuse_persons_beside(
    wanted: Wanted,
    observed: Observed,
    kept: t.Collection[str],
    previous: t.Collection[str],
    *,
    older: t.Collection[str],
    others: t.Sequence[str],
) -> None:
    """Raise Failure where persons would stay in the same database: then it is no copy without persons.

    ``kept`` are tables in use that stay, ``previous`` those that become the generation before, ``older`` those of
    generations before that stay aside, ``others`` what is called like them; all by their names now.
    """
    if "persons" not in wanted.neutralise:
        return
    left = sorted(name for name in kept if name.upper() in {*PERSONS, *EMPTIED, *REGISTRIES})
    if left and "persons" not in neutralised_in(observed.marker, left):
        raise _beside(observed, f"{first_of(left, _NAMED)}, which {'stays' if len(left) == 1 else 'stay'} in use,")
    aside = [*(() if wanted.previous == "drop" else previous), *older]
    if aside and "persons" not in neutralised_in(observed.marker, aside):
        raise _beside(
            observed, "the generation before, which stays as BACK_ tables,", "previous: drop leaves none of it"
        )
    if others:
        advice = "drop it, or name it in keep_tables where it holds none"
        raise _beside(observed, f"{first_of(others, _NAMED)}, which no restore has left,", advice)


def _beside(observed: Observed, what: str, advice: str = "restore the whole backup, and keep none of these") -> Failure:
    return Failure(
        "not_neutralised",
        f"{observed.server.where}, {observed.mandant}: {what} would hold persons beside a copy without them; {advice}. "
        "The Mandant is unchanged",
    )
