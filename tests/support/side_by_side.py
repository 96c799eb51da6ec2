# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of dumps, each loaded by the server's own client and by the collection, and what differs then.

Nothing of the collection is imported before a function is called: who uses this decides where it is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import mmap
import os
import re
import subprocess
import time
import typing as t
from pathlib import Path

import pymysql

from differences import differences
from mandant import Mandant
from private_server import PrivateServer, find_program
from restoring import Restorer

Verdict = t.Literal[
    "equal", "slow", "different", "refused", "not compared", "refused by both", "loaded by the collection alone"
]

# A client that takes longer has met what no dump has; what the collection has refused is not worth that long.
_CLIENT_SECONDS = 600.0
_CLIENT_SECONDS_OF_REFUSED = 60.0
# What a restore does besides the rows: it observes, verifies and swaps.
START_SECONDS = 3.0
_TIMES = 2.0
# How many differences of a file a person reads at once; the JSON has all.
_SHOWN = 10
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_DUMPS = (".sql", ".dump", *_PACKED)
_NAMES_DATABASE = re.compile(
    rb"^\s*(?:/\*!\d+\s*)?(?:USE|CREATE\s+(?:DATABASE|SCHEMA)(?:\s*/\*!\d+)?(?:\s+IF\s+NOT\s+EXISTS)?(?:\s*\*/)?)"
    rb"\s+(?:[`\"]([^`\"\n]{1,64})[`\"]|([\w$\x80-\xff-]{1,64}))",
    re.IGNORECASE | re.MULTILINE,
)
_SCHEMAS = frozenset(("mysql", "information_schema", "performance_schema", "sys"))
# No dump is of databases of these names.
_OURS, _THEIRS = "compare-c01-collection", "compare-c01-client"


@dataclasses.dataclass(frozen=True)
class Compared:
    """What came of one file; ``what`` is each difference, or the message of who refused it."""

    file: str
    verdict: Verdict
    what: tuple[str, ...] = ()
    error: str | None = None
    line: int | None = None
    client_seconds: float | None = None
    seconds: float | None = None

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to look at it."""
        return self.verdict in ("slow", "different", "refused", "not compared")


def dumps_in(folder: Path) -> list[Path]:
    """Return the dumps and archives of a folder and of those in it, in their order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in _DUMPS)


def left_out_of(folder: Path) -> dict[str, int]:
    """Return how many files of a folder are no dumps by their endings, by these."""
    endings = [path.suffix.lower() for path in folder.rglob("*") if path.is_file()]
    return {ending: endings.count(ending) for ending in sorted(set(endings) - set(_DUMPS))}


def shown_name(path: Path, folder: Path) -> str:
    """Return a file's name as any screen can show it."""
    text = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


