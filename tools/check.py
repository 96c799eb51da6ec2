# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs sessions of nox on the built tree, with the pinned packages of .build instead of a new venv for each.

``check.py SESSION...``. noxfile.py and antsibull-nox.toml say what the sessions are. Nothing is installed or asked of
any server, and no container is needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from prepare import VENVS

BUILD = Path(__file__).resolve().parents[1] / ".build"
COPY = BUILD / "ansible_collections" / "cao" / "faktura"
HOME = BUILD / "home"
# nox finds in these folders, named as the sessions, the venvs that it is told to take as they are.
SESSION_VENVS = BUILD / "nox"
# galaxy-importer wants other versions of some packages than the rest.
PURPOSES = {"build-import-check": "importer"}


def link_venv(session: str) -> None:
    """Let nox find a venv that is ready as that of the session."""
    SESSION_VENVS.mkdir(exist_ok=True)
    link = SESSION_VENVS / session
    link.unlink(missing_ok=True)
    link.symlink_to(VENVS[PURPOSES.get(session, "test")])


def main() -> None:
    """Run the sessions that the arguments name."""
    sessions = sys.argv[1:]
    HOME.mkdir(exist_ok=True)
    for session in sessions:
        link_venv(session)
    command = [sys.executable, "-m", "nox", "--envdir", str(SESSION_VENVS), "-R", "--default-venv-backend", "venv"]
    # With CI the session "formatters" checks instead of writing.
    environment = {**os.environ, "CI": "true", "HOME": str(HOME), "ANSIBLE_HOME": str(HOME / ".ansible")}
    # The session "build-import-check" passes with what galaxy-importer calls non-fatal; here nothing is.
    remarks = False
    with subprocess.Popen(
        [*command, "-s", *sessions],
        cwd=COPY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            remarks = remarks or "non-fatal error" in line
    sys.exit(process.returncode or remarks)


if __name__ == "__main__":
    main()
