# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every integration test stands on: a private MariaDB, a Mandant of its own, real playbooks.

The tests use the collection as it is installed from its tarball, in the folder that
FAKTURA_COLLECTIONS_PATH names (default: .build/installed, where ``make install`` puts it).
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
import typing as t
from pathlib import Path

import pytest

import ending_signals
import fetched_servers
import servers
from each_server import Each, running
from mandant import Mandant
from playbook_runner import PlaybookRunner
from private_server import PrivateServer
from restoring import Restorer, articles, cao_backup, company

TREE = Path(__file__).resolve().parents[2]
COLLECTIONS_PATH = Path(os.environ.get("FAKTURA_COLLECTIONS_PATH", TREE / ".build" / "installed")).resolve()

sys.path.insert(0, str(COLLECTIONS_PATH))
ending_signals.heard_by_children()

_numbers = itertools.count(1)

# What make test runs on a real server: the main paths. make test-all runs every file.
MAIN = frozenset(
    f"test_{name}.py"
    for name in (
        "restore", "rollback", "mandant_once", "mandant_whole", "mandant_whose", "mandant_values", "mandant_tables",
        "mandant_some_tables", "mandant_info", "program_dumps", "messages", "take_back", "dump", "read_back",
    )
)  # fmt: skip
# What looks at the whole machine: processes of another user, places that all programs share. With two workers these
# files come one after the other, and each other file stays with one of them, with its servers.
_WHOLE_MACHINE = frozenset(
    f"test_{name}.py" for name in ("cancel", "few_processes", "ground", "places", "secrets", "ship")
)
# Their tests are playbooks that take long and share no server of their own: any worker takes the next one.
_SHARE_NOTHING = frozenset(f"test_{name}.py" for name in ("newest", "report", "restore", "role_variables", "rollback"))


def _group_of(test: str) -> str:
    """Return what is run by one worker, by the name of a group: the file, several of them, or one test."""
    path = test.partition("::")[0]
    folder, _slash, name = path.rpartition("/")
    if folder.endswith("integration") and name in _SHARE_NOTHING:
        return test
    return "machine" if name in _WHOLE_MACHINE else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: t.Any) -> t.Any:
    """Give each worker one group after the other. xdist's own groups come to nothing with pytest 9."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        """The way that xdist's documentation shows."""

        def _split_scope(self, nodeid: str) -> str:
            return _group_of(nodeid)

    return Groups(config, log)


def _wants_aria(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    given = call.params.values() if call is not None else ()
    return "server" in getattr(item, "fixturenames", ()) and any(
        "Aria" in (value if isinstance(value, tuple) else (value,)) for value in given
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the main paths, and what an engine is wanted for that the server does not have."""
    no_aria = pytest.mark.skip(reason="MySQL has no engine Aria")
    for item in items:
        if item.path.name in MAIN:
            item.add_marker("main")
        if os.environ.get("FAKTURA_SERVER", "").startswith("mysql") and _wants_aria(item):
            item.add_marker(no_aria)


def pytest_report_header() -> str:
    """Say which versions of servers are met: a suite of Debian goes on."""
    found = [f"{one.name} is {fetched_servers.version(one.name) or 'not here'}" for one in fetched_servers.SERVERS]
    return f"servers: {', '.join(found)}"


@pytest.fixture(scope="session")
def server() -> t.Iterator[PrivateServer]:
    """A private server, shared by all tests of the session: MariaDB with its own defaults unless FAKTURA_SERVER names
    another one of tests/support/servers.py."""
    name = os.environ.get("FAKTURA_SERVER", "mariadb")
    (setting,) = (one for one in servers.SETTINGS if one.name == name)
    reason = servers.why_not(setting)
    if reason is not None:
        pytest.skip(reason)
    with setting.server() as running:
        yield running


@pytest.fixture(scope="module")
def each(request: pytest.FixtureRequest) -> t.Iterator[Each]:
    """A server of a kind that the test names."""
    with running(request.param) as found:
        yield found


@pytest.fixture
def mandant(server: PrivateServer) -> t.Iterator[Mandant]:
    """A Mandant with a name that no other test uses, empty; dropped after the test."""
    database = Mandant(f"cao_test_{os.getpid()}_{next(_numbers)}", server)
    database.create()
    yield database
    database.drop()


@pytest.fixture
def restorer(mandant: Mandant, tmp_path: Path) -> Restorer:
    """Restores into the Mandant without Ansible."""
    return Restorer(mandant, tmp_path)


@pytest.fixture
def filled(restorer: Restorer) -> Restorer:
    """Restores into the Mandant, which holds a small backup already."""
    restorer.run(restorer.write("start.sql", cao_backup(articles(3), company("Eins"))))
    return restorer


@pytest.fixture(scope="session")
def playbook(tmp_path_factory: pytest.TempPathFactory) -> PlaybookRunner:
    """Runs playbooks with the installed collection."""
    installed = COLLECTIONS_PATH / "ansible_collections" / "cao" / "faktura"
    assert installed.is_dir(), f"no collection in {COLLECTIONS_PATH}: run make install"
    return PlaybookRunner(COLLECTIONS_PATH, tmp_path_factory.mktemp("playbook"))


@pytest.fixture
def no_thread_left() -> t.Iterator[None]:
    """No thread is left behind."""
    before = set(threading.enumerate())
    yield
    assert [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()] == []
