# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that a server's own tables take for one and the same: nothing of the twin is touched, told, or in the way."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import typing as t
from pathlib import Path

import pytest

import servers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import lowered
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_privileges
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account, roll_back
from saving import back_up

_numbers = itertools.count(1)
# The second of each pair is the twin; those that differ in letter case are one on a server that does not care for it.
PAIRS = [("c32", "C32"), ("müller", "muller"), ("Müller", "müller"), ("strase", "straße"), ("a ü", "a ù")]
KEYED = "CREATE TABLE `{0}` (`ID` int NOT NULL, `UP` int, PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\n"
ROWS = "INSERT INTO `{0}` VALUES (1,1),(2,1);\n"
# The name of a foreign key is one of InnoDB's own, whatever the letter case of its database's name.
FOREIGN_KEY = "ALTER TABLE `{0}` ADD CONSTRAINT `{1}` FOREIGN KEY (`UP`) REFERENCES `{2}` (`ID`);\n"
TRIGGER = "CREATE TRIGGER `{1}` BEFORE INSERT ON `{0}` FOR EACH ROW SET NEW.`UP` = {2};\n"
VIEW = "CREATE VIEW `{1}` AS SELECT `ID`, {2} AS `N` FROM `{0}`;\n"


def _dump(number: int, key: str) -> bytes:
    """Return a dump with something of everything; ``number`` stands in what runs."""
    text = "".join(KEYED.format(name) + ROWS.format(name) for name in ("ARTIKEL", "FIRMA"))
    text += FOREIGN_KEY.format("ARTIKEL", key, "FIRMA") + TRIGGER.format("ARTIKEL", "tr", number)
    return ("-- MySQL dump 10.13\n" + text + VIEW.format("ARTIKEL", "v", number)).encode()


@pytest.fixture(scope="module", params=[0, 1], ids=["lower_case_table_names=0", "lower_case_table_names=1"])
def casing(request: pytest.FixtureRequest, server: PrivateServer) -> t.Iterator[PrivateServer]:
    """The server of the session, and one of its kind that knows lower case only."""
    if not request.param:
        yield server
        return
    name = "mysql-5.6-lower-case" if server.program == "mysqld" else "mariadb-lower-case"
    (setting,) = (one for one in servers.SETTINGS if one.name == name)
    with setting.server() as running:
        yield running


class Pair(t.NamedTuple):
    """A Mandant to work on, and its twin with a session on it."""

    restorer: Restorer
    twin: Mandant
    session: t.Any

    @property
    def mandant(self) -> Mandant:
        return self.restorer.mandant

    def of_twin(self) -> object:
        """Return all that the twin is, asked of itself."""
        # FLUSH of a table that is its own changes nothing.
        assert self.session.query("SELECT 1") == 1
        triggers = [row[:4] for row in self.twin.query("SHOW TRIGGERS")]
        tables = [name for (name,) in self.twin.query("SHOW TABLES")]
        made = [self.twin.query(f"SHOW CREATE TABLE `{name}`") for name in tables]
        return triggers, made, [self.twin.query(f"SELECT * FROM `{name}`") for name in tables]


@pytest.fixture(params=PAIRS, ids=" ".join)
def pair(casing: PrivateServer, request: pytest.FixtureRequest, tmp_path: Path) -> t.Iterator[Pair]:
    lower = casing.admin("SELECT @@lower_case_table_names")[0][0]
    if lower and lowered(request.param[0]) == lowered(request.param[1]):
        pytest.skip("this server has no such two databases")
    number = f"{os.getpid()}_{next(_numbers)}"
    one, twin = (Mandant(f"{name}_{number}", casing) for name in request.param)
    twin.create()
    with twin.connect() as connection, connection.cursor() as cursor:
        for sql in _dump(7, f"fk_{number}").decode().split(";\n")[:-1]:
            cursor.execute(sql)
        cursor.execute(KEYED.format("NUR_HIER"))
        cursor.execute("CREATE VIEW `nur_hier_v` AS SELECT 1")
        connection.commit()
    session = twin.connect()
    yield Pair(Restorer(one, tmp_path), twin, session)
    if session.open:
        session.close()
    # Foreign keys point from the twin to the other.
    twin.drop()
    one.drop()


@pytest.fixture
def filled(pair: Pair) -> Pair:
    """A pair whose Mandant holds a first backup, and was made by it where the name is no mere slip."""
    if lowered(pair.mandant.name) == lowered(pair.twin.name):
        pair.mandant.create()
    path = pair.restorer.write("one.sql", _dump(1, "fk_one"))
    pair.restorer.run(path)
    return pair


