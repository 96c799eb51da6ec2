# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a user asks for: values only, in the words of the modules' options."""

from __future__ import annotations

import dataclasses
import typing as t

Policy = t.Literal["once", "enforce", "always"]
RunningInstances = t.Literal["fail", "wait", "disconnect", "ignore"]
Previous = t.Literal["keep", "drop"]
OnError = t.Literal["fail", "skip"]


@dataclasses.dataclass(frozen=True)
class Login:
    """How to reach the server. None means: not given, so the option file or the default decides."""

    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)
    unix_socket: str | None = None
    config_file: str | None = None
    connect_timeout_seconds: int = 30
    ca_cert: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    check_hostname: bool | None = None


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What the Mandant should be after a restore; ``neutralise`` are groups of neutral_groups.RULES."""

    mandant: str
    policy: Policy = "once"
    reload_tables: bool = True
    running_instances: RunningInstances = "fail"
    wait_timeout_seconds: int = 300
    create: bool = True
    charset: str = "latin1"
    collation: str | None = None
    previous: Previous = "keep"
    keep_tables: tuple[str, ...] = ()
    engine: str | None = None
    on_error: OnError = "fail"
    neutralise: frozenset[str] = frozenset()
