# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Values for the other rooms, made of a module's options by their names: a new option needs no line here."""

from __future__ import annotations

import dataclasses
import typing as t


class _Values(t.Protocol):
    __dataclass_fields__: t.ClassVar[dict[str, dataclasses.Field[t.Any]]]


_Kind = t.TypeVar("_Kind", bound=_Values)


def from_options(kind: type[_Kind], params: t.Mapping[str, t.Any], **given: t.Any) -> _Kind:
    """Return a dataclass of this kind: each field takes the option of its name, unless its value is ``given``.

    The field's metadata "option" say the name where it is another one. What has no option keeps its default.
    """
    values = dict(given)
    for field in dataclasses.fields(kind):
        option = field.metadata.get("option", field.name)
        if field.name not in values and option in params:
            values[field.name] = _frozen(params[option], field.default)
    return kind(**values)


def _frozen(value: t.Any, default: t.Any) -> t.Any:
    """Return a list as the tuple or the set that the field's default is, any other value as it is.

    A text with commas and blanks behind them is a list to Ansible, whose items keep the blanks; names of tables and
    patterns have none at their ends.
    """
    if not isinstance(value, list):
        return value
    items = (item.strip() if isinstance(item, str) else item for item in value)
    return type(default)(item for item in items if item != "")
