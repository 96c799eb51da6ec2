# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Who else is on a Mandant, and what is wanted of them."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_SESSIONS_NAMED = 5


@dataclasses.dataclass(frozen=True)
class SessionFact:
    """Another session on the Mandant; ``seconds`` since its last statement began."""

    number: int
    account: str
    seconds: int


def effective_running_instances(wanted: Wanted) -> str:
    """Return the policy; without a reload no running instance may be ignored."""
    if wanted.running_instances == "ignore" and not wanted.reload_tables:
        return "fail"
    return wanted.running_instances


def in_use(wanted: Wanted, where: str, sessions: t.Sequence[SessionFact]) -> Failure:
    """Return the Failure that names who is on the Mandant."""
    shown = ", ".join(f"{one.account} ({one.seconds} s)" for one in sessions[:_SESSIONS_NAMED])
    more = f" and {len(sessions) - _SESSIONS_NAMED} more" if len(sessions) > _SESSIONS_NAMED else ""
    advice = "close every CAO-Faktura on it, or set running_instances to wait or disconnect"
    if wanted.running_instances == "ignore":
        advice = "with reload_tables: false no running instance may be ignored: close every CAO-Faktura on it"
    return Failure("mandant_in_use", f"{where}: {wanted.mandant} is in use by {shown}{more}; {advice}")
