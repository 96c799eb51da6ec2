# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The straight way: what arrives, what stays, what the policies do."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer, articles, cao_backup, cao_table, company


def _rows(mandant: Mandant, table: str) -> list[tuple[t.Any, ...]]:
    return mandant.query(f"SELECT * FROM `{table}` ORDER BY 1")


@pytest.mark.promise("to-the-bit")
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria", None])
def test_values_arrive_bit_exact(restorer: Restorer, engine: str | None) -> None:
    columns = [
        "ID int(11) not null auto_increment",
        "TEXT_A varchar(80)",
        "BLOB_A blob",
        "DATUM date default '0000-00-00' not null",
        "ZEIT datetime",
        "PREIS decimal(12,4)",
        "FLAG enum('N','Y') default 'N' not null",
        "LANG longtext",
    ]
    rows = [
        r"'0','€ „ü» \'a\' \"b\" \\ c; );','\0\Zÿþ\n','0000-00-00','2024-03-14 18:05:09','12.5','Y','Zeile;"
        r"\r\n-- x'",
        "'-2','',NULL,'1899-12-30',NULL,'-0.0001','N',NULL",
        "'7','INSERT INTO X VALUES (1);','','2024-02-29','0000-00-00 00:00:00','99999999.9999','N',''",
    ]
    path = restorer.write("a.sql", cao_backup(cao_table("PROBE", columns, rows, ["PRIMARY KEY (ID)"])))
    outcome = restorer.run(path, engine=engine)
    assert (outcome.changed, outcome.action, outcome.restore["rows"]) == (True, "restored", 3)
    found = restorer.mandant.query(
        "SELECT ID, HEX(CONVERT(TEXT_A USING latin1)), HEX(BLOB_A), CAST(DATUM AS CHAR), CAST(ZEIT AS CHAR),"
        " CAST(PREIS AS CHAR), FLAG, LANG FROM PROBE ORDER BY ID"
    )
    text = "€ „ü» 'a' \"b\" \\ c; );".encode("cp1252").hex().upper()
    assert found == [
        (-2, "", None, "1899-12-30", None, "-0.0001", "N", None),
        (0, text, "001AFFFE0A", "0000-00-00", "2024-03-14 18:05:09", "12.5000", "Y", "Zeile;\r\n-- x"),
        (
            7,
            b"INSERT INTO X VALUES (1);".hex().upper(),
            "",
            "2024-02-29",
            "0000-00-00 00:00:00",
            "99999999.9999",
            "N",
            "",
        ),
    ]
    engines = restorer.mandant.query(
        "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_NAME = 'PROBE' AND TABLE_SCHEMA = DATABASE()"
    )
    assert engines == [(engine or "MyISAM",)]


@pytest.mark.promise("way-back")
def test_the_old_state_becomes_the_generation_before(restorer: Restorer) -> None:
    mandant = restorer.mandant
    first = restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Eins")))
    second = restorer.write("2.sql", cao_backup(articles(5, "zwei")))
    restorer.run(first)
    mandant.query("CREATE TABLE XT_NOTES (A INT)")
    mandant.query("CREATE TABLE OTHER (A INT)")
    outcome = restorer.run(second, keep_tables=("xt_*",), replace=True)
    assert outcome.restore["previous"] == ["BACK_ARTIKEL", "BACK_FIRMA", "BACK_OTHER"]
    assert mandant.tables() == [
        "ARTIKEL",
        "BACK_ARTIKEL",
        "BACK_FIRMA",
        "BACK_OTHER",
        "BACK_RESTORE_MARKER",
        "XT_NOTES",
    ]
    assert len(_rows(mandant, "ARTIKEL")) == 5
    assert len(_rows(mandant, "BACK_ARTIKEL")) == 3
    third = restorer.write("3.sql", cao_backup(articles(2, "drei")))
    restorer.run(third, keep_tables=("XT_*",), previous="drop", replace=True)
    assert mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "XT_NOTES"]


