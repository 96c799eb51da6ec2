# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the collection as a process of its own, without a playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

_MODULES = "ansible_collections.cao.faktura.plugins.modules"


def answer_of(module: str, **options: t.Any) -> dict[str, t.Any]:
    """Return what the module tells Ansible, for the options that it gets from Ansible."""
    command = [sys.executable, "-m", f"{_MODULES}.{module}", json.dumps({"ANSIBLE_MODULE_ARGS": options})]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    answer: dict[str, t.Any] = json.loads(done.stdout)
    return answer


def answers_of(module: str, several: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return what the module tells Ansible for each of several options, one after the other in one process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    given = [json.dumps({"ANSIBLE_MODULE_ARGS": dict(options)}) for options in several]
    command = [sys.executable, "-c", _SEVERAL, f"{_MODULES}.{module}", *given]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


def imported_by(module: str, **options: t.Any) -> tuple[dict[str, t.Any], list[str], bool]:
    """Return the answer, the collection's own files that were imported for it, and whether a process was started."""
    given = json.dumps({"ANSIBLE_MODULE_ARGS": options})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED, f"{_MODULES}.{module}", given],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    answer, _line, last = done.stdout.strip().rpartition("\n")
    names, children = json.loads(last)
    found: dict[str, t.Any] = json.loads(answer)
    return found, names, children


def peak_of(module: str, **options: t.Any) -> tuple[dict[str, t.Any], int]:
    """Return the answer, and the most memory in KiB that the module's process, or one that it started, has had."""
    command = [sys.executable, "-m", f"{_MODULES}.{module}", json.dumps({"ANSIBLE_MODULE_ARGS": options})]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command], env=environment, capture_output=True, text=True, check=True
    )
    answer, _line, peak = done.stdout.strip().rpartition("\n")
    found: dict[str, t.Any] = json.loads(answer)
    return found, int(peak)


def answer_within(module: str, limit_bytes: int, **options: t.Any) -> dict[str, t.Any]:
    """Return the answer of a module whose process may have so much memory, and what it has written to stderr."""
    command = [sys.executable, "-m", f"{_MODULES}.{module}", json.dumps({"ANSIBLE_MODULE_ARGS": options})]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(limit_bytes), *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    answer: dict[str, t.Any] = json.loads(done.stdout)
    return {**answer, "stderr": done.stderr}


_LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
os.execv(sys.argv[2], sys.argv[2:])
"""
_SEVERAL = """
import contextlib, importlib, sys
from ansible.module_utils import basic
module, *several = sys.argv[1:]
main = importlib.import_module(module).main
for given in several:
    # What a new process would read from its arguments.
    basic._ANSIBLE_ARGS, sys.argv = None, [module, given]
    with contextlib.suppress(SystemExit):
        main()
"""
_IMPORTED = """
import json, os, runpy, sys
module, sys.argv = sys.argv[1], sys.argv[1:]
children, fork = [], os.fork
os.fork = lambda: children.append(1) or fork()
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
finally:
    own = "ansible_collections.cao.faktura.plugins.module_utils."
    names = sorted(name[len(own):] for name, one in sys.modules.items() if name.startswith(own) and one.__spec__.origin)
    print("\\n" + json.dumps([names, bool(children)]))
"""
_MEASURED = """
import resource, subprocess, sys
sys.stdout.write(subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True).stdout)
print("\\n%d" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
