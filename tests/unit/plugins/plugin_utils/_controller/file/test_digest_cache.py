# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A big backup is read once, and never believed to be what it is no more."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file import digest_cache as _digest_cache
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file.digest_cache import DigestCache


class Reader:
    """Computes digests and counts how often."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return hashlib.sha256(self._path.read_bytes()).hexdigest()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_digest_cache, "SMALL_BYTES", 10)
    monkeypatch.setattr(_digest_cache, "SETTLED_SECONDS", 0.05)
    path = tmp_path / "backup.zip"
    path.write_bytes(b"x" * 100)
    time.sleep(0.1)
    return path


def test_it_is_read_once(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "digests"
    read = Reader(path)
    digests = {DigestCache(folder).digest(path, read) for _host in range(5)}
    assert digests == {hashlib.sha256(b"x" * 100).hexdigest()}
    assert read.count == 1
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_another_content_of_the_same_size_and_time_is_seen(path: Path, tmp_path: Path) -> None:
    cache, read = DigestCache(tmp_path / "cache"), Reader(path)
    first = cache.digest(path, read)
    facts = path.stat()
    path.write_bytes(b"y" * 100)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert cache.digest(path, read) != first


def test_a_file_that_is_being_written_is_not_remembered(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_digest_cache, "SETTLED_SECONDS", 600)
    cache, read = DigestCache(tmp_path / "cache"), Reader(path)
    path.write_bytes(b"z" * 100)
    cache.digest(path, read)
    cache.digest(path, read)
    assert read.count == 2


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"file": [1], "sha256": 5}'])
def test_what_cannot_be_understood_is_forgotten(path: Path, tmp_path: Path, spoilt: str) -> None:
    cache, read = DigestCache(tmp_path / "cache"), Reader(path)
    digest = cache.digest(path, read)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text(spoilt, encoding="utf-8")
    assert cache.digest(path, read) == digest
    assert cache.digest(path, read) == digest
    assert read.count == 2


def test_without_a_home_it_is_read_each_time(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache, read = DigestCache(tmp_path / "file" / "cache"), Reader(path)
    assert cache.digest(path, read) == cache.digest(path, read)
    assert read.count == 2
