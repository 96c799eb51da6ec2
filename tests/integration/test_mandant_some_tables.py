# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that are restored by themselves, and what stays beside them: foreign keys, triggers, views, copies."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info
from restoring import Restorer, cao_backup, cao_table, roll_back

SURE: dict[str, t.Any] = {"running_instances": "ignore", "policy": "always"}
ONE: dict[str, t.Any] = {**SURE, "tables": ("ARTIKEL",)}


def _dump(mark: str, *, columns: str = "", articles: str = "", keys: str = "", engine: str = "InnoDB") -> bytes:
    """Return a dump by another program; the texts are put into the table ARTIKEL."""
    rows = articles or f"(1,1,'{mark}'),(2,2,'{mark}')"
    return f"""-- MySQL dump 10.13
SET NAMES utf8;
CREATE TABLE `WARENGRUPPEN` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
CREATE TABLE `ARTIKEL` (`REC_ID` int NOT NULL, `GRUPPE` int, `INFO` varchar(20){columns}, PRIMARY KEY (`REC_ID`),
  KEY `G` (`GRUPPE`){keys or ", CONSTRAINT `fk_g` FOREIGN KEY (`GRUPPE`) REFERENCES `WARENGRUPPEN` (`ID`)"}
  ) ENGINE={engine};
CREATE TABLE `JOURNALPOS` (`ID` int NOT NULL, `ARTIKEL_ID` int, PRIMARY KEY (`ID`), KEY `A` (`ARTIKEL_ID`),
  CONSTRAINT `fk_pos` FOREIGN KEY (`ARTIKEL_ID`) REFERENCES `ARTIKEL` (`REC_ID`)) ENGINE=InnoDB;
CREATE TABLE `SEEN` (`N` int) ENGINE=InnoDB;
INSERT INTO `WARENGRUPPEN` VALUES (1),(2),(3);
INSERT INTO `ARTIKEL` VALUES {rows};
INSERT INTO `JOURNALPOS` VALUES (1,1),(2,NULL);
CREATE TRIGGER `tr_art` AFTER INSERT ON `ARTIKEL` FOR EACH ROW INSERT INTO `SEEN` VALUES (NEW.`REC_ID`);
CREATE VIEW `V_ART` AS SELECT `p`.`ID` AS `ID`, `a`.`INFO` AS `INFO` FROM `JOURNALPOS` `p`
  JOIN `ARTIKEL` `a` ON `a`.`REC_ID` = `p`.`ARTIKEL_ID`;
""".encode()


def _objects(restorer: Restorer) -> dict[str, list[tuple[t.Any, ...]]]:
    query = restorer.mandant.query
    return {
        "keys": query(
            "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
            " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1, 2"
        ),
        "triggers": query(
            "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
        ),
        "view": query("SELECT * FROM V_ART"),
    }


def _info(restorer: Restorer) -> dict[str, t.Any]:
    asked = Asked(restorer.mandant.name, verify="full")
    found: dict[str, t.Any] = mandant_info(asked=asked, login=restorer.login())["mandanten"][0]
    return found


def _state(restorer: Restorer) -> tuple[t.Any, ...]:
    shown = [restorer.mandant.query(f"SHOW CREATE TABLE `{name}`") for name in restorer.mandant.tables()]
    return shown, restorer.mandant.checksums()


def _refused(restorer: Restorer, path: str, *, before_loading: bool = True, **options: t.Any) -> Failure:
    """Return why a run does not begin; the Mandant is as it was, and check mode says the same where it can know."""
    before = _state(restorer)
    with pytest.raises(Failure) as failed:
        restorer.run(path, **{**ONE, **options})
    assert _state(restorer) == before
    if before_loading:
        with pytest.raises(Failure) as foretold:
            restorer.run(path, check=True, **{**ONE, **options})
        assert foretold.value.msg == failed.value.msg
    return failed.value


