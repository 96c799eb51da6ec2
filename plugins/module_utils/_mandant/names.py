# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Names of tables: quoting, letter case, and the names that are ours.

All of ours begin with ``BACK_``: CAO leaves such tables out of its backups and drops them when it
restores one itself (cao-format 1.6, 2.1).
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import typing as t
import unicodedata

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import target_name

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        TableDefinition,
    )

LONGEST_NAME = 64
MARKER = "BACK_RESTORE_MARKER"
SHADOW_MARKER = "BACK_RESTORE_NEW_MARKER"
PROBE = "BACK_RESTORE_NEW_PROBE"
MADE = "BACK_RESTORE_MADE"
_SHADOW = "BACK_RESTORE_NEW_"
_OLD = "BACK_RESTORE_OLD_"
_BETWEEN = "BACK_RESTORE_TMP_"
_CHECK = "BACK_RESTORE_NEW_CHECK_"
_NAME_OR_TEXT = re.compile(rb"`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'", re.DOTALL)
# As they are numbered here: what people call BACK_RESTORE_OLD_PREISE is theirs, and is never cleared away.
_SHADOWS = re.compile(_SHADOW + r"(?:[0-9]{4,}|CHECK_[0-9]{4,}|MARKER|PROBE)")
_OLDS = re.compile(_OLD + r"[0-9]{4,}")
_BETWEENS = re.compile(_BETWEEN + r"[0-9]{4,}")


def quoted(name: str) -> str:
    """Return an identifier in backticks, safe in every statement."""
    return "`" + name.replace("`", "``") + "`"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Return identifiers for a list of tables."""
    return ", ".join(quoted(name) for name in names)


def columns_in(charset: str, names: t.Iterable[str]) -> bytes:
    """Return identifiers for a list of columns in a statement that is sent in the encoding of a dump."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import codec_of_names

    return ", ".join(map(quoted, names)).encode(codec_of_names(charset), "replace")


def update_in(charset: str, update: bytes) -> bytes:
    """Return what is done where a key is there, with its names in the encoding of a dump, as its texts are."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import codec_of_names

    codec = codec_of_names(charset)

    def named(found: re.Match[bytes]) -> bytes:
        text = found.group()
        return text.decode("utf-8").encode(codec, "replace") if text.startswith(b"`") else text

    return update if update.isascii() else _NAME_OR_TEXT.sub(named, update)


def is_ours(name: str) -> bool:
    """Whether a table is one that a restore makes for itself."""
    return any(kind(name) for kind in (is_marker, is_made, is_shadow, is_old, is_between))


def is_shadow(name: str) -> bool:
    """Whether a table holds what is not in use yet."""
    return _SHADOWS.fullmatch(name.upper()) is not None


def is_old(name: str) -> bool:
    """Whether a table is one that a swap has put out of the way for good."""
    return _OLDS.fullmatch(name.upper()) is not None


def is_between(name: str) -> bool:
    """Whether a name is one that a table has on its way back only."""
    return _BETWEENS.fullmatch(name.upper()) is not None


def is_marker(name: str) -> bool:
    """Whether a table is the live marker."""
    return name.upper() == MARKER


def is_shadow_marker(name: str) -> bool:
    """Whether a table is the marker of a restore that did not reach its swap, or not its end."""
    return name.upper() == SHADOW_MARKER


def is_made(name: str) -> bool:
    """Whether a table is the note of a database that a restore made and did not fill yet, or that is being removed."""
    return name.upper() == MADE


def lowered(name: str) -> str:
    """Return a name in lower case, letter by letter as a server does it; a Python text grows with some letters."""
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in name.replace("\u03a3", "\u03c3"))


# Letters that MySQL's utf8mb3_general_ci takes for others: the sharp s, letters of Turkish, Greek and of units.
_TAKEN_FOR = dict(zip("\u00df\u0131\u00b5\u03c2\u03f2\u03f9\u0345", "si\u03bc\u03c3\u03c3\u03c3\u03b9"))
# Of letters of these ranges it does not heed the accents.
_WITH_ACCENTS = (("\u00c0", "\u024f"), ("\u0370", "\u0418"), ("\u041a", "\u04ff"), ("\u1e00", "\u1fff"))


def without_accents(name: str) -> str:
    """Return what two names have in common that are one by utf8mb3_general_ci; of rare letters a bit more."""
    return "".join(map(_without_accent, name))


def _without_accent(letter: str) -> str:
    letter = _TAKEN_FOR.get(letter, letter)
    large = letter.upper()
    letter = large if len(large) == 1 else letter
    if any(first <= letter <= last for first, last in _WITH_ACCENTS):
        letter = unicodedata.normalize("NFD", letter)[0]
    return lowered(letter)


def lowered_ascii(name: str) -> str:
    """Return a name whose letters of ASCII are small."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


@dataclasses.dataclass(frozen=True)
class Names:
    """The server's rule for letter case, as ``lower_case_table_names`` (0, 1 or 2) has it."""

    lower_case_table_names: int

    def stored(self, name: str) -> str:
        """Return a name as the server stores it."""
        return lowered(name) if self.lower_case_table_names == 1 else name

    def key(self, name: str) -> str:
        """Return what two names have in common that are one table to the server."""
        return name if self.lower_case_table_names == 0 else lowered(name)

    def target(self, name: str, *, mandants: bool) -> str:
        """Return the name that a table of a dump gets: CAO asks for its own in upper case, in a Mandant's dump."""
        return target_name(name, mandants=mandants) if self.lower_case_table_names == 0 else self.stored(name)

    def shadow(self, number: int) -> str:
        return self.stored(f"{_SHADOW}{number:04d}")

    def old(self, number: int) -> str:
        return self.stored(f"{_OLD}{number:04d}")

    def between(self, number: int) -> str:
        """Return a name for a table on its way; nothing ever drops a table of this name."""
        return self.stored(f"{_BETWEEN}{number:04d}")

    def check(self, number: int) -> str:
        """Return a name for an object that is made before the swap only to see that it can be made."""
        return self.stored(f"{_CHECK}{number:04d}")

    @property
    def marker(self) -> str:
        return self.stored(MARKER)

    @property
    def shadow_marker(self) -> str:
        return self.stored(SHADOW_MARKER)

    @property
    def made(self) -> str:
        return self.stored(MADE)

    def previous(self, name: str) -> str:
        """Return the name of a table in the generation before; too long a name ends in a hash."""
        wanted = _aside(name)
        if len(wanted) > LONGEST_NAME:
            digest = hashlib.sha256(name.encode()).hexdigest()[:12]
            wanted = f"{wanted[: LONGEST_NAME - 13]}_{digest}"
        return self.stored(wanted)

    def free_previous(self, name: str, taken: set[str]) -> str:
        """Return the name in the generation before that no other table has; its key is ``taken`` then."""
        wanted = self.previous(name)
        number = 1
        while self.key(wanted) in taken:
            digest = hashlib.sha256(f"{name}/{number}".encode()).hexdigest()[:12]
            wanted = self.stored(_aside(name)[: LONGEST_NAME - 13] + "_" + digest)
            number += 1
        taken.add(self.key(wanted))
        return wanted


class ShadowTable(t.Protocol):
    """A table of a plan: its names in the backup, in use, and until then."""

    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def shadow(self) -> str: ...

    @property
    def definition(self) -> TableDefinition: ...


def _aside(name: str) -> str:
    """Return what a table of people's is called that was set aside; never one of the names that are cleared away."""
    wanted = "BACK_" + name
    return "BACK__" + name if is_ours(wanted) else wanted
