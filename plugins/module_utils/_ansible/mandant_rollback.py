# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_rollback does: options in, the outcome out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import tell
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import wanted_sha256
from ansible_collections.cao.faktura.plugins.module_utils._mandant.rollback import rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def rollback_mandant(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_rollback documents."""
    params = module.params
    checksum = params["checksum"]
    outcome = rollback(
        wanted=from_options(Wanted, params, create=False),
        login=from_options(Login, params),
        check_mode=module.check_mode,
        want_diff=bool(module._diff),
        only_sha256=None if checksum is None else wanted_sha256(params["mandant"], checksum),
    )
    return tell(module, outcome)
