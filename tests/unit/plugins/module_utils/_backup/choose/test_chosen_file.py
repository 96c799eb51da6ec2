# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first room: the file, its SHA-256, and what is said when it is not there."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose import chosen_file as room
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable

DATA = bytes(range(256)) * 5000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "CAO_backup.sql"
    path.write_bytes(DATA)
    return path


def failure(path: object, checksum: str | None = None) -> Failure:
    with pytest.raises(Failure) as caught:
        choose(str(path), checksum)
    return caught.value


def test_facts_and_reading(backup: Path) -> None:
    with choose(str(backup)) as chosen:
        assert (chosen.path, chosen.size_bytes, chosen.sha256) == (str(backup), len(DATA), SHA256)
        assert chosen.read_at(3, 1000) == DATA[3:1003]
        assert chosen.read_at(len(DATA) - 5, 100) == DATA[-5:]
        assert chosen.read_at(len(DATA), 1) == b""
        handle = chosen.handle
    assert handle.closed
    chosen.close()


def test_the_file_stays_the_same_when_its_name_gets_another_one(backup: Path) -> None:
    with choose(str(backup)) as chosen:
        backup.unlink()
        backup.write_bytes(b"something else")
        assert chosen.read_at(0, len(DATA)) == DATA


@pytest.mark.parametrize("checksum", [f"sha256:{SHA256}", f"SHA256:{SHA256.upper()}", f" sha256:{SHA256}\n"])
def test_right_checksum(backup: Path, checksum: str) -> None:
    with choose(str(backup), checksum) as chosen:
        assert chosen.sha256 == SHA256


def test_wrong_checksum_names_both(backup: Path) -> None:
    wrong = "0" * 64
    found = failure(backup, f"sha256:{wrong}")
    assert found.error == "checksum_mismatch"
    assert SHA256 in found.msg
    assert wrong in found.msg
    assert str(backup) in found.msg


@pytest.mark.parametrize("checksum", ["", SHA256, f"sha256:{SHA256[1:]}", f"md5:{'0' * 32}", f"sha256:{'g' * 64}"])
def test_unusable_checksum_says_what_is_expected(backup: Path, checksum: str) -> None:
    found = failure(backup, checksum)
    assert found.error == "checksum_mismatch"
    assert "'sha256:' followed by 64 hexadecimal digits" in found.msg


@pytest.mark.parametrize("name", ["missing.sql", "CAO_backup.sql/x.sql", "x" * 300, "a\0b", "new\nline"])
def test_not_there(backup: Path, name: str) -> None:
    found = failure(backup.parent / name)
    assert found.error == "file_not_found"
    assert "check the path" in found.msg
    assert found.msg.isprintable()


def test_not_readable(backup: Path) -> None:
    backup.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            # The rights of root end nowhere, so the kernel is asked as somebody else.
            os.seteuid(65534)
        found = failure(backup)
    finally:
        os.seteuid(user)
    assert found.error == "file_not_found"
    assert "may not be read" in found.msg


@pytest.mark.parametrize("path", ["/", "/dev/null", "/dev/zero"])
def test_no_regular_file(path: str) -> None:
    found = failure(path)
    assert found.error == "not_a_backup"
    assert "give the path of one" in found.msg


def test_fifo_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.sql")
    assert failure(tmp_path / "fifo.sql").error == "not_a_backup"


def test_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert failure(tmp_path / "s").error in ("file_not_found", "not_a_backup")


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.sql").touch()
    found = failure(tmp_path / "empty.sql")
    assert found.error == "not_a_backup"
    assert "is empty" in found.msg


def test_file_that_grows_while_it_is_read(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with choose(str(backup)) as chosen:
        read = chosen.read_at

        def read_and_grow(offset: int, size_bytes: int) -> bytes:
            piece = read(offset, size_bytes)
            if not piece:
                with backup.open("ab") as more:
                    more.write(b"more")
            return piece

        monkeypatch.setattr(chosen, "read_at", read_and_grow)
        with pytest.raises(Failure, match="wait until") as caught:
            assert chosen.sha256
    assert caught.value.error == "truncated"


def test_a_pass_that_has_read_all_bytes_tells_the_sha256(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with choose(str(backup)) as chosen:
        chosen.take_sha256(SHA256)
        monkeypatch.setattr(chosen, "read_at", None)
        assert chosen.sha256 == SHA256
        with pytest.raises(Failure) as caught:
            chosen.take_sha256("0" * 64)
    assert caught.value.error == "truncated"


def test_a_pass_over_a_file_that_grows(backup: Path) -> None:
    with choose(str(backup)) as chosen:
        with backup.open("ab") as more:
            more.write(b"more")
        with pytest.raises(Failure) as caught:
            chosen.take_sha256(SHA256)
    assert caught.value.error == "truncated"


def test_disk_errors_are_damage() -> None:
    # /proc/self/mem is the one regular file at hand whose reading fails.
    with open("/proc/self/mem", "rb", buffering=0) as handle:
        chosen = room.ChosenFile(path="/proc/self/mem", size_bytes=1, handle=handle)
        with pytest.raises(Failure) as caught:
            chosen.read_at(0, 10)
        assert caught.value.error == "damaged"
        with pytest.raises(Failure) as caught:
            assert chosen.sha256
        assert caught.value.error == "damaged"


def test_printable() -> None:
    assert printable("Größe €.sql") == "Größe €.sql"
    assert printable("a\nb\x1b[1m\u202e\udcff") == "a\\nb\\x1b[1m\\u202e\\udcff"
    assert printable("x" * 500) == "x" * 200 + "..."


@pytest.mark.parametrize(
    ("name", "first", "program", "loader"),
    [
        ("metadata", "Started dump at: 2026-11-02 18:05:09", "mydumper", "myloader"),
        ("metadata.partial", "# Started dump at: 2026-11-02 18:05:09", "mydumper", "myloader"),
        ("@.json", '{\n    "dumper": "mysqlsh Ver 8.0.36 for Linux",', "MySQL Shell", "its util.loadDump()"),
    ],
)
def test_a_folder_that_is_a_dump(tmp_path: Path, name: str, first: str, program: str, loader: str) -> None:
    (tmp_path / name).write_text(f"{first}\n", encoding="ascii")
    refused = failure(tmp_path)
    assert refused.error == "not_a_backup"
    assert f"is a dump of {program}" in refused.msg
    assert f"load it with {loader} into" in refused.msg


def test_a_folder_with_other_metadata(tmp_path: Path) -> None:
    (tmp_path / "metadata").write_text("Started\n", encoding="ascii")
    (tmp_path / "metadata.partial").mkdir()
    (tmp_path / "@.json").write_text('{"dumper": "other"}', encoding="ascii")
    assert "is a folder; give the path" in failure(tmp_path).msg
