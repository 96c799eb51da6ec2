# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the documentation with what is said when something goes wrong.

Nothing of the collection is imported before a function is called: the tests decide where it is.
"""

from __future__ import annotations

import re
import typing as t

from message_case import Case
from mishaps import Place

_HEAD = """\
..
  Copyright: (c) 2026, The cao.faktura authors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

  The table is written by tests/integration/test_messages.py, from what is really said.

.. _ansible_collections.cao.faktura.docsite.messages:

What goes wrong, and what to do
===============================

Every failure has an ``error`` from a closed list, which playbooks may rely on, and a ``msg`` that says what, where and
what to do. Whatever fails before the tables change places leaves the Mandant as it was, and the next run starts clean.

Wrong values of options, in the last rows, are found by Ansible before anything else; they have a ``msg`` alone.

.. list-table::
   :header-rows: 1
   :widths: 15 45 20 20

   * - error
     - an example of its message
     - when
     - what to do
"""


def said(case: Case, place: Place) -> str:
    """Make it happen; return the message, with the names of this run replaced by those of the documentation."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        answer = case.cause(place)
    except Failure as failure:
        if failure.error != case.error:
            raise
        return _neutral(failure.msg, place)
    assert isinstance(answer, str), f"nothing went wrong: {case.when}"
    return _neutral(answer, place)


def _neutral(message: str, place: Place) -> str:
    bare = str(place.folder / "bare" / "bin" / "python")
    text = message.replace(bare, "/opt/ansible/bin/python3").replace(str(place.folder), "/srv/backup")
    text = text.replace(", option file /dev/null", "")
    text = re.sub(r"127\.0\.0\.1:[0-9]{2,5}", "127.0.0.1:3306", text)
    text = re.sub(r"connection [0-9]+ of (\w+)@[\w.:]+", r"connection 42 of \1@pc-7", text)
    text = re.sub(r"\b(\w+)@[\w.:-]+ \([0-9]+ s\)", r"\1@pc-7 (12 s)", text)
    text = re.sub(r"on [0-9-]{10} at [0-9:]{8} UTC", "on 2026-11-02 at 18:05:09 UTC", text)
    return re.sub(r"'?cao'?@'?[\w.%]+'?", "cao@%", text)


def page(messages: t.Iterable[tuple[Case, str]]) -> str:
    """Return the page of the documentation."""
    rows = []
    for case, message in messages:
        error = f"``{case.error}``" if case.error else ""
        rows.append(
            f"   * - {error}".rstrip() + f"\n     - {_escaped(message)}\n     - {case.when}\n     - {case.advice}\n"
        )
    return _HEAD + "".join(rows)


def _escaped(text: str) -> str:
    return re.sub(r"([\\*`|_])", r"\\\1", text)
