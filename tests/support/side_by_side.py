# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of dumps, each loaded by the server's own client and by the collection, and what differs then.

Nothing of the collection is imported before a function is called: who uses this decides where it is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import re
import subprocess
import time
import typing as t
from pathlib import Path

import pymysql.cursors

from mandant import Mandant
from private_server import PrivateServer, find_program
from restoring import Restorer

Verdict = t.Literal["equal", "slow", "different", "refused", "refused by both", "loaded by the collection alone"]

#: What may differ, and why that is no difference of the data.
DO_NOT_COUNT = {
    "tables BACK_*": "they are a generation before, or the collection's own: no restore brings them",
    "DEFINER": "accounts of another server are left out, so that a view runs as who has restored it",
    "the database's name": "a restore goes to the Mandant that is asked for, whatever the dump was made from",
    "AUTO_INCREMENT=": "a restore sets what the dump says; a client leaves what its INSERTs have come to",
    "ROW_FORMAT=": "said or not, the engine keeps the row in its own format",
    "letters of CAO's tables": "a Mandant's tables get the upper case names that CAO-Faktura asks for",
    "NO_AUTO_CREATE_USER": "a trigger makes no users, and newer servers do not know that sql_mode",
    "utf8mb3 of a trigger": "its body is sent as utf8mb4, which has the same bytes",
    "IGNORED of a key": "only the optimizer looks at it, and each server has another word for it",
    "names of CHECK constraints on MySQL": "there a name stands once in a database, and the generation before has it",
    "comments in a trigger": "MariaDB's client leaves them out too",
    "PAGE_COMPRESSED": "how pages are kept on the disk is left to the server; it is reported",
    "DATA DIRECTORY, TABLESPACE": "where files lay on the old server is no matter on another; it is reported",
    "bits of Adminer 4": "it writes them as a sum in floating point; a restore keeps those that a client loses",
    "CHECK ... NOT ENFORCED": "a client lets MariaDB enforce it, since that does not know those words",
}
# A client that takes longer has met what no dump has.
_CLIENT_SECONDS = 600.0
# What a restore does besides the rows: it observes, verifies and swaps.
START_SECONDS = 3.0
_TIMES = 2.0
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_DUMPS = (".sql", ".dump", *_PACKED)
_NAMES_DATABASE = re.compile(
    rb"^\s*(?:/\*!\d+\s*)?(?:USE|CREATE\s+(?:DATABASE|SCHEMA)(?:\s*/\*!\d+)?(?:\s+IF\s+NOT\s+EXISTS)?(?:\s*\*/)?)"
    rb"\s+[`\"]?([^`\"\s;/]+)",
    re.IGNORECASE | re.MULTILINE,
)
_SCHEMAS = frozenset(("mysql", "information_schema", "performance_schema", "sys"))
_DEFINER = re.compile(r" DEFINER=`[^`]*`@`[^`]*`")
_NO_MODE_OF_TRIGGERS = re.compile(r"NO_AUTO_CREATE_USER,?")
_CHECK_OF_MYSQL = re.compile(r"^( *)CONSTRAINT `(?:[^`]|``)+` CHECK (?=\(\()")
_INVISIBLE_KEY = re.compile(r" IGNORED| /\*!80000 INVISIBLE \*/")
_COMMENT = re.compile(r"-- [^\n]*|/\*.*?\*/", re.DOTALL)
_LEFT_TO_ENGINE = re.compile(
    r" (?:ROW_FORMAT|AUTO_INCREMENT|`PAGE_COMPRESSED`)=\w+| (?:DATA|INDEX) DIRECTORY ?= ?'[^']*'"
    r"| /\*!50100 TABLESPACE \w+ \*/"
)


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
        return self.verdict in ("slow", "different", "refused")


