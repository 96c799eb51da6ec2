# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_info does: options in, the facts out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible.module_utils.basic import AnsibleModule


def inform_about_mandanten(module: AnsibleModule) -> dict[str, t.Any]:
    """Do what mandant_info documents."""
    params = module.params
    found = mandant_info(asked=from_options(Asked, params), login=from_options(Login, params))
    for warning in found.pop("warnings"):
        module.warn(warning)
    return {"changed": False, **found}
