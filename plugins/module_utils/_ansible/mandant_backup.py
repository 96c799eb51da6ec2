# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_backup does: options in, the file out."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.diff_words import backup_worded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def backup_mandant(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_backup documents."""
    params = module.params
    contradiction = _contradiction(params)
    if contradiction is not None:
        module.fail_json(msg=contradiction)
    saved = back_up(
        saving=from_options(Saving, params), login=from_options(Login, params), check_mode=module.check_mode
    )
    for warning in saved.warnings:
        module.warn(warning)
    result = {"changed": True, **saved.result}
    return {**result, "diff": backup_worded(params["mandant"], saved.result)} if module._diff else result


def _contradiction(params: t.Mapping[str, t.Any]) -> str | None:
    """Return why options do not go together, None where they do."""
    is_folder = Path(params["dest"]).is_dir()
    if params["password"] == "":
        return "password is empty; leave it out for a backup that anybody can read"
    if params["password"] is None and params["encryption"] == "zipcrypto":
        return (
            "encryption: zipcrypto needs a password, without which anybody can read the ZIP; give it, or leave both out"
        )
    if params["password"] is not None and not is_folder and params["dest"].lower().endswith(".sql"):
        return "a .sql file cannot have a password; let dest end in .zip"
    if params["keep"] is not None and params["keep"] < 1:
        return "keep must be 1 or more: the backup that is being written is one of them"
    if params["keep"] is not None and not is_folder:
        return "keep needs a dest that is an existing folder"
    return None
