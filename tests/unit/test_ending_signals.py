# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests start hears the signals that end it, however the tests themselves were started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ending_signals

_RUN = """
import os, signal, subprocess, sys
ending_signals = signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT
for number in ending_signals:
    signal.signal(number, signal.SIG_IGN)
sys.path.insert(0, sys.argv[1])
import ending_signals as ours
if sys.argv[2] == "heard":
    ours.heard_by_children()
ask = "import signal; print([signal.getsignal(n) is signal.SIG_IGN for n in (2, 1, 15, 3)])"
for number in ending_signals:
    os.kill(os.getpid(), number)
print(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())
"""


def _ignored(how: str) -> str:
    folder = str(Path(ending_signals.__file__).parent)
    command = [sys.executable, "-c", _RUN, folder, how]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_children_hear_what_their_parent_ignores() -> None:
    assert _ignored("as it is") == str([True] * 4)
    assert _ignored("heard") == str([False] * 4)
