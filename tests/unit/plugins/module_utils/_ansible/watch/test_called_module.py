# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller tells a module is no option: no message and no reference names it, no result shows it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.basic import AnsibleModule

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import TOLD
from module_process import answer_of

TREE = Path(__file__).resolve().parents[6]
SPECS = [name for name in vars(argument_spec) if name.endswith("_spec") and name.startswith(("mandant_", "backup_i"))]
DUMP = "# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :X\r\n#\r\ncreate table A (\r\n  B int\r\n);\r\n"


@pytest.mark.parametrize("spec", SPECS)
def test_no_option_is_private(spec: str) -> None:
    assert not [name for name in getattr(argument_spec, spec)() if name.startswith("_")]


@pytest.mark.parametrize("folder", ["modules", "doc_fragments"])
def test_the_reference_shows_nothing_private(folder: str) -> None:
    for path in (TREE / "plugins" / folder).glob("*.py"):
        assert not re.search(r"^ +_\w+:$", path.read_text(encoding="utf-8"), re.MULTILINE), path


@pytest.mark.parametrize("module", ["backup_info", "mandant_compare", "mandant_restore"])
@pytest.mark.parametrize("told", [{}, {TOLD: {"source": "/home/a.sql"}}])
def test_a_misspelled_option_is_told_with_those_that_there_are(module: str, told: dict[str, t.Any]) -> None:
    answer = answer_of(module, file="/srv/a.zip", mandant="cao", pasword="x", **told)
    assert answer["failed"]
    listed = re.search(r"Supported parameters include: (.*?)\.?$", answer["msg"])
    assert listed is not None
    names = re.findall(r"\w+", re.sub(r"\(.*?\)", "", listed[1]))
    assert names == sorted(getattr(argument_spec, f"{module}_spec")())
    assert ("mandant" in answer["msg"].partition("Supported")[0]) == (module == "backup_info")


@pytest.mark.parametrize("module", ["backup_info", "mandant_compare", "mandant_restore"])
@pytest.mark.parametrize("wrong", [{"pasword": "x"}, {"newest": "perhaps"}], ids=str)
def test_a_module_that_is_stopped_at_its_options_leaves_no_folder(
    tmp_path: Path, module: str, wrong: dict[str, t.Any]
) -> None:
    """Under a task's own async nobody else takes it away; one that others work in stays."""
    empty, used = tmp_path / "ansible-cao-faktura-a", tmp_path / "ansible-cao-faktura-b"
    for folder in (empty, used):
        folder.mkdir(mode=0o700)
        if folder == used:
            (used / "alive").touch()
        given = {"file": "/srv/a.zip", "mandant": "cao", **wrong, TOLD: {"folder": str(folder)}}
        if module == "backup_info":
            del given["mandant"]
        assert answer_of(module, **given)["failed"]
    assert not empty.exists()
    assert used.exists()


def test_what_was_told_is_in_no_result(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(DUMP.encode())
    answer = answer_of("backup_info", file=str(path), remote_src=True, **{TOLD: {"source": "/home/a.sql"}})
    assert answer["analysis"]["file"]["path"] == "/home/a.sql"
    assert not [name for name in answer["invocation"]["module_args"] if name.startswith("_")]


def test_ansible_core_lets_a_module_read_what_comes_in() -> None:
    """It says so of _load_params, and promises nothing: who has it overridden asks whether it is still called."""
    assert "_load_params" in AnsibleModule.__init__.__code__.co_names
    assert "_load_params" in vars(CalledModule)
