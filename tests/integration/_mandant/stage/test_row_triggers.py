# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows behind a trigger that computes columns of theirs go through it, and it is the dump's own again behind them."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from restoring import Restorer

_DUMP = """SET NAMES utf8mb4;
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a varchar(20) NOT NULL, n decimal(8,2), PRIMARY KEY (id),
  UNIQUE KEY a (a)) ENGINE={engine} DEFAULT CHARSET=utf8mb4;
CREATE TABLE u (b int) ENGINE={engine};
DELIMITER $$
CREATE TRIGGER `für t` BEFORE INSERT ON t FOR EACH ROW BEGIN
  IF NEW.a = '' THEN SET NEW.a = CONCAT('leer', NEW.id); ELSE SET NEW.a = UPPER(TRIM(NEW.a)); END IF;
  SET NEW.n = NEW.n * 2;
END $$
DELIMITER ;
INSERT INTO u VALUES (1),(2);
INSERT INTO t VALUES (1,' öl ',1.5),(2,'',NULL){more};
INSERT INTO t (a) VALUES ('x');
"""
_TRIGGERS = (
    "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
    " ORDER BY TRIGGER_NAME"
)


def _write(restorer: Restorer, engine: str = "InnoDB", more: str = "") -> str:
    return restorer.write("dump.sql", _DUMP.format(engine=engine, more=more).encode())


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_rows_go_through_it(restorer: Restorer, engine: str) -> None:
    path = _write(restorer, engine)
    for policy in ("once", "always", "enforce"):
        assert restorer.run(path, policy=policy).changed == (policy != "enforce")
        found = restorer.mandant.query("SELECT id, a, n FROM t ORDER BY id")
        assert found == [(1, "ÖL", 3), (2, "leer2", None), (3, "X", None)]
        assert ("für t", "t") in restorer.mandant.query(_TRIGGERS)


def test_nothing_of_it_is_left(restorer: Restorer) -> None:
    restorer.run(_write(restorer))
    assert restorer.mandant.query(_TRIGGERS) == [("für t", "t")]
    assert [name for (name,) in restorer.mandant.query("SHOW TABLES") if "CHECK" in name or "NEW" in name] == []


def test_many_rows(restorer: Restorer) -> None:
    more = "".join(f",({number},' w{number} ',1)" for number in range(3, 60_000))
    outcome = restorer.run(_write(restorer, more=more))
    assert outcome.restore is not None
    assert restorer.mandant.query("SELECT COUNT(*), SUM(n), SUM(a = UPPER(CONCAT('w', id))) FROM t") == [
        (60_000, 3 + 2 * 59_997, 59_997)
    ]


def test_a_row_that_it_makes_unfit(restorer: Restorer) -> None:
    """It is found out by the value that the trigger makes, and the run after it begins anew."""
    path = _write(restorer, more=",(3,'ÖL',1)")
    with pytest.raises(Failure, match="line 12, statement 6: the server refuses a row of the table t") as caught:
        restorer.run(path)
    assert caught.value.error == "statement_failed"
    outcome = restorer.run(path, on_error="skip")
    assert outcome.restore is not None
    assert [one["line"] for one in outcome.restore["errors"]] == [12]
    assert restorer.mandant.query("SELECT COUNT(*), MAX(n) FROM t") == [(3, 3)]
    assert restorer.mandant.query(_TRIGGERS) == [("für t", "t")]


def test_check_mode_says_the_same(restorer: Restorer) -> None:
    path = _write(restorer)
    assert restorer.run(path, check=True).changed
    assert restorer.mandant.query("SHOW TABLES") == []
    restorer.run(path)
    assert not restorer.run(path, check=True).changed


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_a_run_that_is_killed_while_it_is_there(restorer: Restorer, engine: str) -> None:
    """It goes with the table that was being loaded, and the next run begins anew."""
    path = _write(restorer, engine)
    restorer.run(path)
    restorer.start(path, "stage.fast_loader:send_insert:after:2", policy="always")
    names = [name for name, _table in restorer.mandant.query(_TRIGGERS)]
    assert len(names) == 2
    assert "für t" in names
    assert restorer.run(path, policy="always").changed
    assert restorer.mandant.query("SELECT a FROM t ORDER BY id") == [("ÖL",), ("leer2",), ("X",)]
    assert restorer.mandant.query(_TRIGGERS) == [("für t", "t")]
