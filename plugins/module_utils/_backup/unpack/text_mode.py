# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""An archive that was sent as text: each line feed became CR LF, or each CR LF a line feed, which no program mends."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

_LOOKED_AT_BYTES = 1 << 20
# By chance one line feed in 256 has a CR before it: already two are a sign in a file that is damaged anyway.
_FEW = 2
# Where 65536 bytes have no CR LF it can be chance, in a MiB it is not.
_NEVER_IN_BYTES = 1 << 20
_ADVICE = "transfer it again in binary mode (in FTP: type binary)"


def told_of_text_mode(chosen: ChosenFile, failure: Failure) -> Failure:
    """Return the failure of an archive, with the cause where its bytes show that."""
    if failure.error not in ("damaged", "truncated"):
        return failure
    try:
        data = chosen.read_at(0, _LOOKED_AT_BYTES)
    except Failure:
        return failure
    feeds, pairs = data.count(b"\n"), data.count(b"\r\n")
    if feeds == pairs and pairs >= _FEW:
        why = "all its line feeds (0A) are behind a CR (0D)"
    elif pairs == 0 and len(data) >= _NEVER_IN_BYTES:
        why = "no line feed (0A) is behind a CR (0D), which chance would have"
    else:
        return failure
    return Failure(failure.error, f"{failure.msg} It looks as if it was transferred in text mode: {why}; {_ADVICE}.")
