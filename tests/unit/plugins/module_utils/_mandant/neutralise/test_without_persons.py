# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns of a table become what, and where rows have to go."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.without_persons import (
    values_without_persons,
)

_NOT_NULL = (Attribute("NOT NULL", b"NOT NULL"),)
_ID = Column("ID", "int", b"int(11)", _NOT_NULL)


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of a plan."""

    definition: TableDefinition
    shadow: str = "S"

    @property
    def source(self) -> str:
        return self.definition.name


def _text(name: str, length: int = 40, **more: bool) -> Column:
    attributes = _NOT_NULL if more.get("needed") else ()
    return Column(name, "varchar", b"varchar(%d)" % length, attributes, length)


def _key(kind: str, *names: str) -> Key:
    return Key(kind, None, tuple(KeyPart(name, name.encode()) for name in names))


def _values(name: str, *columns: Column, keys: tuple[Key, ...] = (), others: tuple[Table, ...] = ()) -> dict[str, str]:
    table = Table(TableDefinition(name, columns, keys))
    values = values_without_persons(table, [table, *others])
    assert values is not None
    return {column.name: value for column, value in values.items()}


def test_a_table_of_persons_loses_every_text_that_is_not_known() -> None:
    found = _values(
        "adressen", Column("REC_ID", "int", b"int"), _text("NEU_15"), _text("WAEHRUNG", 5), _text("KZ", 2),
        Column("FLAG", "enum", b"enum('N')"), Column("BILD", "blob", b"blob", _NOT_NULL),
        Column("STATUS", "int", b"int"), Column("AM", "timestamp", b"timestamp"),
        Column("G", "varchar", b"varchar(9)", (Attribute("GENERATED", b""),), 9),
    )  # fmt: skip
    assert found == {"NEU_15": "NULL", "BILD": "''"}


def test_another_table_loses_what_is_named_so() -> None:
    found = _values("XT", _ID, _text("HANDY", 12), _text("FARBE"), Column("TELEFON", "bigint", b"bigint", _NOT_NULL))
    assert list(found) == ["HANDY", "TELEFON"]
    assert found["HANDY"].startswith("IF(`HANDY` IS NULL OR `HANDY` = '', `HANDY`, LEFT(CONCAT('030 23125', ")
    assert found["HANDY"].endswith(", 12))")
    assert found["TELEFON"] == "0"


def test_lists_that_everybody_has_stay() -> None:
    assert _values("plz", _text("PLZ"), _text("ORT")) == {}


def test_a_birthday_and_what_else_is_no_text() -> None:
    found = _values(
        "MITARBEITER", Column("MA_ID", "int", b"int"), Column("GEBDATUM", "datetime", b"datetime"),
        Column("GEBURTSTAG", "date", b"date", _NOT_NULL), Column("FAMSTAND", "smallint", b"smallint"),
    )  # fmt: skip
    assert found == {
        "GEBDATUM": "IF(`GEBDATUM` IS NULL, NULL, '1970-01-01')",
        "GEBURTSTAG": "IF(`GEBURTSTAG` = '0000-00-00', `GEBURTSTAG`, '1970-01-01')",
        "FAMSTAND": "NULL",
    }


def test_unique_keys_hold() -> None:
    mail, keys = _text("E_MAIL"), (_key("PRIMARY KEY", "ID"), _key("UNIQUE KEY", "E_MAIL"))
    assert "CONCAT('person', COALESCE(ABS(`S`.`ID`), 0), '@" in _values("XT", _ID, mail, keys=keys)["E_MAIL"]
    note = _text("BEMERKUNG", needed=True)
    keys = (_key("PRIMARY KEY", "ID"), _key("UNIQUE KEY", "ID", "BEMERKUNG"))
    assert "CONCAT('x', `S`.`ID`)" in _values("XT", _ID, note, keys=keys)["BEMERKUNG"]


def test_rows_without_a_number_go_where_persons_are_in_a_key() -> None:
    key = (_key("PRIMARY KEY", "E_MAIL"),)
    table = Table(TableDefinition("XT", (_text("E_MAIL", needed=True), _text("ART")), key))
    assert values_without_persons(table, [table]) is None
    bound = ForeignKey(None, b"(`E_MAIL`)", "KUNDEN", b"(`E_MAIL`)")
    table = Table(TableDefinition("XT", (_ID, _text("E_MAIL")), (_key("PRIMARY KEY", "ID"),), (bound,)))
    assert values_without_persons(table, [table]) is None


def test_whose_row_it_is() -> None:
    columns = (Column("REC_ID", "int", b"int"), Column("ADDR_ID", "int", b"int"))
    journal = Table(TableDefinition("JOURNAL", columns), "J")
    paid = (Column("JOURNAL_ID", "int", b"int"), _text("BINHABER"))
    of_address = "(SELECT j.`ADDR_ID` FROM `J` j WHERE j.`REC_ID` = `S`.`JOURNAL_ID` LIMIT 1)"
    assert of_address in _values("UEBERWEISUNGEN", *paid, others=(journal,))["BINHABER"]
    assert "ABS(`S`.`JOURNAL_ID`)" in _values("UEBERWEISUNGEN", *paid)["BINHABER"]
    made = _values("XT", _ID, Column("addr_id", "int", b"int"), _text("NACHNAME"))
    assert "ABS(`S`.`addr_id`)" in made["NACHNAME"]
    assert "ABS(1)" in _values("XT", _text("NACHNAME"))["NACHNAME"]


def test_employees_are_looked_up_where_they_are_restored() -> None:
    columns = (Column("MA_ID", "int", b"int"), _text("LOGIN_NAME"), _text("ANZEIGE_NAME"), _text("NAME"))
    staff = Table(TableDefinition("mitarbeiter", columns), "M%s")
    made = _values("ARTIKEL", _ID, _text("ERST_NAME"), others=(staff,))["ERST_NAME"]
    assert "FROM `M%s` m WHERE CONVERT(`S`.`ERST_NAME` USING utf8mb4)" in made
    assert "SELECT" not in _values("ARTIKEL", _ID, _text("ERST_NAME"))["ERST_NAME"]


def test_the_text_of_a_position_becomes_that_of_its_article() -> None:
    columns = (_text("MATCHCODE"), Column("BEZEICHNUNG", "text", b"text"))
    assert "COALESCE(NULLIF(`MATCHCODE`, ''), 'Position')" in _values("JOURNALPOS", *columns)["BEZEICHNUNG"]
    assert _values("JOURNALPOS", columns[1]) == {"BEZEICHNUNG": "NULL"}
