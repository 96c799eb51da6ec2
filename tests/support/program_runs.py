# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which programs' dumps get through: each is loaded by the client and by the collection, and the outcomes are tables.

Nothing of the collection is imported before a function is called.
"""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from corpus import WINDOWS, corpus_path
from mandant import Mandant
from private_server import PrivateServer
from program_dumps import ALIKE
from program_layouts import LAYOUTS, dump_of
from side_by_side import Compared, SideBySide
from web_layouts import WEB_LAYOUTS

# How long it takes is for the bench.
_ANY_SECONDS = 3600
_SOURCE = "laden"
_OTHER = "lager"
_ROUTINE = b"CREATE PROCEDURE p() SELECT 1"
_EQUAL = "the same as by the client"
_ALONE = "restored; the client refuses it"
_MADE, _AFTER = "made by it", "in its layout"
#: What mariadb-dump is told, before the database's name.
BY_MARIADB_DUMP: tuple[tuple[str, ...], ...] = (
    (),
    ("--hex-blob", "--single-transaction", "--order-by-primary"),
    ("--skip-extended-insert", "--complete-insert"),
    ("--compatible=ansi",),
    ("--insert-ignore",),
    ("--replace", "--tz-utc=0"),
    ("--databases",),
    ("--routines",),
    ("--databases", _OTHER),
)
#: Files of the corpus, by the names that people know.
FROM_CORPUS = {
    "mysqldump of MySQL 4.0": "mysqldump_4_0",
    "HeidiSQL 6": "heidisql_6",
    "MySQL Administrator": "mysql_administrator",
    "MySQL-Front": "mysql_front",
    "MySQLDumper": "mysqldumper",
    "UniDAC": "unidac",
    "MyDAC": "mydac",
}
#: Small dumps of the corpus, and the dialects that the analysis tells, by the names that people know.
OF_WINDOWS = {
    "HeidiSQL 3": ("heidisql_3", "heidisql"),
    "HeidiSQL 3 and 4, standard SQL": ("heidisql_3_ansi", "heidisql"),
    "HeidiSQL 9": ("heidisql_9_de", "heidisql"),
    "MySQL-Front 5": ("mysql_front_5", "mysql-front"),
    "phpMyAdmin 3": ("phpmyadmin_3_de", "phpmyadmin"),
    "EMS MySQL Manager 2": ("ems_2", "ems"),
    "EMS SQL Manager 5": ("ems_5", "ems"),
    "DBeaver, definitions and rows": ("dbeaver", "dbeaver"),
    "DataGrip": ("datagrip", "datagrip"),
    "Valentina Studio": ("valentina", "valentina"),
    "Toad for MySQL": ("toad", "toad"),
}
#: What any program or person may write, by the dumps of these kinds in program_dumps.
BY_KIND = {
    "INSERT ... SET": "columns and values in pairs",
    "ON DUPLICATE KEY UPDATE": "on duplicate key update",
    "REPLACE, INSERT IGNORE": "replace and ignore",
    "DEFAULT in rows": "default and columns left out",
    "laden.ware instead of ware": "the database in front of names",
    "both ware and Ware": "names that differ in letter case only",
    "a comment behind each row": "rows in turn, with comments",
    "two dumps in one file": "two dumps in one file",
}
_ANY, _SHORT = "any program", "a short dump of its kind"


class Tried(t.NamedTuple):
    """What came of a program's dump; ``told`` are the options that it was made with."""

    program: str
    told: str
    dump: str
    outcome: str


def outcome_of(found: Compared) -> str:
    """Return in a few words what came of a dump."""
    if found.verdict == "equal":
        return _EQUAL
    if found.verdict == "loaded by the collection alone":
        return _ALONE
    return f"refused: ``{found.error}``" if found.error else f"{found.verdict}: {'; '.join(found.what)}"


