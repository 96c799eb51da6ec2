# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Names inside a ZIP: which are refused. Nothing is ever written to a disk, a hostile name is still a bad sign."""

from __future__ import annotations

import re
import stat
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable

SHOWN_NAMES = 5
_OF_THE_DESKTOP = (".ds_store", "thumbs.db", "desktop.ini")
# Endings that say another kind of content; the first bytes are judged as well, but only after the password.
_FOREIGN_ENDING = re.compile(
    r"\.(?:frm|my[di]|ma[di]|ibd|exe|dll|msi|bat|cmd|ps1|zip|gz|7z|rar|xz|bz2|zst|tar|png|jpe?g|gif|pdf|docx?|xlsx?)$",
    re.IGNORECASE,
)


def is_of_the_desktop(name: str) -> bool:
    """Whether a file is what macOS and Windows put beside or for others: twins with attributes, views of folders."""
    *folders, last = name.replace("\\", "/").split("/")
    return "__MACOSX" in folders or last.startswith("._") or last.lower() in _OF_THE_DESKTOP


def printable_names(names: t.Sequence[str]) -> str:
    """Return at most `SHOWN_NAMES` of ``names`` as they may stand in a message."""
    shown = ", ".join(printable(name) for name in names[:SHOWN_NAMES])
    return f"{shown}, ..." if len(names) > SHOWN_NAMES else shown


def _fault(name: str, unix_mode: int) -> str | None:
    # Old packers of Windows write their own separator, which means the same.
    parts = name.replace("\\", "/").split("/")
    file_type = stat.S_IFMT(unix_mode)
    # Info-ZIP calls what it packs from a pipe a FIFO; its bytes are in the ZIP all the same.
    if file_type not in (0, stat.S_IFREG, stat.S_IFIFO):
        return "is a link or another special file"
    if not name.isprintable():
        return "has a name with control characters"
    if ":" in name or any(part in ("", ".", "..") for part in parts):
        return "has a path in its name that leaves the ZIP's own folder"
    if ending := _FOREIGN_ENDING.search(name):
        return f"is a {ending.group(0).lower()} file, not SQL"
    return None


def check_name(chosen: ChosenFile, name: str, unix_mode: int) -> None:
    """Raise `Failure` ``not_a_backup`` for names CAO-Faktura does not write; a plain folder before it is tolerated.

    ``unix_mode``: type and rights of the file where the ZIP was made on Unix, else 0.
    """
    if fault := _fault(name, unix_mode):
        raise Failure(
            "not_a_backup",
            f"The only file in {chosen.shown}, {printable(name)}, {fault}; pack the SQL file alone, without a path.",
        )
