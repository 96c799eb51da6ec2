# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal ends a run where it may be ended, and waits where it may not; nothing is left on the server either way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted, caught
from library import Library

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def survives() -> t.Iterator[dict[int, object]]:
    """Let this process live through what it does to itself; gives the handlers that have to be there afterwards."""
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ignore(_number: int, _frame: object) -> None:
        """Take a signal, as a program does that has something to clear up."""

    for number in SIGNALS:
        signal.signal(number, ignore)
    try:
        yield dict.fromkeys(SIGNALS, ignore)
        assert {number: signal.getsignal(number) for number in SIGNALS} == dict.fromkeys(SIGNALS, ignore)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_it_ends_a_wait_for_the_server(library: Library, number: signal.Signals) -> None:
    session = library.session()
    session.send(b"DO SLEEP(3600)")

    def end() -> None:
        library.until_state(session.number, "User sleep")
        os.kill(os.getpid(), number)

    def wait() -> None:
        with caught():
            ending.start()
            session.receive()

    ending = threading.Thread(target=end)
    with pytest.raises(Interrupted) as interrupted:
        wait()
    ending.join()
    assert interrupted.value.number == number
    # Nobody can tell whose answer comes next: the session is of no more use.
    assert session.broken
    library.ask(f"KILL {session.number}")


def test_what_is_held_is_done_first(library: Library) -> None:
    session = library.session()
    library.mandant.query("CREATE TABLE T (A INT)")

    def work() -> None:
        with caught() as signals:
            with signals.held():
                for row, number in enumerate(SIGNALS):
                    os.kill(os.getpid(), number)
                    session.execute("INSERT INTO T VALUES (%s)", (row,))
            session.execute("INSERT INTO T VALUES (99)")

    with pytest.raises(Interrupted) as interrupted:
        work()
    assert interrupted.value.number == SIGNALS[-1]
    assert library.mandant.query("SELECT A FROM T ORDER BY A") == [(0,), (1,), (2,)]


def test_a_failure_in_what_is_held_is_what_is_told() -> None:
    def fail() -> t.NoReturn:
        with caught() as signals, signals.held():
            os.kill(os.getpid(), signal.SIGTERM)
            raise KeyError

    with pytest.raises(KeyError):
        fail()


def test_a_signal_behind_what_was_held_is_a_signal() -> None:
    def work() -> None:
        with caught() as signals:
            with contextlib.suppress(KeyError), signals.held():
                raise KeyError
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted):
        work()


def test_another_thread_takes_no_signals(survives: dict[int, object]) -> None:
    found: dict[int, object] = {}

    def work() -> None:
        with caught() as signals, signals.held():
            found.update({number: signal.getsignal(number) for number in SIGNALS})

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == survives


_PROGRAM = """
import os, signal, sys
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import caught
signal.signal(signal.SIGINT, signal.SIG_DFL)
with caught():
    try:
        os.kill(os.getpid(), int(sys.argv[1]))
    finally:
        print("cleared up", flush=True)
print("went on")
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_program_ends_by_the_signal_and_clears_up_before(number: signal.Signals) -> None:
    """Whoever started it sees what it ended by."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _PROGRAM, str(int(number))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-number, "cleared up\n"), done.stderr


_IGNORING = """
import os, signal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import caught
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with caught():
    os.kill(os.getpid(), signal.SIGHUP)
print("went on")
"""


def test_a_signal_that_is_ignored_stays_so() -> None:
    """As under nohup: who logs out does not end the restore that was begun."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _IGNORING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "went on\n")
