# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The secret options of a module that is a file on its host: they come out of a pipe, and are in no file."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import stat
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

WAIT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.02
_PIECE_BYTES = 65536


def secrets_of(pipe: str) -> dict[str, t.Any]:
    """Return the secret options that wait for a module in a pipe. Failure connection_failed."""
    try:
        secrets: dict[str, t.Any] = json.loads(base64.b64decode(_read(pipe)))
    except (OSError, ValueError):
        raise Failure(
            "connection_failed",
            "the passwords for this task, which were to come out of a pipe beside the module, did not arrive. Nothing "
            "was changed; run it again",
        ) from None
    return secrets


def _read(pipe: str) -> bytes:
    """Return all that comes out of a pipe; a writer that does not come is no longer waited for."""
    number = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISFIFO(os.fstat(number).st_mode):
            raise ValueError("no pipe")
        until = time.monotonic() + WAIT_SECONDS
        data = b""
        while time.monotonic() < until:
            piece = None
            with contextlib.suppress(BlockingIOError):
                piece = os.read(number, _PIECE_BYTES)
            if piece:
                data += piece
            elif data and piece is not None:
                return data
            else:
                time.sleep(_LOOK_AGAIN_SECONDS)
        raise ValueError("nothing came")
    finally:
        os.close(number)
