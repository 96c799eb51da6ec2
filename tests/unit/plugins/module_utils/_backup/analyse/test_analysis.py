# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an analysis a playbook gets."""

from __future__ import annotations

import dataclasses
import json

import pytest

from dumps import CAO_HEAD, Dump

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def test_result_has_the_keys_that_playbooks_rely_on() -> None:
    result = _cao(REGISTRY).analyse().to_result()
    assert set(result) == {
        "dialect",
        "header",
        "file",
        "encoding",
        "tables",
        "rows",
        "statements",
        "db_version",
        "company",
        "last_document_date",
        "head",
        "repairs",
        "findings",
    }
    assert set(result["header"]) == {"program", "date", "mandant"}
    assert set(result["file"]) == {"path", "size", "sha256", "member", "encryption"}
    assert set(result["tables"][0]) == {"name", "rows", "bytes"}
    assert json.loads(json.dumps(result)) == result


def test_result_is_what_was_found() -> None:
    analysis = _cao(REGISTRY, b"INSERT INTO REGISTRY VALUES ('MAIN','DB_VERSION','1.10'),('a','b','c');").analyse()
    result = analysis.to_result()
    assert result["tables"] == [{"name": "REGISTRY", "rows": 2, "bytes": analysis.tables[0].bytes}]
    assert (result["dialect"], result["rows"], result["db_version"]) == ("cao", 2, "1.10")
    assert result["header"] == {"program": "CAO-Faktura", "date": "14.03.2024 18:05:09", "mandant": "Musterladen"}
    assert result["file"]["sha256"] == analysis.sql_sha256, "a file that is not packed"


def test_an_analysis_does_not_change() -> None:
    analysis = _cao(REGISTRY).analyse()
    with pytest.raises(dataclasses.FrozenInstanceError):
        analysis.rows = 5  # type: ignore[misc]
