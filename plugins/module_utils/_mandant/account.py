# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The database account that works on Mandanten: made, given what it needs, and tried out by a login of its own."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import (
    NoConnectionLeft,
    ServerError,
    Session,
    connect,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.login import Endpoint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server, observe_server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import read_grants
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, ServerPrivilege

# What GRANT ALL on a database has, and restores, backups, drills and removals use.
NEEDED = (
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW",
    "SHOW VIEW", "TRIGGER", "LOCK TABLES", "EVENT", "EXECUTE",
)  # fmt: skip
_NO_SUCH_GRANT = 1141
_PASSES_ON = "GRANT OPTION"
_SHOWN_PASSWORD = "'********'"  # noqa: S105 - stands in the place of one


@dataclasses.dataclass(frozen=True)
class Account:
    """What is wanted. ``mandanten`` are names of databases; % in one stands for any letters."""

    account: str
    account_host: str = "localhost"
    account_password: str = dataclasses.field(default="", repr=False)
    mandanten: tuple[str, ...] = ()
    server_privileges: tuple[ServerPrivilege, ...] = ("reload", "process")


class Statement(t.NamedTuple):
    """A statement as people may see it, and with ``args`` for its ``%s`` as the server gets it."""

    shown: str
    sql: str
    args: tuple[str, ...]


class Made(t.NamedTuple):
    """What was done, or would be; ``tried`` is whether the account could log in from here."""

    action: str
    statements: tuple[str, ...]
    tried: bool
    warnings: tuple[str, ...]


def make_account(*, wanted: Account, login: Login, check_mode: bool) -> Made:
    """Make the account, or bring it to what is wanted. Nothing is ever taken from it.

    Raises Failure connection_failed, where the account cannot log in too, and missing_privilege.
    """
    session = connect(login)
    try:
        return _make(session, wanted, login, check_mode=check_mode)
    except ServerError as exc:
        raise failure_of(exc, where=session.where, doing=f"making the account {_shown(wanted)}") from None
    finally:
        session.close()


def _make(session: Session, wanted: Account, login: Login, *, check_mode: bool) -> Made:
    server = observe_server(session)
    grants = _grants(session, wanted)
    can_try = wanted.account_host == "%" or (wanted.account_host == "localhost" and session.endpoint.is_local)
    own = _own_login(wanted, login, session.endpoint)
    fits = grants is not None and (not can_try or _can_log_in(own))
    planned = plan_account(wanted, grants, server, fits=fits, patterns=_takes_patterns(session))
    _refuse_what_may_not(session, planned, new=grants is None)
    if not check_mode:
        for one in planned:
            session.execute(one.sql, one.args)
        if can_try:
            connect(own).close()
        _check_grants(_grants(session, wanted) or (), wanted, server)
    action = "created" if grants is None else "changed" if planned else "unchanged"
    warnings = list(session.warnings)
    if not can_try:
        warnings.append(
            f"{_shown(wanted)} may not log in from here, so its password could not be tried out; that of an account "
            "that was there before is as it was"
        )
    return Made(action, tuple(one.shown for one in planned), can_try and not check_mode, tuple(warnings))


def _refuse_what_may_not(session: Session, planned: t.Sequence[Statement], *, new: bool) -> None:
    """Raise Failure missing_privilege where the login surely may not do it; what is not sure the server says."""
    own = [str(row[0]) for row in session.query("SHOW GRANTS")] if planned else []
    held = read_grants(own, "mysql")
    # Of a role not all servers say what it has.
    if not own or held.roles:
        return
    lacking = []
    if new and not (held.has_everywhere("CREATE USER") or held.has("INSERT")):
        lacking.append("CREATE USER")
    if any(one.sql.startswith("GRANT") for one in planned) and not any(_PASSES_ON in line for line in own):
        lacking.append(_PASSES_ON)
    if lacking:
        raise Failure(
            "missing_privilege",
            f"{session.where}: {session.value('SELECT CURRENT_USER()')} lacks {' and '.join(lacking)}, without which "
            "nobody makes an account or gives it privileges; log in as an administrator, or grant it. Nothing was "
            "changed",
        )


def plan_account(
    wanted: Account, grants: t.Sequence[str] | None, server: Server, *, fits: bool, patterns: bool
) -> tuple[Statement, ...]:
    """Return the statements that are needed; ``grants`` is None for an account that is not there.

    ``fits`` is whether its password does, ``patterns`` whether GRANT takes names of databases as patterns.
    """
    who = (wanted.account, wanted.account_host)
    if not patterns and any("%" in name for name in wanted.mandanten):
        raise Failure(
            "server_setting",
            f"{server.where}: partial_revokes is on, so a grant is for one database by its name; name each in "
            "mandanten",
        )
    planned = []
    if grants is None or not fits:
        planned.append(_password(wanted, server.flavour, new=grants is None))
    for level, privileges in missing_grants(wanted, grants or (), server, patterns=patterns):
        words = ", ".join(privileges)
        planned.append(
            Statement(f"GRANT {words} ON {level} TO {_shown(wanted)}", f"GRANT {words} ON {level} TO %s@%s", who)
        )
    return tuple(planned)


