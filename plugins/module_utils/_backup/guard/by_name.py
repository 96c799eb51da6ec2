# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a dump names, by these names.

Servers differ about letter case: to one `ware` and `Ware` are two tables, another writes one table in both ways. A file
does not say where it comes from, so a name means what is called so to the letter; without that, the only one that
differs in letter case alone.
"""

from __future__ import annotations

import typing as t

V = t.TypeVar("V")


class ByName(dict[str, V]):
    """Values by names as they are written; what is set again goes on to stand where it stood."""

    def __init__(self, values: t.Mapping[str, V] | None = None) -> None:
        super().__init__()
        # By names in lower case: those that are the same in any letter case.
        self.alike: dict[str, list[str]] = {}
        for name, value in (values or {}).items():
            self[name] = value

    def __setitem__(self, name: str, value: V) -> None:
        if name not in self:
            self.alike.setdefault(name.lower(), []).append(name)
        super().__setitem__(name, value)

    def remove(self, name: str) -> bool:
        """Take out what is called so to the letter, and return whether there was something."""
        if name not in self:
            return False
        del self[name]
        alike = self.alike[name.lower()]
        alike.remove(name)
        if not alike:
            del self.alike[name.lower()]
        return True

    def real(self, name: str) -> str | None:
        """Return what is meant by a name; None for nothing, and for one of several that it fits equally."""
        if name in self:
            return name
        alike = self.alike.get(name.lower(), ())
        return alike[0] if len(alike) == 1 else None

    def find(self, name: str) -> V | None:
        """Return what a name means; of each row this is asked several times."""
        if name in self:
            return self[name]
        real = self.real(name)
        return None if real is None else self[real]

    def other_letters(self, name: str) -> str | None:
        """Return a name that differs from this one in letter case only."""
        return next((one for one in self.alike.get(name.lower(), ()) if one != name), None)
