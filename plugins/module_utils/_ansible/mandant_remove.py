# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_remove does: options in, what was removed out."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import tell
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remove import remove
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Removing

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def remove_mandant(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_remove documents."""
    contradiction = _contradiction(module.params)
    if contradiction is not None:
        module.fail_json(msg=contradiction)
    outcome = remove(
        wanted=from_options(Removing, module.params),
        login=from_options(Login, module.params),
        check_mode=module.check_mode,
        want_diff=bool(module._diff),
    )
    return tell(module, outcome)


def _contradiction(params: t.Mapping[str, t.Any]) -> str | None:
    """Return why options do not go together, None where they do."""
    dest = params["backup_first"]
    if params["password"] == "":
        return "password is empty; leave it out for a backup that anybody can read"
    if params["password"] is not None and dest is None:
        return "password is that of the backup that backup_first writes; give both, or neither"
    if dest is not None and params["password"] and dest.lower().endswith(".sql") and not Path(dest).is_dir():
        return "a .sql file cannot have a password; let backup_first be a folder or end in .zip"
    return None
