# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In what servers differ, by their versions on both sides of each change."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import (
    ServerFlavour,
    every_server_executes,
)

MARIADB = ServerFlavour(True, (10, 11, 6))
MYSQL = ServerFlavour(False, (8, 0, 36))
OLD_MYSQL = ServerFlavour(False, (5, 6, 20))


@pytest.mark.parametrize(
    ("version", "comment", "flavour"),
    [
        ("10.11.18-MariaDB-0+deb12u1", "Debian 12", ServerFlavour(True, (10, 11, 18))),
        ("5.5.5-10.5.29-MariaDB", "", ServerFlavour(True, (10, 5, 29))),
        ("11.4.2", "MariaDB Server", ServerFlavour(True, (11, 4, 2))),
        ("5.6.24-log", "MySQL Community Server (GPL)", ServerFlavour(False, (5, 6, 24))),
        ("9.7.4", "(Debian)", ServerFlavour(False, (9, 7, 4))),
        ("unknown", "", ServerFlavour(False, (0, 0, 0))),
    ],
)
def test_the_flavour_of_a_server(version: str, comment: str, flavour: ServerFlavour) -> None:
    assert ServerFlavour.of(version, comment) == flavour


CHANGES = [
    ("renames_atomically", True, (10, 6, 1)),
    ("notes_names_as_files", False, (8, 0, 0)),
    ("builds_keys_in_place", True, (10, 0, 0)),
    ("builds_keys_in_place", False, (5, 6, 0)),
    ("has_generated_columns", True, (10, 2, 1)),
    ("has_generated_columns", False, (5, 7, 6)),
    ("has_computed_defaults", True, (10, 2, 1)),
    ("has_computed_defaults", False, (8, 0, 13)),
    ("has_text_defaults", True, (10, 2, 1)),
    ("has_json", True, (10, 2, 7)),
    ("has_json", False, (5, 7, 8)),
    ("heeds_inline_references", True, (10, 5, 0)),
    ("heeds_inline_references", False, (9, 0, 0)),
    ("takes_keys_over_expressions", False, (8, 0, 13)),
]


@pytest.mark.parametrize(("name", "mariadb", "version"), CHANGES)
def test_a_version_that_brings_something(name: str, mariadb: bool, version: tuple[int, int, int]) -> None:
    before = (version[0], version[1], version[2] - 1) if version[2] else (version[0] - 1, 99, 99)
    assert getattr(ServerFlavour(mariadb, version), name)
    assert not getattr(ServerFlavour(mariadb, before), name)


@pytest.mark.parametrize(
    ("flavour", "in_log"),
    [
        (ServerFlavour(True, (10, 11, 6)), {"STATEMENT", "MIXED"}),
        (ServerFlavour(False, (5, 6, 24)), {"STATEMENT", "MIXED", "ROW"}),
        (ServerFlavour(False, (9, 7, 0)), {"STATEMENT"}),
    ],
)
def test_which_binary_logs_know_of_temporary_tables(flavour: ServerFlavour, in_log: set[str]) -> None:
    assert {name for name in ("STATEMENT", "MIXED", "ROW") if flavour.logs_temporary_tables(name)} == in_log


@pytest.mark.parametrize("name", ["renames_atomically", "has_text_defaults"])
def test_what_no_mysql_has(name: str) -> None:
    assert not getattr(ServerFlavour(False, (9, 99, 99)), name)


@pytest.mark.parametrize("mariadb", [True, False])
def test_only_mariadb_leaves_out_keys(mariadb: bool) -> None:
    flavour = ServerFlavour(mariadb, (10, 11, 6))
    assert flavour.leaves_out_keys_over_expressions is mariadb


