# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tarball of a release in .build/release: twice the same bytes, imported as Galaxy does it, and tried.

``release.py`` does all that. With ``--tag v2.0.0`` it also holds that the tag, the version and the changelog are of one
release. ``ansible-galaxy collection build`` writes the time of day and the order of the disk into what it builds; here
a tarball is packed again without either, so that anybody gets the same bytes from the same files.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import typing as t
from pathlib import Path

import build_tree
import prepare
import yaml

TREE = Path(__file__).resolve().parents[1]
RELEASE = TREE / ".build" / "release"
# Seconds since 1970 that every file in it has: the first day of the year 2026.
MOMENT = 1767225600
EXAMPLE = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
# It needs no database: the file is read, and what is in it shown.
PLAYBOOK = """
- name: The first thing that a new user does
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Analyse the example
      cao.faktura.backup_info:
        file: {file}
        password: Kräutergarten
      register: found
    - name: Show it
      ansible.builtin.debug:
        msg: "{{{{ found.analysis.company }}}}: {{{{ found.analysis.rows }}}} rows"
"""
PINNED = ("ansible-core", "PyMySQL")


def least_version(before: str, kinds: t.Collection[str]) -> str:
    """Return the version that these kinds of changes ask for after a version, by semantic versioning."""
    major, minor, patch = _numbers(before)
    if not {"breaking_changes", "removed_features"}.isdisjoint(kinds):
        return f"{major + 1}.0.0"
    if not {"major_changes", "minor_changes", "deprecated_features"}.isdisjoint(kinds):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def wrong_version(tree: Path) -> str:
    """Return why the next version is not the one that its changes ask for; nothing where it is."""
    version = str(_yaml(tree / "galaxy.yml")["version"])
    released = _yaml(tree / "changelogs" / "changelog.yaml")["releases"]
    kinds = set(released.pop(version, {}).get("changes", {}))
    kinds.update(*(_yaml(path) for path in (tree / "changelogs" / "fragments").glob("*.yml")))
    least = least_version(max(released, key=_numbers), kinds)
    return f"galaxy.yml has the version {version}, and the changes ask for {least}" if least != version else ""


def _yaml(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def wrong(tree: Path, tag: str) -> list[str]:
    """Return what keeps a tag from being a release of what is there."""
    version = str(_yaml(tree / "galaxy.yml")["version"])
    released = _yaml(tree / "changelogs" / "changelog.yaml")["releases"]
    found = [text for text in [wrong_version(tree)] if text]
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, and galaxy.yml has the version {version}")
    if version not in released:
        found.append(f"the changelog has no release {version}: make changelog")
    if list((tree / "changelogs" / "fragments").glob("*.yml")):
        found.append("there are fragments that no release has: make changelog")
    if not (tree / "tests" / "markers" / version).is_dir():
        found.append(f"tests/markers has nothing of {version} (CONTRIBUTING.md)")
    return found


def repacked(data: bytes) -> bytes:
    """Return a collection's tarball with its files in their order, and without a time."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {one.name: (one, _content(archive, one)) for one in archive.getmembers()}
    listed = json.loads(files["FILES.json"][1])
    listed["files"].sort(key=lambda one: str(one["name"]))
    manifest = json.loads(files["MANIFEST.json"][1])
    contents = {name: content for name, (_member, content) in files.items()}
    contents["FILES.json"] = _json(listed)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents["FILES.json"]).hexdigest()
    contents["MANIFEST.json"] = _json(manifest)
    first = ["MANIFEST.json", "FILES.json"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in [*first, *sorted(set(files) - set(first))]:
            member = tarfile.TarInfo(name)
            member.type, member.mode = files[name][0].type, files[name][0].mode
            member.size, member.mtime = len(contents[name]), MOMENT
            archive.addfile(member, io.BytesIO(contents[name]))
    return gzip.compress(packed.getvalue(), mtime=MOMENT)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return b"" if file is None else file.read()


def _json(document: t.Any) -> bytes:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode()


def built(folder: Path) -> Path:
    """Build the tarball from a copy of the tree in a folder of its own; return it, packed again."""
    copy = folder / "tree"
    for name in build_tree.tree_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TREE / name, copy / name)
    galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]
    build_tree.run([*galaxy, "build", str(copy), "--output-path", str(folder)], _environment(folder))
    (tarball,) = folder.glob("*.tar.gz")
    tarball.write_bytes(repacked(tarball.read_bytes()))
    return tarball


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of somebody who has nothing yet."""
    given = {key: value for key, value in os.environ.items() if key.startswith("PIP_") or key == "PATH"}
    return {**given, "HOME": str(folder), "ANSIBLE_HOME": str(folder / ".ansible"), "LC_ALL": "C.UTF-8"}


def check_import(tarball: Path) -> None:
    """Import the tarball as Galaxy does; end the program at an error.

    Its ansible-lint knows no group for playbooks that want to be told their hosts, and warns of that.
    """
    python = prepare.VENVS["importer"] / "bin" / "python"
    with tempfile.TemporaryDirectory() as name:
        environment = _environment(Path(name))
        environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
        environment["GALAXY_IMPORTER_CONFIG"] = str(TREE / "tests" / "galaxy-importer.cfg")
        done = subprocess.run(
            [str(python), "-m", "galaxy_importer.main", str(tarball)],
            cwd=name,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    remarks = [line for line in done.stdout.splitlines() if re.match(r"ERROR\b|WARNING\b(?!.*cao_hosts)", line)]
    if done.returncode != 0 or remarks:
        sys.exit(f"galaxy-importer does not take {tarball.name}:\n" + ("\n".join(remarks) or done.stdout[-3000:]))


def try_out(tarball: Path) -> None:
    """Install the tarball into an empty environment, and run a playbook there."""
    pins = (TREE / "tests" / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines()
    wanted = [pin for pin in pins if pin.partition("==")[0].strip() in PINNED] or list(PINNED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = _environment(folder)
        build_tree.run([sys.executable, "-m", "venv", str(folder / "venv")], environment)
        programs = folder / "venv" / "bin"
        build_tree.run([str(programs / "python"), "-m", "pip", "install", "-q", *wanted], environment)
        install = [str(programs / "ansible-galaxy"), "collection", "install", str(tarball), "--offline"]
        build_tree.run(install, environment)
        playbook = folder / "first.yml"
        playbook.write_text(PLAYBOOK.format(file=EXAMPLE), encoding="utf-8")
        build_tree.run([str(programs / "ansible-playbook"), str(playbook)], environment)


def main() -> None:
    """Make the tarball; end the program where anything is wrong with it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tag", default="")
    tag = parser.parse_args().tag
    faults = wrong(TREE, tag) if tag else []
    if faults:
        sys.exit("This is no release:\n" + "\n".join(faults))
    shutil.rmtree(RELEASE, ignore_errors=True)
    RELEASE.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        tarball, again = built(Path(one)), built(Path(other))
        if tarball.read_bytes() != again.read_bytes():
            sys.exit("Two builds of the same files differ.")
        made = Path(shutil.copy(tarball, RELEASE))
    check_import(made)
    try_out(made)
    print(f"{hashlib.sha256(made.read_bytes()).hexdigest()}  {made}")


if __name__ == "__main__":
    main()
