# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Galera cluster: what is restored, put right, rolled back, removed over one node is on the other; or refused."""

from __future__ import annotations

import concurrent.futures
import contextlib
import random
import re
import threading
import time
import typing as t
from pathlib import Path

import pymysql
import pytest

from dumps import fails
from galera import MISSING, Node, two_nodes
from jobs import until
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company, remove, roll_back
from saving import back_up

pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

Nodes = tuple[Node, Node]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Nodes]:
    with two_nodes(tmp_path_factory.mktemp("transfer")) as both:
        yield both


@pytest.fixture
def restorer(nodes: Nodes, tmp_path: Path) -> t.Iterator[Restorer]:
    mandant = Mandant("cao_verbund", nodes[0])
    mandant.drop()
    yield Restorer(mandant, tmp_path)
    mandant.drop()


def _has_all(node: Node) -> None:
    """Return when what was committed on the other one is on this one."""
    node.admin("SET STATEMENT wsrep_sync_wait=1 FOR SELECT 1")


def _same(restorer: Restorer, nodes: Nodes) -> bool:
    """Whether both nodes have the same tables with the same rows and definitions, once all is there."""
    here, there = restorer.mandant, Mandant(restorer.mandant.name, nodes[1])

    def seen(mandant: Mandant) -> list[t.Any]:
        shown = [mandant.query(f"SHOW CREATE TABLE `{table}`") for table in mandant.tables()]
        return [shown, mandant.checksums()]

    for node in nodes:
        _has_all(node)
    return seen(here) == seen(there)


def test_each_job_reaches_the_other_node(restorer: Restorer, nodes: Nodes) -> None:
    """Also where CAO's own engine would be taken, whose rows stay on one node."""
    mandant = restorer.mandant
    backups = [restorer.write(f"{mark}.sql", cao_backup(articles(900, mark), company(mark))) for mark in ("alt", "neu")]
    for path in (*backups, *backups):
        if nodes[0].admin("SHOW DATABASES LIKE %s", (mandant.name,)):
            mandant.query("ALTER TABLE FIRMA ENGINE=MyISAM")
        assert restorer.run(path, check=True, policy="always").changed
        assert restorer.run(path, policy="always").changed
        assert not restorer.run(path, policy="enforce").changed
        assert _same(restorer, nodes)
    mandant.query("DELETE FROM ARTIKEL WHERE REC_ID = 7")
    assert restorer.run(backups[1], policy="enforce").changed
    assert _same(restorer, nodes)
    assert roll_back(restorer).changed
    assert _same(restorer, nodes)
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(899,)]
    engines = f"SELECT DISTINCT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{mandant.name}'"
    assert mandant.query(engines) == [("InnoDB",)]
    assert back_up(restorer, restorer.folder / "saved.sql")["rows"] == 900
    # The other node knows at once what was done over this one.
    other = Restorer(Mandant(mandant.name, nodes[1]), restorer.folder)
    for path in backups:
        assert restorer.run(path, policy="always").changed
        assert not other.run(path, policy="enforce").changed
    assert remove(restorer, drifted="remove").action == "removed"
    _has_all(nodes[1])
    assert nodes[1].admin("SHOW DATABASES LIKE %s", (mandant.name,)) == []


def test_work_over_the_other_node(restorer: Restorer, nodes: Nodes) -> None:
    """What was committed there is kept or refuses the run, what is not yet is ended; and nobody looks for it unsaid."""
    mandant, elsewhere = restorer.mandant, Mandant(restorer.mandant.name, nodes[1])
    paths = [restorer.write(f"{mark}.sql", cao_backup(articles(9, mark), company(mark))) for mark in ("alt", "neu")]
    restorer.run(paths[0])
    with contextlib.closing(elsewhere.connect()) as session, session.cursor() as cursor:

        def work(stage: str, *_rest: t.Any) -> None:
            if stage == "swap":
                cursor.execute("INSERT INTO ARTIKEL (REC_ID) VALUES (77)")
                session.begin()
                cursor.execute("INSERT INTO ARTIKEL (REC_ID) VALUES (78)")

        with fails("would_replace_work", "ARTIKEL"):
            restorer.run(paths[1], progress=work)
        session.rollback()
        elsewhere.query("DELETE FROM ARTIKEL WHERE REC_ID = 77")
        done = restorer.run(paths[1], policy="always", progress=work)
        assert any("1 more in its Galera cluster" in one for one in done.warnings)
        with pytest.raises(pymysql.err.OperationalError, match="1213"):
            session.commit()
    for node in nodes:
        _has_all(node)
        there = Mandant(mandant.name, node)
        assert there.query("SELECT COUNT(*) FROM ARTIKEL") == [(9,)]
        assert there.query("SELECT REC_ID FROM BACK_ARTIKEL WHERE REC_ID > 9") == [(77,)]
    for job in (roll_back(restorer), remove(restorer, drifted="remove")):
        assert any("1 more in its Galera cluster" in one for one in job.warnings)


