# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words: German and English say the same, and each name of an error, a finding and a repair has its own."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse import findings, repairs
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.texts import dos_letters, spoilt_texts
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole import cao_order, promises, witness
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import ErrorName
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import RULES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions import newer_documents
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language import advice, formats
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import WORDS, counted

OWN = {"unreachable", "failed_before", "interrupted", "hidden", "other"}


def test_languages_have_the_same_words() -> None:
    assert list(WORDS["de"]) == list(WORDS["en"])
    for name, text in WORDS["en"].items():
        assert text.count("{") == WORDS["de"][name].count("{")


def test_every_group_to_neutralise_has_a_word() -> None:
    assert {name for name in WORDS["en"] if name.startswith("group_")} == {f"group_{group}" for group in RULES}


def test_every_error_has_advice() -> None:
    assert set(t.get_args(ErrorName)) | OWN == advice.ERROR_NAMES
    for name in advice.ERROR_NAMES:
        german, english = advice.advice(name, "de"), advice.advice(name, "en")
        assert german.what != english.what
        assert german.to_do.endswith(".")
        assert english.to_do.endswith(".")
    assert advice.advice("new_name", "de") == advice.advice("other", "de")


def test_every_repair_and_finding_has_german_words() -> None:
    for name, text in repairs._TEXTS.items():
        assert advice.repair_text({"name": name, "text": text}, "en") == text
        assert advice.repair_text({"name": name, "text": text}, "de") != text
    places = (findings, newer_documents, spoilt_texts, dos_letters, cao_order, promises, witness)
    source = "".join(Path(one.__file__).read_text(encoding="utf-8") for one in places)
    named = set(re.findall(r'(?:Finding|Sign)\(\s*"(\w+)"', source)) | {
        "newer_db_version",
        "older_db_version",
        "fewer_rows",
    }
    assert set(advice._FINDINGS_DE) == named
    told = {"name": "rows_missing", "table": "REGISTRY", "text": "English"}
    assert advice.finding_text(told, "de").startswith("REGISTRY hat keine Zeilen")
    older = {"name": "older_documents", "text": "of 2026-11-02, but 2024-03-14"}
    assert "Sicherung (02.11.2026 / 14.03.2024);" in advice.finding_text(older, "de")
    assert advice.finding_text({"name": "unheard_of", "text": "English"}, "de") == "English"


@pytest.mark.parametrize(
    ("setting", "environment", "expected"),
    [
        ("de", {"LANG": "en_US.UTF-8"}, "de"),
        ("en", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {"LANG": "de_AT.UTF-8"}, "de"),
        ("auto", {"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {"LC_ALL": "", "LC_MESSAGES": "de_DE", "LANG": "C"}, "de"),
        ("auto", {}, "en"),
    ],
)
def test_language(setting: str, environment: dict[str, str], expected: str) -> None:
    assert formats.language_of(setting, environment) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, "–"),
        (0.084, "0,08 s"),
        (1.94, "1,9 s"),
        (41.6, "42 s"),
        (59.7, "1 min 0 s"),
        (312, "5 min 12 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_duration(seconds: float | None, expected: str) -> None:
    assert formats.duration(seconds, "de") == expected


@pytest.mark.parametrize(
    ("count_bytes", "expected"),
    [
        (None, "–"),
        (7, "7 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (412_345, "412 kB"),
        (999_700, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
def test_size(count_bytes: int | None, expected: str) -> None:
    assert formats.size(count_bytes, "en") == expected


def test_numbers_and_nouns() -> None:
    assert formats.decimal(1234567.5, "de", 1) == "1.234.567,5"
    assert [counted("row", count, "de") for count in (0, 1, 9965)] == ["0 Zeilen", "1 Zeile", "9.965 Zeilen"]
    assert formats.one_line("a\x1b[31mb\n\u202ec") == "a\\x1b[31mb\\n\\u202ec"
