# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A marker comes back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Fingerprint,
    Made,
    Marker,
    Previous,
    Step,
    Unreadable,
    decode,
    encode,
    encode_objects,
)

_TEXT = st.text(max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=8,
)
_STEPS = st.lists(
    st.builds(
        Step,
        do=_TEXT,
        table=_TEXT,
        name=_TEXT,
        sql=_TEXT,
        names=st.lists(_TEXT).map(tuple),
        sql_mode=_TEXT,
        collation=_TEXT,
    ),
    max_size=3,
).map(tuple)
_MARKERS = st.builds(
    Marker,
    run=_TEXT,
    sha256=_TEXT,
    restored_at=_TEXT,
    version=_TEXT,
    analysis=st.dictionaries(_TEXT, _JSON, max_size=3),
    tables=st.dictionaries(
        _TEXT, st.builds(Fingerprint, rows=st.integers(0), checksum=st.integers(), definition=_TEXT), max_size=3
    ),
    moves=st.lists(st.tuples(_TEXT, _TEXT), max_size=3).map(tuple),
    pending=_STEPS,
    previous=st.builds(
        Previous,
        tables=st.dictionaries(_TEXT, _TEXT, max_size=3),
        restored=_STEPS,
        marker=st.none() | st.dictionaries(_TEXT, _JSON, max_size=2),
    ),
    views=st.lists(_TEXT, max_size=2).map(tuple),
    views_kept=st.lists(_TEXT, max_size=2).map(tuple),
    errors=st.integers(0),
    neutralised=st.lists(_TEXT, max_size=2).map(tuple),
    objects=st.none() | st.dictionaries(_TEXT, _TEXT, max_size=3),
)
EXAMPLE = Marker(
    "r", "s", "2026-01-01T00:00:00Z", "1.0.0", {}, {"A": Fingerprint(1, 2, "d")}, pending=(Step("drop_tables"),)
)


def _rows(marker: Marker) -> dict[str, str]:
    rows = {markers.KIND_RESTORE: encode(marker)}
    if marker.objects is not None:
        rows[markers.KIND_FINISHED] = encode_objects(marker.objects)
    return rows


@given(_MARKERS)
def test_round_trip(marker: Marker) -> None:
    rows = _rows(marker)
    assert all(text.isascii() for text in rows.values())
    assert decode(rows) == marker
    assert decode(rows).finished == (marker.objects is not None)


@given(
    st.dictionaries(
        st.sampled_from([markers.KIND_RESTORE, markers.KIND_FINISHED, "x"]), st.text() | _JSON.map(json.dumps)
    )
)
def test_anything_else_is_unreadable(rows: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        decode(rows)


@given(
    field=st.sampled_from([field.name for field in dataclasses.fields(Marker) if field.name != "objects"]), value=_JSON
)
def test_a_field_of_another_type_is_never_a_crash(field: str, value: object) -> None:
    document = json.loads(encode(EXAMPLE))
    document[field] = value
    with contextlib.suppress(Unreadable):
        assert decode({markers.KIND_RESTORE: json.dumps(document)}).objects is None


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"format": True},
        {"format": "99"},
        {"moves": [["a"]]},
        {"moves": ["ab"]},
        {"tables": {"A": {"rows": "1", "checksum": 1, "definition": "d"}}},
        {"tables": {"A": 1}},
        {"pending": [1]},
        {"pending": [{"do": "x"}]},
        {"previous": {}},
        {"errors": True},
        {"neutralised": "mail"},
    ],
)
def test_wrong_shapes(change: dict[str, t.Any]) -> None:
    document = {**json.loads(encode(EXAMPLE)), **change}
    with pytest.raises(Unreadable):
        decode({markers.KIND_RESTORE: json.dumps(document)})


_PARTS = ("undone", "triggers", "chosen", "lacks", "scope", "stayed", "earlier", "older")


def test_a_marker_of_before_single_tables_were_restored() -> None:
    document = json.loads(encode(EXAMPLE))
    for name in _PARTS:
        del document[name]
    assert decode({markers.KIND_RESTORE: json.dumps(document)}) == EXAMPLE


@given(_MARKERS, _MARKERS)
def test_restores_before_and_generations_that_stay_aside(marker: Marker, before: Marker) -> None:
    plain = dataclasses.replace(before, objects={"trigger:tr": "x"})
    marker = dataclasses.replace(
        marker, earlier=(plain,), older=(before.previous,), scope=("A",), undone={"A": "ab"}, stayed={"view:V": "x"}
    )
    assert decode(_rows(marker)) == marker


@pytest.mark.parametrize("name", _PARTS)
@pytest.mark.parametrize("value", [1, "A", [1], {"A": 1}, [[]]])
def test_wrong_shapes_of_single_tables(name: str, value: object) -> None:
    document = {**json.loads(encode(EXAMPLE)), name: value}
    with pytest.raises(Unreadable):
        decode({markers.KIND_RESTORE: json.dumps(document)})


def test_a_marker_of_before_there_were_groups() -> None:
    document = json.loads(encode(EXAMPLE))
    del document["neutralised"]
    assert decode({markers.KIND_RESTORE: json.dumps(document)}) == EXAMPLE


def test_a_marker_of_before_steps_had_a_collation() -> None:
    marker = dataclasses.replace(EXAMPLE, pending=(Step("create_view", name="V", sql="CREATE VIEW V AS SELECT 1"),))
    document = json.loads(encode(marker))
    del document["pending"][0]["collation"]
    assert decode({markers.KIND_RESTORE: json.dumps(document)}) == marker


# What a marker of format 1 has. A field more: may version 2.0.0 pass it over without harm, whatever it holds? Then it
# is named here, too. Else FORMAT grows with it, so that earlier versions leave the Mandant alone.
FIELDS: dict[type, str] = {
    Marker: "run sha256 restored_at version analysis tables moves pending previous views views_kept errors neutralised "
    "gave_way asked kept taken_back undone triggers chosen lacks scope stayed earlier older made objects",
    Previous: "tables restored marker",
    Made: "what name scratch",
    Step: "do table name sql names sql_mode collation",
    Fingerprint: "rows checksum definition measure unwritten",
}


@pytest.mark.parametrize("kind", FIELDS)
def test_what_earlier_versions_may_pass_over(kind: t.Any) -> None:
    assert markers.FORMAT == 1
    assert [field.name for field in dataclasses.fields(kind)] == FIELDS[kind].split()


@pytest.mark.parametrize("row", [markers.KIND_RESTORE, markers.KIND_FINISHED, markers.KIND_TAKEN_BACK + "ab"])
def test_a_row_of_a_later_version_is_told_as_such(row: str) -> None:
    rows = {**_rows(dataclasses.replace(EXAMPLE, objects={})), row: json.dumps({"format": markers.FORMAT + 1})}
    with pytest.raises(markers.Newer):
        decode(rows)


@pytest.mark.parametrize("version", ["9.0.0", "", None, 9])
def test_which_version_that_was(version: object) -> None:
    document = {**json.loads(encode(EXAMPLE)), "format": 99, "version": version}
    with pytest.raises(markers.Newer) as raised:
        decode({markers.KIND_RESTORE: json.dumps(document)})
    assert raised.value.version == (version if isinstance(version, str) else "")
