# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Option files as the clients of MySQL and MariaDB read them: what concerns a connection is honoured or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.option_file import (
    SWITCHES,
    WITH_VALUE,
    read_option_file,
)
from dumps import fails


def _read(folder: Path, text: str | bytes) -> dict[str, str]:
    path = folder / "my.cnf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_option_file(str(path))


def test_settings_of_the_client(tmp_path: Path) -> None:
    text = (
        "[mysqldump]\nquick\nuser = other\n[mysql]\npassword=other\n[mariadb-client]\nhost=other\n"
        '[client]\n# a comment\n; another\nUser = cao\npassword=\'100%s "#"\'\nssl_ca = "/a b"\nhost = \'\nport=\n'
        "no-auto-rehash\ndefault-character-set=latin1\ncompress\n"
        "[client]\nuser = root\n[client-mariadb]\nsocket=/s # the end\n[client-server]\r\nssl\r\n"
    )
    expected = {"user": "root", "password": '100%s "#"', "ssl-ca": "/a b", "host": "'", "port": "", "socket": "/s"}
    assert _read(tmp_path, text) == {**expected, "ssl": "1"}


def test_no_section_of_the_client(tmp_path: Path) -> None:
    assert _read(tmp_path, "[mysqld]\nskip-ssl\n") == {}
    assert _read(tmp_path, "") == {}


def test_a_password_is_the_bytes_that_stand_there(tmp_path: Path) -> None:
    found = _read(tmp_path, "[client]\npassword=pässw€rd\n".encode("cp1252"))["password"]
    assert found.encode("utf-8", "surrogateescape") == "pässw€rd".encode("cp1252")
    assert _read(tmp_path, "[client]\npassword=pässw€rd\n")["password"] == "pässw€rd"
    with fails("connection_failed", "the option user", "that is no text"):
        _read(tmp_path, "[client]\nuser=käthe\n".encode("cp1252"))


@pytest.mark.parametrize("name", sorted(SWITCHES))
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "1"),
        ("{}=1", "1"),
        ("{} = ON", "1"),
        ("{}=true", "1"),
        ("{}=0", "0"),
        ("{}=OFF", "0"),
        ("skip-{}", "0"),
        ("disable-{}", "0"),
        ("enable-{}", "1"),
        ("loose-{}=0", "0"),
        ("loose-skip-{}", "0"),
        ("skip-{}=0", "1"),
    ],
)
def test_what_is_on_or_off(tmp_path: Path, name: str, line: str, said: str) -> None:
    for spelled in (name, name.replace("-", "_")):
        assert _read(tmp_path, f"[client]\n{line.format(spelled)}\n") == {name: said}


@pytest.mark.parametrize(
    ("line", "option"),
    [
        *((name, name) for name in sorted(WITH_VALUE)),
        ("ssl-fp=00:11", "ssl-fp"),
        ("ssl_crl=/crl", "ssl_crl"),
        ("ssl-crlpath=/crl", "ssl-crlpath"),
        ("ssl-something-new", "ssl-something-new"),
        ("skip-ssl-something", "skip-ssl-something"),
        ("tls-ciphersuites=x", "tls-ciphersuites"),
        ("tls_sni_servername=x", "tls_sni_servername"),
        ("server-public-key-path=/key", "server-public-key-path"),
        ("bind-address=10.0.0.1", "bind-address"),
        ("password1=geheim", "password1"),
        # Clients take the beginning of a name for the whole.
        ("hos=other", "hos"),
        ("pass=geheim", "pass"),
        ("ssl-verify=1", "ssl-verify"),
        ("loose-ssl-mod=REQUIRED", "loose-ssl-mod"),
        ("ssl=perhaps", "ssl"),
        ("ssl=", "ssl"),
        ("ssl-verify-server-cert=VERIFY", "ssl-verify-server-cert"),
        ("host=a\x1b[2Jb", "host"),
    ],
)
def test_what_concerns_the_connection_is_refused_by_its_name(tmp_path: Path, line: str, option: str) -> None:
    with fails("connection_failed", f"the option {option} in the option file {tmp_path}/my.cnf"):
        _read(tmp_path, f"[client]\n{line}\n")


def test_no_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failure) as caught:
        _read(tmp_path, "[client]\npassword1=geheim\n")
    assert "geheim" not in caught.value.msg


def test_what_others_say_is_of_no_concern(tmp_path: Path) -> None:
    assert _read(tmp_path, "[mysqldump]\nssl-something\n[mysqld]\nssl-crl=/crl\n[client]\nuser=cao\n") == {
        "user": "cao"
    }


@pytest.mark.parametrize("text", ["user = cao\n", "[client\n", "[client]\nuser=cao\n[mysql\n"])
def test_what_cannot_be_understood(tmp_path: Path, text: str) -> None:
    with fails("connection_failed", "my.cnf cannot be understood in line"):
        _read(tmp_path, text)


def test_what_is_included_counts_where_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "b.cnf").write_text("[client]\nuser=b\nport=1\n")
    (folder / "a.cnf").write_text("[client]\nuser=a\npassword=geheim\n")
    (folder / "c.txt").write_text("[client]\nuser=c\n")
    (tmp_path / "one.cnf").write_text("[client]\nport=2\n[mysqld]\nport=3\n")
    text = (
        f"[client]\nuser=first\n!includedir {folder}\n!include\t{tmp_path / 'one.cnf'}\n"
        f"!include {tmp_path / 'no.cnf'}\n!nonsense\nhost=h\n"
    )
    assert _read(tmp_path, text) == {"user": "b", "port": "2", "password": "geheim", "host": "h"}
    with pytest.raises(FileNotFoundError):
        _read(tmp_path, f"!includedir {tmp_path / 'no.d'}\n")
    with fails("connection_failed", "more than 10 times"):
        _read(tmp_path, f"!include {tmp_path / 'my.cnf'}\n")
    (folder / "b.cnf").write_text("[client]\nssl-fp=1\n")
    with fails("connection_failed", f"the option ssl-fp in the option file {tmp_path}/my.cnf"):
        _read(tmp_path, text)


def test_what_everybody_may_write_is_no_option_file(tmp_path: Path) -> None:
    (tmp_path / "other.cnf").write_text("[client]\nhost=h\n")
    (tmp_path / "other.cnf").chmod(0o666)
    with fails("connection_failed", "other.cnf can be written by everybody"):
        read_option_file(str(tmp_path / "other.cnf"))
    with fails("connection_failed", f"{tmp_path}/my.cnf: {tmp_path}/other.cnf can be written by everybody"):
        _read(tmp_path, f"!include {tmp_path / 'other.cnf'}\n")
    (tmp_path / "other.cnf").chmod(0o664)
    assert read_option_file(str(tmp_path / "other.cnf")) == {"host": "h"}
    assert read_option_file("/dev/null") == {}
