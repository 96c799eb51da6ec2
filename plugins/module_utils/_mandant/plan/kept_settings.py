# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a server keeps with a view or trigger, and heeds for ever: the sql_mode, and the collation of its texts."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.connection import OF_DATABASE
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import Mode
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger, View
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.collations import (
    nearest_collation,
    spelled_here,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.database_format import (
    of_new_database,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.translated import known_charset

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_Kept = t.TypeVar("_Kept", View, Trigger)

_OTHER_LANGUAGE = "ORACLE"
# What MySQL and MariaDB of every version know, and what leaves alone how strings and comments are read. Left out
# are ORACLE, which is another language on MariaDB, and what only SHOW CREATE heeds.
_KEPT = frozenset(
    [
        "ALLOW_INVALID_DATES",
        "ANSI",
        "ANSI_QUOTES",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "HIGH_NOT_PRECEDENCE",
        "IGNORE_SPACE",
        "NO_BACKSLASH_ESCAPES",
        "NO_AUTO_VALUE_ON_ZERO",
        "NO_ENGINE_SUBSTITUTION",
        "NO_UNSIGNED_SUBTRACTION",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "ONLY_FULL_GROUP_BY",
        "PAD_CHAR_TO_FULL_LENGTH",
        "PIPES_AS_CONCAT",
        "REAL_AS_FLOAT",
        "STRICT_ALL_TABLES",
        "STRICT_TRANS_TABLES",
        "TRADITIONAL",
    ]
)
# By these bytes and those above a letter begins that is as long in UTF-8.
_TWO_BYTES, _FOUR_BYTES = 0xC0, 0xF0
_QUOTES = ("PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE")
# Source: documentation of sql_mode, combination modes. What ANSI is besides, each server knows.
_COMBINED = {
    "ANSI": ("ANSI", "REAL_AS_FLOAT", *_QUOTES),
    "DB2": _QUOTES,
    "MAXDB": _QUOTES,
    "MSSQL": _QUOTES,
    **dict.fromkeys(("MYSQL323", "MYSQL40"), ("HIGH_NOT_PRECEDENCE",)),
    "ORACLE": _QUOTES,
    "POSTGRESQL": _QUOTES,
}


# They change how a dump is read, and one that states no mode was read without them.
_OF_TEXTS = frozenset(("ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"))


def mode_for_trigger(mode: Mode, of_server: str, own: tuple[str, ...] = ()) -> str:
    """Return the sql_mode for a trigger of a dump: what the dump has stated, else that of the server.

    Without those that are the server's ``own`` each server rounds parts of seconds as the other does with them.
    """
    # In the server's order: what a dump replaces in it may be more than one mode.
    of_server = ",".join(one for one in _modes(of_server) if one not in _OF_TEXTS and one != "ANSI")
    stated = mode.on(of_server)
    return ",".join(sorted(_KEPT.union(own).intersection(_modes(of_server if stated is None else stated))))


def _modes(text: str) -> list[str]:
    words = [word.strip().upper() for word in text.split(",")]
    return list(dict.fromkeys(mode for word in words for mode in (*_COMBINED.get(word, ()), word)))


def kept_with(trigger: Trigger, server: Server, statement: bytes) -> tuple[str, str]:
    """Return the sql_mode and the collation under which the statement makes a trigger of a dump."""
    mode = mode_for_trigger(trigger.mode, server.sql_mode, server.flavour.own_modes)
    return mode, _collation(trigger.collation, server, statement)


def collation_of_view(stated: str | None, server: Server, statement: bytes) -> str:
    """Return the collation for the texts of a view as the dump has ``stated`` it, "" for our session's.

    An old MySQL keeps a view's texts as bytes of the collation's character set, and says that they are utf8mb4: it
    computes with other letters then, and no client can read what it shows.
    """
    spoils = not (stated or "").startswith("utf8") and max(statement, default=0) >= _TWO_BYTES
    return "" if spoils and server.flavour.spoils_texts_of_views else _collation(stated, server, statement)


def in_database(analysis: Analysis, wanted: Wanted, observed: Observed) -> Analysis:
    """Return a dump in which texts of views and triggers that are in the collation of its database have that one.

    Where the letters of a text do not fit, they get that of our session.
    """
    charset, collation = analysis.database_format
    if charset is None and collation is None:
        charset, collation = observed.charset, observed.collation
    if charset is None and collation is None:
        charset, collation = of_new_database(wanted, analysis, observed.server)

    def known(one: _Kept, text: bytes) -> _Kept:
        if one.collation != OF_DATABASE:
            return one
        return dataclasses.replace(one, collation=(collation or charset) if _fits(text, charset or "") else None)

    views = tuple(known(view, view.select_statement({})) for view in analysis.views)
    triggers = tuple(known(one, one.create_statement("", "", {})) for one in analysis.triggers)
    return dataclasses.replace(analysis, views=views, triggers=triggers)


def _fits(text: bytes, charset: str) -> bool:
    """Whether a character set has all letters of a text, as far as that is known."""
    if max(text, default=0) < _TWO_BYTES or charset == "utf8mb4":
        return True
    if charset.startswith("utf8"):
        return max(text) < _FOUR_BYTES
    try:
        text.decode("utf-8").encode("cp1252")
    except UnicodeError:
        return False
    return charset == "latin1"


def kept_otherwise(
    views: t.Iterable[View], triggers: t.Iterable[Trigger], server: Server, coming: t.Container[str]
) -> t.Iterator[Report]:
    """Return what is to be told of those that are ``coming`` and do not keep what the dump says of them."""
    for view in views:
        stated = view.collation if view.name in coming else None
        if stated is not None and not collation_of_view(stated, server, view.select_statement({})):
            text = f"this server cannot keep its texts in {stated}: they get the collation of utf8mb4"
            yield Report(view.name, text)
    for trigger in triggers:
        if trigger.table in coming and _OTHER_LANGUAGE in _modes(trigger.mode.on(server.sql_mode) or ""):
            text = f"its trigger {trigger.name} is kept without the sql_mode {_OTHER_LANGUAGE}: look at what it does"
            yield Report(trigger.table, text)


def _collation(stated: str | None, server: Server, statement: bytes) -> str:
    """Return the collation for the texts of a view or trigger.

    Statements are sent as utf8mb4: no letter of one is lost to a dump that says utf8 of what it has in full, nor read
    as two by a MySQL that takes bytes for latin1.
    """
    charset = (stated or "").partition("_")[0]
    longest = max(statement, default=0)
    in_part = charset in ("utf8", "utf8mb3") and longest >= _FOUR_BYTES
    as_latin1 = charset == "binary" and longest >= _TWO_BYTES and not server.flavour.mariadb
    if stated is None or in_part or as_latin1:
        return ""
    if stated == charset:
        return server.charsets.get(known_charset(charset, server), ("", 0))[0]
    return spelled_here(stated, server.collations) or nearest_collation(stated, server.collations)
