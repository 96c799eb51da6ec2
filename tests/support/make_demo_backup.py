# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
r"""Write a backup of an invented Mandant, as CAO-Faktura would have written it.

    python tests/support/make_demo_backup.py --rows 10000 --output CAO_backup_2026_11_02_18_05.zip \\
        --password-env DEMO_PASSWORD
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
import types
import typing as t
from pathlib import Path


def _make_importable() -> None:
    """This checkout as ansible_collections.cao.faktura, wherever it lies, unless it is there already."""
    here = Path(__file__).resolve().parent
    sys.path.insert(0, str(here))
    try:
        __import__("ansible_collections.cao.faktura")
    except ImportError:
        paths: dict[str, list[str]] = {
            "ansible_collections": [],
            "ansible_collections.cao": [],
            "ansible_collections.cao.faktura": [str(here.parent.parent)],
        }
        for name, path in paths.items():
            module = types.ModuleType(name)
            module.__path__ = path
            sys.modules[name] = module


_make_importable()

from ansible_collections.cao.faktura.plugins.module_utils._backup.write import cao_text, zip_writer  # noqa: E402
from cao_writer import WriterOptions  # noqa: E402
from demo.mandant import DemoMandant  # noqa: E402
from demo.plan import Plan  # noqa: E402

_DATE = datetime.datetime(2026, 11, 2, 18, 5, 9)


def _arguments(arguments: t.Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write a backup of an invented Mandant in CAO's own format.")
    parser.add_argument("--rows", type=int, required=True, help="about how many rows in all, 900 or more")
    parser.add_argument("--output", type=Path, required=True, help="a file that ends in .sql or .zip")
    parser.add_argument("--password-env", metavar="NAME", help="environment variable with the password of the ZIP")
    parser.add_argument("--mandant", default="Kräuterhof", help="name of the Mandant in the header")
    parser.add_argument("--date", type=datetime.datetime.fromisoformat, default=_DATE, metavar="2026-11-02T18:05:09")
    parser.add_argument(
        "--encryption", choices=t.get_args(zip_writer.PackEncryption), help="default: zipcrypto as CAO does"
    )
    parser.add_argument("--encoding", choices=t.get_args(cao_text.Encoding), default="cp1252")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.output.suffix.lower() not in (".sql", ".zip"):
        parser.error("--output has to end in .sql or .zip")
    if chosen.output.suffix.lower() == ".sql" and (chosen.password_env or chosen.encryption not in (None, "none")):
        parser.error("only a .zip can be encrypted")
    if chosen.password_env and not os.environ.get(chosen.password_env):
        parser.error(f"the environment variable {chosen.password_env} is not set")
    chosen.encryption = chosen.encryption or ("zipcrypto" if chosen.password_env else "none")
    if bool(chosen.password_env) != (chosen.encryption != "none"):
        parser.error("an encrypted .zip needs --password-env, and a plain one has none")
    return chosen


def main(arguments: t.Sequence[str] | None = None) -> None:
    """Write the file and say how much is in it."""
    chosen = _arguments(arguments)
    mandant = DemoMandant(Plan.of_rows(chosen.rows, chosen.date, chosen.mandant, chosen.seed))
    pieces = mandant.backup(WriterOptions(encoding=chosen.encoding))
    start = time.monotonic()
    with chosen.output.open("wb") as target:
        if chosen.output.suffix.lower() == ".sql":
            target.writelines(pieces)
        else:
            password = zip_writer.windows_spelling(os.environ[chosen.password_env]) if chosen.password_env else b""
            member = zip_writer.Member(chosen.output.stem + ".sql", chosen.date)
            zip_writer.write_zip(target, pieces, member=member, encryption=chosen.encryption, password=password)
    seconds = time.monotonic() - start
    print(
        f"{chosen.output}: {mandant.rows} rows, {mandant.bytes_written} bytes of SQL, "
        f"{chosen.output.stat().st_size} bytes, {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
