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
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saved, Saver, Saving
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

Json = dict[str, t.Any]


def save_first(
    login: Login,
    observed: Observed,
    wanted: Wanted,
    generation_before: t.Mapping[str, str],
    *,
    check_mode: bool,
    backup_path: str,
) -> tuple[tuple[Json, ...], list[str]]:
    """Return the files that were or would be written, and warnings. Raises Failure as mandant_backup does.

    A Mandant without tables has nothing to be saved, and ``generation_before`` is empty where none is.
    """
    saving = Saving(observed.mandant, str(wanted.backup_first), wanted.backup_password or None)
    _refuse_the_backup_itself(saving.dest, backup_path)
    parts: list[tuple[str, t.Mapping[str, str] | None]] = []
    if any(not table.is_view for table in observed.live.values()):
        parts.append(("live", None))
    if generation_before:
        parts.append(("before", generation_before))
    files: list[Json] = []
    warnings: list[str] = []
    for generation, tables in parts:
        saved = _saved(login, observed, saving, tables, check_mode=check_mode)
        told = {name: saved.result["file"][name] for name in ("path", "size", "sha256", "encryption")}
        files.append({"generation": generation, **told, "rows": saved.result["rows"]})
        warnings += saved.warnings
    return tuple(files), warnings


def _saved(
    login: Login, observed: Observed, saving: Saving, tables: t.Mapping[str, str] | None, *, check_mode: bool
) -> Saved:
    """Save over a session of its own: one that reads bytes as they are stored is good for nothing else."""
    with contextlib.closing(connect(login)) as session:
        try:
            return Saver(session, observed.server, login, saving, tables).save(check_mode)
        except ServerError as exc:
            where = f"{session.where}, {observed.mandant}"
            raise failure_of(exc, where=where, doing="saving the Mandant before it is restored") from None


def _refuse_the_backup_itself(dest: str, backup_path: str) -> None:
    with contextlib.suppress(OSError):
        if Path(dest).is_file() and Path(dest).samefile(backup_path):
            raise Failure(
                "file_not_found", f"{dest} is the backup that is to be restored; choose another name or a folder"
            )
