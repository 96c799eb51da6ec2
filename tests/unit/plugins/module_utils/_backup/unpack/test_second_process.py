# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second process: what is said reaches it and comes back, it has nothing open, and it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.second_process import Helper, Line, start
from dumps import CAO_HEAD

_CORES = second_process._cores


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_cores", lambda: 2)


@pytest.fixture
def helper() -> t.Iterator[Helper]:
    """A helper that sends back what it hears, and ends at None."""

    def work(line: Line) -> None:
        while (said := line.receive()) is not None:
            line.send(said)

    found = start(work, ())
    assert found is not None
    yield found
    found.close()


def _answer(work: t.Callable[[Line], object], needed: t.Collection[int] = ()) -> t.Any:
    """Return what work returns in a helper."""
    found = start(lambda line: line.send(work(line)), needed)
    assert found is not None
    try:
        return found.line.receive()
    finally:
        found.close()


def test_a_line_takes_values_of_any_size() -> None:
    ours, theirs = map(Line, socket.socketpair())
    values = [None, True, (1, "ä"), b"x" * 3, {"a": [1.5]}]
    for value in values:
        ours.send(value)
    assert theirs.is_waiting()
    assert [theirs.receive() for _value in values] == values
    assert not theirs.is_waiting()
    # More than a socket takes at once, so the other end has to read meanwhile.
    thread = threading.Thread(target=ours.send, args=(b"y" * 5_000_000,))
    thread.start()
    assert theirs.receive() == b"y" * 5_000_000
    thread.join()
    ours.close()
    assert theirs.is_waiting(), "the end is something to receive"
    with pytest.raises(EOFError):
        theirs.receive()
    theirs.close()


def test_a_helper_is_another_process(helper: Helper) -> None:
    helper.line.send((5, b"x" * 100_000))
    assert helper.line.receive() == (5, b"x" * 100_000)
    assert _answer(lambda _line: os.getpid()) != os.getpid()


def test_a_helper_that_has_ended_is_heard(helper: Helper) -> None:
    helper.line.send(None)
    with pytest.raises(EOFError):
        helper.line.receive()


def test_a_helper_that_fails_ends_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    def work(_line: Line) -> None:
        raise RuntimeError("Geheim")

    found = start(work, ())
    assert found is not None
    with pytest.raises(EOFError):
        found.line.receive()
    found.close()
    assert capfd.readouterr() == ("", "")


def test_closed_is_ended(helper: Helper) -> None:
    process = helper._process
    helper.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    helper.close()
    with pytest.raises(OSError, match=r"closed|Bad file descriptor"):
        helper.line.send(1)


def test_it_dies_of_the_signals_that_a_job_catches() -> None:
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        assert _answer(lambda _line: signal.getsignal(signal.SIGTERM)) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux shows what a process has open")
def test_it_has_open_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "needed").touch()
    (tmp_path / "other").touch()
    with open(tmp_path / "needed", "rb") as needed, open(tmp_path / "other", "rb"):
        opened = _answer(
            lambda _line: [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()],
            (needed.fileno(),),
        )
    kinds = [name.partition(":")[0] for name in opened if "/proc/" not in name]
    assert sorted(kinds) == sorted([os.devnull] * 3 + [str(tmp_path / "needed"), "socket"])


def test_none_is_started_where_it_would_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_cores", lambda: 1)
    assert start(lambda _line: None, ()) is None


def test_none_is_started_beside_a_thread() -> None:
    """A fork copies one thread alone, whatever locks the others hold."""
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        assert start(lambda _line: None, ()) is None
    finally:
        waiting.set()
        thread.join()


def test_none_is_started_where_no_more_processes_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError

    # Root has no such limit, so none can be set here.
    monkeypatch.setattr(os, "fork", fork)
    assert start(lambda _line: None, ()) is None


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(os, "sched_getaffinity"):
        assert _CORES() == len(os.sched_getaffinity(0))
        monkeypatch.delattr(os, "sched_getaffinity")
    assert _CORES() == os.cpu_count()


_RUN = """
import sys, time
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse import proving_process as ahead
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
second_process._cores, ahead._FILE_BYTES = lambda: 2, 0
def progress(_phase, bytes_read):
    if bytes_read > 5_000_000:
        print("reading", flush=True)
        time.sleep(60)
with open_backup(sys.argv[1]) as backup:
    backup.watch(progress)
    backup.analysis
"""


def _children(process: int) -> list[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux shows who a process's children are")
def test_a_helper_has_nothing_open_and_ends_with_its_module(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    row = b"INSERT INTO A VALUES ('%d','some text that makes it a little longer');\r\n"
    table = b"create table A (ID int(11) not null, TEXT_A varchar(80));\r\n"
    path.write_bytes(CAO_HEAD + table + b"".join(row % number for number in range(120_000)))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _RUN, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"reading\n"
            (child,) = _children(process.pid)
            opened = {str(entry.readlink()) for entry in Path(f"/proc/{child}/fd").iterdir()}
        finally:
            process.kill()
    assert {name.partition(":")[0] for name in opened} == {os.devnull, str(path), "socket"}
    deadline = time.monotonic() + 60
    while Path(f"/proc/{child}/stat").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(") ")[2][0] == "Z":
            break
        time.sleep(0.01)
    else:
        assert not Path(f"/proc/{child}").exists()
