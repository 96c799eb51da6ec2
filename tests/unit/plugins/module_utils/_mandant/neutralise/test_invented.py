# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the place of persons, computed by SQLite, which has what is needed of it."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.invented import Seed, invented
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import Kind


def _elt(number: int, *words: str) -> str:
    return words[number - 1]


def _value(kind: Kind, number: int | None, value: str = "x", employee: str | None = None) -> t.Any:
    """Return what a value of a row with a number becomes."""
    sql = invented(kind, "c", Seed("n", employee))
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        functions: dict[str, t.Callable[..., object]] = {
            "ELT": _elt,
            "MOD": lambda one, other: one % other,
            "IF": lambda test, one, other: one if test else other,
            "CONCAT": lambda *parts: None if None in parts else "".join(map(str, parts)),
            "LPAD": lambda text, length, filling: str(text).rjust(length, filling),
            "LEFT": lambda text, length: text[:length],
            "REPEAT": lambda text, times: text * times,
            "CHAR_LENGTH": len,
        }
        for name, function in functions.items():
            database.create_function(name, -1, function)
        # SQLite has a LEFT of its own for joins.
        statement = f"SELECT {sql} FROM (SELECT ? AS n, ? AS c)".replace("LEFT(", '"LEFT"(').replace("IF(", '"IF"(')
        return database.execute(statement.replace('NULL"IF"', "NULLIF"), (number, value)).fetchone()[0]


@pytest.mark.parametrize("number", [1, 17, 96, 97, 98, 4711, 2**31 - 1, -2, 0, None])
def test_an_iban_is_one_in_form_and_nobodys(number: int | None) -> None:
    iban = _value("iban", number)
    assert re.fullmatch("DE[0-9]{2}0{8}[0-9]{10}", iban)
    assert int(iban[4:] + "1314" + iban[2:4]) % 97 == 1
    assert iban.endswith(_value("account", number))


@pytest.mark.parametrize(
    ("kind", "number", "value", "becomes"),
    [
        ("name", 20, "x", "Ahornhof 20"),
        ("match", 20, "x", "AHORNHOF 20"),
        ("letter", 20, "x", "Guten Tag Ahornhof 20"),
        ("name", -2, "x", "Barverkauf"),
        ("name", None, "x", "Barverkauf"),
        ("salutation", 1, "Frau", "Frau"),
        ("salutation", 1, "Frau Dr. Geheim", "Firma"),
        ("postcode", 1, "54321", "50000"),
        ("postcode", 1, "A-1010", "000000"),
        ("mail", 17, "x", "person17@beispiel.invalid"),
        ("phone", 17, "x", "030 23125017"),
        ("phone", 123456, "x", "030 23125456"),
        ("customer", 17, "x", "10017"),
        ("ledger", 1200, "Bank", "Bank"),
        ("ledger", 10017, "Geheim", "Konto 10017"),
        ("staff", 1, "x", "Mitarbeiter"),
        ("employee", 3, "x", "Mitarbeiter 3"),
        ("tax", 17, "x", "DE000000017"),
        ("birth", 1, "x", "1970-01-01"),
    ],
)
def test_what_a_value_becomes(kind: Kind, number: int | None, value: str, becomes: str) -> None:
    assert _value(kind, number, value) == becomes


def test_an_employee_is_called_as_everywhere() -> None:
    assert _value("staff", 1, employee="(SELECT 7 WHERE %s = 'x')") == "Mitarbeiter 7"
    assert _value("staff", 1, "other", employee="(SELECT 7 WHERE %s = 'x')") == "Mitarbeiter"


def test_free_texts_are_emptied() -> None:
    assert invented("free", "c", Seed("n")) is None
