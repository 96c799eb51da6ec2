# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names inside a ZIP: those that CAO-Faktura would not write are refused."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_names import (
    check_name,
    is_of_the_desktop,
    printable_names,
)
from archives import (
    Forged,
    forged_zip,
    needs,
    refused,
)


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "CAO_backup.zip"
    path.write_bytes(data)
    return path


WINDOWS = ("..\\x.sql", "a\\..\\..\\x.sql", "\\x.sql", "\\\\server\\x.sql", "a\\\\x.sql", "a/..\\x.sql")


def test_names_that_leave_the_folder(tmp_path: Path) -> None:
    for name in ("../x.sql", "a/../../x.sql", "/x.sql", "C:\\x.sql", "C:x.sql", "a//x.sql", "./x.sql", *WINDOWS):
        found = refused(saved(tmp_path, forged_zip(Forged(name=name.encode()))))
        assert found.error == "not_a_backup", name
        assert "leaves the ZIP's own folder" in found.msg


@pytest.mark.parametrize("name", [b"a\nb.sql", b"a\0b.sql", b"\x1b[2Jx.sql", "a\u202ebil.sql".encode()])
def test_names_with_control_characters(tmp_path: Path, name: bytes) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(name=name, flags=0x800))))
    assert (found.error, "control characters" in found.msg) == ("not_a_backup", True)


@pytest.mark.parametrize("name", [b"ARTIKEL.frm", b"ARTIKEL.MYD", b"setup.exe", b"CAO_backup.zip", b"a.sql.gz"])
def test_endings_of_something_else(tmp_path: Path, name: bytes) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(name=name))))
    assert (found.error, "file, not SQL" in found.msg) == ("not_a_backup", True)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFDIR])
@pytest.mark.parametrize("system", [3, 19])
def test_links_and_special_files(tmp_path: Path, kind: int, system: int) -> None:
    entry = Forged(central={"made_by": system << 8 | 30, "attributes": (kind | 0o777) << 16})
    found = refused(saved(tmp_path, forged_zip(entry)))
    assert (found.error, "a link or another special file" in found.msg) == ("not_a_backup", True)


def test_a_real_link_by_info_zip(tmp_path: Path) -> None:
    needs("zip")
    (tmp_path / "link.sql").symlink_to("/etc/passwd")
    subprocess.run(["zip", "-q", "--symlinks", "link.zip", "link.sql"], cwd=tmp_path, check=True)
    assert "a link or another" in refused(tmp_path / "link.zip").msg


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("CAO_backup_2026_11_02_18_05.sql", 0),
        ("Musterladen/CAO backup.SQL", stat.S_IFREG | 0o644),
        ("-", stat.S_IFIFO | 0o600),
        ("no ending", 0),
        ("...sql", 0),
        ("a.zip.sql", 0),
        ("BACKUP\\Probeladen\\CAO_backup.sql", 0),
        ("BACKUP\\Probe/CAO_backup.sql", 0),
    ],
)
def test_plain_names_pass(tmp_path: Path, name: str, mode: int) -> None:
    with choose(str(saved(tmp_path, b"x"))) as chosen:
        check_name(chosen, name, mode)


@pytest.mark.parametrize(
    ("name", "mode", "word"),
    [
        ("a\\..\\b.sql", 0, "leaves the ZIP's own folder"),
        ("a\\", 0, "leaves the ZIP's own folder"),
        ("a/", 0, "leaves the ZIP's own folder"),
        ("", 0, "leaves the ZIP's own folder"),
        ("a\u2028b.sql", 0, "control characters"),
        ("Backup.BAK.ZIP", 0, "is a .zip file"),
        ("a.sql", stat.S_IFBLK, "a link or another special file"),
    ],
)
def test_a_refusal_names_the_file_and_the_member(tmp_path: Path, name: str, mode: int, word: str) -> None:
    path = saved(tmp_path, b"x")
    with choose(str(path)) as chosen, pytest.raises(Failure, match=word) as caught:
        check_name(chosen, name, mode)
    assert str(path) in caught.value.msg
    assert printable_names([name]) in caught.value.msg
    assert caught.value.msg.isprintable()


def test_a_message_shows_a_few_names() -> None:
    assert printable_names(["a", "b"]) == "a, b"
    assert printable_names([str(number) for number in range(5)]) == "0, 1, 2, 3, 4"
    assert printable_names([str(number) for number in range(1000)]) == "0, 1, 2, 3, 4, ..."
    assert printable_names(["a\n", "x" * 500]).isprintable()
    assert len(printable_names(["x" * 500])) < 250


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/._CAO_backup.sql",
        "__MACOSX/Backup/._CAO_backup.sql",
        "Backup/__MACOSX/x",
        "._CAO_backup.sql",
        ".DS_Store",
        "Backup/.DS_Store",
        "Backup\\Thumbs.db",
        "DESKTOP.INI",
    ],
)
def test_what_desktops_leave(name: str) -> None:
    assert is_of_the_desktop(name)


@pytest.mark.parametrize(
    "name",
    ["CAO_backup.sql", "_CAO_backup.sql", "MACOSX/a.sql", "a__MACOSX/b.sql", ".sql", "x.DS_Store", "Thumbs.db/a.sql"],
)
def test_what_desktops_do_not_leave(name: str) -> None:
    assert not is_of_the_desktop(name)
