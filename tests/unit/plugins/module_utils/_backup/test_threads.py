# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thread works where there is one; where the system gives none, that is said."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started


def test_it_works() -> None:
    done: list[str] = []
    thread = started(lambda: done.append("work"))
    assert thread is not None
    thread.join()
    assert done == ["work"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an account with such a limit")
def test_none_can_be_had() -> None:
    code = (
        "import os, resource\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))\n"
        "os.setresuid(65534, 65534, 65534)\n"
        "print(started(print))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, stdout=subprocess.PIPE, check=True
    )
    assert done.stdout == b"None\n"
