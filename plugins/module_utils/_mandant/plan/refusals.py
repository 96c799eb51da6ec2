# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Why a restore cannot be begun, in the order in which a person wants to hear it, pure."""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN, REGISTRIES
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    effective_running_instances,
    in_use,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import LONGEST_NAME, is_ours, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import how_to_grant
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis

# What INSERT INTO `shadow` (columns) VALUES takes beside the row.
PACKET_RESERVE_BYTES = 1024
# Databases of the servers themselves (MariaDB and MySQL documentation).
SYSTEM_DATABASES = frozenset(("information_schema", "mysql", "ndbinfo", "performance_schema", "sys"))
# Databases that differ by a number belong to one fleet; others as near as this are one name, misspelled.
_MISSPELLED = 0.9
_FORGETFUL = frozenset(("memory", "heap"))


def first_refusal(wanted: Wanted, observed: Observed, analysis: Analysis | None) -> Failure | None:
    """Return the first reason, or None. Without the analysis those of the backup are left out."""
    return (
        _missing_unless_created(wanted, observed)
        or _no_scratch(wanted, observed)
        or _of_another_program(observed, analysis)
        or _server_setting(wanted, observed, analysis)
        or missing_privilege(wanted, observed, analysis)
        or _in_use(wanted, observed)
    )


def mandant_missing(observed: Observed, advice: str = "check the name") -> Failure | None:
    """Return the Failure for a database that is not there, with the names that it may be meant for."""
    refusal = no_mandant(observed)
    if refusal is not None or observed.exists:
        return refusal
    where, mandant = observed.server.where, observed.mandant
    if observed.spelling is not None:
        return Failure(
            "mandant_missing",
            f"{where}: there is no database {mandant}, but there is {observed.spelling}; "
            "this server tells upper and lower case apart: write the name as it is there",
        )
    meant = f"; did you mean {' or '.join(observed.similar)}?" if observed.similar else ""
    return Failure("mandant_missing", f"{where}: there is no database {mandant}{meant or '; ' + advice}")


def no_mandant(observed: Observed) -> Failure | None:
    """Return the Failure for a name that no Mandant can have."""
    where, name = observed.server.where, observed.mandant
    if name.lower() in SYSTEM_DATABASES:
        return Failure(
            "mandant_missing", f"{where}: {name} belongs to the server itself and is no Mandant; name another database"
        )
    if not name.strip() or name != name.rstrip() or len(name) > LONGEST_NAME:
        return Failure(
            "mandant_missing",
            f"{where}: {printable(name)!r} can be no name of a database; one has 1 to {LONGEST_NAME} letters, and no "
            "blank at its end",
        )
    return None


def likely_misspelled(observed: Observed) -> str | None:
    """Return the database that a name which is not there was likely meant for, None where it may well be a new one."""
    for name in observed.similar:
        fleet = re.sub("[0-9]", "", name) == re.sub("[0-9]", "", observed.mandant)
        ratio = difflib.SequenceMatcher(None, name.lower(), observed.mandant.lower()).ratio()
        if ratio >= _MISSPELLED and not fleet:
            return name
    return None


def referred_elsewhere(observed: Observed, dropped: t.Collection[str]) -> Failure | None:
    """Return the Failure for a table that goes for good while another database points to it, None where there is none.

    No row could be written there any more, and nothing is ever changed in other databases.
    """
    for name in dropped:
        if name in observed.referred:
            return Failure(
                "would_replace_work",
                f"{observed.server.where}: this restore would drop {name} of {observed.mandant} for good, and foreign "
                f"keys of other databases point to it: {', '.join(observed.referred[name][:5])}. Drop these, or point "
                "them to the table in use, and run again",
            )
    return None