BOTH = (
    "-- MySQL dump 10.13\n"
    + "".join(f"DROP TABLE IF EXISTS `{name}`;\n{KEYED.format(name)}" for name in ("ware", "Ware"))
    + "DROP TABLE IF EXISTS `WARE`;\n"
    + KEYED.format("WARE").replace("InnoDB", "MyISAM")
    + "INSERT INTO `ware` VALUES (1,1);\nINSERT INTO `Ware` VALUES (1,1),(2,2);\n"
    "INSERT INTO `ware` VALUES (5,2);\nINSERT INTO `WARE` VALUES (9,1);\n"
    + FOREIGN_KEY.format("ware", "to_the_other", "Ware")
    + TRIGGER.format("Ware", "tr", 3)
    + "CREATE VIEW `v` AS SELECT `ware`.`ID`, `Ware`.`UP` FROM `ware` JOIN `Ware` ON `ware`.`ID` = `Ware`.`ID`;\n"
    "CREATE VIEW `V` AS SELECT COUNT(*) AS `N` FROM `WARE`;\n"
).encode()


def _rows(mandant: Mandant, *views: str) -> list[list[tuple[object, ...]]]:
    return [sorted(mandant.query(f"SELECT * FROM `{name}`")) for name in ("ware", "Ware", "WARE", *views)]


def test_tables_that_differ_in_letter_case(casing: PrivateServer, tmp_path: Path) -> None:
    """Each arrives, is kept and comes back from a backup of its own; a server to which they are one is refused."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = Mandant(f"letters_{os.getpid()}", casing)
    mandant.create()
    mandant.query("CREATE TABLE waren (a int)")
    restorer = Restorer(mandant, tmp_path)
    path = restorer.write("both.sql", BOTH)
    options: dict[str, t.Any] = {"policy": "enforce", "replace": True, "incomplete": "allow"}
    try:
        if casing.admin("SELECT @@lower_case_table_names") != [(0,)]:
            for check in (True, False):
                with pytest.raises(Failure, match="the tables ware and Ware of the backup have one and the same name"):
                    restorer.run(path, check=check, **options)
            assert mandant.tables() == ["waren"]
            return
        outcome = restorer.run(path, **options)
        assert [(one["name"], one["rows"]) for one in outcome.analysis["tables"]] == [
            ("ware", 2),
            ("Ware", 2),
            ("WARE", 1),
        ]
        # Nothing points to the one, so that it may stay what it is.
        assert "ENGINE=MyISAM" in mandant.query("SHOW CREATE TABLE `WARE`")[0][1]
        expected = [[(1, 1), (5, 2)], [(1, 1), (2, 2)], [(9, 1)], [(1, 1)], [(1,)]]
        assert _rows(mandant, "v", "V") == expected
        assert "REFERENCES `Ware` (`ID`)" in mandant.query("SHOW CREATE TABLE ware")[0][1]
        assert [row[2] for row in mandant.query("SHOW TRIGGERS")] == ["Ware"]
        assert not restorer.run(path, **options).changed
        mandant.query("DELETE FROM `WARE`")
        drift = restorer.run(path, check=True, **options).drift
        assert [one["name"] for one in drift["tables"]] == ["WARE"]
        mandant.query("INSERT INTO `WARE` VALUES (9,1)")
        saved = back_up(restorer, tmp_path / "saved.sql")["file"]["path"]
        for name in ("ware", "Ware"):
            mandant.query(f"UPDATE `{name}` SET `UP` = 1")
        restorer.run(saved, **options)
        assert _rows(mandant) == expected[:3]
        roll_back(restorer)
        assert _rows(mandant)[1] == [(1, 1), (2, 1)]
        # What is named to the letter is chosen with what differs from it in letter case only.
        restorer.run(path, **{**options, "tables": ["Ware"], "policy": "always"})
        assert _rows(mandant, "v", "V") == expected
    finally:
        mandant.drop()


def test_a_restore_beside_a_twin(filled: Pair) -> None:
    """Whoever is on the twin is in nobody's way, and stays there."""
    before = filled.of_twin()
    path = filled.restorer.write("two.sql", _dump(2, "fk_one"))
    for policy in ("fail", "disconnect", "wait"):
        options: dict[str, t.Any] = {"running_instances": policy, "wait_timeout_seconds": 0, "policy": "always"}
        outcome = filled.restorer.run(path, check=True, **options)
        assert outcome.restore["tables"] == 2
        outcome = filled.restorer.run(path, **options)
        assert not outcome.warnings
        assert filled.of_twin() == before
    assert [row[:1] + row[3:4] for row in filled.mandant.query("SHOW TRIGGERS")] == [("tr", "SET NEW.`UP` = 2")]
    assert filled.mandant.query("SELECT DISTINCT N FROM v") == [(2,)]
    assert "`fk_one`" in filled.mandant.query("SHOW CREATE TABLE ARTIKEL")[0][1]


