# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosted databases as hosters make them: whatever a run needs works, or is refused before the first change."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pymysql
import pytest

import servers
from dumps import fails
from each_server import KINDS, Each, on
from hosted import BACK, JOBS, NEW, OLD, USER, back, failed, look, poor_account, restore, save, state
from jobs import until
from mandant import Mandant
from refusing_proxy import Refusal, RefusingProxy
from restoring import Restorer, cao_backup, cao_table, company

PROXIED = ("mariadb", "mysql-9.7") if os.environ.get("FAKTURA_SERVERS") == "all" else ("mariadb",)


@on(*KINDS)
def test_all_jobs(each: Each, tmp_path: Path) -> None:
    """With one connection at a time, and nothing but the tables."""
    poor = poor_account(each, tmp_path, "MAX_USER_CONNECTIONS 1")
    mandant = poor.mandant
    assert restore(poor, check=True).changed
    assert state(mandant) == OLD
    assert restore(poor).changed
    assert state(mandant) == NEW
    assert not restore(poor, policy="enforce").changed
    mandant.query("UPDATE ARTIKEL SET INFO = 'von Hand'")
    assert restore(poor, policy="enforce", check=True).changed
    assert restore(poor, policy="enforce").changed
    found = look(poor)
    assert found["name"] == mandant.name
    assert any("sessions" in words for words in found["not_seen"])
    save(poor)
    assert (tmp_path / "saved.sql").stat().st_size > 1000
    assert back(poor).changed
    assert mandant.query("SELECT DISTINCT INFO FROM ARTIKEL") == [("von Hand",)]
    assert not [name for name in mandant.tables() if "_NEW_" in name]


@on(*KINDS)
def test_triggers_that_the_account_does_not_see(each: Each, tmp_path: Path) -> None:
    """What leaves with the tables is said, by check mode too, and comes back; whoever sees it is told more."""
    poor = poor_account(each, tmp_path)
    mandant = poor.mandant
    mandant.query("CREATE TRIGGER eigener BEFORE UPDATE ON ARTIKEL FOR EACH ROW SET NEW.VK1 = 99")
    said = [one for check in (True, False) for one in restore(poor, check=check).warnings if "TRIGGER" in one]
    assert len(said) == 2
    assert "does not see triggers" in said[0]
    assert said[0] == said[1]
    assert mandant.query("SHOW TRIGGERS LIKE 'BACK\\_ARTIKEL'")[0][0] == "eigener"
    assert "drift of triggers, since TRIGGER is missing" in look(poor, verify="quick")["not_seen"]
    assert back(poor).changed
    mandant.query("UPDATE ARTIKEL SET INFO = 'von Hand'")
    assert mandant.query("SELECT DISTINCT VK1 FROM ARTIKEL") == [(99,)]
    each.server.admin(f"GRANT TRIGGER ON `{mandant.name}`.* TO {USER}")
    told = restore(poor).warnings
    assert any("trigger eigener" in one for one in told)
    assert not any("does not see triggers" in one for one in told)
    assert "TRIGGER" not in str(look(poor, verify="quick")["not_seen"])


OTHER_ARTICLES = cao_table("ARTIKEL", ["REC_ID int(11)", "ARTNUM varchar(20)"], ["'1','A1'"], ["PRIMARY KEY (REC_ID)"])
OWN_VIEW = "CREATE VIEW EIGENE AS SELECT a.REC_ID, a.INFO FROM ARTIKEL a"


@on(*KINDS)
def test_a_view_that_stays_and_loses_what_it_reads(each: Each, tmp_path: Path) -> None:
    """Said by check mode too, also where the account does not see what it reads; or refused; or it can be read."""
    poor = poor_account(each, tmp_path)
    mandant, rich = poor.mandant, Restorer(poor.mandant, tmp_path)
    mandant.query(OWN_VIEW)
    path = poor.write("other.sql", cao_backup(OTHER_ARTICLES, company("neu")))
    options = {"policy": "always", "reload_tables": False, "engine": "InnoDB"}
    with fails("statement_failed", "EIGENE", "INFO of ARTIKEL"):
        rich.run(path, tables=("ARTIKEL",), **options)
    for who, words, chosen in (
        (poor, "lacks SHOW VIEW", {"tables": ("ARTIKEL",)}),
        (poor, "lacks SHOW VIEW", {"keep_tables": ("EIG*",)}),
        (rich, "the view EIGENE, which stays, reads INFO of ARTIKEL", {"keep_tables": ("EIG*",)}),
    ):
        for check in (True, False):
            told = [one for one in who.run(path, check=check, **chosen, **options).warnings if words in one]
            assert len(told) == 1
            assert "INFO of ARTIKEL" in told[0]
        with pytest.raises(pymysql.err.OperationalError, match="1356"):
            mandant.query("SELECT * FROM EIGENE")
        again = rich.run(str(tmp_path / "old.sql"), keep_tables=("EIG*",), **options)
        assert not [one for one in again.warnings if "view" in one.lower()]
        assert len(mandant.query("SELECT * FROM EIGENE")) == 3
    gone = poor.write("less.sql", cao_backup(company("neu")))
    told = rich.run(gone, keep_tables=("EIG*",), replace=True, incomplete="allow", **options).warnings
    assert any("the view EIGENE, which stays, reads ARTIKEL" in one for one in told)


