# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which engine, character set and collation each table gets, pure.

The table that is there now decides, so that a Mandant keeps its kind; then the dump; then CAO's own
habits (MyISAM, latin1). What a table cannot have is given up for what it can, and reported.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import is_not_enforced
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    CharacterBytes,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.collations import (
    is_of_mysql,
    keeps_apart,
    nearest_collation,
    spelled_here,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.demands import (
    refuse_what_is_demanded,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.engine_limits import (
    can_hold,
    row_fits,
    with_room_for_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.protection import with_protection
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.server_features import (
    refuse_unknown_features,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.translated import (
    known_charset,
    same_charset,
    translated,
)

_WITHOUT_TRANSACTIONS = ("myisam", "aria")
_LAST_RESORT = ("InnoDB", "Aria", "MyISAM")
_FIRST_OF_FOUR_BYTES = 0xF0


@dataclasses.dataclass(frozen=True)
class Format:
    """What stands behind the parenthesis of CREATE TABLE; None leaves it to the server.

    ``stand_ins`` are the collations that decide, in unique keys, which rows are duplicates, and that this server has in
    the place of those of the dump, by the names of these.
    """

    definition: TableDefinition
    engine: str
    charset: str | None
    collation: str | None
    stand_ins: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def create_statement(self, as_name: str, flavour: ServerFlavour) -> bytes:
        """Return the complete CREATE TABLE, without foreign keys, under the name ``as_name``."""
        return self.definition.create_statement(
            as_name, engine=self.engine, charset=self.charset, collation=self.collation, server=flavour
        )


@dataclasses.dataclass(frozen=True)
class Around:
    """What a table is placed into: wishes, and what its database and other tables say."""

    server: Server
    engine: str | None
    dialect: str
    database_charset: str
    database_collation: str | None
    referenced: frozenset[str] = frozenset()


def choose_format(
    definition: TableDefinition, existing: ExistingTable | None, around: Around, reports: list[Report]
) -> Format:
    """Return the format of one table; Failure server_setting when no engine here can hold it."""
    definition = translated(definition, around.server, reports)
    refuse_unknown_features(definition, around.server)
    definition, stand_ins = _known_collations(definition, around.server, reports)
    definition = _known_parsers(definition, around.server, reports)
    charset, collation, from_dump = _text_format(definition, existing, around)
    longest = _longest_characters(around.server, charset)
    engine = _engine(
        definition, existing, around, longest if from_dump else _longest_characters(around.server), reports
    )
    fits = _keys_fit(engine, definition, around.server, longest), row_fits(definition, longest)
    if not from_dump and fits != (True, True):
        what = "rows" if fits[0] else "keys"
        reports.append(Report(definition.name, f"its {what} are too long for {engine} with {charset}: it gets latin1"))
        charset, collation = "latin1", None
    definition = _with_its_keys(definition, engine, around.server, _longest_characters(around.server, charset), reports)
    if definition.charset and not same_charset(definition.charset, charset):
        text = f"this server does not know the character set {definition.charset}: {charset} is used"
        reports.append(Report(definition.name, text))
    refuse_what_is_demanded(definition, engine, around.server)
    definition = with_protection(definition, engine, around.server, reports)
    _report_checks(definition, around.server, reports)
    _report_comments(definition, reports)
    return Format(definition, engine, charset, collation, stand_ins)


def _text_format(
    definition: TableDefinition, existing: ExistingTable | None, around: Around
) -> tuple[str, str | None, bool]:
    """Return character set, collation, and whether they are the dump's."""
    server = around.server
    if definition.collation:
        charset = server.collations.get(definition.collation.lower(), definition.charset or "utf8mb4")
        return charset, definition.collation, True
    if definition.charset:
        return known_charset(definition.charset, server), None, True
    if existing is not None and existing.collation:
        return server.collations.get(existing.collation.lower(), "latin1"), existing.collation, False
    return around.database_charset, around.database_collation, False


def with_shorter_keys(
    definition: TableDefinition, engine: str, server: Server, longest: CharacterBytes
) -> TableDefinition:
    """Return the definition with keys over no more of a column than the engine takes, where they decide nothing.

    So a client's CREATE TABLE makes them: MariaDB always, MySQL where the mode is not strict.
    """
    limit = server.flavour.longest_key_part_bytes(engine) or server.flavour.longest_key_bytes(engine)

    def shorter(part: KeyPart) -> KeyPart:
        column = definition.column(part.column or "")
        if column is None or column.key_bytes(part.length, longest) <= limit:
            return part
        return dataclasses.replace(part, length=limit // (1 if column.is_binary else longest(column.charset)))

    keys = (
        dataclasses.replace(key, parts=tuple(map(shorter, key.parts))) if key.kind == "KEY" else key
        for key in definition.keys
    )
    return dataclasses.replace(definition, keys=tuple(keys))


def _with_its_keys(
    definition: TableDefinition, engine: str, server: Server, longest: CharacterBytes, reports: list[Report]
) -> TableDefinition:
    """Return the definition with keys, and a row format, that the engine takes."""
    shorter = with_shorter_keys(definition, engine, server, longest)
    for before, after in zip(definition.keys, shorter.keys):
        if before != after:
            text = f"{engine} of this server takes less of a column: the key {before.name} is over its beginning only"
            reports.append(Report(definition.name, text))
    if engine.lower() != "innodb" or server.flavour.longest_key_part_bytes(engine) is not None:
        return shorter
    roomy = with_room_for_keys(shorter, server.row_format, longest)
    if roomy is not shorter:
        text = "its keys are too long for the row format that it would have here: it gets ROW_FORMAT=DYNAMIC"
        reports.append(Report(definition.name, text))
    return roomy


def _known_parsers(definition: TableDefinition, server: Server, reports: list[Report]) -> TableDefinition:
    """Return the definition without the parsers for full-text keys that this server does not have."""
    keys = []
    for key in definition.keys:
        if key.parser is None or key.parser.lower() in server.parsers:
            keys.append(key)
            continue
        text = f"this server does not have the parser {key.parser}: the full-text key {key.name} gets the usual one"
        reports.append(Report(definition.name, text))
        keys.append(dataclasses.replace(key, parser=None))
    return dataclasses.replace(definition, keys=tuple(keys))


def _report_checks(definition: TableDefinition, server: Server, reports: list[Report]) -> None:
    attributes = (attribute.sql for column in definition.columns for attribute in column.attributes)
    left_out = sum(not check.enforced for check in definition.checks) + sum(map(is_not_enforced, attributes))
    if left_out and not server.flavour.has_unenforced_checks:
        text = f"{left_out} CHECK constraints that are not enforced are left out: this server would enforce them"
        reports.append(Report(definition.name, text))


def _report_comments(definition: TableDefinition, reports: list[Report]) -> None:
    attributes = (*definition.options, *(one for column in definition.columns for one in column.attributes))
    texts = [one.sql for one in attributes if one.kind == "COMMENT"] + [key.options for key in definition.keys]
    if any(max(text, default=0) >= _FIRST_OF_FOUR_BYTES for text in texts):
        text = "servers store characters of more than three bytes in UTF-8 as ? in a COMMENT: so it is made"
        reports.append(Report(definition.name, text))


def _longest_characters(server: Server, of_table: str = "latin1") -> CharacterBytes:
    def longest(charset: str | None) -> int:
        return server.charsets.get(known_charset((charset or of_table).lower(), server), ("", 4))[1]

    return longest


def _known_collations(
    definition: TableDefinition, server: Server, reports: list[Report]
) -> tuple[TableDefinition, dict[str, str]]:
    """Return the definition with collations that this server knows, and those of them that decide what is a duplicate.

    Failure server_setting where values that are two in the dump could be one here.
    """
    changed: dict[str, str] = {}
    deciding: dict[str, str] = {}
    for name in sorted(definition.collations):
        same = spelled_here(name, server.collations)
        if same is not None:
            changed[name] = same
            if server.flavour.mariadb and is_of_mysql(name) and name in definition.collations_of_unique_keys:
                # MariaDB from 11.4.5 on takes it for another name of one of its own, which has other rules.
                deciding[name] = nearest_collation(name, {own: server.collations[own] for own in _own(server)})
            continue
        changed[name] = nearest_collation(name, server.collations)
        if name in definition.collations_of_unique_keys:
            deciding[name] = changed[name]
            if not keeps_apart(changed[name], name):
                raise Failure(
                    "server_setting",
                    f"{server.where}: a unique key of the table {definition.name} is in the collation {name}, which "
                    f"this server does not know, and {changed[name]}, the nearest that it has, takes different values "
                    "for one; restore the backup on a server that knows it",
                )
        text = f"this server does not know the collation {name}: {changed[name]} is used"
        reports.append(Report(definition.name, text))
    changed = {name: other for name, other in changed.items() if other != name}
    return (definition.with_collations(changed) if changed else definition), deciding


def _own(server: Server) -> list[str]:
    return [name for name in server.collations if not is_of_mysql(name)]


def _engine(
    definition: TableDefinition,
    existing: ExistingTable | None,
    around: Around,
    longest: CharacterBytes,
    reports: list[Report],
) -> str:
    server = around.server
    wishes = [
        around.engine,
        existing.engine if existing else None,
        definition.engine,
        "MyISAM" if around.dialect == "cao" else None,
        server.default_engine,
    ]
    wanted = [wish for wish in wishes if wish]
    # A key that decides nothing is rather a shorter one than that there is no table.
    for whole, engine in itertools.product((True, False), (*wanted, *_LAST_RESORT)):
        tried = definition if whole else with_shorter_keys(definition, engine, server, longest)
        if engine.lower() in server.engines and _holds(engine, tried, around, longest):
            # Where a dump's engine gives way to that of the table now there, all is as it was.
            if engine.lower() != wanted[0].lower():
                reports.append(Report(definition.name, f"{wanted[0]} cannot hold it here: it gets {engine}"))
            return server.engines[engine.lower()]
    if definition.needs_engine_without_transactions:
        needed = "MyISAM or Aria"
    elif "innodb" in server.engines and not _keys_fit("InnoDB", definition, server, longest):
        needed = f"keys of at most {server.flavour.longest_key_bytes('InnoDB')} bytes, and has a longer one"
    else:
        needed = wanted[0]
    raise Failure(
        "server_setting",
        f"{server.where}: no engine of this server can hold the table {definition.name}; it needs {needed}",
    )


def _holds(engine: str, definition: TableDefinition, around: Around, longest: CharacterBytes) -> bool:
    kind = engine.lower()
    if definition.needs_engine_without_transactions and kind not in _WITHOUT_TRANSACTIONS:
        return False
    if not can_hold(engine, definition, around.server.flavour):
        return False
    if definition.partitioned and kind != "innodb" and around.server.flavour.partitions_innodb_only:
        return False
    related = definition.foreign_keys or definition.name in around.referenced
    if related and kind != "innodb" and not definition.needs_engine_without_transactions:
        return False
    return _keys_fit(engine, definition, around.server, longest)


def _keys_fit(engine: str, definition: TableDefinition, server: Server, longest: CharacterBytes) -> bool:
    """Whether the engine takes the keys, with characters of so many bytes."""
    if server.flavour.hashes_long_unique_keys(engine):
        definition = dataclasses.replace(
            definition, keys=tuple(key for key in definition.keys if key.kind != "UNIQUE KEY")
        )
    part_bytes = server.flavour.longest_key_part_bytes(engine)
    if part_bytes is not None and definition.longest_key_part_bytes(longest) > part_bytes:
        return False
    return definition.longest_key_bytes(longest) <= server.flavour.longest_key_bytes(engine)
