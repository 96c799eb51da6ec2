# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which program wrote a dump, and what its first and last comments say (cao-format 1.3 and 8)."""

from __future__ import annotations

import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Header
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_lines import COMPLETED, WRITTEN_BY

_HEAD_LIMIT_BYTES = 8192
_DIALECTS = (
    ("cao.faktura", rb"^" + re.escape(WRITTEN_BY)),
    ("cao", rb"^# Datum :[^\n]*\n# Mandant :|^# TABLE \["),
    ("valentina", rb"^-- Valentina Studio --"),
    ("mysqldump-php", rb"^-- \w*sqldump-php "),
    ("mysqlpump", rb"^-- Dump created by MySQL pump"),
    ("mysqlbackup.net", rb"^-- MySqlBackup\.NET "),
    ("mariadb-dump", rb"^-- MariaDB dump "),
    ("mysqldump", rb"^(?:--|#) MySQL dump "),
    ("heidisql", rb"^(?:--|#) HeidiSQL[ -][Vv]ersion:"),
    ("phpmyadmin", rb"^(?:--|#) phpMyAdmin (?:My)?SQL[ -][Dd]ump"),
    ("mysqldumper", rb"^(?:--|#) Status:[0-9]+:[0-9]+:"),
    ("mysql-administrator", rb"^-- MySQL Administrator dump"),
    ("mysql-front", rb"^# (?:Generator: )?(?:MySQL|SQL)-Front "),
    ("unidac", rb"^-- UniDAC version"),
    ("mydac", rb"^-- MyDAC version"),
    ("dbforge", rb"^-- [^\n]*\bDevart dbForge"),
    ("ems", rb"^(?:#|/\*) (?:EMS MySQL Manager|SQL Manager for MySQL) "),
    ("toad", rb"^-- Toad for MySQL"),
    ("adminer", rb"^-- Admin(?:er|Neo|erNeo|erEvo) "),
    ("sequel-ace", rb"^(?:#|--) Sequel Ace SQL dump"),
    ("sequel-pro", rb"^(?:#|--) Sequel Pro SQL dump"),
    ("tableplus", rb"^-- TablePlus "),
    ("mydumper", rb"^(?:--|#) (?:Started dump at|mydumper )"),
    ("sqlyog", rb"SQLyog "),
    ("navicat", rb"Navicat "),
    ("firedac", rb"^(?:--|#|/\*) [^\n]*\bFireDAC\b"),
    ("zeos", rb"^(?:--|#|/\*) [^\n]*\bZeos(?:Lib|DBO)?\b"),
    ("datagrip", rb"^-- auto-generated definition\r?$"),
    # Its own dumps are mysqldump's; this is what it writes before the definition of each table.
    ("dbeaver", rb"^-- (?:\S+\.)?\S+ definition\r?$|^-- [^\n]*\bDBeaver\b"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.MULTILINE)) for name, pattern in _DIALECTS)
_CAO_DATE = re.compile(rb"^# Datum :[ \t]*([^\r\n]*?)(?:[ \t]+Uhr)?[ \t]*\r?$", re.MULTILINE)
_CAO_MANDANT = re.compile(rb"^# Mandant :[ \t]*([^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_PROGRAM = re.compile(rb"^(?:--|#|/\*)[ \t]*([^\r\n]*\w[^\r\n]*?)[ \t]*(?:\*/)?\r?$", re.MULTILINE)
_PROGRAM_LINE = {
    "mysql-front": rb"((?:MySQL|SQL)-Front[^\r\n]*)",
    "heidisql": rb"(HeidiSQL[ -][Vv]ersion:[^\r\n]*)",
    "unidac": rb"(UniDAC version[^\r\n]*)",
    "mydac": rb"(MyDAC version[^\r\n]*)",
    "mariadb-dump": rb"(MariaDB dump[^\r\n]*)",
}
_DATE = re.compile(
    rb"(?:Script date|Dump completed on:?|Dump [Tt]ime:|Dump start time:|Erstellungszeit:|Generation Time:|"
    rb"Generiert am:)[ \t]*([^\r\n]+?)[ \t]*\r?$",
    re.MULTILINE,
)
_DATABASE = re.compile(rb"(?:Database|Datenbank)[: ][ \t]*[`']?([^`'\r\n]+?)[`']?[ \t]*\r?$", re.MULTILINE)
_DUMP_COMPLETED = b"-- Dump completed"


class DialectReader:
    """Gathers the comments that stand between statements, and answers when asked."""

    def __init__(self) -> None:
        self._head = b""
        self._last = b""
        self._start = 0
        self._known = len(_PATTERNS)

    def see(self, comment: bytes) -> None:
        """Take note of one comment."""
        line = comment if comment.endswith(b"\n") else comment + b"\n"
        if len(self._head) < _HEAD_LIMIT_BYTES:
            start, self._start = self._start, len(self._head)
            self._head += line[:1024]
            # Only what is new is looked at, and the comment before: a dump may have one before each row.
            found = (number for number in range(self._known) if _PATTERNS[number][1].search(self._head, start))
            self._known = next(found, self._known)
        if comment.startswith((_DUMP_COMPLETED, COMPLETED)):
            self._last = line

    @property
    def dialect(self) -> str:
        """The name of the writing program, "unknown" when no comment tells."""
        return _PATTERNS[self._known][0] if self._known < len(_PATTERNS) else "unknown"

    def header(self, codec: str) -> Header:
        """Return program, date and Mandant (for other programs: the database) as the comments say."""
        head = self._head.lstrip(b"\r\n")
        if self.dialect in ("cao", "cao.faktura"):
            return Header(_text(_PROGRAM, head, codec), _text(_CAO_DATE, head, codec), _text(_CAO_MANDANT, head, codec))
        line = _PROGRAM_LINE.get(self.dialect)
        program = _text(re.compile(line), head, codec) if line else _text(_PROGRAM, head, codec)
        return Header(program, _text(_DATE, head + self._last, codec), _text(_DATABASE, head, codec))


def _text(pattern: re.Pattern[bytes], head: bytes, codec: str) -> str | None:
    match = pattern.search(head)
    if match is None:
        return None
    text = match.group(1).decode(codec, "replace")
    return "".join(letter for letter in text if letter.isprintable())[:200] or None
