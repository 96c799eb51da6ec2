# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a pattern to the one file, in real folders: what is chosen, what is said of it, what is refused."""

from __future__ import annotations

import datetime
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import Picked, pick
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.wish import Wish


def _at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()


NOW = _at("2026-11-03 08:00")
OLD = "2026-01-01 00:00"


def _content(mandant: str, date: str) -> bytes:
    return f"# CAO-Faktura\r\n# Datum :{date} Uhr\r\n# Mandant :{mandant}\r\n#\r\n".encode("cp1252")


def _write(folder: Path, name: str, modified: str = OLD, data: bytes = b"-- x\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (_at(modified), _at(modified)))
    return path


def _pick(folder: Path, pattern: str = "*", **options: t.Any) -> Picked:
    return pick(Wish(str(folder / pattern), **{"newest": True, **options}), NOW)


def _refused(folder: Path, pattern: str = "*", **options: t.Any) -> Failure:
    with pytest.raises(Failure) as caught:
        _pick(folder, pattern, **options)
    assert caught.value.msg.isprintable()
    return caught.value


def test_the_date_in_the_name_wins_over_the_time_of_the_file(tmp_path: Path) -> None:
    newest = _write(tmp_path, "CAO_backup_2026_11_02_18_05.zip", OLD)
    _write(tmp_path, "CAO_backup_2026_11_01_18_05.zip", "2026-11-03 07:00")
    found = _pick(tmp_path, "CAO_backup_*.zip")
    assert found.to_result() == {
        "path": str(newest),
        "date": datetime.datetime(2026, 11, 2, 18, 5).astimezone().isoformat(),
        "date_from": "name",
        "age_seconds": int(NOW - _at("2026-11-02 18:05")),
        "candidates": 2,
        "passed_over": [],
        "warnings": [],
    }


def test_the_header_tells_where_names_do_not(tmp_path: Path) -> None:
    _write(tmp_path, "laden.sql", "2026-11-03 07:00", _content("Laden", "31.10.2026 10:00:00"))
    newest = _write(tmp_path, "laden alt.sql", OLD, _content("Laden", "02.11.2026 10:00:00"))
    found = _pick(tmp_path)
    assert (found.path, found.file.source) == (str(newest), "header")


def test_the_time_of_the_file_tells_the_rest(tmp_path: Path) -> None:
    for number, day in enumerate(("2026-11-01", "2026-11-02", "2026-10-31")):
        _write(tmp_path, f"{('Mon', 'Tue', 'Wed')[number]}/caoshop.sql.gz", day)
    found = _pick(tmp_path, "*/caoshop.sql.gz")
    assert (found.path, found.file.source) == (str(tmp_path / "Tue" / "caoshop.sql.gz"), "modified")


def test_files_of_the_same_time_are_named(tmp_path: Path) -> None:
    names = ["a 2026-11-02.sql", "a 02.11.2026.sql"]
    for number, name in enumerate(names):
        _write(tmp_path, name, data=b"-- %d\n" % number)
    _write(tmp_path, "a 2026-11-01.sql", data=b"-- older\n")
    refused = _refused(tmp_path)
    assert refused.error == "not_a_backup"
    assert all(str(tmp_path / name) in refused.msg for name in names)
    assert "2026-11-01" not in refused.msg


def test_no_file_of_a_dump_in_files_is_the_newest_backup(tmp_path: Path) -> None:
    _write(tmp_path, "laden/metadata", data=b"Started dump at: 2026-11-02 18:05:09\n")
    _write(tmp_path, "laden/laden.ARTIKEL-schema.sql", "2026-11-02 18:05")
    _write(tmp_path, "laden/laden.ARTIKEL.sql", "2026-11-02 18:06")
    refused = _refused(tmp_path, "laden/*.sql")
    assert (refused.error, "laden is a dump of mydumper" in refused.msg) == ("not_a_backup", True)
    _write(tmp_path, "laden/@.json", data=b'{"dumper": "mysqlsh Ver 8.0.36"}')
    (tmp_path / "laden" / "metadata").unlink()
    refused = _refused(tmp_path, "laden/*.sql")
    assert (refused.error, "laden is a dump of MySQL Shell" in refused.msg) == ("not_a_backup", True)
    assert _pick(tmp_path, "laden/laden.ARTIKEL.sql", newest=False, max_age="2d").candidates == 1


def test_copies_of_one_file_are_no_tie(tmp_path: Path) -> None:
    for name in ("a 2026-11-02.sql", "a 2026-11-02 - Kopie.sql"):
        _write(tmp_path, name)
    assert _pick(tmp_path).candidates == 2


def test_files_that_were_copied_together_are_a_tie(tmp_path: Path) -> None:
    """The time of such files is that of the copy, a second or none apart."""
    for number in range(3):
        _write(tmp_path, f"{number}/a.sql", f"2026-11-02 10:00:0{number}", b"-- %d\n" % number)
    assert _refused(tmp_path, "*/a.sql").error == "not_a_backup"


@pytest.mark.parametrize(
    "files",
    [
        {"CAO_backup_2026_11_01_18_05.sql": "Laden", "CAO_backup_2026_11_02_18_05.sql": "Büro"},
        {"laden/CAO_backup_2026_11_01_18_05.sql": None, "buero/CAO_backup_2026_11_02_18_05.sql": None},
        {"laden_2026-11-01.sql": None, "buero_2026-11-02.sql": None},
    ],
)
def test_several_mandanten_are_refused_with_their_files(tmp_path: Path, files: dict[str, str | None]) -> None:
    for name, mandant in files.items():
        _write(tmp_path, name, data=_content(mandant, "01.01.2026 10:00:00") if mandant else b"-- x\n")
    refused = _refused(tmp_path, "*/*" if "/" in next(iter(files)) else "*")
    assert refused.error == "not_a_backup"
    assert "several Mandanten" in refused.msg
    assert all(str(tmp_path / name) in refused.msg for name in files)


def test_names_that_differ_are_one_mandant_where_all_headers_say_so(tmp_path: Path) -> None:
    _write(tmp_path, "CAO_backup_2026_11_01_18_05.sql", data=_content("Laden", "01.11.2026 18:05:09"))
    newest = _write(tmp_path, "vor dem Update 2026-11-02.sql", data=_content("LADEN", "02.11.2026 10:00:00"))
    assert _pick(tmp_path).path == str(newest)


def test_a_pattern_without_newest_says_so(tmp_path: Path) -> None:
    _write(tmp_path, "a.sql")
    refused = _refused(tmp_path, "*.sql", newest=False, max_age="1d")
    assert refused.error == "file_not_found"
    assert "set newest: true" in refused.msg


def test_nothing_matches(tmp_path: Path) -> None:
    assert "No file matches" in _refused(tmp_path, "*.zip").msg
    _write(tmp_path, "a.zip.part")
    refused = _refused(tmp_path, "*.zip*")
    assert refused.error == "file_not_found"
    assert "a.zip.part has the name of a file that is not finished" in refused.msg
    assert _refused(tmp_path, "a.zip").error == "file_not_found"
    assert _refused(tmp_path.parent, tmp_path.name).error == "not_a_backup"


def test_a_file_that_is_being_written_is_passed_over(tmp_path: Path) -> None:
    before = _write(tmp_path, "a_2026-11-01.sql")
    late = _write(tmp_path, "a_2026-11-02.sql", "2026-11-02 23:00")
    with late.open("ab"):
        found = _pick(tmp_path)
        assert found.path == str(before)
        result = found.to_result()
        assert result["passed_over"] == [{"path": str(late), "why": "is being written just now"}]
        assert result["warnings"] == [f"{late} is being written just now and is newer than {before}, which is taken."]
        before.unlink()
        assert _refused(tmp_path).error == "truncated"


def test_an_unfinished_file_that_is_newer_is_worth_a_word_and_an_older_one_is_not(tmp_path: Path) -> None:
    taken = _write(tmp_path, "a_2026-11-01.sql")
    late = _write(tmp_path, "a_2026-11-02.sql.part", "2026-11-02 23:00")
    _write(tmp_path, "a_2026-10-02.sql.part", "2026-10-02 23:00")
    found = _pick(tmp_path)
    assert found.path == str(taken)
    assert [text.partition(" ")[0] for text in found.to_result()["warnings"]] == [str(late)]
    assert len(found.passed_over) == 2


@pytest.mark.parametrize(
    ("name", "max_age", "fits"),
    [
        ("CAO_backup_2026_11_02_18_05.zip", "26h", True),
        ("CAO_backup_2026_11_02_18_05.zip", "14h", True),
        ("CAO_backup_2026_11_02_18_05.zip", "13h", False),
        ("CAO_backup_2026_11_01_18_05.zip", "26h", False),
        # A day without a time counts from its beginning.
        ("a_2026-11-02.sql", "33h", True),
        ("a_2026-11-02.sql", "31h", False),
        # The clock of another machine may be ahead.
        ("CAO_backup_2026_11_03_12_00.zip", "1m", True),
    ],
)
@pytest.mark.parametrize("newest", [True, False])
def test_max_age(tmp_path: Path, name: str, max_age: str, fits: bool, newest: bool) -> None:
    path = _write(tmp_path, name)
    if fits:
        assert _pick(tmp_path, name, newest=newest, max_age=max_age).path == str(path)
        return
    refused = _refused(tmp_path, name, newest=newest, max_age=max_age)
    assert refused.error == "too_old"
    assert str(path) in refused.msg
    assert "by the date in its name" in refused.msg
    assert f"max_age allows {max_age}" in refused.msg


def test_a_date_to_come_is_neither_the_newest_nor_young(tmp_path: Path) -> None:
    wrong = _write(tmp_path, "a_2062-11-02.sql", "2026-10-01 10:00")
    newest = _write(tmp_path, "a_2026-11-02.sql")
    assert _pick(tmp_path).path == str(newest)
    newest.unlink()
    assert _refused(tmp_path, max_age="7d").error == "too_old"
    assert _pick(tmp_path).to_result()["warnings"] == [
        f"{wrong} would be of the future by the date in its name, which is not believed."
    ]
    os.utime(wrong, (_at("2062-11-02"), _at("2062-11-02")))
    refused = _refused(tmp_path, max_age="7d")
    assert refused.error == "too_old"
    assert "clock" in refused.msg
