# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy that is neutralised: no planted secret is left in any cell, and all else is as it was."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from planted import Planted, planted_backup, words_in
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, cao_backup, cao_table, company

ALL = frozenset({"mail", "shop", "paths", "passwords"})


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    content, planted = planted_backup()
    path = tmp_path_factory.mktemp("planted") / "backup.sql"
    path.write_bytes(content)
    return path, planted


def _one(mandant: Mandant, sql: str) -> t.Any:
    return mandant.query(sql)[0]


def test_no_secret_is_left(restorer: Restorer) -> None:
    content, planted = planted_backup(all_tables=True)
    path, mandant = restorer.write("all.sql", content), restorer.mandant
    restorer.run(path)
    assert words_in(mandant) == {*planted.secrets, *planted.staying}
    before = mandant.checksums()
    forecast = restorer.run(path, check=True, diff=True, neutralise=ALL, previous="drop")
    assert mandant.checksums() == before
    outcome = restorer.run(path, diff=True, neutralise=ALL, previous="drop")
    assert words_in(mandant) == set(planted.staying)
    assert outcome.restore["neutralised"] == forecast.restore["neutralised"]
    assert (outcome.restore["rows"], outcome.diff) == (forecast.restore["rows"], forecast.diff)
    assert outcome.analysis["rows"] - outcome.restore["rows"] == 2 + 2 + len(_gone(outcome, "LINK"))
    assert [one for one in outcome.warnings if "previous: drop" not in one] == []
    text = json.dumps([outcome.restore, outcome.diff, outcome.analysis, outcome.drift])
    assert not any(secret in text for secret in planted.secrets)


def _gone(outcome: t.Any, table: str) -> range:
    """Return a range as long as the table has lost rows."""
    tables = [one for group in outcome.restore["neutralised"] for one in group["tables"]]
    return range(sum(one["rows"] for one in tables if (one["name"], one["what"]) == (table, "removed")))


def test_what_is_left_of_settings_and_accounts(restorer: Restorer, backup: tuple[Path, Planted]) -> None:
    mandant = restorer.mandant
    restorer.run(str(backup[0]), neutralise=ALL)
    values = "VAL_CHAR, VAL_BLOB, VAL_BIN, VAL_INT, VAL_TYP, CAST(LAST_CHANGE AS CHAR)"
    found = _one(mandant, f"SELECT {values} FROM REGISTRY WHERE MAINKEY = 'MAIN\\\\BACKUP' AND NAME = 'BACKUP_PWD'")
    assert found == (None, None, None, None, 1, "2026-10-30 16:42:07")
    account_row = "KONTO_ID, POP3_PORT, POP3_EMPFANG_FLAG, POP3_DELETE_FLAG, SMTP_SERVER, POP3_PASSWORD"
    assert _one(mandant, f"SELECT {account_row} FROM MAIL_KONTEN WHERE KONTO_ID = 91") == (
        91,
        110,
        "N",
        "N",
        None,
        None,
    )
    assert _one(mandant, "SELECT USER_PASSWORD FROM MITARBEITER WHERE MA_ID = 91") == ("",)
    assert _one(mandant, "SELECT REGEL_AKTIV, AKT_WL_EMAIL FROM MAIL_REGELN") == ("N", None)
    assert _one(mandant, "SELECT COUNT(*) FROM REGISTRY WHERE MAINKEY = 'MAIN\\\\PFADE' AND VAL_CHAR IS NULL") == (7,)
    assert _one(mandant, "SELECT VAL_CHAR FROM REGISTRY WHERE NAME = 'DB_VERSION'") != (None,)


@pytest.mark.parametrize("group", sorted(ALL))
def test_a_group_alone_leaves_what_is_not_its_own(restorer: Restorer, backup: tuple[Path, Planted], group: str) -> None:
    path, planted = backup
    forecast = restorer.run(str(path), check=True, neutralise=frozenset({group}))
    outcome = restorer.run(str(path), neutralise=frozenset({group}))
    (told,) = outcome.restore["neutralised"]
    assert told == forecast.restore["neutralised"][0]
    assert told["group"] == group
    left = words_in(restorer.mandant)
    assert set(planted.staying) < left
    assert 0 < len(left & set(planted.secrets)) < len(planted.secrets)


def test_once_and_enforce_know_the_groups(restorer: Restorer, backup: tuple[Path, Planted]) -> None:
    path, mandant = str(backup[0]), restorer.mandant
    first = frozenset({"mail", "passwords"})
    restorer.run(path, neutralise=first)
    for policy in ("once", "enforce"):
        for check in (True, False):
            assert not restorer.run(path, policy=policy, check=check, neutralise=first).changed
            assert restorer.run(path, policy=policy, check=True, neutralise=ALL).changed
            assert restorer.run(path, policy=policy, check=True).changed
    mandant.query("UPDATE MAIL_KONTEN SET SMTP_SERVER = 'smtp.example' WHERE KONTO_ID = 91")
    assert not restorer.run(path, neutralise=first).changed
    drifted = restorer.run(path, policy="enforce", neutralise=first)
    assert drifted.drift["tables"] == [{"name": "MAIL_KONTEN", "what": "content"}]
    assert _one(mandant, "SELECT SMTP_SERVER FROM MAIL_KONTEN WHERE KONTO_ID = 91") == (None,)


