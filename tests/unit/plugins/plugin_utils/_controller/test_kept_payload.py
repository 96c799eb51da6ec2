# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible sends of a module goes from run to run, and never when a source has changed."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.plugin_utils._controller import kept_payload as _kept_payload
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.kept_payload import (
    KeptPayload,
    sources,
    state_of,
)

_MODULE = "mandant_info"
_PLACE = "ansible_collections.cao.faktura.plugins.modules."
_FILE = f"{_PLACE}{_MODULE}-ZIP_DEFLATED-none"


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kept_payload, "SETTLED_SECONDS", -1.0)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder in which a run has kept its payload."""
    run = tmp_path / "run"
    run.mkdir()
    (run / _FILE).write_bytes(b"payload")
    for other in (
        f"{_FILE}.lock",
        f"{_FILE}-part",
        f"{_PLACE}{_MODULE}s-ZIP",
        "ansible.modules.ping-ZIP",
    ):
        (run / other).write_bytes(b"")
    folder = tmp_path / "home" / "payloads"
    KeptPayload(folder, run, _MODULE).keep("state")
    assert [path.name for path in folder.iterdir()] == [_FILE]
    return folder


def _brought(kept: Path, run: Path, state: str = "state") -> list[str]:
    run.mkdir(parents=True, exist_ok=True)
    KeptPayload(kept, run, _MODULE).bring(state)
    return [path.name for path in run.iterdir()]


def test_it_comes_into_the_next_run_as_it_was(kept: Path, tmp_path: Path) -> None:
    payload = KeptPayload(kept, tmp_path / "next", _MODULE)
    assert not payload.is_in_run()
    assert _brought(kept, tmp_path / "next") == [_FILE]
    assert payload.is_in_run()
    assert (tmp_path / "next" / _FILE).read_bytes() == b"payload"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept / _FILE).stat().st_mode) == 0o600


def test_another_state_is_not_brought_and_takes_its_place(kept: Path, tmp_path: Path) -> None:
    assert _brought(kept, tmp_path / "next", "another") == []
    (tmp_path / "next" / _FILE).write_bytes(b"made anew")
    KeptPayload(kept, tmp_path / "next", _MODULE).keep("another")
    assert _brought(kept, tmp_path / "third", "another") == [_FILE]
    assert (tmp_path / "third" / _FILE).read_bytes() == b"made anew"
    assert len(list(kept.iterdir())) == 1


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.chmod(0o620),
        lambda path: path.parent.chmod(0o702),
        _link,
        lambda path: path.write_bytes(b""),
        pytest.param(
            lambda path: os.chown(path, 65534, 65534),
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away"),
        ),
    ],
)
def test_what_another_could_write_is_not_brought(kept: Path, tmp_path: Path, spoil: t.Callable[[Path], object]) -> None:
    spoil(kept / _FILE)
    try:
        assert _brought(kept, tmp_path / "next") == []
    except OSError:
        assert list((tmp_path / "next").iterdir()) == []


def _add(folder: Path) -> None:
    (folder / "sub" / "new.py").touch()


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (lambda folder: (folder / "sub" / "one.py").write_text("B"), True),
        (lambda folder: (folder / "sub" / "one.py").unlink(), True),
        (lambda folder: (folder / "sub" / "one.py").rename(folder / "one.py"), True),
        (_add, True),
        (lambda folder: (folder / "README.md").touch(), False),
    ],
)
def test_every_source_counts(tmp_path: Path, change: t.Callable[[Path], object], counts: bool) -> None:
    folder = tmp_path / "sources"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "one.py").write_text("A")
    paths = [folder, tmp_path / "none"]
    before = state_of(paths)
    assert before is not None
    assert before == state_of(paths)
    change(folder)
    assert (state_of(paths) != before) is counts


def test_a_source_of_just_now_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kept_payload, "SETTLED_SECONDS", 600.0)
    (tmp_path / "one.py").touch()
    assert state_of([tmp_path]) is None


def test_the_sources_of_a_module_are_those_of_the_collection_and_of_ansible() -> None:
    found = list(sources(_MODULE))
    assert {"runtime.yml", "mandant_info.py"} <= {path.name for path in found if path.is_file()}
    folders = [path for path in found if path.is_dir()]
    assert any((folder / "_ansible" / "compiled_once.py").is_file() for folder in folders)
    assert any((folder / "basic.py").is_file() for folder in folders)
