# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private sshd on a loopback port, with keys of its own, for the user who runs the tests.

No system service and no configuration of the machine is read or touched.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

from jobs import descendants, kill
from private_server import find_program, free_port

_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
"""
_START_SECONDS = 60.0


def why_not() -> str | None:
    """Return why there can be no sshd here, None when there can."""
    try:
        find_program("sshd")
    except Exception as exc:  # noqa: BLE001 - whatever it is, it is the reason
        return f"no sshd here; on Debian: apt-get install openssh-server ({exc})"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("sshd")
        except KeyError:
            return "an sshd of root needs the user sshd, whom the package openssh-server makes"
    return None


class SshServer:
    """The server; a context manager."""

    def __enter__(self) -> t.Self:
        self._temporary = tempfile.TemporaryDirectory(prefix="faktura-sshd-")
        self.folder = Path(self._temporary.name)
        self.port = free_port()
        for name in ("host_key", "user_key"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        host_key = (self.folder / "host_key.pub").read_text(encoding="ascii")
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}", encoding="ascii")
        (self.folder / "config").write_text(_CONFIG.format(port=self.port, folder=self.folder), encoding="ascii")
        if os.geteuid() == 0:
            # Where an sshd of root locks in its unprivileged half.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [find_program("sshd"), "-D", "-e", "-f", str(self.folder / "config")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.cut()
        self._temporary.cleanup()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            # Not by connecting: another server may have taken the port.
            if "Server listening on" in (self.folder / "log").read_text(encoding="utf-8"):
                return
            time.sleep(0.05)
        self.cut()
        raise OSError(f"sshd does not answer: {(self.folder / 'log').read_text(encoding='utf-8')}")

    def cut(self) -> None:
        """Cut all connections at once, as when a cable is pulled, and take no new ones."""
        # What a connection has started is left alone, as a cable would leave it.
        kill([self._process.pid, *descendants(self._process.pid, name="sshd")])
        self._process.wait()

    def host(self) -> dict[str, t.Any]:
        """Return the variables of a managed host that is reached by this server."""
        options = f"-F /dev/null -o UserKnownHostsFile={self.folder}/known_hosts -o IdentitiesOnly=yes"
        return {
            "ansible_connection": "ssh",
            "ansible_host": "127.0.0.1",
            "ansible_port": self.port,
            "ansible_user": pwd.getpwuid(os.geteuid()).pw_name,
            "ansible_ssh_private_key_file": str(self.folder / "user_key"),
            "ansible_ssh_common_args": options,
            "ansible_ssh_args": "-o ControlMaster=auto -o ControlPersist=20s",
            "ansible_control_path_dir": str(self.folder),
            "ansible_remote_tmp": str(self.folder / "tmp"),
        }
