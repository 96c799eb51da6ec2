# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""In what the definitions of two tables, foreign keys and triggers differ, by what the server shows of them; pure."""

from __future__ import annotations

import re
import typing as t

State = t.Literal["only_in_backup", "only_in_mandant", "different"]

_COLUMN = re.compile(r"^  `((?:[^`]|``)+)` (.*)$")
_KEY = re.compile(r"^  (?:[A-Z]+ )?KEY (?:`((?:[^`]|``)+)` )?(.*)$")
_CONSTRAINT = re.compile(r"^  CONSTRAINT `((?:[^`]|``)+)` (FOREIGN KEY|CHECK) (.*)$")
_PRIMARY = re.compile(r"^  PRIMARY KEY \((.*)\)", re.MULTILINE)
_NAME = re.compile(r"`((?:[^`]|``)+)`")
_OPTION = re.compile(r"([A-Za-z_ ]+)=('(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|\([^)]*\)|\S+)")
_COUNTER = "AUTO_INCREMENT"
# What servers say of a column that is kept as an older one kept it.
_AGE = re.compile(r" /\* (?:mariadb-5\.3|5\.5 binary format) \*/")
# MySQL's own names of constraints are made of their table's.
_MYSQLS_OWN = re.compile(r"_chk_\d+$")
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"")

Parts = dict[tuple[str, str], tuple[str, str]]


class Difference(t.NamedTuple):
    """One part of a definition. ``kind`` is column, key, check, option, order (of the columns) or name (of a table)."""

    kind: str
    name: str
    found: State


def primary_key(shown: str) -> tuple[str, ...]:
    """Return the columns of the primary key in the text of SHOW CREATE TABLE."""
    found = _PRIMARY.search(shown)
    return tuple(name.replace("``", "`") for name in _NAME.findall(found[1])) if found else ()


def columns_are_same(mandant: str, backup: str) -> bool:
    """Whether both tables have the same columns in the same order, by the texts of SHOW CREATE TABLE."""
    return _columns(mandant) == _columns(backup)


def differences(mandant: str, backup: str) -> tuple[Difference, ...]:
    """Return what is not the same in two tables, by the texts of SHOW CREATE TABLE; their counters do not count.

    Foreign keys are compared by themselves; an index that the server has made for one is no difference.
    """
    here, made_for = _parts(mandant)
    there, _none = _parts(backup)
    found: list[Difference] = []
    for part, (name, text) in here.items():
        if part not in there:
            if not (part[0] == "key" and part[1] in made_for):
                found.append(Difference(part[0], name, "only_in_mandant"))
        elif there[part][1] != text:
            found.append(Difference(part[0], name, "different"))
    found += [Difference(part[0], name, "only_in_backup") for part, (name, _text) in there.items() if part not in here]
    if not any(one.kind == "column" and one.found != "different" for one in found):
        names = [[name.lower() for name, _text in _columns(shown)] for shown in (mandant, backup)]
        found += [Difference("order", "", "different")] if names[0] != names[1] else []
    return tuple(found)


def _columns(shown: str) -> list[tuple[str, str]]:
    found = (_COLUMN.match(line.rstrip(",")) for line in shown.split("\n")[1:])
    return [(one[1].replace("``", "`"), _AGE.sub("", one[2])) for one in found if one]


def _parts(shown: str) -> tuple[Parts, frozenset[str]]:
    """Return the parts of a definition by kind and name, and the names of its foreign keys."""
    parts: Parts = {("column", name.lower()): (name, text) for name, text in _columns(shown)}
    foreign: set[str] = set()
    lines = shown.split("\n")[1:]
    end = next((number for number, line in enumerate(lines) if line.startswith(")")), len(lines))
    for line in (line.rstrip(",") for line in lines[:end]):
        constraint, key = _CONSTRAINT.match(line), _KEY.match(line)
        if constraint and constraint[2] == "FOREIGN KEY":
            foreign.add(constraint[1].replace("``", "`").lower())
        elif constraint:
            own = _MYSQLS_OWN.search(constraint[1])
            name = constraint[3] if own else constraint[1]
            parts["check", name.lower()] = ("" if own else name, constraint[3])
        elif key:
            name = (key[1] or "PRIMARY").replace("``", "`")
            parts["key", name.lower()] = (name, line)
    rest = "\n".join(lines[end:])[1:]
    for said, text in _OPTION.findall(rest):
        name = said.strip().upper().replace("DEFAULT ", "")
        if name != _COUNTER:
            parts["option", name] = (name, text)
    partitions = rest.partition("PARTITION BY")[2]
    if partitions:
        parts["option", "PARTITION BY"] = ("PARTITION BY", partitions)
    return parts, frozenset(foreign)


def foreign_key_text(clause: str) -> str:
    """Return a foreign key's clause as it can be compared: what no word means left out, and in one order."""
    text = re.sub(r"`(?:[^`]|``)+`\.(?=`)", "", " ".join(clause.split()))
    head, *actions = re.split(r" ON (?=DELETE|UPDATE)", text)
    kept = sorted(one.strip() for one in actions if not one.strip().endswith(("RESTRICT", "NO ACTION")))
    return " ON ".join((re.sub(r"\s*([(),])\s*", r"\1", head), *kept)).lower()


def plain_text(sql: str) -> str:
    """Return the text of a trigger as it can be compared: blanks, backticks and letter case count in texts alone."""
    parts: list[str] = []
    end = 0
    for found in _QUOTED.finditer(sql):
        parts += [_plain(sql[end : found.start()]), found[0]]
        end = found.end()
    return "".join((*parts, _plain(sql[end:]))).strip()


def _plain(sql: str) -> str:
    return re.sub(r"\s*([(),;=.<>+*/-])\s*", r"\1", re.sub(r"\s+", " ", sql.replace("`", ""))).lower()