def test_policies(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", cao_backup(articles(3), company("Eins")))
    assert restorer.run(path, check=True).changed
    assert mandant.tables() == []
    assert restorer.run(path).changed
    for policy in ("once", "enforce"):
        for check in (True, False):
            outcome = restorer.run(path, policy=policy, check=check)
            assert (outcome.changed, outcome.action, outcome.restore) == (False, "unchanged", None)
            assert outcome.analysis["rows"] == 4
    mandant.query("UPDATE ARTIKEL SET VK1 = 1 WHERE REC_ID = 2")
    mandant.query("CREATE TABLE EXTRA (A INT)")
    mandant.query("ALTER TABLE FIRMA ADD COLUMN NEU INT")
    assert not restorer.run(path, policy="once").changed
    drift = [
        {"name": "ARTIKEL", "what": "content"},
        {"name": "EXTRA", "what": "extra"},
        {"name": "FIRMA", "what": "definition"},
    ]
    for check in (True, False):
        outcome = restorer.run(path, policy="enforce", check=check)
        assert outcome.changed
        assert outcome.drift["tables"] == drift
    assert not restorer.run(path, policy="enforce").changed
    mandant.query("DROP TABLE FIRMA")
    assert restorer.run(path, policy="enforce").drift["tables"] == [{"name": "FIRMA", "what": "missing"}]
    assert restorer.run(path, policy="always").changed


def test_unknown_origin_is_told_and_kept(restorer: Restorer) -> None:
    mandant = restorer.mandant
    mandant.query("CREATE TABLE artikel (A INT)")
    mandant.query("INSERT INTO artikel VALUES (1)")
    path = restorer.write("1.sql", cao_backup(articles(3)))
    outcome = restorer.run(path, replace=True)
    assert "unknown origin" in outcome.warnings[0]
    assert mandant.tables() == ["ARTIKEL", "BACK_RESTORE_MARKER", "BACK_artikel"]
    mandant.query("UPDATE BACK_RESTORE_MARKER SET content = '{\"format\": 1}'")
    outcome = restorer.run(path, policy="enforce")
    assert outcome.changed
    assert "is missing" in outcome.warnings[0]


def test_missing_mandant(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    mandant.drop()
    path = restorer.write("1.sql", cao_backup(articles(3)))
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, create=False)
        assert caught.value.error == "mandant_missing"
    assert restorer.run(path, check=True, charset="utf8mb4").action == "created"
    assert mandant.tables() == []
    outcome = restorer.run(path, charset="utf8mb4", collation="utf8mb4_german2_ci")
    assert (outcome.changed, outcome.action) == (True, "created")
    assert mandant.query("SELECT @@collation_database") == [("utf8mb4_german2_ci",)]


def test_a_mandant_that_was_created_goes_when_the_run_fails(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    restorer.mandant.drop()
    path = restorer.write("1.sql", cao_backup(articles(30, bad={20: "'20','A','x','y'"})))
    with pytest.raises(Failure):
        restorer.run(path)
    found = restorer.mandant.server.admin("SHOW DATABASES LIKE %s", (restorer.mandant.name,))
    assert found == []


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("'20','A20','geheim','x'", ["1366", "column VK1"]),
        ("'19','A20','1.5','geheim'", ["1062", "key PRIMARY"]),
        ("'20','geheimgeheimgeheimgeheim','1.5','x'", ["1406", "column ARTNUM"]),
    ],
)
def test_a_row_that_does_not_fit(restorer: Restorer, engine: str, bad: str, words: list[str]) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    good = restorer.write("good.sql", cao_backup(articles(3), company("Eins")))
    restorer.run(good)
    before = mandant.checksums()
    content = cao_backup(articles(5000, bad={20: bad}), company("Zwei"))
    path = restorer.write("bad.sql", content)
    line = content[: content.index(b"geheim")].count(b"\n") + 1 if b"geheim" in content else 0
    with pytest.raises(Failure) as caught:
        restorer.run(path, engine=engine)
    assert caught.value.error == "statement_failed"
    assert f"line {line}," in caught.value.msg
    assert "statement 22:" in caught.value.msg
    assert all(word in caught.value.msg for word in words)
    assert "geheim" not in caught.value.msg
    assert mandant.checksums() == before
    outcome = restorer.run(path, engine=engine, on_error="skip")
    assert outcome.restore["rows"] == 5000
    assert [(one["line"], one["statement"], one["table"]) for one in outcome.restore["errors"]] == [
        (line, 22, "ARTIKEL")
    ]
    assert "geheim" not in str(outcome)
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(4999,)]


def test_diff_counts_rows_before_and_after(restorer: Restorer) -> None:
    first = restorer.write("1.sql", cao_backup(articles(3), company("Eins")))
    restorer.run(first)
    second = restorer.write("2.sql", cao_backup(articles(5)))
    forecast = restorer.run(second, check=True, diff=True)
    done = restorer.run(second, diff=True)
    assert forecast.diff == done.diff
    data = done.diff["data"]
    assert data["before"] == {"tables": {"ARTIKEL": {"rows": 3}, "FIRMA": {"rows": 1}}}
    assert data["after"] == {
        "tables": {"ARTIKEL": {"rows": 5}},
        "previous": ["BACK_ARTIKEL", "BACK_FIRMA"],
    }


def test_small_packets_are_enough(tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from mariadb_server import MariadbServer

    with MariadbServer(options=("--max-allowed-packet=16384",)) as server:
        mandant = Mandant("klein", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        restorer.run(restorer.write("1.sql", cao_backup(articles(5000))))
        assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5000,)]
        long = restorer.write("2.sql", cao_backup(articles(3, bad={2: f"'2','A','1.5','{'x' * 20000}'"})))
        before = mandant.checksums()
        with pytest.raises(Failure) as caught:
            restorer.run(long)
        assert caught.value.error == "server_setting"
        assert "max_allowed_packet" in caught.value.msg
        assert mandant.checksums() == before


def test_lower_case_server(tmp_path: Path) -> None:
    from mariadb_server import MariadbServer

    with MariadbServer(options=("--lower-case-table-names=1",)) as server:
        mandant = Mandant("klein", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        for mark in ("eins", "zwei"):
            assert restorer.run(restorer.write("1.sql", cao_backup(articles(3, mark)))).changed
            assert not restorer.run(str(tmp_path / "1.sql"), policy="enforce").changed
        assert mandant.tables() == ["artikel", "back_artikel", "back_restore_marker"]
