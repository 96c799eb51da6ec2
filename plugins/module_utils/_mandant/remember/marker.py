# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a Mandant remembers of its last restore: encoding and decoding, pure.

The marker is a table of its own with one row a kind, each a JSON text in ASCII. The row ``restore``
is written before the swap and goes live with it; the row ``finished`` is added when nothing is
pending any more, a row ``taken_back`` when a rollback has taken an unfinished restore back. Thus
no right to change or delete rows is needed, and a run that was killed in between is seen.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_between

# It grows when a marker holds what an older version must not pass over: that one then says so, and does nothing.
FORMAT = 1
KIND_RESTORE = "restore"
KIND_FINISHED = "finished"
# Followed by the first digits of the restore's run, since there can be several.
KIND_TAKEN_BACK = "taken_back:"

# How the number came about that stands for a table's rows: by CHECKSUM TABLE, as version 1.0.0 did it and where a
# server cannot do better, or by a SELECT in which each value of each row has its place.
CHECKSUM_TABLE = "checksum_table"
EVERY_ROW = "every_row"

Json = dict[str, t.Any]


class Unreadable(Exception):
    """A marker that this version does not understand; the text says why."""


class Newer(Unreadable):
    """A marker of a later version of this collection; ``version`` says which, "" where that is not told."""

    def __init__(self, version: str) -> None:
        super().__init__(f"version {version or 'unknown, a later one,'} of this collection wrote it")
        self.version = version


@dataclasses.dataclass(frozen=True)
class Fingerprint:
    """A table's content and definition; ``measure`` says what the ``checksum`` is.

    ``unwritten`` is what the server says of the table as long as nobody writes it; empty where that is not known.
    """

    rows: int
    checksum: int
    definition: str
    measure: str = CHECKSUM_TABLE
    unwritten: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing to do after the swap; each can be done again without harm.

    ``do`` is one of drop_foreign_key, add_foreign_key, drop_trigger, create_trigger, create_view,
    drop_tables and drop_views; ``name`` is the object's, ``table`` that which it belongs to, ``sql``
    the statement, ``names`` the tables or views to drop, ``sql_mode`` that of a trigger, ``collation`` that of the
    texts of a trigger or view, if not the session's. A foreign key that points to one of ``names`` already is not
    dropped.
    """

    do: str
    table: str = ""
    name: str = ""
    sql: str = ""
    names: tuple[str, ...] = ()
    sql_mode: str = ""
    collation: str = ""


@dataclasses.dataclass(frozen=True)
class Previous:
    """The generation before: its tables by their names now, and what had to leave its name to the new one."""

    tables: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    restored: tuple[Step, ...] = ()
    marker: Json | None = None


@dataclasses.dataclass(frozen=True)
class Made:
    """What of a Mandant a restore has made: the ``database``, its ``content`` where that was empty, else nothing.

    ``name`` is the database's: whoever copies a Mandant by hand copies the marker, too, and that says nothing of the
    copy. A ``scratch`` copy is for a while only.
    """

    what: str = ""
    name: str = ""
    scratch: bool = False


NOT_MADE = Made()


@dataclasses.dataclass(frozen=True)
class Marker:
    """What was restored. ``objects`` are the foreign keys, triggers and views once all is done, else None.

    ``neutralised`` are the groups that were taken out of the content, in alphabetical order. ``gave_way`` makes
    again what has to give way behind the swap, for a swap that is taken back. ``asked`` are the words of options that
    make another content of the same backup, ``kept`` its tables that were not restored since another program's stayed.
    ``taken_back`` are the SHA-256 of the backups whose restore a rollback has taken back, ``undone`` those of
    single tables. ``triggers`` are the backup's, with their tables.

    Where only some tables of the backup were wanted, ``chosen`` are the patterns that name them, and ``lacks`` the
    backup's tables and views that are not in use from it. ``scope`` is what the last swap has exchanged where it was
    not all; ``stayed`` are the objects of the rest. ``earlier`` are the markers of restores before, with those of their
    tables that are in use, ``older`` the generations before that one of which something is still aside. ``made`` says
    what of the Mandant is there because of us.
    """

    run: str
    sha256: str
    restored_at: str
    version: str
    analysis: Json
    tables: t.Mapping[str, Fingerprint]
    moves: tuple[tuple[str, str], ...] = ()
    pending: tuple[Step, ...] = ()
    previous: Previous = dataclasses.field(default_factory=Previous)
    views: tuple[str, ...] = ()
    views_kept: tuple[str, ...] = ()
    errors: int = 0
    neutralised: tuple[str, ...] = ()
    gave_way: tuple[Step, ...] = ()
    asked: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    kept: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    undone: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    triggers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    stayed: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    earlier: tuple[Marker, ...] = ()
    older: tuple[Previous, ...] = ()
    made: Made = NOT_MADE
    objects: t.Mapping[str, str] | None = None

    @property
    def finished(self) -> bool:
        return self.objects is not None


def encode(marker: Marker) -> str:
    """Return the text of the row ``restore``."""
    names = [field.name for field in dataclasses.fields(marker) if field.name != "objects"]
    content = {name: getattr(marker, name) for name in names}
    content["format"] = FORMAT
    return json.dumps(content, default=_plain, sort_keys=True)


def encode_objects(objects: t.Mapping[str, str]) -> str:
    """Return the text of the row ``finished``."""
    return json.dumps({"format": FORMAT, "objects": dict(objects)}, sort_keys=True)


def encode_taken_back(restored: Marker) -> str:
    """Return the text of a row ``taken_back`` for the restore that a rollback took back; ``tables`` if not of all."""
    tables = [*restored.tables, *restored.views] if restored.chosen else []
    return json.dumps({"format": FORMAT, "sha256": restored.sha256, "tables": tables}, sort_keys=True)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(type(value).__name__)


def decode(rows: t.Mapping[str, str]) -> Marker:
    """Return the marker of a table's rows by kind; Unreadable when it is anything else."""
    if KIND_RESTORE not in rows:
        raise Unreadable("it is empty")
    restored, objects = document(rows[KIND_RESTORE]), None
    if KIND_FINISHED in rows:
        objects = _Reader(document(rows[KIND_FINISHED])).texts("objects")
    marker = dataclasses.replace(decode_document(restored), objects=objects)
    for kind in sorted(rows):
        if kind.startswith(KIND_TAKEN_BACK):
            marker = _with_taken_back(marker, _Reader(document(rows[kind])))
    return marker


