# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What opens each kind of archive that choose/archive_kinds.py names, and how much may come out of it."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import PLAIN, kind_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import (
    LARGEST_FILE_BYTES,
    ChosenFile,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.first_bytes import (
    HEAD_BYTES,
    refuse_unless_sql,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.packed_streams import (
    Packing,
    bzip2,
    unpacked,
    xz,
    zstd,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import (
    Pieces,
    Told,
    gunzipped,
    raw_pieces,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.text_mode import told_of_text_mode
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import the_one_member
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_member import unlock

_MIB = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Limits:
    """How much may come out of a file before it counts as a bomb (`Failure` ``too_large``).

    ``max_unpacked_bytes``: at most, whatever the file's own size.
    ``max_ratio``: unpacked to packed bytes. Rows of CAO-Faktura pack about 7:1, a table of nearly equal rows up to
    100:1; Deflate ends at 1032:1, which only a bomb comes near.
    ``free_bytes``: up to here any ratio is harmless, so small files of equal rows pass.
    """

    max_unpacked_bytes: int = LARGEST_FILE_BYTES
    max_ratio: int = 250
    free_bytes: int = 64 * _MIB

    def allowed_bytes(self, packed_bytes: int) -> int:
        """Return how many bytes may come out of ``packed_bytes``."""
        return min(self.max_unpacked_bytes, max(self.free_bytes, packed_bytes * self.max_ratio))


def _too_large(where: str, allowed_bytes: int) -> Failure:
    return Failure(
        "too_large",
        f"{where} unpacks to more than {allowed_bytes // _MIB} MiB, which is more than a backup of its size can hold;"
        " make sure that it is a backup, and give the unpacked .sql if it is.",
    )


def _limited(pieces: Pieces, allowed_bytes: int, where: str) -> Pieces:
    size_bytes = 0
    for piece in pieces:
        size_bytes += len(piece)
        if size_bytes > allowed_bytes:
            raise _too_large(where, allowed_bytes)
        yield piece


class _ToOpen(t.NamedTuple):
    """What each kind is opened with; ``head``: the first bytes of the file."""

    chosen: ChosenFile
    head: bytes
    password: str | None
    limits: Limits


def _open_zip(what: _ToOpen) -> Container:
    chosen = what.chosen
    member = the_one_member(chosen)
    where = f"{chosen.shown} ({printable(member.name)})"
    allowed_bytes = what.limits.allowed_bytes(member.packed_bytes)
    # More than declared is damage, so this one comparison bounds all that follows.
    if member.unpacked_bytes > allowed_bytes:
        raise _too_large(where, allowed_bytes)
    locked = unlock(chosen, member, what.password, where)
    head = locked.head()
    if head.failure is not None:
        raise head.failure
    refuse_unless_sql(head.data, where)
    return Container(
        size_bytes=chosen.size_bytes,
        kind="zip",
        pieces=locked.pieces,
        member=member.name,
        encryption=member.encryption,
        left_out=member.left_out,
    )


def _open_gzip(what: _ToOpen) -> Container:
    chosen = what.chosen
    allowed_bytes = what.limits.allowed_bytes(chosen.size_bytes)

    def pieces(told: Told) -> Pieces:
        raw = raw_pieces(chosen, 0, chosen.size_bytes, told)
        return _limited(gunzipped(raw, chosen.shown), allowed_bytes, chosen.shown)

    container = Container(size_bytes=chosen.size_bytes, kind="gz", pieces=pieces)
    refuse_unless_sql(container.head(), chosen.shown)
    return container


def _open_packed(kind: str, packing: t.Callable[[str], Packing]) -> t.Callable[[_ToOpen], Container]:
    def open_it(what: _ToOpen) -> Container:
        chosen, how = what.chosen, packing(what.chosen.shown)
        allowed_bytes = what.limits.allowed_bytes(chosen.size_bytes)

        def pieces(told: Told) -> Pieces:
            raw = raw_pieces(chosen, 0, chosen.size_bytes, told)
            return _limited(unpacked(raw, how, chosen.shown), allowed_bytes, chosen.shown)

        container = Container(size_bytes=chosen.size_bytes, kind=kind, pieces=pieces)
        refuse_unless_sql(container.head(), chosen.shown)
        return container

    return open_it


def _open_sql(what: _ToOpen) -> Container:
    chosen, limits = what.chosen, what.limits
    refuse_unless_sql(what.head, chosen.shown)
    if chosen.size_bytes > limits.max_unpacked_bytes:
        raise _too_large(chosen.shown, limits.max_unpacked_bytes)

    def pieces(told: Told) -> Pieces:
        return raw_pieces(chosen, 0, chosen.size_bytes, told)

    return Container(size_bytes=chosen.size_bytes, kind=PLAIN, pieces=pieces)


OPENERS: t.Mapping[str, t.Callable[[_ToOpen], Container]] = {
    PLAIN: _open_sql,
    "gz": _open_gzip,
    "bz2": _open_packed("bz2", bzip2),
    "xz": _open_packed("xz", xz),
    "zst": _open_packed("zst", zstd),
    "zip": _open_zip,
}


def open_container(chosen: ChosenFile, password: str | None, limits: Limits = Limits()) -> Container:
    """Find out how ``chosen`` is packed, by its bytes and never by its name, and prove the password.

    ``password``: tried in the spellings of UTF-8, cp1252 and cp850; not looked at where nothing is encrypted.
    `Failure`: ``not_a_backup``, ``password_required``, ``wrong_password``, ``damaged``, ``truncated``,
    ``too_large``, ``missing_dependency``. ``chosen`` stays open and is read anew in each pass.
    """
    head = chosen.read_at(0, HEAD_BYTES)
    kind = kind_of(head)
    try:
        container = OPENERS[kind](_ToOpen(chosen, head, password, limits))
    except Failure as failure:
        if kind == PLAIN:
            raise
        raise told_of_text_mode(chosen, failure) from failure
    container.explain(lambda failure: told_of_text_mode(chosen, failure))
    return container
