# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option file says to the collection what it says to the client that the server's packages have."""

from __future__ import annotations

import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.option_file import read_option_file

CLIENT = shutil.which("my_print_defaults")
pytestmark = pytest.mark.skipif(CLIENT is None, reason="my_print_defaults says what a client reads")
GROUPS = ("client", "client-server", "client-mariadb")
VALUES = (
    "plain", "'quoted'", '"quoted"', "'a b'", '"a\\"b"', "'it\\'s'", "a\\sb", "'a\\nb'", '"a\\tb"', "a\\\\b", "a\\xb",
    "a\\", "'a\\'", "a#b", "a #b", "'a#b'", '"a#b" # c', "'a'#b", "a'b#c'd", "'", '"', "''", '""', "'a\"", "a=b", "=a",
    "a;b", "; a", "  a  ", "\ta\t", "ä€", "'ä' 'ö'", "a'b", "\\'a\\'", "\"a'b\"", "'a\"b#'c", "%s", "100%", "$HOME",
)  # fmt: skip


def _client(path: Path) -> dict[str, str] | None:
    """Return the options that the client finds, None where it gives up."""
    done = subprocess.run([str(CLIENT), f"--defaults-file={path}", *GROUPS], capture_output=True, check=False)
    if done.returncode:
        return None
    # A value may have a line end in it, and no name begins like the next option.
    parts = done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n--")
    options = [part.partition("=") for part in parts if part]
    return {name.removeprefix("--").replace("_", "-"): value for name, _equals, value in options}


def _ours(path: Path) -> dict[str, str] | None:
    try:
        return read_option_file(str(path))
    except (Failure, OSError):
        return None


@pytest.mark.parametrize("value", VALUES)
def test_values(tmp_path: Path, value: str) -> None:
    path = tmp_path / "my.cnf"
    for line in (f"password={value}", f" password = {value}", f"password\t=\t{value}\r"):
        path.write_text(f"[client]\n{line}\nuser=cao\n", newline="")
        found = _client(path)
        assert found is not None
        assert _ours(path) == found


@pytest.mark.parametrize(
    "text",
    [
        "[client]\nuser=a\n[client-mariadb]\nuser=b\n[client]\nport=1\n",
        "[client-server]\nuser=a\n[mysql]\nuser=b\n[mariadb]\nuser=c\n[clients]\nuser=d\n[ client]\nuser=e\n",
        "[client ]\nuser=a\n[client] # why\nport=1\n",
        "[client]x\nuser=a\n",
        "user=a\n[client]\n",
        "[client\nuser=a\n",
        "# user=a\n;user=b\n\n  # c\n[client]\n#user=d\n;user=e\nuser=f\n",
        "[client]\n!include {folder}/one.cnf\nuser=a\n",
        "[client]\nuser=a\n!include {folder}/one.cnf\nport=5\n",
        "[client]\nuser=a\n!includedir {folder}\nport=5\n",
        "  !  include {folder}/one.cnf\n",
        "!include {folder}/missing.cnf\n[client]\nuser=a\n",
        "!includedir {folder}/missing\n[client]\nuser=a\n",
        "!includefile {folder}/one.cnf\n[client]\nuser=a\n",
        "!include\n[client]\nuser=a\n",
        "! includedir \n[client]\nuser=a\n",
        "!unknown\n[client]\nuser=a\n",
        "[client]\nssl_ca=/a\nuser=a\n",
        "[client]\nuser=\nport = \n",
        "\ufeff[client]\nuser=a\n",
        "",
    ],
)
def test_files(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "one.cnf").write_text("[client]\nuser=one\nhost=h\n[mysqld]\nuser=no\n")
    (folder / "two.cnf").write_text("[client-mariadb]\nuser=two\n")
    (folder / "three.ini").write_text("[client]\nuser=three\n")
    path = tmp_path / "my.cnf"
    path.write_text(text.format(folder=folder))
    assert _ours(path) == _client(path)


@pytest.fixture(scope="module")
def option_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("options") / "my.cnf"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=st.text(st.sampled_from("ab#;='\"\\ \tnts[]!€"), max_size=12))
def test_any_value(option_file: Path, value: str) -> None:
    option_file.write_text(f"[client]\npassword={value}\nuser=cao\n")
    found: t.Any = _client(option_file)
    assert _ours(option_file) == found
