# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is packed comes out again, by the programs and libraries of others."""

from __future__ import annotations

import contextlib
import datetime
import errno
import importlib
import itertools
import random
import sys
import typing as t
import zipfile
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write import zip_writer as pack

MEMBER = "CAO_backup_2024_03_14_18_05.sql"
WHEN = datetime.datetime(2024, 3, 14, 18, 5, 8)
PIECES = (b"# CAO-Faktura\r\n", b"", b"INSERT;\r\n" * 50_000)
PASSWORD = "Kräutergarten €".encode("cp1252")


def _packed(folder: Path, encryption: pack.PackEncryption, password: bytes = PASSWORD) -> Path:
    path = folder / "backup.zip"
    with path.open("wb") as target:
        pack.write_zip(target, PIECES, member=pack.Member(MEMBER, WHEN), encryption=encryption, password=password)
    return path


def test_without_password(tmp_path: Path) -> None:
    with zipfile.ZipFile(_packed(tmp_path, "none", b"")) as archive:
        (info,) = archive.infolist()
        assert (info.filename, info.date_time, info.flag_bits & 1) == (MEMBER, WHEN.timetuple()[:6], 0)
        assert info.compress_type == zipfile.ZIP_DEFLATED
        assert archive.read(info) == b"".join(PIECES)


def test_zipcrypto(tmp_path: Path) -> None:
    with zipfile.ZipFile(_packed(tmp_path, "zipcrypto")) as archive:
        (info,) = archive.infolist()
        assert (info.filename, info.date_time, info.flag_bits & 1) == (MEMBER, WHEN.timetuple()[:6], 1)
        assert info.compress_type == zipfile.ZIP_DEFLATED
        assert archive.read(info, PASSWORD) == b"".join(PIECES)
        with pytest.raises(RuntimeError):
            archive.read(info)


def test_aes256(tmp_path: Path) -> None:
    path = _packed(tmp_path, "aes256")
    pyzipper: t.Any = importlib.import_module("pyzipper")
    with pyzipper.AESZipFile(path) as archive:
        (info,) = archive.infolist()
        assert (info.filename, info.date_time, info.flag_bits & 1) == (MEMBER, WHEN.timetuple()[:6], 1)
        assert info.wz_aes_strength == 3
        assert info.compress_type == zipfile.ZIP_DEFLATED
        assert archive.read(info, PASSWORD) == b"".join(PIECES)


@pytest.mark.parametrize("encryption", ["none", "zipcrypto", "aes256"])
def test_what_goes_wrong_in_the_rows_is_seen(encryption: pack.PackEncryption, tmp_path: Path) -> None:
    def pieces() -> t.Iterator[bytes]:
        yield b"x"
        raise Failure("connection_failed", "gone")

    password = b"" if encryption == "none" else PASSWORD
    with (tmp_path / "backup.zip").open("wb") as target, pytest.raises(Failure, match="gone"):
        pack.write_zip(target, pieces(), member=pack.Member(MEMBER, WHEN), encryption=encryption, password=password)


@pytest.mark.parametrize(("encryption", "password"), [("none", b"x"), ("zipcrypto", b""), ("aes256", b"")])
def test_password_and_encryption_go_together(encryption: pack.PackEncryption, password: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="password"):
        _packed(tmp_path, encryption, password)


def test_a_password_libarchive_would_cut_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NUL"):
        _packed(tmp_path, "zipcrypto", b"ab\0cd")


@pytest.mark.parametrize("buffer_bytes", [0, 64 * 1024])
@pytest.mark.parametrize("encryption", ["none", "zipcrypto", "aes256"])
def test_a_full_disk_is_an_os_error(encryption: pack.PackEncryption, buffer_bytes: int) -> None:
    password = b"" if encryption == "none" else PASSWORD
    noise = (random.Random(number).randbytes(100_000) for number in itertools.count())
    target = Path("/dev/full").open("wb", buffering=buffer_bytes)  # noqa: SIM115  # closing it fails as well
    with pytest.raises(OSError, match=r"Errno 28\b") as caught:
        pack.write_zip(target, noise, member=pack.Member(MEMBER, WHEN), encryption=encryption, password=password)
    with contextlib.suppress(OSError):
        target.close()
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize(
    ("encryption", "module", "package"),
    [("zipcrypto", "libarchive", "libarchive-c"), ("aes256", "pyzipper", "pyzipper")],
)
def test_a_library_that_is_missing(
    encryption: pack.PackEncryption, module: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(t.cast("dict[str, t.Any]", sys.modules), module, None)
    with pytest.raises(Failure, match=f"{package} on this host") as caught:
        _packed(tmp_path, encryption)
    assert caught.value.error == "missing_dependency"


def test_a_library_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian 12 has this version; only what it tells of itself is made here."""
    told = tmp_path / "libarchive_c-2.9.dist-info" / "METADATA"
    told.parent.mkdir()
    told.write_text("Metadata-Version: 2.1\nName: libarchive-c\nVersion: 2.9\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(
        Failure, match=r"newer version of the Python library libarchive-c on this host than 2\.9; "
    ) as caught:
        _packed(tmp_path, "zipcrypto")
    assert caught.value.error == "missing_dependency"


def test_what_is_written_to_tells_whether_it_is_closed(tmp_path: Path) -> None:
    """The pyzipper of Debian 13 asks for it."""
    with (tmp_path / "backup.zip").open("wb") as target:
        assert not pack._PatientFile(target).closed
    assert pack._PatientFile(target).closed


def test_how_windows_spells_a_password() -> None:
    assert pack.windows_spelling("Kräutergarten €") == b"Kr\xe4utergarten \x80"
    assert pack.windows_spelling("Пароль") == "Пароль".encode()
