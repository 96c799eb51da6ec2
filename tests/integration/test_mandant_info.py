# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_info: the facts, the drift, the generations, and what an account may not see."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import PlaybookRunner
from private_server import PrivateServer
from restoring import Restorer, account, articles, cao_backup, cao_table, company, roll_back

MODULE = "cao.faktura.mandant_info"
REGISTRY = cao_table(
    "REGISTRY",
    ["MAINKEY varchar(255) not null", "NAME varchar(100) not null", "VAL_CHAR varchar(255)"],
    [
        "'MAIN','DB_VERSION','1.40'",
        r"'MAIN\\SICHERUNG','LAST_BACKUP','01.11.2026'",
        r"'MAIN\\BACKUP','BACKUP_PWD','Geheimnis'",
    ],
    ["PRIMARY KEY (MAINKEY, NAME)"],
)
JOURNAL = cao_table(
    "JOURNAL",
    ["REC_ID int(11) not null auto_increment", "RDATUM datetime default '0000-00-00 00:00:00' not null"],
    ["'1','2026-10-30 08:00:00'", "'2','2026-11-02 17:00:00'", "'3','0000-00-00 00:00:00'"],
    ["PRIMARY KEY (REC_ID)"],
)


def _backup(mark: str, rows: int = 3) -> bytes:
    return cao_backup(articles(rows, mark), company(mark), JOURNAL, REGISTRY)


@pytest.fixture
def restored(restorer: Restorer) -> Restorer:
    restorer.run(restorer.write("1.sql", _backup("Kräuterhof")))
    return restorer