@contextlib.contextmanager
def _set(node: Node, name: str, value: str) -> t.Iterator[None]:
    with contextlib.closing(node.connect()) as session, session.cursor() as cursor:
        cursor.execute(f"SELECT @@GLOBAL.{name}")
        ((before,),) = cursor.fetchall()
        cursor.execute(f"SET GLOBAL {name}={value}")
        try:
            yield
        finally:
            cursor.execute(f"SET GLOBAL {name}=%s", (before,))


REFUSED: t.Mapping[str, tuple[dict[str, t.Any], list[str]]] = {
    "wsrep_mode='REPLICATE_MYISAM'": ({"engine": "MyISAM"}, ["MyISAM", "Galera", "InnoDB"]),
    "wsrep_mode='REPLICATE_ARIA'": ({"engine": "Aria"}, ["Aria", "Galera", "InnoDB"]),
    "wsrep_mode='REQUIRED_PRIMARY_KEY'": ({}, ["the table FIRMA", "wsrep_mode=REQUIRED_PRIMARY_KEY"]),
    "wsrep_mode='BINLOG_ROW_FORMAT_ONLY'": ({}, ["wsrep_mode without BINLOG_ROW_FORMAT_ONLY"]),
    "wsrep_certify_nonPK=OFF": ({}, ["the table FIRMA", "wsrep_certify_nonPK=OFF"]),
    "wsrep_OSU_method='RSU'": ({}, ["wsrep_OSU_method=TOI"]),
    "wsrep_on=OFF": ({}, ["wsrep_on=ON"]),
    "wsrep_max_ws_rows=3": ({}, ["ARTIKEL", "has 9 rows", "wsrep_max_ws_rows is 3"]),
    "wsrep_max_ws_size=1024": ({}, ["ARTIKEL", "wsrep_max_ws_size is 1024", "wsrep_trx_fragment_size"]),
    "wsrep_reject_queries=ALL": ({}, ["wsrep_reject_queries=NONE"]),
}


@pytest.mark.parametrize("setting", REFUSED)
def test_settings_that_are_in_the_way(restorer: Restorer, nodes: Nodes, setting: str) -> None:
    mandant, (options, words) = restorer.mandant, REFUSED[setting]
    path = restorer.write("new.sql", cao_backup(articles(9, "x" * 300), company("Eins")))
    with _set(nodes[0], *setting.split("=", 1)):
        for check in (True, False):
            with fails("server_setting", *words):
                restorer.run(path, check=check, **options)
    assert nodes[0].admin("SHOW DATABASES LIKE %s", (mandant.name,)) == []
    assert restorer.run(path, **options | {"engine": None}).changed
    assert _same(restorer, nodes)


def test_rows_that_a_transaction_takes_in_pieces(restorer: Restorer, nodes: Nodes) -> None:
    path = restorer.write("new.sql", cao_backup(articles(900, "neu"), company("Eins")))
    with _set(nodes[0], "wsrep_max_ws_size", "20000"), _set(nodes[0], "wsrep_trx_fragment_size", "5000"):
        assert restorer.run(path).changed
    assert _same(restorer, nodes)


def test_a_run_keeps_to_one_node(restorer: Restorer, nodes: Nodes) -> None:
    """Somebody in between shares out its connections: whoever leads to the other node is not used."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import second_to

    other = Restorer(Mandant(restorer.mandant.name, nodes[1]), restorer.folder)
    with contextlib.closing(connect(restorer.login())) as first:
        second_to(first, restorer.login()).close()
        with pytest.raises(Failure, match="another server"):
            second_to(first, other.login())


def _twin(restorer: Restorer, nodes: Nodes) -> Restorer:
    """Return a restorer of the same Mandant over the other node."""
    return Restorer(Mandant(restorer.mandant.name, nodes[1]), restorer.folder)


def _content(restorer: Restorer) -> tuple[t.Any, ...]:
    (rows,) = restorer.mandant.query("SELECT COUNT(*), MIN(RIGHT(INFO, 4)), MAX(RIGHT(INFO, 4)) FROM ARTIKEL")
    return (*rows, *restorer.mandant.query("SELECT NAME1 FROM FIRMA")[0])


def _ended(run: t.Callable[[], t.Any]) -> str:
    """Return how a run ends: its action, or its error and message."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        return str(run().action)
    except Failure as failure:
        return f"{failure.error}: {failure.msg}"


