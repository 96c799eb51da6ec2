# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables whose rows came where no counter is are those that one connection loads, and count on as these do."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

import servers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind import late_keys
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several import shares
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.uncounted import Uncounted
from library import Library
from mandant import Mandant
from restoring import Restorer, cao_backup, cao_table

ROWS = 400
# Where a counter is locked is a setting, which newer servers have otherwise.
LOCKED = "--innodb-autoinc-lock-mode=1"
# Tables by whether they get their rows without the counter: what stands behind the columns A, B and C.
TABLES = {
    "PLAIN": (True, "PRIMARY KEY (A)) ENGINE=InnoDB"),
    "WITH_NUMBER": (True, "PRIMARY KEY (A), KEY B (B)) ENGINE=InnoDB AUTO_INCREMENT=5000"),
    "NUMBER_BELOW": (True, "PRIMARY KEY (A)) ENGINE=InnoDB AUTO_INCREMENT=7"),
    "TWO_PARTS": (True, "PRIMARY KEY (A, B), KEY C (C(5)), KEY B (B, A)) ENGINE=InnoDB COMMENT='Größe, \"p0\"'"),
    "NOT_FIRST": (True, "PRIMARY KEY (B), KEY A (A), KEY C (C(5))) ENGINE=InnoDB"),
    "MORE": (
        True,
        "D TIMESTAMP NOT NULL DEFAULT '2024-01-01 12:00:00', E ENUM('N','Y') DEFAULT 'Y', F DOUBLE DEFAULT '1.5',"
        " `select` SET('a','b') COMMENT 'x', PRIMARY KEY (A)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
    ),
    "UNIQUE_KEY": (False, "PRIMARY KEY (A), UNIQUE KEY B (B)) ENGINE=InnoDB"),
    "OF_TEXTS": (False, "PRIMARY KEY (A), FULLTEXT KEY C (C)) ENGINE=InnoDB"),
    "PARTS": (False, "PRIMARY KEY (A)) ENGINE=InnoDB PARTITION BY HASH (A) PARTITIONS 2"),
    "OTHER_ENGINE": (False, "PRIMARY KEY (A)) ENGINE=MyISAM"),
}
ONE = ("PLAIN", "PRIMARY KEY (A)) ENGINE=InnoDB")


def _table(name: str, behind: str, numbers: t.Iterable[object] = range(1, ROWS + 1)) -> str:
    head = f"CREATE TABLE {name} (A INT NOT NULL AUTO_INCREMENT, B INT NOT NULL, C VARCHAR(20), {behind};\n"
    rows = (f"INSERT INTO {name} (A, B, C) VALUES ({a},{b},'Größe {b % 7}');\n" for b, a in enumerate(numbers))
    return head + "".join(rows)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few rows be worth a second connection, and keys behind them."""
    for module in (shares, late_keys):
        monkeypatch.setattr(module, "ROWS_AT_LEAST", 1)
    monkeypatch.setattr(shares, "BYTES_AT_LEAST", 0)


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Note which tables got their rows without a counter, at each load over two connections."""
    seen: list[set[str]] = []
    put_in_place = Uncounted.put_in_place

    def noted(self: Uncounted) -> None:
        seen.append(self.sources)
        put_in_place(self)

    monkeypatch.setattr(Uncounted, "put_in_place", noted)
    return seen


def _outcome(restorer: Restorer, path: str, names: t.Iterable[str]) -> dict[str, object]:
    restorer.run(path, policy="always", previous="drop")
    mandant = restorer.mandant
    assert [name for name in mandant.tables() if name.startswith("BACK_") and "MARKER" not in name] == []
    return {
        name: (mandant.query(f"SHOW CREATE TABLE {name}"), mandant.query(f"SELECT * FROM {name}")) for name in names
    }


def _following(mandant: Mandant, names: t.Iterable[str]) -> dict[str, int]:
    for name in names:
        mandant.query(f"INSERT INTO {name} (B) VALUES (-1)")
    return {name: mandant.query(f"SELECT A FROM {name} WHERE B = -1")[0][0] for name in names}