def cautions(
    observed: Observed, kept: t.Container[str], in_backup: t.Container[str], dropped: t.Container[str]
) -> t.Iterator[str]:
    """Return what a person should know before; ``kept`` stays, ``in_backup`` are keys of names in the Mandant."""
    meant = likely_misspelled(observed)
    if meant is not None:
        yield (
            f"{observed.mandant} is a new database, and its name is nearly that of {meant}; "
            "if that one is meant, drop the new database and correct the name"
        )
    if not observed.sees_all_sessions:
        yield (
            f"{observed.mandant}: without the privilege PROCESS only sessions of the same account are seen; "
            "a CAO-Faktura under another account would not be noticed"
        )
    yield from work_elsewhere(observed)
    if observed.foreign_referrers:
        yield (
            f"{observed.mandant}: foreign keys of other databases point into the Mandant and will point to the "
            f"generation before: {', '.join(observed.foreign_referrers[:5])}"
        )
    for key in observed.foreign_keys:
        gone = key.references in observed.live and observed.server.names.key(key.references) not in in_backup
        if key.table in kept and key.references not in kept and key.references not in dropped and gone:
            yield (
                f"{observed.mandant}: the foreign key {key.name} of {key.table}, which stays, points to "
                f"{key.references}, which is not in the backup; it will point to the generation before"
            )


def _longest_row(wanted: Wanted, observed: Observed, analysis: Analysis) -> int:
    """Return the bytes of the longest row that is sent: none of a table that stays is."""
    live = {name.lower() for name in observed.live}
    return max(
        (
            size
            for name, size in analysis.longest_rows.items()
            if name in analysis.definitions and not (name.lower() in live and kept_by(wanted.keep_tables, name))
        ),
        default=0,
    )


def _meant(word: str, known: t.Iterable[str]) -> str:
    """Return a question for the values that a misspelled word may be meant for, or an empty text."""
    by_key = {name.lower(): name for name in known}
    begun = [key for key in sorted(by_key) if word and key.startswith(word.lower())]
    near = [by_key[key] for key in begun[:2] or difflib.get_close_matches(word.lower(), by_key, n=2)]
    return f"did you mean {' or '.join(near)}? " if near else ""


def _missing_unless_created(wanted: Wanted, observed: Observed) -> Failure | None:
    if wanted.create and observed.spelling is None:
        return no_mandant(observed)
    return mandant_missing(observed, "create it or set create: true")


def _no_scratch(wanted: Wanted, observed: Observed) -> Failure | None:
    """Return the Failure for a scratch copy that would take the place of anything else."""
    if not wanted.scratch or observed.made.scratch:
        return None
    if observed.marker is None and all(map(is_ours, observed.tables)):
        return None
    return Failure(
        "would_replace_work",
        f"{observed.server.where}: {observed.mandant} is no scratch copy that a restore with scratch: true has made; "
        "name a database for it that is not there, or is empty",
    )


def _of_another_program(observed: Observed, analysis: Analysis | None) -> Failure | None:
    """Return the Failure for a dump that shares no table with CAO-Faktura, where a Mandant would be lost to it."""
    if analysis is None or not {name.upper() for name in observed.live} & set(REGISTRIES):
        return None
    if {name.upper() for name in analysis.definitions} & KNOWN:
        return None
    return Failure(
        "not_a_backup",
        f"{printable(analysis.file.path)} holds none of CAO-Faktura's tables, but {observed.mandant} on "
        f"{observed.server.where} is a Mandant; choose its backup, or restore into another database",
    )


def work_elsewhere(observed: Observed) -> t.Iterator[str]:
    """Return a warning where others may write over members of a cluster at which nobody looks."""
    cluster = observed.server.cluster
    if cluster is not None and cluster.others > 0:
        yield (
            f"{observed.mandant}: the server has {cluster.others} more in its {cluster.name}; whoever works over them, "
            "CAO-Faktura or another run, is not seen. Name this server for all runs on this Mandant"
        )


def read_only(observed: Observed) -> Failure | None:
    """Return the Failure for a server or database that this account may not write to, None where it may."""
    server = observed.server
    if observed.read_only:
        text = f"{observed.mandant} is read-only for everybody"
        advice = f"ALTER DATABASE {quoted(observed.mandant)} READ ONLY=0 ends that"
        return Failure("server_setting", f"{server.where}: {text}; {advice}. Nothing was changed")
    may_write = observed.privileges.has_any_everywhere(
        "SUPER", "READ_ONLY ADMIN", "READ ONLY ADMIN", "CONNECTION_ADMIN"
    )
    if server.nobody_writes:
        text = f"the server is read-only for everybody; set {server.nobody_writes}=OFF"
        text += " and start it again" if server.nobody_writes.startswith("innodb") else ""
    elif server.read_only and not may_write:
        text = "the server is read-only; set read_only=OFF"
    elif server.cluster is not None and server.cluster.needs:
        text = f"as this member of a {server.cluster.name} is set, not all members would be alike behind this"
        return Failure("server_setting", f"{server.where}: {text}; set {server.cluster.needs}")
    else:
        return None
    return Failure("server_setting", f"{server.where}: {text}, or name the primary server")


def _refused_engine(engine: str | None, server: Server) -> Failure | None:
    if engine is None:
        return None
    if engine.lower() in _FORGETFUL:
        advice = "leave engine out, or name one that keeps rows"
        text = f"tables of the engine {engine} are empty when the server was started again; {advice}"
    elif engine.lower() in server.engines:
        return None
    else:
        known = sorted(server.engines.values())
        if server.only_engine is None:
            text = f"the server has no engine {engine}; {_meant(engine, known)}it has {', '.join(known)}"
        elif server.cluster is not None:
            text = f"rows of {printable(engine)} do not reach the others of the server's {server.cluster.name}"
        else:
            text = f"enforce_storage_engine of the server forbids {printable(engine)}"
        if server.only_engine is not None:
            text += f"; leave engine out, or set it to {', '.join(known)}"
    return Failure("server_setting", f"{server.where}: {text}")