@on(*KINDS)
def test_tables_of_two_engines_are_saved_over_one_connection(each: Each, tmp_path: Path) -> None:
    """They need LOCK TABLES; without it that is said, and nobody has waited."""
    poor = poor_account(each, tmp_path, "MAX_USER_CONNECTIONS 1")
    poor.mandant.query("ALTER TABLE FIRMA ENGINE=MyISAM")
    failure = failed(save, poor)
    assert failure.error == "missing_privilege"
    assert "LOCK TABLES" in failure.msg
    each.server.admin(f"GRANT LOCK TABLES ON `{poor.mandant.name}`.* TO {USER}")
    there = f"SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = '{USER}'"
    until(lambda: not each.server.admin(there), 60, "the account's only connection is gone")
    save(poor)
    written = (tmp_path / "saved.sql").read_bytes()
    assert written.count(b"Schraube") == 3
    again = Restorer(Mandant("db4711_2", each.server), tmp_path)
    again.mandant.drop()
    assert again.run(str(tmp_path / "saved.sql")).changed
    assert again.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(3,)]
    assert again.mandant.query("SELECT NAME1 FROM FIRMA") == [("alt",)]
    again.mandant.drop()


@pytest.mark.parametrize("kind", ["mysql-9.7", "mysql-5.6"])
def test_without_performance_schema(kind: str, tmp_path: Path) -> None:
    """MySQL has it by default, MariaDB has not."""
    (setting,) = (one for one in servers.SETTINGS if one.name == kind)
    if (reason := servers.why_not(setting)) is not None:
        pytest.skip(reason)
    switched_off = setting._replace(options=(*setting.options, "--performance-schema=OFF"))
    with switched_off.server() as server:
        assert server.admin("SELECT @@performance_schema") == [(0,)]
        poor = poor_account(Each(kind, server), tmp_path)
        for job, do in JOBS.items():
            assert failed(do, poor) is None, job


LIMITS = {
    "MAX_QUERIES_PER_HOUR 40": ("server_setting", "MAX_QUERIES_PER_HOUR"),
    "MAX_UPDATES_PER_HOUR 3": ("server_setting", "MAX_UPDATES_PER_HOUR"),
}


@on(*KINDS)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_of_the_account_in_the_middle(each: Each, tmp_path: Path, limit: str) -> None:
    """The Mandant is the old one; what was begun is cleared away by the first run behind it."""
    poor = poor_account(each, tmp_path, limit)
    failure = failed(restore, poor)
    assert failure is not None
    assert (failure.error, LIMITS[limit][1] in failure.msg) == (LIMITS[limit][0], True), failure.msg
    assert state(poor.mandant) == OLD
    name = limit.partition(" ")[0]
    each.server.admin(
        f"GRANT USAGE ON *.* TO {USER} WITH {name} 0"
        if each.kind == "mysql-5.6"
        else f"ALTER USER {USER} WITH {name} 0"
    )
    each.server.admin("FLUSH USER_RESOURCES")
    assert restore(poor).changed
    assert state(poor.mandant) == NEW
    assert not [name for name in poor.mandant.tables() if "_NEW_" in name]


@on(*KINDS)
def test_statements_that_may_not_take_long(each: Each, tmp_path: Path) -> None:
    """A limit of the server's for all statements does not hold for ours where the account may say so."""
    poor = poor_account(each, tmp_path)
    names = [name for (name, _value) in each.server.admin("SHOW GLOBAL VARIABLES LIKE 'max_%_time'")]
    (name,) = [one for one in names if one in ("max_statement_time", "max_execution_time")] or [None]
    if name is None:
        pytest.skip("the server has no such limit")
    each.server.admin(f"SET GLOBAL {name} = {'0.001' if name == 'max_statement_time' else '1'}")
    try:
        outcomes = {job: failed(JOBS[job], poor) for job in ("restore", "enforce", "backup", "info")}
    finally:
        each.server.admin(f"SET GLOBAL {name} = 0")
    assert outcomes == dict.fromkeys(outcomes)


