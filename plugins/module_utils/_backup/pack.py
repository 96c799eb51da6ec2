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

PackEncryption = t.Literal["none", "zipcrypto", "aes256"]


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
    member: str,
    when: datetime.datetime,
    encryption: PackEncryption = "none",
    password: bytes = b"",
) -> None:
    """Write ``pieces`` as the only member of a ZIP to ``target``, a file of the system open for writing.

    Nothing but the packed bytes reaches a disk. ``when`` is the local time of the member.
    Raises Failure(missing_dependency), ValueError for a password that does not fit the encryption
    and OSError where the file cannot be written.
    """
    if bool(password) != (encryption != "none"):
        raise ValueError("an encrypted ZIP needs a password, and a plain one has none")
    if encryption == "zipcrypto":
        _write_zipcrypto(target, pieces, member, when, password)
    elif encryption == "aes256":
        _write_aes256(target, pieces, member, when, password)
    else:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            _write_member(archive, zipfile.ZipInfo, pieces, member, when)


def _write_member(
    archive: t.Any,
    info_class: t.Callable[..., t.Any],
    pieces: t.Iterable[bytes],
    member: str,
    when: datetime.datetime,
) -> None:
    info = info_class(member, when.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as out:
        for piece in pieces:
            out.write(piece)


def _write_aes256(
    target: t.BinaryIO, pieces: t.Iterable[bytes], member: str, when: datetime.datetime, password: bytes
) -> None:
    pyzipper = _library("pyzipper", "pyzipper")
    with pyzipper.AESZipFile(target, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        _write_member(archive, pyzipper.zipfile_aes.AESZipInfo, pieces, member, when)


def _write_zipcrypto(
    target: t.BinaryIO, pieces: t.Iterable[bytes], member: str, when: datetime.datetime, password: bytes
) -> None:
    # pyzipper and zipfile read ZipCrypto, but only libarchive writes it.
    if b"\0" in password:
        raise ValueError("a password for ZipCrypto must not contain NUL")
    libarchive = _library("libarchive", "libarchive-c")
    target.flush()
    try:
        with libarchive.fd_writer(
            target.fileno(), "zip", options="zip:encryption=zipcrypt", passphrase=password
        ) as archive:
            archive.add_file_from_memory(
                member, None, filter(None, pieces), permission=0o600, mtime=int(when.timestamp())
            )
    except libarchive.ArchiveError as exc:
        raise OSError(exc.errno, f"The ZIP cannot be written: {exc.msg}") from exc


def _library(module: str, package: str) -> t.Any:
    try:
        return importlib.import_module(module)
    except (ImportError, OSError, AttributeError) as exc:  # libarchive-c loads a C library while it is imported
        raise Failure(
            "missing_dependency",
            f"Writing this ZIP needs the Python library {package} on this host ({exc}); install it there.",
        ) from exc


__all__ = ("PackEncryption", "windows_spelling", "write_zip")
