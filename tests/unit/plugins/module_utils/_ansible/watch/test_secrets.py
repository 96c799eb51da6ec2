# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets come out of a pipe whenever its shell is ready; nothing else is taken for them, and nobody waits for ever."""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch import secrets
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import TOLD
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.calling_action import SECRETS as HELD
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.calling_action import feed
from module_process import answer_of

SECRETS = {"password": 'Gänse\'füßchen "$(id)" `id` \\ %s\n', "login_password": "x" * 100_000}
# A protection: longer than any machine takes.
_WAIT_SECONDS = 60.0


def _packed() -> bytes:
    return base64.b64encode(json.dumps(SECRETS).encode())


def _run(script: str) -> None:
    done = subprocess.run(["/bin/sh", "-c", f"{script} && sleep 0"], input=_packed(), check=True, capture_output=True)
    assert done.stdout + done.stderr == b""


def _until_gone(path: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_a_shell_holds_comes_to_the_module(tmp_path: Path) -> None:
    pipe = tmp_path / "with a blank's pipe"
    _run(feed(str(pipe), 60))
    # It is in no argument and in no environment of a process.
    secret = base64.b64encode(b'{"password')[:8]
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert secret not in place.read_bytes()
        except OSError:
            continue
    assert secrets.secrets_of(str(pipe)) == SECRETS
    _until_gone(pipe)


def test_a_shell_for_which_no_module_comes_ends(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    _run(feed(str(pipe), 1))
    _until_gone(pipe)


def test_the_shell_may_be_later_than_the_module(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    packed = tmp_path / "packed"
    packed.write_bytes(_packed())
    with subprocess.Popen(["/bin/sh", "-c", f"sleep 0.3; cat {shlex.quote(str(packed))} >{shlex.quote(str(pipe))}"]):
        assert secrets.secrets_of(str(pipe)) == SECRETS


@pytest.mark.parametrize("what", ["nothing comes", "a file", "a link", "no such name", "no words of ours"])
def test_anything_else_is_no_secret(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    if what in ("nothing comes", "no words of ours"):
        os.mkfifo(pipe)
    if what == "a file":
        pipe.write_bytes(_packed())
    if what == "a link":
        os.mkfifo(tmp_path / "other")
        pipe.symlink_to(tmp_path / "other")
    monkeypatch.setattr(secrets, "WAIT_SECONDS", 0.2 if what == "nothing comes" else _WAIT_SECONDS)
    writer = None
    if what == "no words of ours":
        writer = subprocess.Popen(["/bin/sh", "-c", f"echo x >{shlex.quote(str(pipe))}"])
    with pytest.raises(Failure, match="did not arrive") as caught:
        secrets.secrets_of(str(pipe))
    assert caught.value.error == "connection_failed"
    if writer is not None:
        writer.wait(_WAIT_SECONDS)


def test_the_shell_holds_every_secret_that_a_module_takes() -> None:
    specs = [getattr(argument_spec, name)() for name in vars(argument_spec) if name.endswith("_spec")]
    secret = {
        word
        for spec in specs
        for name, option in spec.items()
        if option.get("no_log")
        for word in (name, *option.get("aliases", ()))
    }
    assert secret == set(HELD)


def test_a_module_without_its_secrets_says_so(tmp_path: Path) -> None:
    told = {TOLD: {"secrets": str(tmp_path / "nowhere"), "secret_names": ["account_password"]}}
    answer = answer_of("mandant_account", account="cao", mandanten=["cao"], **told)
    assert (answer["failed"], answer["error"]) == (True, "connection_failed")


def test_a_secret_out_of_the_pipe_is_required_and_hidden_as_any_other(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    _run(feed(str(pipe), 60))
    answer = answer_of("backup_info", file="/nowhere/a.zip", remote_src=True, **{TOLD: {"secrets": str(pipe)}})
    assert SECRETS["password"] not in str(answer)
    assert "login_password" in answer["msg"]
