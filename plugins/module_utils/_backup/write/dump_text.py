# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
r"""The text of a backup that loses nothing, in the layout of CAO's own (cao-format 1.3).

CAO's wizard takes lines until one ends with a semicolon (cao-format 2.2), so every statement begins
on a line of its own, no text holds a line end, and no blank line stands behind a comment or within a
statement. What CAO's own writer loses (cao-format 1.7) is kept: tables are defined as the server shows
them, and character set, time zone and sql_mode are said, and set back at the end.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_lines import COMPLETED, WRITTEN_BY
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import (
    BackupHeader,
    Encoding,
    encoded,
    header_text,
)

_CHARSETS: t.Mapping[Encoding, str] = {"cp1252": "latin1", "utf-8": "utf8mb4"}
_SAVED = ("CHARACTER_SET_CLIENT", "CHARACTER_SET_RESULTS", "COLLATION_CONNECTION", "TIME_ZONE", "SQL_MODE",
          "FOREIGN_KEY_CHECKS")  # fmt: skip
_FOREIGN_KEY = re.compile(r"  (CONSTRAINT `(?:[^`]|``)+` FOREIGN KEY .*?),?")
_PLACE_ON_DISK = re.compile(r" (?:DATA|INDEX) DIRECTORY='(?:[^'\\]|\\.|'')*'")
STATEMENT_END = b");\r\n"
_END_OF_BLOCK = "\r\n\r\n\r\n"


@dataclasses.dataclass(frozen=True)
class Definition:
    """A table as SHOW CREATE TABLE has it: its lines behind the first, without foreign keys, and these."""

    name: str
    body: tuple[str, ...]
    foreign_keys: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """The name as CAO writes its own tables: in upper case, without quotes. Others keep their case."""
        return self.name.upper() if self.name.upper() in KNOWN else self.name

    @property
    def name_sql(self) -> str:
        """The name in statements; those of CAO are no reserved words."""
        return self.shown_name if self.shown_name in KNOWN else quoted_name(self.name).decode()

    @property
    def has_checks(self) -> bool:
        """Whether it has CHECK constraints; a text that looks like one makes no difference."""
        return any(" CHECK (" in line for line in self.body)

    def create_statement(self) -> str:
        """Return the statement without the semicolon."""
        return "\r\n".join((f"create table {self.name_sql} (", *self.body))


class Switch(t.NamedTuple):
    """A setting that is switched off for a backup; ``mariadb_only``: MySQL is not asked for it."""

    name: str
    mariadb_only: bool = False

    def to(self, value: int) -> str:
        """Return the statement. One of which a server sees nothing would be an error."""
        if self.mariadb_only:
            return f"SET @OLD_{self.name}={value} /*M!100000 , {self.name}={value} */;"
        return f"SET {self.name}={value};"


def read_definition(name: str, shown: str) -> Definition:
    """Read the text of SHOW CREATE TABLE; where its files lie on the old server is left out."""
    body: list[str] = []
    foreign_keys: list[str] = []
    for line in shown.split("\n")[1:]:
        key = _FOREIGN_KEY.fullmatch(line)
        if key:
            foreign_keys.append(key.group(1))
            continue
        if foreign_keys and line.startswith(")") and body[-1].endswith(","):
            body[-1] = body[-1][:-1]
        body.append(_PLACE_ON_DISK.sub("", line) if line.startswith(")") else line)
    return Definition(name, tuple(body), tuple(foreign_keys))


def opening(header: BackupHeader, version: str, encoding: Encoding, switched_off: t.Iterable[Switch] = ()) -> bytes:
    """Return what stands before the first table; settings that are ``switched_off`` would refuse what is in it."""
    saved = ", ".join(f"@OLD_{name}=@@{name}" for name in _SAVED)
    lines = (
        f"{WRITTEN_BY.decode()} {version}",
        "#",
        f"SET {saved};",
        f"SET NAMES {_CHARSETS[encoding]};",
        "SET TIME_ZONE='+00:00', SQL_MODE='NO_AUTO_VALUE_ON_ZERO', FOREIGN_KEY_CHECKS=0;",
        *(one.to(0) for one in switched_off),
        "",
    )
    return header_text(header, encoding) + encoded("\r\n".join(lines), encoding)


def structure(definition: Definition, encoding: Encoding) -> bytes:
    """Return the block that makes a table."""
    text = (
        f"#\r\n# TABLE [{definition.shown_name}]\r\n#\r\ndrop table if exists {definition.name_sql};\r\n\r\n"
        f"{definition.create_statement()};{_END_OF_BLOCK}"
    )
    return encoded(text, encoding)


def rows_title(definition: Definition, encoding: Encoding) -> bytes:
    """Return what stands before the rows of a table that has any."""
    return encoded(f"#\r\n# TABLE [{definition.shown_name}] DATA\r\n#\r\n", encoding)


def insert_head(definition: Definition, columns: t.Sequence[str], encoding: Encoding) -> bytes:
    """Return an INSERT up to the first value; ``columns`` is empty for all of them in their order."""
    names = b",".join(map(quoted_name, columns)).decode()
    words = ("INSERT INTO", definition.name_sql, f"({names})" if columns else "", "VALUES (")
    return encoded(" ".join(filter(None, words)), encoding)


def statements(rows: t.Sequence[bytes], head: bytes) -> bytes:
    r"""Return one INSERT a row; rows are literals with commas between, in which no NUL stands as it is.

    Line ends, which stand only inside of literals, are written as ``\n`` and ``\r``.
    """
    text = in_one_line(b"\0".join(rows))
    return head + text.replace(b"\0", STATEMENT_END + head) + STATEMENT_END


def in_one_line(text: bytes) -> bytes:
    """Return literals with their line ends spelled."""
    if b"\n" in text:
        text = text.replace(b"\n", b"\\n")
    if b"\r" in text:
        text = text.replace(b"\r", b"\\r")
    return text


def rows_end() -> bytes:
    """Return what stands behind the rows of a table."""
    return _END_OF_BLOCK.encode()


def foreign_keys(definitions: t.Iterable[Definition], encoding: Encoding) -> bytes:
    """Return what adds the foreign keys behind the last table: no wizard stops for one that it cannot add."""
    lines = [f"alter table {one.name_sql} add {key};\r\n" for one in definitions for key in one.foreign_keys]
    return encoded("".join(lines), encoding)


def closing(switched_off: t.Iterable[Switch] = ()) -> bytes:
    """Return the end."""
    restored = ", ".join(f"{name}=@OLD_{name}" for name in _SAVED)
    again = (one.to(1).encode() for one in switched_off)
    return b"\r\n".join((COMPLETED, *again, f"SET {restored};".encode(), b""))
