# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a restore is, on the screen of ansible-playbook."""

from __future__ import annotations

import itertools
import os
import pty
import re
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssh_server
from jobs import slow
from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer, articles, cao_backup, cao_table

RESTORE = "cao.faktura.mandant_restore"
LINE = re.compile(r"^(?P<host>\S+)  (?P<mandant>\S+)  (?:\[[#.]{20}\] )?\s*(?P<percent>\d+) %  (?P<what>.*)$")
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
    """A task that restores, slowly."""
    return {"name": "task", RESTORE: {"file": str(file), "policy": "always", "engine": "InnoDB", **mandant.login()}}


def play(task: t.Mapping[str, t.Any], **keywords: t.Any) -> list[dict[str, t.Any]]:
    return [{"hosts": "all", "gather_facts": False, "tasks": [dict(task)], **keywords}]


@pytest.fixture
def slow_server(mandant: Mandant) -> Iterator[None]:
    with slow(mandant.server):
        yield


@pytest.mark.usefixtures("slow_server")
@pytest.mark.parametrize("how", ["local", "async", "pipelining"])
def test_lines(playbook: PlaybookRunner, task: dict[str, t.Any], mandant: Mandant, how: str) -> None:
    keywords = {"async": 120, "poll": 1} if how == "async" else {}
    hosts = {"h1": {"ansible_pipelining": how == "pipelining"}}
    run = playbook.run(play({**task, **keywords}), hosts=hosts)
    assert run["task"]["action"] == "restored", run["task"].result
    told = lines(run.stderr)
    assert {(line.host, line.mandant) for line in told} == {("h1", mandant.name)}
    percents = [line.percent for line in told]
    assert percents == sorted(percents)
    # Ansible itself ends the watch of an async task as soon as the job has ended.
    assert len(told) >= (2 if how == "async" else 3)
    assert not lines(run.stdout)
    if how != "async":
        assert percents[-1] == 100
        assert re.fullmatch(r"restored in .* s, 60,000 rows, [\d,]+ rows/s", told[-1].what)
    assert any(re.match(r"restore (ARTIKEL|JOURNALPOS), [\d,]+ rows", line.what) for line in told)


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
        with slow(mandant.server, rest_seconds=0.09):
            run = playbook.run(play(restore, **keywords), hosts=hosts)
    finally:
        for name in mandanten.values():
            mandant.server.admin(f"DROP DATABASE IF EXISTS `{name}`")
    assert run.returncode == 0, run.stdout
    told = lines(run.stderr)
    # Nothing but whole lines, each of one host, and none that goes backwards.
    assert len(told) == len(run.stderr.splitlines()), run.stderr
    for name in names:
        percents = [line.percent for line in told if (line.host, line.mandant) == (name, mandanten[name])]
        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert len(percents) > 1


@pytest.mark.skipif(ssh_server.why_not() is not None, reason=str(ssh_server.why_not()))
@pytest.mark.usefixtures("slow_server")
def test_by_ssh(playbook: PlaybookRunner, task: dict[str, t.Any]) -> None:
    with ssh_server.SshServer() as ssh:
        run = playbook.run(play(task), hosts={"far": ssh.host()})
    assert run["task"]["action"] == "restored", run["task"].result
    percents = [line.percent for line in lines(run.stderr)]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > 2


@pytest.mark.usefixtures("slow_server")
def test_a_bar_on_a_terminal_and_live(playbook: PlaybookRunner, task: dict[str, t.Any]) -> None:
    """What a terminal gets, with the time at which it gets it."""
    screen, terminal = pty.openpty()
    read: list[tuple[float, str]] = []
    with playbook.running(play(task), stderr=terminal) as running:
        os.close(terminal)
        while True:
            try:
                data = os.read(screen, 65536)
            except OSError:
                break
            if not data:
                break
            read.append((time.monotonic(), data.decode()))
        running.process.wait()
        assert running.process.returncode == 0, running.printed
    os.close(screen)
    text = "".join(piece for _time, piece in read)
    shown = text.replace("\x1b[K", "").replace("\r\n", "\n").split("\r")
    found = [re.search(r"\[(#*)(\.*)\] +(\d+) %", one) for one in shown]
    percents = [int(one[3]) for one in found if one]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > 2
    assert all(len(one[1]) == int(one[3]) // 5 and len(one[1] + one[2]) == 20 for one in found if one)
    # Each is written over the one before, and only the last one ends its line.
    assert text.count("\n") == 1
    times = [at for at, piece in read if " %" in piece]
    assert all(later - earlier > 1.5 for earlier, later in itertools.pairwise(times[:-1]))
