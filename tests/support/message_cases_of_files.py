# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong where one of several files is meant, and with archives."""

from __future__ import annotations

from message_case import Case
from mishaps import BACKUP, Place, analysed, export_failed, in_text_mode, lacking, no_zstandard, picked, task

_TRIGGER = b"CREATE TRIGGER BUCHEN BEFORE INSERT ON FIRMA FOR EACH ROW SET NEW.ORT = 'Bonn';\r\n"


def _of_mydumper(place: Place) -> object:
    folder = place.folder / "laden"
    folder.mkdir()
    (folder / "metadata").write_text("Started dump at: 2026-11-02 18:05:09\n", encoding="ascii")
    return analysed(str(folder))


PICKING = (
    Case(
        "file_not_found",
        "The file is a pattern.",
        "Say :ansopt:`cao.faktura.mandant_restore#module:newest=true`, or name one file.",
        lambda place: task(place, file=str(place.folder / "CAO_*.zip")),
    ),
    Case(
        "file_not_found",
        "No file matches the pattern.",
        "Check pattern and machine; what is not finished does not count.",
        lambda place: picked(place, "a.zip.part"),
    ),
    Case(
        "not_a_backup",
        "Files that match the pattern are of several Mandanten.",
        "Let it fit one.",
        lambda place: picked(place, "laden-2026-11-01.zip", "werkstatt-2026-11-02.zip"),
    ),
    Case(
        "not_a_backup",
        "Several files that match the pattern could be the newest.",
        "Name one of them.",
        lambda place: picked(place, "laden-2026-11-02.zip", "laden-02.11.2026.zip"),
    ),
    Case(
        "too_old",
        "The backup is older than :ansopt:`cao.faktura.mandant_restore#module:max_age`.",
        "Look why there is no newer one.",
        lambda place: picked(place, "CAO_backup_2026_11_02_18_05.zip", max_age="26h"),
    ),
    Case(
        "",
        "A duration is none.",
        "Write number and unit.",
        lambda place: task(place, max_age="a week"),
    ),
)

ARCHIVES = (
    Case(
        "missing_dependency",
        "The backup is packed by Zstandard, and neither zstandard nor Python 3.14 is there.",
        "As above; or pack it otherwise.",
        no_zstandard,
    ),
    Case(
        "not_a_backup",
        "It is the folder of a dump that mydumper or MySQL Shell has made.",
        "Load it into an empty database, and dump that into one file.",
        _of_mydumper,
    ),
    Case("damaged", "An archive came by FTP in text mode.", "Transfer it in binary mode.", in_text_mode),
)

LETTERS = b"CREATE TABLE artikel (REC_ID int);\nCREATE TABLE ARTIKEL (REC_ID int);\nINSERT INTO ARTIKEL VALUES (1);\n"
CR_ALONE = b"CREATE TABLE ARTIKEL (REC_ID int);\r-- Zeilen\rINSERT INTO ARTIKEL VALUES (1);\r"

TEXTS = (
    Case(
        "server_setting",
        "Two tables of the backup would get one name.",
        "Rename one of them in the old database.",
        lambda place: place.restorer.run(place.file(LETTERS), replace=True, incomplete="allow"),
    ),
    Case(
        "damaged",
        "All lines of a dump end in CR alone.",
        "Write it with other line ends.",
        lambda place: analysed(place.file(CR_ALONE)),
    ),
)

NOT_WHOLE = (
    Case(
        "incomplete",
        "What the file says of itself, or what its program promises, shows that something is missing.",
        "Make it again, or take an older one; :ansopt:`cao.faktura.mandant_restore#module:incomplete=allow` restores "
        "what it has.",
        export_failed,
    ),
    Case(
        "incomplete",
        "The backup lacks tables of CAO-Faktura that hold rows in the Mandant.",
        "Restore a whole backup, or name the tables in :ansopt:`cao.faktura.mandant_restore#module:keep_tables`.",
        lacking,
    ),
)

STATEMENTS = (
    Case(
        "forbidden_statement",
        "Rows stand behind a trigger that a server would run for each of them.",
        "Put its statement behind the rows where these are to be stored as they stand; else load the file into an "
        "empty database with the server's client, and dump that.",
        lambda place: analysed(place.file(BACKUP + _TRIGGER + b"INSERT INTO FIRMA VALUES ('X','K\xf6ln',NULL);\r\n")),
    ),
)
