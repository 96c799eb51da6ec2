# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A module whose action plugin tells it more than the user's options."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import NOBODY, TOLD, Controller
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure


class CalledModule(AnsibleModule):
    """Takes ``controller`` out of what comes in before options are checked: no reference and no message has it."""

    controller: Controller = NOBODY
    # Nothing can be refused before the options are read.
    lost: Failure | None = None

    def _load_params(self) -> None:
        super()._load_params()
        told = self.params.pop(TOLD, None)
        if told is not None:
            self.controller = Controller(**told)
        if self.controller.secrets is not None:
            self._take_secrets(self.controller.secrets)

    def fail_json(self, *args: t.Any, **results: t.Any) -> t.NoReturn:
        """Fail as every module does; one that is stopped at its options leaves no folder that it had to work in."""
        if self.controller.folder is not None:
            # One that was begun in is not empty, and has its own end.
            with contextlib.suppress(OSError):
                Path(self.controller.folder).rmdir()
        super().fail_json(*args, **results)
        raise AssertionError("fail_json ends the module")

    def _take_secrets(self, pipe: str) -> None:
        from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.secrets import secrets_of

        try:
            self.params.update(secrets_of(pipe))
        except Failure as failure:
            self.lost = failure
            self.params.update(dict.fromkeys(self.controller.secret_names, ""))
