# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random dumps full of lexical traps, for the question whether a server reads them as the reader does."""

from __future__ import annotations

from hypothesis import strategies as st

from literals import CONTENTS, STRINGS, double_quoted, doubled, escaped

# What may stand between two words: blanks, and comments of every kind that a server knows or only seems to know.
GAPS = st.sampled_from(
    (
        b" ",
        b" ",
        b" ",
        b" ",
        b" ",
        b" ",
        b"\n",
        b"\t",
        b"\r\n",
        b"\x0c",
        b"\x0b",
        b"/**/",
        b"/* ; ' \" ` */",
        b"-- '\n",
        b"--\n",
        b"--\t`;\n",
        b'--\x01"\n',
        b"#'\n",
        b"#\r;\n",
        b"# a \r-- \n",
        b"/*!50000 */",
        b"/*!*/",
        b"/*!99999 */",
        b"/*!100000 */",
        b"/*M!100000 */",
        b"/*M!999999 ' */",
        b"/*!999999 ; */",
        b"/*!50701 */",
        b"/* /* */",
        b"/*/ */",
        b"--x\n",
        b"/*!4010 */",
        b"/*!50000 /* ' */ */",
        b"/*!99999 ' */",
        b"\xa0",
        b"\xc2\xa0",
        b"/*! -- \n */",
    )
)
_TRAPS = st.sampled_from(
    (
        b"'",
        b"''",
        b'"',
        b'""',
        b"`",
        b"\\",
        b"\\\\",
        b"\\'",
        b'\\"',
        b"\\%",
        b"\\_",
        b"\\0",
        b"\\n",
        b"\\\n",
        b"\0",
        b"\x1a",
        b";",
        b"--",
        b"-- ",
        b"#",
        b"/*",
        b"*/",
        b"/*!50000 ",
        b"\r",
        b"\n",
        b",",
        b"),(",
        b"\xbf",
        b"\xbf\\",
        b"\x83\\",
        b"\xa1\\",
        b"\xa0",
        b"\xff",
        b"a",
        b"NULL",
        b"0",
        b"\xe2\x82\xac",
    )
)
_CONTENTS = st.lists(_TRAPS, max_size=6).map(b"".join)
MODES = (
    "",
    "ANSI_QUOTES",
    "ANSI",
    "PIPES_AS_CONCAT",
    "IGNORE_SPACE",
    "HIGH_NOT_PRECEDENCE",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "POSTGRESQL",
    "MYSQL323",
    "MYSQL40",
    "NO_FIELD_OPTIONS",
    "TRADITIONAL",
    "STRICT_ALL_TABLES,ANSI_QUOTES",
    "NO_BACKSLASH_ESCAPES",
    "EMPTY_STRING_IS_NULL",
    "SIMULTANEOUS_ASSIGNMENT",
    "TIME_ROUND_FRACTIONAL",
)
_SPELLINGS = (
    b"SET sql_mode='%s'",
    b'SET sql_mode="%s"',
    b"SET SESSION sql_mode = '%s'",
    b"SET @@sql_mode := '%s'",
    b"SET @o=@@sql_mode, @@session.sql_mode='%s'",
    b"SET sql_mode='%s', sql_notes=0",
    b"/*!40101 SET @o=@@sql_mode, sql_mode='%s' */",
    b"SET sql_mode='%s' ''",
    b"SET sql_mode=_latin1'%s'",
    b"SET @o='%s', sql_mode=@o",
    b"SET sql_mode='\\%s'",
    b"SET sql_mode='%s',sql_mode=''",
)


def _single(content: bytes) -> bytes:
    return b"'" + content + b"'"


def _double(content: bytes) -> bytes:
    return b'"' + content + b'"'


def _hexadecimal(content: bytes) -> bytes:
    return b"0x" + content.hex().encode() if content else b"X''"


