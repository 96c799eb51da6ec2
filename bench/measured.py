# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and appends what it took to a file: ``measured.py RECORD COMMAND...``.

It stands between whoever starts a program and the program, so that Ansible's own module process
can be measured, too: as the interpreter of a host. It is small, because the peak memory that the
kernel counts for a process begins with that of the process it was made from.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Run the command, add one line of JSON to the record, and end as the command ended."""
    record, *command = sys.argv[1:]
    start = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _pid, status, usage = os.wait4(pid, 0)
    line = {
        "command": command,
        "seconds": time.monotonic() - start,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }
    with open(record, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


if __name__ == "__main__":
    main()
