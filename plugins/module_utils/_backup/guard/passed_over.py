# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Statements of a dump that are passed over: those that show, look after, lock and begin or end a transaction.

So are those by which a replica goes on where the dump was made: a restore makes none.
"""

from __future__ import annotations

import contextlib
import functools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import read_view
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, own_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words, text_of

# Statements that dump programs write and that have no meaning for a restore into shadow tables.
_WITHOUT_MEANING = ((b"UNLOCK", b"TABLES"), (b"UNLOCK", b"TABLE"), (b"BEGIN", b"WORK"), (b"BEGIN",))
_OF_START = ((b"WITH", b"CONSISTENT", b"SNAPSHOT"), (b"READ", b"WRITE"), (b"READ", b"ONLY"))
_SHOWING = (b"SHOW", b"DESCRIBE", b"DESC", b"EXPLAIN")
_LOOKING_AFTER = (b"ANALYZE", b"CHECK", b"CHECKSUM", b"OPTIMIZE", b"REPAIR")
_OF_SAVEPOINTS = (b"SAVEPOINT", b"RELEASE")
# What dump programs write of replication (--master-data, --dump-slave, --gtid), and what brings nothing but order.
_OF_THE_SERVER = (
    (b"CHANGE", b"MASTER", b"TO"),
    (b"CHANGE", b"REPLICATION", b"SOURCE", b"TO"),
    *((verb, *what) for verb in (b"START", b"STOP") for what in ((b"SLAVE",), (b"REPLICA",), (b"ALL", b"SLAVES"))),
    *((b"FLUSH", what) for what in (b"LOGS", b"PRIVILEGES", b"TABLE", b"TABLES")),
    *((b"FLUSH", what, b"LOGS") for what in (b"BINARY", b"ENGINE", b"ERROR", b"GENERAL", b"RELAY", b"SLOW")),
    *((b"FLUSH", where, what) for where in (b"LOCAL", b"NO_WRITE_TO_BINLOG") for what in (b"LOGS", b"TABLES")),
)
_LOCKS = (b"READ", b"LOCAL", b"LOW_PRIORITY", b"WRITE", b"CONCURRENT")
# What makes a SELECT a view, for a look at it.
_AS_VIEW = (Token("name", b"`v`", False), Token("word", b"AS", True), Token("word", b"SELECT", True))


def pass_without_meaning(words: Words) -> bool:
    """Take a statement that has no meaning for a restore, and return whether it is one; what follows is left."""
    if words.accept(b"START", b"TRANSACTION"):
        _pass_start(words)
        return True
    if words.accept(b"COMMIT"):
        words.accept(b"WORK")
        words.accept(b"AND", b"CHAIN") or words.accept(b"AND", b"NO", b"CHAIN")
        words.accept(b"NO", b"RELEASE")
        return True
    return any(words.accept(*known) for known in _WITHOUT_MEANING)


def _pass_start(words: Words) -> None:
    """Take how a transaction starts: a restore has transactions of its own."""
    while any(words.accept(*known) for known in _OF_START):
        if not words.accept(b","):
            return


def without_effect(words: Words, database: OwnDatabase) -> t.Callable[[Words], None] | None:
    """Return the reader of what is no part of a backup, and changes nothing of what it holds; None for all else."""
    verb = words.upper()
    if verb in (b"SELECT", b"DO"):
        return functools.partial(_pass_select, database=database)
    if verb in _SHOWING:
        return _pass_show
    if verb == b"LOCK":
        return functools.partial(_pass_lock, database=database)
    if verb in _OF_SAVEPOINTS:
        return _pass_savepoint
    if any(all(words.upper(ahead) == word for ahead, word in enumerate(known)) for known in _OF_THE_SERVER):
        return _pass_settings
    about_tables = any(words.upper(ahead) in (b"TABLE", b"TABLES") for ahead in (1, 2))
    looks = verb in _LOOKING_AFTER and about_tables
    return functools.partial(_pass_look_after, database=database) if looks else None


def _pass_select(words: Words, database: OwnDatabase) -> None:
    """Take a SELECT that could be a view, by which scripts say how far they are and show rows, or DO of its values.

    It may look at variables besides, and set none.
    """
    verb, tokens = _verb_before(words), words.rest()
    with contextlib.suppress(Refused):
        if not any(token.is_mark(b":=") for token in tokens):
            read_view(Words([*_AS_VIEW, *map(_as_constant, tokens)]), b"", database)
            return
    raise Refused(f"the statement {verb} is not one that a backup needs")


def _verb_before(words: Words) -> str:
    return t.cast("Token", words.peek(-1)).upper.decode()


def _as_constant(token: Token) -> Token:
    return token._replace(kind="word", text=b"NULL") if token.kind == "variable" else token


def _pass_show(words: Words) -> None:
    """Take what only shows something, by which people look at what they have made."""
    verb = _verb_before(words)
    if any(token.kind not in ("word", "name", "string") and not token.is_mark(b".") for token in words.rest()):
        raise Refused(f"the statement {verb} is not one that a backup needs")


def _pass_lock(words: Words, database: OwnDatabase) -> None:
    """Take what follows LOCK: a restore has locks of its own."""
    if not words.accept(b"TABLE"):
        words.expect(b"TABLES")
    while True:
        own_name(words, database)
        words.accept(b"AS")
        if words.upper() not in _LOCKS:
            words.name()
        while words.upper() in _LOCKS:
            words.take()
        if not words.accept(b","):
            break
    pass_wait(words)


def pass_wait(words: Words) -> None:
    """Take how long MariaDB is to wait for others: a restore says that itself."""
    if words.accept(b"NOWAIT") or not words.accept(b"WAIT"):
        return
    if words.take().kind != "number":
        raise Refused("WAIT without a number")


def _pass_look_after(words: Words, database: OwnDatabase) -> None:
    """Take what follows ANALYZE, CHECK, OPTIMIZE and REPAIR."""
    words.accept(b"NO_WRITE_TO_BINLOG")
    words.accept(b"LOCAL")
    if not words.accept(b"TABLES"):
        words.expect(b"TABLE")
    own_name(words, database)
    while words.accept(b","):
        own_name(words, database)
    words.rest()


def _pass_settings(words: Words) -> None:
    """Take words and what they are set to."""
    rest = words.rest()
    if any(token.kind not in ("word", "number", "string") and token.text not in (b"=", b",") for token in rest):
        raise Refused(f"words that are not understood: {text_of(rest)}")


def _pass_savepoint(words: Words) -> None:
    """Take what follows SAVEPOINT and RELEASE: nothing goes back to one, since ROLLBACK is refused."""
    words.accept(b"SAVEPOINT")
    words.name()
