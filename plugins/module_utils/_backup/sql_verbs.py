# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The verbs of SQL, with what each says of a file: known by its first word, and what a message may name."""

from __future__ import annotations

import typing as t

Begins = t.Literal["a dump", "some SQL", "nothing"]


class Verb(t.NamedTuple):
    """Two marks: what a file may begin with it, and whether it is refused by its name.

    A word that is neither could be a piece of a value behind a broken quote, so no message holds it.
    """

    begins: Begins
    is_refused_by_name: bool


def _verbs(verbs: bytes, begins: Begins, *, is_refused_by_name: bool) -> dict[bytes, Verb]:
    return dict.fromkeys(verbs.split(), Verb(begins, is_refused_by_name))


VERBS: t.Mapping[bytes, Verb] = {
    # A backup may hold these.
    **_verbs(
        b"ALTER BEGIN COMMIT CREATE DELETE DELIMITER DROP LOCK REPLACE SET TRUNCATE UNLOCK USE",
        "a dump",
        is_refused_by_name=False,
    ),
    # Of these only INSERT with rows, and START TRANSACTION.
    **_verbs(b"FLUSH GRANT INSERT START UPDATE", "a dump", is_refused_by_name=True),
    **_verbs(
        b"""ANALYZE CALL CHANGE CHECK DEALLOCATE DO EXECUTE HANDLER INSTALL KILL LOAD OPTIMIZE PREPARE PURGE RESET
        REVOKE ROLLBACK SELECT SHOW SHUTDOWN SOURCE SYSTEM UNINSTALL WITH XA""",
        "some SQL",
        is_refused_by_name=True,
    ),
    **_verbs(b"RELEASE RENAME SAVEPOINT", "some SQL", is_refused_by_name=False),
    **_verbs(b"BINLOG REPAIR SIGNAL STOP", "nothing", is_refused_by_name=True),
}

_COMPUTED = "rows are stored as they stand, and none is computed; load the dump into an empty database, and dump that"
_RIGHTS = "accounts and rights are the server's, and no Mandant's; take such statements out of the file"
_ROUTINE = "leave it out of the export (mysqldump without --routines and --events), or take it out of the file"
#: What a server keeps to be called, beside triggers.
ROUTINES = (b"EVENT", b"FUNCTION", b"PACKAGE", b"PROCEDURE")
_OF_RIGHTS = (b"GRANT", b"REVOKE", b"ROLE", b"USER")
#: What to do where a statement is refused, by its verb, or by what is to be created, changed or dropped.
WHAT_TO_DO: t.Mapping[bytes, str] = {
    **dict.fromkeys((b"CALL", b"ROLLBACK", b"UPDATE"), _COMPUTED),
    **dict.fromkeys(_OF_RIGHTS, _RIGHTS),
    **dict.fromkeys(ROUTINES, _ROUTINE),
    b"LOAD": "its rows are in another file; load all into an empty database with the server's client, and dump that",
    b"SOURCE": "it stands for another file; put there what that file holds",
    b"SEQUENCE": "no restore makes one. Let its column count by AUTO_INCREMENT, and leave it out (mariadb-dump "
    "--ignore-table)",
    b"TEMPORARY": "a client forgets it at its end; load the dump into an empty database, and dump that",
}

_OF_NO_NAME = (
    "look at that line; a comment may have lost what begins it, or a program's message may have got into the dump"
)

BEGIN_A_DUMP = frozenset(word for word, verb in VERBS.items() if verb.begins == "a dump")
BEGIN_SQL = frozenset(word for word, verb in VERBS.items() if verb.begins != "nothing")
REFUSED_BY_NAME = frozenset(word for word, verb in VERBS.items() if verb.is_refused_by_name)


def why_not(verb: bytes) -> str:
    """Return why a statement that begins so is not read; what no message names is called by no name."""
    if verb in REFUSED_BY_NAME:
        return f"the statement {verb.decode()} is not one that a backup needs{what_to_do(verb)}"
    return f"the statement of another kind is not one that a backup needs: {_OF_NO_NAME}"


def what_to_do(word: bytes, before: str = ": ") -> str:
    """Return what to do about a statement with a word, behind ``before``; nothing where that is not known."""
    return before + WHAT_TO_DO[word] if word in WHAT_TO_DO else ""
