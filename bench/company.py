# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole Mandant: the 73 tables of CAO-Faktura 1.4, their rows spread as in a trader's company.

More than half of the rows are positions of documents. For LOAD DATA each table is a tab separated file.
"""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from bench.measure import BenchError, run_measured
from bench.rows import HEADER, WHEN
from bench.target import DATABASE, Target
from cao_writer import write_backup
from demo.mandant import DemoMandant
from demo.plan import Plan
from demo.schema import tables

_ZERO_IS_A_VALUE = "SET sql_mode=CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
_ROW = re.compile(rb"INSERT INTO (\w+) VALUES \(")
# Its counter stands second in its keys, which InnoDB does not have.
_ONLY_MYISAM = ("VERTRETER_ABR",)
_TABLE = re.compile(r"^create table (\w+) \(.*?\);\r\n", re.MULTILINE | re.DOTALL)


def company_pieces(rows: int) -> t.Iterator[bytes]:
    """Yield a backup of a company with about so many rows."""
    return DemoMandant(Plan.of_rows(rows, WHEN, "Musterladen", 1)).backup()


def create_tables(target: Target, engine: str) -> None:
    """Make the tables."""
    empty = write_backup(HEADER, ((table, ()) for table in tables().values()))
    for statement in _TABLE.finditer(b"".join(empty).decode("cp1252")):
        its_engine = "MyISAM" if statement[1] in _ONLY_MYISAM else engine
        target.server.admin(f"{statement[0].rstrip()[:-1]} ENGINE={its_engine}", database=DATABASE)


def write_tabs(target: Target, backup: Path, folder: Path) -> None:
    """Write the rows of each table as LOAD DATA reads them: what the server makes of the INSERTs of a backup."""
    folder.mkdir()
    create_tables(target, "MyISAM")
    for table in _lines_by_table(backup, folder):
        load = (
            f"LOAD DATA LOCAL INFILE '{folder / table}.sql' INTO TABLE {table} CHARACTER SET latin1 "
            "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '''' "
            f"LINES STARTING BY 'INSERT INTO {table} VALUES (' TERMINATED BY ');\\r\\n'"
        )
        run_measured(target.client("--local-infile=1", "-e", f"{_ZERO_IS_A_VALUE}; {load}"))
        (folder / f"{table}.sql").unlink()
        path = folder / f"{table}.tsv"
        target.server.admin(f"SELECT * INTO OUTFILE '{path}' CHARACTER SET latin1 FROM {table}", database=DATABASE)


def _lines_by_table(backup: Path, folder: Path) -> list[str]:
    """Write the rows of each table into a file of its own."""
    tables: list[str] = []
    out: t.IO[bytes] | None = None
    with open(backup, "rb") as file:
        for line in file:
            found = _ROW.match(line)
            if found and found[1].decode() not in tables:
                if out is not None:
                    out.close()
                tables.append(found[1].decode())
                out = open(folder / f"{tables[-1]}.sql", "wb")  # noqa: SIM115 - closed with the next table
            if found and out is not None:
                out.write(line)
    if out is not None:
        out.close()
    return tables


def load_script(folder: Path) -> str:
    """Return the statements that load all files of write_tabs()."""
    return f"{_ZERO_IS_A_VALUE}; " + "; ".join(
        f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {path.stem} CHARACTER SET latin1"
        for path in sorted(folder.glob("*.tsv"))
    )


def checksums(target: Target) -> dict[str, int]:
    """Return what CHECKSUM TABLE says of each table in use."""
    names = [str(name) for (name,) in target.server.admin("SHOW TABLES", database=DATABASE)]
    return {name: target.checksum(name) for name in names if not name.startswith("BACK_")}


def compare(target: Target, expected: t.Mapping[str, int]) -> None:
    """Raise BenchError when the tables in use are not those of LOAD DATA."""
    found = checksums(target)
    other = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if other:
        raise BenchError(f"CHECKSUM TABLE is another than after LOAD DATA for {', '.join(other)}")
