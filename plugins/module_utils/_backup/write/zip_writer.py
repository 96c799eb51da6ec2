# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Packs a stream of bytes into a ZIP with one member, as CAO does it (cao-format 1.2)."""

from __future__ import annotations

import datetime
import importlib
import typing as t
import zipfile

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install, too_old
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.packing_thread import take_beside

PackEncryption = t.Literal["none", "zipcrypto", "aes256"]

# Measured with the bench's rows: level 3 makes a file a tenth smaller in a fifth more time, level 6 takes three times
# as long. People may be waiting for their tables.
_LEVEL = 1


class Member(t.NamedTuple):
    """The file in a ZIP; ``when`` is local time.

    ``zip64`` allows for more than 4 GiB; programs of CAO's time do not unpack that (cao-format 1.2).
    """

    name: str
    when: datetime.datetime
    zip64: bool = True


def windows_spelling(password: str) -> bytes:
    """A password in the bytes a Windows program uses (cp1252), or UTF-8 where it has no such spelling."""
    try:
        return password.encode("cp1252")
    except UnicodeEncodeError:
        return password.encode("utf-8")


def write_zip(
    target: t.BinaryIO,
    pieces: t.Iterable[bytes],
    *,
    member: Member,
    encryption: PackEncryption = "none",
    password: bytes = b"",
) -> None:
    """Write ``pieces`` as the only member of a ZIP to ``target``, a file of the system open for writing.

    They are made here, while a thread packs those before. Nothing but the packed bytes reaches a disk.
    Raises Failure(missing_dependency), ValueError for a password that does not fit the encryption
    and OSError where the file cannot be written.
    """
    if bool(password) != (encryption != "none"):
        raise ValueError("an encrypted ZIP needs a password, and a plain one has none")
    write = {"none": _write_plain, "aes256": _write_aes256, "zipcrypto": _write_zipcrypto}[encryption]
    take_beside(pieces, lambda taken: write(target, taken, member, password))


class _PatientFile:
    """A file that keeps its first error for ``check``: pyzipper cannot be closed once a write has failed."""

    def __init__(self, file: t.BinaryIO) -> None:
        self._file = file
        self._error: OSError | None = None

    @property
    def closed(self) -> bool:
        """Debian's pyzipper asks for it."""
        return self._file.closed

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def write(self, data: bytes) -> int:
        self._try(lambda: self._file.write(data))
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return t.cast("int", self._try(lambda: self._file.seek(offset, whence)))

    def tell(self) -> int:
        return t.cast("int", self._try(self._file.tell))

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, call: t.Callable[[], t.Any]) -> t.Any:
        if self._error is None:
            try:
                return call()
            except OSError as exc:
                self._error = exc
        return 0


def _write_plain(target: t.BinaryIO, pieces: t.Iterable[bytes], member: Member, _password: bytes) -> None:
    patient = _PatientFile(target)
    with zipfile.ZipFile(t.cast("t.BinaryIO", patient), "w") as archive:
        _write_member(archive, zipfile.ZipInfo, member, pieces, patient)
    patient.check()


def _write_aes256(target: t.BinaryIO, pieces: t.Iterable[bytes], member: Member, password: bytes) -> None:
    pyzipper = _library("pyzipper", "pyzipper")
    patient = _PatientFile(target)
    with pyzipper.AESZipFile(patient, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        _write_member(archive, pyzipper.zipfile_aes.AESZipInfo, member, pieces, patient)
    patient.check()


def _write_member(
    archive: t.Any, info_class: t.Any, member: Member, pieces: t.Iterable[bytes], patient: _PatientFile
) -> None:
    info = info_class(member.name, member.when.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    # Public from Python 3.13 on only, where this name is still understood.
    info._compresslevel = _LEVEL
    with archive.open(info, "w", force_zip64=member.zip64) as out:
        for piece in pieces:
            out.write(piece)
            patient.check()


def _write_zipcrypto(target: t.BinaryIO, pieces: t.Iterable[bytes], member: Member, password: bytes) -> None:
    # pyzipper and zipfile read ZipCrypto, but only libarchive writes it.
    if b"\0" in password:
        raise ValueError("a password for ZipCrypto must not contain NUL")
    libarchive = _library("libarchive", "libarchive-c")
    # Those before 5.0 know no password, or no time of this kind.
    _refuse_older("libarchive-c")
    target.flush()
    options = f"zip:encryption=zipcrypt,zip:compression-level={_LEVEL}" + ("" if member.zip64 else ",zip:!zip64")
    try:
        with libarchive.fd_writer(target.fileno(), "zip", options=options, passphrase=password) as archive:
            archive.add_file_from_memory(
                member.name, None, filter(None, pieces), permission=0o600, mtime=int(member.when.timestamp())
            )
    except libarchive.ArchiveError as exc:
        raise OSError(exc.errno, f"The ZIP cannot be written: {exc.msg}") from exc


def _library(module: str, package: str) -> t.Any:
    try:
        return importlib.import_module(module)
    except (ImportError, OSError, AttributeError) as exc:  # libarchive-c loads a C library while it is imported
        raise Failure(
            "missing_dependency",
            f"Writing this ZIP needs the Python library {package} on this host ({exc}); {how_to_install(package)}",
        ) from exc


def _refuse_older(package: str) -> None:
    old = too_old(package)
    if old is not None:
        raise Failure(
            "missing_dependency",
            f"Writing this ZIP needs a newer version of the Python library {package} on this host than {old}; "
            f"{how_to_install(package)}",
        )
