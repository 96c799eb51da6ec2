# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of servers have words, whatever the server says beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.meanings import MEANING
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described, failure_of


@pytest.mark.parametrize(
    ("number", "message", "words"),
    [
        (1060, "Duplicate column name 'Geändert'", "two columns have one name, Geändert"),
        (1061, "Duplicate key name 'K'", "two keys have one name, K"),
        (1298, "Unknown or incorrect time zone: 'Europe/Berlin'", "mysql_tzinfo_to_sql loads their tables, Europe/Ber"),
        (1426, "Too big precision specified for 'A'. Maximum is 6", "more decimal places, than the server can hold, A"),
        (1488, "Field in list of fields for partition function not found in table", "a partition names a column"),
        (1005, 'Can\'t create table `m`.`A` (errno: 150 "...")', "a foreign key may not fit"),
        (1235, "This version of MariaDB doesn't yet support 'X'", "does not have that yet"),
        (1178, "The storage engine for the table doesn't support checks", "the storage engine cannot do this"),
        (3822, "Duplicate check constraint name 'c'.", "two CHECK constraints have one name, c"),
        (3854, "Cannot convert string 'Geheim' from utf8mb4 to latin1", "the character set of its column"),
        (1366, "Incorrect string value: 'Geheim' for column `m`.`A`.`INFO` at row 1", "column INFO"),
        (1062, "Duplicate entry 'Geheim' for key 'ARTNUM'", "key ARTNUM"),
        (1292, "Incorrect datetime value: 'Geheim' for column 'D' at row 1", "column D"),
        (3673, "Column 'A' cannot be null", "a column cannot be NULL, column A"),
        (3, "Error writing file 'tmp/MLfd' (Errcode: 28)", "error 3: a file cannot be written"),
        (3607, "Can't remove database directory", "files of others in it"),
        (1010, "Error dropping database (rmdir, errno: 39)", "files of others in it"),
        (3678, "Schema directory './m/' already exists.", "which the server does not know"),
        (1242, "Subquery returns more than 1 row", "more than one row where one is expected"),
        (1341, "Malformed file type header in file 'V.frm'", "the file of a view or trigger is damaged"),
        (1370, "execute command denied to user 'a'@'h' for routine 'm.f'", "may not execute a function"),
        (1598, "Binary logging not possible. Message: Geheim", "the binary log cannot be written"),
        (1662, "Cannot execute statement: impossible to write to binary log ...", "binlog_format of the server"),
        (1812, "Tablespace is missing for table 'T'", "the file of a table is missing"),
        (1819, "Your password does not satisfy the current policy requirements", "the rules of the server"),
        (3769, "Default value expression of column 'A' contains a disallowed function", "cannot be used in a default"),
        (3813, "Column check constraint 'c' references other column.", "a CHECK constraint of a column names another"),
        (3908, "Cannot store an array or an object in a scalar key part of the index 'k'", "cannot be in the key"),
        (3170, "Memory capacity of 8388608 bytes for 'x' exceeded.", "takes more memory than the server allows"),
    ],
)
def test_words(number: int, message: str, words: str) -> None:
    said = described(number, message)
    assert words in said
    assert "Geheim" not in said


@given(st.sampled_from(sorted(MEANING)), st.text(max_size=80))
def test_every_number_has_words_and_fits_a_message(number: int, message: str) -> None:
    said = described(number, message)
    assert MEANING[number] in said
    assert said.isprintable()
    failure = failure_of(ServerError(number, message), where="x" * 60, doing="creating the table ARTIKEL")
    assert len(failure.msg) < 500


def test_words_are_plain() -> None:
    for text in MEANING.values():
        assert text == text.strip(" .")
        assert "MySQL" not in text
