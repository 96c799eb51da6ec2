# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that works on Mandanten, on each kind of server: made once, tried out, and enough for a restore."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from each_server import KINDS, Each, on
from mandant import Mandant
from restoring import Restorer, account, articles, cao_backup, company

PASSWORD = "Ge'heim\\€1"
NAME = "faktura_probe"


@pytest.fixture
def made(each: Each, tmp_path: Path) -> t.Iterator[Restorer]:
    """A Mandant that is not there yet, and no account."""
    mandant = Mandant("kon_to%", each.server)
    mandant.drop()
    yield Restorer(mandant, tmp_path)
    mandant.drop()
    for user, host in each.server.admin("SELECT User, Host FROM mysql.user WHERE User = %s", (NAME,)):
        each.server.admin("DROP USER %s@%s", (user, host))


def _make(restorer: Restorer, *, check: bool = False, **wanted: t.Any) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.account import Account, make_account

    given = {"account_host": "%", "account_password": PASSWORD, "mandanten": ("kon_to%",), **wanted}
    return make_account(wanted=Account(NAME, **given), login=restorer.login(), check_mode=check)


@on(*KINDS)
def test_an_account_is_made_once_and_is_enough(made: Restorer) -> None:
    for action in ("created", "unchanged"):
        for check in (True, False):
            there = made.mandant.server.admin("SELECT COUNT(*) FROM mysql.user WHERE User = %s", (NAME,))
            answer = _make(made, check=check)
            assert (answer.action, answer.tried) == (action, not check)
            assert (there == [(0,)]) == (action == "created")
            assert PASSWORD not in str(answer)
    own = dataclasses.replace(made, user=NAME, password=PASSWORD)
    path = made.write("a.sql", cao_backup(articles(3), company("Eins")))
    assert own.run(path).action == "created"
    # Its pattern is one of these letters, not one that fits others too.
    beside = Restorer(Mandant("konxto_neben", made.mandant.server), made.folder, NAME, PASSWORD)
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure, match="lacks"):
        beside.run(path)


@on(*KINDS)
def test_what_it_lacks_is_given_and_nothing_is_taken(made: Restorer) -> None:
    admin = made.mandant.server.admin
    admin("CREATE USER %s@'%%' IDENTIFIED BY 'Etwas!anderes1'", (NAME,))
    admin("GRANT SELECT, INSERT ON `kon\\_to%%`.* TO %s@'%%'", (NAME,))
    admin("GRANT SELECT ON `fremd`.* TO %s@'%%'", (NAME,))
    answer = _make(made, server_privileges=("reload", "disconnect"))
    assert answer.action == "changed"
    assert len(answer.statements) == 3
    assert _make(made, server_privileges=("reload", "disconnect")).action == "unchanged"
    assert any("`fremd`" in row[0] for row in admin("SHOW GRANTS FOR %s@'%%'", (NAME,)))


@on("mariadb")
@pytest.mark.parametrize("name", [NAME, f"{NAME}'s", f"{NAME}''", f"{NAME}\\", f"{NAME}\\'"])
def test_what_is_shown_can_be_said_again(made: Restorer, name: str) -> None:
    """Who copies a statement, with a password in the place of the stars, makes the account that was meant."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.account import Account, make_account

    admin = made.mandant.server.admin
    wanted = Account(name, account_host="192.0.2.7", account_password=PASSWORD, mandanten=("kon_to%",))
    foretold = make_account(wanted=wanted, login=made.login(), check_mode=True)
    for sql in foretold.statements:
        admin(sql.replace("PASSWORD '********'", "'Etwas!anderes1'"))
    try:
        found = admin("SELECT Host FROM mysql.user WHERE User = %s", (name,))
        assert found == [("192.0.2.7",)]
        assert make_account(wanted=wanted, login=made.login(), check_mode=True).action == "unchanged"
    finally:
        admin("DROP USER IF EXISTS %s@'192.0.2.7'", (name,))


@on("mariadb")
def test_an_account_of_elsewhere_is_not_tried_out(made: Restorer) -> None:
    answer = _make(made, account_host="192.0.2.7")
    assert (answer.action, answer.tried) == ("created", False)
    assert "could not be tried out" in answer.warnings[-1]
    assert _make(made, account_host="192.0.2.7", account_password="Ein.anderes1").action == "unchanged"


@on("mariadb")
def test_a_narrower_grant_that_goes_before_is_told(made: Restorer) -> None:
    """The server looks at the most specific name alone."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    admin = made.mandant.server.admin
    admin("CREATE USER %s@'%%' IDENTIFIED BY %s", (NAME, PASSWORD))
    admin("GRANT SELECT ON `kon\\_to`.* TO %s@'%%'", (NAME,))
    with pytest.raises(Failure, match="narrower name") as refused:
        _make(made)
    assert refused.value.error == "missing_privilege"


@on("mysql-9.7")
def test_a_server_without_patterns(made: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    admin = made.mandant.server.admin
    admin("SET GLOBAL partial_revokes = ON")
    try:
        with pytest.raises(Failure, match="partial_revokes"):
            _make(made)
        assert _make(made, mandanten=("kon_to",)).action == "created"
        assert any("`kon_to`.*" in row[0] for row in admin("SHOW GRANTS FOR %s@'%%'", (NAME,)))
    finally:
        admin("SET GLOBAL partial_revokes = OFF")


@on("mariadb", "mysql-9.7")
def test_a_login_that_may_not(made: Restorer) -> None:
    """Check mode and run say the same, and no account is made: neither is one without its privileges."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    here = "ALL ON `kon\\_to%`.*"
    for grants in ([here], [here, "SELECT ON mysql.*"], [here, "SELECT ON mysql.*", "CREATE USER ON *.*"]):
        poor = dataclasses.replace(made, user="konto_arm", password=account(made.mandant.server, "konto_arm", grants))
        said = []
        for check in (True, False):
            with pytest.raises(Failure) as caught:
                _make(poor, check=check)
            said.append((caught.value.error, caught.value.msg))
        assert said[0] == said[1]
        assert said[0][0] == "missing_privilege"
        assert made.mandant.server.admin("SELECT 1 FROM mysql.user WHERE User = %s", (NAME,)) == []