def test_what_stays_belongs_to_the_new_table_and_after_a_rollback_to_the_old_one(restorer: Restorer) -> None:
    restorer.run(restorer.write("1.sql", _dump("one")), **SURE)
    restorer.mandant.query("DELETE FROM WARENGRUPPEN WHERE ID = 3")
    two = restorer.write("2.sql", _dump("two", articles="(1,1,'two'),(2,1,'two')"))
    at_first = _objects(restorer)
    assert at_first["keys"] == [("ARTIKEL", "fk_g", "WARENGRUPPEN"), ("JOURNALPOS", "fk_pos", "ARTIKEL")]
    outcome = restorer.run(two, **ONE)
    assert (outcome.restore["tables"], outcome.restore["dropped"]) == (1, [])
    assert outcome.restore["previous"] == ["BACK_ARTIKEL"]
    for info in ("two", "one", "two"):
        there = _objects(restorer)
        assert there == {**at_first, "view": [(1, info)]}
        assert [one["name"] for one in _info(restorer)["drift"]["tables"]] == ["WARENGRUPPEN"]
        roll_back(restorer, running_instances="ignore")
    # What is aside holds nobody up: group 2 is that of an old article alone.
    restorer.run(two, **ONE)
    restorer.mandant.query("DELETE FROM WARENGRUPPEN WHERE ID = 2")


def test_a_foreign_key_that_the_backup_lacks_holds_nothing_up_and_comes_back(restorer: Restorer) -> None:
    restorer.run(restorer.write("1.sql", _dump("one")), **SURE)
    restorer.mandant.query("ALTER TABLE ARTIKEL ADD FOREIGN KEY (GRUPPE) REFERENCES WARENGRUPPEN (ID)")
    at_first = _objects(restorer)["keys"]
    assert len(at_first) == 3
    outcome = restorer.run(restorer.write("2.sql", _dump("two", keys=",KEY H (`INFO`)")), **ONE)
    assert {one["kind"] for one in outcome.restore["left_behind"]} == {"foreign key"}
    restorer.mandant.query("DELETE FROM WARENGRUPPEN WHERE ID = 2")
    restorer.mandant.query("INSERT INTO WARENGRUPPEN VALUES (2)")
    roll_back(restorer, running_instances="ignore")
    assert _objects(restorer)["keys"] == at_first


@pytest.mark.parametrize(
    ("harm", "dump", "options", "words"),
    [
        ("INSERT INTO JOURNALPOS VALUES (3, 2)", {"articles": "(1,1,'new')"}, {}, "fk_pos of JOURNALPOS would point"),
        ("DELETE FROM WARENGRUPPEN WHERE ID = 3", {"articles": "(1,3,'new')"}, {}, "fk_g of ARTIKEL would point"),
    ],
)
def test_rows_that_do_not_belong_to_each_other(
    restorer: Restorer, harm: str, dump: dict[str, str], options: dict[str, t.Any], words: str
) -> None:
    restorer.run(restorer.write("1.sql", _dump("one")), **SURE)
    restorer.mandant.query(harm)
    path = restorer.write("2.sql", _dump("new", **dump))
    failure = _refused(restorer, path, before_loading=False, **options)
    assert failure.error == "statement_failed"
    assert words in failure.msg
    assert restorer.run(path, **ONE, on_error="skip").changed


_VIEW = "CREATE VIEW V_OWN AS SELECT x.REC_ID, x.EXTRA AS y FROM JOURNALPOS p JOIN ARTIKEL x ON x.REC_ID = p.ID"


