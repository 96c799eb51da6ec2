# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example for monitoring: rules ask for metrics that there are, units and schedules can be read."""

from __future__ import annotations

import configparser
import datetime
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from ansible_collections.cao.faktura.plugins.plugin_utils._report.metrics import FAMILIES, PREFIX

TREE = Path(__file__).resolve().parents[2]
EXAMPLE = TREE / "examples" / "monitoring"
UNITS = sorted(path.name for path in EXAMPLE.iterdir() if path.suffix in (".service", ".timer"))


def test_rules_ask_for_metrics_that_there_are() -> None:
    (group,) = yaml.safe_load((EXAMPLE / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    asked = {name for rule in group["rules"] for name in re.findall(rf"{PREFIX}(\w+)", rule["expr"])}
    assert asked <= set(FAMILIES)
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert re.fullmatch(r"(Cao[A-Z]\w+)", rule["alert"])
        assert rule["annotations"]["summary"]


@pytest.mark.parametrize("name", UNITS)
def test_units(name: str) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(EXAMPLE / name)
    if name.endswith(".timer"):
        assert f"{Path(name).stem}.service" in UNITS
        moment = unit["Timer"]["OnCalendar"].split()[1]
        assert datetime.time.fromisoformat(moment)
    else:
        (playbook,) = re.findall(r"cao\.faktura\.(\w+)", unit["Service"]["ExecStart"])
        assert (TREE / "playbooks" / f"{playbook}.yml").is_file()
    if shutil.which("systemd-analyze") and name.endswith(".timer"):
        calendar = ["systemd-analyze", "calendar", unit["Timer"]["OnCalendar"]]
        assert subprocess.run(calendar, capture_output=True, check=False).returncode == 0


def test_schedules_and_settings() -> None:
    for one in json.loads((EXAMPLE / "awx_schedules.json").read_text(encoding="utf-8")):
        assert set(one) == {"name", "rrule", "extra_data", "enabled"}
        found = re.fullmatch(r"DTSTART;TZID=[\w/]+:(\d{8}T\d{6}) RRULE:FREQ=DAILY;INTERVAL=1", one["rrule"])
        assert found is not None
        assert datetime.datetime.strptime(found[1], "%Y%m%dT%H%M%S")
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(EXAMPLE / "ansible.cfg")
    callback = yaml.safe_load(re.findall(r'DOCUMENTATION = r"""(.*?)"""', _callback(), re.S)[0])
    assert set(settings["callback_cao_faktura_report"]) <= set(callback["options"])


def _callback() -> str:
    return (TREE / "plugins" / "callback" / "report.py").read_text(encoding="utf-8")
