# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not the same in two databases of one server, but for what does not count."""

from __future__ import annotations

import contextlib
import hashlib
import re
import typing as t

import pymysql.cursors

from mandant import Mandant

#: What may differ, and why that is no difference of the data.
DO_NOT_COUNT = {
    "tables BACK_*": "they are a generation before, or the collection's own: no restore brings them",
    "DEFINER": "accounts of another server are left out, so that a view runs as who has restored it",
    "the database's name": "a restore goes to the Mandant that is asked for, whatever the dump was made from",
    "quotes around names in a trigger": "a table that had its database in front of it gets them with its new place",
    "AUTO_INCREMENT=": "a restore sets what the dump says; a client leaves what its INSERTs have come to",
    "ROW_FORMAT=": "said or not, the engine keeps the row in its own format",
    "letters of CAO's tables": "a Mandant's tables get the upper case names that CAO-Faktura asks for",
    "NO_AUTO_CREATE_USER": "a trigger makes no users, and newer servers do not know that sql_mode",
    "the character set of a trigger": "its body is sent as utf8mb4, and says the same letters",
    "IGNORED of a key": "only the optimizer looks at it, and each server has another word for it",
    "names of CHECK constraints on MySQL": "there a name stands once in a database, and the generation before has it",
    "comments in a trigger": "MariaDB's client leaves them out too",
    "a semicolon behind a trigger": "behind a statement of a block of several, MySQL 5.6 keeps it with the first",
    "PAGE_COMPRESSED, COMPRESSION": "how pages are kept on the disk is left to the server; it is reported",
    "DATA DIRECTORY, TABLESPACE": "where files lay on the old server is no matter on another; it is reported",
    "CONNECTION": "an engine that holds its rows itself has no use for it, and it may hold a password; it is reported",
    "bits of Adminer 4": "it writes them as a sum in floating point; a restore keeps those that a client loses",
    "CHECK ... NOT ENFORCED": "a client lets MariaDB enforce it, since that does not know those words",
}
_DEFINER = re.compile(r" DEFINER=`[^`]*`@`[^`]*`")
_NO_MODE_OF_TRIGGERS = re.compile(r"NO_AUTO_CREATE_USER,?")
_CHECK_OF_MYSQL = re.compile(r"^( *)CONSTRAINT `(?:[^`]|``)+` CHECK (?=\()")
_INVISIBLE_KEY = re.compile(r" IGNORED| /\*!80000 INVISIBLE \*/")
_QUOTED = re.compile(r"`(\w+)`")
_COMMENT = re.compile(r"-- [^\n]*|/\*.*?\*/", re.DOTALL)
_LEFT_TO_ENGINE = re.compile(
    r" (?:ROW_FORMAT|AUTO_INCREMENT|`PAGE_COMPRESS(?:ED|ION_LEVEL)`|COMPRESSION)='?\w+'?"
    r"| (?:(?:DATA|INDEX) DIRECTORY ?= ?|CONNECTION=)'[^']*'"
    r"| /\*!50100 TABLESPACE `?\w+`? \*/"
)

# A view may compute without an end. MariaDB counts seconds, MySQL thousandths of one.
_ENDS_QUERIES = ("SET max_statement_time = 30", "SET max_execution_time = 30000")


def differences(ours: Mandant, theirs: Mandant) -> t.Iterator[str]:
    """Give what is not the same in the two databases, but for DO_NOT_COUNT."""
    mine, other = _kinds(ours), _kinds(theirs)
    by_letters = {name.upper(): name for name in mine}
    names = {name: name if name in mine else by_letters.get(name.upper(), name) for name in other}
    for name in sorted(set(mine) - set(names.values())):
        yield f"{name}: only with the collection"
    for name, kind in other.items():
        here = names[name]
        if here not in mine:
            yield f"{name}: missing with the collection"
        elif mine[here] != kind:
            yield f"{name}: {mine[here]} instead of {kind}"
        else:
            yield from _of_table(ours, here, theirs, name, kind)
    triggers, others = _triggers(ours), _triggers(theirs)
    for name in sorted({*triggers, *others}):
        if triggers.get(name) != others.get(name):
            yield f"trigger {name}: {_first_difference(triggers.get(name), others.get(name))}"


