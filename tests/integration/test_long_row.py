# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of many megabytes: no module takes more than three times its memory, and it arrives as it is."""

from __future__ import annotations

import random
import typing as t
import zipfile
from pathlib import Path

import pytest

from mandant import Mandant
from module_process import answer_within, peak_of
from private_server import PrivateServer
from restoring import HEADER

ROW_BYTES = 40 * 1024 * 1024
PACKET_BYTES = 128 * 1024 * 1024
# Beside the row there are the chunks that are read at a time, and what a pass needs for them.
AROUND_KIB = 6 * 1024
RANDOM = random.Random(7).randbytes(ROW_BYTES // 2).hex().encode()
ESCAPED = (RANDOM[:60] + rb"\'a\n\\" + "äöü€".encode("cp1252")) * (ROW_BYTES // 71)
# The columns, what stands around a value, the value, and the SQL that must find it.
ROWS: dict[str, tuple[str, bytes, bytes, bytes]] = {
    "plain": ("T longtext", b"'", RANDOM, b"'"),
    "escaped": ("T longtext", b"'", ESCAPED, b"'"),
    "double quotes": ("T longtext", b'"', RANDOM, b'"'),
    "binary": ("T longblob", b"_binary '", RANDOM, b"'"),
    "hex": ("T longblob", b"0x", RANDOM, b""),
    "many": (", ".join(f"T{number} mediumtext" for number in range(20)), b"'", RANDOM, b"'"),
}


@pytest.fixture(scope="module")
def roomy(server: PrivateServer) -> t.Iterator[PrivateServer]:
    """The server takes rows of this length."""
    before = server.admin("SELECT @@GLOBAL.max_allowed_packet, @@GLOBAL.local_infile")[0]
    server.admin(f"SET GLOBAL max_allowed_packet = {PACKET_BYTES}")
    yield server
    server.admin("SET GLOBAL max_allowed_packet = %s, local_infile = %s", before)


def _values(kind: str, value: bytes) -> list[bytes]:
    if kind != "many":
        return [value]
    size = len(value) // 20
    return [value[start : start + size] for start in range(0, size * 20, size)]


def _write(path: Path, kind: str, *, long: bool) -> str:
    columns, before, value, after = ROWS[kind]
    with path.open("wb") as file:
        file.write(HEADER.encode("cp1252") if kind != "hex" else b"SET NAMES latin1;\r\n")
        file.write(f"# TABLE [LANG]\r\ncreate table LANG (ID int not null, {columns}, PRIMARY KEY (ID));\r\n".encode())
        for number, text in enumerate((b"ab", value if long else b"cd", b"ef"), 1):
            texts = _values(kind, text if len(text) > 2 or kind != "many" else text * 20)
            cells = b",".join(before + one + after for one in texts)
            file.write(b"INSERT INTO LANG VALUES (%d,%s);\r\n" % (number, cells))
    return str(path)


def _within(peak: int, base: int, row_bytes: int = ROW_BYTES) -> None:
    assert peak - base <= 3 * (row_bytes >> 10) + AROUND_KIB, f"{(peak - base) / (row_bytes >> 10):.2f} times the row"


@pytest.mark.parametrize("kind", ROWS)
def test_memory(roomy: PrivateServer, mandant: Mandant, tmp_path: Path, kind: str) -> None:
    short, long = _write(tmp_path / "short.sql", kind, long=False), _write(tmp_path / "long.sql", kind, long=True)
    given = {"remote_src": True}
    base = peak_of("backup_info", file=short, **given)[1]
    answer, peak = peak_of("backup_info", file=long, **given)
    assert answer["analysis"]["rows"] == 3
    _within(peak, base)
    options = {**mandant.login(), **given, "policy": "always", "engine": "InnoDB"}
    for streams in (1, 0):
        roomy.admin(f"SET GLOBAL local_infile = {streams}")
        base = peak_of("mandant_restore", file=short, **options)[1]
        answer, peak = peak_of("mandant_restore", file=long, **options)
        assert answer["changed"], answer
        _within(peak, base)
    sizes = "SELECT SHA2(T, 256), LENGTH(T) FROM LANG ORDER BY ID"
    if kind == "many":
        sizes = "SELECT SHA2(T19, 256), LENGTH(T19) FROM LANG ORDER BY ID"
    before = mandant.query(sizes)
    assert before[1][1] >= ROW_BYTES // 40
    for name in ("long_again.sql", "long_again.zip"):
        answer, peak = peak_of("mandant_backup", dest=str(tmp_path / name), **mandant.login())
        assert answer["changed"], answer
        _within(peak, base)
    assert peak_of("mandant_restore", **{**options, "file": str(tmp_path / "long_again.zip")})[0]["changed"]
    assert mandant.query(sizes) == before


@pytest.mark.usefixtures("roomy")
def test_memory_of_a_packed_one(mandant: Mandant, tmp_path: Path) -> None:
    peaks = []
    for long in (False, True):
        sql, path = _write(tmp_path / "a.sql", "plain", long=long), tmp_path / f"{long}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(sql, "a.sql")
        answer, peak = peak_of("mandant_restore", file=str(path), remote_src=True, policy="always", **mandant.login())
        assert answer["changed"], answer
        peaks.append(peak)
    _within(peaks[1], peaks[0])
    assert mandant.query("SELECT SHA2(T, 256) FROM LANG WHERE ID = 2") == mandant.query(
        "SELECT SHA2(%s, 256)", (RANDOM.decode(),)
    )


@pytest.mark.usefixtures("roomy")
def test_what_there_is_no_memory_for_is_named(mandant: Mandant, tmp_path: Path) -> None:
    """From a limit that is too small to the first that is enough: never a traceback, and the Mandant stays."""
    short, long = _write(tmp_path / "a.sql", "plain", long=False), _write(tmp_path / "b.sql", "escaped", long=True)
    options = {"remote_src": True, **mandant.login()}
    assert peak_of("mandant_restore", file=short, **options)[0]["changed"]
    before = mandant.checksums()
    errors = set()
    # Python alone takes more than the first of them; what counts are those between it and three rows.
    for mib in range(80, 400, 20):
        answer = answer_within("mandant_restore", mib << 20, file=long, policy="always", **{**options, "replace": True})
        assert "Traceback" not in answer["stderr"], answer
        if not answer.get("failed"):
            break
        errors.add(answer["error"])
        assert answer["error"] in ("too_large", "missing_dependency"), answer
        assert mandant.checksums() == before
    assert "too_large" in errors
    assert answer["changed"]
