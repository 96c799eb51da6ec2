# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which files a pattern means: those that are there, and those that are no backup yet or only lie beside one."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import re
import signal
import stat
import time
import typing as t
from pathlib import Path

# What programs that copy, download or write give a file until it is whole.
_UNFINISHED = re.compile(
    r"\.(?:part|partial|filepart|tmp|temp|crdownload|download|opdownload|incomplete|unfinished|inprogress|in-progress"
    r"|writing|uploading|lock|lck|swp|bak~|!\w+)$|~$|^~\$|^\.|\.~\w*$|\.(?:part|tmp)[._-]?[0-9a-z]{1,12}$",
    re.IGNORECASE,
)
# A backup of the generation before, as backup_first calls it: its content is older than its date.
_BEFORE = re.compile(r"CAO_backup_\d{4}(?:_\d\d){4}_before(?:_\d+)?\.zip", re.IGNORECASE)
# What tools put beside a backup under its name.
_BESIDE = re.compile(
    r"\.(?:sha\d*|sha\d+sums?|md5|crc|sfv|asc|sig|minisig|log|err|ok|done|json|ya?ml|ini|txt)$", re.IGNORECASE
)
_WILDCARD = re.compile(r"[*?\[]")
# Whoever writes a file without haste writes again within this time.
_RECENT_SECONDS, _WATCHED_SECONDS = 10.0, 1.0


class Candidate(t.NamedTuple):
    """A file that a pattern matches. ``varying``: what of its folder is not in the pattern as it stands."""

    path: str
    modified: float
    varying: str


class PassedOver(t.NamedTuple):
    """A file that a pattern matches and that is not chosen, with the reason as a sentence goes on."""

    path: str
    why: str
    modified: float


def is_pattern(path: str) -> bool:
    """Whether a path is meant as a pattern: it has wildcards, and no file has just this name."""
    return bool(_WILDCARD.search(path)) and not os.path.lexists(path)


def matching(pattern: str) -> tuple[list[Candidate], list[PassedOver]]:
    """Return the files that a pattern matches, each once, and what is passed over of them."""
    fixed = _fixed_folder(pattern)
    found: dict[tuple[int, int], Candidate] = {}
    over = []
    # With links last, so that a file stands for the link to it.
    for path in sorted(_expanded(pattern), key=lambda path: (Path(path).is_symlink(), path)):
        facts = _facts(path)
        if facts is None or stat.S_ISDIR(facts.st_mode):
            continue
        why = _why_not(Path(path).name, facts) if path != pattern else None
        if why is not None:
            over.append(PassedOver(path, why, facts.st_mtime))
            continue
        varying = os.path.relpath(Path(path).parent, fixed)
        found.setdefault((facts.st_dev, facts.st_ino), Candidate(path, facts.st_mtime, varying))
    return sorted(found.values()), over


def _expanded(pattern: str) -> list[str]:
    # Path.glob() takes no absolute pattern.
    return glob.glob(pattern) if is_pattern(pattern) else [pattern]  # noqa: PTH207


def _fixed_folder(pattern: str) -> str:
    parts = Path(pattern).parent.parts
    fixed = next((number for number, part in enumerate(parts) if _WILDCARD.search(part)), len(parts))
    return str(Path(*parts[:fixed])) if fixed else "."


def _facts(path: str) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except OSError:
        return None


def _why_not(name: str, facts: os.stat_result) -> str | None:
    if not stat.S_ISREG(facts.st_mode):
        return "is not a regular file"
    if _UNFINISHED.search(name):
        return "has the name of a file that is not finished"
    if _BEFORE.fullmatch(name):
        return "holds the generation before that of its date"
    return "lies beside a backup and is none" if _BESIDE.search(name) else None


def is_being_written(path: str) -> bool:
    """Whether somebody is writing a file just now, as far as this machine can know.

    The system refuses a lease on a file that is open for writing, to the file's owner and to root; whoever may not ask,
    and files of other machines, are looked at twice.
    """
    try:
        before = Path(path).stat()
        if _is_open_for_writing(path):
            return True
        if not 0 <= time.time() - before.st_mtime < _RECENT_SECONDS:
            return False
        time.sleep(_WATCHED_SECONDS)
        after = Path(path).stat()
    except OSError:
        return False
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _is_open_for_writing(path: str) -> bool:
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        # Who opens it just now breaks the lease, which by default would end this process.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as exc:
        return exc.errno in (errno.EAGAIN, errno.EWOULDBLOCK)
    finally:
        os.close(handle)
    return False
