# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options: choices have one source, numbers have limits, and a name means the same in each module."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import RULES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

MODULES = (
    "backup_info",
    "mandant_backup",
    "mandant_compare",
    "mandant_info",
    "mandant_remove",
    "mandant_restore",
    "mandant_rollback",
)
SPECS: dict[str, dict[str, dict[str, t.Any]]] = {
    module: getattr(argument_spec, f"{module}_spec")() for module in MODULES
}
OPTIONS = [(module, name, option) for module, spec in SPECS.items() for name, option in spec.items()]


def test_the_module_offers_the_groups() -> None:
    assert set(SPECS["mandant_restore"]["neutralise"]["choices"]) == set(RULES)


@pytest.mark.parametrize(
    ("module", "option", "kind"), [("mandant_backup", "encryption", Saving), ("mandant_info", "verify", Asked)]
)
def test_what_may_be_chosen_is_what_may_be_asked_for(module: str, option: str, kind: type) -> None:
    assert tuple(SPECS[module][option]["choices"]) == t.get_args(t.get_type_hints(kind)[option])


def test_numbers_have_limits() -> None:
    numbers = {name: option.get("default") for _module, name, option in OPTIONS if option["type"] == "int"}
    # mandant_backup itself says why 0 backups cannot be kept.
    assert set(numbers) - {"keep"} == set(argument_spec.LIMITS)
    for name, (least, most) in argument_spec.LIMITS.items():
        assert numbers[name] is None or least <= numbers[name] <= most


def test_secrets_are_not_logged() -> None:
    secrets = {name for _module, name, option in OPTIONS if option.get("no_log")}
    assert secrets == {name for _module, name, _option in OPTIONS if "password" in name}


def test_an_option_is_the_same_in_each_module() -> None:
    seen: dict[str, dict[str, t.Any]] = {}
    # Without a Mandant mandant_info tells of all.
    for _module, name, option in OPTIONS:
        same = {key: value for key, value in option.items() if key != "required"}
        assert seen.setdefault(name, same) == same, name
