# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a server is, and what it has to offer: values, and how they are asked for with SELECT and SHOW alone."""

from __future__ import annotations

import dataclasses
import secrets
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Row, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    Names,
    lowered_ascii,
    without_accents,
)

_VARIABLES = (
    "version", "version_comment", "max_allowed_packet", "lower_case_table_names", "local_infile", "read_only",
    "super_read_only", "innodb_read_only", "default_storage_engine", "storage_engine", "innodb_default_row_format",
    "explicit_defaults_for_timestamp", "innodb_autoinc_lock_mode", "enforce_storage_engine",
    "wsrep_on", "wsrep_provider", "wsrep_OSU_method", "wsrep_mode", "wsrep_certify_nonPK", "wsrep_max_ws_rows",
    "wsrep_max_ws_size", "wsrep_reject_queries", "wsrep_trx_fragment_size",
    "group_replication_group_name", "group_replication_transaction_size_limit", "group_replication_single_primary_mode",
)  # fmt: skip
_ON = ("ON", "1")
# So many runs at once would each have numbers of their own for their tables.
_RANGES = 1_000_000
# What administrators make a server demand of each table, by the variables that say so.
_DEMANDS = (
    "sql_require_primary_key", "sql_generate_invisible_primary_key", "innodb_force_primary_key",
    "restrict_fk_on_non_standard_key",
)  # fmt: skip
_NOBODY_WRITES = {"innodb_read_only": _ON, "super_read_only": _ON, "read_only": ("NO_LOCK_NO_ADMIN",)}
_TRIGGERS = ("log_bin", "log_bin_trust_function_creators")


@dataclasses.dataclass(frozen=True)
class Cluster:
    """What a member of a Galera cluster, or of a group of MySQL's, says of it: only InnoDB's rows reach the others.

    ``needs`` is what has to be set so that it takes statements, and hands on tables that are created or renamed;
    ``others`` is how many members beside it may be written to;
    ``demands_key`` is the variable by which none may be without a primary key, in whose place may be, by
    ``takes_unique_key``, another unique one; ``most_rows`` and ``most_bytes`` limit a transaction, 0 does not;
    ``limits_bytes`` is the variable that does, and ``for_more_bytes`` what lets more through. New tables get numbers
    from ``first_number`` on: another run, over another member, which no lock keeps out, has other ones. Who clears them
    away for those of a run that was cut off lets the RENAME fail, and never puts his own in their place.
    """

    name: str = "Galera cluster"
    needs: str | None = None
    others: int = 0
    takes_unique_key: bool = False
    demands_key: str | None = None
    most_rows: int = 0
    most_bytes: int = 0
    limits_bytes: str = "wsrep_max_ws_size"
    for_more_bytes: str = "wsrep_trx_fragment_size=1048576"
    first_number: int = 1


@dataclasses.dataclass(frozen=True)
class Server:
    """The server and its settings; ``engines`` and ``collations`` by their names in lower case.

    ``collations`` has the character set of each collation, ``charsets`` the default collation and
    the bytes of the longest character of each character set; ``sql_mode`` is that of new sessions.
    ``null_is_now`` says that NULL in a TIMESTAMP that is NOT NULL becomes the moment at hand; ``encrypts`` that it can
    encrypt tables; ``parsers`` are its parsers for full-text keys, in lower case; ``demands`` are the variables,
    where they are on, by which an administrator makes it demand something of each table; ``distrusts_triggers`` says
    that not everybody may make one; ``nobody_writes`` is the variable by which not even an administrator does;
    ``counter_is_locked`` says that of statements that bring any number of values for a counter of InnoDB, one runs at
    a time. ``row_format`` is that of tables of InnoDB that say none; ``cluster`` is the one that it is a node of;
    ``only_engine`` is the one that tables may have, in lower case, where the others are forbidden.
    """

    where: str
    flavour: ServerFlavour
    version: str
    max_allowed_packet: int
    lower_case_table_names: int
    read_only: bool
    local_infile: bool
    default_engine: str
    engines: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    collations: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    charsets: t.Mapping[str, tuple[str, int]] = dataclasses.field(default_factory=dict)
    sql_mode: str = ""
    null_is_now: bool = False
    encrypts: bool = False
    parsers: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    distrusts_triggers: bool = False
    nobody_writes: str | None = None
    counter_is_locked: bool = True
    row_format: str = "dynamic"
    cluster: Cluster | None = None
    only_engine: str | None = None

    @property
    def first_number(self) -> int:
        """The number of the first new table."""
        return 1 if self.cluster is None else self.cluster.first_number

    @property
    def names(self) -> Names:
        return Names(self.lower_case_table_names)

    def foreign_key(self, name: str) -> str:
        """Return what two names of foreign keys have in common that are one to the server.

        It tells no letter case apart in them, whatever it does with names of tables.
        """
        return without_accents(name) if self.flavour.takes_accents_for_none else lowered_ascii(name)

    def trigger(self, name: str) -> str:
        """Return what two names of triggers have in common that are one to the server."""
        return without_accents(name) if self.flavour.takes_accents_for_none else self.names.key(name)


