# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another user of this machine, as whom a test does what somebody with bad intentions would do."""

from __future__ import annotations

import os
import pwd
import tempfile
import traceback
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user without a password")
STRANGER = "nobody"


def as_stranger(work: t.Callable[[], None], user: str = STRANGER) -> None:
    """Do something in a process of another user; whatever fails there fails here."""
    account = pwd.getpwnam(user)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - there is nobody else to tell
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0


@contextmanager
def common_place() -> Iterator[Path]:
    """A folder such as /tmp is: everybody may make something in it, and nobody remove what is another's."""
    with tempfile.TemporaryDirectory(prefix="faktura-common-") as name:
        Path(name).chmod(0o1777)
        yield Path(name)
