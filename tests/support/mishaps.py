# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How things go wrong, for real: each function here raises a Failure, or returns the message of a task.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import typing as t
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, articles, cao_backup, cao_table, company, roll_back

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "CAO_backup_2026_11_02_18_05.zip"
EXAMPLE_PASSWORD = "Kräutergarten"
NAME = "CAO_backup_2026_11_02_18_05.zip"
BACKUP = cao_backup(articles(3), company("Musterladen"))
_RIGHTS = "SELECT, INSERT, CREATE, DROP, ALTER"


@dataclass(frozen=True)
class Place:
    """Where things go wrong: a folder for files, and a Mandant that holds a backup already."""

    folder: Path
    mandant: Mandant
    playbook: PlaybookRunner

    @property
    def restorer(self) -> Restorer:
        """Restores into the Mandant."""
        return Restorer(self.mandant, self.folder)

    def file(self, content: bytes, name: str = "CAO_backup_2026_11_02_18_05.sql") -> str:
        """Write a file and return its path."""
        return self.restorer.write(name, content)

    def packed(self, *members: tuple[str, bytes]) -> str:
        """Write a ZIP and return its path."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return self.file(packed.getvalue(), NAME)


def analysed(path: str, **options: t.Any) -> object:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    reading = {key: options.pop(key) for key in ("encoding", "repairs") if key in options}
    with open_backup(path, options=ReadOptions(**reading), **options) as backup:
        return backup.analysis


def picked(place: Place, *names: str, max_age: str | None = None) -> object:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import pick
    from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish

    folder = place.folder / "of_one_kind"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(name.encode())
        os.utime(folder / name, (0, 0))
    now = datetime.datetime(2026, 11, 4, 8).timestamp()
    return pick(Wish(str(folder / "*"), newest=True, max_age=max_age), now)


def restored(place: Place, path: str | None = None, **options: t.Any) -> object:
    path = path or place.file(BACKUP)
    return place.restorer.run(path, policy="always", **options)


def elsewhere(place: Place, name: str, **options: t.Any) -> object:
    other = Mandant(name, place.mandant.server)
    return Restorer(other, place.folder).run(place.file(BACKUP), **options)


def no_database_server(place: Place) -> object:
    """Come to a port where a program answers that is no database server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as client:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            return Restorer(place.mandant, place.folder, port=listener.getsockname()[1]).run(place.file(BACKUP))
        finally:
            thread.join()


def as_user(place: Place, *grants: str, **options: t.Any) -> object:
    password = account(place.mandant.server, "cao", grants)
    probe = Restorer(place.mandant, place.folder, "cao", password)
    return probe.run(place.file(BACKUP), policy="always", **options)


def task(place: Place, **options: t.Any) -> str:
    given = {"file": str(EXAMPLE), "remote_src": True, "password": EXAMPLE_PASSWORD, **place.mandant.login(), **options}
    answer = place.playbook.task("cao.faktura.mandant_restore", given)
    assert answer.failed, answer.result
    return str(answer["msg"])


def example(place: Place) -> str:
    return place.file(EXAMPLE.read_bytes(), NAME)


def cut(place: Place) -> object:
    return analysed(place.file(EXAMPLE.read_bytes()[:200_000], NAME), password=EXAMPLE_PASSWORD)


def flipped(place: Place) -> object:
    path = Path(place.packed(("CAO_backup_2026_11_02_18_05.sql", BACKUP)))
    data = bytearray(path.read_bytes())
    data[120] ^= 0x40
    path.write_bytes(data)
    return analysed(str(path))


def bomb(place: Place) -> object:
    return analysed(place.packed(("CAO_backup_2026_11_02_18_05.sql", BACKUP + b"\r\n" * 40_000_000)))


