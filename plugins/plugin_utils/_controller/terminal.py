# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The width of the terminal: Ansible takes one of less than 80 columns for one of 80."""

from __future__ import annotations

import os
import typing as t


def width_of(stream: t.TextIO) -> int | None:
    """Return the columns of the terminal that a stream goes to, None where it goes elsewhere, 0 where it tells none.

    It is asked when a plugin is loaded: a process that works for a host has no terminal any more.
    """
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return None