def test_another_run_over_the_other_node_right_before_the_swap(restorer: Restorer, nodes: Nodes) -> None:
    """It takes this one for one that was cut off, and has come as far: neither puts the other's tables in place."""
    other = _twin(restorer, nodes)
    one, two = (
        restorer.write(f"{mark}.sql", cao_backup(articles(40, mark), company(mark))) for mark in ("eins", "zwei")
    )
    restorer.run(one)
    restorer.run(one, policy="always")
    here, go, ends = threading.Event(), threading.Event(), []

    def paused(stage: str, *_rest: t.Any) -> None:
        if stage == "swap":
            here.set()
            assert go.wait(60)

    run = threading.Thread(target=lambda: ends.append(_ended(lambda: other.run(two, policy="always", progress=paused))))

    def begin_the_other(stage: str, *_rest: t.Any) -> None:
        if stage == "swap" and not run.is_alive():
            run.start()
            until(lambda: here.is_set() or not run.is_alive(), 60, "the other one is about to swap, or has ended")

    try:
        told = _ended(lambda: restorer.run(one, policy="always", progress=begin_the_other))
    finally:
        go.set()
        run.join()
    assert told.startswith("locked: "), told
    assert "another member of the cluster" in told
    for node in nodes:
        _has_all(node)
    assert _content(restorer) == (
        (40, "zwei", "zwei", "zwei") if ends == ["restored"] else (40, "eins", "eins", "eins")
    )
    assert restorer.run(one, policy="enforce").action in ("restored", "unchanged")
    assert _content(restorer) == (40, "eins", "eins", "eins")
    assert not [name for name in restorer.mandant.tables() if "_NEW_" in name]


def test_two_runs_over_two_nodes_at_once(restorer: Restorer, nodes: Nodes) -> None:
    """Each comes to its end or is told what is in its way; the Mandant is the one's or the other's, never a mixture."""
    chance = random.Random(20261127)
    runs = [restorer, _twin(restorer, nodes)]
    marks = ("eins", "zwei")
    paths = [restorer.write(f"{mark}.sql", cao_backup(articles(200, mark), company(mark))) for mark in marks]
    for path in paths:
        restorer.run(path, policy="always")
    told: set[str] = set()
    for _round in range(12):
        waits = [0.0, chance.uniform(0, 0.4)]
        chance.shuffle(waits)

        def go(number: int, wait_seconds: float) -> str:
            time.sleep(wait_seconds)
            return _ended(lambda: runs[number].run(paths[number], policy="always", running_instances="ignore"))

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(go, (0, 1), waits))
        for node in nodes:
            _has_all(node)
        assert _content(restorer) in [(200, mark, mark, mark) for mark in marks], ends
        told.update(ends)
    for words in told - {"restored"}:
        assert "another member of the cluster" in words or not re.search(r"error (1050|1062|1146|1213)", words), words
    assert restorer.run(paths[0], policy="enforce").action in ("restored", "unchanged")
    assert _content(restorer) == (200, "eins", "eins", "eins")
    assert not [name for name in restorer.mandant.tables() if "_NEW_" in name]


def test_a_node_without_the_others(restorer: Restorer, nodes: Nodes) -> None:
    """It comes last: the cluster has one node behind it."""
    path = restorer.write("new.sql", cao_backup(articles(9, "neu"), company("Eins")))
    assert restorer.run(path).changed
    other = Restorer(Mandant(restorer.mandant.name, nodes[1]), restorer.folder)
    nodes[1].admin("SET GLOBAL wsrep_provider_options='gmcast.isolate=1'")
    until(lambda: nodes[1].admin("SHOW STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "OFF")], 60, "it is alone")
    for check in (True, False):
        with fails("server_setting", "wsrep_ready"):
            other.run(path, policy="always", check=check)
    nodes[1].kill9()
    ready = [("wsrep_ready", "ON")]
    nodes[0].admin("SET GLOBAL wsrep_provider_options='pc.bootstrap=1'")
    until(lambda: nodes[0].admin("SHOW STATUS LIKE 'wsrep_ready'") == ready, 60, "the first is one again")
