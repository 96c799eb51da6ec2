# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported from a ZIP of sources, as Ansible sends a module, is compiled once and is else as it was."""

from __future__ import annotations

import collections
import json
import os
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path

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
    compiled.append(str(path))
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
compiled = [path for path in compiled[len(before):] if path.startswith(sys.argv[1])]
print(json.dumps([compiled, files, packages, told, missing]))
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


def _run(path: Path, how: str) -> list[t.Any]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", _RUN, str(path), how]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[t.Any] = json.loads(done.stdout)
    return found


def test_once_and_else_alike(tmp_path: Path) -> None:
    path = _packed(tmp_path)
    compiled, files, packages, *told = _run(path, "once")
    _often, usual_files, usual_packages, *usual_told = _run(path, "as usual")
    assert set(collections.Counter(compiled).values()) == {1}
    mine = {name: file for name, file in files.items() if "_ansible" not in name}
    assert mine == usual_files
    assert [name for name in packages if "_ansible" not in name] == usual_packages
    assert told == usual_told
    assert "raise ValueError('here')" in told[0]


def test_where_there_is_no_zip_nothing_changes() -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._ansible import compiled_once

    assert not [hook for hook in sys.path_hooks if getattr(hook, "__module__", "") == compiled_once.__name__]
    assert not [one for one in sys.path_importer_cache.values() if type(one).__module__ == compiled_once.__name__]
