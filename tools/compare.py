# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a folder of dumps by the server's client and by the collection, and says which arrive equal.

``compare.py INSTALLED FOLDER [RESULTS [SECONDS]]`` with the folder in which the collection is installed, that of the
dumps, a file for the results as JSON, and the seconds that a restore may take besides twice the client's time. The
status is 1 where a dump that the client loads is refused, differs, or is slow.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]


def main(installed: Path, folder: Path, results_path: Path | None, start_seconds: float | None) -> int:
    """Compare, print and save."""
    sys.path[:0] = [str(installed), str(TREE / "tests" / "support")]
    from mariadb_server import MariadbServer
    from side_by_side import DO_NOT_COUNT, START_SECONDS, as_table, compare_all, dumps_in

    if not folder.is_dir() or not dumps_in(folder):
        print(f"make compare: no dumps in {folder}; name a folder with DUMPS=folder")
        return 2
    with MariadbServer() as server, tempfile.TemporaryDirectory() as work:
        results = []
        for result in compare_all(server, folder, Path(work), start_seconds or START_SECONDS):
            results.append(result)
            print(f"{result.verdict}: {result.file}", file=sys.stderr, flush=True)
    print(as_table(results))
    if results_path is not None:
        data = {"files": [dataclasses.asdict(one) for one in results], "do_not_count": DO_NOT_COUNT}
        results_path.parent.mkdir(parents=True, exist_ok=True)
        results_path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        print(f"saved {results_path}")
    return 1 if any(one.is_fault for one in results) else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[2]:
        sys.exit("make compare DUMPS=folder: name the folder of the dumps")
    RESULTS = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else None
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), RESULTS, SECONDS))
