# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a restore is, on the screen of ansible-playbook.

Where lines are told while rows are loaded, the rows do not come to their end before somebody has read such a line.
"""

from __future__ import annotations

import contextlib
import os
import re
import termios
import threading
import typing as t
from pathlib import Path

import pytest

import ssh_server
from holding_proxy import HoldingProxy
from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from restoring import Restorer, articles, cao_backup, cao_table

RESTORE = "cao.faktura.mandant_restore"
LINE = re.compile(r"^(?P<host>\S+)  (?P<mandant>\S+)  (?:\[[#.]{20}\] )?\s*(?P<percent>\d+) %  (?P<what>.*)$")
LOADING = re.compile(r"(?P<host>\S+)  \S+  (?:\[[#.]{20}\] )?\s*\d+ %  restore [AJ]")
# In the first table, and in the second one: less than the first has the connection before any row.
PLACES = (100_000, 2_000_000)
NUMBERS = cao_table("JOURNALPOS", ["REC_ID int(11)", "BEZ varchar(80)"], (f"'{n}','{n:060d}'" for n in range(40000)))


class Line(t.NamedTuple):
    """One line of progress."""

    host: str
    mandant: str
    percent: int
    what: str


def lines(text: str) -> list[Line]:
    """Return the lines of progress."""
    found = (LINE.match(line.strip()) for line in text.splitlines())
    return [Line(one["host"], one["mandant"], int(one["percent"]), one["what"]) for one in found if one]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "backup.sql"
    path.write_bytes(cao_backup(articles(20000), NUMBERS))
    return path


@pytest.fixture
def task(mandant: Mandant, file: Path) -> dict[str, t.Any]:
    """A task that restores."""
    return {"name": "task", RESTORE: {"file": str(file), "policy": "always", "engine": "InnoDB", **mandant.login()}}


def play(task: t.Mapping[str, t.Any], **keywords: t.Any) -> list[dict[str, t.Any]]:
    return [{"hosts": "all", "gather_facts": False, "tasks": [dict(task)], **keywords}]


class Listener:
    """Reads what a playbook tells while it runs; each line of a host about its rows lets these go on.

    :param channel: makes what is read: os.pipe or os.openpty.
    """

    def __init__(
        self,
        mandant: Mandant,
        names: t.Iterable[str],
        places: t.Sequence[int] = PLACES,
        channel: t.Callable[[], tuple[int, int]] = os.pipe,
    ) -> None:
        self._stack = contextlib.ExitStack()
        self._proxies = {name: HoldingProxy(mandant.server.address.port, places) for name in names}
        self._source, self._sink = channel()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._told: list[bytes] = []

    def __enter__(self) -> Listener:
        for proxy in self._proxies.values():
            self._stack.enter_context(proxy)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._end()
        self._stack.close()
        os.close(self._source)

    def run(
        self,
        playbook: PlaybookRunner,
        task: t.Mapping[str, t.Any],
        hosts: t.Mapping[str, t.Mapping[str, t.Any]],
        **keywords: t.Any,
    ) -> PlaybookRun:
        """Run a play of one task, which reaches the server by the host's proxy."""
        module = {RESTORE: {**task[RESTORE], "login_port": "{{ proxy }}"}}
        ports = {name: {**given, "proxy": self._proxies[name].port} for name, given in hosts.items()}
        run = playbook.run(play({**task, **module}, **keywords), hosts=ports, stderr=self._sink)
        self._end()
        return run

    @property
    def text(self) -> str:
        """All that was told so far."""
        return b"".join(self._told).decode("utf-8", "replace")

    def _listen(self) -> None:
        heard = 0
        # A terminal that nobody has open any more cannot be read.
        with contextlib.suppress(OSError):
            while data := os.read(self._source, 65536):
                self._told.append(data)
                hosts = [found["host"] for found in LOADING.finditer(self.text)]
                for host in hosts[heard:]:
                    self._proxies[host].go_on()
                heard = len(hosts)

    def _end(self) -> None:
        """Read to the end, once."""
        if self._sink >= 0:
            os.close(self._sink)
            self._sink = -1
            self._thread.join()


@pytest.mark.parametrize("how", ["local", "async", "pipelining"])
def test_lines(playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant, how: str) -> None:
    keywords = {"async": 120, "poll": 1} if how == "async" else {}
    with Listener(mandant, ["h1"]) as listener:
        run = listener.run(playbook, {**task, **keywords}, {"h1": {"ansible_pipelining": how == "pipelining"}})
    assert not run["task"].failed, (run["task"].result, listener.text)
    assert run["task"]["action"] == "restored"
    told = lines(listener.text)
    assert {(line.host, line.mandant) for line in told} == {("h1", mandant.name)}
    percents = [line.percent for line in told]
    assert percents == sorted(percents)
    loading = [line for line in told if re.match(r"restore (ARTIKEL|JOURNALPOS), [\d,]+ rows?\b", line.what)]
    assert len(loading) >= len(PLACES), listener.text
    assert not lines(run.stdout)
    # Ansible itself ends the watch of an async task as soon as the job has ended.
    if how != "async":
        assert percents[-1] == 100
        assert re.fullmatch(r"restored in .* s, 60,000 rows, [\d,]+ rows/s; the Mandant is empty", told[-1].what)