def test_two_copies_are_equal(restorer: Restorer, backup: tuple[Path, Planted]) -> None:
    mandant = restorer.mandant
    restorer.run(str(backup[0]), neutralise=ALL)
    first = {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")}
    restorer.run(str(backup[0]), neutralise=ALL, policy="always")
    assert {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_")} == first


def test_what_stays_beside_the_copy_is_told(restorer: Restorer, backup: tuple[Path, Planted]) -> None:
    path = str(backup[0])
    restorer.run(path)
    outcome = restorer.run(path, neutralise=ALL, keep_tables=("MAIL_KONTEN",))
    assert [part in " ".join(outcome.warnings) for part in ("MAIL_KONTEN", "previous: drop")] == [True, True]
    again = restorer.run(path, neutralise=ALL, policy="always")
    assert not any("generation before" in warning for warning in again.warnings)


def test_a_small_schema_is_reported_and_an_unclear_one_refused(restorer: Restorer) -> None:
    small = restorer.write("small.sql", cao_backup(company("Klein")))
    outcome = restorer.run(small, neutralise=ALL)
    assert outcome.restore["neutralised"] == []
    told = {report["table"] for report in outcome.restore["warnings"]}
    assert {"REGISTRY", "MAIL_KONTEN", "MITARBEITER"} <= told
    registry = cao_table("REGISTRY", ["SCHLUESSEL varchar(20)", "WERT varchar(20)"], ["'SMTP','x'"])
    staff = cao_table("MITARBEITER", ["MA_ID int(11) not null", "LOSUNG varchar(20)"], ["'1','x'"])
    before = restorer.mandant.checksums()
    for name, table in (("registry", registry), ("staff", staff)):
        path = restorer.write(f"{name}.sql", cao_backup(company("Unklar"), table))
        for check in (True, False):
            with pytest.raises(Exception, match="neutralise: the table") as raised:
                restorer.run(path, check=check, neutralise=ALL)
            assert raised.value.error == "not_a_backup"  # type: ignore[attr-defined]
    assert restorer.mandant.checksums() == before


def test_missing_rights_are_named_before_anything_happens(restorer: Restorer, backup: tuple[Path, Planted]) -> None:
    server, name = restorer.mandant.server, restorer.mandant.name
    rights = f"SELECT, INSERT, CREATE, DROP, ALTER ON `{name}`.*"
    restorer.user, restorer.password = "neutral", account(server, "neutral", [rights, "RELOAD ON *.*"])
    with pytest.raises(Exception, match="lacks UPDATE, DELETE"):
        restorer.run(str(backup[0]), neutralise=ALL)
    assert restorer.mandant.tables() == []
    server.admin("DROP USER 'neutral'@'%'")


def test_the_module_tells_what_was_neutralised(
    playbook: PlaybookRunner, mandant: Mandant, backup: tuple[Path, Planted]
) -> None:
    path, planted = backup
    task = {**mandant.login(), "file": str(path), "neutralise": sorted(ALL)}
    forecast = playbook.task("cao.faktura.mandant_restore", task, check=True)
    answer = playbook.task("cao.faktura.mandant_restore", task)
    assert answer["restore"]["neutralised"] == forecast["restore"]["neutralised"] != []
    assert not playbook.task("cao.faktura.mandant_restore", task).changed
    assert words_in(mandant) == set(planted.staying)
    refused = playbook.task("cao.faktura.mandant_restore", {**task, "neutralise": ["faxes"]})
    assert refused.failed


FORKED = cao_backup(
    cao_table(
        "FIRMA",
        ["NAME1 varchar(99)", "eMailSMTP varchar(99)", "eMailBenutzer varchar(99)", "SMSURL varchar(99)",
         "SMSBenutzerName varchar(50)", "SMSPasswort varchar(50) default 'x' not null", "DatevURL text",
         "DatevToken text"],
        ["'Laden','geheim-1','geheim-2','geheim-3','geheim-4','geheim-5','geheim-6','geheim-7'"],
    ),
    cao_table(
        "KASSEN",
        ["KASSEN_ID int(11)", "NAME varchar(50)", "TSE_SerienNr varchar(99)", "TSE_Client_ID text", "tsePIN text"],
        ["'1','Theke','geheim-8','geheim-9','geheim-10'"],
    ),
    cao_table("MITARBEITER", ["MA_ID int(11)", "USER_PASSWORD varchar(32)"], ["'1','geheim-11'"]),
    cao_table(
        "REGISTRY",
        ["MAINKEY varchar(100) not null", "NAME varchar(100) not null", "VAL_CHAR varchar(255)", "VAL_INT int(11)"],
        [
            "'MAIN','DB_VERSION','1.13','0'",
            "'BELEGE','ftpHostBelege','geheim-12','0'",
            "'BELEGE','FTPBENUTZERBELEGE','geheim-13','21'",
            "'MAIN\\\\\\\\SMS','GATEWAY','geheim-14','0'",
            "'MAIN\\\\\\\\KASSE','TSE_URL','geheim-15','0'",
        ],
    ),
    cao_table("TSE_LOG", ["JOURNAL_ID int(11)", "TSE_SERIENNR text", "TSE_TA_SIG text"], ["'1','bleibt-1','bleibt-2'"]),
)  # fmt: skip


@pytest.mark.parametrize("groups", [ALL, frozenset({"passwords", "mail"})])
def test_forked_and_newer_schemas(restorer: Restorer, groups: frozenset[str]) -> None:
    path, mandant = restorer.write("forked.sql", FORKED), restorer.mandant
    forecast = restorer.run(path, check=True, neutralise=groups, incomplete="allow")
    outcome = restorer.run(path, neutralise=groups, incomplete="allow")
    assert outcome.restore["neutralised"] == forecast.restore["neutralised"]
    tables = ("FIRMA", "KASSEN", "MITARBEITER", "REGISTRY", "TSE_LOG")
    rows = str([mandant.query(f"SELECT * FROM {table}") for table in tables])
    assert "geheim" not in rows
    assert all(word in rows for word in ("Laden", "Theke", "1.13", "bleibt-1", "bleibt-2"))
