# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real playbooks against this machine with the installed collection and returns the results as data."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import typing as t
from dataclasses import dataclass
from pathlib import Path

SUPPORT_FOLDER = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 600.0

_END_OF_PLAY_ERROR = "ansible-playbook ended with {code} before its first task\n{stdout}\n{stderr}"


Hosts = t.Mapping[str, t.Mapping[str, t.Any]]


class PlaybookError(Exception):
    """ansible-playbook ended before its first task; holds what it printed."""


@dataclass(frozen=True)
class TaskResult:
    """What one task gave back. ``status``: ok, failed, skipped or unreachable; ``result``: the module's answer."""

    task: str
    action: str
    host: str
    status: str
    result: dict[str, t.Any]

    @property
    def changed(self) -> bool:
        """Whether the task says that it changed something."""
        return bool(self.result.get("changed"))

    @property
    def failed(self) -> bool:
        """Whether the task failed, also when the playbook went on."""
        return self.status in ("failed", "unreachable")

    @property
    def error(self) -> str | None:
        """The error name of the collection's modules, None on success."""
        return self.result.get("error")

    def __getitem__(self, key: str) -> t.Any:
        return self.result[key]


@dataclass(frozen=True)
class PlaybookRun:
    """One run of ansible-playbook: its exit code, the tasks in their order, and what it printed."""

    returncode: int
    tasks: tuple[TaskResult, ...]
    stdout: str
    stderr: str

    def __getitem__(self, task: str) -> TaskResult:
        """Return the result of the only task with this name."""
        (found,) = (result for result in self.tasks if result.task == task)
        return found


@dataclass(frozen=True)
class RunningPlaybook:
    """An ansible-playbook that runs, and where everything goes that it prints."""

    process: subprocess.Popen[bytes]
    output: t.IO[bytes]

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return os.pread(self.output.fileno(), 1 << 20, 0).decode("utf-8", "replace")


