# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The one exception of the private packages: what goes wrong has a name from a closed list."""

from __future__ import annotations

import typing as t

ErrorName = t.Literal[
    "file_not_found",
    "not_a_backup",
    "password_required",
    "wrong_password",
    "checksum_mismatch",
    "damaged",
    "truncated",
    "too_large",
    "forbidden_statement",
    "encoding_ambiguous",
    "missing_dependency",
    "connection_failed",
    "missing_privilege",
    "mandant_missing",
    "mandant_in_use",
    "locked",
    "server_setting",
    "statement_failed",
    "verification_failed",
    "nothing_to_roll_back",
    "would_replace_work",
    "incomplete",
    "other_company",
    "too_old",
    "check_failed",
    "not_neutralised",
    "newer_version",
]


SHOWN_LETTERS = 200


class Failure(Exception):
    """Something went wrong that a user can understand and act on.

    ``error`` is the name playbooks may rely on. ``msg`` says what, where (file, member, line,
    statement number; host, user, database) and what to do, in one or two sentences, and never
    holds row data or a secret. ``results`` is what a module returns beside them.
    """

    def __init__(self, error: ErrorName, msg: str, **results: t.Any) -> None:
        super().__init__(msg)
        self.error: ErrorName = error
        self.msg = msg
        self.results = results


def printable(text: str) -> str:
    """Return ``text`` fit for a message: what is not printable is escaped, what is very long is cut."""
    escaped = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
    return escaped if len(escaped) <= SHOWN_LETTERS else f"{escaped[:SHOWN_LETTERS]}..."


def first_of(texts: t.Sequence[str], most: int, *, between: str = ", ") -> str:
    """Return the first of some texts for a sentence, and how many more there are."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return between.join(texts[:most]) + more
