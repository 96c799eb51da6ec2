# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a connection imports, in a process of its own as a module has it."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CONNECT = """
import sys

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

try:
    # Nobody listens on port 1.
    connect(Login(host="127.0.0.1", port=1, user="cao"))
except Failure as failure:
    assert failure.error == "connection_failed", failure.error
assert "pymysql.connections" in sys.modules
assert not [name for name in sys.modules if name.startswith("cryptography")]
"""

_ENCRYPT = """
from pymysql import _auth

password, salt = b"geheim", b"abcdefghijklmnopqrst"
for _time in range(2):
    try:
        _auth.sha2_rsa_encrypt(password, salt, b"no key")
    except ValueError:
        assert "cryptography" in sys.modules
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    sent = _auth.sha2_rsa_encrypt(password, salt, public)
    plain = key.decrypt(sent, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))
    assert bytes(one ^ other for one, other in zip(plain, salt)) == password + bytes(1), plain
print("good")
"""

_ENCRYPT_WITHOUT = """
from pymysql import _auth

sys.modules["cryptography"] = None
try:
    _auth.sha2_rsa_encrypt(b"geheim", b"salt", b"key")
except RuntimeError as exc:
    assert "cryptography" in str(exc), exc
    print("good")
"""


@pytest.mark.parametrize("encrypt", [_ENCRYPT, _ENCRYPT_WITHOUT])
def test_cryptography_comes_for_the_account_that_needs_it(encrypt: str) -> None:
    command = [sys.executable, "-c", _CONNECT + encrypt]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr
