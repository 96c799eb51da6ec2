# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A backup on the controller: which file it is, its SHA-256, and a path from which it can be sent."""

from __future__ import annotations

import contextlib
import hashlib
import typing as t
from pathlib import Path

from ansible.errors import AnsibleError

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose, refuse_another
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.plugin_utils._controller import ansible_private
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file.digest_cache import DigestCache


class ControllerFile:
    """A file of the controller; one that is encrypted with Ansible's vault is decrypted in memory."""

    def __init__(self, path: str, loader: t.Any) -> None:
        self._path = Path(path)
        self._loader = loader
        with self._path.open("rb") as file:
            self.is_vault = ansible_private.is_vault(file)

    def sha256(self, checksum: str | None) -> str:
        """Return the SHA-256 of the backup; Failure checksum_mismatch when ``checksum`` declares another one.

        Raises Failure for a file that cannot be one, and when no vault password fits.
        """
        home = Path(ansible_private.ansible_home())
        digest = DigestCache(home / "cao_faktura" / "digests").digest(self._path, self._computed)
        refuse_another(str(self._path), digest, checksum)
        return digest

    def _computed(self) -> str:
        if self.is_vault:
            return hashlib.sha256(self.decrypted()).hexdigest()
        with choose(str(self._path)) as chosen:
            return chosen.sha256

    def decrypted(self) -> bytes:
        """Return the content of a file in a vault; Failure when no vault password fits."""
        where = f"{self._path} is encrypted with Ansible's vault, and"
        if not ansible_private.has_vault_password(self._loader):
            advice = "give it with --ask-vault-pass or --vault-password-file"
            raise Failure("password_required", f"{where} no vault password was given; {advice}.")
        try:
            return ansible_private.decrypt(self._loader, self._path.read_bytes())
        except AnsibleError:
            advice = "check them, and whether the file is whole"
            raise Failure("wrong_password", f"{where} no vault password given opens it; {advice}.") from None

    def to_send(self) -> contextlib.AbstractContextManager[str]:
        """Give a path to send from; of a file in a vault it is that of a temporary file of Ansible's, as with copy."""
        return ansible_private.real_file(self._loader, str(self._path))
