# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Writes the report's files, each whole or not at all, and readable for nobody else before it is."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import State
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.recorder import Recorder
from ansible_collections.cao.faktura.plugins.plugin_utils._report.metrics import write_metrics
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page
from ansible_collections.cao.faktura.plugins.plugin_utils._report.settings import Settings


def write_report(recorder: Recorder, settings: Settings, state: State) -> list[str]:
    """Write the wanted files and return their paths; OSError where one cannot be written."""
    document = recorder.document(title=settings.title, state=state)
    files = settings.files(recorder.started)
    for name, path in files.items():
        text = render_page(document, settings.language) if name == "html" else _as_json(document)
        write_whole(path, text, settings.mode)
    paths = [str(path) for path in files.values()]
    # A run that only forecasts has proven nothing, and one that goes on tells at its end.
    if settings.metrics_path and state != "running" and not settings.check_mode:
        metrics = Path(recorder.started.strftime(settings.metrics_path))
        write_metrics(document, metrics, write_whole)
        paths.append(str(metrics))
    return paths


def _as_json(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_whole(path: Path, text: str, mode: int) -> None:
    """Write a text file with the mode, by a temporary file in the same folder; missing folders are made.

    Raises OSError; then what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
