# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What Mandanten are on a server, what is in them, and whether they are still as a restore left them.

Nothing is written, not even to the binary log. What the account may not see is said, never guessed.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import REGISTRIES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import observe_sessions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import (
    Server,
    observe_server,
    rows_named,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import MARKER
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Verify, drift_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    count_rows,
    observe_names,
    observe_privileges,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.whose_mandant import observe_facts
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import mandant_missing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.generations import generations_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.inventory import Sizes, inventory_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

Json = dict[str, t.Any]

_SERVER_SCHEMAS = ("information_schema", "mysql", "performance_schema", "sys")
_COMPANY = "FIRMA"


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is asked for; ``mandant`` None stands for all that look like one. ``in_use``: rows change by work."""

    mandant: str | None = None
    verify: Verify = "none"
    keep_tables: tuple[str, ...] = ()
    count_rows: bool = False
    in_use: bool = False


def mandant_info(*, asked: Asked, login: Login) -> Json:
    """Return ``server``, ``mandanten`` and ``not_seen`` as mandant_info documents them, and ``warnings``.

    Raises Failure connection_failed, mandant_missing and missing_dependency.
    """
    session = connect(login)
    try:
        server = observe_server(session)
        look = _Look(session, server, asked)
        return {
            "server": {"version": server.version, "mariadb": server.flavour.mariadb},
            "mandanten": look.mandanten(),
            "not_seen": look.not_seen(),
            "warnings": list(session.warnings),
        }
    except ServerError as exc:
        raise failure_of(exc, where=session.where, doing="looking at the Mandanten") from None
    finally:
        session.close()


def with_work(drift: Json | None) -> Json | None:
    """Return what has drifted where people work: rows that changed are named by themselves, as ``in_use``."""
    if drift is None:
        return None
    work = [one["name"] for one in drift["tables"] if one["what"] == "content"]
    return {**drift, "tables": [one for one in drift["tables"] if one["what"] != "content"], "in_use": work}


class _Look:
    def __init__(self, session: Session, server: Server, asked: Asked) -> None:
        self._session = session
        self._server = server
        self._asked = asked

    def mandanten(self) -> list[Json]:
        """Return the facts of each Mandant."""
        if self._asked.mandant is None:
            return [self._facts(self._observe(name)) for name in self._names()]
        observed = self._observe(self._asked.mandant)
        missing = mandant_missing(observed)
        if missing is not None:
            raise missing
        return [self._facts(observed)]

    def _observe(self, name: str) -> Observed:
        return observe_names(self._session, self._server, name, only_look=True)

    def not_seen(self) -> list[str]:
        """Return what of the server this account may not see."""
        privileges = self._privileges("")
        if self._asked.mandant is None and not privileges.has_any_everywhere("SHOW DATABASES", "SELECT"):
            return ["databases on which the account has no privilege, since SHOW DATABASES is missing"]
        return []

    def _names(self) -> list[str]:
        """Return the databases that CAO-Faktura could open, and those that this collection has filled."""
        rows = self._session.query(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
            f" WHERE UPPER(TABLE_NAME) IN ({', '.join(['%s'] * (len(REGISTRIES) + 2))})",
            (*REGISTRIES, _COMPANY, MARKER),
        )
        tables: dict[str, set[str]] = {}
        for schema, table in rows:
            # To the server FÏRMA is FIRMA.
            if table.upper() in (*REGISTRIES, _COMPANY, MARKER):
                tables.setdefault(schema, set()).add(table.upper())
        return sorted(
            name
            for name, found in tables.items()
            if name.lower() not in _SERVER_SCHEMAS and (MARKER in found or {_COMPANY} < found)
        )

    def _privileges(self, mandant: str) -> Privileges:
        ignore_case = self._server.lower_case_table_names != 0
        return observe_privileges(self._session, mandant, ignore_case=ignore_case)

    def _facts(self, observed: Observed) -> Json:
        mandant, session = observed.mandant, self._session
        observed = dataclasses.replace(observed, privileges=self._privileges(mandant))
        sizes = self._sizes(mandant)
        facts = observe_facts(session, mandant, observed.live)
        drift, drift_not_seen = self._drift(observed)
        return {
            "name": mandant,
            "charset": observed.charset,
            "collation": observed.collation,
            "db_version": facts.db_version,
            "company": facts.company,
            "last_document_date": facts.last_document_date,
            "last_backup_date": facts.last_backup_date,
            **inventory_of(observed, sizes),
            **generations_of(observed, sizes),
            "rows": self._rows(observed),
            "drift": drift,
            "sessions": [dataclasses.asdict(one) for one in observe_sessions(session, mandant)],
            "busy": lock.holder(session, mandant) is not None,
            "not_seen": [*self._hidden(observed), *facts.not_seen, *drift_not_seen],
        }

    def _drift(self, observed: Observed) -> tuple[Json | None, list[str]]:
        """Return the drift, and why it is not known where the server does not tell."""
        try:
            drift, not_seen = drift_of(self._session, observed, self._asked.verify, self._asked.keep_tables)
        except ServerError as exc:
            if exc.lost:
                raise
            return None, [f"drift: {described(exc.number, exc.message)}"]
        return (with_work(drift) if self._asked.in_use else drift), not_seen

    def _rows(self, observed: Observed) -> int | None:
        """Return how many rows the tables in use have, None where nobody asks or one of them cannot be read."""
        if not self._asked.count_rows:
            return None
        tables = [name for name, table in observed.live.items() if not table.is_view]
        try:
            return sum(count_rows(self._session, observed.mandant, tables).values())
        except ServerError as exc:
            if exc.lost:
                raise
            return None

    def _sizes(self, mandant: str) -> Sizes:
        rows = rows_named(
            self._session,
            "SELECT TABLE_SCHEMA, TABLE_NAME, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = %s",
            mandant,
        )
        return {name: None if size is None else int(size) for name, size in rows}

    @staticmethod
    def _hidden(observed: Observed) -> list[str]:
        hidden = []
        if not observed.privileges.has("SELECT"):
            hidden.append("tables on which the account has no privilege, since SELECT on the Mandant is missing")
        if not observed.privileges.has_everywhere("PROCESS"):
            hidden.append("sessions of other accounts, since PROCESS is missing")
        if observed.marker_problem is not None:
            hidden.append(f"the marker of the last restore: {observed.marker_problem}")
        return hidden