def test_what_is_loaded_adds_up_to_all(mandant: Mandant, file: Path) -> None:
    told: list[tuple[int, int]] = []

    def progress(phase: str, _table: str | None, done_bytes: int, total_bytes: int, _rows: int) -> None:
        if phase == "load":
            told.append((done_bytes, total_bytes))

    Restorer(mandant, file.parent).run(str(file), progress=progress)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


QUIET: list[tuple[dict[str, t.Any], dict[str, t.Any], dict[str, str]]] = [
    ({"progress": False}, {}, {}),
    ({}, {"no_log": True}, {}),
    ({}, {}, {"CAO_FAKTURA_PROGRESS": "false"}),
    ({}, {}, {"ANSIBLE_DISPLAY_OK_HOSTS": "false"}),
]


@pytest.mark.parametrize(("options", "keywords", "environment"), QUIET, ids=str)
def test_quiet(
    playbook: PlaybookRunner,
    task: dict[str, t.Any],
    options: dict[str, t.Any],
    keywords: dict[str, t.Any],
    environment: dict[str, str],
) -> None:
    quiet = {**task, RESTORE: {**task[RESTORE], **options}, **keywords}
    run = playbook.run(play(quiet), environment=environment)
    assert run.returncode == 0, run.stdout
    assert lines(run.stderr + run.stdout) == []


def test_the_setting_of_a_variable_and_of_a_task(playbook: PlaybookRunner, task: dict[str, t.Any]) -> None:
    quiet = {"cao_faktura_progress": False}
    assert lines(playbook.run(play(task), variables=quiet).stderr) == []
    loud = {**task, RESTORE: {**task[RESTORE], "progress": True}}
    assert [line.percent for line in lines(playbook.run(play(loud), variables=quiet).stderr)][-1:] == [100]


@pytest.mark.parametrize("keywords", [{}, {"strategy": "free"}, {"serial": 2}], ids=str)
def test_many_hosts(
    playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant, keywords: dict[str, t.Any]
) -> None:
    names = ["h1", "h2", "h3"]
    # A new database whose name is nearly that of another is warned of.
    mandanten = dict(zip(names, ("ahrensburg", "kiel", "oldenburg")))
    hosts = {name: {"wanted": mandanten[name]} for name in names}
    restore = {**task, RESTORE: {**task[RESTORE], "mandant": "{{ wanted }}"}}
    try:
        with Listener(mandant, names, PLACES[:1]) as listener:
            run = listener.run(playbook, restore, hosts, **keywords)
    finally:
        for name in mandanten.values():
            mandant.server.admin(f"DROP DATABASE IF EXISTS `{name}`")
    assert run.returncode == 0, run.stdout
    told = lines(listener.text)
    # Nothing but whole lines, each of one host, and none that goes backwards.
    assert len(told) == len(listener.text.splitlines()), listener.text
    for name in names:
        percents = [line.percent for line in told if (line.host, line.mandant) == (name, mandanten[name])]
        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert len(percents) > 1, listener.text


@pytest.mark.skipif(ssh_server.why_not() is not None, reason=str(ssh_server.why_not()))
def test_by_ssh(playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant) -> None:
    with ssh_server.SshServer() as ssh, Listener(mandant, ["far"]) as listener:
        run = listener.run(playbook, task, {"far": ssh.host()})
    assert not run["task"].failed, (run["task"].result, listener.text)
    assert run["task"]["action"] == "restored"
    percents = [line.percent for line in lines(listener.text)]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > len(PLACES), listener.text


def _terminal(columns: int) -> tuple[int, int]:
    reading, writing = os.openpty()
    termios.tcsetwinsize(writing, (24, columns))
    return reading, writing


def test_a_bar_on_a_terminal_and_live(playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant) -> None:
    with Listener(mandant, ["h1"], channel=lambda: _terminal(100)) as listener:
        run = listener.run(playbook, task, {"h1": {}})
    assert run.returncode == 0, (run.stdout, listener.text)
    shown = listener.text.replace("\x1b[K", "").replace("\r\n", "\n").split("\r")
    found = [re.search(r"\[(#*)(\.*)\] +(\d+) %", one) for one in shown]
    percents = [int(one[3]) for one in found if one]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > len(PLACES), listener.text
    assert all(len(one[1]) == int(one[3]) // 5 and len(one[1] + one[2]) == 20 for one in found if one)
    # Each is written over the one before, and only the last one ends its line.
    assert listener.text.count("\n") == 1


def test_a_narrow_terminal_gets_lines_that_fit_and_the_whole_reason(
    playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant
) -> None:
    with Listener(mandant, ["h1"], channel=lambda: _terminal(50)) as listener:
        run = listener.run(playbook, task, {"h1": {}})
    assert run.returncode == 0, (run.stdout, listener.text)
    *shown, last = listener.text.replace("\x1b[K", "").rstrip("\r\n").split("\r")[1:]
    assert len(shown) > len(PLACES), listener.text
    assert max(map(len, shown)) < 50
    assert last.endswith(run["task"]["reason"])
