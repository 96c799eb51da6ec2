# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What is there is saved before a restore takes its place, people's work in the generation before too."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, as_called_now
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saved, Saver, Saving
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

Json = dict[str, t.Any]


# A generation, and its names in use by those that its tables have now; None: those in use, as they are called.
Part = tuple[t.Literal["live", "before"], t.Optional[t.Mapping[str, str]]]


def parts_of(
    observed: Observed, generation_before: t.Mapping[str, str], names: t.Mapping[str, str]
) -> tuple[Part, ...]:
    """Return what there is to be saved; ``names`` as for as_called_now, pure.

    A Mandant without tables has nothing to be saved, and ``generation_before`` is empty where none is.
    """
    parts: list[Part] = []
    tables = {name: table for name, table in observed.live.items() if not table.is_view}
    if tables:
        there = as_called_now(tables, names)
        parts.append(("live", {table.name: name for name, table in there.items()} if names else None))
    if generation_before:
        now = {new: old for old, new in names.items()}
        parts.append(("before", {now.get(name, name): real for name, real in generation_before.items()}))
    return tuple(parts)


def save_first(
    login: Login,
    observed: Observed,
    wanted: Wanted,
    parts: t.Sequence[Part],
    *,
    check_mode: bool,
    backup_path: str,
) -> tuple[tuple[Json, ...], list[str]]:
    """Return the files that were or would be written, and warnings. Raises Failure as mandant_backup does."""
    saving = Saving(observed.mandant, str(wanted.backup_first), wanted.backup_password or None)
    _refuse_the_backup_itself(saving.dest, backup_path)
    files: list[Json] = []
    warnings: list[str] = []
    for generation, tables in parts:
        saved = _saved(login, observed, saving, (generation, tables), check_mode=check_mode)
        told = {name: saved.result["file"][name] for name in ("path", "size", "sha256", "encryption")}
        files.append({"generation": generation, **told, "rows": saved.result["rows"]})
        warnings += saved.warnings
    return tuple(files), warnings


def _saved(login: Login, observed: Observed, saving: Saving, part: Part, *, check_mode: bool) -> Saved:
    """Save over a session of its own: one that reads bytes as they are stored is good for nothing else."""
    with contextlib.closing(connect(login)) as session:
        try:
            saver = Saver(session, observed.server, login, saving, part[1], before=part[0] == "before")
            saver.refuse_another()
            return saver.save(check_mode)
        except ServerError as exc:
            where = f"{session.where}, {observed.mandant}"
            raise failure_of(exc, where=where, doing="saving the Mandant first") from None


def _refuse_the_backup_itself(dest: str, backup_path: str) -> None:
    with contextlib.suppress(OSError):
        if Path(dest).is_file() and Path(dest).samefile(backup_path):
            raise Failure(
                "file_not_found", f"{dest} is the backup that is to be restored; choose another name or a folder"
            )
