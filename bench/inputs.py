# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that the contenders read, made once and kept below .build/bench."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.zip_writer import (
    Member,
    PackEncryption,
    write_zip,
)
from bench import company
from bench.measure import run_measured
from bench.rows import (
    LAYOUTS,
    OTHER_SIZES,
    SQL_TEMPLATES,
    TAB_TEMPLATES,
    WHEN,
    layout_pieces,
    many_tables,
    other_sizes,
    sql_pieces,
    tab_pieces,
)
from bench.spellings import OTHER_TABLES, SPELLINGS, other_tables, spelling_pieces
from bench.target import DATABASE, Target
from cao_writer import WriterOptions
from demo.mandant import DemoMandant
from demo.plan import Plan

PASSWORD = "Kräutergarten"
MEMBER = "CAO_backup_2026_11_02_18_05.sql"
# How many files mydumper makes of the table, so that more than one thread can load it.
MYDUMPER_FILES = 10


class Inputs:
    """The files, by what is in them. The folder's name changes with the data, so that nothing is stale."""

    def __init__(self, folder: Path) -> None:
        data = b"".join([*SQL_TEMPLATES, *TAB_TEMPLATES, *sql_pieces(100), *many_tables(2)])
        data += b"".join(piece for layout in LAYOUTS for piece in layout_pieces(layout, 10))
        data += b"".join(piece for size in OTHER_SIZES for piece in other_sizes(size, 1000))
        data += b"".join(piece for name in SPELLINGS for piece in spelling_pieces(name, 10))
        data += b"".join(piece for name in OTHER_TABLES for piece in other_tables(name, 10))
        data += b"".join(company.company_pieces(1000))
        self.folder = folder / hashlib.sha256(data).hexdigest()[:12]
        self.folder.mkdir(parents=True, exist_ok=True)

    def sql(self, rows: int) -> Path:
        """Return the backup in CAO's layout."""
        return self._made(f"cao-{rows}.sql", lambda path: _write(path, sql_pieces(rows)))

    def packed(self, rows: int, encryption: PackEncryption) -> Path:
        """Return the same in a ZIP with PASSWORD."""

        def make(path: Path) -> None:
            with open(path, "wb") as file:
                password = PASSWORD.encode("cp1252" if encryption == "zipcrypto" else "utf-8")
                write_zip(file, sql_pieces(rows), member=Member(MEMBER, WHEN), encryption=encryption, password=password)

        return self._made(f"cao-{rows}-{encryption}.zip", make)

    def layout(self, layout: str, rows: int) -> Path:
        """Return the same rows with their statements in another order."""
        return self._made(f"{layout}-{rows}.sql", lambda path: _write(path, layout_pieces(layout, rows)))

    def spelling(self, name: str, rows: int) -> Path:
        """Return the same rows in another spelling."""
        return self._made(f"{name}-{rows}.sql", lambda path: _write(path, spelling_pieces(name, rows)))

    def other_table(self, name: str, rows: int) -> Path:
        """Return rows of another table."""
        return self._made(f"{name}-{rows}.sql", lambda path: _write(path, other_tables(name, rows)))

    def other_size(self, size: str, rows: int) -> Path:
        """Return rows of another size."""
        return self._made(f"{size}-rows-{rows}.sql", lambda path: _write(path, other_sizes(size, rows)))

    def tab(self, rows: int) -> Path:
        """Return the same rows for LOAD DATA."""
        return self._made(f"rows-{rows}.tsv", lambda path: _write(path, tab_pieces(rows)))

    def demo(self, rows: int) -> Path:
        """Return the backup of an invented Mandant with all tables of CAO's, packed as CAO does it."""

        def backup_of(rows: int) -> t.Iterator[bytes]:
            return iter(DemoMandant(Plan.of_rows(rows, WHEN)).backup(WriterOptions()))

        def make(path: Path) -> None:
            with open(path, "wb") as file:
                pieces = backup_of(rows)
                password = PASSWORD.encode("cp1252")
                write_zip(file, pieces, member=Member(MEMBER, WHEN), encryption="zipcrypto", password=password)

        version = hashlib.sha256(b"".join(backup_of(1000))).hexdigest()[:12]
        return self._made(f"demo-{rows}-{version}.zip", make)

    def tables(self, tables: int) -> Path:
        """Return a backup of many small tables."""
        return self._made(f"tables-{tables}.sql", lambda path: _write(path, many_tables(tables)))

    def company(self, rows: int) -> Path:
        """Return a backup of a whole Mandant."""
        return self._made(f"company-{rows}.sql", lambda path: _write(path, company.company_pieces(rows)))

    def company_tabs(self, rows: int, target: Target) -> Path:
        """Return a folder with the same rows for LOAD DATA, a file for each table."""

        def make(path: Path) -> None:
            target.fresh()
            company.write_tabs(target, self.company(rows), path)

        return self._made(f"company-{rows}-tabs", make)

    def company_checksums(self, rows: int, target: Target) -> dict[str, int]:
        """Return what CHECKSUM TABLE says about each table, as LOAD DATA brings them."""

        def make(path: Path) -> None:
            folder = self.company_tabs(rows, target)
            target.fresh()
            company.create_tables(target, "MyISAM")
            run_measured(target.client("--local-infile=1", "-e", company.load_script(folder)))
            path.write_text(json.dumps(company.checksums(target)), encoding="utf-8")

        path = self._made(f"company-{rows}-checksums.json", make)
        return {name: int(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()}

    def checksum(self, rows: int, target: Target) -> int:
        """Return what CHECKSUM TABLE says about the rows, as LOAD DATA brings them."""

        def make(path: Path) -> None:
            self._load(rows, target)
            path.write_text(json.dumps(target.checksum()), encoding="utf-8")

        return int(json.loads(self._made(f"checksum-{rows}.json", make).read_text(encoding="utf-8")))

    def dump(self, rows: int, target: Target) -> Path:
        """Return the same data as mariadb-dump writes it, with its own defaults: many rows an INSERT."""

        def make(path: Path) -> None:
            self._load(rows, target)
            with open(path, "wb") as file:
                command = ["mariadb-dump", f"--defaults-file={target.option_file}", DATABASE]
                subprocess.run(command, stdout=file, check=True)

        return self._made(f"dump-{rows}.sql", make)

    def mydumper(self, rows: int, target: Target) -> Path:
        """Return the same data as a folder of mydumper; myloader reads nothing else."""

        def make(path: Path) -> None:
            self._load(rows, target)
            login = f"--defaults-file={target.option_file}"
            pieces = str(max(1, rows // MYDUMPER_FILES))
            run_measured(["mydumper", login, "-B", DATABASE, "-r", pieces, "-o", str(path)])

        return self._made(f"mydumper-{rows}", make)

    def _load(self, rows: int, target: Target) -> None:
        target.fresh()
        target.create_table("InnoDB")
        run_measured(target.client("--local-infile=1", "-e", load_data(self.tab(rows))))

    def _made(self, name: str, make: t.Callable[[Path], None]) -> Path:
        """Return the path, made at first use under another name: a run that is cut off leaves no half file."""
        path = self.folder / name
        if path.exists():
            return path
        half = self.folder / f"{name}.{os.getpid()}"
        try:
            make(half)
            half.rename(path)
        finally:
            if half.is_dir():
                shutil.rmtree(half)
            else:
                half.unlink(missing_ok=True)
        return path


def load_data(path: Path) -> str:
    """Return the LOAD DATA statement for a file of tab()."""
    return f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE JOURNALPOS CHARACTER SET latin1"


def _write(path: Path, pieces: t.Iterable[bytes]) -> None:
    with open(path, "wb") as file:
        file.writelines(pieces)
