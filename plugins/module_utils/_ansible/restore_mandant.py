# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_restore does: options in, the outcome of the restore out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.login import login_from
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import open_chosen
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible.module_utils.basic import AnsibleModule


def restore_mandant(module: AnsibleModule) -> dict[str, t.Any]:
    """Do what mandant_restore documents."""
    options = ReadOptions(encoding=module.params["encoding"], repairs=module.params["repairs"])
    with open_chosen(module, options) as backup:
        outcome = restore(
            wanted=wanted_from(module.params),
            login=login_from(module.params),
            backup=backup,
            check_mode=module.check_mode,
            want_diff=module._diff,
        )
    for warning in outcome.warnings:
        module.warn(warning)
    result = {
        "changed": outcome.changed,
        "action": outcome.action,
        "analysis": outcome.analysis,
        "drift": outcome.drift,
    }
    if outcome.restore is not None:
        result["restore"] = outcome.restore
    if module._diff:
        result["diff"] = outcome.diff
    return result


def wanted_from(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what the Mandant should be, from the options of mandant_restore."""
    return Wanted(
        mandant=params["mandant"],
        policy=params["policy"],
        reload_tables=params["reload_tables"],
        running_instances=params["running_instances"],
        wait_timeout_seconds=params["wait_timeout"],
        create=params["create"],
        charset=params["charset"],
        collation=params["collation"],
        previous=params["previous"],
        keep_tables=tuple(params["keep_tables"]),
        engine=params["engine"],
        on_error=params["on_error"],
        neutralise=frozenset(params["neutralise"]),
    )


__all__ = ("restore_mandant", "wanted_from")
