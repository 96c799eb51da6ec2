# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of server that this machine has, for tests of what servers differ in.

``@on(*KINDS)`` runs a test on several: pytest orders the tests of a file so that one server runs at a time.
"""

from __future__ import annotations

import contextlib
import typing as t

import pytest

import servers
from private_server import PrivateServer

MARIADB = ("mariadb", "mariadb-10.5", "mariadb-11.8")
MYSQL = ("mysql-9.7",)
NEW = (*MARIADB, *MYSQL)
KINDS = (*NEW, "mysql-5.6")


class Each(t.NamedTuple):
    """A server with the name of its kind."""

    kind: str
    server: PrivateServer


def on(*kinds: str) -> pytest.MarkDecorator:
    """Run a test that uses the fixture ``each`` on these kinds."""
    return pytest.mark.parametrize("each", kinds, indirect=True, scope="module")


@contextlib.contextmanager
def running(kind: str) -> t.Iterator[Each]:
    """Give a server of a kind; the test is skipped where it cannot be had."""
    (setting,) = (one for one in servers.SETTINGS if one.name == kind)
    reason = servers.why_not(setting)
    if reason is not None:
        pytest.skip(reason)
    with setting.server() as server:
        yield Each(kind, server)
