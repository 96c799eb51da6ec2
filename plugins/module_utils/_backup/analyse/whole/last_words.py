# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What an export program writes into its own file when it fails: as a comment, a page, or a line of its own."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable

_SHOWN_BYTES = 300
# phpMyAdmin in every language: Error reading data for table x.Y: #2006 - MySQL server has gone away.
_NUMBER_SIGN = re.compile(rb"(?<![\w&#])#([0-9]{3,4})[ ]?(?:-|\xe2\x80\x93|\x96)[ ]?[^\s-]")
# Error 2013: ..., ERROR 1146 (42S02): ..., SQL-Fehler (1146): ..., in the languages of the programs.
_ERROR_AND_NUMBER = re.compile(
    rb"""\b(?:error|errno|fehler|fehlernummer|erreur|errore|erro|fout|fejl|feil|fel|virhe|chyba|hiba|
    b\xc5\x82\xc4\x85d|blad|\xd0\xbe\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0)
    (?:[ \t]*(?:code|nr\.?|no\.?|number|nummer))?[ \t:#(\[-]{0,4}([0-9]{3,5})[)\]]?
    (?:[ \t]*\([0-9A-Z]{5}\))?[ \t]*[:,)-]*[ \t]*[^\W\d_]""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rb"lost connection to|server has gone away|couldn'?t (?:execute|read|get|find)|\bgot error\b|is marked as crashed|"
    rb"maximum execution time|allowed memory size|failed on view",
    re.IGNORECASE,
)
# Errors of servers and their clients begin at 1000; of the tables' handlers, those that mean damage.
_HANDLERS = range(120, 200)
_SERVERS = range(1000, 6000)
# phpMyAdmin's own tables, which are no Mandant's.
_OF_PHPMYADMIN = re.compile(rb"\bpma_\w+")
_WITH_DATABASE = re.compile(rb"[\w$-]+[.`]{1,3}([\w$]+)[`'\"]?(?=[:'\"\s])")
# Lines that hold names of the user's own.
_HEADER = re.compile(rb"(?:--|#)\s*(?:Mandant|Datum|Status|Host|Database|Datenbank|Server|TABLE)\b", re.IGNORECASE)
# Behind the name of a file.
_ENDINGS = ("exe", "php", "sql", "cnf", "ini")
# What a program says on its error channel and somebody's 2>&1 brought into the file, though nothing failed.
_HARMLESS = re.compile(
    rb"\[(?:warning|note)\]|\bwarning:|\bdeprecated\b|enter password|PROCESS privilege|tablespaces|--column-statistics|"
    rb"^(?:defaulted container|in order to ensure|mesg:|stdin:|tput:|unable to use a tty|warn\[|time=.* level=[iw])",
    re.IGNORECASE,
)
# PHP's, as lines or in a page; its notices do no harm.
_OF_PHP = re.compile(
    rb"^<|\bPHP (?:fatal|parse|warning)|\bon line (?:<b>)?[0-9]+|fatal error|parse error", re.IGNORECASE
)
_NOTICE_OF_PHP = re.compile(rb"\A(?:<br[ /]*>\s*)?(?:<b>|PHP )?(?:notice|deprecated)\b", re.IGNORECASE)
_TAGS = re.compile(rb"<!--.*?-->|<[^>]*>?", re.DOTALL)
_CAUSE = re.compile(
    rb"(?:mysqldump|mariadb-dump|mysqlpump)(?:\.exe)?: (?:[^\r\n]{0,20}?error|couldn't)[^\r\n]*"
    rb"|<b>(?:fatal error|warning|parse error)</b>[^\r\n]*|<!-- PMA-SQL-ERROR -->.{0,400}"
    rb"|(?:PHP )?Fatal error: [^\r\n]*"
    rb"|(?:Lost connection to |#[0-9]{4} - )?MySQL server (?:has gone away|during query)",
    re.IGNORECASE | re.DOTALL,
)
_NUL_RUN = re.compile(rb"\x00{16,}")


def _is_of_a_server(number: bytes) -> bool:
    return int(number) in _SERVERS or int(number) in _HANDLERS


def says_it_failed(comment: bytes) -> bool:
    """Whether a comment is an export program's own failure: a number and a text, or words that it only has then."""
    if _OF_PHPMYADMIN.search(comment) or _HEADER.match(comment):
        return False
    numbers = (match.group(1) for kind in (_NUMBER_SIGN, _ERROR_AND_NUMBER) for match in kind.finditer(comment))
    return any(map(_is_of_a_server, numbers)) or bool(_IN_WORDS.search(comment))


def is_harmless(stray: bytes) -> bool:
    """Whether a line that is no SQL only warns."""
    if _OF_PHP.search(stray):
        return bool(_NOTICE_OF_PHP.match(stray))
    return bool(_HARMLESS.search(stray))


def quoted(text: bytes) -> str:
    """Return what an export program says, fit for a message: without tags and the marks of a comment, in one line."""
    text = text[: 4 * _SHOWN_BYTES]
    plain = _TAGS.sub(b" ", text) if text.lstrip().startswith(b"<") else text
    number = re.search(rb"#[0-9]{4} ?-[^<]*", plain) if plain is not text else None
    words = (number.group(0) if number else plain).split()
    while words and words[0] in (b"--", b"#", b"/*", b"--#"):
        words = words[1:]
    while words and words[-1] == b"*/":
        words = words[:-1]
    # Tags alone are all that it says.
    said = b" ".join(words) or b" ".join(text.split())
    return printable(said[:_SHOWN_BYTES].decode("utf-8", "replace"))


def table_named_in(comment: bytes, tables: t.Mapping[str, t.Any]) -> str | None:
    """Return the table that a comment is about; ``tables`` are those of the dump by their names in lower case."""
    for word in re.findall(rb"[\w$]+", comment):
        if word.decode("utf-8", "replace").lower() in tables:
            return str(word.decode("utf-8", "replace"))
    names = (match.group(1).decode("utf-8", "replace") for match in _WITH_DATABASE.finditer(comment))
    return next((name for name in names if name.lower() not in _ENDINGS), None)


def cause_in(data: bytes) -> str | None:
    """Return why a dump cannot be read on, by what is among its bytes there: its program's last words, or NUL bytes."""
    match = _CAUSE.search(data)
    if match is not None:
        return f"the export itself failed: {quoted(match.group(0))!r}"
    nul = _NUL_RUN.search(data)
    if nul is None:
        return None
    at_end = not data[nul.end() :].strip(b"\x00")
    where = "at its end" if at_end else "there"
    return f"{nul.end() - nul.start()} NUL bytes stand {where}, as a power cut or a full disk leaves them"
