# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where a table's files lie on the server that it comes from and how it packs them, which is no matter on another.

Source: the servers' documentation of CREATE TABLE.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

_PLACES = (
    b"TABLESPACE", b"AUTOEXTEND_SIZE", b"SECONDARY_ENGINE", b"SECONDARY_ENGINE_ATTRIBUTE", b"ENGINE_ATTRIBUTE",
    b"RAID_TYPE", b"RAID_CHUNKS", b"RAID_CHUNKSIZE", b"STORAGE", b"NODEGROUP",
    # Of engines that hold no rows themselves; with others they stand there for nothing.
    b"CONNECTION", b"PASSWORD", b"INSERT_METHOD", b"UNION",
)  # fmt: skip
_PACKING = (b"COMPRESSION", b"ROW_FORMAT")
_VALUES = ("string", "name", "word", "number")
# Behind a column of such a name, by which a table may be partitioned.
_OPERATORS = (b"DIV", b"MOD")


def without_places(tokens: t.Sequence[Token]) -> tuple[list[Token], bool]:
    """Return what follows CREATE TABLE without such places behind the columns, and whether there were any."""
    start = _behind_columns(tokens)
    kept, index, found = list(tokens[:start]), start, False
    while index < len(tokens):
        end = _place_end(tokens, index)
        if end == index:
            kept.append(tokens[index])
            index += 1
        else:
            found, index = True, end + _is_comma(tokens, end) * _is_comma(kept, len(kept) - 1)
    return kept, found


def _is_comma(tokens: t.Sequence[Token], index: int) -> bool:
    return any(token.is_mark(b",") for token in tokens[index : index + 1])


def _behind_columns(tokens: t.Sequence[Token]) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += token.is_mark(b"(") - token.is_mark(b")")
        if depth == 0 and token.is_mark(b")"):
            return index + 1
    return len(tokens)


def _place_end(tokens: t.Sequence[Token], start: int) -> int:
    """Return where a place ends that begins there; ``start`` itself where none does."""
    if any(token.upper in (b"PARTITION", b"SUBPARTITION") for token in tokens[max(start - 1, 0) : start]):
        # It is the name of one.
        return start
    words = [token.upper for token in tokens[start : start + 2]]
    is_directory = words in ([b"DATA", b"DIRECTORY"], [b"INDEX", b"DIRECTORY"])
    value = start + (2 if is_directory else 1)
    value += any(token.is_mark(b"=") for token in tokens[value : value + 1])
    if words[:1] == [b"UNION"] and any(token.is_mark(b"(") for token in tokens[value : value + 1]):
        closing = (at for at in range(value, len(tokens)) if tokens[at].is_mark(b")"))
        return next(closing, len(tokens) - 1) + 1
    if not any(token.kind in _VALUES and token.upper not in _OPERATORS for token in tokens[value : value + 1]):
        return start
    if not is_directory and words[0] not in _PLACES and not _packs_for_tokudb(tokens[start], tokens[value]):
        return start
    end = value + 1
    if [token.upper for token in tokens[end : end + 1]] == [b"STORAGE"] and words[0] == b"TABLESPACE":
        end += 2
    return end


def _packs_for_tokudb(option: Token, value: Token) -> bool:
    """Return whether this says how TokuDB packs its files; MariaDB writes the option in backticks."""
    return option.text.strip(b"`").upper() in _PACKING and value.text.strip(b"'\"`").upper().startswith(b"TOKUDB_")
