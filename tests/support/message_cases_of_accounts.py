# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with an account: its login, its limits, its roles; and with what a server demands of tables."""

from __future__ import annotations

import contextlib

from message_case import Case
from mishaps import BACKUP, Place, logged_in, no_database_server
from restoring import Restorer

_USER, _PASSWORD = "buero", "Sommer!26"


def _made(place: Place, *statements: str) -> None:
    server = place.mandant.server
    for sql in (f"DROP USER IF EXISTS {_USER}", f"CREATE USER {_USER} IDENTIFIED BY '{_PASSWORD}'", *statements):
        server.admin(sql)


def _as_account(place: Place, *statements: str) -> object:
    _made(place, *statements)
    return logged_in(place, user=_USER, password=_PASSWORD)


def _once_more(place: Place) -> object:
    _made(place, f"ALTER USER {_USER} WITH MAX_USER_CONNECTIONS 1")
    with contextlib.closing(place.mandant.server.connect(user=_USER, password=_PASSWORD)):
        return logged_in(place, user=_USER, password=_PASSWORD)


def _restored_by(place: Place, *statements: str) -> object:
    _made(place, f"GRANT SELECT ON `{place.mandant.name}`.* TO {_USER}", *statements)
    probe = Restorer(place.mandant, place.folder, _USER, _PASSWORD)
    return probe.run(place.file(BACKUP), policy="always", reload_tables=False)


def _with_a_role(place: Place) -> object:
    role = ("DROP ROLE IF EXISTS verwalter", "CREATE ROLE verwalter")
    grants = (f"GRANT ALL ON `{place.mandant.name}`.* TO verwalter", f"GRANT verwalter TO {_USER}")
    return _restored_by(place, *role, *grants)


def _without_keys(place: Place) -> object:
    server = place.mandant.server
    server.admin("SET GLOBAL innodb_force_primary_key = ON")
    try:
        return place.restorer.run(place.file(BACKUP), policy="always", engine="InnoDB")
    finally:
        server.admin("SET GLOBAL innodb_force_primary_key = OFF")


def _two_names_that_are_one(place: Place) -> object:
    key = "CONSTRAINT `{}` FOREIGN KEY (`ID`) REFERENCES `WARENGRUPPEN` (`ID`)"
    tables = {
        "WARENGRUPPEN": "KEY (`ID`)",
        "ARTIKEL": key.format("fk_gruppe"),
        "ARTIKEL_BILD": key.format("FK_Gruppe"),
    }
    dump = "".join(
        f"CREATE TABLE `{name}` (`ID` int PRIMARY KEY, {rest}) ENGINE=InnoDB;\n" for name, rest in tables.items()
    )
    return place.restorer.run(place.file(dump.encode()), policy="always", incomplete="allow", check=True)


LOGINS = (
    Case(
        "connection_failed",
        "No server answers there.",
        "Start it, or correct the address; it is seen from the managed host.",
        lambda place: logged_in(place, port=1),
    ),
    Case(
        "connection_failed",
        "Something answers there that is no database server.",
        "Correct the port.",
        no_database_server,
    ),
    Case(
        "connection_failed",
        "The server does not know this user with this password.",
        "Correct the login options; they may also come from an option file.",
        lambda place: logged_in(place, password="Geheim"),
    ),
    Case(
        "connection_failed",
        "The option file is not there.",
        "Correct :ansopt:`cao.faktura.mandant_restore#module:config_file`.",
        lambda place: logged_in(place, config_file="/etc/mysql/nicht_da.cnf"),
    ),
    Case(
        "connection_failed",
        "The account is locked, or its password has expired.",
        "Do what the message says, as the server's administrator.",
        lambda place: _as_account(place, f"ALTER USER {_USER} ACCOUNT LOCK"),
    ),
    Case(
        "connection_failed",
        "A limit of the account is reached.",
        "Try again later, or raise it.",
        _once_more,
    ),
    Case(
        "connection_failed",
        "The name of the server is misspelled.",
        "Correct the name.",
        lambda place: logged_in(place, host="nirgends.invalid", port=3306),
    ),
)
ROLES = (
    Case(
        "missing_privilege",
        "The user has the rights by a role, which is not active.",
        "Make it active as the message says.",
        _with_a_role,
    ),
)
SETTINGS = (
    Case(
        "server_setting",
        "A limit of the account is reached in the middle of a run.",
        "Raise it, or run again in an hour. The Mandant is as it was.",
        lambda place: _restored_by(
            place,
            f"GRANT ALL ON `{place.mandant.name}`.* TO {_USER}",
            f"ALTER USER {_USER} WITH MAX_QUERIES_PER_HOUR 40",
        ),
    ),
    Case(
        "server_setting",
        "The server demands a primary key, or something else, of each table.",
        "Switch that off for the account, or choose another engine, as the message says.",
        _without_keys,
    ),
    Case(
        "server_setting",
        "Two foreign keys or triggers have names that are one to the server: it heeds no letter case in them, and "
        "MySQL from 8.0 on no accents either.",
        "Rename one of them in the old database, and make the backup again.",
        _two_names_that_are_one,
    ),
)
