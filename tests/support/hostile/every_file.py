# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All hostile and tricky files, by what they try."""

from __future__ import annotations

from hostile import archives, commands, comments, definitions, names, raw_bytes, rows, settings, statements, stored
from hostile.row import Hostile, Make

# What a hostile file can try; there have to be some of every kind.
KINDS = (
    "client command",
    "USE",
    "qualified name",
    "executable comment",
    "nested comment",
    "DELIMITER",
    "PREPARE",
    "SET GLOBAL",
    "LOAD DATA",
    "INTO OUTFILE",
    "LOAD_FILE",
    "subselect in VALUES",
    "CREATE ... SELECT",
    "DATA DIRECTORY",
    "FEDERATED and CONNECT",
    "UNION of MERGE",
    "DEFINER",
    "trigger",
    "view",
    "event",
    "routine",
    "rights",
    "ZIP slip",
    "link",
    "bomb",
    "nested bomb",
    "overlapping entries",
    "lying sizes",
    "duplicate member",
    "4 GiB",
    "Zip64",
    "name with control characters",
)

BY_KIND: dict[str, tuple[Hostile, ...]] = {
    **commands.FILES,
    **names.FILES,
    **comments.FILES,
    **definitions.FILES,
    **rows.FILES,
    **settings.FILES,
    **stored.FILES,
    **statements.FILES,
    **raw_bytes.FILES,
    **archives.FILES,
}
HOSTILE = tuple(hostile for files in BY_KIND.values() for hostile in files)
SQL: dict[str, bytes] = {hostile.name: hostile.content for hostile in HOSTILE if isinstance(hostile.content, bytes)}
ARCHIVES: dict[str, Make] = {
    hostile.name: hostile.content for hostile in HOSTILE if not isinstance(hostile.content, bytes)
}
