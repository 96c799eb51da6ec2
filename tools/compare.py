# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a folder of dumps by the server's client and by the collection, and says which arrive equal.

``compare.py INSTALLED FOLDER [RESULTS [SECONDS]]`` with the folder in which the collection is installed, that of the
dumps, a file for the results as JSON, and the seconds that a restore may take besides twice the client's time. The
status is 1 where a dump that the client loads is refused, differs, or is slow, or where one could not be compared, and
2 where there is none. Ctrl-C ends it with what was found till then.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
import tempfile
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]


def main(installed: Path, folder: Path, results_path: Path | None, start_seconds: float | None) -> int:
    """Compare, print and save."""
    sys.path[:0] = [str(installed), str(TREE / "tests" / "support")]
    from side_by_side import Compared, as_table, dumps_in, left_out_of

    if not folder.is_dir():
        print(f"make compare: there is no folder {folder}; name one with DUMPS=folder")
        return 2
    left_out = left_out_of(folder)
    if left_out:
        endings = ", ".join(f"{count} {ending or 'without one'}" for ending, count in left_out.items())
        print(f"left out, no dumps by their endings: {endings}")
    if not dumps_in(folder):
        print(f"make compare: no dumps in {folder}; they end in .sql or .dump, packed in .gz, .bz2, .xz, .zst or .zip")
        return 2
    results: list[Compared] = []
    with contextlib.suppress(KeyboardInterrupt):
        _compare(folder, results, start_seconds)
    print(as_table(results))
    if results_path is not None:
        _save(results_path, results)
    return 1 if any(one.is_fault for one in results) else 0


def _compare(folder: Path, results: list[t.Any], start_seconds: float | None) -> None:
    """Put each result into ``results`` as soon as it is there; say on standard error which file it is."""
    from mariadb_server import MariadbServer
    from side_by_side import START_SECONDS, SideBySide, dumps_in, shown_name

    dumps = dumps_in(folder)
    with MariadbServer() as server, tempfile.TemporaryDirectory() as work:
        side_by_side = SideBySide(server, Path(work), start_seconds=start_seconds or START_SECONDS)
        for number, path in enumerate(dumps, 1):
            name = shown_name(path, folder)
            print(f"{number} of {len(dumps)}: {name} ...", end="", file=sys.stderr, flush=True)
            results.append(side_by_side.compare(path, name))
            print(f" {results[-1].verdict}", file=sys.stderr, flush=True)


def _save(path: Path, results: list[t.Any]) -> None:
    from differences import DO_NOT_COUNT

    data = {"files": [dataclasses.asdict(one) for one in results], "do_not_count": DO_NOT_COUNT}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"saved {path}")


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[2]:
        sys.exit("make compare DUMPS=folder: name the folder of the dumps")
    RESULTS = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else None
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), RESULTS, SECONDS))
