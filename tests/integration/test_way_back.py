# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generation before outlives each restore that fails, and what goes for good is named before it goes."""

from __future__ import annotations

import gzip
import typing as t

import pytest

from restoring import Restorer, articles, cao_backup, company, remove, roll_back

ONE = cao_backup(articles(3, "eins"), company("Eins"))
TWO = cao_backup(articles(4, "zwei"), company("Eins"))
THREE = cao_backup(articles(5, "drei"), company("Eins"))


class Failing(t.NamedTuple):
    """A restore that fails with an error: the bytes of its backup, and what else is said."""

    error: str
    content: bytes
    name: str = "three.sql"
    options: t.Mapping[str, t.Any] = {}


FAILING = [
    Failing("statement_failed", cao_backup(articles(5, bad={5: "'5','A5','geheim','x'"}), company("Eins"))),
    Failing(
        "check_failed", THREE, options={"checks": [{"name": "x", "query": "SELECT COUNT(*) FROM ARTIKEL", "equals": 0}]}
    ),
    Failing("truncated", gzip.compress(THREE)[:-20], "three.sql.gz"),
    Failing("forbidden_statement", THREE + b"DROP DATABASE other;\r\n"),
    Failing("other_company", cao_backup(articles(5), company("Andere")), options={"other_company": "fail"}),
    Failing("would_replace_work", THREE, options={"policy": "once"}),
]


@pytest.mark.promise("way-back")
@pytest.mark.parametrize("failing", FAILING, ids=lambda failing: failing.error)
def test_a_restore_that_fails_never_costs_it(restorer: Restorer, failing: Failing) -> None:
    """However often it is run."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant = restorer.mandant
    restorer.run(restorer.write("one.sql", ONE))
    first = mandant.checksums()
    restorer.run(restorer.write("two.sql", TWO))
    mandant.query("UPDATE ARTIKEL SET INFO = 'geändert' WHERE REC_ID = 1")
    before = mandant.checksums()
    path = restorer.write(failing.name, failing.content)
    for _run in range(3):
        with pytest.raises(Failure) as caught:
            restorer.run(path, **{"policy": "always", **failing.options})
        assert caught.value.error == failing.error
        assert mandant.checksums() == before
    roll_back(restorer)
    assert {name: first[name] for name in ("ARTIKEL", "FIRMA")}.items() <= mandant.checksums().items()


@pytest.mark.promise("way-back")
@pytest.mark.parametrize("previous", ["keep", "drop"])
def test_what_goes_for_good_is_named_before_it_goes(restorer: Restorer, previous: str) -> None:
    mandant = restorer.mandant
    restorer.run(restorer.write("one.sql", ONE))
    mandant.query("CREATE TABLE EIGENE (A INT)")
    restorer.run(restorer.write("two.sql", TWO), replace=True)
    path = restorer.write("three.sql", THREE)
    going = ["BACK_ARTIKEL", "BACK_EIGENE", "BACK_FIRMA", *(["ARTIKEL", "FIRMA"] if previous == "drop" else [])]
    assert set(going) < set(mandant.tables())
    foretold = restorer.run(path, check=True, diff=True, previous=previous, replace=True)
    assert f"dropped for good: {', '.join(sorted(going))}" in foretold.diff["prepared"]
    assert restorer.run(path, previous=previous, replace=True).restore["dropped"] == sorted(going)


@pytest.mark.promise("nobodys-work")
def test_every_result_says_why(restorer: Restorer) -> None:
    one, two = restorer.write("one.sql", ONE), restorer.write("two.sql", TWO)
    runs: list[t.Callable[[bool], t.Any]] = [
        *(
            lambda check, path=path, policy=policy: restorer.run(path, check=check, policy=policy)
            for policy in ("once", "enforce", "always")
            for path in (one, one, two)
        ),
        lambda check: roll_back(restorer, check=check),
        lambda check: restorer.run(two, check=check),
        lambda check: remove(restorer, check=check, drifted="remove"),
        lambda check: remove(restorer, check=check, drifted="remove"),
    ]
    for run in runs:
        foretold, done = run(True), run(False)
        assert foretold.reason
        assert (done.reason, done.action) == (foretold.reason, foretold.action)