def missing_grants(
    wanted: Account, grants: t.Sequence[str], server: Server, *, patterns: bool = True
) -> list[tuple[str, tuple[str, ...]]]:
    """Return what an account lacks: levels of GRANT, each with its privileges."""
    ignore_case = server.lower_case_table_names != 0
    missing: list[tuple[str, tuple[str, ...]]] = []
    for name in wanted.mandanten:
        # A database that the pattern fits stands for all of them.
        privileges = read_grants(grants, name.replace("%", ""), ignore_case=ignore_case)
        if not all(privileges.has(one) for one in NEEDED):
            missing.append((f"{_level(name, patterns=patterns)}.*", ("ALL PRIVILEGES",)))
    everywhere = read_grants(grants, "")
    words = [
        _server_privilege(one, server.flavour)
        for one in wanted.server_privileges
        if not everywhere.has_any_everywhere(_server_privilege(one, server.flavour), *_INSTEAD[one])
    ]
    return [*missing, ("*.*", tuple(words))] if words else missing


_INSTEAD: t.Mapping[str, tuple[str, ...]] = {
    "reload": (),
    "process": (),
    "disconnect": ("SUPER", "CONNECTION ADMIN", "CONNECTION_ADMIN"),
}


def _server_privilege(name: str, flavour: ServerFlavour) -> str:
    return flavour.ends_sessions_by if name == "disconnect" else name.upper()


def _password(wanted: Account, flavour: ServerFlavour, *, new: bool) -> Statement:
    """Return the statement that sets the password: its hash where the server takes one, since logs would show it."""
    who = (wanted.account, wanted.account_host)
    takes_hash = flavour.takes_password_hashes
    secret = hash_of(wanted.account_password) if takes_hash else wanted.account_password
    if takes_hash and not new:
        return Statement(
            f"SET PASSWORD FOR {_shown(wanted)} = {_SHOWN_PASSWORD}", "SET PASSWORD FOR %s@%s = %s", (*who, secret)
        )
    verb, by = "CREATE" if new else "ALTER", "IDENTIFIED BY PASSWORD" if takes_hash else "IDENTIFIED BY"
    return Statement(
        f"{verb} USER {_shown(wanted)} {by} {_SHOWN_PASSWORD}", f"{verb} USER %s@%s {by} %s", (*who, secret)
    )


def hash_of(password: str) -> str:
    """Return a password as mysql_native_password keeps it (MySQL documentation, PASSWORD())."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


def _level(name: str, *, patterns: bool) -> str:
    """Return a database as GRANT names it, where _ stands for any letter unless it is said otherwise."""
    if patterns:
        name = name.replace("\\", "\\\\").replace("_", "\\_")
    return quoted(name)


def _shown(wanted: Account) -> str:
    """Return the account as a statement names it, so that what is shown means the same to a server."""
    return "@".join(f"'{_in_quotes(part)}'" for part in (wanted.account, wanted.account_host))


def _in_quotes(name: str) -> str:
    return printable(name.replace("\\", "\\\\").replace("'", "''"))


def _grants(session: Session, wanted: Account) -> tuple[str, ...] | None:
    try:
        rows = session.query("SHOW GRANTS FOR %s@%s", (wanted.account, wanted.account_host))
    except ServerError as exc:
        if exc.number == _NO_SUCH_GRANT:
            return None
        raise
    return tuple(str(row[0]) for row in rows)


def _takes_patterns(session: Session) -> bool:
    return not any(str(row[1]) == "ON" for row in session.query("SHOW VARIABLES LIKE 'partial_revokes'"))


def _own_login(wanted: Account, login: Login, endpoint: Endpoint) -> Login:
    """Return the account's login to the same server, wherever its address came from."""
    return Login(
        host=None if endpoint.unix_socket else endpoint.host,
        port=endpoint.port,
        user=wanted.account,
        password=wanted.account_password,
        unix_socket=endpoint.unix_socket,
        config_file=os.devnull,
        connect_timeout_seconds=login.connect_timeout_seconds,
        ca_cert=endpoint.ca_cert,
        check_hostname=login.check_hostname,
    )


def _can_log_in(own: Login) -> bool:
    try:
        connect(own).close()
    except NoConnectionLeft:
        raise
    except Failure:
        return False
    return True


def _check_grants(grants: t.Sequence[str], wanted: Account, server: Server) -> None:
    lacking = missing_grants(wanted, grants, server)
    if lacking:
        words = "; ".join(f"{', '.join(privileges)} ON {level}" for level, privileges in lacking)
        raise Failure(
            "missing_privilege",
            f"{server.where}: {_shown(wanted)} still lacks {words}; a grant on a narrower name, or one that was taken "
            "for a single database, goes before it: look at SHOW GRANTS",
        )
