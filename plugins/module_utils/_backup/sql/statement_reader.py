# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The reader of dumps: unpacked bytes in, statements and runs of rows out, in constant memory.

Statements are told apart by their tokens, never by lines. Rows are the mass of every dump: the
first of a run is read token by token, the rest by a pattern made from it.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.idle_statements import IdleStatements
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_reader import InsertReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import Proofs
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Kinds, Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.stray_text import may_be_stray, stray_end
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Incomplete,
    PlacedToken,
    Token,
    placed,
    scan,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import (
    DEFINITION_LIMIT_WORDS,
    NUL_BYTES,
    Source,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import ROUTINES

_INSERTS = (b"INSERT", b"REPLACE")
# Ctrl-Z: programs of DOS and Windows end texts with it, and fill up their last block.
_ENDS_A_TEXT = b" \t\r\n\v\f\x1a"
_CLOSE = b"*/"
# The client takes the first word, or what stands in quotes, and leaves out the rest of the line: no SQL may be there.
_DELIMITER = re.compile(
    rb"delimiter[ \t]+(?:(['\"])([^\r\n]+?)\1|(\S+))[ \t]*(?:(?:--|#|/\*)[^\r\n]*)?(?:\r?\n|\Z)", re.IGNORECASE
)
_DELIMITER_WORD = re.compile(rb"delimiter(?=[ \t\r\n]|\Z)", re.IGNORECASE)


# Statements that bring nothing may be the last without a delimiter: of others nothing tells whether they are whole.
_MAY_END_OPEN = frozenset((b"COMMIT", b"SELECT", b"SET", b"SHOW", b"UNLOCK"))
# Words that begin a statement of a dump, and none of a body.
_NEVER_IN_BODY = (b"CREATE", b"DROP", b"ALTER", b"LOCK", b"UNLOCK", b"USE", b"TRUNCATE")
_HAVE_BODIES = frozenset((b"TRIGGER", *ROUTINES))
# Between CREATE and what is made: OR REPLACE, the account of a DEFINER, options.
_WORDS_BEFORE_KIND = 24
# Blanks that are all at hand.
_BLANKS = re.compile(rb"\s+(?=\S)")
# A comment that is all at hand, and shorter than what is looked at for its end.
_COMMENT = re.compile(rb"(?:#|--)[^\n]{0,4096}\n|/\*(?![!M])[^*]{0,4096}\*/(?=.)", re.DOTALL)
# So many short statements are known again.
_SHORT_BYTES = 256
_STATEMENTS_KEPT = 1024


def _has_body(tokens: t.Sequence[Token]) -> bool:
    """Whether semicolons may stand in a statement, by the words that it begins with."""
    if not tokens or tokens[0].upper != b"CREATE":
        return bool(tokens) and tokens[0].upper in (b"BEGIN", b"DECLARE")
    return any(token.upper in _HAVE_BODIES for token in tokens[1:_WORDS_BEFORE_KIND])


@dataclasses.dataclass(frozen=True)
class Statement:
    """A whole statement that is no INSERT; ``number`` and ``line`` (of its first word) from 1.

    So many lines end between it and what is before it.
    """

    tokens: tuple[Token, ...]
    number: int
    line: int
    behind: int = 0


@dataclasses.dataclass(frozen=True)
class Comment:
    """A comment between statements: that is where dump programs say who they are.

    So many lines end between it and what is before it.
    """

    text: bytes
    line: int = 0
    behind: int = 0


@dataclasses.dataclass(frozen=True)
class Stray:
    """What is no SQL, but what an export program says of itself, between statements."""

    text: bytes
    line: int


Event = t.Union[Statement, Rows, Comment, Stray]


class StatementReader(DumpCursor):
    """Reads a dump once, from its first byte to its last.

    ``label`` is the file (and member) for messages; ``kinds(table, columns, width)`` names the
    watched columns of a table (see rows). ``idle`` statements are not given: whoever admits one tells it.
    """

    def __init__(self, chunks: t.Iterable[bytes], *, label: str, kinds: Kinds, proofs: Proofs) -> None:
        super().__init__(Source(chunks, label))
        self._inserts = InsertReader(self, kinds, proofs)
        self.idle = IdleStatements()
        self._read: KeptReadings[dict[bytes, tuple[PlacedToken, ...]]] = KeptReadings(self, dict)

    def events(self) -> t.Iterator[Event]:
        """Give comments, statements and rows in the order of the file.

        Raises Failure: truncated at an open string or statement, forbidden_statement at a byte that
        begins no token, too_large, and whatever the unpacking raises.
        """
        self._skip_mark()
        behind = 0
        while True:
            before, behind = self._behind_idle(behind), 0
            comment = _COMMENT.match(self.source.data, self.source.position) if self.delimiter == b";" else None
            if comment is not None:
                line = self.source.line
                self.source.advance(comment.end())
                yield Comment(comment.group(), line, before)
                continue
            kind, end = self.source.whole(self._first_token)
            text = self.source.data[self.source.position : end]
            if kind == "end":
                self.ends_open = False
                return
            if kind == "comment":
                line = self.source.line
                self.source.advance(end)
                yield Comment(text, line, before)
            elif kind == "space" or text in (self.delimiter, b";"):
                behind = text.count(b"\n")
                self.source.advance(end)
            elif kind == "word" and _DELIMITER_WORD.match(text):
                self.source.whole(self._set_delimiter)
            elif kind == "word" and text.upper() in _INSERTS:
                self.number += 1
                yield from self._inserts.rows()
            elif may_be_stray(kind, text) and (stray := self._stray()) is not None:
                yield stray
            else:
                self.number += 1
                line = self.source.line
                yield Statement(self.source.whole(self._statement), self.number, line, before)

    def _behind_idle(self, behind: int) -> int:
        """Go behind blanks and idle statements at hand; return how many lines end behind what is before."""
        source = self.source
        while True:
            blanks = _BLANKS.match(source.data, source.position)
            if blanks is not None:
                behind = source.data.count(b"\n", source.position, blanks.end())
                source.advance(blanks.end(), behind)
            end = self.idle.end(source.data, source.position) if self.delimiter == b";" else None
            if end is None:
                return behind
            self.number += 1
            source.advance(end, 0)
            behind = 0

    def tokens_until_end(self, position: int, *, splits: bool = False) -> tuple[tuple[PlacedToken, ...], int]:
        """Read tokens from an offset up to and over the delimiter; Incomplete when it is not there.

        Under another delimiter a server ends statements at a semicolon all the same, but within a body: with ``splits``
        so does this.
        """
        tokens: list[PlacedToken] = []
        version: bytes | None = None
        space, line = False, self.source.line
        while not self._ends_here(position, tokens if version is None else ()):
            kind, end = self.source.token(position)
            if kind not in ("string", "name", "comment"):
                # A delimiter such as $$ would otherwise be part of the word before it.
                cut = self.source.data.find(self.delimiter, position + 1, end)
                end = cut if cut > 0 else end
            text = self.source.data[position:end]
            if kind == "unknown":
                if self.source.data[position : position + 2] in (b"\\'", b'\\"'):
                    raise self.refuse(
                        "a quote behind a backslash, outside of a text: what follows cannot be told apart",
                        line,
                    )
                raise self.refuse(self._byte_here(position), line)
            version = self._version_behind(kind, text, version)
            if splits and text == b";" and version is None and not _has_body(tokens):
                return tuple(tokens), end
            if splits and kind == "word" and tokens and tokens[-1].is_mark(b";") and text.upper() in _NEVER_IN_BODY:
                return tuple(tokens[:-1]), position
            if kind in ("open", "close", "space", "comment"):
                space = True
            else:
                written = self._as_utf8(kind, text) if text[:1] == b'"' else b""
                before = tokens[-1] if tokens else None
                tokens.append(placed(self.word(kind, text, space, version, before), line, written))
                space = False
                if len(tokens) > DEFINITION_LIMIT_WORDS:
                    raise self.source.too_large(f"{DEFINITION_LIMIT_WORDS} words")
            line += text.count(b"\n")
            position = end
        end = position + len(self.delimiter)
        return tuple(tokens), end if version is None else self._behind_comment(end)

    def _behind_comment(self, position: int) -> int:
        """Return the end of an executable comment that ends right behind its statement.

        HeidiSQL 3 and 4 write ``/*!40101 SET x=1;*/``.
        """
        end = position + len(_CLOSE)
        if self.source.data.startswith(_CLOSE, position):
            return end
        if end > len(self.source.data) and not self.source.at_end:
            raise Incomplete
        raise self.refuse("an executable comment that does not end before its statement")

    def _version_behind(self, kind: str, text: bytes, version: bytes | None) -> bytes | None:
        """Return the executable comment that is open behind a token.

        A server that does not execute it looks for its end only, not for strings, so no end may stand in one.
        """
        if kind in ("open", "close"):
            if (kind == "open") is not (version is None):
                raise self.refuse("an executable comment inside of another, or one that ends without a beginning")
            return text if kind == "open" else None
        if version is not None and b"*/" in text and not text.startswith(b"/*"):
            raise self.refuse("an executable comment with its end inside of a string or comment")
        return version

    def _stray(self) -> Stray | None:
        """Return what is no SQL but an export program's own words, None where it is nothing of the kind."""
        source = self.source
        end = source.whole(lambda: stray_end(source.data, source.position, at_end=source.at_end))
        if end is None:
            return None
        stray = Stray(source.data[source.position : end], source.line)
        source.advance(end)
        return stray

    def _ends_here(self, position: int, tokens: t.Sequence[Token]) -> bool:
        """Whether a statement ends behind its tokens: the last one of a dump needs no delimiter, as to a client."""
        data = self.source.data
        if position + len(self.delimiter) > len(data):
            if self.source.at_end and position < len(data):
                return False
            self.ends_open = self.source.at_end and _may_end_open(tokens)
            if not self.ends_open:
                raise Incomplete
            return True
        return data.startswith(self.delimiter, position)

    def _skip_mark(self) -> None:
        while len(self.source.data) < 3 and self.source.more():
            pass
        if self.source.data.startswith(b"\xef\xbb\xbf"):
            self.source.position = 3

    def _first_token(self) -> tuple[str, int]:
        source = self.source
        if source.position >= len(source.data) and source.at_end:
            return "end", source.position
        end = source.position + len(self.delimiter)
        if source.data.startswith(self.delimiter, source.position):
            return "delimiter", end
        if end > len(source.data) and not source.at_end:
            raise Incomplete
        if source.data.startswith(b"-", source.position):
            return self._dashes()
        kind, end = source.token(source.position)
        if kind == "unknown":
            if not source.data[source.position :].strip(_ENDS_A_TEXT):
                if not source.at_end:
                    raise Incomplete
                return "end", source.position
            self.number += 1
            if source.data[source.position :].startswith(b"\x00" * NUL_BYTES):
                raise self._nul_bytes()
            hidden = invisible(source.data, source.position)
            raise self.refuse(
                hidden or f"{self._byte_here(source.position)}; commands of a client program are never executed"
            )
        return kind, end

    def _nul_bytes(self) -> Failure:
        """Return the Failure for NUL bytes in the place of a statement."""
        source = self.source
        count = len(source.data) - source.position - len(source.data[source.position :].lstrip(b"\x00"))
        more = "" if source.at_end else " or more"
        return Failure(
            "damaged",
            f"{self._place()}: {count}{more} NUL bytes stand where a statement should, as a power cut or a full disk "
            "leaves them. The file is damaged: transfer it again, or take an older backup.",
        )

    def _byte_here(self, position: int) -> str:
        data = self.source.data
        return invisible(data, position) or f"the byte 0x{data[position]:02x} begins no word of SQL"

    def _dashes(self) -> tuple[str, int]:
        """Return a line that begins with dashes: where no statement is open, clients take it for a comment."""
        source = self.source
        if not source.data.startswith(b"--", source.position):
            return source.token(source.position)
        end = source.data.find(b"\n", source.position) + 1
        if not end and not source.at_end:
            raise Incomplete
        return "comment", end or len(source.data)

    def _set_delimiter(self) -> None:
        source = self.source
        if source.data.find(b"\n", source.position) < 0 and not source.at_end:
            raise Incomplete
        match = _DELIMITER.match(source.data, source.position)
        found = match.group(2) or match.group(3) if match is not None else b""
        if match is None or len(found) > 16 or re.search(rb"[\s'\"`\\]", found):
            raise self.refuse("DELIMITER without a delimiter that a dump program uses")
        self.delimiter = found
        self.source.advance(match.end())

    def _statement(self) -> tuple[PlacedToken, ...]:
        """Return the words of a statement; a dump that has some before each row writes the same again and again.

        The same bytes are the same words, as long as the dump sets nothing that changes how they are read.
        """
        source, start = self.source, self.source.position
        read = self._read.now()
        is_usual = self.delimiter == b";"
        stop = source.data.find(b";", start, start + _SHORT_BYTES) if is_usual else -1
        known = read.get(source.data[start:stop]) if stop > 0 else None
        if known is not None:
            line = source.line
            source.advance(stop + 1, 0)
            return tuple([placed(token, line, token.written) for token in known])
        tokens, end = self.tokens_until_end(start, splits=not is_usual)
        if stop + 1 == end and len(read) < _STATEMENTS_KEPT and source.data.find(b"\n", start, end) < 0:
            read[source.data[start:stop]] = tokens
        source.advance(end)
        return tokens


def without_rows(head: bytes, lines: int) -> bytes:
    """Return the beginning of a dump, about so many lines, with ``...`` for what follows VALUES."""
    shown: list[bytes] = []
    position, verb, in_rows, shown_lines = 0, b"", False, 0
    while position < len(head) and shown_lines < lines:
        try:
            kind, end = scan(head, position)
        except Incomplete:
            kind, end = "rest", len(head)
        end = max(end, position + 1)
        text = head[position:end]
        if text == b";":
            verb, in_rows = b"", False
        elif kind == "word":
            verb = verb or text.upper()
        if not in_rows and not (kind == "rest" and verb in _INSERTS):
            shown.append(text)
            shown_lines += text.count(b"\n")
        if verb in _INSERTS and kind == "word" and text.upper() in (b"VALUES", b"VALUE", b"SELECT", b"SET"):
            shown.append(b"" if in_rows else b" ...")
            in_rows = True
        position = end
    return b"".join(shown)


def _may_end_open(tokens: t.Sequence[Token]) -> bool:
    """Whether a dump may end behind these tokens: of a variable's name nothing tells whether all of it is there."""
    if not tokens or tokens[0].upper not in _MAY_END_OPEN:
        return False
    return tokens[-1].is_mark(b")") or tokens[-1].kind not in ("variable", "mark", "open")
