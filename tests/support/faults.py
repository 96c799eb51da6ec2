# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can happen to a run, at a point that a number names: each does the job of a scene and lets it happen.

Every function returns whether it happened; a point behind the job's end is none. Nothing of the collection is
imported before a function is called.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from cutting_proxy import CuttingProxy
from mandant import Mandant
from private_server import PrivateServer
from scene import Scene

KILL_AT_RENAME = Path(__file__).with_name("kill_at_rename.c")
_DEATH_SECONDS = 60.0


class Operations:
    """Counts what this process asks of servers, and calls ``act`` before the one with the number ``at``."""

    def __init__(self, at: int = 0, act: t.Callable[[], object] | None = None) -> None:
        self._at = at
        self._act = act
        self._lock = threading.Lock()
        self.count = 0

    @contextlib.contextmanager
    def counted(self) -> t.Iterator[Operations]:
        """Count while it lasts."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session

        real = Session._translated

        def counting(session: t.Any, **options: t.Any) -> t.Any:
            with self._lock:
                self.count += 1
                now = self.count
            if now == self._at and self._act is not None:
                self._act()
            return real(session, **options)

        setattr(Session, "_translated", counting)  # noqa: B010 - a method for as long as this lasts
        try:
            yield self
        finally:
            setattr(Session, "_translated", real)  # noqa: B010


class Refusals:
    """Lets the server refuse the n-th statement, counted from the one on that begins as ``first``, which is 0.

    The server itself says the error: it gets a statement that says nothing else.
    """

    def __init__(self, at: int, error: int, first: str = "RENAME TABLE") -> None:
        self._at = at
        self._first = first
        self._refused = f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO={error}, MESSAGE_TEXT='refused'"
        self.count = -1
        #: The statement that was refused.
        self.sql: str | None = None

    def _instead(self, sql: str) -> str:
        if self.count >= 0 or sql.startswith(self._first):
            self.count += 1
            if self.count == self._at:
                self.sql = sql
                return self._refused
        return sql

    @contextlib.contextmanager
    def counted(self) -> t.Iterator[Refusals]:
        """Count, and refuse, while it lasts."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session

        query, send = Session.query, Session.send

        def querying(session: t.Any, sql: str, args: t.Sequence[object] = ()) -> t.Any:
            instead = self._instead(sql)
            return query(session, instead, args if instead == sql else ())

        def sending(session: t.Any, sql: bytes) -> None:
            text = sql.decode(errors="replace")
            instead = self._instead(text)
            send(session, sql if instead == text else instead.encode())

        setattr(Session, "query", querying)  # noqa: B010 - methods for as long as this lasts
        setattr(Session, "send", sending)  # noqa: B010
        try:
            yield self
        finally:
            setattr(Session, "query", query)  # noqa: B010
            setattr(Session, "send", send)  # noqa: B010


