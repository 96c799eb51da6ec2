# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_account does: options in, the account out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._mandant.account import Account, make_account
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def account_of_mandanten(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_account documents."""
    params = module.params
    for option in ("account", "account_host", "account_password"):
        if params[option] == "":
            module.fail_json(msg=f"value of {option} is empty")
    made = make_account(
        wanted=from_options(Account, params), login=from_options(Login, params), check_mode=module.check_mode
    )
    for warning in made.warnings:
        module.warn(warning)
    result = {
        "changed": made.action != "unchanged",
        "action": made.action,
        "statements": list(made.statements),
        "tried": made.tried,
    }
    if module._diff:
        result["diff"] = {"prepared": "".join(f"{statement}\n" for statement in made.statements)}
    return result
