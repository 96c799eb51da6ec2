# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_info does: options in, the facts out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def inform_about_mandanten(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_info documents."""
    params = module.params
    found = mandant_info(asked=from_options(Asked, params), login=from_options(Login, params))
    for warning in found.pop("warnings"):
        module.warn(warning)
    result = {"changed": False, **found}
    if params["backups"] is not None:
        result["newest_backup"] = _newest_backup(module)
    return result


def _newest_backup(module: CalledModule) -> dict[str, t.Any] | None:
    """Return which backup of a pattern is the newest, and its age; None, and a warning, where that cannot be told."""
    # Most look at the Mandanten alone.
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.duration import seconds_of
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import pick
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish

    try:
        picked = pick(Wish(module.params["backups"], newest=True)).to_result()
    except Failure as failure:
        module.warn(f"backups: {failure.msg}")
        return None
    except OSError as exc:
        module.warn(f"backups: {module.params['backups']} cannot be read: {exc.strerror}")
        return None
    for warning in picked.pop("warnings"):
        module.warn(warning)
    max_age = module.params["max_age"]
    return {**picked, "too_old": max_age is not None and picked["age_seconds"] > seconds_of(max_age)}
