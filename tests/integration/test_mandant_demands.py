# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator makes a server demand is said before the first change, by check mode too; else a run works."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

import pytest

from dumps import fails
from mandant import Mandant, flavour_of
from mariadb_server import MariadbServer
from private_server import PrivateServer
from restoring import Restorer, account, articles, cao_backup, company, remove, roll_back
from saving import back_up

WITHOUT_KEY = b"CREATE TABLE T (A int, B int, UNIQUE KEY (A));\nINSERT INTO T VALUES (1,2);\n"
WITH_KEY = b"CREATE TABLE T (A int NOT NULL, B int, PRIMARY KEY (A));\nINSERT INTO T VALUES (1,2);\n"
UNIQUE = b"CREATE TABLE T (A int NOT NULL, B int, UNIQUE KEY (A));\nINSERT INTO T VALUES (1,2);\n"
ODD_REFERENCE = (
    b"CREATE TABLE P (A int NOT NULL, B int, PRIMARY KEY (A), KEY (B));\n"
    b"CREATE TABLE T (A int NOT NULL, B int, PRIMARY KEY (A), CONSTRAINT f FOREIGN KEY (B) REFERENCES P (B));\n"
    b"INSERT INTO P VALUES (1,2);\nINSERT INTO T VALUES (1,2);\n"
)
TRIGGER = WITH_KEY + b"DELIMITER ;;\nCREATE TRIGGER r BEFORE INSERT ON T FOR EACH ROW SET NEW.B = 5;;\nDELIMITER ;\n"


@contextlib.contextmanager
def _set(server: PrivateServer, **settings: str) -> t.Iterator[None]:
    """While it lasts, the server has these settings; skipped where it does not know them."""
    there = {str(name): value for name, value in server.admin("SHOW GLOBAL VARIABLES")}
    missing = [name for name in settings if name not in there]
    if missing:
        pytest.skip(f"the server has no {', '.join(missing)}")
    for name, value in settings.items():
        server.admin(f"SET GLOBAL {name} = {value}")
    try:
        yield
    finally:
        for name in settings:
            server.admin(f"SET GLOBAL {name} = {there[name] or 'DEFAULT'}")


def _refused(restorer: Restorer, content: bytes, word: str, **options: t.Any) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = restorer.write("refused.sql", content)
    before = (restorer.mandant.tables(), restorer.mandant.checksums())
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, **options)
        assert (caught.value.error, word in caught.value.msg) == ("server_setting", True), caught.value.msg
        assert (restorer.mandant.tables(), restorer.mandant.checksums()) == before


def _works(restorer: Restorer, content: bytes, **options: t.Any) -> None:
    path = restorer.write("works.sql", content)
    assert restorer.run(path, check=True, policy="always", **options).changed
    assert restorer.run(path, policy="always", **options).changed
    assert restorer.run(path, policy="enforce", **options).action == "unchanged"


def test_a_primary_key_for_every_table(restorer: Restorer) -> None:
    with _set(restorer.mandant.server, sql_require_primary_key="ON"):
        for content in (WITHOUT_KEY, UNIQUE, cao_backup(articles(1), company("Eins"))):
            _refused(restorer, content, "sql_require_primary_key")
        _works(restorer, WITH_KEY)
        restorer.mandant.query("DROP TABLE BACK_RESTORE_MARKER")
        _works(restorer, WITH_KEY, replace=True)
        restorer.mandant.query("DROP TABLE BACK_RESTORE_MARKER")
        roll_back(restorer)


def test_a_primary_key_that_the_server_makes(restorer: Restorer) -> None:
    settings = {"sql_require_primary_key": "ON", "sql_generate_invisible_primary_key": "ON"}
    with _set(restorer.mandant.server, **settings):
        _works(restorer, WITHOUT_KEY, engine="InnoDB")
        _refused(restorer, WITHOUT_KEY, "sql_require_primary_key", engine="MyISAM", policy="always")


def test_a_primary_key_for_every_table_of_innodb(restorer: Restorer) -> None:
    with _set(restorer.mandant.server, innodb_force_primary_key="ON"):
        _refused(restorer, WITHOUT_KEY, "innodb_force_primary_key", engine="InnoDB")
        for content in (WITH_KEY, UNIQUE):
            _works(restorer, content, engine="InnoDB", replace=True)
        _works(restorer, WITHOUT_KEY, engine="MyISAM", replace=True)


def test_keys_that_foreign_keys_refer_to(restorer: Restorer) -> None:
    with _set(restorer.mandant.server, restrict_fk_on_non_standard_key="ON"):
        _refused(restorer, ODD_REFERENCE, "restrict_fk_on_non_standard_key")
        _works(restorer, ODD_REFERENCE.replace(b"KEY (B));", b"UNIQUE KEY (B));"))
    with _set(restorer.mandant.server, restrict_fk_on_non_standard_key="OFF"):
        _works(restorer, ODD_REFERENCE, replace=True)


def _poor(restorer: Restorer, *grants: str) -> Restorer:
    """Return a restorer whose account owns the Mandant and nothing else."""
    user = f"owner_{os.getpid()}"
    owned = [f"ALL ON `{restorer.mandant.name}`.*", *grants]
    return Restorer(restorer.mandant, restorer.folder, user, account(restorer.mandant.server, user, owned))


def test_triggers_of_everybody(restorer: Restorer) -> None:
    server = restorer.mandant.server
    if not server.admin("SELECT @@log_bin")[0][0]:
        pytest.skip("the server has no binary log")
    poor = _poor(restorer)
    with _set(server, log_bin_trust_function_creators="OFF"):
        _refused(poor, TRIGGER, "log_bin_trust_function_creators", reload_tables=False)
        _works(restorer, TRIGGER)
    with _set(server, log_bin_trust_function_creators="ON"):
        _works(poor, TRIGGER, reload_tables=False, replace=True)


