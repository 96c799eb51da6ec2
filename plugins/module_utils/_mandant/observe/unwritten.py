# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether tables were written since a restore, without reading them: by the time at which their file was written last.

Only MyISAM writes its file with each statement, so that a change shows in it at once; Aria and InnoDB keep what was
written in memory for a while. It does not hold where files are written through memory (myisam_use_mmap), nor on
Windows, which notes the time of a file when it is closed.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint

# Fewer rows are as quickly read.
ROWS_AT_LEAST = 50_000
# What is written from now on has another second than this, which file systems take from a clock of some milliseconds.
_SETTLED_SECONDS = 1.1
_ENGINE = "myisam"
_SQL = (
    "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, CONCAT_WS(' ', UNIX_TIMESTAMP(UPDATE_TIME), TABLE_ROWS, DATA_LENGTH,"
    " DATA_FREE), UNIX_TIMESTAMP(NOW(6)) - UNIX_TIMESTAMP(UPDATE_TIME), @@GLOBAL.myisam_use_mmap, @@version_compile_os"
    " FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND UPDATE_TIME IS NOT NULL"
)


def signs(session: Session, mandant: str, *, settled: bool = True) -> dict[str, str]:
    """Return for tables of which it is known when they were written last, and how large they are, what tells that.

    Where they have to be ``settled``, one that was written just now is left out: what follows at once could not be
    told from it.
    """
    try:
        found = rows_named(session, _SQL, mandant)
    except ServerError as exc:
        if exc.lost:
            raise
        return {}
    return {
        str(name): str(sign)
        for name, engine, sign, age, mapped, system in found
        if str(engine).lower() == _ENGINE
        and (float(age) >= _SETTLED_SECONDS or not settled)
        and not int(mapped)
        and not str(system).lower().startswith("win")
    }


def noted(
    found: t.Mapping[str, Fingerprint],
    names: t.Mapping[str, str],
    before: t.Mapping[str, str],
    after: t.Mapping[str, str],
) -> dict[str, Fingerprint]:
    """Return fingerprints with the signs that their tables, called ``names``, had before and after they were read.

    Only those of ``after`` have to be settled where nobody else could write the tables while they were read.
    """
    signed = {key: after[name] for key, name in names.items() if name in after and after[name] == before.get(name)}
    return {key: dataclasses.replace(one, unwritten=signed.get(key, "")) for key, one in found.items()}


def unwritten(session: Session, mandant: str, remembered: t.Mapping[str, Fingerprint]) -> frozenset[str]:
    """Return the tables that nobody has written since they were remembered."""
    known = {name: one.unwritten for name, one in remembered.items() if one.unwritten}
    if not known:
        return frozenset()
    now = signs(session, mandant)
    return frozenset(name for name, sign in known.items() if now.get(name) == sign)
