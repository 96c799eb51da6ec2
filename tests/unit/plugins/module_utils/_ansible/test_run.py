# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of every module: how it ends, what it refuses and warns of, and that a shipped copy is gone."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import LIMITS
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import TOLD
from module_process import answer_of, answers_of

NO_FILE = {"file": "/nowhere/a.zip"}
# Nobody listens there, and nobody is asked: what is refused is refused before.
NO_SERVER = {"mandant": "cao", "login_host": "127.0.0.1", "login_port": 1}
LIMITED = {
    "checks_timeout": ("mandant_restore", {**NO_FILE, "mandant": "cao"}),
    "connect_timeout": ("mandant_info", NO_SERVER),
    "keys": ("mandant_compare", {**NO_FILE, **NO_SERVER}),
    "lines": ("backup_info", NO_FILE),
    "login_port": ("mandant_info", NO_SERVER),
    "wait_timeout": ("mandant_rollback", NO_SERVER),
}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "a.sql"
    path.write_text("CREATE TABLE `ARTIKEL` (`REC_ID` int NOT NULL);\n", encoding="ascii")
    return path


def test_a_result_is_the_answer(dump: Path) -> None:
    answer = answer_of("backup_info", file=str(dump))
    assert answer["changed"] is False
    assert [table["name"] for table in answer["analysis"]["tables"]] == ["ARTIKEL"]
    assert not {"failed", "msg", "error", "warnings"} & set(answer)


def test_a_failure_has_a_name() -> None:
    answer = answer_of("backup_info", **NO_FILE)
    assert (answer["failed"], answer["error"]) == (True, "file_not_found")
    assert "/nowhere/a.zip" in answer["msg"]


@pytest.mark.parametrize("option", LIMITS)
def test_a_number_beyond_its_limits_is_refused(option: str) -> None:
    module, options = LIMITED[option]
    least, most = LIMITS[option]
    numbers = (least - 1, most + 1, least, most)
    answers = answers_of(module, [{**options, option: number} for number in numbers])
    for number, answer in zip(numbers[:2], answers):
        assert answer["msg"] == f"value of {option} must be from {least} to {most}, got: {number}"
    # The others come as far as the file or the server that is not there.
    assert ["error" in answer for answer in answers] == [False, False, True, True]


def test_a_short_secret_is_warned_of() -> None:
    answers = answers_of("backup_info", [{**NO_FILE, "password": secret} for secret in ("abc", "abcd")])
    told = ["password has fewer than 4 characters" in str(answer.get("warnings")) for answer in answers]
    assert told[0]
    assert len(told) == 2


def test_a_file_of_the_user_stays(dump: Path) -> None:
    answer = answer_of("backup_info", file=str(dump), remote_src=True)
    assert answer["analysis"]["file"]["path"] == str(dump)
    assert dump.exists()


@pytest.mark.parametrize("checksum", [None, f"sha256:{'0' * 64}"])
def test_a_shipped_copy_is_gone_and_shown_as_the_user_knows_it(dump: Path, checksum: str | None) -> None:
    told: dict[str, t.Any] = {TOLD: {"source": "/home/a.sql", "shipped": True}}
    answer = answer_of("backup_info", file=str(dump), checksum=checksum, **told)
    if checksum is None:
        assert answer["analysis"]["file"]["path"] == "/home/a.sql"
    else:
        assert answer["error"] == "checksum_mismatch"
        assert answer["msg"].startswith("The file /home/a.sql has")
    assert not dump.exists()
