# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which errors of a server end a run, and what is said about them."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import (
    described,
    failure_of,
    is_disk_full,
    is_fatal,
    is_of_the_moment,
)

# In the words of MariaDB and MySQL.
FULL = (
    (3, "Error writing file './cao/ARTIKEL.MYD' (Errcode: 28 \"No space left on device\")"),
    (20, "Disk is full writing './cao/ARTIKEL.MYD' (Errcode: 28). Waiting for someone to free space..."),
    (1005, 'Can\'t create table `cao`.`ARTIKEL` (errno: 28 "No space left on device")'),
    (1026, "Error writing file 'ddl_recovery.log' (errno: 122 \"Disk quota exceeded\")"),
    (1030, 'Got error 28 "No space left on device" from storage engine InnoDB'),
    (1114, "The table 'ARTIKEL' is full"),
    (3675, "Create table/tablespace 'cao/ARTIKEL' failed, as disk is full"),
)


@pytest.mark.parametrize(("number", "message"), FULL)
def test_a_full_disk(number: int, message: str) -> None:
    error = ServerError(number, message)
    assert is_disk_full(error)
    assert is_fatal(error)
    failure = failure_of(error, where="db, cao", doing="loading the table ARTIKEL")
    assert failure.error == "statement_failed"
    assert "make room there and run again" in failure.msg


@pytest.mark.parametrize(
    ("number", "of_the_moment"),
    [
        *((number, True) for number in (1205, 1213, 1969, 3024, 1317, 2013, 1226, 1041, 1114, 1047)),
        *((number, False) for number in (1054, 1064, 1305, 1690, 1194, 145, 1932, 1146, 1142, 1356)),
    ],
)
def test_what_is_another_time_otherwise(number: int, of_the_moment: bool) -> None:
    """What a look finds is not what is there, where it was kept from looking."""
    assert is_of_the_moment(ServerError(number, "")) == of_the_moment


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (1062, "Duplicate entry 'error 28' for key 'ARTNUM'"),
        (1366, "Incorrect string value: 'errno: 28' for column `cao`.`ARTIKEL`.`INFO` at row 1"),
        (1005, 'Can\'t create table `cao`.`ARTIKEL` (errno: 150 "Foreign key constraint is incorrectly formed")'),
        (1030, "Got error 128 from storage engine"),
    ],
)
def test_another_error(number: int, message: str) -> None:
    error = ServerError(number, message)
    assert not is_disk_full(error)
    assert not is_fatal(error)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (2013, "connection_failed"),
        (1159, "connection_failed"),
        (1927, "connection_failed"),
        (3169, "connection_failed"),
        (1142, "missing_privilege"),
        (1205, "mandant_in_use"),
        (1290, "server_setting"),
    ],
)
def test_no_other_row_would_fare_better(number: int, name: str) -> None:
    error = ServerError(number, "")
    assert is_fatal(error)
    assert failure_of(error, where="db, cao", doing="loading").error == name


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (
            1813,
            "Tablespace for table '`cao`.`BACK_RESTORE_NEW_0001`' exists. Please DISCARD the tablespace before IMPORT",
        ),
        (1813, "Tablespace '`cao`.`BACK_RESTORE_NEW_0001`' exists."),
        (1005, 'Can\'t create table `cao`.`BACK_RESTORE_NEW_0001` (errno: 184 "Tablespace already exists")'),
        (
            1025,
            "Error on rename of './cao/T' to './cao/BACK_RESTORE_NEW_0001' (errno: 184 - Tablespace already exists)",
        ),
    ],
)
def test_a_file_that_no_table_has_is_named(number: int, message: str) -> None:
    failure = failure_of(ServerError(number, message), where="db, cao", doing="loading")
    assert failure.error == "statement_failed"
    assert "a file BACK_RESTORE_NEW_0001.ibd that no table has" in failure.msg


def test_other_errors_of_that_number_tell_of_no_file() -> None:
    error = ServerError(
        1005, 'Can\'t create table `cao`.`T` (errno: 150 "Foreign key constraint is incorrectly formed")'
    )
    assert "no table has" not in failure_of(error, where="db, cao", doing="loading").msg


@pytest.mark.parametrize("before", ["", "BACK_RESTORE_NEW_0001.", "back_restore_new_12345."])
@pytest.mark.parametrize("key", ["PRIMARY", "A.B"])
def test_a_key_has_no_name_of_a_table_of_ours(before: str, key: str) -> None:
    assert described(1062, f"Duplicate entry 'x' for key '{before}{key}'").endswith(f", key {key}")