_REFUSED: list[tuple[list[str], dict[str, str], dict[str, t.Any], str, str]] = [
    (["ALTER TABLE ARTIKEL ADD EXTRA INT", _VIEW], {}, {}, "statement_failed", "V_OWN, which stays, shows EXTRA"),
    (
        [
            "ALTER TABLE ARTIKEL ADD EXTRA INT, ADD KEY (EXTRA)",
            "CREATE TABLE XT (A INT, CONSTRAINT fk_xt FOREIGN KEY (A) REFERENCES ARTIKEL (EXTRA)) ENGINE=InnoDB",
        ],
        {},
        {},
        "statement_failed",
        "fk_xt of XT, which stays, points to EXTRA of ARTIKEL",
    ),
    (
        [],
        {"keys": ", KEY H (`INFO`)"},
        {"engine": "MyISAM"},
        "statement_failed",
        "which would become a table of MyISAM",
    ),
    (
        [],
        {"keys": ", CONSTRAINT `fk_n` FOREIGN KEY (`GRUPPE`) REFERENCES `NOWHERE` (`ID`)"},
        {},
        "statement_failed",
        "points to NOWHERE, which is neither in the Mandant nor",
    ),
    (["DROP VIEW V_ART", "DROP TABLE SEEN"], {}, {}, "statement_failed", "not be there. Name it in tables, too;"),
    (
        ["CREATE TRIGGER tr_x AFTER INSERT ON SEEN FOR EACH ROW SET @x = 1"],
        {"rename": "tr_x"},
        {},
        "server_setting",
        "SEEN, which stays, has one of this name",
    ),
    ([], {}, {"tables": ("ARTIKEL", "ARTIKLE")}, "not_a_backup", "no table ARTIKLE"),
    ([], {}, {"tables": ("XT_*",), "policy": "once"}, "not_a_backup", "no table XT_*, which tables asks for"),
    ([], {}, {"tables": ("ARTIKLE",), "policy": "enforce"}, "not_a_backup", "did you mean ARTIKEL?"),
    ([], {}, {"keep_tables": ("artikel",)}, "not_a_backup", "keep_tables keeps all that tables asks for"),
]


@pytest.mark.parametrize(("harm", "dump", "options", "error", "words"), _REFUSED)
def test_what_is_refused_before_anything_is_read(
    restorer: Restorer, harm: list[str], dump: dict[str, str], options: dict[str, t.Any], error: str, words: str
) -> None:
    restorer.run(restorer.write("1.sql", _dump("one")), **SURE)
    for sql in harm:
        restorer.mandant.query(sql)
    name = dump.get("rename", "tr_art")
    content = _dump("new", **{key: value for key, value in dump.items() if key != "rename"})
    path = restorer.write("2.sql", content.replace(b"`tr_art`", f"`{name}`".encode()))
    failure = _refused(restorer, path, **options)
    assert failure.error == error
    assert words in failure.msg


def test_a_pattern_that_nothing_fits_is_an_error_where_the_backup_was_restored(restorer: Restorer) -> None:
    path = restorer.write("1.sql", _dump("one"))
    restorer.run(path, **SURE)
    for policy in ("once", "enforce"):
        assert _refused(restorer, path, tables=("ARTIKEL", "KUNDEN"), policy=policy).error == "not_a_backup"
        assert not restorer.run(path, tables=("artikel", "V_*"), policy=policy).changed


def test_a_view_is_one_of_the_tables(restorer: Restorer) -> None:
    restorer.run(restorer.write("1.sql", _dump("one")), **SURE)
    changed = _dump("two").replace(b"`a`.`INFO` AS `INFO`", b"'two' AS `INFO`")
    outcome = restorer.run(restorer.write("2.sql", changed), **{**SURE, "tables": ("v_art",)})
    assert (outcome.restore["tables"], outcome.restore["previous"]) == (0, ["BACK_V_ART"])
    assert restorer.mandant.query("SELECT * FROM V_ART") == [(1, "two")]
    assert _info(restorer)["drift"]["tables"] == []
    roll_back(restorer, running_instances="ignore")
    assert restorer.mandant.query("SELECT * FROM V_ART") == [(1, "one")]
    assert _info(restorer)["drift"]["tables"] == []


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_a_table_that_was_gone_goes_again(restorer: Restorer, engine: str) -> None:
    """It is brought where nothing was, so that a rollback leaves nothing, and a second one brings it again."""
    mandant = restorer.mandant
    mandant.query("CREATE TABLE XT (A INT)")
    tables = [cao_table(name, ["A int(11)"], ["'1'"]) for name in ("ARTIKEL", "PLZ")]
    path = restorer.write("1.sql", cao_backup(*tables))
    outcome = restorer.run(path, tables=("ARTIKEL",), engine=engine, diff=True)
    assert outcome.reason == "the Mandant holds no row of ARTIKEL; of the backup only ARTIKEL is restored"
    assert set(outcome.diff["data"]["after"]["tables"]) == {"ARTIKEL", "XT"}
    info = _info(restorer)
    assert (info["restored"]["only"], info["restored"]["earlier"]) == (["ARTIKEL"], [])
    assert (info["previous"]["tables"], info["previous"]["rollback"], info["drift"]["tables"]) == (0, True, [])
    for there in (False, True):
        assert roll_back(restorer).restore["tables"] == 1
        assert ("ARTIKEL" in mandant.tables(), "BACK_ARTIKEL" in mandant.tables()) == (there, not there)
        assert restorer.run(path, tables=("ARTIKEL",), engine=engine).changed is False
    mandant.query("DROP TABLE ARTIKEL")
    with pytest.raises(Failure, match="what was restored is gone, and before it there was nothing"):
        roll_back(restorer)


