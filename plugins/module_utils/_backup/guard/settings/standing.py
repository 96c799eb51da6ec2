# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a dump has set that changes how its next rows are taken; pure."""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.allowlist import Catalog
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import CHANGES_SECONDS
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

_STRICT = re.compile(r"\b(?:STRICT_TRANS_TABLES|STRICT_ALL_TABLES|TRADITIONAL)\b", re.IGNORECASE)
# Under these, texts and parts of seconds are looked at row by row.
_LOOKED_AT = re.compile(rf"\b(?:{'|'.join(('NO_BACKSLASH_ESCAPES', *CHANGES_SECONDS))})\b", re.IGNORECASE)
# Statements that change nothing of what rows before them are.
_LET_WAIT = frozenset(
    (b"SET", b"USE", b"SELECT", b"SHOW", b"BEGIN", b"START", b"COMMIT", b"LOCK", b"UNLOCK", b"SAVEPOINT", b"RELEASE")
)
_KEYS = ([b"DISABLE", b"KEYS"], [b"ENABLE", b"KEYS"])


class Standing(t.NamedTuple):
    """``is_lenient``: a server fills what rows leave out; ``may_wait``: plain rows are taken as those before them."""

    is_lenient: bool
    may_wait: bool
    charset: str | None
    client: str | None


@functools.lru_cache(maxsize=64)
def _of_mode(sql_mode: str | None) -> tuple[bool, bool]:
    is_lenient = sql_mode is not None and not _STRICT.search(sql_mode)
    return is_lenient, not _LOOKED_AT.search(sql_mode or "")


def standing(catalog: Catalog) -> Standing:
    """Return what a dump has set so far."""
    settings = catalog.settings
    is_lenient, may_wait = _of_mode(settings.sql_mode)
    return Standing(is_lenient, may_wait and catalog.elsewhere is None, settings.charset, settings.client)


def lets_wait(tokens: t.Sequence[Token]) -> bool:
    """Whether rows before a statement may be taken behind it."""
    verb = tokens[0].upper if tokens else b"SET"
    return verb in _LET_WAIT or (verb == b"ALTER" and [token.upper for token in tokens[-2:]] in _KEYS)
