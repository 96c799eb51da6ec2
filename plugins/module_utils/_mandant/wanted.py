# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a user asks for: values only, in the words of the modules' options.

A field takes the option of its name, or the one that its metadata name (module_utils/_ansible/options.py).
"""

from __future__ import annotations

import dataclasses
import typing as t

Policy = t.Literal["once", "enforce", "always"]
RunningInstances = t.Literal["fail", "wait", "disconnect", "ignore"]
Previous = t.Literal["keep", "drop"]
OnError = t.Literal["fail", "skip"]
Repairs = t.Literal["apply", "refuse"]
Incomplete = t.Literal["fail", "allow"]
OtherCompany = t.Literal["fail", "allow"]
Group = t.Literal["mail", "shop", "paths", "passwords", "persons"]
Drifted = t.Literal["fail", "remove"]
ServerPrivilege = t.Literal["reload", "process", "disconnect"]


@dataclasses.dataclass(frozen=True)
class Login:
    """How to reach the server. None means: not given, so the option file or the default decides."""

    host: str | None = dataclasses.field(default=None, metadata={"option": "login_host"})
    port: int | None = dataclasses.field(default=None, metadata={"option": "login_port"})
    user: str | None = dataclasses.field(default=None, metadata={"option": "login_user"})
    password: str | None = dataclasses.field(default=None, repr=False, metadata={"option": "login_password"})
    unix_socket: str | None = dataclasses.field(default=None, metadata={"option": "login_unix_socket"})
    config_file: str | None = None
    connect_timeout_seconds: int = dataclasses.field(default=30, metadata={"option": "connect_timeout"})
    ca_cert: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    check_hostname: bool | None = None


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What the Mandant should be after a restore; ``neutralise`` names groups of neutralise/groups.py.

    ``encoding`` and ``repairs`` are how the backup is read: another reading makes another content of it. What
    ``backup_first`` writes gets ``backup_password``. ``tables`` are patterns of those that alone are wanted of it. A
    ``scratch`` copy is for a while, and never takes the place of anything else. ``checks`` are what users say of the
    new tables (checks/given.py reads them).
    """

    mandant: str
    policy: Policy = "once"
    reload_tables: bool = True
    running_instances: RunningInstances = "fail"
    wait_timeout_seconds: int = dataclasses.field(default=300, metadata={"option": "wait_timeout"})
    create: bool = True
    charset: str = "latin1"
    collation: str | None = None
    previous: Previous = "keep"
    keep_tables: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    engine: str | None = None
    on_error: OnError = "fail"
    neutralise: frozenset[str] = frozenset()
    encoding: str = "auto"
    repairs: Repairs = "apply"
    incomplete: Incomplete = "fail"
    replace: bool = False
    backup_first: str | None = None
    other_company: OtherCompany = "fail"
    checks: tuple[t.Mapping[str, t.Any], ...] = ()
    checks_timeout_seconds: int = dataclasses.field(default=60, metadata={"option": "checks_timeout"})
    backup_password: str | None = dataclasses.field(default=None, repr=False, metadata={"option": "password"})
    scratch: bool = False


@dataclasses.dataclass(frozen=True)
class Removing:
    """What is to be removed, and what may go with it. What ``backup_first`` writes gets ``backup_password``."""

    mandant: str
    drifted: Drifted = "fail"
    scratch: bool = False
    running_instances: RunningInstances = "fail"
    wait_timeout_seconds: int = dataclasses.field(default=300, metadata={"option": "wait_timeout"})
    backup_first: str | None = None
    backup_password: str | None = dataclasses.field(default=None, repr=False, metadata={"option": "password"})

    @property
    def wanted(self) -> Wanted:
        """The same as a restore would say it."""
        return Wanted(
            self.mandant,
            running_instances=self.running_instances,
            wait_timeout_seconds=self.wait_timeout_seconds,
            backup_first=self.backup_first,
            backup_password=self.backup_password,
        )