@pytest.mark.parametrize(
    ("flavour", "engine", "key_bytes", "part_bytes", "hashes"),
    [
        (ServerFlavour(True, (10, 11, 6)), "InnoDB", 3072, None, True),
        (ServerFlavour(True, (10, 11, 6)), "MyISAM", 1000, None, True),
        (ServerFlavour(True, (10, 11, 6)), "Aria", 2000, None, False),
        (ServerFlavour(True, (10, 2, 1)), "InnoDB", 3072, 767, False),
        (ServerFlavour(False, (5, 7, 6)), "innodb", 3072, 767, False),
        (ServerFlavour(False, (8, 0, 36)), "InnoDB", 3072, None, False),
        (ServerFlavour(False, (5, 6, 24)), "MyISAM", 1000, None, False),
    ],
)
def test_how_long_a_key_may_be(
    flavour: ServerFlavour, engine: str, key_bytes: int, part_bytes: int | None, hashes: bool
) -> None:
    assert flavour.longest_key_bytes(engine) == key_bytes
    assert flavour.longest_key_part_bytes(engine) == part_bytes
    assert flavour.hashes_long_unique_keys(engine) is hashes


@pytest.mark.parametrize(
    ("comment", "flavour", "executed"),
    [
        (None, ServerFlavour(True, (10, 11, 6)), True),
        (b"/*!", ServerFlavour(False, (5, 6, 24)), True),
        (b"/*!50100", ServerFlavour(False, (5, 6, 24)), True),
        (b"/*!50700", ServerFlavour(False, (5, 6, 24)), False),
        (b"/*!50700", ServerFlavour(True, (10, 11, 6)), False),
        (b"/*!100100", ServerFlavour(True, (10, 11, 6)), True),
        (b"/*M!100616", ServerFlavour(True, (10, 11, 6)), True),
        (b"/*M!100616", ServerFlavour(True, (10, 5, 29)), False),
        (b"/*M!50100", ServerFlavour(False, (9, 7, 4)), False),
    ],
)
def test_which_comments_are_executed(comment: bytes | None, flavour: ServerFlavour, executed: bool) -> None:
    assert flavour.executes(comment) is executed


@pytest.mark.parametrize(
    ("comment", "server", "executed"),
    [
        (None, MARIADB, True),
        (b"/*!", MARIADB, True),
        (b"/*!40101", OLD_MYSQL, True),
        (b"/*!50100", MARIADB, True),
        (b"/*!80016", MARIADB, False),
        (b"/*!80016", MYSQL, True),
        (b"/*!80016", OLD_MYSQL, False),
        (b"/*M!100616", MARIADB, True),
        (b"/*M!110000", MARIADB, False),
        (b"/*M!100616", MYSQL, False),
        (b"/*!100100", MARIADB, True),
    ],
)
def test_executable_comments_by_server(comment: bytes | None, server: ServerFlavour, executed: bool) -> None:
    assert server.executes(comment) is executed


@pytest.mark.parametrize("comment", [None, b"/*!", b"/*!40101", b"/*!50003", b"/*!50600", b"/*!50700", b"/*!80016",
                                     b"/*!100100", b"/*M!", b"/*M!100616"])  # fmt: skip
def test_what_every_server_executes(comment: bytes | None) -> None:
    assert every_server_executes(comment) is all(one.executes(comment) for one in (MARIADB, MYSQL, OLD_MYSQL))


@pytest.mark.parametrize(
    ("version", "executed"),
    [
        ((5, 6, 20), [50620]),
        ((5, 7, 0), [50620, 50621]),
        ((8, 0, 15), [50620, 50621, 80015]),
        ((8, 0, 16), [50620, 50621, 80015, 80016]),
        ((11, 0, 0), [50620, 50621, 80015, 80016, 101106]),
    ],
)
def test_the_number_of_a_comment_is_a_version(version: tuple[int, int, int], executed: list[int]) -> None:
    server = ServerFlavour(False, version)
    numbers = (50620, 50621, 80015, 80016, 101106)
    assert [number for number in numbers if server.executes(b"/*!%d" % number)] == executed


@pytest.mark.parametrize(("number", "executed"), [(50699, True), (50700, False), (99999, False), (100000, True)])
def test_mariadb_leaves_out_what_mysql_introduced_since(number: int, executed: bool) -> None:
    assert MARIADB.executes(b"/*!%d" % number) is executed
