# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported from a ZIP of sources, as Ansible sends a module, is compiled once and is else as it was.

What came of it is kept for the next run, and believed only where it is the user's own and of the same source.
"""

from __future__ import annotations

import collections
import json
import os
import stat
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path

import pytest

_ROOM = "ansible_collections/cao/faktura/plugins/module_utils/"
_SOURCES = {
    f"{_ROOM}_mandant/__init__.py": "",
    f"{_ROOM}_mandant/wanted.py": "def fail():\n    raise ValueError('here')\n",
    f"{_ROOM}_mandant/connect/__init__.py": "FROM_PACKAGE = 1\n",
    f"{_ROOM}_mandant/connect/lock.py": "from ..wanted import fail\n",
    "other/__init__.py": "",
    "other/late.py": "LATE = 1\n",
}
_RUN = """
import builtins, json, sys, traceback
compiled, real = [], builtins.compile
def noting(source, path, *rest, **named):
    if source:
        compiled.append(str(path).removeprefix(sys.argv[1] + "/"))
    return real(source, path, *rest, **named)
builtins.compile = noting
sys.path.insert(0, sys.argv[1])
base = "ansible_collections.cao.faktura.plugins.module_utils."
if sys.argv[2] == "once":
    __import__(base + "_ansible.compiled_once")
before = list(compiled)
names = [base + "_mandant.connect.lock", "other.late"]
for name in names:
    __import__(name)
try:
    sys.modules[names[0]].fail()
except ValueError:
    told = traceback.format_exc()
files = {name: str(getattr(one, "__file__", "")) for name, one in sys.modules.items()}
files = {name: file for name, file in files.items() if file.startswith(sys.argv[1])}
packages = sorted(name for name in files if hasattr(sys.modules[name], "__path__"))
try:
    import other.missing
except ModuleNotFoundError as exc:
    missing = str(exc)
compiled = [path for path in compiled[len(before):] if path.startswith(("ansible_collections", "other"))]
print(json.dumps([compiled, files, packages, told.replace(sys.argv[1] + "/", ""), missing]))
"""


def _packed(folder: Path) -> Path:
    from ansible_collections.cao.faktura.plugins.module_utils._ansible import compiled_once

    path = folder / "payload.zip"
    sources = {
        **_SOURCES,
        f"{_ROOM}_ansible/compiled_once.py": Path(compiled_once.__file__).read_text(encoding="utf-8"),
    }
    for name in list(sources):
        for parent in Path(name).parents[:-1]:
            sources.setdefault(f"{parent.as_posix()}/__init__.py", "")
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in sources.items():
            archive.writestr(name, text)
    return path


def _run(path: Path, how: str, home: Path, **more: str) -> list[t.Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-c", _RUN, str(path), how]
    done = subprocess.run(
        command, env={**environment, "HOME": str(home), **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[t.Any] = json.loads(done.stdout)
    return found


def _kept(home: Path) -> list[Path]:
    return sorted((home / ".ansible" / "cao_faktura").rglob("*.*"))


def test_once_and_else_alike(tmp_path: Path) -> None:
    path = _packed(tmp_path)
    compiled, files, packages, *told = _run(path, "once", tmp_path)
    _often, usual_files, usual_packages, *usual_told = _run(path, "as usual", tmp_path)
    assert set(collections.Counter(compiled).values()) == {1}
    mine = {name: file for name, file in files.items() if "_ansible" not in name}
    assert mine == usual_files
    assert [name for name in packages if "_ansible" not in name] == usual_packages
    assert told == usual_told
    assert "raise ValueError('here')" in told[0]


def test_a_second_run_compiles_nothing_and_is_alike(tmp_path: Path) -> None:
    path = _packed(tmp_path)
    first, second = (_run(path, "once", tmp_path) for _run_ in range(2))
    assert first[0]
    assert second[0] == []
    assert second[1:] == first[1:]
    names = {one.name for one in _kept(tmp_path)}
    assert {"other.late", "ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted"} <= names
    folder = _kept(tmp_path)[0].parent
    assert {stat.S_IMODE(one.stat().st_mode) for one in _kept(tmp_path)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_source_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _run(_packed(tmp_path), "once", tmp_path)
    monkeypatch.setitem(_SOURCES, "other/late.py", "LATE = 2\n")
    assert _run(_packed(tmp_path), "once", tmp_path)[0] == ["other/late.py"]
    assert _run(_packed(tmp_path), "once", tmp_path) == [[], *before[1:]]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _change(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _give_away(path: Path) -> None:
    os.chown(path, 65534, 65534)


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _change,
        lambda path: path.write_bytes(b""),
        lambda path: path.chmod(0o620),
        lambda path: path.chmod(0o602),
        lambda path: path.parent.chmod(0o770),
        lambda path: path.parent.chmod(0o702),
        _link,
        pytest.param(_give_away, marks=pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")),
        pytest.param(
            lambda path: _give_away(path.parent),
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away"),
        ),
    ],
)
def test_what_is_not_the_users_own_and_whole_is_not_believed(tmp_path: Path, spoil: t.Callable[[Path], object]) -> None:
    path = _packed(tmp_path)
    first = _run(path, "once", tmp_path)
    (late,) = (one for one in _kept(tmp_path) if one.name == "other.late")
    spoil(late)
    again = _run(path, "once", tmp_path)
    assert "other/late.py" in again[0]
    assert again[1:] == first[1:]


def test_nothing_is_kept_where_python_is_to_write_nothing(tmp_path: Path) -> None:
    first = _run(_packed(tmp_path), "once", tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert first[0]
    assert _kept(tmp_path) == []


def test_a_home_that_is_none_is_no_fault(tmp_path: Path) -> None:
    path = _packed(tmp_path)
    (tmp_path / "home").touch()
    assert _run(path, "once", tmp_path / "home")[1:] == _run(path, "once", tmp_path)[1:]


def test_where_there_is_no_zip_nothing_changes() -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._ansible import compiled_once

    assert not [hook for hook in sys.path_hooks if getattr(hook, "__module__", "") == compiled_once.__name__]
    assert not [one for one in sys.path_importer_cache.values() if type(one).__module__ == compiled_once.__name__]
