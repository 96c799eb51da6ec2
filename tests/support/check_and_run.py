# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What check mode says of a dump, and what the run says of it, word by word."""

from __future__ import annotations

import typing as t

from restoring import Restorer


def said(restorer: Restorer, dump: str, *, check: bool) -> tuple[str, str] | None:
    """Return the error and the message with which a restore ends, None where it does well."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = restorer.write("said.sql", dump.encode())
    try:
        restorer.run(path, check=check, policy="always")
    except Failure as failure:
        return failure.error, failure.msg
    return None


def disagree(restorer: Restorer, dumps: t.Iterable[str]) -> list[tuple[str, object, object]]:
    """Return the dumps of which check mode says something else than the run, with both."""
    found: list[tuple[str, object, object]] = []
    for dump in dumps:
        ahead, ran = (said(restorer, dump, check=check) for check in (True, False))
        if ahead != ran:
            found.append((dump, ahead, ran))
    return found
