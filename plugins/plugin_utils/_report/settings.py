# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The settings of the report: from configuration and environment, and from the variables of a play."""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t
from pathlib import Path

from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import (
    is_check_run,
    loader_of,
    variables_of,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language, language_of

_VARIABLES = tuple(f"cao_report_{name}" for name in ("path", "formats", "language", "title", "mode", "metrics_path"))
_MODE = re.compile(r"0?[0-7]{3}")
_OWNER_ONLY = 0o600


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the options of the callback come to; ``path`` still has its placeholders of strftime."""

    path: str
    formats: tuple[str, ...]
    language: Language
    title: str
    mode: int
    check_mode: bool
    metrics_path: str = ""

    def files(self, moment: t.Any) -> dict[str, Path]:
        """Return the paths of the wanted files by their format; ``moment`` fills the placeholders."""
        page = Path(moment.strftime(self.path))
        return {name: page if name == "html" else page.with_suffix(".json") for name in self.formats}


def read_settings(callback: t.Any, play: t.Any) -> Settings:
    """Return the settings for a play; its variables and extra variables win over configuration and environment."""
    variables = variables_of(play)
    templar = Templar(loader=loader_of(play), variables=variables)
    told = {name: templar.template(variables[name]) for name in _VARIABLES if name in variables}
    callback.set_options(var_options=told)
    mode = str(callback.get_option("mode"))
    metrics = str(callback.get_option("metrics_path") or "")
    if not _MODE.fullmatch(mode):
        Display().warning(f"The report's mode {mode!r} is not three octal digits such as 0640: 0600 is used.")
    return Settings(
        path=str(callback.get_option("path")),
        formats=tuple(callback.get_option("formats")),
        language=language_of(str(callback.get_option("language")), os.environ),
        title=str(callback.get_option("title") or ""),
        mode=int(mode, 8) if _MODE.fullmatch(mode) else _OWNER_ONLY,
        check_mode=is_check_run(),
        metrics_path=str(Path(metrics).expanduser()) if metrics else "",
    )
