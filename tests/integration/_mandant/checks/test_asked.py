# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks are asked of the new tables before they take their place; one that fails leaves the Mandant as it was."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from restoring import Restorer, account, articles, cao_backup, company

_VIEWS = "CREATE TABLE `T` (`A` int, `D` date);\nINSERT INTO `T` VALUES (1,'2026-11-02'),(2,'2025-01-01');\n"
_VIEWS += "CREATE VIEW `V` AS SELECT `A` FROM `T` WHERE `A` > 1;\nCREATE VIEW `W` AS SELECT `A` FROM `V`;\n"


def _check(query: str, name: str = "x", needs: t.Sequence[str] = (), **wanted: object) -> dict[str, t.Any]:
    return {"name": name, "query": query, "needs": list(needs), **(wanted or {"equals": "0"})}


def _passes(restorer: Restorer, path: str, *checks: dict[str, t.Any], **options: t.Any) -> t.Any:
    outcome = restorer.run(path, policy="always", checks=checks, **options)
    assert outcome.changed
    return outcome.checks


def _fails(restorer: Restorer, path: str, *checks: dict[str, t.Any], **options: t.Any) -> Failure:
    """Return how it fails; the Mandant is as it was, and what was made beside it is gone."""
    before = restorer.mandant.checksums()
    with pytest.raises(Failure) as failed:
        restorer.run(path, policy="always", checks=checks, **options)
    assert failed.value.error == "check_failed"
    assert restorer.mandant.checksums() == before
    return failed.value


def test_the_new_tables_are_asked_and_not_the_old(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(7), company("Zwei")))
    counted = "SELECT COUNT(*) FROM ARTIKEL"
    (told,) = _passes(filled, path, _check(counted, equals="7"))
    assert told == {
        "name": "x", "wanted": {"equals": "7"}, "value": 7, "passed": True, "skipped": None, "problem": None,
    }  # fmt: skip
    failure = _fails(filled, path, _check(counted, "few", equals=3), _check(counted, "all", at_least=7))
    assert "of 2 checks 1 failed: few found 7, and equals 3 is wanted" in failure.msg
    assert [one["passed"] for one in failure.results["checks"]] == [False, True]


# A query, what it has to be, and what is told of its value.
_TRUE: tuple[tuple[str, dict[str, object], object], ...] = (
    ("select sum(VK1) from artikel", {"equals": "31.5"}, 31.5),
    ("SELECT COUNT(*) FROM ARTIKEL a JOIN ARTIKEL b ON a.REC_ID = b.REC_ID WHERE a.ARTNUM IS NULL", {}, 0),
    ("SELECT COUNT(*) FROM (SELECT REC_ID FROM ARTIKEL LIMIT 5) t", {"equals": "5"}, 5),
    ("SELECT COUNT(*) FROM ARTIKEL WHERE REC_ID IN (SELECT REC_ID FROM ARTIKEL)", {"equals": 7}, 7),
    ("SELECT COUNT(*) FROM (SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) u", {"at_least": "4"}, 4),
    ("(SELECT MAX(REC_ID) FROM ARTIKEL)", {"at_most": 7}, 7),
    ("SELECT MAX(REC_ID) /* greatest */ FROM ARTIKEL -- all\n;", {"at_most": 7}, 7),
    ("SELECT NAME1 FROM FIRMA", {"equals": "Zwei"}, None),
    ("SELECT CAST(NAME1 AS BINARY) FROM FIRMA", {"equals": "Zwei"}, None),
    ("SELECT DATE('2026-11-02')", {"at_most": "2026-11-02"}, "2026-11-02"),
    ("SELECT TIMESTAMP('2026-11-02 18:05:09')", {"at_least": "2026-11-02"}, "2026-11-02 18:05:09"),
    ("SELECT COUNT(*) FROM FIRMA WHERE ORT = 'K\u00f6ln' AND NAME1 LIKE '%wei'", {"equals": "1"}, 1),
    ("SELECT 2.5 FROM DUAL", {"equals": "2.50"}, 2.5),
    ("SELECT 5E-1", {"equals": "0.5"}, 0.5),
)


def test_what_is_true(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(7), company("Zwei")))
    checks = [_check(query, f"n{number}", **wanted) for number, (query, wanted, _told) in enumerate(_TRUE)]
    assert [(one["passed"], one["value"]) for one in _passes(filled, path, *checks)] == [
        (True, told) for _query, _wanted, told in _TRUE
    ]


# A query, what it has to be, and what is said.
_UNTRUE = (
    ("SELECT NAME1 FROM FIRMA", {"equals": "Drei"}, "found another text, and equals Drei"),
    ("SELECT NAME1 FROM FIRMA", {"at_least": "A"}, "gives a text"),
    ("SELECT REC_ID FROM ARTIKEL", {}, "gives more than one row"),
    ("SELECT REC_ID FROM ARTIKEL WHERE 1 = 0", {}, "gives no row"),
    ("SELECT REC_ID, VK1 FROM ARTIKEL LIMIT 1", {}, "gives 2 columns"),
    ("SELECT MAX(REC_ID) FROM ARTIKEL WHERE 1 = 0", {}, "gives NULL"),
    ("SELECT FEHLT FROM ARTIKEL", {}, "is refused by the server: error 1054"),
    ("SELECT COUNT(* FROM ARTIKEL", {}, "parentheses|is refused by the server: error 1064"),
    ("SELECT COUNT(*) FROM ARTIKEL", {"equals": "True"}, "gives a number, and what is wanted is none"),
    ("SELECT COUNT(*) FROM ARTIKEL", {"equals": "nan"}, "gives a number, and what is wanted is none"),
    ("SELECT DATE('2026-11-02')", {"equals": "2.11.2026"}, "gives a date, and what is wanted is none"),
    ("SELECT TIME('10:00:00')", {"equals": "10:00:00"}, "gives neither"),
    ("SELECT EXTRACTVALUE('<a>Geheim</a>', CONCAT('$', (SELECT NAME1 FROM FIRMA)))", {}, "is refused by the server"),
)


