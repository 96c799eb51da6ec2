# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Definitions as UTF-8: statements that define something are sent under ``SET NAMES utf8mb4``.

Rows are never transcoded. Definitions are: their names, comments and enum values are text, whatever
the rows hold.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import PlacedToken, Token, placed

_V = t.TypeVar("_V")


def _text(text: bytes, codec: str) -> bytes:
    if text.isascii():
        return text
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode(codec, "replace").encode("utf-8")
    return text


def _converted(value: t.Any, codec: str) -> t.Any:
    if isinstance(value, bytes):
        return _text(value, codec)
    if isinstance(value, PlacedToken):
        return placed(value._replace(text=_text(value.text, codec)), value.line, _text(value.written, codec))
    if isinstance(value, Token):
        return value._replace(text=_text(value.text, codec))
    if isinstance(value, tuple):
        return tuple(_converted(part, codec) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return transcoded(value, codec)
    return value


def transcoded(value: _V, codec: str) -> _V:
    """Return a definition (a frozen dataclass of bytes, tokens and tuples) with its bytes as UTF-8."""
    fields = dataclasses.fields(value)  # type: ignore[arg-type]
    changes = {field.name: _converted(getattr(value, field.name), codec) for field in fields}
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]
