# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What tells the age of a file, and whose it is: its name, its header, its own time."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.dialect import DialectReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import Candidate
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dates import (
    Span,
    span_in,
    stamps_in,
    without_dates,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container

Source = t.Literal["name", "header", "modified"]

# Clocks and zones differ by less.
FUTURE_SECONDS = 86400.0
# Copies to FAT get a time of even seconds, and copies of a whole folder the time of copying.
_FILE_TIME_SECONDS = 1.0
_END_BYTES = 256
_COMMENTS = (b"#", b"--", b"/*")


@dataclasses.dataclass(frozen=True)
class Dated:
    """A candidate with what is known of it. ``series``: what its name has in common with others of its kind.

    ``in_future``: the sources that were not believed, as they name a time to come.
    """

    path: str
    span: Span
    source: Source
    series: str
    mandant: str | None = None
    in_future: tuple[Source, ...] = ()


@dataclasses.dataclass(frozen=True)
class HeaderFacts:
    """What the first lines of a dump say."""

    span: Span | None = None
    mandant: str | None = None


def header_of(path: str, password: str | None) -> HeaderFacts:
    """Read the first lines; nothing is known of a file that does not open: if it is chosen, that says why."""
    try:
        with choose(path) as chosen:
            container = open_container(chosen, password)
            head = container.head()
            # mysqldump dates its last line; of a packed file that would be the price of reading it through.
            end = b"" if container.is_packed else chosen.read_at(max(0, chosen.size_bytes - _END_BYTES), _END_BYTES)
    except Failure:
        return HeaderFacts()
    reader = DialectReader()
    for line in (*head.splitlines(), *end.splitlines()[-1:]):
        if line.startswith(_COMMENTS):
            reader.see(line)
    header = reader.header(_codec_of(head))
    span = None if header.date is None else span_in(header.date, trust_order=False)
    return HeaderFacts(span, header.mandant)


def _codec_of(head: bytes) -> str:
    try:
        # The last letter may be cut.
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def has_month_first(candidates: t.Iterable[Candidate]) -> bool:
    """Whether a name has the month where German ones have the day, so that no such date can be trusted."""
    return any(stamp.order == "month" for one in candidates for stamp in stamps_in(Path(one.path).name))


def dated(candidate: Candidate, header: HeaderFacts, now: float, *, trust_order: bool) -> Dated:
    """Return what is known of one candidate, by the first source that is believed."""
    name = Path(candidate.path).name
    by_name = span_in(name, trust_order=trust_order) if stamps_in(name) else span_in(candidate.varying)
    modified = Span(candidate.modified - _FILE_TIME_SECONDS, candidate.modified + _FILE_TIME_SECONDS)
    told: tuple[tuple[Source, Span | None], ...] = (("name", by_name), ("header", header.span), ("modified", modified))
    known = [(source, span) for source, span in told if span is not None]
    believed = [(source, span) for source, span in known if span.earliest <= now + FUTURE_SECONDS]
    source, span = (believed or known[-1:])[0]
    # The header and the file say when on a day it was, unless they speak of another day.
    for _source, finer in believed:
        if span.holds(finer):
            span = finer
    return Dated(
        path=candidate.path,
        span=span,
        source=source,
        series=without_dates(candidate.path),
        mandant=header.mandant,
        in_future=tuple(source for source, _span in known if (source, _span) not in believed),
    )
