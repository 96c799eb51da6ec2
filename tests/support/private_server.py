# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the private servers of the tests and the demo have in common, whoever made them.

Each lives in a temporary folder, listens on a Unix socket and on one loopback port, runs as the
current user with the server's own defaults, and ends with the process that started it, however
that ends. No system service and no option file of the machine is read or touched.
"""

from __future__ import annotations

import abc
import contextlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pymysql.cursors

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 60.0
_PORT_ATTEMPTS = 5

# Runs in a session of its own. Its standard input ends when the owner ends, even by SIGKILL; then
# it does the owner's tidying: kill the server (if the number is still its own), drop the folder.
_WATCHDOG = """
import os, shutil, signal, subprocess, sys
pid, folder = int(sys.argv[1]), sys.argv[2]
if sys.stdin.read() != "done":
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as arguments:
            if os.fsencode(folder) in arguments.read():
                os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
    if os.path.ismount(folder + "/data"):
        subprocess.run(["umount", "--lazy", folder + "/data"])
    shutil.rmtree(folder, ignore_errors=True)
"""


class ServerError(Exception):
    """The private server could not be installed, started or stopped; holds the end of its log."""


@dataclass(frozen=True)
class ServerAddress:
    """How to reach the server; ``password`` is random for every server."""

    host: str
    port: int
    socket: str
    user: str
    password: str


def find_program(name: str) -> str:
    """Return the path of a server program; Debian keeps mariadbd where a user's PATH does not look."""
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
    found = shutil.which(name, path=search)
    if found is None:
        raise ServerError(f"{name} is missing; on Debian: apt-get install mariadb-server-core mariadb-client-core")
    return found


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on, and that Linux gives to nobody by itself.

    Whoever takes one of those between this look and the start of a server is another test that chose the same.
    """
    for port in random.sample(range(20_000, 32_768), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerError("there is no free port")


class PrivateServer(abc.ABC):
    """A private server; a context manager, and usable without through start() and stop().

    :param options: more options of the server, each as ``--name=value``; they come last and so win.
    :param environment: more variables of the server's environment.
    :param data_bytes: put the data folder on a file system of this size (needs root). An empty
        MariaDB takes about 125 MB there.
    """

    #: The server's program, as messages name it.
    program: t.ClassVar[str]

    def __init__(
        self,
        *,
        options: t.Sequence[str] = (),
        environment: t.Mapping[str, str] | None = None,
        data_bytes: int | None = None,
    ) -> None:
        self.options = tuple(options)
        self.environment = dict(environment or {})
        self._data_bytes = data_bytes
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[str] | None = None
        self._port = 0
        self._password = secrets.token_urlsafe(18)

    def __enter__(self) -> t.Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """The temporary folder that holds everything of this server."""
        if self._folder is None:
            raise ServerError("the server was not started")
        return self._folder

    @property
    def log_path(self) -> Path:
        """The server's error log."""
        return self.folder / "error.log"

    @property
    def address(self) -> ServerAddress:
        """Where the server listens, and its administrator's login."""
        return ServerAddress(
            host="127.0.0.1",
            port=self._port,
            socket=str(self.folder / "socket"),
            user="root",
            password=self._password,
        )

    @property
    def login_of_roles(self) -> dict[str, t.Any]:
        """The variables of the collection's roles that lead here."""
        address = self.address
        return {
            "cao_login_host": address.host,
            "cao_login_port": address.port,
            "cao_login_user": address.user,
            "cao_login_password": address.password,
        }

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.pid is not None

    def start(self) -> None:
        """Start the server, installed in a fresh folder at the first call; return when it answers."""
        if self.running:
            raise ServerError("the server runs already")
        if self._folder is None:
            try:
                self._install()
            except BaseException:
                self.stop()
                raise
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            self._port = self._port or free_port()
            self._launch()
            try:
                self._wait_until_ready()
            except BaseException as exc:
                taken = "Address already in use" in self.log_tail()
                self.kill9()
                if not isinstance(exc, ServerError) or not taken or attempt == _PORT_ATTEMPTS:
                    self.stop()
                    raise
                self._port = 0
            else:
                return

    def stop(self) -> None:
        """End the server, by force if it does not obey, and remove its folder. May be called again."""
        self._end_process(signal.SIGTERM)
        if self._folder is not None:
            self._release_watchdog()
            if self._data_bytes is not None and (self._folder / "data").is_mount():
                subprocess.run(["umount", str(self._folder / "data")], check=True)
            shutil.rmtree(self._folder)
            self._folder = None

    def end(self) -> None:
        """End the server properly; its folder stays, and start() begins it again."""
        self._end_process(signal.SIGTERM)

    def kill9(self) -> None:
        """Kill the server as a power cut would; its folder stays, start() or restart() recover from it."""
        self._end_process(signal.SIGKILL)

    def restart(self) -> None:
        """End the server properly if it still runs, and start it on the same folder, socket and port."""
        self._end_process(signal.SIGTERM)
        self.start()

    def connect(
        self,
        *,
        database: str | None = None,
        user: str | None = None,
        password: str | None = None,
        charset: str = "utf8mb4",
        autocommit: bool = True,
    ) -> pymysql.Connection[pymysql.cursors.Cursor]:
        """Open a connection over TCP, as the administrator unless a user is named."""
        address = self.address
        return pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user if user is None else user,
            password=(address.password if user is None else "") if password is None else password,
            database=database,
            charset=charset,
            autocommit=autocommit,
            connect_timeout=10,
            # A test that failed may hold a table that the next statement waits for, for a day.
            read_timeout=240,
            # To read the system's certificates for each connection would take most of the tests' time.
            ssl_disabled=True,
        )

    def admin(self, sql: str, args: t.Sequence[object] = (), *, database: str | None = None) -> list[tuple[t.Any, ...]]:
        """Run one statement as the administrator on a connection of its own and return its rows."""
        with contextlib.closing(self.connect(database=database)) as connection, connection.cursor() as cursor:
            cursor.execute(sql, tuple(args) or None)
            return list(cursor.fetchall())

    def log_tail(self, lines: int = 20) -> str:
        """Return the last lines of the server's error log."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _install(self) -> None:
        """Make the folder and the system tables; the administrator gets a random password."""
        # A Unix socket's path may have 107 bytes at most, so TMPDIR is only used where it is short.
        base = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
        self._folder = Path(tempfile.mkdtemp(prefix=f"faktura-{self.program}-", dir=base))
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._data_bytes is not None:
            size = f"size={self._data_bytes},mode=0700"
            subprocess.run(["mount", "-t", "tmpfs", "-o", size, "faktura", str(data)], check=True)
        self._install_data(data)

    @abc.abstractmethod
    def _install_data(self, data: Path) -> None:
        """Put the system tables, with the administrator's password, into the empty data folder."""

    @abc.abstractmethod
    def _command(self) -> list[str]:
        """Return the program and what only this kind of server has to be told."""

    def _environment(self) -> dict[str, str]:
        """Return the server's environment; MYSQL_* variables would change the defaults."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "TZ": os.environ.get("TZ", "UTC"),
            # A MariaDB that starts removes the temporary tables of all others in the same folder.
            "TMPDIR": str(self.folder),
            **self.environment,
        }

    def _prepare(self, command: t.Sequence[str], text: str = "") -> None:
        """Run a program that makes the data folder; it is told what has to be said before its first start."""
        once = [option for option in self.options if option.startswith("--lower-case-table-names")]
        done = subprocess.run(
            [*command, *self._user_option(), *once],
            env=self._environment(),
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    @contextlib.contextmanager
    def _login_file(self, sql: str) -> t.Iterator[Path]:
        """Give a file with passwords, which only this user can read, for as long as it is needed."""
        script = self.folder / "login.sql"
        script.touch(mode=0o600)
        script.write_text(sql, encoding="ascii")
        try:
            yield script
        finally:
            script.unlink()

    @staticmethod
    def _user_option() -> tuple[str, ...]:
        # The servers refuse to run as root unless they are told so.
        return ("--user=root",) if os.geteuid() == 0 else ()

    def _launch(self) -> None:
        self._release_watchdog()
        folder = self.folder
        with open(folder / "output.log", "ab") as output:
            self._process = subprocess.Popen(
                [
                    *self._command(),
                    f"--datadir={folder / 'data'}",
                    f"--socket={folder / 'socket'}",
                    f"--port={self._port}",
                    "--bind-address=127.0.0.1",
                    f"--pid-file={folder / 'pid'}",
                    f"--log-error={self.log_path}",
                    *self._user_option(),
                    *self.options,
                ],
                cwd=folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCHDOG, str(self._process.pid), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise ServerError(f"{self.program} ended while it started:\n{self.log_tail()}")
            try:
                self.admin("SELECT 1")
            except pymysql.err.OperationalError:
                time.sleep(0.05)
            else:
                return
        seconds = f"{START_TIMEOUT_SECONDS:.0f} seconds"
        raise ServerError(f"{self.program} did not answer within {seconds}:\n{self.log_tail()}")

    def _end_process(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._process = None

    def _release_watchdog(self) -> None:
        if self._watchdog is not None:
            self._watchdog.communicate("done")
            self._watchdog = None