def test_nothing_of_these_tables_is_kept_where_the_generation_before_is_dropped(restorer: Restorer) -> None:
    for mark in ("one", "two"):
        restorer.run(restorer.write(f"{mark}.sql", _dump(mark)), **SURE)
    older = [name for name in restorer.mandant.tables() if name.startswith("BACK_") and name != "BACK_RESTORE_MARKER"]
    outcome = restorer.run(restorer.write("three.sql", _dump("three")), **ONE, previous="drop")
    assert outcome.restore["dropped"] == ["ARTIKEL", "BACK_ARTIKEL"]
    left = [name for name in restorer.mandant.tables() if name in older]
    assert left == [name for name in older if name != "BACK_ARTIKEL"]
    with pytest.raises(Failure, match="there is no generation before"):
        roll_back(restorer)
    info = _info(restorer)
    assert (info["previous"], info["older_aside"]["tables"]) == (None, left)
    assert restorer.run(restorer.write("four.sql", _dump("four")), **SURE).restore["dropped"] == left


def test_letter_case_of_another_program(restorer: Restorer) -> None:
    """The dump of a server that writes small letters takes the place of the table that is there in them."""
    mandant = restorer.mandant
    for name in ("artikel", "adressen"):
        mandant.query(f"CREATE TABLE {name} (A INT) ENGINE=MyISAM")
    there = set(mandant.tables())
    content = cao_backup(*(cao_table(name, ["A int(11)"], ["'1'"]) for name in ("artikel", "adressen")))
    restorer.run(restorer.write("1.sql", content), **{**SURE, "tables": ("Artikel",)})
    small = "artikel" if there == set(mandant.tables()) - {"back_artikel", "back_restore_marker"} else "ARTIKEL"
    back = {"artikel": "back_artikel", "ARTIKEL": "BACK_artikel"}[small]
    assert {small, back, "adressen"} <= set(mandant.tables())
    roll_back(restorer, running_instances="ignore")
    assert "artikel" in mandant.tables()
    assert mandant.query("SELECT COUNT(*) FROM artikel") == [(0,)]


def _mail(*tables: str) -> bytes:
    columns = {
        "MAIL": ["ID int(11)", "ORDNER_ID int(11)"],
        "MAIL_ORDNER": ["ORDNER_ID int(11)", "ORDNER_TYP int(11)"],
        "MAIL_KONTEN": ["ID int(11)", "USERNAME varchar(20)", "PASSWORD varchar(20)"],
    }
    rows = {"MAIL": ["'1','3'"], "MAIL_ORDNER": ["'3','3'"], "MAIL_KONTEN": ["'1','mail','secret'"]}
    return cao_backup(*(cao_table(name, columns[name], rows[name]) for name in tables))


