# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs of SQL: one list for those who ask by the first word of a file or of a statement."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import (
    BEGIN_A_DUMP,
    BEGIN_SQL,
    REFUSED_BY_NAME,
    VERBS,
)
from dumps import Dump, catalog_of, refuses

# Written out once more: a verb that moves from one group to another changes what is said of a file.
START = b"""alter begin commit create delete delimiter drop flush grant insert lock replace set start truncate unlock
    update use"""
NAMED = b"""ANALYZE BINLOG CALL CHANGE CHECK DEALLOCATE DO EXECUTE FLUSH GRANT HANDLER INSERT INSTALL KILL LOAD OPTIMIZE
    PREPARE PURGE REPAIR RESET REVOKE ROLLBACK SELECT SHOW SHUTDOWN SIGNAL SOURCE START STOP SYSTEM
    UNINSTALL UPDATE WITH XA"""
FIRST = b"""ALTER ANALYZE BEGIN CALL CHANGE CHECK COMMIT CREATE DEALLOCATE DELETE DELIMITER DO DROP EXECUTE FLUSH GRANT
    HANDLER INSERT INSTALL KILL LOAD LOCK OPTIMIZE PREPARE PURGE RELEASE RENAME REPLACE RESET REVOKE ROLLBACK
    SAVEPOINT SELECT SET SHOW SHUTDOWN SOURCE START SYSTEM TRUNCATE UNINSTALL UNLOCK UPDATE USE WITH XA"""


def test_groups() -> None:
    assert frozenset(START.upper().split()) == BEGIN_A_DUMP
    assert frozenset(FIRST.split()) == BEGIN_SQL
    assert frozenset(NAMED.split()) == REFUSED_BY_NAME
    assert VERBS.keys() == BEGIN_SQL | REFUSED_BY_NAME


def test_what_the_guard_reads_is_not_refused_by_name() -> None:
    assert catalog_of()._readers.keys() <= VERBS.keys() - REFUSED_BY_NAME


@pytest.mark.parametrize("verb", sorted(REFUSED_BY_NAME - {b"INSERT"}))
def test_a_message_names_the_verb(verb: bytes) -> None:
    with refuses(f"the statement {verb.decode()} is not one that a backup needs"):
        catalog_of(verb + b" SLEEP(1)")


@pytest.mark.parametrize("word", [b"Geheim", b"UNLOCK"])
def test_no_message_names_another_word(word: bytes) -> None:
    with refuses("the statement of another kind is not one that a backup needs"):
        catalog_of(word + b" Geheim")


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {b"DELIMITER", b"USE"}))
def test_a_file_that_begins_with_a_verb_is_sql(verb: bytes) -> None:
    """What is forbidden and what is no backup at all differs by that word; two verbs are not forbidden here."""
    error = Dump(verb + b" SLEEP(1);\n").refused().error
    assert (error != "not_a_backup") == (verb in BEGIN_SQL)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("GRANT ALL ON d.* TO x", "take such statements out of the file"),
        ("REVOKE ALL ON d.* FROM x", "take such statements out of the file"),
        ("CREATE USER x", "take such statements out of the file"),
        ("DROP ROLE IF EXISTS x", "take such statements out of the file"),
        ("ALTER USER x IDENTIFIED BY 'y'", "take such statements out of the file"),
        ("CREATE DEFINER=`a`@`b` PROCEDURE p() SELECT 1", "mysqldump without --routines and --events"),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "mysqldump without --routines and --events"),
        ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "mysqldump without --routines and --events"),
        ("ALTER EVENT e DISABLE", "mysqldump without --routines and --events"),
        ("SOURCE x.sql", "put there what that file holds"),
        ("LOAD DATA INFILE 'x' INTO TABLE t", "rows are in another file"),
        ("CALL p()", "into an empty database"),
        ("CREATE SEQUENCE s", "AUTO_INCREMENT"),
        ("ta for table `x`", "a comment may have lost what begins it"),
        ("undefined", "a program's message may have got into the dump"),
    ],
)
def test_a_message_says_what_to_do(statement: str, advice: str) -> None:
    failure = Dump(f"CREATE TABLE t (a int);\n{statement};\n".encode()).refused()
    assert advice in failure.msg
    assert "..." not in failure.msg


@pytest.mark.parametrize("statement", [b"ALTER `x` ADD A int", b"CREATE `x` (A int)", b"DROP `x`", b"ALTER 'x'"])
def test_a_name_in_the_place_of_a_word_has_no_advice(statement: bytes) -> None:
    """It is no word of another program: the message says what is missing there."""
    refused = Dump(b"CREATE TABLE t (a int);\n" + statement + b";\n").refused()
    assert "a comment may have lost" not in refused.msg
    assert "  " not in refused.msg
