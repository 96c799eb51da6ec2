# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy without persons: no mark that was planted is left in any cell or file, and it is a company still."""

from __future__ import annotations

import contextlib
import json
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import write_backup
from demo.mandant import DemoMandant
from demo.plan import Plan
from demo.schema import tables
from mandant import Mandant
from planted_persons import WHEN, PlantedPersons
from restoring import Restorer

PERSONS = frozenset({"persons"})


def _everything(mandant: Mandant) -> bytes:
    """Return all cells of all tables and views, and all definitions."""
    found: list[bytes] = []
    for table in mandant.tables():
        for row in (*mandant.query(f"SELECT * FROM `{table}`"), *mandant.query(f"SHOW CREATE TABLE `{table}`")):
            found += [one if isinstance(one, bytes) else str(one).encode() for one in row]
    return b"\0".join(found)


# What may stay, and why. Marks in all else have to be gone.
STAYS = (
    (r"ARTIKEL(_\w+)?\..+|HERSTELLER(_INFO)?\..+|WARENGRUPPEN\..+|MENGENEINHEIT\..+|LIEFERZEITEN\..+|INVENTUR\..+"
     r"|RABATTGRUPPEN\..+", "articles and stock stay"),
    (r"\w+\.(ATRNUM|VRENUM|VLSNUM|BELEGNUM)|ZAHLUNGEN\.PRIMANOTA", "numbers of documents stay"),
    (r"(JOURNAL|LIEFERSCHEIN_|EKBESTELL_|VERTRAG)POS\.(ARTNUM|BARCODE|MATCHCODE|ME_EINHEIT|BREITE|HOEHE|LAENGE|GROESSE"
     r"|DIMENSION)", "which article a position is about"),
    (r"(BLZ|LAND|PLZ|SPRACHEN)\..+", "lists that everybody has"),
    (r"FIRMA\.(NAME\d|ANREDE|STRASSE|LAND|PLZ|ORT|VORWAHL|WEBSEITE|STEUERNUMMER|UST_ID)", "the company is known by it"),
    (r"FIBU_KONTEN\.(KONTONAME|KONTORAHMEN)", "accounts of the ledger below those of persons"),
    (r"ZAHLUNGSARTEN\..+|BENUTZERRECHTE\.(SUB)?MODUL_NAME|ADRESSEN_MERK\.NAME|TEXTBAUSTEINE\.BESCHREIBUNG"
     r"|WARTUNG\.WARTUNG_TYP",
     "what there is to choose from"),
    (r"EXPORT\.(KURZBEZ|QUERY|FELDER|FORMULAR|FILENAME|EINSTELLUNGEN)", "what an export asks for"),
    (r"KFZ\.(TYP|AUSFUER|FABRIKAT|MOTOR|GETRIEBE|FARBE|POLSTER|SCHL_ZU_.|REIFEN.*)", "what a vehicle is like"),
    (r"REGISTRY\.(MAINKEY|NAME|VAL_.+)", "settings that are named after no person"),
    (r"MITARBEITER\.USER_PASSWORD", "the group passwords takes it"),
    (r"XT_KUNDEN\.FARBE", "its name tells of nobody"),
)  # fmt: skip