@pytest.mark.parametrize("kind", ["mariadb", "mariadb-10.5", "mariadb-11.8", "mysql-5.6", "mysql-9.7-local-infile"])
def test_tables_are_those_that_one_connection_loads(
    kind: str, tmp_path: Path, uncounted: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number that follows is that of the rows or of the definition, also once the server was killed."""
    setting = next(one for one in servers.SETTINGS if one.name == kind)
    if (reason := servers.why_not(setting)) is not None:
        pytest.skip(reason)
    dump = "".join(_table(name, behind) for name, (_fit, behind) in TABLES.items())
    with setting._replace(options=(*setting.options, LOCKED)).server() as server:
        mandant = Mandant("zaehler", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        path = restorer.write("d.sql", b"SET NAMES latin1;\nSET time_zone='-05:00';\n" + dump.encode("cp1252"))
        two = _outcome(restorer, path, TABLES)
        # MySQL exchanges no partition with a table that has a counter.
        fit = {name for name, (fit, _behind) in TABLES.items() if fit and not setting.mysql}
        assert uncounted == [fit]
        server.kill9()
        server.start()
        # MySQL before 8 forgets what a definition says.
        own = {} if setting.old else {"WITH_NUMBER": 5000}
        assert _following(mandant, TABLES) == {name: own.get(name, ROWS + 1) for name in TABLES}
        monkeypatch.setattr(Beside, "_connected", lambda _self: None)
        assert _outcome(restorer, path, TABLES) == two


LAST = 2147483647


@pytest.mark.parametrize(
    ("before", "numbers"),
    [
        ("", range(-ROWS, 0)),
        ("", [*range(1, ROWS), LAST]),
        ("", [0, *range(5, ROWS)]),
        # 0 asks for the number that comes next, however it is written.
        ("SET sql_mode='';\n", [0, *range(5, ROWS)]),
        ("SET sql_mode='';\n", ["00", *range(5, ROWS)]),
        ("SET sql_mode='';\n", ["'0'", *range(5, ROWS)]),
        ("SET sql_mode='';\n", ["-0.0", *range(5, ROWS)]),
        ("SET sql_mode='';\n", ["1e-9", *range(5, ROWS)]),
        ("SET sql_mode='';\n", ["'1e-9'", *range(5, ROWS)]),
        ("", ["NULL", *range(5, ROWS)]),
        ("", [*range(5, ROWS), "DEFAULT"]),
        ("", [*range(5, ROWS), 7]),
    ],
)
def test_numbers_are_those_of_one_connection(
    restorer: Restorer, monkeypatch: pytest.MonkeyPatch, before: str, numbers: t.Iterable[object]
) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = restorer.write("d.sql", (before + "SET NAMES utf8mb4;\n" + _table(*ONE, numbers)).encode())

    def outcome() -> object:
        try:
            return _outcome(restorer, path, ["PLAIN"])
        except Failure as failure:
            return failure.error, failure.msg

    two = outcome()
    monkeypatch.setattr(Beside, "_connected", lambda _self: None)
    assert outcome() == two


def test_a_row_that_does_not_fit_is_named_and_nothing_is_left(
    restorer: Restorer, uncounted: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = restorer.write("d.sql", _table(*ONE).replace("Größe 3'", f"{'x' * 21}'", 1).encode("cp1252"))
    messages = []
    for _way in range(2):
        with pytest.raises(Failure, match=r"line 5, statement 5: .* PLAIN: .*1406") as failed:
            restorer.run(path)
        messages.append(failed.value.msg)
        assert restorer.mandant.query("SHOW TABLES") == []
        monkeypatch.setattr(Beside, "_connected", lambda _self: None)
    assert uncounted == []
    assert messages[0] == messages[1]


def test_what_a_server_does_not_do_is_known_before_rows_are_sent(
    library: Library, uncounted: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.uncounted._ITS_NAME", "p1"
    )
    path = library.restorer.write("d.sql", _table(*ONE).encode("cp1252"))
    _outcome(library.restorer, path, ["PLAIN"])
    assert uncounted == [set()]
    assert library.mandant.query("SELECT COUNT(*) FROM PLAIN") == [(ROWS,)]


@pytest.mark.parametrize("moment", ["put_in_place:before", "_change_places:after:2", "_count_on:before", "drop:before"])
def test_a_run_that_is_killed_leaves_nothing_for_the_next(restorer: Restorer, moment: str) -> None:
    many = 50_000
    rows = [f"'{a}','{a % 7}','Größe {a % 11}'" for a in range(1, many + 1)]
    columns = ["A int(11) not null auto_increment", "B int(11)", "C varchar(20)"]
    path = restorer.write("d.sql", cao_backup(cao_table("PLAIN", columns, rows, ["PRIMARY KEY (A)"])))
    restorer.start(path, f"stage.several.uncounted:Uncounted.{moment}", engine="InnoDB")
    mandant = restorer.mandant
    assert len([name for name in mandant.tables() if name.startswith("BACK_RESTORE_NEW_")]) == 2
    assert restorer.run(path, engine="InnoDB").restore["rows"] == many
    assert set(mandant.tables()) == {"PLAIN", "BACK_RESTORE_MARKER"}
    assert _following(mandant, ["PLAIN"]) == {"PLAIN": many + 1}
