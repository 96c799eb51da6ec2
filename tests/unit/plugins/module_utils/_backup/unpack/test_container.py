# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQL bytes as a stream: even chunks, as many passes as are asked for, in constant memory."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import CHUNK_BYTES
from archives import (
    Forged,
    forged_zip,
    refused,
    write_bomb,
)

BIG_SQL = b"# CAO-Faktura\r\n" + random.Random(7).randbytes(700_000).hex().encode() + b"\r\n" + b"-- same\n" * 200_000


def saved(folder: Path, data: bytes, name: str = "CAO_backup.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_chunks_are_even_and_progress_grows(tmp_path: Path) -> None:
    path = saved(tmp_path, gzip.compress(BIG_SQL))
    with choose(str(path)) as chosen:
        container = open_container(chosen, "a password does not matter here")
        sizes, positions = [], []
        for chunk in container.chunks():
            sizes.append(len(chunk))
            positions.append(container.bytes_read)
        assert set(sizes[:-1]) == {CHUNK_BYTES}
        assert 0 < positions[0] < positions[-1] == chosen.size_bytes
        assert (container.kind, container.member, container.encryption) == ("gz", None, "none")


def test_two_passes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    with choose(str(saved(tmp_path, forged_zip(Forged(data=BIG_SQL))))) as chosen:
        container = open_container(chosen, None)
        pairs = list(zip(container.chunks(), container.chunks()))
        assert b"".join(one for one, _two in pairs) == b"".join(two for _one, two in pairs) == BIG_SQL


def test_gzip_of_nothing_and_of_a_picture(tmp_path: Path) -> None:
    assert "is empty" in refused(saved(tmp_path, gzip.compress(b""))).msg
    assert "a PNG picture" in refused(saved(tmp_path, gzip.compress(b"\x89PNG\r\n\x1a\n"))).msg


def test_file_that_shrinks_between_the_passes(tmp_path: Path) -> None:
    path = saved(tmp_path, forged_zip(Forged(data=BIG_SQL, method=0)))
    with choose(str(path)) as chosen:
        container = open_container(chosen, None)
        with path.open("r+b") as file:
            file.truncate(100_000)
        with pytest.raises(Failure) as caught:
            list(container.chunks())
        assert caught.value.error == "truncated"


def test_a_large_gzip_is_read_in_constant_memory(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import Limits\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with choose(sys.argv[1]) as chosen:\n"
        "    container = open_container(chosen, None, Limits(max_ratio=2000))\n"
        "    print(sum(len(chunk) for chunk in container.chunks()))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    path = write_bomb(tmp_path, "gz")
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    size_bytes, grown_kib = map(int, run.stdout.split())
    assert size_bytes == 200 * 31775 * 33
    assert grown_kib < 16 * 1024
