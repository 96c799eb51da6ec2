# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role hands on to a module is that module's option, and the module alone says what may be chosen."""

from __future__ import annotations

import typing as t
from pathlib import Path

import jinja2
import jinja2.nodes
import pytest
import yaml

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec

TREE = Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (TREE / "roles").iterdir())
PREFIX = "cao.faktura."
# A role that is told 0 for all leaves the module's option out, one that looks quickly has a reason to, and a drill is
# of the newest backup, in a database of its own.
OWN_DEFAULTS = {
    ("backup", "keep"),
    ("audit", "verify"),
    ("audit", "backups"),
    ("audit", "max_age"),
    ("drill", "newest"),
}
# The role audit compares them with what a restore has left, and hands them on to nobody.
COMPARED = {("audit", "cao_checksum"), ("audit", "cao_neutralise")}

# Options of modules that a role does not have, each with its reason.
ON_THE_SCREEN = {"progress": "the variable cao_faktura_progress says it"}
WHOLE = {"tables": "it is about the whole of a Mandant"}
LEFT_OUT: dict[tuple[str, str], dict[str, str]] = {
    ("restore", "mandant_restore"): ON_THE_SCREEN,
    ("rollout", "mandant_restore"): {
        **ON_THE_SCREEN,
        **WHOLE,
        "policy": "a second run changes nothing",
        "replace": "rollout_existing says it",
        "scratch": "a drill's alone",
    },
    ("rollout", "mandant_info"): {
        "verify": "quick proves what has arrived",
        "count_rows": "nobody is told",
        **dict.fromkeys(("in_use", "backups", "max_age"), "a look for the audit"),
    },
    ("demo_mandants", "mandant_restore"): {
        **ON_THE_SCREEN,
        **WHOLE,
        "policy": "what has drifted is restored",
        "replace": "a reset replaces whatever there is",
        "scratch": "a drill's alone",
    },
    ("demo_mandants", "mandant_remove"): {"scratch": "a drill's alone"},
    ("drill", "mandant_restore"): {
        **ON_THE_SCREEN,
        **WHOLE,
        "checksum": "nobody knows that of last night's backup",
        "neutralise": "by all groups, always",
        "keep_tables": "a scratch copy has no tables of others",
        "backup_first": "a scratch copy holds nobody's work",
        "other_company": "what an earlier drill has left may be of another one",
        "previous": "nothing of a scratch copy is kept",
        "policy": "a drill restores",
        "replace": "scratch says what may be replaced",
        "scratch": "it always is one",
    },
    ("drill", "mandant_remove"): {
        "drifted": "a scratch copy holds nobody's work",
        "scratch": "it always is one",
        "backup_first": "a scratch copy holds nobody's work",
        "password": "there is nothing to save",
    },
    ("drill", "mandant_info"): {
        "verify": "the Mandant may be as it is",
        "count_rows": "always, for what is told",
        "keep_tables": "nothing is compared",
        **dict.fromkeys(("in_use", "backups", "max_age"), "a look for the audit"),
    },
    ("audit", "mandant_info"): {"count_rows": "nobody is told"},
    ("prepare", "mandant_info"): dict.fromkeys(
        ("mandant", "verify", "count_rows", "keep_tables", "in_use", "backups", "max_age"), "it only logs in"
    ),
}

Option = dict[str, t.Any]


class Handed(t.NamedTuple):
    """A variable of a role, and the option of a module that gets its value."""

    role: str
    variable: str
    declared: Option
    name: str
    wanted: Option

    def __str__(self) -> str:
        return f"{self.role}:{self.variable}"


