# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo Mandant with secrets planted wherever a real one has them, and with neighbours that have to stay.

What is planted begins with SECRET, what has to stay begins with STAYS; both end in a number of their own.
"""

from __future__ import annotations

import datetime
import itertools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupColumn,
    BackupKey,
    BackupTable,
    Row,
    write_backup,
)
from demo.mandant import DemoMandant
from demo.plan import Plan
from demo.schema import Shape, tables
from mandant import Mandant

SECRET = "GEHEIM"
STAYS = "BLEIBT"
WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)

_REGISTRY_LOG = BackupTable(
    "REGISTRY_LOG", (BackupColumn("ID", "int(11)", nullable=False), BackupColumn("ALT", "text")),
    (BackupKey("PRIMARY KEY", ("ID",)),),
)  # fmt: skip
_XT_KONFIG = BackupTable(
    "XT_KONFIG", (BackupColumn("NAME", "varchar(40)"), BackupColumn("API_TOKEN", "varchar(40)", nullable=False))
)


class Planted:
    """Counts what it plants."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.secrets: list[str] = []
        self.staying: list[str] = []

    def secret(self, before: str = "", length: int = 0) -> str:
        self.secrets.append(f"{SECRET}{next(self._numbers):03d}".ljust(length, "x"))
        return before + self.secrets[-1]

    def stays(self) -> str:
        self.staying.append(f"{STAYS}{next(self._numbers):03d}")
        return self.staying[-1]

    def rows(self) -> dict[str, list[Row]]:
        """Return the planted rows by table."""
        return {
            "ADRESSEN": [
                Shape("ADRESSEN").row(REC_ID=9001, MATCHCODE=self.stays(), SHOP_PASSWORD=self.secret(),
                                      EMAIL=self.stays()),
            ],
            "ARTIKEL": [Shape("ARTIKEL").row(REC_ID=9001, SHOP_PASSWORD=self.secret(), SHOP_IMAGE=self.stays())],
            "EXPORT": [
                Shape("EXPORT").row(ID=91, KURZBEZ=self.stays(), INFO="", QUERY="SELECT 1", FILENAME=self.secret())
            ],
            "KFZ": [Shape("KFZ").row(KFZ_ID=91, ADDR_ID=1, RADIO_CODE=self.stays())],
            "LINK": [Shape("LINK").row(MODUL_ID=9, REC_ID=1, PFAD=self.secret("\\\\srv\\"), DATEI=self.secret())],
            "MAIL": self._mails(),
            "MAIL_KONTEN": [self._account(number) for number in (91, 92)],
            "MAIL_ORDNER": [Shape("MAIL_ORDNER").row(MA_ID=1, ORDNER_ID=99, ORDNER_NAME="Ausgang", ORDNER_TYP="PA")],
            "MAIL_REGELN": [
                Shape("MAIL_REGELN").row(MA_ID=1, REGELNAME=self.stays(), AKT_WL_EMAIL=self.secret(), REGEL_AKTIV="Y")
            ],
            "MITARBEITER": [
                Shape("MITARBEITER").row(MA_ID=91, MA_NUMMER="91", LOGIN_NAME=self.stays(), ANZEIGE_NAME="x",
                                         USER_PASSWORD=self.secret(length=32), EMAIL=self.stays()),
            ],
            "REGISTRY": list(self._settings()),
        }  # fmt: skip

    def _mails(self) -> list[Row]:
        shape = Shape("MAIL")
        texts = ((91, 1, self.stays()), (92, 99, self.secret()), (93, 99, self.secret()))
        return [
            shape.row(ID=number, MAIL_ID=f"<{number}>", MA_ID=1, ORDNER_ID=folder, EMPFAENGER="x", BETREFF=text)
            for number, folder, text in texts
        ]

    def _account(self, number: int) -> Row:
        texts = ("POP3_SERVER", "POP3_USER", "POP3_PASSWORD", "SMTP_SERVER", "SMTP_USER", "SMTP_PASSWORD")
        cells = {name: self.secret() for name in (*texts, "SMTP_USERNAME", "SMTP_EMAIL", "SMTP_BCC")}
        return Shape("MAIL_KONTEN").row(
            MA_ID=number, KONTO_ID=number, KONTO_NAME=self.stays(), POP3_EMPFANG_FLAG="Y", **cells
        )

    def _settings(self) -> t.Iterator[Row]:
        shape = Shape("REGISTRY")
        gone = (
            ("MAIN\\EMAIL", "SIGNATUR"), ("main\\email\\Konto 1", "x"), ("MAIN\\BELEGE", "SMTP_ABSENDER"),
            ("USERSETTINGS\\Käthe\\EMAIL", "KONTO"), ("USERSETTINGS\\Käthe", "Smtp_User"),
            ("SHOP", "URL_ADMIN"), ("SHOP\\2", "FTP"), ("Shop\\2\\x", "y"),
            ("MAIN\\BACKUP", "BACKUP_PWD"), ("MAIN\\TSE", "ADMIN_PIN"), ("MAIN\\BANK", "KENNWORT"), ("MAIN\\X", "PW"),
            ("MAIN\\PFADE", "SONST"), ("MAIN\\SICHERUNG", "RESTORE_PFAD_ALT"),
            ("USERSETTINGS\\Götz\\PFADE", "PDF"), ("USERSETTINGS\\Götz", "EXPORT_DIR"),
        )  # fmt: skip
        for key, name in gone:
            secret = self.secret()
            yield shape.row(
                MAINKEY=key, NAME=name, VAL_CHAR=secret, VAL_BLOB=self.secret(), VAL_BIN=self.secret().encode(),
                VAL_INT=7, VAL_TYP=1,
            )  # fmt: skip
        for number, start in enumerate(("C:\\", "\\\\SERVER\\Freigabe\\", "d:/", "//nas/")):
            yield shape.row(MAINKEY="MAIN\\REPORT", NAME=f"Z{number}", VAL_CHAR=self.secret(start), VAL_TYP=1)
        kept = (
            ("MAIN", "FIRMENNAME"), ("MAIN\\NUMBERS", "X1"), ("USERSETTINGS\\Ute Mailer", "RASTER"),
            ("MAIN\\X", "SPINNER"), ("MAIN\\X", "DIREKT"), ("MAIN\\TEXT", "HINWEIS"),
        )  # fmt: skip
        for key, name in kept:
            yield shape.row(MAINKEY=key, NAME=name, VAL_CHAR=self.stays(), VAL_BIN=b"\0x", VAL_INT=8, VAL_TYP=1)


