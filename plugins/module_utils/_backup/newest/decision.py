# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which of several files is the newest, or why nobody can say: a pure function of what is known of them."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dated import Dated

_SHOWN = 6
# CAO's own name; mandant_backup counts those of the same minute.
_COUNTED = re.compile(r"(?P<stem>.*_backup_\d{4}(?:_\d\d){4})(?:_(?P<number>\d+))?\.(?:zip|sql)", re.IGNORECASE)


def several_mandanten(pattern: str, files: t.Sequence[Dated]) -> Failure | None:
    """Return why the files cannot be backups of one Mandant, None where they can."""
    named: dict[str, Dated] = {}
    for file in files:
        if file.mandant is not None:
            named.setdefault(file.mandant.casefold(), file)
    series = {file.series: file for file in files}
    if len(named) > 1:
        who = ", ".join(f"{printable(str(one.mandant))}: {_short(one)}" for one in list(named.values())[:_SHOWN])
    elif len(series) > 1 and any(file.mandant is None for file in files):
        who = ", ".join(_short(one) for one in list(series.values())[:_SHOWN])
    else:
        return None
    more = ", ..." if max(len(named), len(series)) > _SHOWN else ""
    return Failure(
        "not_a_backup",
        f"{printable(pattern)} matches backups of several Mandanten or of several kinds ({who}{more}); let the pattern"
        " fit the files of one Mandant.",
    )


def newest(files: t.Sequence[Dated]) -> list[Dated]:
    """Return all that could be the newest; one alone is."""
    latest_begin = max(file.span.earliest for file in files)
    tied = [file for file in files if file.span.latest > latest_begin]
    numbers = [_COUNTED.fullmatch(file.path) for file in tied]
    if all(numbers) and len({found.group("stem") for found in numbers if found}) == 1 and len(set(_numbers(tied))) > 1:
        highest = max(tied, key=lambda file: _numbers([file])[0])
        return [file for file in tied if _numbers([file]) == _numbers([highest])]
    return tied


def _numbers(files: t.Sequence[Dated]) -> list[int]:
    found = (_COUNTED.fullmatch(file.path) for file in files)
    return [int(match.group("number") or 1) if match else 0 for match in found]


def tie(pattern: str, tied: t.Sequence[Dated]) -> Failure:
    """Return the `Failure` of several files of which nobody can say which is the newest."""
    names = ", ".join(_short(file) for file in tied[:_SHOWN]) + (", ..." if len(tied) > _SHOWN else "")
    return Failure(
        "not_a_backup",
        f"{printable(pattern)}: which backup is the newest cannot be told, as these may be of the same time: {names};"
        " give one of them as file, or a pattern that fits one.",
    )


def _short(file: Dated) -> str:
    return printable(str(Path(file.path)))