def test_what_is_not_true(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(2), company("Zwei")))
    for query, wanted, words in _UNTRUE:
        failure = _fails(filled, path, _check(query, **wanted))
        assert any(one in failure.msg for one in words.split("|")), (query, failure.msg)
        assert "Zwei" not in failure.msg + str(failure.results), query


def test_views_show_the_new_tables(restorer: Restorer) -> None:
    path = restorer.write("views.sql", _VIEWS.encode())
    told = _passes(
        restorer,
        path,
        _check("SELECT MAX(W.A) FROM W", equals=2),
        _check("SELECT MAX(D) FROM T", "d", at_most="2026-12-31"),
    )
    assert [one["value"] for one in told] == [2, "2026-11-02"]
    _fails(restorer, path, _check("SELECT COUNT(*) FROM v", equals=7))
    assert restorer.mandant.tables().count("V") == 1


def test_tables_that_stay(filled: Restorer) -> None:
    mandant = filled.mandant
    mandant.query("CREATE TABLE XT (A int, `Mein Feld` int)")
    mandant.query("INSERT INTO XT VALUES (5, 1)")
    mandant.query("CREATE VIEW XT_V AS SELECT REC_ID FROM ARTIKEL")
    path = filled.write("new.sql", cao_backup(articles(9), company("Zwei")))
    options = {"keep_tables": ("XT*",), "tables": ("ARTIKEL",)}
    told = _passes(
        filled, path,
        _check("SELECT A FROM xt", equals=5),
        _check("SELECT COUNT(*) FROM FIRMA f JOIN ARTIKEL WHERE f.NAME1 = 'Eins'", "both", equals=9),
        _check("SELECT B FROM XT", "skipped", ["XT.B"]),
        _check("SELECT A FROM XT", "there", ["XT.A", "ARTIKEL", "artikel.vk1"], equals=5),
        **options,
    )  # fmt: skip
    assert [(one["passed"], one["skipped"]) for one in told] == [
        (True, None), (True, None), (None, "XT.B is not there"), (True, None),
    ]  # fmt: skip
    assert (
        "reads the view XT_V, which stays" in _fails(filled, path, _check("SELECT COUNT(*) FROM XT_V"), **options).msg
    )
    for name in ("BACK_ARTIKEL", "BACK_RESTORE_MARKER", "JOURNAL"):
        assert f"reads {name}" in _fails(filled, path, _check(f"SELECT COUNT(*) FROM {name}"), **options).msg


def test_what_is_needed_and_not_there_is_skipped(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(2), company("Zwei")))
    checks = [
        _check("SELECT COUNT(*) FROM JOURNAL", "table", ["JOURNAL"]),
        _check("SELECT COUNT(HASHSUM) FROM ARTIKEL", "column", ["ARTIKEL.HASHSUM"]),
        _check("SELECT COUNT(*) FROM ARTIKEL", "there", ["ARTIKEL.REC_ID"], equals=2),
    ]
    forecast = filled.run(path, policy="always", checks=checks, check=True).checks
    told = _passes(filled, path, *checks)
    assert [one["skipped"] for one in told] == [one["skipped"] for one in forecast]
    assert [one["passed"] for one in told] == [None, None, True]
    assert [one["passed"] for one in forecast] == [None, None, None]


def test_check_mode_tells_what_cannot_be_asked(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(2), company("Zwei")))
    for query in ("DELETE FROM ARTIKEL", "SELECT COUNT(*) FROM JOURNAL"):
        assert _fails(filled, path, _check(query), check=True).msg == _fails(filled, path, _check(query)).msg


def test_nothing_is_asked_where_nothing_is_restored(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(2), company("Zwei")))
    _passes(filled, path)
    for policy in ("once", "enforce"):
        outcome = filled.run(path, policy=policy, checks=[_check("SELECT COUNT(*) FROM ARTIKEL", equals=99)])
        assert (outcome.changed, outcome.checks) == (False, ())


def test_a_query_that_takes_too_long_is_ended(filled: Restorer) -> None:
    path = filled.write("new.sql", cao_backup(articles(2000), company("Zwei")))
    long = "SELECT COUNT(*) FROM ARTIKEL a, ARTIKEL b, ARTIKEL c WHERE a.REC_ID + b.REC_ID + c.REC_ID < 0"
    failure = _fails(filled, path, _check(long), checks_timeout_seconds=1)
    assert "x took more than 1 seconds (checks_timeout)" in failure.msg


def test_a_new_mandant_is_gone_again(restorer: Restorer) -> None:
    restorer.mandant.drop()
    path = restorer.write("new.sql", cao_backup(articles(2), company("Zwei")))
    with pytest.raises(Failure, match="found 2"):
        restorer.run(path, checks=[_check("SELECT COUNT(*) FROM ARTIKEL")])
    assert restorer.mandant.server.admin("SHOW DATABASES LIKE %s", (restorer.mandant.name.replace("_", r"\_"),)) == []


def test_an_account_of_the_mandant_alone_can_check(filled: Restorer) -> None:
    mandant = filled.mandant
    password = account(mandant.server, "checker", [f"ALL ON `{mandant.name}`.*", "RELOAD ON *.*"])
    poor = Restorer(mandant, filled.folder, "checker", password)
    path = filled.write("new.sql", cao_backup(articles(4), company("Zwei")))
    assert _passes(poor, path, _check("SELECT COUNT(*) FROM ARTIKEL", equals=4))[0]["passed"] is True