@pytest.mark.parametrize("names", ["RELOAD", "SUPER, BINLOG ADMIN", "SYSTEM_VARIABLES_ADMIN or SUPER"])
def test_the_privilege_that_is_missing_is_said(names: str) -> None:
    message = f"Access denied; you need (at least one of) the {names} privilege(s) for this operation"
    assert failure_of(ServerError(1227, message), where="db, cao", doing="loading").msg == (
        f"db, cao: error 1227: the account lacks a privilege, {names}, while loading; "
        "grant what the account lacks for it, and run again"
    )


_VALUE = "Geheim"


@pytest.mark.parametrize("place", ["for column", "of column", "for key", "for column `cao`.`T`."])
@pytest.mark.parametrize(
    ("number", "message"),
    [
        (1292, "Truncated incorrect DOUBLE value: '{}'"),
        (1292, "Incorrect datetime value: '{}'"),
        (1300, "Invalid utf8mb4 character string: '{}'"),
        (1366, "Incorrect string value: '{}'"),
        (1367, "Illegal double '{}' value found during parsing"),
        (1411, "Incorrect datetime value: '{}'"),
        (1525, "Incorrect TIME value: '{}'"),
        (1591, "Table has no partition for some existing values '{}'"),
        (1690, "BIGINT value is out of range in '{}'"),
        (1918, "Encountered illegal value '{}'"),
        (1644, "Column '{}' is what somebody says"),
        (1644, "{}"),
        (9999, "an error that nobody knows, '{} at row 1'"),
    ],
)
def test_a_value_that_looks_like_the_end_of_a_message_is_not_said(number: int, message: str, place: str) -> None:
    """With the quote that servers put behind a value, and with one of the value's own."""
    for value in (f"x {place} '{_VALUE}", f"x {place} '{_VALUE}'", f"x {place} '{_VALUE}' at row 1"):
        if message == "{}" or "{}'" in message:
            assert _VALUE not in described(number, message.format(value)), value


@pytest.mark.parametrize("value", ["x", "x for column 'Geheim' at row 1", "x' for key 'Geheim"])
@pytest.mark.parametrize("column", ["'VK1'", "`cao`.`ARTIKEL`.`VK1`"])
def test_the_column_of_a_value_is_said(value: str, column: str) -> None:
    for number, kind in ((1292, "datetime"), (1366, "integer"), (1366, "string")):
        assert described(number, f"Incorrect {kind} value: '{value}' for column {column} at row 3").endswith(
            "column VK1"
        )
    assert described(1265, f"Data truncated for column {column} at row 3").endswith("column VK1")


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("--read-only", "set read_only=OFF"),
        ("--super-read-only", "set read_only=OFF"),
        ("--innodb-read-only", "set read_only=OFF"),
        ("--skip-grant-tables", "the server runs with --skip-grant-tables: start it without that"),
        ("--secure-file-priv", "the server runs with --secure-file-priv: start it without that"),
    ],
)
def test_an_option_that_forbids_it_is_named(option: str, advice: str) -> None:
    message = f"The MariaDB server is running with the {option} option so it cannot execute this statement"
    failure = failure_of(ServerError(1290, message), where="db, m", doing="working")
    assert failure.error == "server_setting"
    assert advice in failure.msg


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (1050, "Table 'BACK_RESTORE_NEW_0001' already exists"),
        (1051, "Unknown table 'm.BACK_RESTORE_NEW_0001'"),
        (1146, "Table 'm.back_restore_new_marker' doesn't exist"),
    ],
)
def test_a_table_of_ours_that_another_run_has_made_or_dropped(number: int, message: str) -> None:
    """It may where others work over other members of a cluster; elsewhere the lock keeps them out."""
    for shared, name in ((True, "locked"), (False, "statement_failed")):
        failure = failure_of(ServerError(number, message, shared=shared), where="db, m", doing="loading the rows")
        assert (failure.error, "another member of the cluster" in failure.msg) == (name, shared)
    somebodys = ServerError(number, "Table 'm.FIRMA' doesn't exist", shared=True)
    assert failure_of(somebodys, where="db, m", doing="making views").error == "statement_failed"


def test_a_lock_over_another_member() -> None:
    for shared in (True, False):
        failure = failure_of(ServerError(1213, "Deadlock", shared=shared), where="db, m", doing="loading the rows")
        assert (failure.error, "another member" in failure.msg) == ("mandant_in_use", shared)
