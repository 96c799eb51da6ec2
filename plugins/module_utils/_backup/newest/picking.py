# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""From a path or a pattern to the one file that is meant, its date and its age."""

from __future__ import annotations

import dataclasses
import datetime
import time
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import (
    choose,
    dump_in_files,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import (
    Candidate,
    PassedOver,
    is_being_written,
    is_pattern,
    matching,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dated import (
    Dated,
    dated,
    has_month_first,
    header_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.decision import newest, several_mandanten, tie
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.duration import in_words, seconds_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish

_BY = {"name": "by the date in its name", "header": "by its header", "modified": "by the time of the file"}


@dataclasses.dataclass(frozen=True)
class Picked:
    """The file, its date, how that was told, how many files it was chosen from, and those that were passed over."""

    file: Dated
    age_seconds: float
    candidates: int
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def path(self) -> str:
        """Where it is."""
        return self.file.path

    def to_result(self) -> dict[str, t.Any]:
        """Return the ``chosen`` that modules give back."""
        return {
            "path": self.path,
            "date": _date(self.file.span.earliest).isoformat(timespec="seconds"),
            "date_from": self.file.source,
            "age_seconds": int(self.age_seconds),
            "candidates": self.candidates,
            "passed_over": [{"path": one.path, "why": one.why} for one in self.passed_over],
            "warnings": list(self._warnings()),
        }

    def _warnings(self) -> t.Iterator[str]:
        for one in self.passed_over:
            if one.modified > self.file.span.latest:
                yield f"{printable(one.path)} {one.why} and is newer than {printable(self.path)}, which is taken."
        if self.file.in_future:
            sources = " and ".join(_BY[source] for source in self.file.in_future)
            yield f"{printable(self.path)} would be of the future {sources}, which is not believed."


def pick(wish: Wish, now: float | None = None) -> Picked:
    """Return the file that is meant, once it is clear which it is and that it is young enough.

    `Failure`: ``file_not_found`` (nothing matches, a pattern without ``newest``), ``not_a_backup`` (several that could
    be the newest, or several Mandanten), ``truncated`` (the only one is being written), ``too_old``.
    """
    at = time.time() if now is None else now
    if is_pattern(wish.file) and not wish.newest:
        raise pattern_without_newest(wish.file)
    found, over = matching(wish.file)
    if not found:
        raise _nothing(wish, over)
    for folder in sorted({str(Path(one.path).parent) for one in found}) if wish.newest else ():
        if (failure := dump_in_files(folder)) is not None:
            raise failure
    trust = not has_month_first(found)
    known = [dated(one, header_of(one.path, wish.password), at, trust_order=trust) for one in found]
    if (failure := several_mandanten(wish.file, known)) is not None:
        raise failure
    chosen, being_written = _newest_that_is_whole(wish.file, known, found)
    picked = Picked(chosen, at - chosen.span.earliest, len(found), (*over, *being_written))
    _refuse_old(picked, wish.max_age)
    return picked


def pattern_without_newest(path: str) -> Failure:
    """Return the `Failure` of a pattern where one file has to be named."""
    return Failure(
        "file_not_found",
        f"{printable(path)} is a pattern, and no file has this name; set newest: true to take the newest file that it"
        " matches, or give the path of one.",
    )


def _nothing(wish: Wish, over: t.Sequence[PassedOver]) -> Failure:
    path = printable(wish.file)
    if over:
        names = ", ".join(f"{printable(one.path)} {one.why}" for one in over[:3])
        return Failure("file_not_found", f"{path} matches no finished backup ({names}); wait until it is there.")
    if is_pattern(wish.file):
        return Failure(
            "file_not_found",
            f"No file matches {path} on this machine; check the pattern, whether its folder may be read, and on which"
            " machine the backups are.",
        )
    # Says what is there instead, a folder for example.
    choose(wish.file).close()
    return Failure("file_not_found", f"{path} is no file that can be chosen; check the path.")


def _newest_that_is_whole(
    pattern: str, known: t.Sequence[Dated], found: t.Sequence[Candidate]
) -> tuple[Dated, list[PassedOver]]:
    left = list(known)
    over: list[PassedOver] = []
    times = {one.path: one.modified for one in found}
    while left:
        tied = newest(left)
        written = [one for one in tied if is_being_written(one.path)]
        if not written:
            if len(tied) > 1 and not _are_same(tied):
                raise tie(pattern, tied)
            return tied[0], over
        over += [PassedOver(one.path, "is being written just now", times[one.path]) for one in written]
        left = [one for one in left if one not in written]
    raise Failure(
        "truncated",
        f"{printable(over[0].path)} is being written just now, and there is no other that {printable(pattern)} matches;"
        " wait until it is there completely.",
    )


def _are_same(tied: t.Sequence[Dated]) -> bool:
    """Whether they are copies of one file."""
    try:
        with choose(tied[0].path) as first:
            size, sha256 = first.size_bytes, first.sha256
        for one in tied[1:]:
            with choose(one.path) as other:
                if other.size_bytes != size or other.sha256 != sha256:
                    return False
    except Failure:
        return False
    return True


def _refuse_old(picked: Picked, max_age: str | None) -> None:
    if max_age is None:
        return
    path, by = printable(picked.path), _BY[picked.file.source]
    if picked.age_seconds < -86400:
        raise Failure(
            "too_old",
            f"{path} is of {_shown(picked)} {by}, which is to come: its age cannot be told. Set the clock of the"
            " machine right, or leave max_age out.",
        )
    if picked.age_seconds > seconds_of(max_age):
        raise Failure(
            "too_old",
            f"{path} is of {_shown(picked)} {by}, that is {in_words(picked.age_seconds)} old, and max_age allows"
            f" {max_age}; look why there is no newer backup.",
        )


def _shown(picked: Picked) -> str:
    return _date(picked.file.span.earliest).strftime("%Y-%m-%d %H:%M")


def _date(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds).astimezone()