def _server_setting(wanted: Wanted, observed: Observed, analysis: Analysis | None) -> Failure | None:
    server = observed.server
    refusal = read_only(observed)
    if refusal is not None:
        return refusal
    refusal = _refused_engine(wanted.engine, server)
    if refusal is not None:
        return refusal
    if not observed.exists:
        refusal = _unknown_charset(wanted, observed)
        if refusal is not None:
            return refusal
    longest = 0 if analysis is None else _longest_row(wanted, observed, analysis)
    if longest + PACKET_RESERVE_BYTES > server.max_allowed_packet:
        needed = -(-(longest + PACKET_RESERVE_BYTES) // 1048576) * 1048576
        return Failure(
            "server_setting",
            f"{server.where}: the longest row of the backup has {longest} bytes, but "
            f"max_allowed_packet is {server.max_allowed_packet}; SET GLOBAL max_allowed_packet={needed} and put it "
            "into the server's option file",
        )
    return None if analysis is None else _too_much_at_once(server, analysis) or _no_triggers(observed, analysis)


def _too_much_at_once(server: Server, analysis: Analysis) -> Failure | None:
    """Return the Failure for a table of more rows than a cluster takes in a transaction."""
    cluster = server.cluster
    if cluster is None:
        return None
    for table in analysis.tables:
        if 0 < cluster.most_rows < table.rows:
            what, advice = f"has {table.rows} rows", f"wsrep_max_ws_rows is {cluster.most_rows}; set it to 0"
        elif 0 < cluster.most_bytes < table.bytes:
            what = f"takes {table.bytes} bytes"
            advice = f"{cluster.limits_bytes} is {cluster.most_bytes}; set {cluster.for_more_bytes}"
        else:
            continue
        return Failure(
            "server_setting",
            f"{server.where}: the table {printable(table.name)} of the backup {what}, but a transaction of the "
            f"server's {cluster.name} may not have so many: {advice} for the time of the restore. Nothing was changed",
        )
    return None


def _no_triggers(observed: Observed, analysis: Analysis) -> Failure | None:
    server = observed.server
    trigger = next((one for one in analysis.triggers if one.of_columns), None)
    if trigger is not None and not server.flavour.has_triggers_of_columns:
        return Failure(
            "server_setting",
            f"{server.where}: the trigger {printable(trigger.name)} of the backup is for an UPDATE OF some columns, "
            f"which this server ({server.version}) does not have; restore the backup on a newer MariaDB, or take OF "
            "with the columns out of the trigger and make the dump again. Nothing was changed",
        )
    if analysis.triggers and server.distrusts_triggers:
        may_make = observed.privileges.has_any_everywhere("SUPER", "BINLOG ADMIN", "SET USER", "SET_ANY_DEFINER")
        if not may_make:
            return Failure(
                "server_setting",
                f"{server.where}: the backup has triggers, and a server with a binary log lets only SUPER make any; "
                "SET GLOBAL log_bin_trust_function_creators=ON for the time of the restore, or let an account with "
                "SUPER restore. Nothing was changed",
            )
    return None


def _unknown_charset(wanted: Wanted, observed: Observed) -> Failure | None:
    server = observed.server
    if wanted.charset.lower() not in server.charsets:
        meant = _meant(wanted.charset, server.charsets)
        return Failure(
            "server_setting",
            f"{server.where}: the server has no character set {wanted.charset}; {meant}SHOW CHARACTER SET lists them",
        )
    if wanted.collation and server.collations.get(wanted.collation.lower()) != wanted.charset.lower():
        return Failure(
            "server_setting",
            f"{server.where}: {wanted.collation} is no collation of the character set {wanted.charset} there; without "
            "collation the server takes its own",
        )
    return None


def needed_privileges(analysis: Analysis | None, *, neutralise: bool = False) -> tuple[str, ...]:
    """Return the privileges on the Mandant that a restore needs."""
    needed = ["SELECT", "INSERT", "CREATE", "DROP", "ALTER"]
    needed += ["UPDATE", "DELETE"] if neutralise else []
    if analysis is not None:
        needed += ["CREATE VIEW", "SHOW VIEW"] if analysis.views else []
        needed += ["TRIGGER"] if analysis.triggers else []
        needed += ["REFERENCES"] if any(one.foreign_keys for one in analysis.definitions.values()) else []
    return tuple(needed)


def missing_privilege(wanted: Wanted, observed: Observed, analysis: Analysis | None) -> Failure | None:
    """Return the Failure for an account that may not do what is needed; without the analysis, not all of it."""
    privileges = observed.privileges
    missing = [
        name for name in needed_privileges(analysis, neutralise=bool(wanted.neutralise)) if not privileges.has(name)
    ]
    advice = ""
    if wanted.reload_tables and observed.exists and not privileges.may_reload():
        missing.append("RELOAD")
        advice = "; at a hoster, where RELOAD cannot be had, set reload_tables: false"
    others = [one for one in observed.sessions if not one.account.startswith(_own_account(observed))]
    may_end = privileges.has_any_everywhere("SUPER", "CONNECTION ADMIN", "CONNECTION_ADMIN")
    if wanted.running_instances == "disconnect" and others and not may_end:
        missing.append("CONNECTION ADMIN (or SUPER)")
    if not missing:
        return None
    account = observed.privileges_of or "the account"
    return Failure(
        "missing_privilege",
        f"{observed.server.where}: {account} lacks {', '.join(missing)} for {observed.mandant}; "
        f"{how_to_grant(privileges)}{advice}",
    )


def _own_account(observed: Observed) -> str:
    return (observed.privileges_of or "").partition("@")[0] + "@"


def _in_use(wanted: Wanted, observed: Observed) -> Failure | None:
    if effective_running_instances(wanted) != "fail" or not observed.sessions:
        return None
    return in_use(wanted, observed.server.where, observed.sessions)