def _of_table(ours: Mandant, here: str, theirs: Mandant, there: str, kind: str) -> t.Iterator[str]:
    word = "VIEW" if kind == "VIEW" else "TABLE"
    definitions = _definition(ours, word, here), _definition(theirs, word, there)
    if definitions[0] != definitions[1].replace(f"`{there}`", f"`{here}`"):
        yield f"{there}: {_first_difference(*definitions)}"
    try:
        rows = _rows(ours, here, kind), _rows(theirs, there, kind)
    except pymysql.err.MySQLError as exc:
        yield from () if kind == "VIEW" else (f"{there}: cannot be read: {exc}",)
        return
    if rows[0][0] != rows[1][0]:
        yield f"{there}: {rows[0][0]} rows instead of {rows[1][0]}"
    elif rows[0] != rows[1]:
        yield f"{there}: other values"


def _kinds(mandant: Mandant) -> dict[str, str]:
    sql = "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = %s ORDER BY 1"
    found = mandant.server.admin(sql, (mandant.name,))
    return {str(name): str(kind) for name, kind in found if not str(name).upper().startswith("BACK_")}


def _definition(mandant: Mandant, word: str, name: str) -> str:
    try:
        row = mandant.query(f"SHOW CREATE {word} `{name.replace('`', '``')}`")[0]
    except pymysql.err.MySQLError as exc:
        return f"cannot be shown: {exc.args[0]}"
    lines = [line.rstrip(",") for line in _plain(mandant, str(row[1])).splitlines()]
    if mandant.server.program == "mysqld":
        lines = [_CHECK_OF_MYSQL.sub(r"\1CHECK ", line) for line in lines]
        lines.sort(key=lambda line: line if line.lstrip().startswith("CHECK (") else "")
    return _LEFT_TO_ENGINE.sub("", _INVISIBLE_KEY.sub("", "\n".join(lines)))


def _plain(mandant: Mandant, text: str) -> str:
    own = re.escape(mandant.name)
    # A trigger shows its body as it was written, with or without quotes.
    text = re.sub(rf"(?<![`\w.])(?:`{own}`|{own})\.", "", text)
    return _NO_MODE_OF_TRIGGERS.sub("", _DEFINER.sub("", text))


def _triggers(mandant: Mandant) -> dict[str, tuple[str, ...]]:
    sql = (
        "SELECT trigger_name, event_manipulation, event_object_table, action_timing, action_statement, sql_mode "
        "FROM information_schema.triggers WHERE trigger_schema = %s"
    )
    found = mandant.server.admin(sql, (mandant.name,))
    # Blanks between words are the writer's.
    return {
        str(row[0]): tuple(
            " ".join(_QUOTED.sub(r"\1", _COMMENT.sub("", _plain(mandant, str(cell)))).split()).rstrip(";")
            for cell in row[1:]
        )
        for row in found
    }


def _first_difference(mine: t.Any, other: t.Any) -> str:
    """Return the first line of each that is not in the other."""
    ours, theirs = (
        [line.rstrip(",") for line in one.splitlines()] if isinstance(one, str) else list(one or ())
        for one in (mine, other)
    )
    here = next((line for line in ours if line not in theirs), "nothing")
    there = next((line for line in theirs if line not in ours), "nothing")
    return f"{str(here).strip()} instead of {str(there).strip()}"


def _rows(mandant: Mandant, name: str, kind: str) -> tuple[int, int]:
    """Return how many rows there are, and what does not depend on their order."""
    with contextlib.closing(mandant.connect()) as connection:
        connection.decoders = {}
        # A column's own character set may have no name for a byte that is in it.
        connection.use_unicode = False
        with connection.cursor() as settings:
            settings.execute("SET time_zone='+00:00', character_set_results=binary")
            for limit in _ENDS_QUERIES if kind == "VIEW" else ():
                with contextlib.suppress(pymysql.err.MySQLError):
                    settings.execute(limit)
        with connection.cursor(pymysql.cursors.SSCursor) as cursor:
            cursor.execute(f"SELECT * FROM `{name.replace('`', '``')}`")
            count = total = 0
            for row in cursor:
                digest = hashlib.blake2b(repr(row).encode("utf-8", "surrogateescape"), digest_size=8).digest()
                total = (total + int.from_bytes(digest, "big")) % 2**64
                count += 1
    return count, total
