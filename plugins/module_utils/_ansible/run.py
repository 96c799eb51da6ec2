# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The frame of every module: a failure becomes fail_json here and nowhere else."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import LIMITS
from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup, open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome

# Ansible blanks out every occurrence of a secret in a result; a short one would blank out half of it.
_SHORT_SECRET = 4

_NO_MEMORY = (
    "this host has no memory left for it, or a limit leaves none (ulimit -v, that of a container); a backup takes "
    "three times the size of its longest row. Make memory free or raise the limit, and run again"
)

WILDCARDS = frozenset("*?[")

Task = t.Callable[["CalledModule"], "dict[str, t.Any]"]


def run(module: CalledModule, task: Task) -> None:
    """Run a task and end the module with its result or with the name of what went wrong."""
    _warn_of_short_secrets(module)
    _check_numbers(module)
    _check_duration(module)
    try:
        if module.lost is not None:
            raise module.lost
        result = task(module)
    except Failure as failure:
        module.fail_json(msg=failure.msg, error=failure.error, **failure.results)
    except MemoryError:
        module.fail_json(msg=_NO_MEMORY, error="too_large")
    else:
        module.exit_json(**result)


def open_chosen(module: CalledModule, options: ReadOptions) -> Backup:
    """Open the backup that the options of backup_file_spec choose.

    A copy that was shipped here has no name any more once it is open: nobody can forget it.
    """
    controller = module.controller
    picked = controller.chosen if controller.source is not None else _picked(module)
    try:
        backup = open_backup(
            picked["path"] if picked is not None and controller.source is None else module.params["file"],
            password=module.params["password"],
            checksum=module.params["checksum"],
            options=options,
            shown=controller.source,
        )
    finally:
        if controller.shipped:
            # Where another user has shipped it, that user removes it.
            with contextlib.suppress(OSError):
                Path(module.params["file"]).unlink()
    backup.picked = picked
    return backup


def _picked(module: CalledModule) -> dict[str, t.Any] | None:
    """Return which file of this host is meant, where that takes a choice or its age is asked."""
    options = module.params
    if not options["newest"] and options["max_age"] is None and WILDCARDS.isdisjoint(options["file"]):
        return None
    # Most runs name their file.
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import is_pattern
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import pick
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish

    wish = from_options(Wish, options)
    return pick(wish).to_result() if wish.asks or is_pattern(wish.file) else None


def tell_picked(module: CalledModule, result: dict[str, t.Any], backup: Backup) -> None:
    """Add to a result how its file was told from others, and say what a person should know of that."""
    if backup.picked is not None:
        result["chosen"] = {name: value for name, value in backup.picked.items() if name != "warnings"}
        for warning in backup.picked["warnings"]:
            module.warn(warning)


def tell(module: CalledModule, outcome: Outcome) -> dict[str, t.Any]:
    """Give a module's user the warnings of an outcome, and return the results that all modules have of one."""
    for warning in outcome.warnings:
        module.warn(warning)
    result: dict[str, t.Any] = {
        "changed": outcome.changed,
        "action": outcome.action,
        "reason": outcome.reason,
        "analysis": outcome.analysis,
    }
    if outcome.restore is not None:
        result["restore"] = outcome.restore
    if outcome.removed is not None:
        result["removed"] = outcome.removed
    if module.params.get("backup_first") is not None:
        result["backup_first"] = list(outcome.backup_first)
    if module._diff:
        result["diff"] = outcome.diff
    return result


def _check_numbers(module: CalledModule) -> None:
    for option, (least, most) in LIMITS.items():
        number = module.params.get(option)
        if number is not None and not least <= number <= most:
            module.fail_json(msg=f"value of {option} must be from {least} to {most}, got: {number}")


def _check_duration(module: CalledModule) -> None:
    duration = module.params.get("max_age")
    if duration is None:
        return
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.duration import EXAMPLES, seconds_of

    try:
        seconds_of(duration)
    except ValueError:
        module.fail_json(msg=f"value of max_age must be a duration such as {EXAMPLES}, got: {duration}")


def _warn_of_short_secrets(module: CalledModule) -> None:
    for option in ("password", "login_password", "account_password"):
        secret = module.params.get(option)
        if secret and len(secret) < _SHORT_SECRET:
            module.warn(
                f"{option} has fewer than {_SHORT_SECRET} characters. Ansible blanks out each place of the result "
                "that looks like it; use a longer one."
            )
