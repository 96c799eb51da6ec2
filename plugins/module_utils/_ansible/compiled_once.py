# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Imported first, so that what follows is compiled once: Ansible sends a module as a ZIP of sources.

Python's importer of ZIPs compiles a source to tell where it is, forgets what came of it, and compiles it again to run
it. The name tells where it is as well.
"""

from __future__ import annotations

import sys
import zipimport


class _Importer(zipimport.zipimporter):
    """Python's own, which says where a source is without compiling it."""

    def get_filename(self, fullname: str) -> str:
        name = fullname.rpartition(".")[2]
        return f"{self.archive}/{self.prefix}{name}" + ("/__init__.py" if self.is_package(fullname) else ".py")


def _use() -> None:
    """Let all that is imported from now on come by it; nothing changes where this file is in no ZIP."""
    if not isinstance(getattr(__spec__, "loader", None), zipimport.zipimporter):
        return
    sys.path_hooks[:] = [_Importer if hook is zipimport.zipimporter else hook for hook in sys.path_hooks]
    for path, importer in list(sys.path_importer_cache.items()):
        if isinstance(importer, zipimport.zipimporter):
            del sys.path_importer_cache[path]


_use()
