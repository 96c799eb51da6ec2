# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The version of CAO's schema: what it means when the backup's is not the Mandant's (cao-format 5 and 6)."""

from __future__ import annotations

import typing as t


def version_findings(backup: str | None, live: str | None) -> list[dict[str, t.Any]]:
    """Return the finding newer_db_version or older_db_version, none where the versions are equal or not known."""
    of_backup, of_live = _numbers(backup), _numbers(live)
    if not of_backup or not of_live or of_backup == of_live:
        return []
    newer = of_backup > of_live
    meaning = "newer" if newer else "older"
    follows = "an older CAO-Faktura cannot open it" if newer else "CAO-Faktura updates it at its next start"
    text = f"The backup's DB_VERSION {backup} is {meaning} than the Mandant's {live}: {follows}."
    return [{"name": f"{meaning}_db_version", "table": None, "text": text}]


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "").strip().split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