def _with_taken_back(marker: Marker, noted: _Reader) -> Marker:
    sha256, tables = noted.text("sha256"), [_text(name) for name in noted.items("tables")]
    if tables:
        return dataclasses.replace(marker, undone={**marker.undone, **dict.fromkeys(tables, sha256)})
    return dataclasses.replace(marker, taken_back=(*marker.taken_back, sha256))


def decode_document(document: Json) -> Marker:
    """Return the marker of the row ``restore``, as JSON already; Unreadable when it is anything else."""
    content = _Reader(document)
    previous = _previous(content.mapping("previous"))
    moves = tuple((str(a), str(b)) for a, b in map(_pair, content.items("moves")))
    return Marker(
        run=content.text("run"),
        sha256=content.text("sha256"),
        restored_at=content.text("restored_at"),
        version=content.text("version"),
        analysis=content.mapping("analysis"),
        tables={name: decode_fingerprint(value) for name, value in content.mapping("tables").items()},
        moves=moves,
        pending=tuple(map(_step, content.items("pending"))),
        previous=previous,
        views=tuple(_text(name) for name in content.items("views")),
        views_kept=tuple(_text(name) for name in content.items("views_kept")),
        errors=content.number("errors"),
        # Markers of before there was anything to neutralise have no such entry.
        neutralised=tuple(_text(name) for name in content.items("neutralised")) if "neutralised" in document else (),
        # Those of before a swap was taken back remember it for a rollback alone.
        gave_way=tuple(map(_step, content.items("gave_way"))) if "gave_way" in document else previous.restored,
        # Those of 1.0.0 do not say what follows, either.
        asked=content.texts("asked") if "asked" in document else {},
        kept=tuple(_text(name) for name in content.items("kept")) if "kept" in document else (),
        taken_back=(
            tuple(_text(sha256) for sha256 in content.items("taken_back"))
            if "taken_back" in document
            else _taken_back(moves, previous.marker)
        ),
        **_of_single_tables(content, document),
    )


def _of_single_tables(content: _Reader, document: Json) -> dict[str, t.Any]:
    """Return what a marker remembers where not all was restored at once; older ones know nothing of that."""
    found: dict[str, t.Any] = {
        name: content.texts(name) for name in ("undone", "triggers", "stayed") if name in document
    }
    for name in ("chosen", "lacks", "scope"):
        if name in document:
            found[name] = tuple(_text(one) for one in content.items(name))
    if "earlier" in document:
        found["earlier"] = tuple(decode_remembered(_mapping(one)) for one in content.items("earlier"))
    if "older" in document:
        found["older"] = tuple(_previous(_mapping(one)) for one in content.items("older"))
    if "made" in document:
        found["made"] = decode_made(content.mapping("made"))
    return found