def planted_backup(*, all_tables: bool = False) -> tuple[bytes, Planted]:
    """Return a backup with planted rows, with a table of CAO 1.5 and one of another program.

    Of the demo Mandant it has the tables with planted rows only, unless it shall have ``all_tables``.
    """
    planted = Planted()
    more = planted.rows()
    demo = {table.name: rows for table, rows in DemoMandant(Plan.of_rows(900, WHEN)).tables()}
    found: list[tuple[BackupTable, t.Iterable[Row]]]
    found = [
        (table, itertools.chain(demo[name], more.get(name, ())))
        for name, table in tables().items()
        if all_tables or name in more
    ]
    found.append((_REGISTRY_LOG, [[1, planted.secret()], [2, planted.secret()]]))
    found.append((_XT_KONFIG, [[planted.stays(), planted.secret()]]))
    return b"".join(write_backup(BackupHeader("Kräuterhof", WHEN), found)), planted


def words_in(mandant: Mandant) -> set[str]:
    """Return every planted word in any cell of any table of a Mandant."""
    pattern = re.compile(rf"(?:{SECRET}|{STAYS})[0-9]{{3}}x*".encode())
    found: set[str] = set()
    for table in mandant.tables():
        for row in mandant.query(f"SELECT * FROM `{table}`"):
            for cell in row:
                content = cell if isinstance(cell, bytes) else str(cell).encode()
                found.update(word.decode() for word in pattern.findall(content))
    return found
