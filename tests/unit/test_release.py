# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: what a tag must belong to, and a tarball that does not tell when and on which disk it was made."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
import typing as t
from pathlib import Path

import pytest
import yaml

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tools"))

import release  # noqa: E402 - a program of tools/

FILES = {"README.md": b"# read me\n", "plugins/a.py": "ä".encode(), "meta/runtime.yml": b"---\n"}


def _tarball(names: t.Sequence[str], moment: int) -> bytes:
    """Return a tarball as ansible-galaxy makes one, with its files in an order and of a moment."""
    listed = json.dumps({"files": [{"name": name, "ftype": "file"} for name in names], "format": 1}).encode()
    manifest = {"file_manifest_file": {"name": "FILES.json", "chksum_sha256": hashlib.sha256(listed).hexdigest()}}
    contents = {"MANIFEST.json": json.dumps(manifest).encode(), "FILES.json": listed}
    contents.update({name: FILES[name] for name in names})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uname, member.uid = len(content), moment, "anna", moment % 1000
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=moment)


def test_the_same_files_are_the_same_bytes() -> None:
    names = list(FILES)
    one, other = (release.repacked(_tarball(*how)) for how in ((names, 1), (names[::-1], 1234567890)))
    assert one == other
    assert release.repacked(one) == one


def test_what_is_packed_again_holds_together() -> None:
    with tarfile.open(fileobj=io.BytesIO(release.repacked(_tarball(list(FILES)[::-1], 7)))) as archive:
        members = archive.getmembers()
        found = {one.name: release._content(archive, one) for one in members}
    assert list(found) == ["MANIFEST.json", "FILES.json", *sorted(FILES)]
    assert {name: found[name] for name in FILES} == FILES
    assert {(one.mtime, one.uid, one.uname) for one in members} == {(release.MOMENT, 0, "")}
    digest = json.loads(found["MANIFEST.json"])["file_manifest_file"]["chksum_sha256"]
    assert digest == hashlib.sha256(found["FILES.json"]).hexdigest()
    assert [one["name"] for one in json.loads(found["FILES.json"])["files"]] == sorted(FILES)


@pytest.mark.parametrize(
    ("tag", "released", "fragment", "stored", "words"),
    [
        ("v1.2.0", True, False, True, []),
        ("1.2.0", True, False, True, ["the tag is 1.2.0"]),
        ("v1.3.0", True, False, True, ["the tag is v1.3.0"]),
        ("v1.2.0", False, True, False, ["ask for 1.1.1", "no release 1.2.0", "fragments", "nothing of 1.2.0"]),
    ],
)
def test_what_a_tag_must_belong_to(
    tmp_path: Path, tag: str, released: bool, fragment: bool, stored: bool, words: list[str]
) -> None:
    (tmp_path / "galaxy.yml").write_text("version: 1.2.0\n")
    (tmp_path / "changelogs" / "fragments").mkdir(parents=True)
    releases = {"1.1.0": {}, **({"1.2.0": {"changes": {"minor_changes": []}}} if released else {})}
    (tmp_path / "changelogs" / "changelog.yaml").write_text(yaml.safe_dump({"releases": releases}))
    if fragment:
        (tmp_path / "changelogs" / "fragments" / "a.yml").touch()
    if stored:
        (tmp_path / "tests" / "markers" / "1.2.0").mkdir(parents=True)
    found = release.wrong(tmp_path, tag)
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("before", "kinds", "least"),
    [
        ("1.0.9", {"bugfixes"}, "1.0.10"),
        ("1.2.3", {"security_fixes", "known_issues"}, "1.2.4"),
        ("1.2.3", {"bugfixes", "minor_changes"}, "1.3.0"),
        ("1.2.3", {"deprecated_features"}, "1.3.0"),
        ("1.2.3", {"breaking_changes", "minor_changes"}, "2.0.0"),
        ("9.9.9", {"removed_features"}, "10.0.0"),
    ],
)
def test_the_version_that_changes_ask_for(before: str, kinds: set[str], least: str) -> None:
    assert release.least_version(before, kinds) == least


def test_the_next_version_is_the_one_that_its_changes_ask_for() -> None:
    assert release.wrong_version(TREE) == ""


def test_what_the_workflow_does_is_what_make_does() -> None:
    workflow = yaml.safe_load((TREE / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any("make release" in step for step in steps)
    assert any("collection publish release/cao-faktura-*.tar.gz" in step for step in steps)
    assert workflow["permissions"] == {"contents": "read"}
    # A secret is no argument of a program.
    assert not any("secrets." in step for step in steps)
    assert workflow["jobs"]["publish"]["needs"] == "build"
