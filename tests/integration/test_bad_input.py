# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bad file gives its error by name, and the Mandant stays as it was."""

from __future__ import annotations

import io
import subprocess
import types
import typing as t
import zipfile
from pathlib import Path

import pytest

from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import PlaybookRunner, TaskResult

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "CAO_backup_2026_11_02_18_05.zip"
PASSWORD = "Kräutergarten"

SQL = (
    "# CAO-Faktura\r\n# Datum :02.11.2026 18:05:09 Uhr\r\n# Mandant :Kräuterhof\r\n#\r\n"
    "#\r\n# TABLE [LAND]\r\n#\r\ndrop table if exists LAND;\r\n\r\n"
    "create table LAND (\r\n  ID char(2) not null,\r\n  NAME varchar(80),\r\n  PRIMARY KEY (ID)\r\n);\r\n\r\n\r\n"
    "#\r\n# TABLE [LAND] DATA\r\n#\r\n"
    "INSERT INTO LAND VALUES ('DE','Deutschland');\r\nINSERT INTO LAND VALUES ('AT','Österreich');\r\n"
).encode("cp1252")


class Case(t.NamedTuple):
    """One bad file: how it is made, what it is answered with, and a word of the message."""

    error: str
    word: str
    make: t.Callable[[Path], None]
    options: t.Mapping[str, t.Any] = types.MappingProxyType({})


def _nothing(path: Path) -> None:
    assert not path.exists()


def _bytes(data: bytes) -> t.Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


def _zip(*members: tuple[str, bytes]) -> t.Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)

    return make


def _encrypted(path: Path) -> None:
    plain = path.with_suffix(".sql")
    plain.write_bytes(SQL)
    command = ["zip", "-q", "-j", "-P", "Geheim", str(path), str(plain)]
    subprocess.run(command, check=True)


def _flipped(path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("CAO_backup.sql", SQL)
    data = bytearray(buffer.getvalue())
    data[120] ^= 0x40
    path.write_bytes(bytes(data))


def _cut_zip(path: Path) -> None:
    path.write_bytes(EXAMPLE.read_bytes()[:200_000])


def _statement(sql: str) -> t.Callable[[Path], None]:
    return _bytes(SQL + sql.encode("cp1252") + b";\r\n")


CASES = {
    "not there": Case("file_not_found", "not", _nothing),
    "empty": Case("not_a_backup", "empty", _bytes(b"")),
    "a picture": Case("not_a_backup", "PNG", _bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))),
    "no SQL in the ZIP": Case("not_a_backup", "SQL", _zip(("readme.pdf", b"%PDF-1.4"))),
    "nothing in the ZIP": Case("not_a_backup", "", _zip()),
    "two SQL files in the ZIP": Case("not_a_backup", "2", _zip(("a.sql", SQL), ("b.sql", SQL))),
    "a path in the member's name": Case("not_a_backup", "path", _zip(("../CAO_backup.sql", SQL))),
    "a ZIP bomb": Case("too_large", "MiB", _zip(("CAO_backup.sql", SQL + b"\r\n" * 100_000_000))),
    "a wrong password": Case("wrong_password", "password", _encrypted, {"password": "Geheimnis"}),
    "no password": Case("password_required", "password", _encrypted),
    "a flipped byte": Case("damaged", "damaged", _flipped),
    "a ZIP cut short": Case("truncated", "incomplete", _cut_zip, {"password": PASSWORD}),
    "SQL cut in a string": Case("truncated", "line 20", _bytes(SQL[: SQL.index(b"Deutsch") + 4])),
    "SQL cut in a CREATE": Case("truncated", "line 10", _bytes(SQL[: SQL.index(b"PRIMARY")])),
    "UTF-16": Case("not_a_backup", "UTF-16", _bytes(SQL.decode("cp1252").encode("utf-16"))),
    "another database": Case("forbidden_statement", "line 22", _statement("INSERT INTO andere.KUNDEN VALUES ('1')")),
    "two databases": Case("forbidden_statement", "second database", _statement("USE a;\r\nUSE b;\r\nDROP TABLE c")),
    "DROP of another database's table": Case("forbidden_statement", "geheim", _statement("drop table `geheim`.`t`")),
    "a client's command": Case("forbidden_statement", "line 22", _statement("\\! touch /tmp/owned")),
    "a function in a row": Case(
        "forbidden_statement", "literals", _statement("INSERT INTO LAND VALUES (LOAD_FILE('x'),1)")
    ),
    "SQL hidden in a comment": Case("forbidden_statement", "GRANT", _statement("/*!50000 GRANT ALL ON *.* TO x */")),
    "another checksum": Case("checksum_mismatch", "sha256", _bytes(SQL), {"checksum": "sha256:" + "0" * 64}),
    "bytes against SET NAMES": Case("encoding_ambiguous", "encoding", _bytes(b"SET NAMES utf8;\r\n" + SQL)),
    "a damaged .sql.gz": Case("truncated", "incomplete", _bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")),
}