def rows_named(session: Session, sql: str, *names: str) -> list[Row]:
    """Return the rows whose first columns have exactly these names, without those columns.

    ``sql`` asks a table of information_schema, with a condition ``= %s`` for each name. Such tables compare by a
    collation to which c32 is C32 and müller is muller, and so does DISTINCT; databases and tables are told apart by
    their letters as they are stored.
    """
    count = len(names)
    return [row[count:] for row in session.query(sql, names) if row[:count] == names]


def observe_server(session: Session) -> Server:
    """Return the server, its settings, and what it has to offer for tables."""
    return observe_formats(session, observe_settings(session))


def observe_settings(session: Session) -> Server:
    """Return the server and its settings: all that is needed to find that there is nothing to do."""
    wanted = ", ".join(f"'{name}'" for name in (*_VARIABLES, *_DEMANDS, *_TRIGGERS))
    found = {name.lower(): value for name, value in session.query(f"SHOW VARIABLES WHERE Variable_name IN ({wanted})")}
    flavour = ServerFlavour.of(found["version"], found.get("version_comment", ""))
    cluster = _cluster(session, found)
    return Server(
        where=session.where,
        flavour=flavour,
        version=found["version"],
        max_allowed_packet=int(found["max_allowed_packet"]),
        lower_case_table_names=int(found["lower_case_table_names"]),
        local_infile=found.get("local_infile") in _ON,
        read_only=any(found.get(name) in _ON for name in ("read_only", "super_read_only", "innodb_read_only"))
        or found.get("read_only", "OFF") not in ("OFF", "0"),
        default_engine=found.get("default_storage_engine") or found.get("storage_engine") or "InnoDB",
        demands=frozenset(name for name in _DEMANDS if found.get(name) in _ON),
        nobody_writes=next((name for name, on in _NOBODY_WRITES.items() if found.get(name) in on), None),
        distrusts_triggers=[found.get(name) in _ON for name in _TRIGGERS] == [True, False],
        counter_is_locked=found.get("innodb_autoinc_lock_mode") != "2",
        row_format=found.get("innodb_default_row_format", "dynamic").lower(),
        null_is_now=flavour.mariadb or found.get("explicit_defaults_for_timestamp") not in _ON,
        cluster=cluster,
        only_engine=(found.get("enforce_storage_engine") or ("innodb" if cluster is not None else "")).lower() or None,
    )