def test_who_is_on_the_mandant_is_ended_alone(filled: Pair) -> None:
    before = filled.of_twin()
    path = filled.restorer.write("two.sql", _dump(2, "fk_two"))
    # As a server that does not care for letter case is asked for it.
    spellings = {filled.mandant.name}
    if filled.mandant.query("SELECT @@lower_case_table_names") == [(1,)]:
        spellings.add(filled.mandant.name.upper().replace("SS", "ß"))
    for name in spellings:
        with contextlib.closing(filled.mandant.connect()) as instance:
            filled.restorer.run(path, mandant=name, running_instances="disconnect", policy="always")
            with pytest.raises(Exception, match=r"2006|2013|gone|Lost"):
                instance.ping(reconnect=False)
    assert filled.of_twin() == before


def test_a_backup_is_of_one(filled: Pair, tmp_path: Path) -> None:
    result = back_up(filled.restorer, tmp_path / "out.sql")
    assert [table["name"] for table in result["tables"]] == ["ARTIKEL", "FIRMA"]
    assert result["rows"] == 4


def test_what_is_told_is_of_one(filled: Pair) -> None:
    path = filled.restorer.write("one.sql", _dump(1, "fk_one"))
    with contextlib.closing(connect(filled.restorer.login())) as session:
        lock.acquire(session, filled.twin.name, 0)
        (found,) = mandant_info(asked=Asked(mandant=filled.mandant.name, verify="full"), login=filled.restorer.login())[
            "mandanten"
        ]
        assert filled.restorer.run(path, policy="enforce").action == "unchanged"
    assert (found["sessions"], found["busy"], found["drift"]["tables"]) == ([], False, [])
    assert found["tables"] == 2
    every = mandant_info(asked=Asked(), login=filled.restorer.login())["mandanten"]
    own = {one["name"]: one for one in every}
    assert filled.mandant.name in own or lowered(filled.mandant.name) in own
    # It has a FIRMA, but nothing that tells a Mandant.
    assert filled.twin.name not in own


def test_a_rollback_beside_a_twin(filled: Pair) -> None:
    before = filled.of_twin()
    filled.restorer.run(filled.restorer.write("two.sql", _dump(2, "fk_one")))
    for number in (1, 2):
        roll_back(filled.restorer, running_instances="disconnect")
        assert filled.of_twin() == before
        assert [row[3] for row in filled.mandant.query("SHOW TRIGGERS")] == [f"SET NEW.`UP` = {number}"]
        assert filled.mandant.query("SELECT DISTINCT N FROM v") == [(number,)]
        assert "`fk_one`" in filled.mandant.query("SHOW CREATE TABLE ARTIKEL")[0][1]


def test_foreign_keys_of_the_twin_are_those_of_another_database(filled: Pair) -> None:
    filled.twin.query(
        f"ALTER TABLE NUR_HIER ADD CONSTRAINT fk_out_{os.getpid()} FOREIGN KEY (UP) REFERENCES"
        f" `{filled.mandant.name}`.FIRMA (ID)"
    )
    path = filled.restorer.write("two.sql", _dump(2, "fk_two"))
    warnings = filled.restorer.run(path, check=True).warnings
    name = "nur_hier" if filled.twin.query("SELECT @@lower_case_table_names") == [(1,)] else "NUR_HIER"
    assert any(f"{filled.twin.name}.{name}" in text for text in warnings)


def test_rights_to_the_twin_are_none(pair: Pair) -> None:
    """An underscore stands for one byte, whatever a letter has."""
    server, user = pair.mandant.server, f"twin_{os.getpid()}"
    pair.mandant.create()
    for pattern in (pair.twin.name, pair.twin.name.replace("ü", "_"), "%ller%", pair.mandant.name.replace("ü", "__")):
        password = account(server, user, [f"SELECT ON `{pattern}`.*"])
        probe = Restorer(pair.mandant, pair.restorer.folder, user, password)
        with contextlib.closing(connect(probe.login())) as session:
            lower = session.value("SELECT @@lower_case_table_names") != 0
            told = observe_privileges(session, pair.mandant.name, ignore_case=lower).has("SELECT")
            stored = lowered(pair.mandant.name) if lower else pair.mandant.name
            assert told == ((stored,) in session.query("SHOW DATABASES")), pattern


def test_two_spellings_of_one_database_have_one_lock(casing: PrivateServer, tmp_path: Path) -> None:
    name = f"Größe_{os.getpid()}"
    one = casing.admin("SELECT @@lower_case_table_names") == [(1,)]
    login = Restorer(Mandant(name, casing), tmp_path).login()
    with contextlib.closing(connect(login)) as first, contextlib.closing(connect(login)) as second:
        lock.acquire(first, name, 0)
        assert lock.holder(second, name) == first.number
        assert lock.holder(second, name.lower()) == (first.number if one else None)
        assert lock.holder(second, name.replace("ö", "o")) is None