def _run(scene: Scene, **options: t.Any) -> str | None:
    """Do the job; return the error's name when it failed."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        scene.run(**options)
    except Failure as failure:
        return str(failure.error)
    return None


def count_operations(scene: Scene) -> int:
    """Return how often the job asks the server for something; it is done then."""
    with Operations().counted() as operations:
        assert _run(scene) is None
    return operations.count


def kill_the_module(scene: Scene, number: int) -> bool:
    """Kill the process of the job before its operation of this number."""
    path = None if scene.job == "roll_back" else scene.new
    options = {} if path is None else {"engine": scene.engine}
    done = scene.restorer.start(path, f"connect.driver:Session._translated:before:{number}", may_end=True, **options)
    return done.returncode != 0


def kill_the_server(scene: Scene, number: int, delay_seconds: float | None = None) -> bool:
    """Kill the server before the operation of this number, or a moment after it has begun, and start it again."""
    timer = threading.Timer(delay_seconds or 0.0, scene.server.kill9)
    act = scene.server.kill9 if delay_seconds is None else timer.start
    with Operations(number, act).counted():
        error = _run(scene)
    if timer.ident is not None:
        timer.join()
    happened = not scene.server.running
    assert error in ({"connection_failed"} if happened else {None, "connection_failed"}) or delay_seconds is not None
    if happened:
        scene.server.start()
    return happened


def cut_the_line(scene: Scene, carried: int, *, to_client: bool) -> bool:
    """Cut the connection when so many bytes have gone to the server, or to the client."""
    with CuttingProxy(scene.server.address.port, carried, to_client=to_client) as proxy:
        error = _run(scene, port=proxy.port)
    assert error in ((None, "connection_failed") if proxy.was_cut else (None,)), error
    return proxy.was_cut


def count_bytes(scene: Scene, *, to_client: bool) -> int:
    """Return how many bytes go to the server, or to the client; the job is done then."""
    with CuttingProxy(scene.server.address.port, to_client=to_client) as proxy:
        assert _run(scene, port=proxy.port) is None
    return proxy.carried


class Killer(t.NamedTuple):
    """A server that dies at a file which it renames, and what says at which."""

    server: PrivateServer
    switch: RenameKiller


@contextlib.contextmanager
def killable(kind: type[PrivateServer], folder: Path) -> t.Iterator[Killer]:
    """Run a server that can be told to die within a RENAME; ``folder`` is for the switch."""
    switch = RenameKiller(folder)
    with kind(environment=switch.environment) as server:
        yield Killer(server, switch)


class RenameKiller:
    """A server that dies at the n-th file which it renames: ``environment`` is what it has to be started with."""

    def __init__(self, folder: Path) -> None:
        self._switch = folder / "number"
        library = folder / "kill.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(KILL_AT_RENAME)], check=True)
        self.environment = {"LD_PRELOAD": str(library), "FAKTURA_KILL_FILE": str(self._switch)}

    @contextlib.contextmanager
    def during_rename(self, number: int) -> t.Iterator[None]:
        """While it lasts, the files of a swap are counted; a negative number kills behind the file, not before it."""
        # What undoes a swap has to have the real function: its module is read first.
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap import recover, swap

        assert recover is not None
        real: t.Callable[..., None] = vars(swap)["rename"]

        def armed(*arguments: t.Any) -> None:
            self._switch.write_text(str(number), encoding="ascii")
            try:
                real(*arguments)
            finally:
                self._switch.unlink()

        setattr(swap, "rename", armed)  # noqa: B010 - a function for as long as this lasts
        try:
            yield
        finally:
            setattr(swap, "rename", real)  # noqa: B010


def kill_at_rename(scene: Scene, killer: RenameKiller, number: int) -> bool:
    """Kill the server at a file that its RENAME renames, and start it again."""
    with killer.during_rename(number):
        error = _run(scene)
    if error is None or not has_died(scene.server):
        return False
    scene.server.start()
    return True


def has_died(server: PrivateServer) -> bool:
    """Whether a server that has broken a connection off is dead; a killed one may need a moment for it."""
    deadline = time.monotonic() + _DEATH_SECONDS
    while server.running and time.monotonic() < deadline:
        time.sleep(0.02)
    return not server.running


def bring_files_together(mandant: Mandant, message: str) -> None:
    """Do what the message says of a table that a server was killed within the renaming of."""
    found = re.search(r"rename every file (\w+)\.\* in the database's folder to (\w+)\.\*", message)
    assert found is not None, message
    mandant.server.end()
    folder = mandant.server.folder / "data" / mandant.name.replace("-", "@002d")
    for path in list(folder.glob(f"{found[1]}.*")):
        path.rename(path.with_name(f"{found[2]}{path.suffix}"))
    mandant.server.start()


def move_file_away(mandant: Mandant, message: str) -> None:
    """Do what the message says of a file that no table has."""
    found = re.search(r"a file (\w+\.ibd) that no table has", message)
    assert found is not None, message
    (mandant.server.folder / "data" / mandant.name.replace("-", "@002d") / found[1]).unlink()


def free_bytes(folder: Path) -> int:
    """Return how much room a file system has."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize


@contextlib.contextmanager
def quota(server: PrivateServer, name: str, size_bytes: int) -> t.Iterator[Path]:
    """While it lasts, the folder of an empty Mandant is a file system of its own; needs the right to mount."""
    folder = server.folder / "data" / name
    # MySQL from 8.0 on has none.
    kept = {path.name: path.read_bytes() for path in folder.glob("db.opt")}
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "faktura", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    try:
        for name_of_file, content in kept.items():
            (folder / name_of_file).write_bytes(content)
        yield folder
    finally:
        server.admin("FLUSH TABLES")
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