class SideBySide:
    """Compares on one private server; ``work`` is a folder for what is unpacked.

    ``start_seconds`` is what a restore may take besides twice the client's time, ``client`` the client's program.
    """

    def __init__(
        self, server: PrivateServer, work: Path, *, start_seconds: float = START_SECONDS, client: str | None = None
    ) -> None:
        self._server = server
        self._start_seconds = start_seconds
        self._client_program = client
        self._work = work
        self._ours = Mandant(_OURS, server)
        self._theirs = Mandant(_THEIRS, server)

    def compare(self, path: Path, shown: str | None = None) -> Compared:
        """Load a file in both ways, and return what differs, whatever the file does to the server."""
        shown = shown or path.name
        try:
            return self._compared(path, shown)
        except (pymysql.err.MySQLError, subprocess.SubprocessError, OSError) as exc:
            return Compared(shown, "not compared", (f"{type(exc).__name__}: {exc}",))
        finally:
            if not self._server.running:
                self._server.start()

    def _compared(self, path: Path, shown: str) -> Compared:
        for mandant in (self._ours, self._theirs):
            mandant.drop()
        ours, seconds, analysis = self._restore(path)
        try:
            sql = self._sql(path)
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with an archive, the client has no SQL then
            same = ours is not None and str(exc) == ours[1]
            return _refused(shown, ours, "there is no SQL for it" + ("" if same else f": {exc}"), None, seconds)
        refusal, took, there = self._client(sql, analysis, _CLIENT_SECONDS_OF_REFUSED if ours else _CLIENT_SECONDS)
        if ours is not None and refusal is None and not there.tables():
            refusal = "makes no table of it"
        try:
            if ours is not None or refusal is not None:
                return _refused(shown, ours, refusal, took, seconds)
            what = tuple(differences(self._ours, there))
        finally:
            there.drop()
        slow = seconds > _TIMES * took + self._start_seconds
        verdict: Verdict = "different" if what else "slow" if slow else "equal"
        return Compared(shown, verdict, what, client_seconds=took, seconds=seconds)

    def _restore(self, path: Path) -> tuple[tuple[str, str] | None, float, t.Mapping[str, t.Any]]:
        """Return the error and the message of a restore, None for none, its seconds, and its analysis."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

        begun, analysis = time.monotonic(), t.cast("t.Mapping[str, t.Any]", {})
        try:
            analysis = Restorer(self._ours, self._work).run(str(path), policy="always").analysis
        except Failure as failure:
            return (failure.error, failure.msg), time.monotonic() - begun, analysis
        except Exception as exc:  # noqa: BLE001 - a traceback is what this looks for
            return ("traceback", f"{type(exc).__name__}: {exc}"), time.monotonic() - begun, analysis
        return None, time.monotonic() - begun, analysis

    def _sql(self, path: Path) -> Path:
        """Return the file with the SQL, unpacked where it is packed."""
        if path.suffix.lower() not in _PACKED:
            return path
        from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

        unpacked = self._work / "unpacked.sql"
        with open_backup(str(path)) as backup, open(unpacked, "wb") as file:
            file.writelines(backup.container.chunks())
        return unpacked

    def _client(self, sql: Path, analysis: t.Mapping[str, t.Any], seconds: float) -> tuple[str | None, float, Mandant]:
        """Let the client load it; return what it refuses, its seconds, and the database that the dump filled."""
        named = _databases_of(sql) - _SCHEMAS - {_OURS, _THEIRS}
        # What no statement makes is there, where the dump speaks of it: it was made in a database of that name.
        into = self._theirs if named else Mandant(_said_by(analysis) or _THEIRS, self._server)
        into.create()
        password = self._account([into.name, *named])
        command = [
            self._client_program or find_program("mariadb"),
            "--no-defaults",
            f"--socket={self._server.address.socket}",
        ]
        # In binary mode it takes no commands of its own but DELIMITER, and leaves the bytes as they are.
        command += ["--user=compare", "--binary-mode", "--local-infile=0", into.name]
        # What CAO's own dumps do not say, and CAO-Faktura's restore takes for granted.
        command += [f"--default-character-set={analysis.get('encoding', 'utf8mb4')}"]
        if analysis.get("dialect") == "cao":
            command += ["--init-command=SET default_storage_engine=MyISAM"]
        refusal, took = self._fed(command, sql, password, seconds)
        # In that one phpMyAdmin's notes stand, which are nobody's own where another is filled.
        in_order = sorted(named, key=lambda name: (name == "phpmyadmin", name))
        filled = [Mandant(name, self._server) for name in in_order]
        there = next((one for one in filled if one.tables() and not into.tables()), into)
        for other in filled:
            if refusal is not None or other != there:
                other.drop()
        return refusal, took, there

    def _fed(self, command: list[str], sql: Path, password: str, seconds: float) -> tuple[str | None, float]:
        """Run the client; return what it refuses, and its seconds."""
        begun = time.monotonic()
        try:
            with open(sql, "rb") as file:
                done = subprocess.run(
                    command,
                    stdin=file,
                    capture_output=True,
                    env={"MYSQL_PWD": password},
                    timeout=seconds,
                    check=False,
                )
        except subprocess.TimeoutExpired:
            for number in self._sessions():
                with contextlib.suppress(pymysql.err.MySQLError):
                    self._server.admin(f"KILL {number}")
            while self._sessions():
                time.sleep(0.05)
            return f"stopped after {seconds:.0f} s", time.monotonic() - begun
        said = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        refusal = None if done.returncode == 0 else said[-1] if said else f"ended with status {done.returncode}"
        return refusal, time.monotonic() - begun

    def _sessions(self) -> list[int]:
        sql = "SELECT id FROM information_schema.processlist WHERE user = 'compare'"
        return [int(number) for (number,) in self._server.admin(sql)]

    def _account(self, databases: t.Iterable[str]) -> str:
        """Make an account that can reach the dump's databases, and no others; return its password."""
        password = self._server.address.password
        # MySQL 5.6 has no DROP USER IF EXISTS.
        if self._server.admin("SELECT 1 FROM mysql.user WHERE User = 'compare'"):
            self._server.admin("DROP USER 'compare'@'localhost'")
        self._server.admin(f"CREATE USER 'compare'@'localhost' IDENTIFIED BY '{password}'")
        for rights in ("SET USER, BINLOG ADMIN", "SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SYSTEM_USER"):
            with contextlib.suppress(pymysql.err.MySQLError):
                self._server.admin(f"GRANT {rights} ON *.* TO 'compare'@'localhost'")
        with contextlib.suppress(pymysql.err.MySQLError):
            # Else MySQL with a binary log lets no account without SUPER make a trigger.
            self._server.admin("SET GLOBAL log_bin_trust_function_creators = 1")
        for name in databases:
            quoted = name.replace("`", "``").replace("_", "\\_").replace("%", "\\%")
            self._server.admin(f"GRANT ALL ON `{quoted}`.* TO 'compare'@'localhost'")
        return password