# What proxies and hosters do not let through, by what a statement looks like.
FORBIDDEN = {
    "locks by name": r"GET_LOCK|IS_USED_LOCK",
    "SHOW GRANTS": r"^SHOW GRANTS",
    "SET SESSION": r"^SET ",
    "LOAD DATA": r"^LOAD DATA",
    "LOCK TABLES": r"^LOCK TABLES",
    "KILL": r"^KILL",
    "the list of sessions": r"PROCESSLIST",
    "information_schema": r"information_schema",
    "SHOW VARIABLES": r"^SHOW (GLOBAL )?VARIABLES",
    "RENAME": r"^RENAME",
    "more tables": r"^CREATE TABLE",
    "DROP": r"^DROP",
    "CHECKSUM TABLE": r"^CHECKSUM",
    "transactions": r"^(START|COMMIT|BEGIN)",
}


def _same_or_done(job: str, poor: Restorer) -> None:
    """Whatever was refused: old or new, never a mixture, and the next run without the proxy is not in the way."""
    done = {"restore": NEW, "rollback": BACK}.get(job, OLD)
    assert state(poor.mandant) in (OLD, done)


@on(*PROXIED)
@pytest.mark.parametrize("words", FORBIDDEN)
def test_a_proxy_that_forbids(each: Each, tmp_path: Path, words: str) -> None:
    poor = poor_account(each, tmp_path)
    pattern = re.compile(FORBIDDEN[words], re.IGNORECASE)

    def judge(_number: int, text: str) -> Refusal:
        return (1235, "the proxy does not do that") if pattern.search(text) else None

    for job, do in JOBS.items():
        with RefusingProxy(each.server.address.port, judge) as proxy:
            poor.port = proxy.port
            failure = failed(do, poor)
        poor.port = None
        assert failure is None or failure.error != "internal_error"
        if failure is not None:
            assert state(poor.mandant) in (OLD, NEW, BACK), job
        if job == "restore" and failure is None:
            assert back(poor).changed
            assert state(poor.mandant) == ("alt", "alt", "neu", "neu")
            poor = poor_account(each, tmp_path)
        elif job == "rollback" and failure is None:
            poor = poor_account(each, tmp_path)
    assert failed(restore, poor) is None
    assert state(poor.mandant) == NEW
    assert not [name for name in poor.mandant.tables() if "_NEW_" in name]


@on(*PROXIED)
def test_so_many_tables_a_minute(each: Each, tmp_path: Path) -> None:
    """The Mandant stays as it is, nothing is left of what was made, and the next minute's run goes through."""
    poor = poor_account(each, tmp_path)
    made = 0

    def judge(_number: int, text: str) -> Refusal:
        nonlocal made
        made += text.startswith("CREATE TABLE")
        return (1226, "no more tables in this minute") if made > 1 and text.startswith("CREATE TABLE") else None

    with RefusingProxy(each.server.address.port, judge) as proxy:
        poor.port = proxy.port
        failure = failed(restore, poor)
    poor.port = None
    assert failure is not None
    assert failure.error in ("server_setting", "statement_failed")
    assert state(poor.mandant) == OLD
    assert not [name for name in poor.mandant.tables() if "_NEW_" in name]
    assert failed(restore, poor) is None
    assert state(poor.mandant) == NEW


def _counted(each: Each, poor: Restorer, job: str) -> int:
    with RefusingProxy(each.server.address.port, lambda _number, _text: None) as proxy:
        poor.port = proxy.port
        JOBS[job](poor)
    poor.port = None
    return len(proxy.statements)


@on(*PROXIED)
@pytest.mark.parametrize("job", ["restore", "rollback"])
@pytest.mark.parametrize(("code", "step"), [(1227, 3), (1105, 7), (1969, 9), (0, 5)])
def test_each_statement_may_be_refused(each: Each, tmp_path: Path, job: str, code: int, step: int) -> None:
    """By itself, as a proxy does that knows a rule; or the line is cut there, as one is that was idle for too long."""
    poor = poor_account(each, tmp_path)
    last = _counted(each, poor, job)
    seen = set()
    for number in range(1, last + 1, step):
        poor = poor_account(each, tmp_path)

        def judge(now: int, _text: str, number: int = number) -> Refusal:
            return (code, "no") if now == number else None

        with RefusingProxy(each.server.address.port, judge) as proxy:
            poor.port = proxy.port
            failure = failed(JOBS[job], poor)
        poor.port = None
        what = f"{number}: {proxy.statements[min(number, len(proxy.statements)) - 1]}: {failure}"
        seen.add(None if failure is None else failure.error)
        _same_or_done(job, poor)
        # The proxy's second connection may have gone on.
        assert failed(restore, poor) is None, what
        assert state(poor.mandant)[:2] == ("neu", "neu"), what
        assert not [name for name in poor.mandant.tables() if "_NEW_" in name], what
    assert len(seen) > 1
