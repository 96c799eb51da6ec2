# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done in another order or beside each other to be fast gives what the plain way gives."""

from __future__ import annotations

import os
import re
import signal
import typing as t

import pytest

from jobs import until
from mandant import Mandant
from module_process import answer_of, imported_by
from restoring import Restorer, account, cao_backup, cao_table

# Enough for keys that are built behind the rows.
MANY = 50_000
# What the server is asked to read every row of a table.
EVERY_ROW = "SELECT SQL_NO_CACHE COUNT(*)%"
COLUMNS = [
    "ID int(11) not null auto_increment",
    "ARTNUM varchar(20)",
    "MATCHCODE varchar(60)",
    "INFO text",
]
KEYS = ["PRIMARY KEY (ID)", "KEY MATCH_1 (MATCHCODE, ARTNUM)", "UNIQUE KEY ARTNUM (ARTNUM)", "KEY INFO (INFO(20))"]


def _rows(count: int) -> list[str]:
    return [
        f"'{number}','A{number}','Müller {number * 7919 % 4001}','Größe {number % 77}'"
        for number in range(1, count + 1)
    ]


def _definition(mandant: Mandant, table: str) -> str:
    shown = str(mandant.query(f"SHOW CREATE TABLE {table}")[0][1]).replace(f"`{table}`", "`T`")
    return re.sub(" AUTO_INCREMENT=[0-9]+", "", shown)


def _values(mandant: Mandant, table: str) -> list[tuple[t.Any, ...]]:
    return mandant.query(f"CHECKSUM TABLE {table}")[0][1:]


