# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Triggers that compute columns of the row that comes and do nothing else: what they make of it is always the same."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger

_WORDS = frozenset(
    b"""AND BEGIN BETWEEN BOTH CASE DIV ELSE ELSEIF END FALSE FROM IF IN IS LEADING LIKE MOD NEW NOT NULL OR SET THEN
    TRAILING TRUE WHEN XOR""".split()
)
# None of these asks for the time, the session, the account, or for anything but its arguments.
_FUNCTIONS = frozenset(
    b"""ABS ASCII CEIL CEILING CHAR_LENGTH CHARACTER_LENGTH COALESCE CONCAT CONCAT_WS CRC32 DATE DAY ELT FIELD FLOOR
    GREATEST HEX HOUR IFNULL INSTR ISNULL LCASE LEAST LEFT LENGTH LOCATE LOWER LPAD LTRIM MD5 MID MINUTE MOD MONTH
    NULLIF REPLACE REVERSE RIGHT ROUND RPAD RTRIM SECOND SHA SHA1 SHA2 SIGN SUBSTR SUBSTRING SUBSTRING_INDEX TRIM
    TRUNCATE UCASE UNHEX UPPER YEAR""".split()
)


def computes_its_row(trigger: Trigger) -> bool:
    """Whether rows may go through a trigger wherever and whenever they are loaded.

    Of a word that is not known to be harmless this is not believed.
    """
    known = (_is_known(trigger.body, index) for index in range(len(trigger.body)))
    return trigger.timing == b"BEFORE INSERT" and not trigger.names and all(known)


def divides(triggers: t.Iterable[Trigger]) -> bool:
    """Whether a trigger has a quotient: how many digits that gets, a setting of the session says."""
    return any(token.is_mark(b"/") for trigger in triggers for token in trigger.body)


def _is_known(body: t.Sequence[Token], index: int) -> bool:
    token = body[index]
    if token.kind not in ("word", "name"):
        return token.kind != "variable"
    if index > 1 and body[index - 1].is_mark(b".") and body[index - 2].upper == b"NEW":
        return True
    is_call = index + 1 < len(body) and body[index + 1].is_mark(b"(")
    return token.upper in _WORDS or (is_call and token.upper in _FUNCTIONS)
