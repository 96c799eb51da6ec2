# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a restore will understand what a backup is about to say of its tables, pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import target_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import (
    Definition,
    foreign_keys,
    structure,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceTable


def check_readable(tables: t.Sequence[SourceTable], where: str) -> None:
    """Raise Failure server_setting for a table that no backup can hold."""
    seen: dict[str, str] = {}
    for table in tables:
        # To a restore all that is called like a table of CAO's is this one.
        other = seen.setdefault(target_name(table.name, mandants=True), table.name)
        if other != table.name:
            raise Failure(
                "server_setting",
                f"{where}: the tables {other} and {table.name} differ in letter case only, and to CAO-Faktura "
                "they are one; rename the other program's",
            )
        reason = _refusal(table.definition)
        if reason is not None:
            raise Failure(
                "server_setting",
                f"{where}: the table {printable(table.name)} cannot be restored from a backup: {reason}; change it, "
                "or move it to another database",
            )


def _refusal(definition: Definition) -> str | None:
    """Return why the reader of backups refuses what the writer says of a table, None where it does not."""
    text = structure(definition, "utf-8") + foreign_keys([definition], "utf-8")
    try:
        for _rows in Reading([text], definition.name).rows():
            pass
    except Failure as failure:
        return failure.msg.partition(": ")[2].partition(". Nothing was changed")[0] or failure.msg
    return None
