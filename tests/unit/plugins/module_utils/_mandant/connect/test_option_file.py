# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Option files as the clients of MySQL and MariaDB read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.option_file import read_option_file


def _read(folder: Path, text: str) -> dict[str, str]:
    path = folder / "my.cnf"
    path.write_text(text, encoding="utf-8")
    return read_option_file(str(path))


def test_settings_of_the_client(tmp_path: Path) -> None:
    text = (
        "!includedir /etc/nowhere\n"
        "[mysqldump]\nquick\nuser = other\n"
        '[client]\n# a comment\nUser = cao\npassword=\'100%s "#"\'\nssl_ca = "/a b"\nhost = \'\nport=\n'
        "[client]\nuser = root\n"
    )
    expected = {"user": "root", "password": '100%s "#"', "ssl-ca": "/a b", "host": "'", "port": ""}
    assert _read(tmp_path, text) == expected


def test_no_section_of_the_client(tmp_path: Path) -> None:
    assert _read(tmp_path, "[mysqld]\nskip-ssl\n") == {}


@pytest.mark.parametrize("text", ["user = cao\n", "[client]\nssl\n", "[client\n", "[client]\nquick\n  more\n"])
def test_what_cannot_be_understood(tmp_path: Path, text: str) -> None:
    with pytest.raises(Failure, match=r"my\.cnf cannot be understood") as caught:
        _read(tmp_path, text)
    assert caught.value.error == "connection_failed"
