# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign keys, triggers and views of dumps by other programs arrive under their own names."""

from __future__ import annotations

import subprocess
import typing as t

import pytest

from mandant import Mandant
from private_server import find_program
from restoring import Restorer, articles, cao_backup, cao_table, company

_SCHEMA = (
    "CREATE TABLE PARENT (ID INT NOT NULL PRIMARY KEY, NAME VARCHAR(20)) ENGINE=InnoDB",
    "CREATE TABLE CHILD (ID INT NOT NULL PRIMARY KEY, PARENT_ID INT, KEY P (PARENT_ID),"
    " CONSTRAINT fk_child FOREIGN KEY (PARENT_ID) REFERENCES PARENT (ID) ON DELETE CASCADE) ENGINE=InnoDB",
    "CREATE TABLE SEEN (N INT) ENGINE=InnoDB",
    "CREATE TRIGGER tr_child AFTER INSERT ON CHILD FOR EACH ROW INSERT INTO SEEN VALUES (NEW.ID)",
    "CREATE VIEW V_CHILD AS SELECT c.ID, p.NAME FROM CHILD c JOIN PARENT p ON p.ID = c.PARENT_ID",
    "CREATE VIEW V_TOP AS SELECT COUNT(*) AS N FROM V_CHILD",
    "INSERT INTO PARENT VALUES (1, 'eins'), (2, 'zwei')",
    "INSERT INTO CHILD VALUES (1, 1), (2, 2), (3, NULL)",
)


def _dump(mandant: Mandant) -> bytes:
    address = mandant.server.address
    return subprocess.run(
        [
            find_program("mariadb-dump"),
            "--no-defaults",
            f"--socket={address.socket}",
            f"--user={address.user}",
            f"--password={address.password}",
            mandant.name,
        ],
        check=True,
        capture_output=True,
    ).stdout


def _make(mandant: Mandant) -> bytes:
    for sql in _SCHEMA:
        mandant.query(sql)
    return _dump(mandant)


def _foreign_keys(mandant: Mandant) -> list[tuple[t.Any, ...]]:
    return mandant.query(
        "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1, 2"
    )


def _triggers(mandant: Mandant) -> list[tuple[t.Any, ...]]:
    return mandant.query(
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
    )


