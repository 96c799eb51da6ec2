# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The options of the modules. Each function has the documentation fragment of the same name as its twin."""

from __future__ import annotations

import typing as t

# Each module imports this file first, and this file that one.
# pylint: disable-next=unused-import
from ansible_collections.cao.faktura.plugins.module_utils._ansible import compiled_once  # noqa: F401
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import (
    Drifted,
    Group,
    Incomplete,
    OnError,
    OtherCompany,
    Policy,
    Previous,
    Repairs,
    RunningInstances,
    ServerPrivilege,
)

if t.TYPE_CHECKING:  # pragma: no cover
    Spec = dict[str, dict[str, t.Any]]

# What numbers may be, in every module that has the option; run.py holds it. The longest timeout is that of PyMySQL.
LIMITS = {
    "checks_timeout": (1, 86400),
    "connect_timeout": (1, 31536000),
    "keys": (0, 1000),
    "lines": (0, 1000),
    "login_port": (1, 65535),
    "wait_timeout": (0, 31536000),
}


def login_spec() -> Spec:
    """Return the options that say how to reach the server (doc fragment _login)."""
    return {
        "login_host": {"type": "str"},
        "login_port": {"type": "int"},
        "login_user": {"type": "str"},
        "login_password": {"type": "str", "no_log": True},
        "login_unix_socket": {"type": "path"},
        "config_file": {"type": "path"},
        "connect_timeout": {"type": "int", "default": 30},
        "ca_cert": {"type": "path", "aliases": ["ssl_ca"]},
        "client_cert": {"type": "path", "aliases": ["ssl_cert"]},
        "client_key": {"type": "path", "aliases": ["ssl_key"], "no_log": False},
        "check_hostname": {"type": "bool"},
    }


def backup_file_spec() -> Spec:
    """Return the options that choose and open the backup (doc fragment _backup_file)."""
    return {
        "file": {"type": "path", "required": True, "aliases": ["src"]},
        "newest": {"type": "bool", "default": False},
        "max_age": {"type": "str"},
        "remote_src": {"type": "bool", "default": False},
        "password": {"type": "str", "no_log": True, "aliases": ["zip_password"]},
        "checksum": {"type": "str"},
        "encoding": {"type": "str", "default": "auto"},
    }


def instances_spec() -> Spec:
    """Return the options about others on the Mandant (doc fragment _instances)."""
    return {
        "reload_tables": {"type": "bool", "default": True, "aliases": ["flush_tables"]},
        "running_instances": {"type": "str", "choices": list(t.get_args(RunningInstances)), "default": "fail"},
        "wait_timeout": {"type": "int", "default": 300},
    }


def checks_spec() -> Spec:
    """Return the options that say what has to be true of the new tables."""
    how = ("equals", "at_least", "at_most")
    options: dict[str, t.Any] = {
        "name": {"type": "str", "required": True},
        "query": {"type": "str", "required": True},
        **{one: {"type": "str"} for one in how},
        "needs": {"type": "list", "elements": "str", "default": []},
    }
    check = {"options": options, "mutually_exclusive": [how], "required_one_of": [how]}
    return {
        "checks": {"type": "list", "elements": "dict", "default": [], **check},
        "checks_timeout": {"type": "int", "default": 60},
    }


def mandant_spec(*, required: bool = True) -> Spec:
    """Return the option that names the Mandant."""
    option: dict[str, t.Any] = {"type": "str", "aliases": ["database", "db"]}
    return {"mandant": {**option, "required": True} if required else option}


def backup_info_spec() -> Spec:
    """Return the options of backup_info."""
    return {**backup_file_spec(), "lines": {"type": "int", "default": 10}}


def mandant_restore_spec() -> Spec:
    """Return the options of mandant_restore."""
    return {
        **backup_file_spec(),
        **instances_spec(),
        **login_spec(),
        **mandant_spec(),
        "policy": {"type": "str", "choices": list(t.get_args(Policy)), "default": "once"},
        "create": {"type": "bool", "default": True},
        "charset": {"type": "str", "default": "latin1"},
        "collation": {"type": "str"},
        "previous": {"type": "str", "choices": list(t.get_args(Previous)), "default": "keep"},
        "keep_tables": {"type": "list", "elements": "str", "default": []},
        "tables": {"type": "list", "elements": "str", "default": []},
        "engine": {"type": "str"},
        "repairs": {"type": "str", "choices": list(t.get_args(Repairs)), "default": "apply"},
        "on_error": {"type": "str", "choices": list(t.get_args(OnError)), "default": "fail"},
        "neutralise": {
            "type": "list",
            "elements": "str",
            "choices": list(t.get_args(Group)),
            "default": [],
        },
        "incomplete": {"type": "str", "choices": list(t.get_args(Incomplete)), "default": "fail"},
        "replace": {"type": "bool", "default": False},
        "backup_first": {"type": "path"},
        "other_company": {"type": "str", "choices": list(t.get_args(OtherCompany)), "default": "fail"},
        "scratch": {"type": "bool", "default": False},
        **checks_spec(),
        "progress": {"type": "bool", "default": True},
    }


def mandant_backup_spec() -> Spec:
    """Return the options of mandant_backup."""
    return {
        **login_spec(),
        **mandant_spec(),
        "dest": {"type": "path", "required": True},
        "password": {"type": "str", "no_log": True, "aliases": ["zip_password"]},
        "encryption": {"type": "str", "choices": ["aes256", "zipcrypto"], "default": "aes256"},
        "static_tables": {"type": "bool", "default": True},
        "keep": {"type": "int"},
    }


def mandant_compare_spec() -> Spec:
    """Return the options of mandant_compare."""
    return {
        **backup_file_spec(),
        **login_spec(),
        **mandant_spec(),
        "tables": {"type": "list", "elements": "str", "default": []},
        "keys": {"type": "int", "default": 0, "no_log": False},
    }


def mandant_info_spec() -> Spec:
    """Return the options of mandant_info."""
    return {
        **login_spec(),
        **mandant_spec(required=False),
        "verify": {"type": "str", "choices": ["none", "quick", "full"], "default": "none"},
        "count_rows": {"type": "bool", "default": False},
        "in_use": {"type": "bool", "default": False},
        "backups": {"type": "str"},
        "max_age": {"type": "str"},
        "keep_tables": {"type": "list", "elements": "str", "default": []},
    }


def mandant_rollback_spec() -> Spec:
    """Return the options of mandant_rollback."""
    return {**instances_spec(), **login_spec(), **mandant_spec(), "checksum": {"type": "str"}}


def mandant_remove_spec() -> Spec:
    """Return the options of mandant_remove."""
    others = instances_spec()
    return {
        **login_spec(),
        **mandant_spec(),
        **{name: others[name] for name in ("running_instances", "wait_timeout")},
        "drifted": {"type": "str", "choices": list(t.get_args(Drifted)), "default": "fail"},
        "scratch": {"type": "bool", "default": False},
        "backup_first": {"type": "path"},
        "password": {"type": "str", "no_log": True, "aliases": ["zip_password"]},
    }


def mandant_account_spec() -> Spec:
    """Return the options of mandant_account."""
    return {
        **login_spec(),
        "account": {"type": "str", "required": True},
        "account_host": {"type": "str", "default": "localhost"},
        "account_password": {"type": "str", "required": True, "no_log": True},
        "mandanten": {"type": "list", "elements": "str", "required": True},
        "server_privileges": {
            "type": "list",
            "elements": "str",
            "choices": list(t.get_args(ServerPrivilege)),
            "default": ["reload", "process"],
        },
    }