class PlaybookRunner:
    """Runs ansible-playbook as a user would, cut off from the configuration of whoever runs the tests.

    The controller is the Python that runs the tests; FAKTURA_TARGET_PYTHON names another one for the managed host.

    :param collections_path: folder with ``ansible_collections`` in which the collection is installed.
    :param folder: for everything that Ansible writes; a temporary folder of its own, closed with close(), when None.
    """

    def __init__(self, collections_path: Path, folder: Path | None = None) -> None:
        self.collections_path = collections_path
        self._stack = contextlib.ExitStack()
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="faktura-playbook-"))
            self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.folder = folder
        (self.folder / "home").mkdir(exist_ok=True)
        (self.folder / "ansible.cfg").touch()

    def __enter__(self) -> PlaybookRunner:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folder, if it is the runner's own."""
        self._stack.close()

    def task(
        self,
        module: str,
        args: t.Mapping[str, t.Any],
        *,
        check: bool = False,
        diff: bool = False,
        environment: t.Mapping[str, str] | None = None,
    ) -> TaskResult:
        """Run a playbook of one task and return its result, also when it failed.

        :param module: full name, e.g. ``cao.faktura.backup_info``.
        """
        play = {"hosts": "all", "gather_facts": False, "tasks": [{"name": "task", module: dict(args)}]}
        return self.run([play], check=check, diff=diff, environment=environment)["task"]

    def run(
        self,
        playbook: Path | str | t.Sequence[t.Mapping[str, t.Any]],
        *,
        variables: t.Mapping[str, t.Any] | None = None,
        check: bool = False,
        diff: bool = False,
        environment: t.Mapping[str, str] | None = None,
        hosts: Hosts | Path | None = None,
        arguments: t.Sequence[str] = (),
        timeout_seconds: float = TIMEOUT_SECONDS,
        stderr: int | None = subprocess.PIPE,
        started_in: Path | None = None,
    ) -> PlaybookRun:
        """Run a playbook: the path of a file, a full name (``cao.faktura.analyse``), or plays as data.

        A failed task is part of the answer; PlaybookError is raised when no task ran at all.

        :param hosts: variables of each managed host, or the file of an inventory; localhost unless others are named.
        :param arguments: more arguments of ansible-playbook.
        :param stderr: an open file for its errors, and with them its progress; None: where the caller's errors go.
        :param started_in: the folder where it is started; one of its own unless another is named.
        """
        with tempfile.TemporaryDirectory(prefix="run-", dir=self.folder) as name:
            run_folder = Path(name)
            results = run_folder / "results"
            done = _run_group(
                [
                    *self._command(run_folder, playbook, variables or {}, hosts),
                    *arguments,
                    *["--check"] * check,
                    *["--diff"] * diff,
                ],
                environment={**self._environment(), "FAKTURA_RESULTS_FILE": str(results), **(environment or {})},
                folder=started_in or run_folder,
                timeout_seconds=timeout_seconds,
                stderr=stderr,
            )
            lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
        if not lines and done.returncode != 0:
            raise PlaybookError(
                _END_OF_PLAY_ERROR.format(code=done.returncode, stdout=done.stdout, stderr=done.stderr or "")
            )
        return PlaybookRun(
            returncode=done.returncode,
            tasks=tuple(TaskResult(**json.loads(line)) for line in lines),
            stdout=done.stdout,
            stderr=done.stderr or "",
        )

    @contextlib.contextmanager
    def running(
        self,
        playbook: Path | str | t.Sequence[t.Mapping[str, t.Any]],
        *,
        variables: t.Mapping[str, t.Any] | None = None,
        hosts: Hosts | Path | None = None,
        stderr: int = subprocess.STDOUT,
    ) -> t.Iterator[RunningPlaybook]:
        """Start a playbook, to be watched, interrupted or killed; what still runs of it at the end is killed.

        :param stderr: an open file for the standard error, that of the standard output unless another is given.
        """
        with tempfile.TemporaryDirectory(prefix="run-", dir=self.folder) as name, tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                self._command(Path(name), playbook, variables or {}, hosts),
                cwd=name,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=stderr,
                start_new_session=True,
            )
            try:
                yield RunningPlaybook(process, output)
            finally:
                process.kill()
                process.wait()

    @staticmethod
    def _command(
        run_folder: Path,
        playbook: Path | str | t.Sequence[t.Mapping[str, t.Any]],
        variables: t.Mapping[str, t.Any],
        hosts: Hosts | Path | None,
    ) -> list[str]:
        if isinstance(playbook, (Path, str)):
            target = str(playbook)
        else:
            target = str(write_private(run_folder / "playbook.yml", list(playbook)))
        if isinstance(hosts, Path):
            inventory = hosts
        else:
            named = {name: {**local_host(), **given} for name, given in (hosts or {"localhost": {}}).items()}
            inventory = write_private(run_folder / "inventory.json", {"all": {"hosts": named}})
        # Variables may hold secrets: they go by file, never by argument.
        extra = write_private(run_folder / "variables.json", dict(variables))
        return [sys.executable, "-m", "ansible", "playbook", "-i", str(inventory), "-e", f"@{extra}", target]

    def _environment(self) -> dict[str, str]:
        home = self.folder / "home"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_LOCAL_TEMP": str(home / ".ansible" / "local"),
            "ANSIBLE_REMOTE_TEMP": str(home / ".ansible" / "remote"),
            "ANSIBLE_ASYNC_DIR": str(home / ".ansible" / "async"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections_path),
            "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
            "ANSIBLE_CALLBACK_PLUGINS": str(SUPPORT_FOLDER / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "json_lines",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_RETRY_FILES_ENABLED": "false",
        }


def local_host() -> dict[str, str]:
    """Return the variables of a host that is this machine."""
    interpreter = os.environ.get("FAKTURA_TARGET_PYTHON", sys.executable)
    return {"ansible_connection": "local", "ansible_python_interpreter": interpreter}


def write_private(path: Path, content: object) -> Path:
    """Write data for Ansible into a file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
    return path


@contextlib.contextmanager
def _interrupted_later() -> t.Iterator[None]:
    """Let Ctrl-C wait until a process that is being started is known, so that it can be ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: seen.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if seen:
        raise KeyboardInterrupt


def _run_group(
    command: t.Sequence[str],
    *,
    environment: t.Mapping[str, str],
    folder: Path,
    timeout_seconds: float,
    stderr: int | None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process group of its own and leave nothing of the group behind."""
    process = None
    try:
        with _interrupted_later():
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        stdout, errors = process.communicate(timeout=timeout_seconds)
    except BaseException:
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, errors)