def test_a_copy_of_some_tables(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", _mail("MAIL", "MAIL_ORDNER", "MAIL_KONTEN"))
    restorer.run(path, **SURE)
    failure = _refused(restorer, path, tables=("MAIL",), neutralise=frozenset(["mail"]))
    assert "name it in tables, too" in failure.msg
    options = {**SURE, "tables": ("MAIL_KONTEN",), "neutralise": frozenset(["mail"])}
    foretold, outcome = restorer.run(path, check=True, **options), restorer.run(path, **options)
    assert outcome.restore["neutralised"] == foretold.restore["neutralised"]
    assert [one["tables"] for one in outcome.restore["neutralised"]] == [
        [{"name": "MAIL_KONTEN", "rows": 1, "what": "emptied"}]
    ]
    # Of what the backup has beside them, nothing is said.
    assert {"MAIL", "MAIL_ORDNER"}.isdisjoint(one["table"] for one in outcome.restore["warnings"])
    assert any("MAIL, which is not among the tables" in text for text in outcome.warnings)
    # What was restored before holds passwords, aside and in use.
    assert any("generation before, which stays as BACK_ tables, is not" in text for text in outcome.warnings)
    assert _info(restorer)["restored"]["neutralised"] == []
    assert mandant.query("SELECT PASSWORD FROM MAIL_KONTEN") == [(None,)]
    assert not restorer.run(path, **{**options, "policy": "enforce"}).changed
    told = restorer.run(path, **{**options, "policy": "enforce", "neutralise": frozenset()}, check=True)
    assert "with mail neutralised" in told.reason


def _agree(restorer: Restorer) -> None:
    """Roll back as check mode foretells it."""
    said = [roll_back(restorer, check=check, running_instances="ignore") for check in (True, False)]
    assert said[0].reason == said[1].reason
    assert said[0].restore["tables"] == said[1].restore["tables"] == 1


def _gone_and_back(restorer: Restorer) -> None:
    _agree(restorer)
    assert [name for name in restorer.mandant.tables() if "ARTIKEL" in name] == ["BACK_ARTIKEL"]
    _agree(restorer)
    assert [name for name in restorer.mandant.tables() if "ARTIKEL" in name] == ["ARTIKEL"]
    assert _info(restorer)["drift"]["tables"] == []


def _bring(restorer: Restorer, **options: t.Any) -> str:
    restorer.mandant.query("CREATE TABLE XT (A INT)")
    path = restorer.write(
        "1.sql", cao_backup(*(cao_table(name, ["A int(11)"], ["'1'"]) for name in ("ARTIKEL", "PLZ")))
    )
    restorer.run(path, tables=("ARTIKEL",), **options)
    return path


@pytest.mark.parametrize(
    "place",
    [
        "swap.swap:rename:before",
        "swap.swap:rename:after",
        "swap.finish:_note_finished:before",
        "swap.finish:_note_finished:after",
        "swap.finish:drop_what_went:after",
    ],
)
def test_a_way_back_to_nothing_is_cut_off(restorer: Restorer, place: str) -> None:
    _bring(restorer)
    restorer.start(None, place, running_instances="ignore", may_end=True)
    if place.endswith("drop_what_went:after"):
        # That one had come to its end.
        _agree(restorer)
    _gone_and_back(restorer)


@pytest.mark.parametrize("done", range(4))
def test_half_a_way_back_to_nothing(restorer: Restorer, done: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose RENAME is not whole was killed within it."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

    _bring(restorer)
    restorer.start(None, "swap.swap:rename:before", running_instances="ignore")
    query = restorer.mandant.query
    text = query("SELECT content FROM BACK_RESTORE_NEW_MARKER WHERE kind = 'restore'")[0][0]
    moves = json.loads(text)["moves"]
    assert len(moves) == 4
    for source, target in moves[:done]:
        query(f"RENAME TABLE `{source}` TO `{target}`")
    monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    _gone_and_back(restorer)


@pytest.mark.parametrize("previous", ["keep", "drop"])
def test_an_unfinished_restore_is_taken_back(restorer: Restorer, previous: str) -> None:
    """Of these tables: a scheduled run does not bring them again, and the whole backup was not taken back."""
    path = _bring(restorer)
    other = restorer.write(
        "2.sql", cao_backup(*(cao_table(name, ["A int(11)"], ["'2'"]) for name in ("ARTIKEL", "PLZ")))
    )
    options = {"tables": ("ARTIKEL",), "previous": previous, "running_instances": "ignore", "policy": "always"}
    restorer.start(other, "swap.finish:_note_finished:before", **options)
    _agree(restorer)
    assert restorer.mandant.query("SELECT A FROM ARTIKEL") == [(1,)]
    again = restorer.run(other, tables=("ARTIKEL",))
    assert (again.changed, "from this backup back" in again.reason) == (False, True)
    assert not restorer.run(path, tables=("ARTIKEL",)).changed
    assert restorer.run(other, tables=("PLZ",)).changed
    restorer.mandant.query("DROP TABLE XT")
    assert restorer.run(other, check=True).changed
