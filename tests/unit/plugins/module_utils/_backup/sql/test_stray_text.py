# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where text that is no SQL ends, and what is never taken for it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.stray_text import may_be_stray, stray_end
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete, scan


@pytest.mark.parametrize(
    ("stray", "rest"),
    [
        (b"mysqldump: [Warning] x", b"\n-- next"),
        (b"mariadb-dump: Error 2013: x\r", b"\nCREATE TABLE"),
        (b"/usr/bin/mysqldump: Deprecated", b"\n"),
        (b"Enter password: ", b"-- MySQL dump 10.13\n"),
        (b"<p>a\nb</p>\n", b"  INSERT INTO A VALUES (1);\n"),
        (b"<html>\nSET A\n-- b\n</html>", b"\n-- next\n"),
        (b"<div>\nDROPPED\n# in no line of its own ", b""),
        (b"PHP Warning:  x in y.php on line 3", b"\nDROP TABLE"),
        (b"ERROR 2013 (HY000): gone", b"\n"),
        (b"bash: warning: setlocale: LC_ALL: cannot change locale", b"\n-- next"),
        (b"stdin: is not a tty", b"\n-- next"),
        (b"mesg: ttyname failed: Inappropriate ioctl for device", b"\n-- next"),
        (b"In order to ensure a consistent backup of the database, pass --single-transaction", b"\n-- next"),
        (b'Defaulted container "mysql" out of: mysql, init (init)', b"\n-- next"),
        (b"Unable to use a TTY - input is not a terminal", b"\n-- next"),
        (b'time="2024-06-01T12:00:00+02:00" level=warning msg="x"', b"\n-- next"),
        (b"WARN[0000] compose.yml: `version` is obsolete", b"\n-- next"),
    ],
)
def test_it_ends_where_sql_goes_on(stray: bytes, rest: bytes) -> None:
    data = stray + rest
    kind, end = scan(data, 0)
    assert may_be_stray(kind, data[:end])
    if not rest:
        stray = data[: data.index(b"#")]
    assert stray_end(data, 0, at_end=True) == len(stray)


@pytest.mark.parametrize(
    "text",
    [
        b"/ 2;\n",
        b"error_table;\n",
        b"mysql.user;\n",
        b"< 1;\n",
        b"warning;\n",
        b"e: x;\n",
        b"in (1);\n",
        b"time=1;\n",
        b"stdin;\n",
    ],
)
def test_other_text_is_refused_by_others(text: bytes) -> None:
    assert stray_end(text, 0, at_end=True) is None


@pytest.mark.parametrize("text", [b"mysqldump: [Warn", b"<html>\n<body>", b"<p>\nno SQL"])
def test_more_bytes_are_asked_for(text: bytes) -> None:
    with pytest.raises(Incomplete):
        stray_end(text, 0, at_end=False)
    assert stray_end(text, 0, at_end=True) == len(text)


@pytest.mark.parametrize("word", [b"CREATE", b"INSERT", b"SET", b"DROP", b"USE", b"COMMIT", b"LOCK"])
def test_no_verb_is_taken_for_it(word: bytes) -> None:
    assert not may_be_stray("word", word)