def tried(server: PrivateServer, work: Path) -> t.Iterator[Tried]:
    """Make each dump, load it in both ways, and give what came of it."""
    side_by_side = SideBySide(server, work, start_seconds=_ANY_SECONDS)

    def outcome(path: Path) -> str:
        return outcome_of(side_by_side.compare(path))

    written = work / "dump.sql"
    for told, sql in _by_mariadb_dump(server):
        written.write_bytes(sql)
        yield Tried("mariadb-dump", told, _MADE, outcome(written))
    for program, (_dialect, layout) in {**LAYOUTS, **WEB_LAYOUTS}.items():
        written.write_text(dump_of(layout), encoding="utf-8")
        yield Tried(program, "", _AFTER, outcome(written))
    for program, name in FROM_CORPUS.items():
        yield Tried(program, "", _AFTER, outcome(corpus_path(name)))
    for program, (name, _dialect) in OF_WINDOWS.items():
        yield Tried(program, "", _AFTER, outcome(WINDOWS / f"{name}.sql"))
    for told, name in BY_KIND.items():
        written.write_text(ALIKE[name], encoding="utf-8", errors="surrogateescape")
        yield Tried(_ANY, told, _SHORT, outcome(written))


def _by_mariadb_dump(server: PrivateServer) -> list[tuple[str, bytes]]:
    """Return the options and the dumps; their databases are gone then, for dumps may name them."""
    source, other = Mandant(_SOURCE, server), Mandant(_OTHER, server)
    try:
        for mandant in (source, other):
            mandant.drop()
            mandant.create(charset="utf8mb4")
            mandant.by_client("mariadb", sql=dump_of(LAYOUTS["mysqldump of MySQL 5"][1]).encode())
        source.by_client("mariadb", sql=_ROUTINE)
        return [
            (
                " ".join([*told, *([source.name] if "--databases" in told else ())]),
                source.by_client("mariadb-dump", *told),
            )
            for told in BY_MARIADB_DUMP
        ]
    finally:
        source.drop()
        other.drop()


CELLS_OF_OWN = "   * - {}\n     - {}\n"
_HEAD_OF_OWN = ".. list-table::\n   :header-rows: 1\n   :widths: 70 30\n\n" + CELLS_OF_OWN.format(
    "dumped by", "what comes of it"
)


def around_own_dumps(guide: str) -> tuple[str, str, str]:
    """Return the guide before the rows of the programs' own dumps, these rows, and what comes behind them."""
    before, head, after = guide.partition(_HEAD_OF_OWN)
    table = re.match(r"(?:   \* - .*\n     - .*\n)*", after)
    rows = table[0] if table else ""
    return before + head, rows, after[len(rows) :]


def rows_of_own_dumps(guide: str) -> dict[str, str]:
    """Return what the guide says of dumps that programs made themselves, by the program and what it was told."""
    return dict(re.findall(r"   \* - (.*)\n     - (.*)\n", around_own_dumps(guide)[1]))


def as_page(results: t.Iterable[Tried]) -> str:
    """Return the table of the guide."""
    rows = [
        f"   * - {one.program}" + (f", ``{one.told}``" if one.told else "") + f"\n     - {one.dump}\n"
        f"     - {one.outcome}\n"
        for one in results
    ]
    head = "   * - dump of\n     - was\n     - what comes of it\n"
    return f".. list-table::\n   :header-rows: 1\n   :widths: 50 20 30\n\n{head}{''.join(rows)}"


def as_short_table(results: t.Sequence[Tried], own: t.Mapping[str, str]) -> str:
    """Return the table of the README: programs by what comes of their dumps.

    ``own`` is what came of those that programs made themselves, by the program and what it was told.
    """
    laid_out, made = (
        _by_outcome((one.program, one.told, one.outcome) for one in results),
        _by_outcome((*_program_and_told(name), outcome) for name, outcome in own.items()),
    )
    lines = ["| what comes of it | dumps of | dumps made by the programs themselves |", "|---|---|---|"]
    lines += [
        f"| {outcome} | {laid_out.get(outcome, '')} | {made.get(outcome, '')} |" for outcome in {**laid_out, **made}
    ]
    return "\n".join(lines) + "\n"


def _program_and_told(name: str) -> tuple[str, str]:
    program, _comma, told = name.partition(", ``")
    return program, told.rstrip("`")


def _by_outcome(found: t.Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return programs, with what they were told where it is that which is refused, by what comes of their dumps."""
    by_outcome: dict[str, dict[str, list[str]]] = {}
    for program, told, outcome in found:
        programs = by_outcome.setdefault(outcome.replace("``", "`"), {})
        programs.setdefault(program, []).extend(filter(None, (told,)))
    said = {}
    for outcome, programs in by_outcome.items():
        tells = outcome != _EQUAL
        said[outcome] = ", ".join(
            f"{name} with " + ", ".join(f"`{one}`" for one in told) if told and (tells or name == _ANY) else name
            for name, told in programs.items()
        )
    return said
