# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A thread where the system has one to give; a limit for processes or memory counts them, too."""

from __future__ import annotations

import threading
import typing as t


def started(work: t.Callable[[], object]) -> threading.Thread | None:
    """Return a thread that works, None where none can be had: then it has to be done without."""
    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except (RuntimeError, MemoryError):
        return None
    return thread