def look(restorer: Restorer, **asked: t.Any) -> dict[str, t.Any]:
    """Look at the restorer's Mandant in this process."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    asked.setdefault("mandant", restorer.mandant.name)
    found = mandant_info(asked=Asked(**asked), login=restorer.login())
    if asked["mandant"] is None:
        return found
    (one,) = found["mandanten"]
    return t.cast("dict[str, t.Any]", one)


def test_the_facts(playbook: PlaybookRunner, restored: Restorer) -> None:
    mandant = restored.mandant
    for check in (True, False):
        answer = playbook.task(MODULE, {**mandant.login(), "verify": "full"}, check=check)
        assert not answer.changed
        assert not answer["server"]["mariadb"] or "MariaDB" in answer["server"]["version"]
        (facts,) = answer["mandanten"]
        assert facts["name"] == mandant.name
        assert (facts["db_version"], facts["company"]) == ("1.40", "Kräuterhof")
        assert (facts["last_document_date"], facts["last_backup_date"]) == ("2026-11-02", "2026-11-01")
        assert (facts["engines"], facts["charsets"], facts["charset"]) == ({"MyISAM": 4}, {"latin1": 4}, "latin1")
        assert {name: one["tables"] for name, one in facts["purposes"].items()} == {
            "articles": 1,
            "company": 2,
            "documents": 1,
        }
        assert facts["size"] == sum(one["size"] for one in facts["purposes"].values()) > 0
        assert (facts["restored"]["file"], facts["restored"]["rows"]) == ("1.sql", 10)
        assert facts["drift"] == {"verify": "full", "tables": []}
        assert (facts["previous"], facts["sessions"], facts["unfinished"], facts["busy"]) == (None, [], False, False)
        assert facts["not_seen"] == []
        assert "Geheimnis" not in str(answer.result)
    misspelled = playbook.task(MODULE, {**mandant.login(), "mandant": mandant.name[:-1] + "x"})
    assert misspelled.error == "mandant_missing"
    assert f"did you mean {mandant.name}" in misspelled["msg"]


def test_drift_quick_and_full(restored: Restorer) -> None:
    mandant = restored.mandant
    assert look(restored)["drift"] is None
    assert look(restored, verify="quick")["drift"]["tables"] == []
    mandant.query("UPDATE ARTIKEL SET VK1 = VK1 + 1")
    assert look(restored, verify="quick")["drift"]["tables"] == []
    assert look(restored, verify="full")["drift"]["tables"] == [{"name": "ARTIKEL", "what": "content"}]
    mandant.query("DELETE FROM JOURNAL LIMIT 1")
    mandant.query("ALTER TABLE REGISTRY ADD X INT")
    mandant.query("CREATE TABLE XT_LISTE (A INT)")
    mandant.query("DROP TABLE FIRMA")
    found = [
        {"name": "FIRMA", "what": "missing"},
        {"name": "JOURNAL", "what": "content"},
        {"name": "REGISTRY", "what": "definition"},
        {"name": "XT_LISTE", "what": "extra"},
    ]
    assert look(restored, verify="quick")["drift"]["tables"] == found
    assert look(restored, verify="quick", keep_tables=("xt_*",))["drift"]["tables"] == found[:3]
    assert look(restored)["other_tables"] == ["XT_LISTE"]


def test_rows_are_counted_where_that_is_asked(restored: Restorer) -> None:
    assert look(restored)["rows"] is None
    restored.mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    restored.mandant.query("CREATE VIEW V AS SELECT * FROM ARTIKEL")
    restored.mandant.query("CREATE TABLE BACK_XT AS SELECT * FROM ARTIKEL")
    assert look(restored, count_rows=True)["rows"] == 11


def test_generations(restored: Restorer) -> None:
    mandant = restored.mandant
    restored.run(restored.write("2.sql", _backup("Neu", rows=5)), neutralise=frozenset({"shop", "mail"}))
    mandant.query("CREATE TABLE BACK_ALT (A INT)")
    facts = look(restored)
    assert facts["company"] == "Neu"
    assert (facts["restored"]["file"], facts["restored"]["neutralised"]) == ("2.sql", ["mail", "shop"])
    assert facts["previous"]["restored"]["neutralised"] == []
    assert (facts["previous"]["tables"], facts["previous"]["rollback"]) == (4, True)
    assert (facts["previous"]["made_by"], facts["previous"]["restored"]["file"]) == ("mandant_restore", "1.sql")
    assert facts["leftovers"]["tables"] == []
    assert facts["others_aside"]["tables"] == ["BACK_ALT"]
    mandant.query("DROP TABLE BACK_FIRMA")
    broken = look(restored)["previous"]
    assert (broken["tables"], broken["rollback"]) == (3, False)
    assert "BACK_FIRMA" in broken["why_not"]


def test_what_caos_own_restore_leaves(restored: Restorer) -> None:
    mandant = restored.mandant
    # It drops every BACK_ table, the marker too, and renames all others (cao-format 2.1).
    mandant.query("DROP TABLE BACK_RESTORE_MARKER")
    mandant.query("RENAME TABLE ARTIKEL TO BACK_ARTIKEL, FIRMA TO BACK_FIRMA")
    mandant.query("CREATE TABLE FIRMA (NAME1 VARCHAR(250))")
    facts = look(restored, verify="full")
    assert (facts["restored"], facts["drift"]) == (None, None)
    assert (facts["previous"]["made_by"], facts["previous"]["tables"]) == ("cao", 2)
    roll_back(restored)
    facts = look(restored)
    assert (facts["restored"], facts["previous"]["made_by"]) == (None, "mandant_restore")


def test_a_restore_that_was_cut_off(restorer: Restorer) -> None:
    restorer.run(restorer.write("1.sql", _backup("Alt")))
    path = restorer.write("2.sql", _backup("Neu"))
    restorer.start(path, "stage.stage:Stage.verify:before")
    facts = look(restorer)
    assert (facts["unfinished"], facts["company"]) == (True, "Alt")
    assert len(facts["leftovers"]["tables"]) == 4


def test_who_works_there(restored: Restorer) -> None:
    mandant = restored.mandant
    with contextlib.closing(mandant.connect()) as instance, instance.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, 0)", (f"cao.faktura:{mandant.name}",))
        facts = look(restored)
        assert [one["number"] for one in facts["sessions"]] == [instance.thread_id()]
        assert facts["sessions"][0]["account"].startswith("root@")
        assert facts["busy"]


def test_few_privileges(restored: Restorer) -> None:
    mandant = restored.mandant
    mandant.query("CREATE VIEW V AS SELECT 1")
    user = f"poor_{os.getpid()}"
    password = account(mandant.server, user, [f"SELECT ON `{mandant.name}`.FIRMA"])
    poor = Restorer(mandant, restored.folder, user, password)
    facts = look(poor, verify="full")
    assert (facts["company"], facts["db_version"], facts["restored"]) == ("Kräuterhof", None, None)
    assert [text.partition(" ")[0] for text in facts["not_seen"]] == ["tables", "sessions"]
    assert "SHOW DATABASES" in look(poor, mandant=None)["not_seen"][0]
    account(mandant.server, user, [f"SELECT, INSERT ON `{mandant.name}`.*"])
    assert look(poor, verify="full")["drift"] == {"verify": "full", "tables": [{"name": "V", "what": "extra"}]}


def test_objects_that_cannot_be_seen_are_no_drift(restorer: Restorer) -> None:
    mandant = restorer.mandant
    dump = b"""-- MySQL dump 10.13
