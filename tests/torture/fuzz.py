# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage-guided fuzzing of the reader of dumps and of the reader of archives: whatever the bytes, an answer.

SECONDS (for both together) or RUNS (of each) bound it, SEED repeats it. It ends with 1 when some bytes give anything
but an analysis or a Failure, when a step hangs, when what two ways of reading give differs, or when the process takes
more memory than it may; libFuzzer then prints the bytes.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import typing as t
import zipfile
import zlib
from pathlib import Path

_HERE = Path(__file__).resolve()
# The built tree lies in such a folder; a clone has a link to itself, which the unit tests make.
_BUILT = (parent.parent for parent in _HERE.parents if parent.name == "ansible_collections")
sys.path[:0] = [str(next(_BUILT, _HERE.parents[2] / ".build" / "linked")), str(_HERE.parents[1] / "support")]

# A file that is on no disk.
_MEMORY = os.memfd_create("fuzz")
# One input may take so long, and the process may take so much; Python and the instruments need 60 MiB of it.
HANG_SECONDS = 20
RSS_LIMIT_MIB = 192
_ROOM = "ansible_collections.cao.faktura.plugins.module_utils._backup"
_WORDS = (
    b"INSERT INTO ", b" VALUES (", b"CREATE TABLE ", b"CREATE VIEW V AS ", b"CREATE TRIGGER G BEFORE INSERT ON T ",
    b"FOR EACH ROW ", b"BEGIN ", b"END", b"DECLARE EXIT HANDLER FOR ", b"SET sql_mode='ANSI'", b"SET NAMES utf8",
    b"DELIMITER ", b"/*!50000 ", b"/*M!100000 ", b"/*!999999", b"*/", b"-- ", b"mysql.user", b"LOAD_FILE(",
    b"_binary ", b"PARTITION ", b"UNION ", b" FROM ", b"ENGINE=", b"DEFAULT ", b"\\'", b"''", b"0x", b"PK\x01\x02",
    b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\x01\x99\x07\x00", b"\x1f\x8b\x08",
)  # fmt: skip


def _answer(data: bytes, chunk_bytes: int) -> tuple[object, ...]:
    """Return everything that reading a dump gives, in pieces of a size."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from dumps import Dump

    dump = Dump(data, chunk_bytes)
    try:
        analysis = dump.analyse()
        rows = [row.values for row in dump.rows()]
    except Failure as failure:
        return "failure", failure.error, failure.msg
    assert all(text.startswith(b"(") for text in rows)
    return "analysis", analysis.to_result(), b",".join(rows)


def sql(data: bytes) -> None:
    """Read bytes as a dump; where the pieces of the file end makes no difference."""
    answer = _answer(data, 1 << 16)
    assert answer == _answer(data, 1 + len(data) % 97)
    assert answer[0] == "analysis" or str(answer[2]).isprintable()


def archive(data: bytes) -> None:
    """Read bytes as a file; what comes out of a ZIP is what the standard library finds there."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container

    path = f"/proc/self/fd/{_MEMORY}"
    os.ftruncate(_MEMORY, 0)
    os.pwrite(_MEMORY, data, 0)
    try:
        with choose(path) as chosen:
            container = open_container(chosen, "Geheim")
            content = b"".join(container.chunks())
    except Failure:
        return
    if container.kind == "zip" and container.encryption == "none":
        assert _by_the_standard_library(path) in (content, None)


def _by_the_standard_library(path: str) -> bytes | None:
    """Return what Python's own reader takes out of a ZIP, None where it takes nothing."""
    errors = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError)
    with contextlib.suppress(*errors), zipfile.ZipFile(path) as other:
        (name,) = (info for info in other.infolist() if not info.is_dir())
        return other.read(name)
    return None


TARGETS: dict[str, t.Callable[[bytes], None]] = {"sql": sql, "archive": archive}


def _seeds(target: str, folder: Path) -> None:
    """Write what the search begins with: the corpus."""
    from corpus import corpus_bytes, corpus_files
    from hostile.every_file import ARCHIVES, SQL

    if target == "sql":
        dumps = {path.name: corpus_bytes(path) for path in corpus_files()} | SQL
        for name, data in dumps.items():
            (folder / name).write_bytes(data[:8192])
        return
    for name in ARCHIVES:
        if not name.startswith(("bomb", "large", "nested_bombs")):
            ARCHIVES[name](folder / name)


def _fuzz(target: str, options: list[str]) -> None:
    """Search in this process; never returns."""
    import atheris

    with atheris.instrument_imports(include=[_ROOM]):
        import importlib

        for module in ("backup", "unpack.archives", "analyse.analyse"):
            importlib.import_module(f"{_ROOM}.{module}")
    atheris.Setup([sys.argv[0], *options], TARGETS[target])
    atheris.Fuzz()


def run(target: str, *, seed: int, runs: int = -1, seconds: int = 0) -> int:
    """Search in a process of its own; return 0 when nothing was found, and print what was."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        corpus, words = Path(name) / "corpus", Path(name) / "words"
        corpus.mkdir()
        _seeds(target, corpus)
        words.write_text("".join('"' + "".join(map("\\x{:02x}".format, word)) + '"\n' for word in _WORDS))
        options = [
            f"-seed={seed}",
            f"-runs={runs}",
            f"-max_total_time={seconds}",
            f"-timeout={HANG_SECONDS}",
            f"-rss_limit_mb={RSS_LIMIT_MIB}",
            f"-dict={words}",
            f"-artifact_prefix={name}/",
            "-max_len=16384",
            "-verbosity=0",
            "-print_final_stats=1",
            str(corpus),
        ]
        done = subprocess.run(
            [sys.executable, str(_HERE), "--target", target, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    output = done.stdout.decode("utf-8", "replace")
    counted = [line for line in output.splitlines() if "number_of_executed_units" in line]
    print(f"fuzz {target}: seed {seed}, {' '.join(counted) or 'broken off'}, peak {peak_mib} MiB", flush=True)
    if done.returncode or not counted or peak_mib > RSS_LIMIT_MIB:
        print(output[-8000:])
        return 1
    return 0


def main() -> int:
    """Search as the environment says."""
    if sys.argv[1:2] == ["--target"]:
        _fuzz(sys.argv[2], sys.argv[3:])
    seed = int(os.environ.get("SEED") or random.randrange(1, 1 << 31))
    seconds = int(os.environ.get("SECONDS") or 600) // len(TARGETS)
    runs = int(os.environ.get("RUNS") or -1)
    return max(run(target, seed=seed, runs=runs, seconds=0 if runs > 0 else seconds) for target in TARGETS)


if __name__ == "__main__":
    sys.exit(main())