def test_late_keys_are_the_keys_of_the_dump(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("many.sql", cao_backup(cao_table("MANY", COLUMNS, _rows(MANY), KEYS)))
    assert restorer.run(path, engine="InnoDB").restore["rows"] == MANY
    mandant.query(f"CREATE TABLE PLAIN ({', '.join(COLUMNS + KEYS)}) ENGINE=InnoDB")
    mandant.query("INSERT INTO PLAIN SELECT * FROM MANY")
    assert _definition(mandant, "MANY") == _definition(mandant, "PLAIN")
    assert _values(mandant, "MANY") == _values(mandant, "PLAIN")
    by_key = "SELECT COUNT(*) FROM {} FORCE INDEX (MATCH_1) WHERE MATCHCODE >= ''"
    assert mandant.query(by_key.format("MANY")) == mandant.query(by_key.format("PLAIN"))


def test_a_row_twice_in_a_large_table_is_named_as_in_a_small_one(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    rows = _rows(MANY)
    rows[40_000] = rows[40_000].replace("'A40001'", "'A7'")
    content = cao_backup(cao_table("MANY", COLUMNS, rows, KEYS))
    path = restorer.write("twice.sql", content)
    line = content[: content.index(rows[40_000].encode("cp1252"))].count(b"\n") + 1
    with pytest.raises(Failure, match=f"line {line}, statement .* MANY: .*1062") as failed:
        restorer.run(path, engine="InnoDB")
    assert failed.value.error == "statement_failed"
    assert restorer.mandant.query("SHOW TABLES") == []


def _large(name: str, engine: str) -> str:
    return cao_table(name, COLUMNS, _rows(MANY), KEYS).replace("\r\n);", f"\r\n) ENGINE={engine};")


@pytest.fixture
def statements(mandant: Mandant) -> t.Iterator[t.Callable[[str], list[tuple[int, str]]]]:
    """Give a function that returns what the server was asked: the connections and the statements."""
    server = mandant.server
    before = server.admin("SELECT @@GLOBAL.log_output, @@GLOBAL.general_log")[0]
    server.admin("SET GLOBAL log_output='TABLE', general_log=1")

    def asked(pattern: str) -> list[tuple[int, str]]:
        sql = "SELECT thread_id, CONVERT(argument USING utf8) FROM mysql.general_log WHERE argument LIKE %s"
        return [(int(number), text) for number, text in server.admin(sql, (pattern,)) if "general_log" not in text]

    try:
        yield asked
    finally:
        server.admin("SET GLOBAL log_output=%s, general_log=%s", before)
        server.admin("TRUNCATE TABLE mysql.general_log")


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_what_is_read_beside_the_load_is_what_is_restored(
    restorer: Restorer, statements: t.Callable[[str], list[tuple[int, str]]], engine: str
) -> None:
    mandant = restorer.mandant
    path = restorer.write("two.sql", cao_backup(_large("LARGE", engine), _large("SECOND", engine)))
    assert restorer.run(path).restore["rows"] == 2 * MANY
    swapped = {number for number, _text in statements("RENAME TABLE%")}
    asked = statements(EVERY_ROW)
    if engine == "InnoDB":
        # While keys are built.
        assert len([text for number, text in asked if number not in swapped]) == len(asked) == 2
    else:
        # Halves, over whichever connection is free.
        assert len(asked) == len({text for _number, text in asked}) == 4
    assert not restorer.run(path, policy="enforce").changed
    mandant.query("DELETE FROM SECOND WHERE ID = 7")
    assert [change["name"] for change in restorer.run(path, policy="enforce").drift["tables"]] == ["SECOND"]


def test_a_table_that_changes_after_the_load_is_read_behind_it(
    restorer: Restorer, statements: t.Callable[[str], list[tuple[int, str]]]
) -> None:
    rows = [f"'{number}','smtp{number}','geheim'" for number in range(1, MANY + 1)]
    columns = ["KONTO_ID int(11) not null auto_increment", "SMTP_SERVER varchar(60)", "SMTP_PASS varchar(60)"]
    table = cao_table("MAIL_KONTEN", columns, rows, ["PRIMARY KEY (KONTO_ID)", "KEY SMTP_SERVER (SMTP_SERVER)"])
    path = restorer.write("mail.sql", cao_backup(table))
    options = {"engine": "InnoDB", "neutralise": frozenset(["mail"])}
    assert restorer.run(path, **options).restore["neutralised"]
    # Its two halves, each of them once.
    assert len(statements(EVERY_ROW)) == 2
    assert not restorer.run(path, policy="enforce", **options).changed


def test_a_run_that_finds_nothing_to_do_asks_and_imports_little(
    restorer: Restorer, statements: t.Callable[[str], list[tuple[int, str]]]
) -> None:
    mandant = restorer.mandant
    path = restorer.write("small.sql", cao_backup(cao_table("A", COLUMNS, _rows(3), KEYS)))
    address = mandant.server.address
    login = {"login_host": address.host, "login_port": address.port, "login_user": address.user}
    options = {"mandant": mandant.name, "file": path, "login_password": address.password, **login}
    assert answer_of("mandant_restore", **options)["changed"]
    mandant.server.admin("TRUNCATE TABLE mysql.general_log")
    answer, files, started = imported_by("mandant_restore", **options)
    assert (answer["changed"], answer["action"], started) == (False, "unchanged", False)
    ((number, _lock),) = statements("SELECT GET_LOCK%")
    own = [text for connection, text in statements("%") if connection == number]
    others = {connection for connection, text in statements("%") if mandant.name in text} - {number}
    # The lock, the server's settings, the database, its tables, the marker; before them what PyMySQL and we set.
    assert len([text for text in own if text.startswith(("SELECT ", "SHOW "))]) == 5, own
    assert len([text for text in own if text.startswith("SET ")]) == 5, own
    assert others == set()
    # Most of the time that it takes is that of reading these files.
    assert len(files) < 42, files
    rooms = {name.rpartition(".")[0] for name in files}
    late = ("_mandant.stage", "_mandant.swap", "_mandant.save", "_mandant.neutralise", "_mandant.checks", "_backup.sql")
    assert not [room for room in rooms if room.startswith(late)]


def test_enforce_reads_the_tables_while_it_reads_the_file(
    restorer: Restorer, statements: t.Callable[[str], list[tuple[int, str]]]
) -> None:
    mandant = restorer.mandant
    backup = cao_backup(cao_table("A", COLUMNS, _rows(3), KEYS), cao_table("B", COLUMNS, _rows(5), KEYS))
    first, alike = restorer.write("1.sql", backup), restorer.write("2.sql", backup.replace(b"'A2'", b"'B2'"))
    longer = restorer.write("3.sql", backup + b"\r\n")

    def forecast(path: str) -> tuple[bool, int]:
        """Return whether a restore would be needed, and how often the server was asked what the tables hold."""
        mandant.server.admin("TRUNCATE TABLE mysql.general_log")
        outcome = restorer.run(path, policy="enforce", check=True)
        return outcome.changed, len(statements(EVERY_ROW))

    assert restorer.run(first).changed
    assert forecast(first) == (False, 2)
    mandant.query("CREATE TABLE EXTRA (A INT)")
    assert forecast(first) == (True, 2)
    # What the tables hold says nothing about another file, be it of the same size.
    assert forecast(longer) == (True, 0)
    outcome = restorer.run(alike, policy="enforce")
    assert (outcome.changed, outcome.drift) == (True, None)
    assert ("B2",) in mandant.query("SELECT ARTNUM FROM A")
    assert forecast(alike) == (False, 2)
    assert forecast(first)[0]


def test_a_file_that_changes_while_the_tables_are_read(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    mandant = restorer.mandant
    content = cao_backup(_large("LARGE", "InnoDB"))
    path = restorer.write("large.sql", content)
    assert restorer.run(path).changed
    before = mandant.tables()
    wanted = Wanted(mandant=mandant.name, policy="enforce")
    with open_backup(path) as backup:
        restorer.write("large.sql", content + b"\r\n")
        with pytest.raises(Failure) as failed:
            restore(wanted=wanted, login=restorer.login(), backup=backup, check_mode=False)
    assert failed.value.error == "truncated"
    running = "SELECT INFO FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SQL_NO_CACHE%'"
    assert mandant.server.admin(running) == []
    assert mandant.tables() == before
    restorer.write("large.sql", content)
    assert not restorer.run(path, policy="enforce").changed


def test_rows_of_two_tables_by_turns(restorer: Restorer) -> None:
    first, second = _large("FIRST", "InnoDB"), _large("SECOND", "MyISAM")
    rows = [line for line in first.splitlines(keepends=True) if line.startswith("INSERT")]
    content = cao_backup(first.replace("".join(rows[-9:]), ""), second, "".join(rows[-9:]))
    path = restorer.write("turns.sql", content)
    assert restorer.run(path).restore["rows"] == 2 * MANY
    assert not restorer.run(path, policy="enforce").changed


def test_an_account_with_one_connection_restores_large_tables(restorer: Restorer) -> None:
    mandant = restorer.mandant
    password = account(mandant.server, "single", [f"ALL ON `{mandant.name}`.*", "RELOAD ON *.*"])
    mandant.server.admin("GRANT USAGE ON *.* TO 'single'@'%' WITH MAX_USER_CONNECTIONS 1")
    path = restorer.write("two.sql", cao_backup(_large("LARGE", "InnoDB"), _large("SECOND", "MyISAM")))
    single = Restorer(mandant, restorer.folder, user="single", password=password)
    assert single.run(path, running_instances="ignore").restore["rows"] == 2 * MANY
    # The server may need a moment to see that the connection is gone.
    connections = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'single'"
    until(lambda: not mandant.query(connections), 60, "the connection is gone")
    assert not single.run(path, policy="enforce", running_instances="ignore").changed


def test_ended_while_rows_are_read_beside_nothing_is_left(restorer: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several import second_connection as beside

    mandant = restorer.mandant
    path = restorer.write("two.sql", cao_backup(_large("LARGE", "MyISAM"), _large("SECOND", "InnoDB")))
    real = beside.fingerprint
    connections: list[int] = []

    def end(session: t.Any, *rest: t.Any) -> t.Any:
        connections.append(session.number)
        os.kill(os.getpid(), signal.SIGTERM)
        return real(session, *rest)

    before = signal.signal(signal.SIGTERM, lambda *_: None)
    monkeypatch.setattr(beside, "fingerprint", end)
    try:
        with pytest.raises(Interrupted):
            restorer.run(path)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert mandant.query("SHOW TABLES") == []
    assert connections
    shown = f"SELECT ID FROM information_schema.PROCESSLIST WHERE ID IN ({', '.join(map(str, connections))})"
    until(lambda: not mandant.query(shown), 60, "the server has seen that the connection is gone")
    monkeypatch.undo()
    assert restorer.run(path).changed