def _options(role: str) -> dict[str, Option]:
    """Return the variables of a role; those of each Mandant of a list stand for the list."""
    specs = yaml.safe_load((TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, Option] = specs["argument_specs"]["main"]["options"]
    found = {}
    for name, option in options.items():
        found.update(option.get("options", {name: option}))
    return found


def _tasks(tasks: t.Iterable[dict[str, t.Any]]) -> t.Iterator[dict[str, t.Any]]:
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from _tasks(task.get(part, ()))


def _written(role: str) -> list[dict[str, t.Any]]:
    files = sorted((TREE / "roles" / role / "tasks").glob("*.yml"))
    return [task for file in files for task in yaml.safe_load(file.read_text(encoding="utf-8"))]


def _calls(role: str) -> t.Iterator[tuple[str, dict[str, Option], dict[str, t.Any]]]:
    """Give the module that is called, its options, and what the role hands on to it."""
    for task in _tasks(_written(role)):
        for called in task:
            if called.startswith(PREFIX):
                name = called.removeprefix(PREFIX)
                yield name, getattr(argument_spec, f"{name}_spec")(), task[called]


def _variables(node: jinja2.nodes.Node) -> t.Iterator[str]:
    """Give the variables whose values an expression may have, filters and conditions aside."""
    if isinstance(node, jinja2.nodes.Filter) and node.node is not None:
        yield from _variables(node.node)
    elif isinstance(node, jinja2.nodes.List):
        for item in node.items:
            yield from _variables(item)
    elif isinstance(node, jinja2.nodes.CondExpr):
        for branch in filter(None, (node.expr1, node.expr2)):
            yield from _variables(branch)
    elif isinstance(node, jinja2.nodes.Add):
        for branch in (node.left, node.right):
            yield from _variables(branch)
    elif isinstance(node, jinja2.nodes.Getattr):
        yield node.attr
    elif isinstance(node, jinja2.nodes.Name):
        yield node.name


def _values(template: object) -> t.Iterator[str]:
    for output in jinja2.Environment(autoescape=True).parse(str(template)).find_all(jinja2.nodes.Output):
        yield from (variable for node in output.nodes for variable in _variables(node) if variable != "omit")


def _handed(role: str) -> t.Iterator[Handed]:
    options = _options(role)
    path = TREE / "roles" / role / "vars" / "main.yml"
    derived = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    for _module, spec, arguments in _calls(role):
        for name, value in arguments.items():
            for variable in _values(value):
                for one in _values(derived[variable]) if variable in derived else (variable,):
                    if one in options:
                        yield Handed(role, one, options[one], name, spec[name])


HANDED = [one for role in ROLES for one in _handed(role)]


@pytest.mark.parametrize("one", HANDED, ids=str)
def test_what_is_handed_on_is_the_option_of_the_module(one: Handed) -> None:
    for key in ("type", "elements"):
        assert one.declared.get(key) == one.wanted.get(key), key
    assert bool(one.declared.get("no_log")) == bool(one.wanted.get("no_log"))
    assert "choices" not in one.declared, f"{one.name}: the module says what may be chosen"
    if not one.declared.get("required") and (one.role, one.name) not in OWN_DEFAULTS:
        assert one.declared.get("default") == one.wanted.get("default")


def test_a_drill_takes_out_all_that_can_be_taken_out() -> None:
    variables = yaml.safe_load((TREE / "roles" / "drill" / "vars" / "main.yml").read_text(encoding="utf-8"))
    choices = argument_spec.mandant_restore_spec()["neutralise"]["choices"]
    assert sorted(variables["__drill_neutralise"]) == sorted(choices)


@pytest.mark.parametrize(("role", "variable"), sorted(COMPARED))
def test_what_is_compared_is_the_option_of_the_module(role: str, variable: str) -> None:
    declared, wanted = _options(role)[variable], argument_spec.mandant_restore_spec()[variable.removeprefix("cao_")]
    for key in ("type", "elements"):
        assert declared.get(key) == wanted.get(key), key
    # The role says itself what may be chosen, since a text with commas and blanks is a list, too.
    variables = yaml.safe_load((TREE / "roles" / role / "vars" / "main.yml").read_text(encoding="utf-8"))
    assert variables["__audit_known"].get(variable) == wanted.get("choices")


@pytest.mark.parametrize("role", ROLES)
def test_all_other_variables_are_of_the_role_alone(role: str) -> None:
    others = {one.variable for one in HANDED if one.role == role} | {name for of, name in COMPARED if of == role}
    own = set(_options(role)) - others - {f"cao_{name}" for name in argument_spec.login_spec()}
    if role == "restore":
        own -= {f"cao_{name}" for name in _options_of_restore()}
    assert {name for name in own if not name.startswith(f"{role}_")} <= {"cao_throttle", "cao_mandant"}


def _options_of_restore() -> list[str]:
    variables = yaml.safe_load((TREE / "roles" / "restore" / "vars" / "main.yml").read_text(encoding="utf-8"))
    options: list[str] = variables["__restore_options"]
    return options


def test_the_one_mandant_of_a_host_is_told_as_each_of_a_list() -> None:
    """What the role restore takes by cao_* is, word for word, what each of its list takes."""
    specs = yaml.safe_load((TREE / "roles" / "restore" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    listed = options["restore_mandanten"]["options"]
    assert _options_of_restore() == list(listed)
    for name, option in listed.items():
        for key in ("type", "elements", "default", "no_log"):
            assert options[f"cao_{name}"].get(key) == option.get(key), (name, key)


@pytest.mark.parametrize("role", ROLES)
def test_every_option_of_a_module_reaches_the_role(role: str) -> None:
    """Unless there is a reason; the login is another test's matter."""
    for module, spec, arguments in _calls(role):
        reasons = LEFT_OUT.get((role, module), {})
        reached = {name for name in arguments if any(one.role == role and one.name == name for one in HANDED)}
        missing = set(spec) - reached - set(argument_spec.login_spec())
        assert missing == set(reasons), f"{role}: {module}"


@pytest.mark.parametrize("role", ROLES)
def test_each_call_logs_in_as_the_role_was_told(role: str) -> None:
    """Each module that logs in gets what of the login was said, and all of it is an option of the role."""
    variables = yaml.safe_load((TREE / "roles" / role / "vars" / "main.yml").read_text(encoding="utf-8"))
    options = _options(role)
    wanted = argument_spec.login_spec()
    assert variables[f"__{role}_login_options"] == list(wanted)
    for name, spec in wanted.items():
        told = options[f"cao_{name}"]
        for key, default in (("type", "str"), ("no_log", False), ("default", None)):
            assert (told.get(key) or default) == (spec.get(key) or default), name
    tasks = list(_tasks(_written(role)))
    called = {name for task in tasks for name in task if name.startswith(f"{PREFIX}mandant_")}
    logged_in = {name: told for task in tasks for name, told in task.get("module_defaults", {}).items()}
    admin = {"cao.faktura.mandant_account": "{{ __prepare_admin }}"} if role == "prepare" else {}
    assert logged_in == {**dict.fromkeys(called, f"{{{{ __{role}_login }}}}"), **admin}


@pytest.mark.parametrize(("playbook", "module"), [("analyse", "backup_info"), ("compare", "mandant_compare")])
def test_a_playbook_without_a_role_takes_the_variables_of_all_roles(playbook: str, module: str) -> None:
    """What an inventory says of a Mandant is as true where its backup is only looked at."""
    # compare_tables says which tables are compared.
    shared = {name for role in ROLES for name in _options(role) if name.startswith("cao_")} - {"cao_tables"}
    wanted = {name for name in getattr(argument_spec, f"{module}_spec")() if f"cao_{name}" in shared}
    (play,) = yaml.safe_load((TREE / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8"))
    handed = play["tasks"][0][PREFIX + module]
    assert {name: list(_values(handed.get(name, ""))) for name in wanted} == {name: [f"cao_{name}"] for name in wanted}