def test_rights_that_hold_for_all_others(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    server, name = restorer.mandant.server, restorer.mandant.name
    with _set(server, partial_revokes="ON"):
        user = f"partly_{os.getpid()}"
        password = account(server, user, ["ALL ON *.*"])
        server.admin(f"REVOKE DROP ON `{name}`.* FROM '{user}'@'%'")
        poor = Restorer(restorer.mandant, restorer.folder, user, password)
        path = poor.write("new.sql", WITH_KEY)
        for check in (True, False):
            with pytest.raises(Failure) as caught:
                poor.run(path, check=check)
            assert (caught.value.error, "lacks DROP " in caught.value.msg) == ("missing_privilege", True)
        assert restorer.mandant.tables() == []
        server.admin(f"DROP USER '{user}'@'%'")


def test_engines_that_are_switched_off(restorer: Restorer) -> None:
    """CAO's own is not there: another one takes its place, and asked for it is refused."""
    flavour = flavour_of(restorer.mandant)
    if flavour.mariadb or flavour.version < (8, 0, 0):
        pytest.skip("only MySQL has the setting")
    from fetched_servers import Mysql97
    from mandant import Mandant

    with Mysql97(options=("--disabled-storage-engines=MyISAM",)) as server:
        mandant = Mandant("cao_ohne", server)
        mandant.create()
        other = Restorer(mandant, restorer.folder)
        _refused(other, cao_backup(articles(1)), "MyISAM", engine="MyISAM")
        _works(other, cao_backup(articles(1), company("Eins")))
        assert set(mandant.query("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA='cao_ohne'")) == {
            ("InnoDB",)
        }


@pytest.mark.parametrize(("enforced", "other"), [("InnoDB", "MyISAM"), ("MyISAM", "InnoDB")])
def test_the_one_engine_that_tables_may_have(restorer: Restorer, enforced: str, other: str) -> None:
    """Of all tables, also those that the run makes for itself."""
    backup = cao_backup(articles(2), company("Eins"))
    _works(restorer, backup, engine=other)
    with _set(restorer.mandant.server, enforce_storage_engine=enforced):
        _refused(restorer, backup, "enforce_storage_engine", engine=other, policy="always")
        _works(restorer, backup)
        assert roll_back(restorer).changed
        assert roll_back(restorer).changed
        assert restorer.mandant.query("SHOW CREATE TABLE ARTIKEL")[0][1].count(f"ENGINE={enforced}") == 1
        assert back_up(restorer, restorer.folder / "saved.sql")["rows"] == 3


@pytest.mark.parametrize("row_format", ["compact", "redundant"])
def test_keys_longer_than_an_old_row_format_takes(restorer: Restorer, row_format: str) -> None:
    long = "A varchar(255) CHARACTER SET utf8mb4 NOT NULL, B int, PRIMARY KEY (A)"
    tables = f"CREATE TABLE T ({long});\nCREATE TABLE U ({long}) ROW_FORMAT={row_format.upper()};\n"
    with _set(restorer.mandant.server, innodb_default_row_format=row_format):
        _works(restorer, tables.encode(), engine="InnoDB")
        shown = restorer.mandant.query("SHOW CREATE TABLE T")[0][1]
        assert ("ENGINE=InnoDB" in shown, "ROW_FORMAT=DYNAMIC" in shown) == (True, True)
        assert "ROW_FORMAT=DYNAMIC" in restorer.mandant.query("SHOW CREATE TABLE U")[0][1]
        _works(restorer, b"CREATE TABLE T (A int PRIMARY KEY);\n", engine="InnoDB")
        assert "ROW_FORMAT" not in restorer.mandant.query("SHOW CREATE TABLE T")[0][1]


def test_a_server_that_knows_no_privileges(tmp_path: Path) -> None:
    """Everybody may do everything; a statement about accounts is what it refuses."""
    with MariadbServer(options=("--skip-grant-tables",)) as server:
        mandant = Mandant("ohne_rechte", server)
        restorer = Restorer(mandant, tmp_path)
        for rows in (3, 4):
            _works(restorer, cao_backup(articles(rows), company("Eins")))
        assert roll_back(restorer, check=True).changed
        assert back_up(restorer, tmp_path / "saved.sql")
        assert remove(restorer, drifted="remove").action == "removed"


def test_a_database_that_is_read_only(restorer: Restorer) -> None:
    flavour = flavour_of(restorer.mandant)
    if flavour.mariadb or flavour.version < (8, 0, 22):
        pytest.skip("only MySQL has read-only databases")
    server, name = restorer.mandant.server, restorer.mandant.name
    for rows in (3, 4):
        _works(restorer, cao_backup(articles(rows), company("Eins")), engine="InnoDB")
    server.admin(f"ALTER DATABASE `{name}` READ ONLY=1")
    try:
        _refused(restorer, cao_backup(articles(5)), f"ALTER DATABASE `{name}` READ ONLY=0", policy="always")
        for check in (True, False):
            with fails("server_setting", "READ ONLY=0"):
                roll_back(restorer, check=check)
            with fails("server_setting", "READ ONLY=0"):
                remove(restorer, drifted="remove", check=check)
        assert back_up(restorer, restorer.folder / "saved.sql")["rows"] == 5
    finally:
        server.admin(f"ALTER DATABASE `{name}` READ ONLY=0")
    assert roll_back(restorer).changed