def test_tables_that_are_twins(casing: PrivateServer, tmp_path: Path) -> None:
    """Each has a foreign key, a trigger and a view, whose names are twins, too; what happens to one is of one."""
    mandant = Mandant(f"cao_{os.getpid()}_{next(_numbers)}", casing)
    mandant.create()
    names = ["pärt", "part", "gros", "groß"]
    text = "-- MySQL dump 10.13\n" + KEYED.format("ziel") + ROWS.format("ziel")
    for number, name in enumerate(names):
        text += KEYED.format(name) + ROWS.format(name)
        text += FOREIGN_KEY.format(name, f"fk_{name}", "ziel") + TRIGGER.format(name, f"tr_{name}", number)
        text += VIEW.format(name, f"v_{name}", number)
    restorer = Restorer(mandant, tmp_path)
    path = restorer.write("dump.sql", text.encode())
    try:
        for _again in range(2):
            outcome = restorer.run(path, policy="always")
            assert outcome.restore["tables"] == len(names) + 1
            _assert_all_there(mandant, names)
        assert restorer.run(path, policy="enforce").action == "unchanged"
        assert {table["name"] for table in back_up(restorer, tmp_path / "out.sql", check=True)["tables"]} >= {"ziel"}
        _change_one_at_a_time(restorer, path, names)
        roll_back(restorer)
        _assert_all_there(mandant, names)
    finally:
        mandant.drop()


def _assert_all_there(mandant: Mandant, names: t.Sequence[str]) -> None:
    triggers = {(row[0], row[2], row[3]) for row in mandant.query("SHOW TRIGGERS") if "BACK_" not in row[2].upper()}
    assert triggers == {(f"tr_{name}", name, f"SET NEW.`UP` = {number}") for number, name in enumerate(names)}
    for number, name in enumerate(names):
        assert "FOREIGN KEY (`UP`) REFERENCES `ziel`" in mandant.query(f"SHOW CREATE TABLE `{name}`")[0][1], name
        assert mandant.query(f"SELECT * FROM `v_{name}` ORDER BY ID") == [(1, number), (2, number)]


def _change_one_at_a_time(restorer: Restorer, path: str, names: t.Sequence[str]) -> None:
    for name in ("pärt", "part"):
        for sql, what in (
            (f"DROP TRIGGER `tr_{name}`", (f"tr_{name}", "trigger")),
            (f"ALTER TABLE `{name}` DROP FOREIGN KEY `fk_{name}`", (name, "foreign_keys")),
            (f"ALTER VIEW `v_{name}` AS SELECT 1 AS ID, 2 AS N", (f"v_{name}", "view")),
            (f"UPDATE `{name}` SET UP = 2 WHERE ID = 1", (name, "content")),
        ):
            restorer.mandant.query(sql)
            outcome = restorer.run(path, policy="enforce")
            assert [(one["name"], one["what"]) for one in outcome.drift["tables"]] == [what]
            _assert_all_there(restorer.mandant, names)


def test_letters_are_lowered_as_the_server_does_it(casing: PrivateServer) -> None:
    """Latin, Greek and Cyrillic; names with letters that are younger than the server's tables are nobody's."""
    letters = [chr(code) for code in (*range(0x41, 0x220), *range(0x386, 0x3CF), *range(0x400, 0x482), 0x212A)]
    known = [letter for letter in letters if letter.isalpha()]
    row = casing.admin("SELECT " + ", ".join(f"LOWER(CONVERT('{letter}' USING utf8))" for letter in known))[0]
    assert {letter: low for letter, low in zip(known, row) if lowered(letter) != low} == {}


def test_two_runs_on_twins_at_the_same_time(filled: Pair) -> None:
    """They make their shadows under the same names, each in its own database."""
    other = Restorer(filled.twin, filled.restorer.folder)
    filled.session.close()
    paths = [filled.restorer.write(f"{key}.sql", _dump(3, key)) for key in ("fk_left", "fk_right")]
    failures: list[Exception] = []

    def restore(restorer: Restorer, path: str) -> None:
        try:
            restorer.run(path, policy="always", previous="drop", running_instances="wait")
        except Exception as exc:  # noqa: BLE001 - it is told in the other thread
            failures.append(exc)

    threads = [
        threading.Thread(target=restore, args=(restorer, path))
        for restorer, path in zip((filled.restorer, other), paths)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert filled.mandant.query("SELECT DISTINCT N FROM v") == filled.twin.query("SELECT DISTINCT N FROM v") == [(3,)]
