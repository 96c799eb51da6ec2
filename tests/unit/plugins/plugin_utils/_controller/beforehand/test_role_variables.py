# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slip in the name of a role's variable is found, and nothing else is taken for one."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleActionFail

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_variables import (
    misspelled,
    refuse_misspelled,
    variables_of_roles,
    warnings_about,
)

TREE = Path(__file__).resolve().parents[6]
ROLES = sorted(path.name for path in (TREE / "roles").iterdir())


def _declared(role: str) -> set[str]:
    specs = yaml.safe_load((TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return set(specs["argument_specs"]["main"]["options"])


def _slips_of(name: str, prefix: str) -> t.Iterator[str]:
    rest = name.removeprefix(prefix)
    for place in range(len(rest)):
        yield f"{prefix}{rest[:place]}{rest[place + 1 :]}"
        yield f"{prefix}{rest[:place]}x{rest[place + 1 :]}"
        yield f"{prefix}{rest[:place]}q{rest[place:]}"
        yield f"{prefix}{rest[:place]}{rest[place : place + 2][::-1]}{rest[place + 2 :]}"


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_declares(role: str) -> None:
    assert variables_of_roles(role) == _declared(role)


@pytest.mark.parametrize("role", ROLES)
def test_each_slip_is_found(role: str) -> None:
    known = {name for one in ROLES for name in _declared(one)}
    for name in sorted(_declared(role)):
        prefix = next(one for one in (f"{role}_", "cao_") if name.startswith(one))
        slips = {slip for slip in _slips_of(name, prefix) if slip not in known and not slip.endswith(f"{name}s")}
        assert set(misspelled(f"cao.faktura.{role}", slips)) == slips, name


@pytest.mark.parametrize("role", ROLES)
def test_what_roles_and_examples_set_themselves_is_no_slip(role: str) -> None:
    folders = (*(TREE / "roles").glob("*/tasks"), *(TREE / "playbooks").iterdir(), TREE / "examples", TREE / "docs")
    files = [path for folder in folders for path in (folder.rglob("*") if folder.is_dir() else [folder])]
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in (".yml", ".rst", ".md", ".cfg")]
    words = {word for text in texts for word in re.findall(r"\b[a-z]+_\w+\b", text)}
    # A guide has it as an example of one.
    words.discard("cao_neutralize")
    own = f"{role}_"
    assert misspelled(f"cao.faktura.{role}", words) == {}
    users = {f"{name}s" for name in variables_of_roles(role)} | {f"{own}folder", "cao_mandanten", "cao_customers"}
    assert misspelled(f"cao.faktura.{role}", users - variables_of_roles()) == {}


def test_only_the_wrong_name_is_refused_and_both_are_told() -> None:
    with pytest.raises(AnsibleActionFail, match=r"cao_neutralize is no variable .* cao_neutralise is"):
        refuse_misspelled("cao.faktura.rollout", {"cao_neutralize": "mail", "cao_mandant": "c"})
    (warning,) = refuse_misspelled("cao.faktura.rollout", {"cao_neutralize": "mail", "cao_neutralise": "mail"})
    assert warning.endswith("cao_neutralise is, and counts")
    for other in (None, "my.own.role", "rollout"):
        assert refuse_misspelled(other, {"cao_neutralize": "mail"}) == []


@pytest.mark.parametrize("role", ROLES)
def test_what_the_role_itself_says_is_not_said_by_anybody(role: str) -> None:
    """A task of a role sees its defaults beside what people say: of these no name is right because of them."""
    path = TREE / "roles" / role / "defaults" / "main.yml"
    defaults = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, value in defaults.items():
        wrong = f"{name[:-1]}q"
        with pytest.raises(AnsibleActionFail, match=f"{wrong} is no variable"):
            refuse_misspelled(f"cao.faktura.{role}", {**defaults, wrong: value})
        assert refuse_misspelled(f"cao.faktura.{role}", {**defaults, name: "said", wrong: value})
    assert refuse_misspelled(f"cao.faktura.{role}", defaults) == []


@pytest.mark.parametrize(
    ("role", "given", "warns"),
    [
        ("backup", {"cao_password": "open sesame"}, True),
        ("backup", {"cao_password": "open sesame", "cao_backup_password": "another"}, False),
        ("backup", {"cao_password": ""}, False),
        ("backup", {}, False),
        ("restore", {"cao_password": "open sesame"}, False),
    ],
)
def test_a_zip_that_anybody_can_read(role: str, given: dict[str, object], warns: bool) -> None:
    """Who has a password for what is restored may well think that it is that of backups, too."""
    warnings = warnings_about(f"cao.faktura.{role}", given)
    assert ["cao_backup_password" in one for one in warnings] == [True] * warns
