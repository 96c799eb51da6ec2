# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A pattern for files of the controller: where it is looked for, and what the task says of the choice."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.duration import seconds_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish

WILDCARDS = frozenset("*?[")


def where_started(name: str) -> list[Path]:
    """Return where a file may be that is not beside the playbook: the collection's own playbooks lie in its folder."""
    return [Path(name).absolute(), Path("files", name).absolute()]


def wish_of(args: t.Mapping[str, t.Any], file: str) -> Wish:
    """Return which file a task wants; TypeError and ValueError for options that make no sense."""
    max_age = args.get("max_age")
    if max_age is not None:
        seconds_of(str(max_age))
    return Wish(
        file,
        newest=boolean(args.get("newest") or False),
        max_age=None if max_age is None else str(max_age),
        password=args.get("password", args.get("zip_password")),
    )


def pattern_on_controller(pattern: str, folders: t.Sequence[str]) -> str | None:
    """Return a pattern with the first folder in which it matches anything, itself where it is absolute.

    Files are looked for as copy does: in files/ of the role and beside the playbook, and then where Ansible was
    started, and in files/ there. None for the name of one file, which copy's own way finds.
    """
    if WILDCARDS.isdisjoint(pattern):
        return None
    # Ansible's importer compiles what is imported in each run.
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import matching

    expanded = os.path.expanduser(os.path.expandvars(pattern))  # noqa: PTH111 - a pattern is no path
    if Path(expanded).is_absolute():
        return expanded
    places = [str(Path(folder) / inside) for folder in folders for inside in ("files", ".")]
    for place in (*(Path(place) / expanded for place in places), *where_started(expanded)):
        whole = os.path.normpath(place)
        if any(matching(whole)):
            return whole
    return expanded