def _cluster(session: Session, found: t.Mapping[str, str]) -> Cluster | None:
    """Return the cluster that the server is a node of; what was written over other nodes until now is here then."""
    if found.get("group_replication_group_name"):
        # Rows that are written over another member while a table is renamed here end up in different tables.
        one_writes = found.get("group_replication_single_primary_mode") in _ON
        to_one = "group_replication_single_primary_mode=ON by group_replication_switch_to_single_primary_mode()"
        return Cluster(
            name="replication group",
            needs=None if one_writes else to_one,
            demands_key="group_replication",
            takes_unique_key=True,
            most_bytes=int(found.get("group_replication_transaction_size_limit", 0)),
            limits_bytes="group_replication_transaction_size_limit",
            for_more_bytes="group_replication_transaction_size_limit=0",
        )
    if found.get("wsrep_provider", "none").lower() in ("", "none"):
        return None
    asked = "SHOW STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_connected', 'wsrep_cluster_size')"
    status = {str(name): str(value) for name, value in session.query(asked)}
    if found.get("wsrep_on") not in _ON:
        return Cluster(needs="wsrep_on=ON") if status.get("wsrep_connected") in _ON else None
    if status.get("wsrep_ready") not in _ON:
        raise Failure(
            "server_setting",
            f"{session.where}: the server is a node of a Galera cluster, but not ready (wsrep_ready is OFF): it has "
            "lost the others or does not have all of their data yet. Wait until it has, or name another node",
        )
    session.value("SET STATEMENT wsrep_sync_wait=1 FOR SELECT 1")
    needs = {
        "wsrep_reject_queries=NONE": found.get("wsrep_reject_queries", "NONE") != "NONE",
        "wsrep_OSU_method=TOI": found.get("wsrep_osu_method") == "RSU",
        "wsrep_mode without BINLOG_ROW_FORMAT_ONLY": "BINLOG_ROW_FORMAT_ONLY" in found.get("wsrep_mode", ""),
    }
    keys = {
        "wsrep_mode=REQUIRED_PRIMARY_KEY": "REQUIRED_PRIMARY_KEY" in found.get("wsrep_mode", ""),
        "wsrep_certify_nonPK=OFF": found.get("wsrep_certify_nonpk", "ON") not in _ON,
    }
    others = int(status.get("wsrep_cluster_size", 1)) - 1
    session.shared = others > 0
    return Cluster(
        first_number=secrets.randbelow(_RANGES) * 10_000 + 10_001 if others else 1,
        needs=next((setting for setting, needed in needs.items() if needed), None),
        others=others,
        demands_key=next((name for name, demanded in keys.items() if demanded), None),
        most_rows=int(found.get("wsrep_max_ws_rows", 0)),
        # Streaming replication sends a transaction piece by piece.
        most_bytes=0 if int(found.get("wsrep_trx_fragment_size", 0)) else int(found.get("wsrep_max_ws_size", 0)),
    )


def observe_formats(session: Session, server: Server) -> Server:
    """Return the server with its engines, character sets and collations, and the sql_mode of new sessions."""
    engines = session.query("SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')")
    disabled = {
        name.strip().lower()
        for _variable, names in session.query("SHOW GLOBAL VARIABLES LIKE 'disabled_storage_engines'")
        for name in str(names).split(",")
    }
    # MariaDB 10.10 and later have collations for all character sets; the third column is their full name.
    collations = session.query("SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY")
    charsets = session.query(
        "SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME, MAXLEN FROM information_schema.CHARACTER_SETS"
    )
    plugins = session.query(
        "SELECT PLUGIN_TYPE, PLUGIN_NAME FROM information_schema.PLUGINS"
        " WHERE PLUGIN_STATUS = 'ACTIVE' AND PLUGIN_TYPE IN ('ENCRYPTION', 'FTPARSER')"
    )
    return dataclasses.replace(
        server,
        engines={
            name.lower(): name
            for (name,) in engines
            if name.lower() not in disabled and server.only_engine in (None, name.lower())
        },
        collations={str(row[2] if len(row) > 2 else row[0]).lower(): str(row[1]).lower() for row in collations},
        charsets={name.lower(): (collation, int(longest)) for name, collation, longest in charsets},
        sql_mode=str(session.value("SELECT @@GLOBAL.sql_mode")),
        encrypts=any(kind == "ENCRYPTION" for kind, _name in plugins) or not server.flavour.mariadb,
        parsers=frozenset(name.lower() for kind, name in plugins if kind == "FTPARSER"),
    )
