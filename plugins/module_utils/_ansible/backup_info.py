# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What backup_info does: the file's options in, the analysis out."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import open_chosen, tell_picked
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import Folder
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def analyse_backup(module: CalledModule) -> dict[str, t.Any]:
    """Do what backup_info documents."""
    options = from_options(ReadOptions, module.params, head_lines=module.params["lines"])
    folder = module.controller.folder
    try:
        opened = open_chosen(module, options)
    finally:
        if folder is not None:
            # The controller takes away what it has sent as soon as this is gone.
            Folder(folder).remove()
    with opened as backup:
        result = {"changed": False, "analysis": backup.analysis.to_result()}
        tell_picked(module, result, backup)
    return result