def without_libraries(place: Place, room: str, function: str, arguments: str) -> object:
    """Call a function in a Python of its own that has no library, and raise its Failure here."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    folder = place.folder / "bare"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    code = f"from {Failure.__module__.rpartition('._backup')[0]}.{room} import {function} as call\n{arguments}"
    bare = [str(folder / "bin" / "python"), "-c", code]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path[:1])), "PATH": os.environ["PATH"]}
    done = subprocess.run(bare, env=environment, capture_output=True, text=True, check=False)
    said = done.stderr.strip().splitlines()[-1].partition(": ")
    assert said[0].endswith(".Failure"), done.stderr
    raise Failure("missing_dependency", said[2])


def no_pymysql(place: Place) -> object:
    arguments = "from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login\n"
    return without_libraries(place, "_mandant.connect.driver", "connect", arguments + "call(Login())")


def strange_pymysql(place: Place) -> object:
    """PyMySQL as a later version could be: a name that it never promised is another one."""
    import pymysql

    folder = place.folder / "later"
    copy = shutil.copytree(Path(pymysql.__file__).parent, folder / "pymysql")
    for path in copy.rglob("*.py"):
        text = path.read_text(encoding="utf-8").replace("_read_packet", "_receive_packet")
        path.write_text(text.replace(f'VERSION_STRING = "{pymysql.VERSION_STRING}"', 'VERSION_STRING = "2.0.0"'))
    arguments = "from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login\n"
    arguments += f"import sys\nsys.path.insert(0, {str(folder)!r})\n"
    return without_libraries(place, "_mandant.connect.driver", "connect", arguments + "call(Login())")


def no_pyzipper(place: Place) -> object:
    import pyzipper

    path = place.folder / NAME
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"Geheim")
        archive.writestr("CAO_backup_2026_11_02_18_05.sql", BACKUP)
    arguments = f"call({str(path)!r}, password='Geheim').analysis"
    return without_libraries(place, "_backup.backup", "open_backup", arguments)


def no_zstandard(place: Place) -> object:
    path = place.folder / "CAO_backup_2026_11_02_18_05.sql.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd\x20\x04")
    return without_libraries(place, "_backup.backup", "open_backup", f"call({str(path)!r}).analysis")


def in_text_mode(place: Place) -> object:
    path = Path(place.packed(("CAO_backup_2026_11_02_18_05.sql", BACKUP + bytes(range(35, 127)) * 999)))
    packed = path.read_bytes()
    # By chance a small file has no line feed to change.
    path.write_bytes(packed.replace(b"PK\1\2", b"\n\nPK\1\2").replace(b"\n", b"\r\n"))
    return analysed(str(path))


def logged_in(place: Place, **login: t.Any) -> object:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    return connect(replace(place.restorer.login(), **login))


def in_use(place: Place) -> object:
    with contextlib.closing(place.mandant.connect()):
        return restored(place)


def locked(place: Place) -> object:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.lock import lock_name

    with contextlib.closing(place.mandant.server.connect()) as other, other.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, 0)", (lock_name(place.mandant.name),))
        return restored(place)


@contextlib.contextmanager
def _global(place: Place, setting: str, value: int) -> t.Iterator[None]:
    server = place.mandant.server
    ((before,),) = server.admin(f"SELECT @@GLOBAL.{setting}")
    server.admin(f"SET GLOBAL {setting} = {value}")
    try:
        yield
    finally:
        server.admin(f"SET GLOBAL {setting} = {before}")


def small_packets(place: Place) -> object:
    row = "'1','" + "x" * 2_000_000 + "'"
    table = cao_table("INFO", ["REC_ID int(11)", "TEXT longtext"], [row])
    with _global(place, "max_allowed_packet", 1 << 20):
        return restored(place, place.file(cao_backup(table)))


def read_only(place: Place) -> object:
    with _global(place, "read_only", 1):
        return as_user(place, f"ALL ON `{place.mandant.name}`.*", "RELOAD ON *.*", "PROCESS ON *.*")


def refused_row(place: Place) -> object:
    return restored(place, place.file(cao_backup(articles(3, bad={3: "'2','A2','1.0',NULL"}))))


def unknown_zone(place: Place) -> object:
    return restored(place, place.file(b"SET time_zone='Europe/Atlantis'; CREATE TABLE ARTIKEL (REC_ID int);"))


def unknown_collation(place: Place) -> object:
    column = b"NR varchar(20) COLLATE utf8mb4_ja_0900_as_cs, UNIQUE KEY (NR)"
    return restored(place, place.file(b"CREATE TABLE ARTIKEL (REC_ID int, " + column + b");"))


def equal_in_another_collation(place: Place) -> object:
    rows = "REPLACE INTO ARTIKEL VALUES ('Maß'),('Mass');"
    table = "CREATE TABLE ARTIKEL (REC_ID varchar(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY);"
    return restored(place, place.file(f"SET NAMES utf8mb4; {table} {rows}".encode()))


def trigger_of_a_missing_table(place: Place) -> object:
    trigger = b"CREATE TRIGGER PREISE AFTER UPDATE ON ARTIKEL FOR EACH ROW INSERT INTO XT_LOG VALUES (NEW.REC_ID);"
    return restored(place, place.file(b"CREATE TABLE ARTIKEL (REC_ID int);" + trigger))


def row_lost(place: Place) -> object:
    """Another session takes a row out of a table that was just loaded."""

    def progress(phase: str, *_rest: object) -> None:
        if phase == "verify":
            sql = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_ROWS = 3"
            ((table,),) = place.mandant.query(sql + " AND TABLE_NAME LIKE 'BACK\\_RESTORE\\_NEW\\_%'")
            place.mandant.query(f"DELETE FROM `{table}` LIMIT 1")

    return restored(place, progress=progress, running_instances="ignore")


def other_program(place: Place) -> object:
    place.mandant.query("CREATE TABLE REGISTRY (MAINKEY varchar(255))")
    try:
        return restored(
            place, place.file(b"CREATE TABLE wp_posts (ID int);\nINSERT INTO wp_posts VALUES (1);\n", "wordpress.sql")
        )
    finally:
        place.mandant.query("DROP TABLE REGISTRY")


def name_taken(place: Place) -> object:
    """A trigger of a table that stays has the name of one in the backup."""
    other = Mandant("cao_name", place.mandant.server)
    other.create()
    try:
        other.query("CREATE TABLE XT_LISTE (A INT)")
        other.query("CREATE TRIGGER merken BEFORE INSERT ON XT_LISTE FOR EACH ROW SET @a = 1")
        trigger = b"CREATE TRIGGER merken BEFORE INSERT ON ARTIKEL FOR EACH ROW SET NEW.A = 1;\n"
        dump = b"CREATE TABLE ARTIKEL (A INT);\n" + trigger
        return Restorer(other, place.folder).run(place.file(dump, "dump.sql"), keep_tables=("XT_*",))
    finally:
        other.drop()


def view_of_a_lost_column(place: Place) -> object:
    """A view that stays shows a column which a table that is restored by itself does not have."""
    other = Mandant("cao_sicht", place.mandant.server)
    other.create()
    try:
        other.query("CREATE TABLE ARTIKEL (REC_ID INT, XT_FARBE INT)")
        other.query("CREATE VIEW XT_LISTE AS SELECT XT_FARBE FROM ARTIKEL")
        return restored(replace(place, mandant=other), tables=("ARTIKEL",))
    finally:
        other.drop()


def fresh(place: Place) -> object:
    other = Mandant("cao_neu", place.mandant.server)
    other.create()
    try:
        return roll_back(Restorer(other, place.folder))
    finally:
        other.drop()


def unrepaired(place: Place) -> object:
    columns = ["MAINKEY varchar(255)", "LAST_CHANGE timestamp not null default 'CURRENT_TIMESTAMP'"]
    return analysed(place.file(cao_backup(cao_table("REGISTRY", columns, []))), repairs="refuse")


def _another(place: Place) -> str:
    return place.file(cao_backup(articles(5), company("Musterladen")), "another.sql")


def _work(place: Place) -> None:
    place.mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")


def worked_in(place: Place) -> object:
    restored(place)
    _work(place)
    return place.restorer.run(_another(place))


def worked_in_before(place: Place) -> object:
    restored(place)
    _work(place)
    restored(place, _another(place))
    return place.restorer.run(place.file(BACKUP))


def refused_table(place: Place) -> object:
    content = BACKUP + b"CREATE TABLE XT_TERMINE (A int, BEGINN time(9));\r\n\r\n\r\n\r\n"
    return place.restorer.run(place.file(content), policy="always", incomplete="allow")


def refused_ahead(place: Place) -> object:
    content = BACKUP + b"CREATE TABLE XT_TERMINE (A text, B int AS (REGEXP_LIKE(A, 'x')) STORED);\r\n\r\n\r\n\r\n"
    return place.restorer.run(place.file(content), policy="always", incomplete="allow")


def members_that_are_one(place: Place) -> object:
    column = "A enum('a','ä') COLLATE latin1_german1_ci"
    content = BACKUP + f"CREATE TABLE XT_TERMINE ({column});\r\n\r\n\r\n\r\n".encode("cp1252")
    return place.restorer.run(place.file(content), policy="always", incomplete="allow")


def another_company(place: Place) -> object:
    restored(place)
    path = place.file(cao_backup(articles(4), company("Werkstatt Müller")), "Werkstatt.sql")
    return place.restorer.run(path, other_company="fail")


def export_failed(place: Place) -> object:
    comment = b"-- Error reading data for table cao.JOURNAL: #2006 - MySQL server has gone away\r\n"
    return place.restorer.run(place.file(BACKUP + comment), policy="always")


def lacking(place: Place) -> object:
    journal = cao_table("JOURNAL", ["REC_ID int"], ["'1'"])
    restored(place, place.file(cao_backup(articles(3), company("Musterladen"), journal)))
    try:
        return place.restorer.run(place.file(cao_backup(articles(5))), policy="always")
    finally:
        restored(place, incomplete="allow")


def by_hand(place: Place) -> object:
    place.mandant.query("DROP TABLE BACK_RESTORE_MARKER")
    return place.restorer.run(_another(place))
