# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_restore does: options in, the outcome of the restore out."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import open_chosen, tell, tell_picked
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import (
    ANSWER,
    Controller,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import (
    AwaitedBackup,
    Backup,
    BackupAwaited,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

# What only a job needs is imported where it begins: most runs find nothing to do, and are to be short.
if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder


def restore_mandant(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_restore documents."""
    controller = module.controller
    contradiction = _contradiction(module.params, controller)
    if contradiction is not None:
        module.fail_json(msg=contradiction)
    if controller.folder is not None:
        from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder

        return _restore_in(Folder(controller.folder), module, controller)
    if controller.sha256 is not None:
        return _look_for(module, controller, _awaited(controller))
    with open_chosen(module, from_options(ReadOptions, module.params)) as backup:
        return _restore(module, backup)


def _awaited(controller: Controller) -> AwaitedBackup:
    """Return the backup that is on the controller still."""
    awaited = AwaitedBackup(str(controller.source), lambda: str(controller.sha256))
    awaited.picked = controller.chosen
    return awaited


def _restore_in(folder: Folder, module: CalledModule, controller: Controller) -> dict[str, t.Any]:
    """Restore with a folder where it can be seen how far it is; it is gone afterwards, unless a job goes on in it."""
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.job import collect, go_to_background

    if controller.collect:
        collect(folder)
    with contextlib.ExitStack() as unless_job:
        unless_job.callback(folder.remove)
        if controller.sha256 is not None:
            os.close(folder.begin())
            return _look_for(module, controller, _awaited(controller))
        with open_chosen(module, from_options(ReadOptions, module.params)) as backup:
            if not controller.watched:
                # A task of the user's own asynchronous kind, which goes on whether it is watched or not.
                os.close(folder.begin())
                return _restore(module, backup, folder)
            awaited = AwaitedBackup(backup.path, lambda: backup.sha256, backup.size_bytes)
            awaited.picked = backup.picked
            answer = _look_for(module, controller, awaited)
            if ANSWER not in answer:
                return answer
            answer = {"changed": False, ANSWER: {"job": controller.folder}}
            if go_to_background(folder, answer, f"the restore of {module.params['mandant']}"):
                unless_job.pop_all()
                return _restore(module, backup, folder, watched=True)
            # Nobody sees how far it is, and it ends with this module.
            return _restore(module, backup, folder)


def _contradiction(params: t.Mapping[str, t.Any], controller: Controller) -> str | None:
    """Return why options do not go together, None where they do."""
    dest = params["backup_first"]
    if dest is not None and params["password"] and dest.lower().endswith(".sql") and not Path(dest).is_dir():
        return "a .sql file cannot have a password, as the backup has; let backup_first be a folder or end in .zip"
    pattern = _pattern_here(params, controller)
    if dest is not None and pattern is not None and _would_match(dest, pattern):
        return "what backup_first saves would be the newest of the next run; let it be another folder than that of file"
    return None


def _pattern_here(params: t.Mapping[str, t.Any], controller: Controller) -> str | None:
    """Return the pattern by which the newest of several files is chosen, where they are on this machine."""
    if controller.pattern is not None and controller.chosen is not None:
        # The controller may be this machine, or have its folder on the same drive.
        return controller.pattern if Path(controller.chosen["path"]).is_file() else None
    return str(params["file"]) if params["newest"] and params["remote_src"] else None


def _would_match(dest: str, pattern: str) -> bool:
    """Whether a backup that is saved there is one that the pattern matches, whatever links lead to both."""
    path = Path(dest) / "CAO_backup_2026_11_02_18_05.zip" if Path(dest).is_dir() else Path(dest)
    saved, matched = (str(one.parent.resolve() / one.name) for one in (path, Path(pattern)))
    return fnmatch.fnmatchcase(saved, matched)


def _look_for(module: CalledModule, controller: Controller, awaited: AwaitedBackup) -> dict[str, t.Any]:
    """Return the result when there is nothing to do, else the answer that the backup is needed."""
    try:
        return _not_opened(module, _restore(module, awaited))
    except BackupAwaited:
        if controller.watched:
            return {"changed": False, ANSWER: {"needed": True}}
    raise Failure(
        "file_not_found",
        f"{awaited.path} is on the controller and was not shipped, since it was in {module.params['mandant']} a moment "
        "ago; run again",
    )


def _not_opened(module: CalledModule, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Say of a file that was known by its SHA-256 alone that nobody has tried its password."""
    if module.params["password"] is None:
        return result
    return {**result, "reason": f"{result['reason']}; the file was not opened, so its password was not tried"}


def _restore(
    module: CalledModule, backup: Backup, folder: Folder | None = None, *, watched: bool = False
) -> dict[str, t.Any]:
    progress = None
    if folder is not None:
        from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.job import Watcher
        from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.meter import Meter, MeterFile

        meter = Meter(backup.chosen.size_bytes, passes=1 if module.check_mode else 2)
        told = MeterFile(folder, meter, before_swap=Watcher(folder).wait_for_sign if watched else None)
        backup.watch(told.read)
        progress = told.see
    wanted = from_options(Wanted, module.params)
    if wanted.checks:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import read_checks

        # A query that may not be run is told in each run, also where there is nothing to restore.
        read_checks(wanted)
    # Not above: who collects a job's result, restores nothing.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore

    outcome = restore(
        wanted=wanted,
        login=from_options(Login, module.params),
        backup=backup,
        check_mode=module.check_mode,
        want_diff=module._diff,
        progress=progress,
    )
    result = {**tell(module, outcome), "drift": outcome.drift}
    tell_picked(module, result, backup)
    if module.params["checks"] and outcome.restore is not None:
        result["checks"] = list(outcome.checks)
    return result
