# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup that is not whole changes nothing: by what it says of itself, and beside what the Mandant holds."""

from __future__ import annotations

import typing as t

import pytest

from mandant import Mandant
from restoring import Restorer, articles, cao_backup, cao_table, company

HEAD = "-- MariaDB dump 10.19-11.4.3-MariaDB\n"
END = "-- Dump completed on 2026-10-01 12:00:00\n"


def _number_table(name: str, rows: int) -> str:
    return cao_table(name, ["REC_ID int(11) not null"], [f"'{row}'" for row in range(1, rows + 1)])


def _dump_of(name: str, *between: str, end: str = END) -> bytes:
    text = f"DROP TABLE IF EXISTS `{name}`;\nCREATE TABLE `{name}` (`REC_ID` int NOT NULL PRIMARY KEY);\n"
    return (HEAD + text + f"INSERT INTO `{name}` VALUES (1);\n" + "".join(between) + end).encode()


def _refused(restorer: Restorer, path: str, *words: str, error: str = "incomplete", **options: t.Any) -> None:
    """Refused in check mode and run with the same words, and the Mandant is as it was."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    before = (mandant.tables(), mandant.checksums())
    said = set()
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, **options)
        assert caught.value.error == error
        said.add(caught.value.msg)
    (told,) = said
    assert [word for word in words if word not in told] == []
    assert (mandant.tables(), mandant.checksums()) == before


def _in_use(mandant: Mandant) -> None:
    """A Mandant with documents, of whose origin nobody knows."""
    mandant.query("CREATE TABLE REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255))")
    mandant.query("INSERT INTO REGISTRY VALUES ('MAIN', 'DB_VERSION', '1.10')")
    for name in ("JOURNAL", "JOURNALPOS", "ARTIKEL", "ADRESSEN"):
        mandant.query(f"CREATE TABLE {name} (REC_ID int PRIMARY KEY)")
        mandant.query(f"INSERT INTO {name} VALUES (1), (2)")
    mandant.query("CREATE TABLE MAHNUNG (REC_ID int PRIMARY KEY)")


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize("options", [{"replace": True}, {"policy": "always"}, {"policy": "enforce"}])
def test_two_dumps_of_one_table_do_not_cost_a_mandant_its_journal(
    restorer: Restorer, options: dict[str, t.Any]
) -> None:
    _in_use(restorer.mandant)
    for name in ("ARTIKEL", "ADRESSEN"):
        _refused(restorer, restorer.write("one.sql", _dump_of(name)), "JOURNAL", "JOURNALPOS", "REGISTRY", **options)
    assert restorer.mandant.query("SELECT COUNT(*) FROM JOURNAL") == [(2,)]


def test_tables_that_are_kept_or_empty_are_not_missed(restorer: Restorer) -> None:
    _in_use(restorer.mandant)
    keep = ("JOURNAL*", "ADRESSEN", "REGISTRY")
    path = restorer.write("one.sql", _dump_of("ARTIKEL"))
    assert restorer.run(path, replace=True, keep_tables=keep).changed
    assert restorer.mandant.query("SELECT COUNT(*) FROM JOURNAL") == [(2,)]
    assert "MAHNUNG" not in restorer.mandant.tables(), "it holds no rows, and becomes the generation before"


def test_a_few_tables_go_into_an_empty_mandant_and_again(restorer: Restorer) -> None:
    first = restorer.write("1.sql", _dump_of("ARTIKEL"))
    assert restorer.run(first).changed
    assert not restorer.run(first).changed
    newer = restorer.write("2.sql", _dump_of("ARTIKEL", "INSERT INTO `ARTIKEL` VALUES (7);\n"))
    assert restorer.run(newer).changed
    _refused(restorer, restorer.write("3.sql", _dump_of("ADRESSEN")), "it lacks ARTIKEL", policy="always")


def test_what_is_allowed_is_restored_with_a_warning(restorer: Restorer) -> None:
    _in_use(restorer.mandant)
    path = restorer.write("one.sql", _dump_of("ARTIKEL"))
    outcome = restorer.run(path, replace=True, incomplete="allow")
    assert any("incomplete is set to allow, and it lacks" in warning for warning in outcome.warnings)
    assert restorer.mandant.query("SELECT COUNT(*) FROM BACK_JOURNAL") == [(2,)]


FAILED = "-- Error reading data for table cao.JOURNAL: #2006 - MySQL server has gone away\n"
PAGE = '<div class="error"><!-- PMA-SQL-ERROR -->\n<code>#2013 - Lost connection to MySQL server</code></div>\n'
PARTS = (
    "-- Status:2:43:MP_1:cao:php:1.24.4::5.5.62:1:::latin1:EXTINFO\n-- TABLE-INFO\n"
    "-- TABLE|ARTIKEL|1|2120|2026-10-01 17:00:00|MyISAM\n-- TABLE|PLZ|42|4000|2026-10-01 17:00:00|MyISAM\n"
    "-- EOF TABLE-INFO\nCREATE TABLE `ARTIKEL` (`REC_ID` int);\nINSERT INTO `ARTIKEL` VALUES ('1');\n"
)


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize(
    ("content", "words", "error"),
    [
        (_dump_of("ARTIKEL", FAILED), ("line 5", "JOURNAL", "#2006 - MySQL server has gone away"), "incomplete"),
        (_dump_of("ARTIKEL", PAGE), ("line 5", "ARTIKEL", "#2013 - Lost connection"), "incomplete"),
        (_dump_of("ARTIKEL", end="mysqldump: Error 2013: gone\n" + END), ("line 5", "Error 2013"), "incomplete"),
        (_dump_of("ARTIKEL", end=""), ("'Dump completed', is missing",), "truncated"),
        (PARTS.encode(), ("part 1 of a multi-part backup", "the table PLZ is promised"), "incomplete"),
        (b"-- Adminer 4.8.1 MySQL 8.0 dump\n" + PARTS[PARTS.index("CREATE") :].encode(), ("adminer",), "incomplete"),
        (
            cao_backup(company("M"), _number_table("JOURNAL", 3), _number_table("ZAHLUNGEN", 3)).partition(
                b"INSERT INTO ZAHLUNGEN VALUES ('3')"
            )[0],
            (": the file stops in the rows of ZAHLUNGEN",),
            "incomplete",
        ),
        (
            cao_backup(company("M"), *(_number_table(name, 3) for name in ("JOURNAL", "MITARBEITER", "REGISTRY"))),
            ("this ends with REGISTRY, and ZAHLUNGSARTEN is missing",),
            "incomplete",
        ),
    ],
)
def test_what_the_file_says_is_refused_and_may_be_allowed(
    restorer: Restorer, content: bytes, words: tuple[str, ...], error: str
) -> None:
    path = restorer.write("cut.sql", content)
    _refused(restorer, path, *words, error=error)
    outcome = restorer.run(path, incomplete="allow")
    assert outcome.changed
    assert any(word in warning for word in words for warning in outcome.warnings) or error == "truncated"


def test_a_warning_of_mysqldump_in_the_first_line_costs_nothing(restorer: Restorer) -> None:
    line = b"mysqldump: [Warning] Using a password on the command line interface can be insecure.\n"
    outcome = restorer.run(restorer.write("warned.sql", line + _dump_of("ARTIKEL")))
    assert outcome.changed
    assert "tool_warning" in [finding["name"] for finding in outcome.analysis["findings"]]


def test_a_dump_of_another_programs_tables_asks_for_none_of_caos(restorer: Restorer) -> None:
    first = HEAD + "CREATE TABLE `land` (`kuerzel` char(2));\nINSERT INTO `land` VALUES ('DE');\n" + END
    assert restorer.run(restorer.write("1.sql", first.encode())).changed
    second = HEAD + "CREATE TABLE `stadt` (`name` char(2));\nINSERT INTO `stadt` VALUES ('K');\n" + END
    assert restorer.run(restorer.write("2.sql", second.encode())).changed


def test_whole_backups_are_not_in_the_way_of_each_other(restorer: Restorer) -> None:
    assert restorer.run(restorer.write("1.sql", cao_backup(articles(3), company("M")))).changed
    assert restorer.run(restorer.write("2.sql", cao_backup(articles(5), company("M")))).changed