def decode_made(document: Json) -> Made:
    """Return what was made; Unreadable when it is anything else."""
    content = _Reader(document)
    return Made(content.text("what"), content.text("name"), content.get("scratch") is True)


def _previous(document: Json) -> Previous:
    content = _Reader(document)
    return Previous(
        tables=content.texts("tables"),
        restored=tuple(map(_step, content.items("restored"))),
        marker=content.mapping("marker") if content.get("marker") is not None else None,
    )


def _taken_back(moves: t.Sequence[tuple[str, str]], before: Json | None) -> tuple[str, ...]:
    """Return what a marker of 1.0.0 knows of a rollback: its moves are such, and what went is remembered."""
    sha256 = (before or {}).get("sha256")
    way_back = any(is_between(source) for source, _target in moves)
    return (sha256,) if way_back and isinstance(sha256, str) and sha256 else ()


def document(text: str) -> Json:
    """Return the JSON of a row; Unreadable when it is anything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError, TypeError):
        raise Unreadable("it is no JSON") from None
    if not isinstance(document, dict):
        raise Unreadable("it has another shape")
    written = document.get("format")
    if isinstance(written, int) and written > FORMAT:
        version = document.get("version")
        raise Newer(version if isinstance(version, str) else "")
    if written != FORMAT or isinstance(written, bool):
        raise Unreadable("its format is no number of a version of this collection")
    return document


class _Reader:
    """Takes values out of JSON and proves their types."""

    def __init__(self, content: Json) -> None:
        self._content = content

    def get(self, name: str) -> t.Any:
        if name not in self._content:
            raise Unreadable(f"{name} is missing")
        return self._content[name]

    def text(self, name: str) -> str:
        return _text(self.get(name))

    def number(self, name: str) -> int:
        return _number(self.get(name))

    def mapping(self, name: str) -> Json:
        value = self.get(name)
        if not isinstance(value, dict):
            raise Unreadable(f"{name} has another shape")
        return value

    def texts(self, name: str) -> dict[str, str]:
        return {key: _text(value) for key, value in self.mapping(name).items()}

    def items(self, name: str) -> list[t.Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise Unreadable(f"{name} has another shape")
        return value


def _mapping(value: object) -> Json:
    if not isinstance(value, dict):
        raise Unreadable("a marker has another shape")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text has another type")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable("a number has another type")
    return value


def _pair(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unreadable("a move has another shape")
    return _text(value[0]), _text(value[1])


def decode_fingerprint(value: object) -> Fingerprint:
    """Return a fingerprint; Unreadable when it is anything else."""
    if not isinstance(value, dict):
        raise Unreadable("a fingerprint has another shape")
    reader = _Reader(value)
    measure = reader.text("measure") if "measure" in value else CHECKSUM_TABLE
    unwritten = reader.text("unwritten") if "unwritten" in value else ""
    return Fingerprint(reader.number("rows"), reader.number("checksum"), reader.text("definition"), measure, unwritten)


def _step(value: object) -> Step:
    if not isinstance(value, dict):
        raise Unreadable("a step has another shape")
    reader = _Reader(value)
    return Step(
        do=reader.text("do"),
        table=reader.text("table"),
        name=reader.text("name"),
        sql=reader.text("sql"),
        names=tuple(map(_text, reader.items("names"))),
        sql_mode=reader.text("sql_mode"),
        # Those of 2.0.0 and before do not say it.
        collation=reader.text("collation") if "collation" in value else "",
    )


Move = tuple[str, str]


def marker_document(marker: Marker | None) -> Json | None:
    """Return a marker to be remembered by the next one, None where there is none."""
    return None if marker is None else document_of(marker)


def document_of(marker: Marker) -> Json:
    """Return a marker to be remembered by the next one, without what it remembers itself."""
    plain = dataclasses.replace(
        marker, previous=Previous(), moves=(), pending=(), gave_way=(), scope=(), stayed={}, older=()
    )
    document: Json = json.loads(encode(plain))
    # With them it can be told later whether the generation is still as it was.
    document["objects"] = None if marker.objects is None else dict(marker.objects)
    return document


def decode_remembered(document: Json) -> Marker:
    """Return a marker that the next one remembers; Unreadable when it is anything else."""
    objects = _Reader(document).texts("objects") if document.get("objects") is not None else None
    return dataclasses.replace(decode_document(document), objects=objects)
