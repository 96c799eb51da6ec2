# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Options of a table that say how its files are kept: encrypted where the server can, never given up unsaid; pure."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report

_ENCRYPTION = ("ENCRYPTED", "ENCRYPTION", "ENCRYPTION_KEY_ID")
_YES = ("YES", "Y", "ON", "1")
_FIXED_ROWS = (b"ROW_FORMAT=FIXED", b"ROW_FORMAT=PAGE")


def with_protection(definition: TableDefinition, engine: str, server: Server, reports: list[Report]) -> TableDefinition:
    """Return the definition with these options in the words of the server, as far as it and the engine have them."""
    said = {option.kind: option.value for option in definition.file_options}
    kept = list(definition.options)
    innodb = engine.lower() == "innodb"
    can_encrypt = innodb and server.encrypts and server.flavour.has_encrypted_tables
    if can_encrypt:
        kept += _encryption(said, mariadb=server.flavour.mariadb)
    elif _is_encrypted(said):
        text = "it is encrypted on the server of the dump, and cannot be here: its files are in clear text"
        reports.append(Report(definition.name, text))
    if said.get("COMPRESSION", "NONE") not in ("NONE", "") or said.get("PAGE_COMPRESSED", "0") in _YES:
        reports.append(Report(definition.name, "its pages are compressed on the server of the dump, and are not here"))
    if innodb and any(option.sql.upper() in _FIXED_ROWS for option in kept):
        reports.append(Report(definition.name, f"{engine} does not have its ROW_FORMAT: it gets the usual one"))
        kept = [option for option in kept if option.sql.upper() not in _FIXED_ROWS]
    return dataclasses.replace(definition, options=tuple(kept), file_options=())


def _is_encrypted(said: dict[str, str]) -> bool:
    return said.get("ENCRYPTED", "NO") in _YES or said.get("ENCRYPTION", "N") in _YES


def _encryption(said: dict[str, str], *, mariadb: bool) -> list[Attribute]:
    if not any(kind in said for kind in _ENCRYPTION):
        return []
    if not mariadb:
        return [Attribute("ENCRYPTION", b"ENCRYPTION='Y'" if _is_encrypted(said) else b"ENCRYPTION='N'")]
    found = []
    if "ENCRYPTED" in said or "ENCRYPTION" in said:
        found.append(Attribute("ENCRYPTED", b"`ENCRYPTED`=YES" if _is_encrypted(said) else b"`ENCRYPTED`=NO"))
    if "ENCRYPTION_KEY_ID" in said:
        found.append(Attribute("ENCRYPTION_KEY_ID", b"`ENCRYPTION_KEY_ID`=" + said["ENCRYPTION_KEY_ID"].encode()))
    return found