def _said_by(analysis: t.Mapping[str, t.Any]) -> str | None:
    """Return the database that the collection has left out of a dump, None where it names none."""
    texts = [one["text"] for one in analysis.get("findings", ()) if one["name"] == "database_left_out"]
    found = re.search(r"database '([\w -]+)'", "".join(texts))
    return found.group(1) if found and found.group(1) not in (_OURS, _THEIRS) else None


def _databases_of(sql: Path) -> set[str]:
    """Return the databases that a dump names."""
    if not sql.stat().st_size:
        return set()
    with open(sql, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return {(quoted or bare).decode("utf-8", "replace") for quoted, bare in _NAMES_DATABASE.findall(text)}


def _refused(
    shown: str, ours: tuple[str, str] | None, refusal: str | None, took: float | None, seconds: float
) -> Compared:
    if ours is None:
        verdict: Verdict = "loaded by the collection alone"
        return Compared(shown, verdict, (refusal or "",), client_seconds=took, seconds=seconds)
    found = re.search(r", line (\d+)", ours[1])
    line = int(found.group(1)) if found else None
    # A traceback is a fault, whatever the client says.
    both = refusal is not None and ours[0] != "traceback"
    verdict = "refused by both" if both else "refused"
    what = (ours[1], *(() if refusal is None else (f"client: {refusal}",)))
    return Compared(shown, verdict, what, ours[0], line, took, seconds)


def as_table(results: t.Sequence[Compared]) -> str:
    """Return what a person reads: a line for each file, and what is behind it."""
    width = max((len(result.file) for result in results), default=0)
    lines = []
    for result in results:
        times = [
            f"{seconds:.1f} s" if seconds is not None else "-" for seconds in (result.client_seconds, result.seconds)
        ]
        error = f"  {result.error}" if result.error else ""
        lines.append(
            f"{result.file:{width}}  {result.verdict:15}  client {times[0]:>8}  collection {times[1]:>8}{error}"
        )
        lines += [f"    {text}" for text in result.what[:_SHOWN]]
        more = len(result.what) - _SHOWN
        lines += [f"    and {more} more"] if more > 0 else []
    counts = {verdict: sum(one.verdict == verdict for one in results) for verdict in t.get_args(Verdict)}
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))
    return "\n".join(lines)
