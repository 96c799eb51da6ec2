# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The variables of the collection's roles: one that is misspelled would otherwise be as if nobody had said it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from ansible.errors import AnsibleActionFail

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_login import COLLECTION

_SHARED = "cao_"
_ROLES = Path(__file__).resolve().parents[4] / "roles"
# Those of the first level; reading all as YAML would take longer than many a task.
_DECLARED = re.compile(r"^      (\w+):$", re.MULTILINE)
# From this length on two slips are one mistake.
_LONG = 10


def variables_of_roles(role: str = "*") -> set[str]:
    """Return the variables that a role declares, or those of all."""
    found = _ROLES.glob(f"{role.removeprefix(COLLECTION)}/meta/argument_specs.yml")
    return {name for path in found for name in _DECLARED.findall(path.read_text(encoding="utf-8"))}


def misspelled(role: str, given: t.Iterable[str]) -> dict[str, str]:
    """Return variables that are almost one of the role's or of the shared ones of all roles, and which one."""
    own = (f"{role.removeprefix(COLLECTION)}_", _SHARED)
    unknown = {name for name in given if name.startswith(own)} - variables_of_roles(role)
    if not unknown:
        return {}
    known = variables_of_roles(role) | {name for name in variables_of_roles() if name.startswith(_SHARED)}
    found = {}
    for name in sorted(unknown - known):
        like = [one for one in sorted(known) if _is_slip(name, one, own)]
        if like:
            found[name] = like[0]
    return found


def warnings_about(role: str | None, given: t.Mapping[str, object]) -> list[str]:
    """Return what to tell of the variables that a role is given; raise AnsibleActionFail for a misspelled one."""
    return [*_open_zip(role, given), *refuse_misspelled(role, given)]


def refuse_misspelled(role: str | None, given: t.Mapping[str, object]) -> list[str]:
    """Return warnings for names beside the right one; raise AnsibleActionFail where only the wrong one is said.

    The right one is not said where it has the value that the role itself gives it.
    """
    if role is None or not role.startswith(COLLECTION):
        return []
    warnings = []
    found = misspelled(role, given)
    defaults = _defaults(role) if found else {}
    for wrong, right in found.items():
        said = f"{wrong} is no variable of the role {role}; {right} is"
        if right not in given or (right in defaults and given[right] == defaults[right]):
            raise AnsibleActionFail(f"{said}. Correct its name, or give a variable of your own another one.")
        warnings.append(f"{said}, and counts")
    return warnings


def _defaults(role: str) -> dict[str, object]:
    # Not above: nearly all names are right.
    import yaml

    path = _ROLES / role.removeprefix(COLLECTION) / "defaults" / "main.yml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _open_zip(role: str | None, given: t.Mapping[str, object]) -> list[str]:
    """Return a warning where ZIPs that are read have a password, and the one that is written has none."""
    if role != f"{COLLECTION}backup" or "cao_backup_password" in given or not given.get("cao_password"):
        return []
    return [
        "cao_password is for ZIPs that are restored; without cao_backup_password anybody can read the one that is "
        "written here"
    ]


def with_warnings(result: dict[str, t.Any], warnings: list[str]) -> dict[str, t.Any]:
    """Return a result that warns of these, too."""
    return {**result, "warnings": [*result.get("warnings", ()), *warnings]} if warnings else result


def _is_slip(name: str, right: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a name is another one with a slip or two; its plural is a user's own, and prefixes are right."""
    prefix = next(one for one in prefixes if name.startswith(one))
    if not right.startswith(prefix) or name == f"{right}s":
        return False
    name, right = name.removeprefix(prefix), right.removeprefix(prefix)
    allowed = 2 if len(right) >= _LONG else 1
    return abs(len(name) - len(right)) <= allowed and _slips(name, right) <= allowed


def _slips(one: str, other: str) -> int:
    """Count letters that are wrong, missing, too many, or in the place of their neighbours."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        line = [i]
        for j, wanted in enumerate(other, 1):
            least = min(last[j] + 1, line[j - 1] + 1, last[j - 1] + (letter != wanted))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            line.append(least)
        before, last = last, line
    return last[-1]
