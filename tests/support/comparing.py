# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons of a backup with a Mandant without Ansible, which see that nothing of the Mandant has changed."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._mandant.comparison import Compared, Comparing, compare
from restoring import Restorer


def compared(restorer: Restorer, path: str, **asked: t.Any) -> Compared:
    """Compare, and see that nothing of the Mandant has changed."""
    before = state(restorer)
    with open_backup(path) as backup:
        found = compare(asked=Comparing(restorer.mandant.name, **asked), login=restorer.login(), backup=backup)
    assert state(restorer) == before
    return found


def state(restorer: Restorer) -> tuple[t.Any, ...]:
    shown = [restorer.mandant.query(f"SHOW CREATE TABLE `{name}`") for name in restorer.mandant.tables()]
    triggers = restorer.mandant.query("SHOW TRIGGERS")
    return shown, restorer.mandant.checksums(), triggers


def table_of(found: Compared, name: str) -> dict[str, t.Any]:
    # Some servers store names in lower case.
    (table,) = (one for one in found.comparison["tables"] if one["name"].upper() == name)
    return t.cast("dict[str, t.Any]", table)
