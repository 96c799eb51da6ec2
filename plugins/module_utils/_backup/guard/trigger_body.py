# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The statements in the body of a trigger: only those that compute, and change rows.

A trigger runs with the rights of the user that restores, whoever fires it.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables_in_queries import keyword
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words, split_at_commas

_STATEMENTS = frozenset(
    b"""BEGIN CASE CLOSE DECLARE DELETE DO ELSE ELSEIF END FETCH FOR GET IF INSERT ITERATE LEAVE LOOP OPEN REPEAT
    REPLACE RESIGNAL SELECT SET SIGNAL UNTIL UPDATE WHEN WHILE WITH""".split()
)
# A statement follows these where they begin one themselves, and these wherever they stand.
_STATEMENT_FOLLOWS = frozenset((b"BEGIN", b"ELSE", b"LOOP", b"REPEAT"))
_HANDLERS = frozenset((b"CONTINUE", b"EXIT", b"UNDO"))
_ENDS_OF_OTHERS = frozenset((b"CASE", b"FOR", b"IF", b"LOOP", b"REPEAT", b"WHILE"))


def check_body(tokens: t.Sequence[Token]) -> None:
    """Refuse every statement that is not on the list, and SET of anything but variables and columns."""
    walker = _Walker(tokens)
    for index in range(len(tokens)):
        walker.step(index)


def is_handler(tokens: t.Sequence[Token], index: int) -> bool:
    """Whether ``CONTINUE HANDLER`` or ``EXIT HANDLER`` of a DECLARE stands at an index."""
    return keyword(tokens, index) in _HANDLERS and keyword(tokens, index + 1) == b"HANDLER"


class _Walker:
    """Goes through a body and knows where a statement begins.

    ``_cases`` tells CASE expressions, in which THEN and ELSE give values, from CASE statements;
    ``_scopes`` are the variables that the blocks around have declared.
    """

    def __init__(self, tokens: t.Sequence[Token]) -> None:
        self._tokens = tokens
        self._begins = True
        self._begins_at = -1
        self._cases: list[str] = []
        self._scopes: list[set[str]] = [set()]

    def step(self, index: int) -> None:
        if index == self._begins_at:
            self._begins = True
        if self._tokens[index].is_mark(b";"):
            if "expression" in self._cases:
                raise Refused("a trigger with a CASE that does not end")
            self._begins = True
        elif self._begins and not self._is_label(index):
            self._statement(keyword(self._tokens, index), index)
        elif not self._begins:
            self._inside(keyword(self._tokens, index), index)

    def _is_label(self, index: int) -> bool:
        here, behind = self._tokens[index], self._tokens[index + 1 : index + 2]
        return here.is_mark(b":") or (name_of(here) is not None and bool(behind) and behind[0].is_mark(b":"))

    def _statement(self, word: bytes, index: int) -> None:
        if word not in _STATEMENTS:
            raise Refused(f"a trigger with the statement {word.decode('ascii', 'replace')[:20] or 'of another kind'}")
        self._begins = word in _STATEMENT_FOLLOWS
        if word == b"BEGIN":
            self._scopes.append(set())
        elif word == b"END" and keyword(self._tokens, index + 1) not in _ENDS_OF_OTHERS:
            if len(self._scopes) == 1:
                raise Refused("a trigger with an END that ends nothing")
            self._scopes.pop()
        elif word == b"CASE":
            self._cases.append("statement")
        elif word == b"DECLARE" and is_handler(self._tokens, index + 1):
            self._begins_at = self._behind_conditions(index + 3)
        elif word == b"DECLARE":
            self._declare(index + 1)
        elif word == b"SET":
            self._check_set(index + 1)

    def _inside(self, word: bytes, index: int) -> None:
        in_expression = bool(self._cases) and self._cases[-1] == "expression"
        if word == b"CASE" and keyword(self._tokens, index - 1) == b"END":
            self._end_case()
        elif word == b"CASE":
            self._cases.append("expression")
        elif word == b"END" and in_expression:
            self._end_case()
        elif word == b"DO" or (word in (b"THEN", b"ELSE") and not in_expression):
            self._begins = True

    def _end_case(self) -> None:
        if not self._cases:
            raise Refused("a trigger with an END that ends nothing")
        self._cases.pop()

    def _declare(self, index: int) -> None:
        while True:
            self._scopes[-1].add((name_of(self._tokens[index]) if index < len(self._tokens) else None) or "")
            if not (index + 1 < len(self._tokens) and self._tokens[index + 1].is_mark(b",")):
                return
            index += 2

    def _behind_conditions(self, index: int) -> int:
        """Return where the statement of a handler begins: behind FOR and its conditions."""
        words = Words(self._tokens[index:])
        words.expect(b"FOR")
        while True:
            if words.accept(b"NOT"):
                words.expect(b"FOUND")
            else:
                if words.accept(b"SQLSTATE"):
                    words.accept(b"VALUE")
                if words.take().kind not in ("word", "name", "string", "number"):
                    raise Refused("a trigger with a HANDLER that is not understood")
            if not words.accept(b","):
                return len(self._tokens) - len(words.rest())

    def _check_set(self, index: int) -> None:
        end = next((at for at in range(index, len(self._tokens)) if self._tokens[at].is_mark(b";")), len(self._tokens))
        for assignment in split_at_commas(self._tokens[index:end]):
            if not self._is_own(assignment):
                raise Refused("a trigger with SET of something else than its variables and the columns of NEW")

    def _is_own(self, assignment: t.Sequence[Token]) -> bool:
        new = len(assignment) > 3 and assignment[1].is_mark(b".") and (name_of(assignment[0]) or "").upper() == "NEW"
        if new:
            target = assignment[3]
        elif len(assignment) > 1:
            own = any(name_of(assignment[0]) in scope for scope in self._scopes)
            user = assignment[0].kind == "variable" and not assignment[0].text.startswith(b"@@")
            target = assignment[1] if own or user else assignment[0]
        else:
            return False
        return target.is_mark(b"=") or target.is_mark(b":=")