# Some of the contents close their own string; what then comes of it is for the server to say.
LITERALS = st.one_of(
    STRINGS,
    STRINGS,
    _CONTENTS.map(lambda content: b"'" + content.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"),
    st.builds(
        lambda spell, content: spell(content),
        st.sampled_from((_single, _double, _hexadecimal, lambda content: b"_latin1" + _single(content))),
        _CONTENTS,
    ),
    st.sampled_from(
        (b"NULL", b"1", b"-1", b"- 1", b"--1", b"+2", b"1.5", b".5", b"1e3", b"TRUE", b"'a' 'b'", b"N'a'", b"\\N")
    ),
)
# What every server reads alike and a guard has no reason to refuse; in between stand the traps.
_SOUND_GAPS = st.sampled_from(
    (
        b" ",
        b"\n",
        b"\t",
        b"\r\n",
        b"\x0c",
        b"/**/",
        b"/* ; ' \" ` */",
        b"-- '\n",
        b"--\n",
        b"--\t`;\n",
        b"#'\n",
        b"#\r;\n",
        b"# a \r-- \n",
        b"/* /* */",
        b"/*/ */",
    )
)
_SOUND_MODES = tuple(mode for mode in MODES if mode not in ("NO_BACKSLASH_ESCAPES", "EMPTY_STRING_IS_NULL"))
_DOUBLE_QUOTES_ARE_NAMES = ("ANSI", "ORACLE", "MSSQL", "DB2", "MAXDB", "POSTGRESQL")
_SINGLE_QUOTED = st.builds(
    lambda spell, content: spell(content), st.sampled_from((escaped, doubled)), st.one_of(CONTENTS, _CONTENTS)
)
_SOUND_LITERALS = st.one_of(
    _SINGLE_QUOTED,
    _SINGLE_QUOTED,
    _CONTENTS.map(_hexadecimal),
    _SINGLE_QUOTED.map(lambda literal: b"_latin1" + literal),
    st.sampled_from((b"NULL", b"1", b"-1", b"+2", b"1.5", b".5", b"1e3", b"TRUE")),
)


class _Style:
    """How statements are written: ``sound``, so that servers take them, or with whatever may come; ``ansi`` is the
    sql_mode at hand."""

    def __init__(self, *, sound: bool) -> None:
        self.sound = sound
        self.ansi = False

    @property
    def literals(self) -> st.SearchStrategy[bytes]:
        if not self.sound:
            return LITERALS
        return _SOUND_LITERALS if self.ansi else st.one_of(_SOUND_LITERALS, CONTENTS.map(double_quoted))

    @property
    def gaps(self) -> st.SearchStrategy[bytes]:
        return _SOUND_GAPS if self.sound else GAPS

    def names(self, name: bytes) -> st.SearchStrategy[bytes]:
        spelled = [name, b"`" + name + b"`"]
        odd = [b'"' + name + b'"'] if self.ansi or not self.sound else []
        return st.sampled_from(spelled * 3 + odd)


@st.composite
def _insert(draw: st.DrawFn, style: _Style) -> bytes:
    rows = draw(st.lists(st.tuples(style.literals, style.literals), min_size=1, max_size=3))
    words = [b"INSERT", b"INTO", draw(style.names(b"T"))]
    if draw(st.integers(0, 3)) == 0:
        first = draw(style.names(b"A")) if style.sound else draw(st.sampled_from((b"`a`", b"T.A", b'"A"')))
        words += [b"(", first, b",", b"B", b")"]
    words.append(b"VALUES")
    for number, (first, second) in enumerate(rows):
        words += ([b","] if number else []) + [b"(", first, b",", second, b")"]
    return b"".join(word + (draw(style.gaps) if draw(st.integers(0, 9)) == 0 else b" ") for word in words)


@st.composite
def _mode(draw: st.DrawFn, style: _Style) -> bytes:
    spelling: bytes
    if style.sound:
        spelling, mode = draw(st.sampled_from(_SPELLINGS[:6])), draw(st.sampled_from(_SOUND_MODES))
    else:
        spelling = draw(st.one_of(st.sampled_from(_SPELLINGS[:7]), st.sampled_from(_SPELLINGS)))
        mode = draw(st.sampled_from(MODES))
    style.ansi = any(name in mode for name in _DOUBLE_QUOTES_ARE_NAMES)
    return spelling % mode.encode()


@st.composite
def _table(draw: st.DrawFn, style: _Style) -> bytes:
    comment = draw(st.sampled_from((b"", b" COMMENT=%s", b" /*!50000 COMMENT=%s */", b" /*!99999 COMMENT=%s */")))
    default = draw(st.sampled_from((b"", b" DEFAULT 'x'", b" DEFAULT %s", b" /*!99999 NOT */ NULL")))
    if style.sound:
        # A server that does not execute a comment looks for its end only.
        content = draw(st.one_of(st.just(b"'x'"), _CONTENTS.map(escaped)).filter(lambda text: b"*/" not in text))
    else:
        traps = st.sampled_from((b"''", b"\\'", b"a;b", b"\\\\", b"*/"))
        content = b"'" + draw(st.one_of(st.just(b"x"), traps, _CONTENTS)) + b"'"
        default = draw(st.sampled_from((default, b' DEFAULT "y"')))
    columns = b"A varchar(99)" + (default % content if b"%s" in default else default) + b", B varchar(99)"
    table = draw(style.names(b"T"))
    return b"CREATE TABLE " + table + b" (" + columns + b")" + (comment % content if comment else b"")


@st.composite
def dumps(draw: st.DrawFn) -> bytes:
    """Return a table with rows, with settings and comments in between; most are such that servers take them."""
    style = _Style(sound=draw(st.integers(0, 3)) > 0)
    statements = [draw(_mode(style))] if draw(st.booleans()) else []
    statements.append(draw(_table(style)))
    for _number in range(draw(st.integers(1, 5))):
        statements.append(draw(_mode(style)) if draw(st.integers(0, 3)) == 0 else draw(_insert(style)))
    gaps = st.one_of(st.just(b"\n"), style.gaps)
    return b"".join(statement + b";" + draw(gaps) for statement in statements)
