# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The privileges of an account, from what SHOW GRANTS says (MariaDB and MySQL documentation, SHOW GRANTS)."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import lowered

_NAME = r"(?:`(?:[^`]|``)*`|\*)"
_GRANT = re.compile(rf"^GRANT (?P<what>.+?) ON (?:TABLE )?(?P<level>{_NAME}\.{_NAME}) TO ", re.DOTALL)
_REVOKE = re.compile(rf"^REVOKE (?P<what>.+?) ON (?P<level>{_NAME}\.{_NAME}) FROM ", re.DOTALL)
_ROLE = re.compile(r"`((?:[^`]|``)*)`(?:@`(?:[^`]|``)*`)?")
_ROLES = re.compile(rf"^GRANT (?P<roles>{_ROLE.pattern}(?:, ?{_ROLE.pattern})*) TO ")
_ALL = frozenset(("ALL", "ALL PRIVILEGES"))


@dataclasses.dataclass(frozen=True)
class Privileges:
    """Names in upper case: ``everywhere`` for all databases, ``here`` for the Mandant.

    ``revoked`` are those that hold for all databases but the Mandant (MySQL's partial_revokes). ``roles`` are those
    that the account has been given, whether they are active or not.
    """

    everywhere: frozenset[str]
    here: frozenset[str]
    revoked: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether a privilege of the Mandant's level is there."""
        revoked = name in self.revoked or bool(_ALL & self.revoked)
        return (self.has_everywhere(name) and not revoked) or name in self.here or bool(_ALL & self.here)

    def has_everywhere(self, name: str) -> bool:
        """Whether a privilege is there for the whole server."""
        return name in self.everywhere or bool(_ALL & self.everywhere)

    def has_any_everywhere(self, *names: str) -> bool:
        """Whether one of several names of a privilege is there; servers differ in them."""
        return any(self.has_everywhere(name) for name in names)

    def may_reload(self) -> bool:
        """Whether tables may be closed by FLUSH TABLES."""
        return self.has_any_everywhere("RELOAD", "FLUSH_TABLES")


def read_grants(lines: t.Iterable[str], mandant: str, *, ignore_case: bool = False) -> Privileges:
    """Return the privileges for a Mandant. Grants on single tables count for nothing."""
    everywhere: set[str] = set()
    by_pattern: dict[str, set[str]] = {}
    revoked: set[str] = set()
    roles: list[str] = []
    for line in lines:
        roles += _roles(line)
        taken = _REVOKE.match(line)
        if taken is not None and _same(_split_level(taken.group("level")), (mandant, "*"), ignore_case=ignore_case):
            revoked |= _names(taken.group("what"))
        found = _GRANT.match(line)
        if found is None:
            continue
        database, table = _split_level(found.group("level"))
        if table != "*":
            continue
        privileges = _names(found.group("what"))
        if database == "*":
            everywhere |= privileges
        elif matches(database, mandant, ignore_case=ignore_case):
            by_pattern.setdefault(database, set()).update(privileges)
    # The server looks at one entry only, the most specific that fits.
    best = max(by_pattern, key=_specific, default=None)
    here = by_pattern[best] if best is not None else ()
    return Privileges(frozenset(everywhere), frozenset(here), frozenset(revoked), tuple(dict.fromkeys(roles)))


def how_to_grant(privileges: Privileges) -> str:
    """Return what to do about privileges that are missing; those of a role count only where it is active."""
    if not privileges.roles:
        return "grant it"
    roles = ", ".join(privileges.roles)
    return f"grant it, or, where a role has it that the account was given ({roles}), make that active: SET DEFAULT ROLE"


def _roles(line: str) -> list[str]:
    """Return the names of roles that a line grants: MariaDB writes `a`, MySQL `a`@`%`,`b`@`%`."""
    found = _ROLES.match(line)
    return [name.replace("``", "`") for name in _ROLE.findall(found["roles"])] if found else []


def _same(one: tuple[str, str], other: tuple[str, str], *, ignore_case: bool) -> bool:
    return (lowered(one[0]), one[1]) == (lowered(other[0]), other[1]) if ignore_case else one == other


def matches(pattern: str, name: str, *, ignore_case: bool = False) -> bool:
    """Whether a database name fits the pattern of a grant: ``%``, ``_`` and ``\\`` before either.

    ``_`` stands for one byte: m__ller fits müller, and m_ller does not.
    """
    if ignore_case:
        pattern, name = lowered(pattern), lowered(name)
    expression = ""
    position = 0
    while position < len(pattern):
        letter = pattern[position]
        if letter == "\\" and position + 1 < len(pattern):
            position += 1
            expression += re.escape(pattern[position])
        else:
            expression += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
        position += 1
    return re.fullmatch(expression.encode(), name.encode(), re.DOTALL) is not None


def _specific(pattern: str) -> int:
    """Return how many letters come before the first wildcard; a name without any is the most specific."""
    plain = re.match(r"(?:[^%_\\]|\\.)*", pattern, re.DOTALL)
    length = plain.end() if plain else 0
    return 1000 if length == len(pattern) else length


def _split_level(level: str) -> tuple[str, str]:
    parts = re.findall(r"`((?:[^`]|``)*)`|(\*)", level)
    database, table = (star or name.replace("``", "`") for name, star in parts)
    return database, table


def _names(text: str) -> set[str]:
    # Column privileges, SELECT (A, B), hold for these columns only.
    without_columns = re.sub(r"[A-Z ]+\([^)]*\)", "", text.upper())
    return {name.strip() for name in without_columns.split(",") if name.strip()}
