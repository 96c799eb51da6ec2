# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The login in the collection's roles: a server that happens to run on a host is never met by accident."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

COLLECTION = "cao.faktura."
# Each says which server is meant.
_LOGINS = ("login_host", "login_unix_socket", "config_file")


def refuse_no_login(role: str | None, options: t.Mapping[str, t.Any]) -> None:
    """Raise AnsibleActionFail where a role of the collection was not told which server is meant."""
    if role is None or not role.startswith(COLLECTION) or any(options.get(name) for name in _LOGINS):
        return
    raise AnsibleActionFail(
        f"The role {role} was not told which database server is meant: set cao_login_host, cao_login_unix_socket or "
        "cao_config_file, or module_defaults of group/cao.faktura.faktura in the play. Nothing was changed."
    )