@pytest.fixture(scope="module")
def living(server: MariadbServer) -> t.Iterator[Mandant]:
    """A Mandant with content that no bad file may touch."""
    database = Mandant("cao_living", server)
    database.create()
    database.query("CREATE TABLE RECHNUNG (ID INT PRIMARY KEY, BETRAG DECIMAL(10,2))")
    database.query("INSERT INTO RECHNUNG VALUES (1, 119.00), (2, 238.00)")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def answers(
    living: Mandant, playbook: PlaybookRunner, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, TaskResult]:
    """What mandant_restore says to each bad file, from one real playbook."""
    folder = tmp_path_factory.mktemp("bad")
    tasks = []
    for number, (name, case) in enumerate(CASES.items()):
        path = folder / f"CAO_backup_{number}.zip"
        case.make(path)
        options = {"file": str(path), "remote_src": True, "policy": "always", **living.login(), **case.options}
        tasks.append({"name": name, "cao.faktura.mandant_restore": options, "ignore_errors": True})
    run = playbook.run([{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    return {name: run[name] for name in CASES}


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize("name", CASES)
def test_bad_input_has_its_error_and_changes_nothing(
    name: str, answers: dict[str, TaskResult], living: Mandant
) -> None:
    case, answer = CASES[name], answers[name]
    assert answer.failed
    assert answer.error == case.error, answer["msg"]
    assert case.word.lower() in answer["msg"].lower()
    assert living.tables() == ["RECHNUNG"]
    assert living.query("SELECT COUNT(*), SUM(BETRAG) FROM RECHNUNG") == [(2, 357)]
    assert "Geheim" not in answer["msg"].replace("Geheimnis", "").replace("`geheim`", "")


def test_text_that_looks_like_sql_is_only_text(mandant: Mandant, playbook: PlaybookRunner, tmp_path: Path) -> None:
    """``;`` with CRLF, statements and comments inside values are values."""
    text = "a;\\r\\nDROP TABLE LAND;\\r\\n-- b\\r\\n/* c"
    raw = b"INSERT INTO LAND VALUES ('XX','x;\r\nDROP TABLE LAND;\r\nINSERT INTO LAND VALUES (');\r\n"
    path = tmp_path / "backup.sql"
    path.write_bytes(SQL + f"INSERT INTO LAND VALUES ('FR','{text}');\r\n".encode() + raw)
    answer = playbook.task("cao.faktura.mandant_restore", {"file": str(path), "remote_src": True, **mandant.login()})
    assert not answer.failed, answer.result
    assert mandant.query("SELECT NAME FROM LAND WHERE ID IN ('FR','XX') ORDER BY ID") == [
        ("a;\r\nDROP TABLE LAND;\r\n-- b\r\n/* c",),
        ("x;\r\nDROP TABLE LAND;\r\nINSERT INTO LAND VALUES (",),
    ]
