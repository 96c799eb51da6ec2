# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a run did to the Mandanten as a page for people and as JSON for programs."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report
type: aggregate
short_description: Write what a run did to the Mandanten as an HTML page and as JSON
version_added: 1.0.0
author:
  - The cao.faktura authors (@cao-faktura)
description:
  - Listens to the results of the modules of this collection, in loops too, and writes one page about all hosts. It
    says what was wanted, found and done for each Mandant, and for each failure what to do.
  - The page is one HTML file that loads nothing from elsewhere, for screen and paper. Beside it lies the same as JSON.
  - It is written after each play and at the end of the run, whole or not at all. A run that is interrupted leaves the
    page of what was done until then. A run without tasks of this collection writes nothing.
  - It holds no rows and no secrets. Of tasks with C(no_log) it tells only whether they failed.
requirements:
  - It must be switched on, with C(callbacks_enabled) in C(ansible.cfg) or with E(ANSIBLE_CALLBACKS_ENABLED).
options:
  path:
    description:
      - Where the page goes; the JSON file has the same name with C(.json). Missing folders are made.
      - Placeholders of C(strftime), for example V(%Y-%m-%d_%H%M), stand for the start of the run.
    type: path
    default: cao-report.html
    ini:
      - section: callback_cao_faktura_report
        key: path
    env:
      - name: CAO_FAKTURA_REPORT_PATH
    vars:
      - name: cao_report_path
  formats:
    description: Which files are written.
    type: list
    elements: str
    choices: [html, json]
    default: [html, json]
    ini:
      - section: callback_cao_faktura_report
        key: formats
    env:
      - name: CAO_FAKTURA_REPORT_FORMATS
    vars:
      - name: cao_report_formats
  language:
    description: Language of the page. With V(auto) that of the controller's locale, English for any but German.
    type: str
    choices: [auto, de, en]
    default: auto
    ini:
      - section: callback_cao_faktura_report
        key: language
    env:
      - name: CAO_FAKTURA_REPORT_LANGUAGE
    vars:
      - name: cao_report_language
  title:
    description: Heading of the page, for example the name of the customer or of the job.
    type: str
    default: ''
    ini:
      - section: callback_cao_faktura_report
        key: title
    env:
      - name: CAO_FAKTURA_REPORT_TITLE
    vars:
      - name: cao_report_title
  mode:
    description: Permissions of the files, in octal digits.
    type: str
    default: '0600'
    ini:
      - section: callback_cao_faktura_report
        key: mode
    env:
      - name: CAO_FAKTURA_REPORT_MODE
    vars:
      - name: cao_report_mode
  metrics_path:
    description:
      - Where metrics go, as OpenMetrics text for the textfile collector of Prometheus' C(node_exporter). Its name ends
        in C(.prom) then, and everybody may read it. Empty for none.
      - It is written at the end of a run that is no check mode. What a run does not tell stays as the file has it, so
        that several playbooks may share one file. What M(cao.faktura.mandant_remove) removes is taken out.
    # Not path: of an empty one that makes the folder in which Ansible runs.
    type: str
    default: ''
    version_added: 2.0.0
    ini:
      - section: callback_cao_faktura_report
        key: metrics_path
    env:
      - name: CAO_FAKTURA_REPORT_METRICS_PATH
    vars:
      - name: cao_report_metrics_path
notes:
  - The variables are read from the play and from extra variables (C(-e), and so from AWX), not from the inventory.
  - With ansible-core 2.21 and newer it sets the environment variable C(ANSIBLE_INJECT_INVOCATION) to V(true), unless it
    is set, so that results tell the options that came by defaults.
"""

EXAMPLES = r"""
ansible.cfg: |
  [defaults]
  callbacks_enabled = cao.faktura.report

  [callback_cao_faktura_report]
  path = /srv/reports/%Y-%m-%d.html
  language = de

shell: |
  ANSIBLE_CALLBACKS_ENABLED=cao.faktura.report ansible-playbook restore.yml -e cao_report_title="Musterladen"
"""

import atexit
import os
import typing as t
from pathlib import Path

from ansible.plugins.callback import CallbackBase

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import failed_hosts, playbook_path
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.oldest_core import too_old_core
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import State
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.recorder import Recorder
from ansible_collections.cao.faktura.plugins.plugin_utils._report.settings import Settings, read_settings
from ansible_collections.cao.faktura.plugins.plugin_utils._report.write import write_report


class CallbackModule(CallbackBase):
    """Hands every result to the recorder and has the report written."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "cao.faktura.report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._recorder = Recorder()
        self._settings: Settings | None = None
        self._process = os.getpid()
        told = too_old_core()
        if told is not None:
            self._display.warning(f"{told}. No report is written.")
            self.disabled = True

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        self._recorder.playbook(Path(playbook_path(playbook)).name)
        atexit.register(self._interrupted)
        # From ansible-core 2.21 on results name the options that came by defaults only where that is asked for.
        os.environ.setdefault("ANSIBLE_INJECT_INVOCATION", "true")

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self._write("running")
        self._settings = read_settings(self, play)
        self._recorder.play(play, check_mode=self._settings.check_mode)

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._recorder.start(host.get_name(), task)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._recorder.result(result, "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._recorder.result(result, "failed", ignored=ignore_errors)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._recorder.result(result, "unreachable")

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        self._recorder.result(result, "ok")

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        self._recorder.result(result, "unreachable" if result.is_unreachable() else "failed")

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._recorder.end(failed_hosts(stats))
        self._write("finished")
        self._settings = None

    def _interrupted(self) -> None:
        # Workers are forks; only the process that was told of the results may write them.
        if os.getpid() == self._process:
            self._write("interrupted")

    def _write(self, state: State) -> None:
        settings = self._settings
        if settings is None or not self._recorder.concerned:
            return
        try:
            paths = write_report(self._recorder, settings, state)
        except OSError as exc:
            self._display.warning(f"The report could not be written to {settings.path}: {exc.strerror}.")
        else:
            if state != "running":
                self._display.display(f"Report: {', '.join(paths)}")
