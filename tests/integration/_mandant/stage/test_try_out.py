# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be made behind the swap is found before it, and trying it out leaves no trace."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import SQL_MODE
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.try_out import try_out
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover
from library import Library, Planned
from restoring import account

DUMP = """-- MySQL dump 10.13
SET NAMES utf8;
CREATE TABLE `PARENT` (`ID` int NOT NULL, `N` varchar(20), PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TABLE `Größe %s` (`ID` int NOT NULL, `P` int, `Q` int, PRIMARY KEY (`ID`), KEY `Q` (`Q`),
  CONSTRAINT `fk ü` FOREIGN KEY (`P`) REFERENCES `PARENT` (`ID`),
  CONSTRAINT `fk2` FOREIGN KEY (`Q`) REFERENCES `PARENT` (`ID`) ON DELETE CASCADE,
  CONSTRAINT `fk3` FOREIGN KEY (`ID`) REFERENCES `KEPT` (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `PARENT` VALUES (1,'eins');
INSERT INTO `Größe %s` VALUES (1,1,1);
SET sql_mode='ANSI_QUOTES';
CREATE TRIGGER "tr ü" BEFORE INSERT ON "Größe %s" FOR EACH ROW SET NEW."P" = NEW."ID" + 1;
SET sql_mode='';
CREATE TRIGGER `tr2` AFTER DELETE ON `PARENT` FOR EACH ROW SET @x = 'ü';
CREATE VIEW `V ü` AS SELECT `ID`, `P` FROM `Größe %s`;
CREATE VIEW `V top` AS SELECT COUNT(*) AS `N` FROM `V ü`;
"""
LIVE = (
    "CREATE TABLE KEPT (ID INT PRIMARY KEY) ENGINE=InnoDB",
    "CREATE TABLE PARENT (ID INT PRIMARY KEY, N VARCHAR(20)) ENGINE=InnoDB",
    "CREATE TABLE `Größe %s` (ID INT PRIMARY KEY, P INT, CONSTRAINT `fk ü` FOREIGN KEY (P) REFERENCES PARENT (ID))"
    " ENGINE=InnoDB",
    "CREATE TRIGGER `tr ü` BEFORE INSERT ON `Größe %s` FOR EACH ROW SET NEW.P = 0",
    "CREATE VIEW `V ü` AS SELECT 'old' AS A",
)


def _loaded(library: Library, dump: str = DUMP) -> tuple[Session, Planned]:
    """Make a Mandant in use with objects of the same names, and the shadow tables beside it."""
    session = library.session()
    for sql in LIVE:
        session.execute(sql)
    planned = library.planned(session, dump.encode(), keep_tables=("KEPT",))
    planned.create(session)
    return session, planned


def _everything(session: Session) -> dict[str, list[t.Any]]:
    """Return each table and view as the server shows it, and the triggers."""
    names = [name for (name, _kind) in session.query("SHOW FULL TABLES")]
    shown = {name: session.query(f"SHOW CREATE TABLE {quoted(name)}") for name in names}
    return {**shown, "triggers": [row[:5] for row in session.query("SHOW TRIGGERS")]}


def test_nothing_is_left_of_it(library: Library) -> None:
    """No object, no index that came with a foreign key, and no sql_mode of a trigger."""
    session, planned = _loaded(library)
    before = _everything(session)
    assert len(planned.plan.triggers) == len(planned.plan.views) == 2
    for _time in range(2):
        try_out(session, library.server, planned.plan, "here", "b.sql")
        assert _everything(session) == before
    assert set(session.value("SELECT @@sql_mode").split(",")) == set(SQL_MODE.split(","))


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("REFERENCES `KEPT` (`ID`)", "REFERENCES `KEPT` (`NIX`)", "foreign key of Größe %s to KEPT"),
        ('NEW."ID" + 1', 'NEW."NIX" + 1', "the trigger tr ü"),
        ("SELECT `ID`, `P` FROM", "SELECT `NIX`, `P` FROM", "the view V ü"),
        ("COUNT(*) AS `N` FROM `V ü`", "MAX(`NIX`) AS `N` FROM `V ü`", "the view V top"),
    ],
)
def test_what_cannot_be_made(library: Library, right: str, wrong: str, words: str) -> None:
    """The Mandant in use is as it was, and the next run clears away what is left of the trial."""
    assert DUMP.count(right) == 1
    session, planned = _loaded(library, DUMP.replace(right, wrong))
    live = {name: shown for name, shown in _everything(session).items() if not name.startswith("BACK_")}
    with pytest.raises(Failure) as caught:
        try_out(session, library.server, planned.plan, "here", "b.sql")
    assert caught.value.error == "statement_failed"
    assert f"trying out {words}" in caught.value.msg.replace("a foreign", "foreign")
    recover(session, library.server, library.mandant.name)
    assert _everything(session) == live
    assert set(session.value("SELECT @@sql_mode").split(",")) == set(SQL_MODE.split(","))