CREATE TABLE `T` (`ID` int NOT NULL, PRIMARY KEY (`ID`));
CREATE TRIGGER `tr` BEFORE INSERT ON `T` FOR EACH ROW SET NEW.ID = NEW.ID + 1;
CREATE VIEW `V` AS SELECT `ID` FROM `T`;
"""
    restorer.run(restorer.write("dump.sql", dump))
    assert look(restorer, verify="quick")["drift"]["tables"] == []
    user = f"reader_{os.getpid()}"
    reader = Restorer(mandant, restorer.folder, user, account(mandant.server, user, [f"SELECT ON `{mandant.name}`.*"]))
    facts = look(reader, verify="quick")
    assert facts["drift"]["tables"] == []
    assert facts["not_seen"][1:] == [
        "drift of triggers, since TRIGGER is missing",
        "drift of views, since SHOW VIEW is missing",
    ]
    mandant.query("DROP TRIGGER tr")
    assert look(restorer, verify="quick")["drift"]["tables"] == [{"name": "tr", "what": "trigger"}]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (["CREATE TABLE FIRMA (NAME1 LONGTEXT)"], (None, None, None)),
        (["CREATE TABLE FIRMA (NAME1 LONGBLOB, REC_ID INT)", r"INSERT INTO FIRMA VALUES ('Alt', 1), ('A\n\0\Z', 2)"],
         ("A\\n\\x00\\x1a", None, None)),
        (["CREATE TABLE FIRMA (NAME1 LONGTEXT)", "INSERT INTO FIRMA VALUES (REPEAT('ab', 1000000))"],
         ("ab" * 100, None, None)),
        (["CREATE TABLE FIRMA (A INT)", "CREATE TABLE JOURNAL (RDATUM VARCHAR(20))",
          "INSERT INTO JOURNAL VALUES ('2026-99-99')"], (None, None, None)),
        (["CREATE TABLE REGISTERY (MAINKEY VARBINARY(99), NAME VARBINARY(99), VAL_CHAR BLOB)",
          "INSERT INTO REGISTERY VALUES ('MAIN', 'DB_VERSION', '1.09')", "CREATE TABLE JOURNAL (RDATUM DATE)",
          "INSERT INTO JOURNAL VALUES ('2003-09-14')"], (None, "1.09", "2003-09-14")),
        (["CREATE VIEW FIRMA AS SELECT SLEEP(60) AS NAME1",
          "CREATE VIEW BACK_RESTORE_MARKER AS SELECT SLEEP(60) AS kind"], (None, None, None)),
        (["CREATE TABLE firma (NAME1 TEXT)", "CREATE TABLE FIRMA (NAME1 TEXT)", "INSERT INTO FIRMA VALUES ('GROSS')",
          "INSERT INTO firma VALUES ('klein')"], ("GROSS", None, None)),
    ],
)  # fmt: skip
def test_other_tables_of_these_names(restorer: Restorer, tables: list[str], expected: tuple[str | None, ...]) -> None:
    for sql in tables:
        restorer.mandant.query(sql)
    facts = look(restorer)
    assert (facts["company"], facts["db_version"], facts["last_document_date"]) == expected
    unknown = {"FIRMA: error 1054 (ER_BAD_FIELD_ERROR): the table has no such column, column NAME1"}
    assert set(facts["not_seen"]) == (unknown if "CREATE TABLE FIRMA (A INT)" in tables else set())


def test_a_table_that_cannot_be_opened(restored: Restorer, server: PrivateServer) -> None:
    mandant = restored.mandant
    mandant.query("FLUSH TABLES")
    (server.folder / "data" / mandant.name / "FIRMA.MYI").write_bytes(b"x" * 100)
    facts = look(restored, verify="full")
    assert facts["unreadable_tables"] == ["FIRMA"]
    assert (facts["tables"], facts["company"], facts["drift"]) == (4, None, None)
    assert [text.partition(":")[0] for text in facts["not_seen"]] == ["FIRMA", "drift"]


def test_all_mandanten_and_nothing_reaches_the_binary_log(tmp_path: Path) -> None:
    with MariadbServer(options=("--log-bin", "--server-id=1")) as server:
        only_articles = cao_backup(articles(1))
        for name, content in (("zwei", _backup("Zwei")), ("eins", _backup("Eins")), ("nur%sartikel", only_articles)):
            mandant = Mandant(name, server)
            mandant.create()
            restorer = Restorer(mandant, tmp_path)
            restorer.run(restorer.write(f"{len(name)}.sql", content))
        for other in ("wordpress", "leer"):
            Mandant(other, server).create()
        Mandant("wordpress", server).query("CREATE TABLE FIRMA (A INT)")
        before = server.admin("SHOW MASTER STATUS")
        found = look(restorer, mandant=None, verify="full")
        assert [(one["name"], one["company"]) for one in found["mandanten"]] == [
            ("eins", "Eins"),
            ("nur%sartikel", None),
            ("zwei", "Zwei"),
        ]
        assert all(one["drift"]["tables"] == [] for one in found["mandanten"])
        assert found["not_seen"] == []
        assert look(restorer, mandant="leer")["tables"] == 0
        assert server.admin("SHOW MASTER STATUS") == before
