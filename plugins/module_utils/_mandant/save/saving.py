# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A backup of a Mandant or of its generation before: looked at, written, and given its name when it is whole."""

from __future__ import annotations

import dataclasses
import datetime
import time
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.backup_folder import BackupFolder, telling_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.zip_writer import (
    Member,
    PackEncryption,
    windows_spelling,
    write_zip,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    count_rows,
    observe_privileges,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import how_to_grant
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.dump import Dump, Written
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.read_back import read_back
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.readable import check_readable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.shown import as_it_is
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import (
    Source,
    SourceTable,
    observe_source,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

Json = dict[str, t.Any]

# A ZIP with less in it needs no Zip64, whatever its texts become: programs of CAO's time cannot read that.
_SMALL_BYTES = 256 * 1024 * 1024
# What a ZIP without Zip64 holds, as Python's writer has it.
ZIP32_BYTES = 2**31 - 1
# A backup that has less room than this share of its tables' bytes does not fit, however well it is packed.
_LEAST_SHARE = {".zip": 0.02, ".sql": 0.25}


@dataclasses.dataclass(frozen=True)
class Saving:
    """What is to be saved, and where. Without a password a ZIP is plain; ``keep`` None keeps all files."""

    mandant: str
    dest: str
    password: str | None = dataclasses.field(default=None, repr=False)
    encryption: t.Literal["aes256", "zipcrypto"] = "aes256"
    static_tables: bool = True
    keep: int | None = None


@dataclasses.dataclass(frozen=True)
class Saved:
    """What was written; ``result`` in the shape of the module's results."""

    result: Json
    warnings: tuple[str, ...] = ()


class Saver:
    """Saves one Mandant, over a session that was not told to use a database.

    ``tables`` are those to be saved, of the generation ``before`` or in use, with the names that they have in use;
    without them all in use are.
    """

    def __init__(
        self,
        session: Session,
        server: Server,
        login: Login,
        saving: Saving,
        tables: t.Mapping[str, str] | None = None,
        *,
        before: bool = False,
    ) -> None:
        self._session = session
        self._login = login
        self._saving = saving
        self._tables = tables
        self._begun = time.monotonic()
        self._warnings: list[str] = [*session.warnings]
        self._when = datetime.datetime.now()
        self._server = server
        self._mandant = saving.mandant
        dest = Path(saving.dest)
        with telling_of(dest):
            addition = "_before" if before else ""
            self._folder = BackupFolder(dest, self._identity(), addition)

    def refuse_another(self) -> None:
        """Raise Failure where the file of the user's own name is what was saved of another Mandant."""
        if self._folder.holds_another(f"# Mandant :{printable(self._mandant)}"):
            raise Failure(
                "file_not_found",
                f"{self._saving.dest} is a backup of another Mandant, or of one of this name on another server, which "
                f"would be lost; choose another name for what is saved of {self._mandant}, or a folder",
            )

    def save(self, check_mode: bool) -> Saved:
        """Write the backup, or in check mode say what would be written. Raises Failure; then no file has a name."""
        session_settings.for_definitions(self._session)
        source = self._observe()
        with telling_of(self._folder.path):
            name = self._folder.free_name(self._when)
            self._check_room(source.tables, name)
            return self._forecast(source, name) if check_mode else self._write(name)

    def _identity(self) -> str:
        """Return what no Mandant of another server has.

        Of machines in different networks many are called SERVER, and each may be reached by a tunnel that begins here:
        a server is told by what it calls itself alone, and one that is not on this machine by its address, too.
        """
        sql = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uid', 'server_uuid')"
        own = {str(name).lower(): str(value) for name, value in self._session.query(sql)}
        address = "" if self._session.endpoint.is_local else f"{self._session.where}/"
        unique = own.get("server_uid") or own.get("server_uuid") or ""
        return f"{address}{unique}{own['hostname']}:{own['port']}/{self._mandant}"

    def _observe(self) -> Source:
        """Return what is there, where a backup of it can be made; Failure missing_privilege and others."""
        ignore_case = self._server.lower_case_table_names != 0
        privileges = observe_privileges(self._session, self._mandant, ignore_case=ignore_case)
        # Without it there may be tables that this account does not even see.
        missing = [] if privileges.has("SELECT") else ["SELECT"]
        source = observe_source(self._session, self._mandant, self._tables)
        if not all(source.kinds.values()) and not privileges.has("LOCK TABLES"):
            missing.append("LOCK TABLES")
        if missing:
            account = self._session.value("SELECT CURRENT_USER()")
            raise Failure(
                "missing_privilege",
                f"{self._session.where}: {account} lacks {', '.join(missing)} for {self._mandant}; "
                f"{how_to_grant(privileges)}",
            )
        self._check(source)
        return source

    def _check(self, source: Source) -> None:
        """Raise Failure where there is nothing to be saved, or something that no backup can hold."""
        where = f"{self._session.where}, {self._mandant}"
        if not source.tables:
            raise Failure("mandant_missing", f"{where}: the database is there, but it has no tables to be saved")
        check_readable(source.tables, where)

    def _check_room(self, tables: t.Sequence[SourceTable], name: str) -> None:
        needed = int(_estimated_bytes(tables) * _LEAST_SHARE[Path(name).suffix.lower()])
        free = self._folder.free_bytes()
        if free < needed:
            raise Failure(
                "too_large",
                f"{self._folder.path}: {free} bytes are free there, and the backup needs {needed} or more; "
                "make room or choose another folder",
            )

    def _forecast(self, source: Source, name: str) -> Saved:
        """Return what a run would do; what only a run can know is None."""
        counted = [table for table in source.tables if self._saving.static_tables or not table.static]
        rows = count_rows(self._session, self._mandant, [table.name for table in counted])
        for table in source.tables:
            self._warnings += as_it_is(self._session, self._mandant, table).notes
        written = [Written(table.definition.shown_name, rows.get(table.name, 0), 0) for table in source.tables]
        file: Json = {"path": str(self._folder.path / name), "size": None, "sha256": None}
        given_up = self._folder.given_up(self._saving.keep, name)
        return self._saved(file, written, source.left_out, given_up, None)

    def _write(self, name: str) -> Saved:
        try:
            return self._written(name, zip64=False)
        except _NeedsZip64:
            # What a server says of a table's size may be a day old, or an estimate.
            return self._written(name, zip64=True)

    def _written(self, name: str, *, zip64: bool) -> Saved:
        self._folder.remove_half_files()
        snapshot = Snapshot(self._session, self._login, self._tables)
        try:
            with self._folder.new_file() as new:
                source = snapshot.take(self._mandant)
                self._check(source)
                dump = Dump(snapshot, self._server, self._mandant, static_rows=self._saving.static_tables)
                pieces = dump.pieces(self._when)
                self._pack(new.file, pieces, name, zip64=zip64 or _estimated_bytes(source.tables) > _SMALL_BYTES)
                new.file.flush()
                where = f"{self._session.where}, {self._mandant}"
                read_back(new.path, self._saving.password, dump.written, dump.proofs, where)
                path, size_bytes, sha256 = new.finish(name, self._when)
        except _NeedsZip64:
            snapshot.let_go()
            raise
        finally:
            snapshot.close()
        self._warnings += dump.notes
        removed = self._remove(self._folder.given_up(self._saving.keep, path.name))
        file: Json = {"path": str(path), "size": size_bytes, "sha256": sha256}
        return self._saved(file, dump.written, source.left_out, removed, snapshot.locked_seconds)

    def _remove(self, names: t.Iterable[str]) -> list[str]:
        """Remove older backups and return which; the new one is good, whatever becomes of them."""
        removed = []
        for name in names:
            try:
                self._folder.remove(name)
                removed.append(name)
            except OSError as exc:
                self._warnings.append(f"{self._folder.path / name}: it cannot be removed: {exc.strerror or exc}")
        return removed

    def _pack(self, file: t.BinaryIO, pieces: t.Iterable[bytes], name: str, *, zip64: bool) -> None:
        if not name.lower().endswith(".zip"):
            file.writelines(pieces)
            return
        member = Member(f"{Path(name).stem}.sql", self._when, zip64=zip64)
        password, encryption = self._password()
        write_zip(file, pieces if zip64 else _counted(pieces), member=member, encryption=encryption, password=password)

    def _password(self) -> tuple[bytes, PackEncryption]:
        password = self._saving.password
        if not password:
            return b"", "none"
        # As Windows programs of CAO's time spell it, and as those that know AES do.
        spelled = windows_spelling(password) if self._saving.encryption == "zipcrypto" else password.encode("utf-8")
        return spelled, self._saving.encryption

    def _saved(
        self,
        file: Json,
        written: t.Sequence[Written],
        left_out: Json,
        given_up: list[str],
        locked_seconds: float | None,
    ) -> Saved:
        file["encryption"] = self._password()[1]
        tables = sorted(written, key=lambda one: one.name)
        ran = locked_seconds is not None
        result: Json = {
            "file": file,
            "tables": [{"name": one.name, "rows": one.rows} for one in tables],
            "rows": sum(one.rows for one in tables),
            "seconds": round(time.monotonic() - self._begun, 3) if ran else None,
            "locked_seconds": None if locked_seconds is None else round(locked_seconds, 3),
            "left_out": left_out,
            "removed": given_up,
        }
        if left_out:
            self._warnings.append(f"{self._mandant}: {_in_words(left_out)} are left out, as CAO-Faktura does")
        return Saved(result, tuple(self._warnings))


class _NeedsZip64(Exception):
    """The backup is larger than was thought."""


def _counted(pieces: t.Iterable[bytes]) -> t.Iterator[bytes]:
    size_bytes = 0
    pieces = iter(pieces)
    for piece in pieces:
        size_bytes += len(piece)
        if size_bytes > ZIP32_BYTES:
            # The session can be used again when all has come.
            for _piece in pieces:
                pass
            raise _NeedsZip64
        yield piece


def _estimated_bytes(tables: t.Iterable[SourceTable]) -> int:
    return sum(table.data_bytes for table in tables)


def _in_words(left_out: Json) -> str:
    """Return how much of each kind there is; the kinds are plural, as in the results."""
    return ", ".join(f"{kind} ({len(names)})" for kind, names in left_out.items())
