# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What is in a Mandant, looked at as closely as a decision asks for: rows, drift, and whose they are."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift, find_drift, kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import readable_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    Observed,
    Whose,
    as_called_now,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.unwritten import unwritten
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker

# What a decision may ask for.
Question = t.Literal["names", "rows", "drift", "whose"]


@dataclasses.dataclass(frozen=True)
class Content:
    """The answers; None: not asked for. ``names`` are those in the Mandant that a restore of some tables concerns."""

    names: frozenset[str] | None = None
    holds_rows: bool | None = None
    drift: tuple[Drift, ...] | None = None
    whose: Whose | None = None


NOTHING_SEEN = Content()


class Means(t.NamedTuple):
    """What an answer depends on: ``known`` are fingerprints not to be asked for, ``names`` as for as_called_now."""

    keep_tables: t.Sequence[str] = ()
    known: t.Mapping[str, Fingerprint] = {}
    names: t.Mapping[str, str] = {}


def look_into(
    session: Session,
    observed: Observed,
    question: Question,
    content: Content,
    means: Means | None = None,
) -> Content:
    """Return the answers with that to one question more."""
    means = means or Means()
    own = {name: table for name, table in observed.live.items() if not kept_by(means.keep_tables, name)}
    own = as_called_now(own, means.names)
    if question == "rows":
        return dataclasses.replace(content, holds_rows=any(tables_with_rows(session, observed.mandant, own)))
    if question == "whose":
        return dataclasses.replace(content, whose=whose(session, observed.mandant, own))
    if observed.marker is None:
        raise AssertionError("there is nothing to compare with")
    return dataclasses.replace(content, drift=tuple(_drift(session, observed, observed.marker, means)))


def _drift(session: Session, observed: Observed, marker: Marker, means: Means) -> list[Drift]:
    # Not above, as below.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
        live_fingerprints,
        live_objects,
    )

    there = tables_there(observed, marker)
    known = {**means.known} if means.names else {**as_remembered(session, observed.mandant, there), **means.known}
    live = live_fingerprints(session, observed.mandant, there, known, means.names)
    views = [key.partition(":")[2] for key in marker.objects or {} if key.startswith("view:")]
    views = [name for name in views if name in observed.live]
    objects = live_objects(session, observed.mandant, set(there), views, means.names)
    return find_drift(marker, observed, live, objects, means.keep_tables)


def as_remembered(session: Session, mandant: str, remembered: t.Mapping[str, Fingerprint]) -> dict[str, Fingerprint]:
    """Return the fingerprints of tables that nobody has written since; their definitions are looked at all the same."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
        definition_hash,
        show_create,
    )

    return {
        name: dataclasses.replace(remembered[name], definition=definition_hash(show_create(session, mandant, name)))
        for name in unwritten(session, mandant, remembered)
    }


def tables_there(observed: Observed, marker: Marker) -> dict[str, Fingerprint]:
    """Return the tables that the marker remembers and that are there."""
    live = observed.live
    return {name: one for name, one in marker.tables.items() if name in live and not live[name].is_view}


def tables_with_rows(session: Session, mandant: str, tables: t.Mapping[str, ExistingTable]) -> t.Iterator[str]:
    """Give those that hold rows. Of one that the server cannot read nobody knows, so it counts; a view does not."""
    for name, table in tables.items():
        if table.is_view:
            continue
        try:
            if session.query(f"SELECT 1 FROM {quoted(mandant)}.{quoted(table.name)} LIMIT 1"):
                yield name
        except ServerError as exc:
            if exc.lost:
                raise
            yield name


def with_filled(session: Session, observed: Observed, lacking: t.Iterable[str], names: t.Mapping[str, str]) -> Observed:
    """Return what was observed with those of the ``lacking`` tables that hold rows; ``names`` as for as_called_now."""
    tables = as_called_now({name: observed.tables[name] for name in lacking}, names)
    return dataclasses.replace(observed, filled=frozenset(tables_with_rows(session, observed.mandant, tables)))


def whose(
    session: Session, mandant: str, tables: t.Mapping[str, ExistingTable], counted: t.Container[str] | None = None
) -> Whose:
    """Return what a person knows these tables by, with the rows of those that are ``counted``, by default all.

    Rows that cannot be counted are left out.
    """
    # Not above: most runs find nothing to do, and nobody has to be told whose Mandant it is.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.whose_mandant import observe_facts

    facts = observe_facts(session, mandant, tables)
    rows = 0
    for name, table in tables.items():
        if table.is_view or (counted is not None and name not in counted):
            continue
        rows += readable_rows(session, mandant, table.name) or 0
    return Whose(facts.company, facts.last_document_date, rows)
