# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other rooms get is made of the options by their names, whole and in the right types."""

from __future__ import annotations

import collections.abc
import dataclasses
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.options import from_options
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish
from ansible_collections.cao.faktura.plugins.module_utils._mandant.account import Account
from ansible_collections.cao.faktura.plugins.module_utils._mandant.comparison import Comparing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Removing, Wanted

SOURCE = {"remote_src", "checksum"}
# What is made of the options of each module, and the options that its own file reads.
MODULES: dict[str, tuple[tuple[type, ...], set[str]]] = {
    "backup_info": ((ReadOptions, Wish), {*SOURCE, "lines"}),
    "mandant_account": ((Account, Login), set()),
    "mandant_backup": ((Saving, Login), set()),
    "mandant_compare": ((ReadOptions, Wish, Comparing, Login), SOURCE),
    "mandant_info": ((Asked, Login), {"backups", "max_age"}),
    "mandant_remove": ((Removing, Login), set()),
    # The screen is the controller's.
    "mandant_restore": ((ReadOptions, Wish, Wanted, Login), {*SOURCE, "progress"}),
    "mandant_rollback": ((Wanted, Login), {"checksum"}),
}
MADE = [(module, kind) for module, (kinds, _own) in MODULES.items() for kind in kinds]
REQUIRED: dict[str, t.Any] = {
    "mandant": "cao",
    "file": "/srv/a.zip",
    "dest": "/srv",
    "account": "faktura",
    "account_password": "Geheim!1",
    "mandanten": ["cao"],
}


def _spec(module: str) -> dict[str, dict[str, t.Any]]:
    spec: dict[str, dict[str, t.Any]] = getattr(argument_spec, f"{module}_spec")()
    return spec


def _params(module: str, **given: t.Any) -> dict[str, t.Any]:
    """Return the options as a module has them."""
    spec = _spec(module)
    required = {name: value for name, value in REQUIRED.items() if name in spec}
    checked = ArgumentSpecValidator(spec).validate({**required, **given})
    assert checked.error_messages == []
    params: dict[str, t.Any] = checked.validated_parameters
    return params


def _another(option: dict[str, t.Any]) -> t.Any:
    """Return a value that is not the option's default."""
    if option.get("elements") == "dict":
        required = {name: _another(one) for name, one in option["options"].items() if one.get("required")}
        return [{**required, "equals": "0"}]
    if option["type"] == "list":
        return option.get("choices", ["A", "B"])
    if "choices" in option:
        return option["choices"][-1]
    return {"bool": not option.get("default", False), "int": 77, "dict": {}}.get(option["type"], "/srv/b")


def _is_of(value: t.Any, hint: t.Any) -> bool:
    """Whether a value is of the type that a field declares."""
    kind, parts = t.get_origin(hint), t.get_args(hint)
    if kind is t.Literal:
        return value in parts
    if kind in (tuple, frozenset):
        return isinstance(value, kind) and all(_is_of(one, parts[0]) for one in value)
    if kind is collections.abc.Mapping:
        return isinstance(value, dict)
    if parts:
        return any(_is_of(value, part) for part in parts)
    # A bool is an int, too, but not where one is asked for.
    return isinstance(value, hint) and isinstance(value, bool) == (hint is bool)


@pytest.mark.parametrize(("module", "kind"), MADE)
def test_values_are_of_the_types_of_the_fields(module: str, kind: t.Any) -> None:
    everything = {name: _another(option) for name, option in _spec(module).items()}
    for params in (_params(module), _params(module, **everything)):
        made = from_options(kind, params)
        for name, hint in t.get_type_hints(kind).items():
            assert _is_of(getattr(made, name), hint), name


@pytest.mark.parametrize(("module", "kind"), MADE)
def test_what_is_not_said_is_the_same_in_both(module: str, kind: t.Any) -> None:
    given = {field.name: REQUIRED[field.name] for field in dataclasses.fields(kind) if field.name in REQUIRED}
    required = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    assert from_options(kind, _params(module)) == kind(**required)


@pytest.mark.parametrize("module", MODULES)
def test_no_option_is_forgotten(module: str) -> None:
    kinds, own = MODULES[module]
    fields = [field for kind in kinds for field in dataclasses.fields(kind)]
    taken = {field.metadata.get("option", field.name) for field in fields}
    assert set(_spec(module)) - taken == own


def test_a_login() -> None:
    params = _params(
        "mandant_backup",
        login_host="db",
        login_port=3307,
        login_user="cao",
        login_password="of the database",
        login_unix_socket="/run/a.sock",
        connect_timeout=5,
        password="of the ZIP",
        ssl_ca="/etc/ca.pem",
    )
    assert from_options(Login, params) == Login(
        host="db",
        port=3307,
        user="cao",
        password="of the database",
        unix_socket="/run/a.sock",
        connect_timeout_seconds=5,
        ca_cert="/etc/ca.pem",
    )
    assert from_options(Saving, params).password == "of the ZIP"


def test_what_is_wanted() -> None:
    params = _params("mandant_restore", policy="enforce", wait_timeout=5, keep_tables=["X_*"], neutralise=["mail"])
    assert from_options(Wanted, params, create=False) == Wanted(
        mandant="cao",
        policy="enforce",
        wait_timeout_seconds=5,
        create=False,
        keep_tables=("X_*",),
        neutralise=frozenset({"mail"}),
    )


def test_a_list_for_a_field_of_one_value_is_refused() -> None:
    with pytest.raises(TypeError):
        from_options(Wanted, {"mandant": "cao", "engine": ["InnoDB"]})


@pytest.mark.parametrize(
    ("module", "name"), [(m, n) for m in MODULES for n in ("keep_tables", "tables") if n in _spec(m)]
)
def test_blanks_between_commas_are_no_part_of_a_pattern(module: str, name: str) -> None:
    """As texts lists come by -e, and as people write them."""
    kind = next(one for one in MODULES[module][0] if name in {field.name for field in dataclasses.fields(one)})
    made = from_options(kind, _params(module, **{name: "KASSE_*, NOTIZ , ,SHOP_?"}))
    assert tuple(getattr(made, name)) == ("KASSE_*", "NOTIZ", "SHOP_?")