def test_all_arrive_again_and_again(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("dump.sql", _make(mandant))
    for _time in range(3):
        restorer.run(path, policy="always")
        assert ("CHILD", "fk_child", "PARENT") in _foreign_keys(mandant)
        assert _triggers(mandant) == [("tr_child", "CHILD")]
        assert mandant.query("SELECT N FROM V_TOP") == [(2,)]
        assert mandant.query("SELECT COUNT(*) FROM SEEN") == [(3,)]
        assert not [name for name in mandant.tables() if "NEW" in name or "OLD" in name]
        assert not restorer.run(path, policy="enforce").changed
    mandant.query("DELETE FROM PARENT WHERE ID = 1")
    assert mandant.query("SELECT ID FROM CHILD ORDER BY ID") == [(2,), (3,)]


@pytest.mark.parametrize(
    ("harm", "drift"),
    [
        ("DROP TRIGGER tr_child", {"name": "tr_child", "what": "trigger"}),
        ("DROP VIEW V_TOP", {"name": "V_TOP", "what": "view"}),
        ("ALTER TABLE CHILD DROP FOREIGN KEY fk_child", {"name": "CHILD", "what": "foreign_keys"}),
        ("CREATE VIEW V_NEW AS SELECT 1 AS A", {"name": "V_NEW", "what": "extra"}),
        (
            "CREATE TRIGGER tr_new BEFORE INSERT ON SEEN FOR EACH ROW SET NEW.N = 0",
            {"name": "tr_new", "what": "trigger"},
        ),
    ],
)
def test_what_is_missing_or_new_is_drift(restorer: Restorer, harm: str, drift: dict[str, str]) -> None:
    mandant = restorer.mandant
    path = restorer.write("dump.sql", _make(mandant))
    restorer.run(path, replace=True)
    mandant.query(harm)
    assert restorer.run(path, policy="enforce", check=True).drift["tables"] == [drift]
    assert restorer.run(path, policy="enforce").changed
    assert not restorer.run(path, policy="enforce").changed


def test_a_foreign_key_without_its_own_index(restorer: Restorer) -> None:
    mandant = restorer.mandant
    dump = _make(mandant).replace(b",\n  KEY `P` (`PARENT_ID`)", b"")
    assert b"KEY `P`" not in dump
    path = restorer.write("dump.sql", dump)
    for _time in range(2):
        restorer.run(path, policy="always")
        assert not restorer.run(path, policy="enforce").changed
    assert "BACK_" not in mandant.query("SHOW CREATE TABLE CHILD")[0][1]


def test_foreign_keys_of_tables_that_stay_point_to_the_new_ones(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", cao_backup(articles(3)))
    restorer.run(path, engine="InnoDB")
    mandant.query(
        "CREATE TABLE XT_LINK (A INT, CONSTRAINT fk_xt FOREIGN KEY (A) REFERENCES ARTIKEL (REC_ID)) ENGINE=InnoDB"
    )
    mandant.query("CREATE VIEW XT_VIEW AS SELECT COUNT(*) AS N FROM ARTIKEL")
    mandant.query("INSERT INTO XT_LINK VALUES (2)")
    restorer.run(restorer.write("2.sql", cao_backup(articles(5))), keep_tables=("XT_*",))
    assert _foreign_keys(mandant) == [("XT_LINK", "fk_xt", "ARTIKEL")]
    assert mandant.query("SELECT N FROM XT_VIEW") == [(5,)]


def test_foreign_keys_to_other_databases_are_left_alone(restorer: Restorer) -> None:
    """The other table has the name of one that is replaced, or goes; what it holds is not what the backup has."""
    mandant, other = restorer.mandant, Mandant(f"{restorer.mandant.name}_shop", restorer.mandant.server)
    paths = [restorer.write(f"{rows}.sql", cao_backup(company("Eins"), articles(rows))) for rows in (3, 5)]
    without = restorer.write("without.sql", cao_backup(company("Eins")))
    options: dict[str, t.Any] = {
        "engine": "InnoDB",
        "policy": "always",
        "keep_tables": ("XT_*",),
        "incomplete": "allow",
    }
    restorer.run(paths[0], **options)
    other.create()
    try:
        other.query("CREATE TABLE ARTIKEL (NUMMER CHAR(9) PRIMARY KEY) ENGINE=InnoDB")
        other.query("INSERT INTO ARTIKEL VALUES ('x')")
        mandant.query(
            "CREATE TABLE XT_LINK (A CHAR(9), CONSTRAINT fk_xt FOREIGN KEY (A)"
            f" REFERENCES `{other.name}`.ARTIKEL (NUMMER)) ENGINE=InnoDB"
        )
        mandant.query("INSERT INTO XT_LINK VALUES ('x')")
        for path in (paths[1], without, without):
            assert "fk_xt" not in str(restorer.run(path, **options).warnings)
            assert f"`{other.name}`.`ARTIKEL`" in mandant.query("SHOW CREATE TABLE XT_LINK")[0][1]
    finally:
        mandant.query("DROP TABLE XT_LINK")
        other.drop()


def test_a_view_that_was_written_as_a_table_stays(restorer: Restorer) -> None:
    mandant = restorer.mandant
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    mandant.query("CREATE VIEW ARTIKEL_SICHT AS SELECT COUNT(*) AS N FROM ARTIKEL")
    path = restorer.write("2.sql", cao_backup(articles(4), cao_table("ARTIKEL_SICHT", ["N bigint(21)"], [])))
    outcome = restorer.run(path, replace=True)
    assert [one["table"] for one in outcome.restore["warnings"]] == ["ARTIKEL_SICHT"]
    assert mandant.query("SELECT N FROM ARTIKEL_SICHT") == [(4,)]
    assert not restorer.run(path, policy="enforce").changed


def test_a_view_that_cannot_be_made_is_found_before_the_swap(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    dump = _make(mandant).replace(b"`p`.`NAME` AS `NAME`", b"`p`.`NIX` AS `NAME`")
    assert b"NIX" in dump
    path = restorer.write("dump.sql", dump)
    before = mandant.checksums()
    with pytest.raises(Failure) as caught:
        restorer.run(path, replace=True)
    assert caught.value.error == "statement_failed"
    assert "V_CHILD" in caught.value.msg
    assert mandant.checksums() == before
    assert _triggers(mandant) == [("tr_child", "CHILD")]
