# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of another company is not restored unless it is said, and one that is older than what is there is told."""

from __future__ import annotations

import typing as t

import pytest

from restoring import Restorer, articles, cao_backup, cao_table

ASKED = {"other_company": "fail"}


def _firma(name: str, number: str | None = None, umsatz: str | None = None) -> str:
    columns = ["NAME1 varchar(250)", "STEUERNUMMER varchar(25)", "UST_ID varchar(25)"]
    texts = ["NULL" if one is None else f"'{one}'" for one in (name, number, umsatz)]
    return cao_table("FIRMA", columns, [",".join(texts)])


def _journal(*dates: str) -> str:
    columns = ["REC_ID int(11) not null auto_increment", "RDATUM datetime"]
    return cao_table(
        "JOURNAL", columns, [f"'{n}','{date}'" for n, date in enumerate(dates, 1)], ["PRIMARY KEY (REC_ID)"]
    )


def _refused(restorer: Restorer, path: str, **options: t.Any) -> str:
    """Return the message, the same of check mode and run; nothing has changed."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    before = restorer.mandant.tables(), restorer.mandant.checksums()
    said = []
    for check in (True, False):
        with pytest.raises(Failure) as caught:
            restorer.run(path, check=check, **{**ASKED, **options})
        assert caught.value.error == "other_company"
        said.append(caught.value.msg)
    assert (restorer.mandant.tables(), restorer.mandant.checksums()) == before
    assert said[0] == said[1]
    return said[0]


def test_it_is_asked_unless_it_is_said() -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    assert Wanted("m").other_company == "fail"


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize("options", [{}, {"policy": "always"}, {"policy": "enforce"}, {"previous": "drop"}])
def test_the_backup_of_another_company_is_refused(restorer: Restorer, options: dict[str, t.Any]) -> None:
    restorer.run(restorer.write("1.sql", cao_backup(articles(3), _firma("Kräuterhof GmbH"))), **ASKED)
    other = restorer.write("2.sql", cao_backup(articles(5), _firma("Müller & Söhne")))
    said = _refused(restorer, other, **options)
    assert "is of Kräuterhof GmbH, but the backup" in said
    assert "2.sql is of Müller & Söhne" in said
    outcome = restorer.run(other, **{**options, "other_company": "allow"})
    assert outcome.changed
    assert restorer.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5,)]


def test_content_of_unknown_origin_has_a_company_too(restorer: Restorer) -> None:
    mandant = restorer.mandant
    mandant.query("CREATE TABLE firma (REC_ID INT, Name1 VARCHAR(250), UST_ID VARCHAR(25)) CHARSET utf8mb4")
    mandant.query("INSERT INTO firma VALUES (1, 'Alt', NULL), (3, 'Kräuterhof', 'DE 111'), (2, 'Älter', NULL)")
    path = restorer.write("1.sql", cao_backup(articles(3), _firma("Müller")))
    assert "is of Kräuterhof, but" in _refused(restorer, path, replace=True)
    path = restorer.write("2.sql", cao_backup(articles(3), _firma("KRAEUTERHOF", umsatz="DE222333444")))
    said = _refused(restorer, path, replace=True)
    assert "has another tax number" in said
    assert "222333444" not in said
    path = restorer.write("3.sql", cao_backup(articles(3), _firma("KRAEUTERHOF", umsatz="DE111")))
    assert restorer.run(path, replace=True, **ASKED).changed


# How the name stands in the Mandant: what CAO shows as Kräuterhof.
SPELLED = {
    "latin1": ("latin1", "'kräuterhof'"),
    "utf8mb4": ("utf8mb4", "' Kräuterhof '"),
    "UTF-8 stored as latin1": ("latin1", "CONVERT(BINARY CONVERT('Kräuterhof' USING utf8mb4) USING latin1)"),
    "cp850": ("cp850", "'KRÄUTERHOF'"),
}


@pytest.mark.parametrize("how", SPELLED)
def test_the_same_company_in_any_encoding(restorer: Restorer, how: str) -> None:
    charset, value = SPELLED[how]
    restorer.mandant.query(f"CREATE TABLE FIRMA (NAME1 VARCHAR(250)) CHARSET {charset}")
    restorer.mandant.query(f"INSERT INTO FIRMA VALUES ({value})")
    path = restorer.write("1.sql", cao_backup(articles(3), _firma("Kräuterhof")))
    assert restorer.run(path, replace=True, check=True, **ASKED).changed
    assert restorer.run(path, replace=True, **ASKED).changed


@pytest.mark.parametrize("made", [[], ["CREATE TABLE FIRMA (NAME1 VARCHAR(9))"], ["CREATE TABLE FIRMA (A INT)"]])
def test_an_empty_mandant_is_not_asked(restorer: Restorer, made: list[str]) -> None:
    for sql in made:
        restorer.mandant.query(sql)
    path = restorer.write("1.sql", cao_backup(articles(3), _firma("Müller")))
    assert restorer.run(path, check=True, **ASKED).changed
    assert restorer.run(path, **ASKED).changed


def test_a_demo_mandant_may_be_renamed(restorer: Restorer) -> None:
    path = restorer.write("1.sql", cao_backup(articles(3), _firma("Muster")))
    restorer.run(path, **ASKED)
    restorer.mandant.query("UPDATE FIRMA SET NAME1 = 'Ich war hier'")
    newer = restorer.write("2.sql", cao_backup(articles(4), _firma("Muster")))
    assert "is of Ich war hier" in _refused(restorer, newer, replace=True)
    assert restorer.run(path, policy="enforce", **ASKED).changed
    restorer.mandant.query("UPDATE FIRMA SET NAME1 = 'Ich war hier'")
    assert restorer.run(newer, policy="enforce", **ASKED).changed


def test_the_name_of_the_mandant_in_caos_header(restorer: Restorer) -> None:
    first = cao_backup(articles(3))
    restorer.run(restorer.write("1.sql", first), **ASKED)
    other = restorer.write("2.sql", first.replace(b"Musterladen", b"Werkstatt"))
    said = _refused(restorer, other)
    assert "the Mandant Musterladen" in said
    assert "of Werkstatt" in said


def test_another_mandant_of_the_same_company_is_told(restorer: Restorer) -> None:
    first = cao_backup(articles(3), _firma("Müller"))
    restorer.run(restorer.write("1.sql", first), **ASKED)
    other = restorer.write("2.sql", first.replace(b"Musterladen", b"Werkstatt"))
    for check in (True, False):
        (said,) = restorer.run(other, check=check, **ASKED).warnings
        assert "Mandant Werkstatt" in said
        assert "of Musterladen" in said


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (_journal("2026-11-02 08:00:00", "2026-01-01"), _journal("2026-10-01"), ("2026-11-02", "2026-10-01")),
        (_journal("2026-11-02"), _journal(), ("2026-11-02", "the backup has none")),
        (_journal("2026-11-02"), "", ("2026-11-02", "the backup has none")),
        (_journal("2026-11-02"), _journal("2026-11-02", "2026-01-01"), None),
        (_journal("2026-11-02"), _journal("2026-12-24"), None),
        (_journal("1899-12-30", "0000-00-00"), _journal(), None),
        (
            _journal("2026-01-01") + cao_table("LIEFERSCHEIN", ["LDATUM date"], ["'2026-03-03'"]),
            _journal("2026-02-02"),
            ("2026-03-03", "2026-02-02"),
        ),
    ],
)
def test_documents_newer_than_the_backup_are_told(
    restorer: Restorer, here: str, there: str, told: tuple[str, str] | None
) -> None:
    restorer.run(restorer.write("1.sql", cao_backup(articles(3), _firma("A"), here)))
    path = restorer.write("2.sql", cao_backup(articles(3), _firma("A"), there))
    for check in (True, False):
        outcome = restorer.run(path, check=check, policy="always", incomplete="allow")
        warnings = [text for text in outcome.warnings if "newest document" in text]
        findings = [one for one in outcome.analysis["findings"] if one["name"] == "older_documents"]
        assert len(warnings) == len(findings) == (told is not None)
        if told is not None:
            assert all(word in warnings[0] and word in findings[0]["text"] for word in told)
            assert warnings[0].startswith(f"{restorer.mandant.name}: ")
    # What it is now is not newer than what it came from.
    assert not restorer.run(path, policy="always", incomplete="allow").warnings


def test_the_analysis_has_the_date(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    path = restorer.write("1.sql", cao_backup(_journal("2026-10-01 12:00:00", "2026-11-02")))
    with open_backup(path) as backup:
        assert backup.analysis.to_result()["last_document_date"] == "2026-11-02"