def dumps_in(folder: Path) -> list[Path]:
    """Return the dumps and archives of a folder and of those in it, in their order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in _DUMPS)


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
        self._ours = Mandant("compare_collection", server)
        self._theirs = Mandant("compare_client", server)

    def compare(self, path: Path, shown: str | None = None) -> Compared:
        """Load a file in both ways, and return what differs."""
        shown = shown or path.name
        for mandant in (self._ours, self._theirs):
            mandant.drop()
        ours, seconds, analysis = self._restore(path)
        try:
            sql = self._sql(path)
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with an archive, the client has no SQL then
            return _refused(shown, ours, f"no SQL for the client: {exc}", None, seconds)
        refusal, took, there = self._client(sql, analysis)
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

    def _client(self, sql: Path, analysis: t.Mapping[str, t.Any]) -> tuple[str | None, float, Mandant]:
        """Let the client load it; return what it refuses, its seconds, and the database that the dump filled."""
        text = sql.read_bytes()
        named = {name.decode("utf-8", "replace") for name in _NAMES_DATABASE.findall(text)} - _SCHEMAS
        self._theirs.create()
        password = self._account([self._theirs.name, *named])
        command = [
            self._client_program or find_program("mariadb"),
            "--no-defaults",
            f"--socket={self._server.address.socket}",
        ]
        # In binary mode it takes no commands of its own but DELIMITER, and leaves the bytes as they are.
        command += ["--user=compare", "--binary-mode", self._theirs.name]
        # What CAO's own dumps do not say, and CAO-Faktura's restore takes for granted.
        command += [f"--default-character-set={analysis.get('encoding', 'utf8mb4')}"]
        if analysis.get("dialect") == "cao":
            command += ["--init-command=SET default_storage_engine=MyISAM"]
        begun = time.monotonic()
        with open(sql, "rb") as file:
            done = subprocess.run(
                command,
                stdin=file,
                capture_output=True,
                env={"MYSQL_PWD": password},
                timeout=_CLIENT_SECONDS,
                check=False,
            )
        took = time.monotonic() - begun
        filled = [Mandant(name, self._server) for name in sorted(named)]
        there = next((one for one in filled if one.tables() and not self._theirs.tables()), self._theirs)
        refusal = None if done.returncode == 0 else done.stderr.decode("utf-8", "replace").strip().splitlines()[-1]
        for other in filled:
            if refusal is not None or other != there:
                other.drop()
        return refusal, took, there

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
        for name in databases:
            quoted = name.replace("`", "``").replace("_", "\\_").replace("%", "\\%")
            self._server.admin(f"GRANT ALL ON `{quoted}`.* TO 'compare'@'localhost'")
        return password


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
    what = (ours[1], f"client: {refusal}") if both else (ours[1],)
    return Compared(shown, verdict, what, ours[0], line, took, seconds)


def differences(ours: Mandant, theirs: Mandant) -> t.Iterator[str]:
    """Give what is not the same in the two databases, but for DO_NOT_COUNT."""
    mine, other = _kinds(ours), _kinds(theirs)
    by_letters = {name.upper(): name for name in mine}
    names = {name: name if name in mine else by_letters.get(name.upper(), name) for name in other}
    for name in sorted(set(mine) - set(names.values())):
        yield f"{name}: only with the collection"
    for name, kind in other.items():
        here = names[name]
        if here not in mine:
            yield f"{name}: missing with the collection"
        elif mine[here] != kind:
            yield f"{name}: {mine[here]} instead of {kind}"
        else:
            yield from _of_table(ours, here, theirs, name, kind)
    triggers, others = _triggers(ours), _triggers(theirs)
    for name in sorted({*triggers, *others}):
        if triggers.get(name) != others.get(name):
            yield f"trigger {name}: {_first_difference(triggers.get(name), others.get(name))}"


def _of_table(ours: Mandant, here: str, theirs: Mandant, there: str, kind: str) -> t.Iterator[str]:
    word = "VIEW" if kind == "VIEW" else "TABLE"
    definitions = _definition(ours, word, here), _definition(theirs, word, there)
    if definitions[0] != definitions[1].replace(f"`{there}`", f"`{here}`"):
        yield f"{there}: {_first_difference(*definitions)}"
    try:
        rows = _rows(ours, here), _rows(theirs, there)
    except pymysql.err.MySQLError as exc:
        yield from () if kind == "VIEW" else (f"{there}: cannot be read: {exc}",)
        return
    if rows[0][0] != rows[1][0]:
        yield f"{there}: {rows[0][0]} rows instead of {rows[1][0]}"
    elif rows[0] != rows[1]:
        yield f"{there}: other values"


def _kinds(mandant: Mandant) -> dict[str, str]:
    sql = "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = %s ORDER BY 1"
    found = mandant.server.admin(sql, (mandant.name,))
    return {str(name): str(kind) for name, kind in found if not str(name).upper().startswith("BACK_")}


def _definition(mandant: Mandant, word: str, name: str) -> str:
    try:
        row = mandant.query(f"SHOW CREATE {word} `{name.replace('`', '``')}`")[0]
    except pymysql.err.MySQLError as exc:
        return f"cannot be shown: {exc.args[0]}"
    lines = [_CHECK_OF_MYSQL.sub(r"\1CHECK ", line.rstrip(",")) for line in _plain(mandant, str(row[1])).splitlines()]
    lines.sort(key=lambda line: line if line.lstrip().startswith("CHECK ((") else "")
    return _LEFT_TO_ENGINE.sub("", _INVISIBLE_KEY.sub("", "\n".join(lines)))


def _plain(mandant: Mandant, text: str) -> str:
    return _NO_MODE_OF_TRIGGERS.sub("", _DEFINER.sub("", text)).replace(f"`{mandant.name}`.", "")


def _triggers(mandant: Mandant) -> dict[str, tuple[str, ...]]:
    sql = (
        "SELECT trigger_name, event_manipulation, event_object_table, action_timing, action_statement, sql_mode, "
        "REPLACE(character_set_client, 'utf8mb3', 'utf8mb4') FROM information_schema.triggers WHERE trigger_schema = %s"
    )
    found = mandant.server.admin(sql, (mandant.name,))
    # Blanks between words are the writer's.
    return {
        str(row[0]): tuple(" ".join(_COMMENT.sub("", _plain(mandant, str(cell))).split()) for cell in row[1:])
        for row in found
    }


def _first_difference(mine: t.Any, other: t.Any) -> str:
    """Return the first line of each that is not in the other."""
    ours, theirs = (
        [line.rstrip(",") for line in one.splitlines()] if isinstance(one, str) else list(one or ())
        for one in (mine, other)
    )
    here = next((line for line in ours if line not in theirs), "nothing")
    there = next((line for line in theirs if line not in ours), "nothing")
    return f"{str(here).strip()} instead of {str(there).strip()}"


def _rows(mandant: Mandant, name: str) -> tuple[int, int]:
    """Return how many rows there are, and what does not depend on their order."""
    with contextlib.closing(mandant.connect()) as connection:
        connection.decoders = {}
        # A column's own character set may have no name for a byte that is in it.
        connection.use_unicode = False
        with connection.cursor() as settings:
            settings.execute("SET time_zone='+00:00', character_set_results=binary")
        with connection.cursor(pymysql.cursors.SSCursor) as cursor:
            cursor.execute(f"SELECT * FROM `{name.replace('`', '``')}`")
            count = total = 0
            for row in cursor:
                digest = hashlib.blake2b(repr(row).encode("utf-8", "surrogateescape"), digest_size=8).digest()
                total = (total + int.from_bytes(digest, "big")) % 2**64
                count += 1
    return count, total


def as_table(results: t.Sequence[Compared]) -> str:
    """Return what a person reads: a line for each file, and what is behind it."""
    width = max((len(result.file) for result in results), default=0)
    lines = []
    for result in results:
        times = [
            f"{seconds:.1f} s" if seconds is not None else "-" for seconds in (result.client_seconds, result.seconds)
        ]
        lines.append(f"{result.file:{width}}  {result.verdict:15}  client {times[0]:>8}  collection {times[1]:>8}")
        lines += [f"{'':{width}}    {text}" for text in result.what[:10]]
    counts = {verdict: sum(one.verdict == verdict for one in results) for verdict in t.get_args(Verdict)}
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))
    return "\n".join(lines)


def compare_all(
    server: PrivateServer, folder: Path, work: Path, start_seconds: float = START_SECONDS
) -> t.Iterator[Compared]:
    """Compare each dump of a folder."""
    side_by_side = SideBySide(server, work, start_seconds=start_seconds)
    for path in dumps_in(folder):
        yield side_by_side.compare(path, os.fspath(path.relative_to(folder)))
