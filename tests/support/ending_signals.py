# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shell has what it runs in the background, or under nohup, ignore some signals, and all that this starts does, too.

Tests interrupt what they start. A handler, in place of "ignore", is none of theirs: they begin with the system's own.
"""

from __future__ import annotations

import signal

_ENDING = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)


def heard_by_children() -> None:
    """Let processes that are started from now on hear these signals; this one goes on ignoring what it ignored."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _passed_over)


def _passed_over(_number: int, _frame: object) -> None:
    pass
