# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of the table of messages."""

from __future__ import annotations

import typing as t

from mishaps import Place


class Case(t.NamedTuple):
    """One thing that goes wrong: its error, when it happens, what to do, and how to make it happen.

    ``cause`` raises the Failure, or returns the message of a task.
    """

    error: str
    when: str
    advice: str
    cause: t.Callable[[Place], object]