def test_what_an_account_may_not_make(library: Library) -> None:
    _session, planned = _loaded(library)
    rights = "SELECT, INSERT, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW"
    password = account(library.mandant.server, "poor", [f"{rights} ON `{library.mandant.name}`.*"])
    poor = library.session(account=("poor", password))
    with pytest.raises(Failure) as caught:
        try_out(poor, library.server, planned.plan, "here", "b.sql")
    assert caught.value.error == "missing_privilege"
    assert "trigger" in caught.value.msg


def test_a_trigger_does_not_run(library: Library) -> None:
    """While it is there, nobody writes; what it would write is not written."""
    session, planned = _loaded(library, DUMP.replace("SET @x = 'ü'", "INSERT INTO `Größe %s` VALUES (9,9,9)"))
    try_out(session, library.server, planned.plan, "here", "b.sql")
    for table in planned.plan.tables:
        assert session.query(f"SELECT * FROM {table.shadow}") == []
    assert session.query("SELECT * FROM `Größe %s`") == []


def test_lost_connection(library: Library) -> None:
    session, planned = _loaded(library)
    before = _everything(session)
    library.kill(session)
    with pytest.raises(Failure) as caught:
        try_out(session, library.server, planned.plan, "here", "b.sql")
    assert caught.value.error == "connection_failed"
    assert _everything(library.session()) == before


# A table that stays, with a foreign key to one that is restored; and backups that do not fit it.
CHILD = (
    "CREATE TABLE XT (P INT, TEXT VARCHAR(9), KEY P (P), CONSTRAINT fk_xt FOREIGN KEY (P) REFERENCES PARENT (ID)"
    " ON DELETE CASCADE) ENGINE=InnoDB",
    "INSERT INTO XT VALUES (1, 'eins'), (NULL, 'keins')",
)
PARENT = "-- MySQL dump 10.13\nCREATE TABLE `PARENT` (%s) ENGINE=%s;\nINSERT INTO `PARENT` VALUES (%d,2);\n"
FITS = PARENT % ("`ID` int NOT NULL, `N` int, PRIMARY KEY (`ID`)", "InnoDB", 1)
UNFIT = {
    "another type": PARENT % ("`ID` bigint NOT NULL, `N` int, PRIMARY KEY (`ID`)", "InnoDB", 1),
    "another sign": PARENT % ("`ID` int unsigned NOT NULL, `N` int, PRIMARY KEY (`ID`)", "InnoDB", 1),
    "no index": PARENT % ("`ID` int NOT NULL, `N` int, PRIMARY KEY (`N`)", "InnoDB", 1),
    "no such column": PARENT % ("`IDS` int NOT NULL, `N` int, PRIMARY KEY (`IDS`)", "InnoDB", 1),
    "no such row": PARENT % ("`ID` int NOT NULL, `N` int, PRIMARY KEY (`ID`)", "InnoDB", 7),
    "another engine": PARENT % ("`ID` int NOT NULL, `N` int, PRIMARY KEY (`ID`)", "MyISAM", 1),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_what_stays_has_to_fit_what_comes(library: Library, unfit: str) -> None:
    """Else the foreign key would be refused behind the swap, or hold rows to nothing."""
    restorer, mandant = library.restorer, library.mandant
    restorer.run(restorer.write("0.sql", FITS.encode()))
    for sql in CHILD:
        mandant.query(sql)
    before = mandant.checksums()
    path = restorer.write("1.sql", UNFIT[unfit].encode())
    engine = "MyISAM" if unfit == "another engine" else None
    with pytest.raises(Failure) as caught:
        restorer.run(path, keep_tables=("XT",), policy="always", engine=engine)
    assert caught.value.error == "statement_failed"
    assert "fk_xt" in caught.value.msg
    assert {name: found for name, found in mandant.checksums().items() if not name.startswith("BACK_")} == {
        name: found for name, found in before.items() if not name.startswith("BACK_")
    }
    if unfit == "no such row":
        restorer.run(str(restorer.folder / "1.sql"), keep_tables=("XT",), policy="always", on_error="skip")
        assert mandant.query("SELECT ID FROM PARENT") == [(7,)]
    restorer.run(str(restorer.folder / "0.sql"), keep_tables=("XT",), policy="always")
    mandant.query("DELETE FROM PARENT")
    assert mandant.query("SELECT TEXT FROM XT") == [("keins",)]
    assert [name for name in mandant.tables() if name.startswith("BACK_RESTORE_")] == ["BACK_RESTORE_MARKER"]
