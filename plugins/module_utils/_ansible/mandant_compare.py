# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What mandant_compare does: options in, what a restore would replace out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import open_chosen, tell_picked
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.comparison import Comparing, compare
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def compare_mandant(module: CalledModule) -> dict[str, t.Any]:
    """Do what mandant_compare documents."""
    folder = module.controller.folder
    try:
        opened = open_chosen(module, from_options(ReadOptions, module.params))
    finally:
        if folder is not None:
            # The controller takes away what it has sent as soon as this is gone.
            Folder(folder).remove()
    with opened as backup:
        asked = from_options(Comparing, module.params)
        compared = compare(asked=asked, login=from_options(Login, module.params), backup=backup)
        for warning in compared.warnings:
            module.warn(warning)
        result: dict[str, t.Any] = {
            "changed": False,
            "comparison": compared.comparison,
            "analysis": compared.analysis,
        }
        tell_picked(module, result, backup)
    return result