def _files(mandant: Mandant) -> bytes:
    """Return what is in the files of a Mandant's tables, once the server has written all that it has."""
    names = ", ".join(f"`{name}`" for name in mandant.tables())
    engines = mandant.query("SELECT DISTINCT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
    folder = Path(str(mandant.server.admin("SELECT @@datadir")[0][0])) / mandant.name
    with contextlib.closing(mandant.connect()) as session, session.cursor() as cursor:
        cursor.execute(f"FLUSH TABLES {names} {'FOR EXPORT' if engines == [('InnoDB',)] else 'WITH READ LOCK'}")
        found = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
        cursor.execute("UNLOCK TABLES")
    return found


@pytest.mark.parametrize("engine", ["MyISAM", "InnoDB"])
def test_no_mark_is_left(restorer: Restorer, engine: str) -> None:
    planted = PlantedPersons()
    path, mandant = restorer.write("persons.sql", planted.backup()), restorer.mandant
    options: dict[str, t.Any] = {"incomplete": "allow", "engine": engine, "previous": "drop"}
    restorer.run(path, **options)
    assert planted.left_in(_everything(mandant)) == planted.left_in(_files(mandant)) == set(planted.places.values())
    forecast = restorer.run(path, check=True, diff=True, neutralise=PERSONS, **options)
    outcome = restorer.run(path, diff=True, neutralise=PERSONS, **options)
    assert outcome.restore["neutralised"] == forecast.restore["neutralised"]
    assert (outcome.restore["rows"], outcome.diff) == (forecast.restore["rows"], forecast.diff)
    assert "XT_ABOS" in [one["table"] for one in outcome.restore["warnings"]]
    assert [one for one in outcome.warnings if "previous: drop" not in one] == []
    left = planted.left_in(_everything(mandant))
    for place in left:
        assert any(re.fullmatch(pattern, place) for pattern, _why in STAYS), place
    for pattern, _why in STAYS:
        assert any(re.fullmatch(pattern, place) for place in left), pattern
    assert planted.left_in(_files(mandant)) == left
    assert mandant.query("SELECT COUNT(*) FROM ADRESSEN WHERE KUN_GEBDATUM <> '1970-01-01'") == [(0,)]
    assert mandant.query("SELECT COUNT(*) FROM XT_ABOS") == [(0,)]
    text = json.dumps([outcome.restore, outcome.diff, outcome.analysis, outcome.drift])
    assert planted.left_in(text.encode()) == {"FIRMA.NAME1"}


def test_once_and_enforce_agree_with_it(restorer: Restorer) -> None:
    content = PlantedPersons().backup("ADRESSEN", "JOURNAL", "MAIL", "MITARBEITER", "REGISTRY", "XT_ABOS")
    path, mandant = restorer.write("persons.sql", content), restorer.mandant
    options: dict[str, t.Any] = {"incomplete": "allow", "neutralise": PERSONS, "previous": "drop"}
    restorer.run(path, **options)
    first = mandant.checksums()
    for policy in ("once", "enforce"):
        assert not restorer.run(path, policy=policy, **options).changed
    restorer.run(path, policy="always", **options)
    assert {**mandant.checksums(), "BACK_RESTORE_MARKER": 0} == {**first, "BACK_RESTORE_MARKER": 0}
    mandant.query("UPDATE ADRESSEN SET NAME1 = 'Neu' WHERE REC_ID = 1")
    drifted = restorer.run(path, policy="enforce", **{**options, "previous": "keep"})
    assert drifted.drift["tables"] == [{"name": "ADRESSEN", "what": "content"}]
    assert not restorer.run(path, policy="enforce", check=True, **options).changed


def test_a_company_still(restorer: Restorer) -> None:
    content = _demo("ADRESSEN", "ARTIKEL", "JOURNAL", "JOURNALPOS", "MITARBEITER", "REGISTRY", "ZAHLUNGEN")
    path, mandant = restorer.write("demo.sql", content), restorer.mandant
    restorer.run(path)
    sums = "SELECT COUNT(*), SUM(NSUMME), SUM(BSUMME), MIN(RDATUM), MAX(RDATUM), MAX(VRENUM) FROM JOURNAL"
    stock = "SELECT COUNT(*), SUM(MENGE_AKT), SUM(VK1), MAX(KURZNAME) FROM ARTIKEL"
    before = [mandant.query(sql) for sql in (sums, stock, "SELECT SUM(BETRAG), MAX(DATUM) FROM ZAHLUNGEN")]
    empty = "SELECT SUM(NAME1 IS NULL), SUM(STRASSE = ''), SUM(NAME2 IS NULL), SUM(IBAN IS NULL) FROM ADRESSEN"
    holes = mandant.query(empty)
    restorer.run(path, neutralise=PERSONS, previous="drop")
    assert [mandant.query(sql) for sql in (sums, stock, "SELECT SUM(BETRAG), MAX(DATUM) FROM ZAHLUNGEN")] == before
    assert mandant.query(empty) == holes
    for same in ("NAME1", "STRASSE", "PLZ", "ORT", "NAME2"):
        of_document = f"JOIN ADRESSEN a ON a.REC_ID = j.ADDR_ID AND j.KUN_{same} <> '' AND a.{same} <> ''"
        assert mandant.query(f"SELECT COUNT(*) FROM JOURNAL j {of_document} WHERE j.KUN_{same} <> a.{same}") == [(0,)]
    assert mandant.query("SELECT COUNT(*) FROM JOURNAL WHERE ADDR_ID = -2 AND KUN_NAME1 <> 'Barverkauf'") == [(0,)]
    paid = "SELECT COUNT(*) FROM ZAHLUNGEN z JOIN ADRESSEN a ON a.REC_ID = z.ADDR_ID WHERE z.PARTNER_NAME1 <> a.NAME1"
    assert mandant.query(paid) == [(0,)]
    assert mandant.query("SELECT COUNT(DISTINCT NAME1) = COUNT(*) FROM ADRESSEN") == [(1,)]
    for (iban,) in mandant.query("SELECT DISTINCT PARTNER_IBAN FROM ZAHLUNGEN WHERE PARTNER_IBAN IS NOT NULL"):
        assert re.fullmatch("DE[0-9]{2}0{8}[0-9]{10}", iban)
        assert int(iban[4:] + "1314" + iban[2:4]) % 97 == 1
    for (mail,) in mandant.query("SELECT DISTINCT EMAIL FROM ADRESSEN WHERE EMAIL <> ''"):
        assert re.fullmatch(r"person[0-9]+@beispiel\.invalid", mail)
    staff = {name for (name,) in mandant.query("SELECT ANZEIGE_NAME FROM MITARBEITER WHERE ANZEIGE_NAME <> ''")}
    made = {name for (name,) in mandant.query("SELECT DISTINCT ERST_NAME FROM JOURNAL WHERE ERST_NAME <> ''")}
    assert made <= {*staff, "Mitarbeiter"}
    assert made & staff


def test_persons_beside_the_copy_are_refused(restorer: Restorer) -> None:
    path, mandant = restorer.write("demo.sql", _demo("ADRESSEN", "JOURNAL", "REGISTRY")), restorer.mandant
    restorer.run(path)
    before = mandant.checksums()
    refused: tuple[tuple[dict[str, t.Any], str], ...] = (
        ({}, "previous: drop leaves none of it"),
        ({"previous": "drop", "keep_tables": ("ADRESSEN",)}, "ADRESSEN, which stays in use"),
        ({"previous": "drop", "tables": ("JOURNAL",)}, "which stay in use"),
    )
    for options, why in refused:
        for check in (True, False):
            with pytest.raises(Failure, match=why) as failed:
                restorer.run(path, policy="always", neutralise=PERSONS, check=check, **options)
            assert failed.value.error == "not_neutralised"
    mandant.query("CREATE TABLE BACK_KUNDEN_2019 (A int)")
    with pytest.raises(Failure, match="BACK_KUNDEN_2019, which no restore has left"):
        restorer.run(path, policy="always", neutralise=PERSONS, previous="drop")
    mandant.query("DROP TABLE BACK_KUNDEN_2019")
    assert mandant.checksums() == before
    restorer.run(path, policy="always", neutralise=PERSONS, previous="drop")
    # What is set aside now is a copy without persons itself.
    restorer.run(path, policy="always", neutralise=PERSONS)
    restorer.run(path, policy="always", neutralise=PERSONS, tables=("JOURNAL",))


def _demo(*names: str) -> bytes:
    demo = DemoMandant(Plan.of_rows(900, WHEN)).tables()
    found = [(tables()[table.name], rows) for table, rows in demo if table.name in names]
    return b"".join(write_backup(BackupHeader("Kräuterhof", WHEN), found))
