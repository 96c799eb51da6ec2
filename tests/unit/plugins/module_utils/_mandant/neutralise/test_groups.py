# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each group takes for its own, by names and values; SQLite says what LIKE means."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_restore_spec
from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import (
    REGISTRIES,
    RULES,
    SETTING_KEPT,
    Group,
    beside_secrets,
)

MAIL, SHOP, PATHS, PASSWORDS = "mail", "shop", "paths", "passwords"


def test_the_module_offers_the_groups() -> None:
    assert set(mandant_restore_spec()["neutralise"]["choices"]) == set(RULES)


def test_every_group_has_its_rules() -> None:
    assert set(t.get_args(Group)) == set(RULES)
    # Paths are known by their values, which the other groups take away.
    assert next(iter(RULES)) == PATHS


def groups_of(
    mainkey: str, name: str, value: str, named: t.Collection[str] = (MAIL, SHOP, PATHS, PASSWORDS)
) -> set[str]:
    """Return which of some groups take a setting for their own."""
    setting = {"MAINKEY": mainkey, "NAME": name, "VAL_CHAR": value, "VAL_BLOB": ""}
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA case_sensitive_like = ON")
        like = "SELECT UPPER(?) LIKE ? ESCAPE '|'"
        return {
            group
            for group, rules in RULES.items()
            if group in named
            and any(database.execute(like, (setting[column], text)).fetchone()[0] for column, text in rules.settings)
        }


@pytest.mark.parametrize(
    ("mainkey", "name", "value", "groups"),
    [
        ("MAIN", "DB_VERSION", "1.50", set()),
        ("MAIN\\NUMMERN", "VK-RECH", "4711", set()),
        ("MAIN\\EMAIL", "ABSENDER", "chef@laden.example", {MAIL}),
        ("MAIN\\Email\\KONTO 1", "HOST", "", {MAIL}),
        ("USERSETTINGS\\7\\SMTP", "SERVER", "", {MAIL}),
        ("MAIN\\VERSAND", "RECHNUNG_PER_MAIL", "J", {MAIL}),
        ("MAIN\\SHOP", "URL", "https://shop.example", {SHOP}),
        ("SHOPTRANSFER", "USER", "x", {SHOP}),
        ("MAIN\\WORKSHOP", "URL", "x", set()),
        ("MAIN\\PFADE", "EXPORT", "x", {PATHS}),
        ("MAIN", "EXPORTPFAD", "x", {PATHS}),
        ("MAIN", "DIR", "x", {PATHS}),
        ("MAIN", "DIR_EXPORT", "x", {PATHS}),
        ("MAIN", "EXPORT_DIR", "x", {PATHS}),
        ("MAIN", "EXPORT_DIR_2", "x", {PATHS}),
        ("MAIN", "DIREKT", "x", set()),
        ("MAIN", "LETZTE", "c:\\daten\\x.txt", {PATHS}),
        ("MAIN", "LETZTE", "X:/daten", {PATHS}),
        ("MAIN", "LETZTE", "\\\\server\\freigabe", {PATHS}),
        ("MAIN", "LETZTE", "siehe C:\\daten", set()),
        ("MAIN\\BACKUP", "BACKUP_PWD", "x", {PASSWORDS}),
        ("MAIN\\BACKUP\\2", "ZIEL", "x", {PASSWORDS}),
        ("MAIN", "Passwort", "x", {PASSWORDS}),
        ("MAIN", "API_KEY", "x", {PASSWORDS}),
        ("MAIN", "MAPIXKEY", "x", set()),
        ("MAIN", "PIN", "1234", {PASSWORDS}),
        ("MAIN", "TSE_PIN", "1234", {PASSWORDS}),
        ("MAIN", "PIN_TSE", "1234", {PASSWORDS}),
        ("MAIN", "TSE_PIN_ADMIN", "1234", {PASSWORDS}),
        ("MAIN", "SPINDEL", "1234", set()),
        ("MAIN", "LIEFERANTEN_TANTIEME", "5", set()),
        ("DOKUMENTEN", "FTPHOSTDOKUMENTEN", "x", {PATHS, PASSWORDS}),
        ("MAIN\\FTP", "SERVER", "x", {PATHS, PASSWORDS}),
        ("MAIN", "DOKUMENTE_FTP_SERVER", "x", {PATHS, PASSWORDS}),
        ("MAIN", "SMSURL", "x", {MAIL, PASSWORDS}),
        ("MAIN\\SMS\\1", "KONTO", "x", {MAIL, PASSWORDS}),
        ("MAIN\\TSE", "SERIENNUMMER", "x", {PASSWORDS}),
        ("MAIN\\KASSE", "TSE_CLIENT_ID", "x", {PASSWORDS}),
        ("MAIN\\KASSE", "KASSE_TSE_ID", "x", {PASSWORDS}),
        ("MAIN", "WERKSTSEITE", "x", set()),
        ("MAIN", "SMARTFTPX", "x", set()),
        ("MAIN\\SHOP", "SMTP_KENNWORT", "x", {MAIL, SHOP, PASSWORDS}),
    ],
)
def test_settings(mainkey: str, name: str, value: str, groups: set[str]) -> None:
    assert groups_of(mainkey, name, value) == groups


@pytest.mark.parametrize(
    ("column", "groups"),
    [
        ("KURZTEXT", set()),
        ("EMAIL", set()),
        ("SMTP_SERVER", {MAIL}),
        ("SHOP_PASSWORD", {SHOP, PASSWORDS}),
        ("SHOP_KATALOG_URL", {SHOP}),
        ("SHOP_ID", set()),
        ("MY_SHOP_URL", set()),
        ("BILDPFAD", {PATHS}),
        ("EXPORT_DIR", {PATHS}),
        ("DIRECTION", set()),
        ("USER_PASSWORD", {PASSWORDS}),
        ("KENNWORT2", {PASSWORDS}),
        ("PWD_HASH", {PASSWORDS}),
        ("OAUTH_TOKEN", {PASSWORDS}),
        ("APIKEY", {PASSWORDS}),
        ("PIN", {PASSWORDS}),
        ("KARTE_PIN_ALT", {PASSWORDS}),
        ("EMAILBENUTZER", {MAIL}),
        ("E_MAIL_SERVER", {MAIL}),
        ("EMAILPASSWORT", {MAIL, PASSWORDS}),
        ("EMAIL2_FLAG", set()),
        ("SMSURL", {MAIL}),
        ("SMSBENUTZERNAME", {MAIL}),
        ("SMSPASSWORT", {MAIL, PASSWORDS}),
        ("SMS_TEXT", set()),
        ("FTP_HOST", {PATHS}),
        ("DOK_SFTP_USER", {PATHS}),
        ("SPINDEL", set()),
        ("PASSIV", set()),
        ("KOMPASS", set()),
        ("TANTIEME", set()),
    ],
)
def test_columns_of_any_table(column: str, groups: set[str]) -> None:
    assert {group for group, rules in RULES.items() if rules.columns.search(column)} == groups


@pytest.mark.parametrize(
    ("names", "beside"),
    [
        ("NAME1 SMSURL SMSBENUTZERNAME SMSPASSWORT SMSTEXT", "SMSURL SMSBENUTZERNAME"),
        ("FTP_HOST FTP_LOGIN FTP_KENNWORT FTP_AKTIV", "FTP_HOST FTP_LOGIN"),
        ("HOST USER PASSWORT", ""),
        ("LOGIN_NAME USER_PASSWORD USER_LOGIN", ""),
        ("DATEV_TOKEN DATEV_URL DATUM URL", "DATEV_URL"),
        ("SMSURL SMSTEXT", ""),
    ],
)
def test_servers_and_users_beside_a_secret(names: str, beside: str) -> None:
    secrets = RULES["passwords"].secrets
    assert secrets is not None
    assert beside_secrets(secrets, names.split()) == frozenset(beside.split())


def test_rules_are_written_as_names_are_compared() -> None:
    """In upper case, and for tables that CAO-Faktura has: a slip of the pen would leave a secret where it is."""
    for rules in RULES.values():
        named = {rule.table for rule in rules.tables} | set(rules.emptied)
        assert named <= KNOWN - set(REGISTRIES)
        for column, pattern in rules.settings:
            assert column in ("MAINKEY", "NAME", "VAL_CHAR", "VAL_BLOB")
            assert pattern == pattern.upper()
            # The escape escapes something, or SQL refuses it.
            assert re.fullmatch(r"(?:[^|]|\|[|%_])+", pattern)
            assert re.sub(r"\|.|[%_]", "", pattern), "it would fit every value"
        for rule in rules.tables:
            assert all(name == name.upper() for name in (*rule.kept, *rule.flags))


@pytest.mark.parametrize(
    ("mainkey", "name", "value", "taken"),
    [
        ("USERSETTINGS\\Ute", "RASTER", "x", True),
        ("MAIN\\BELEGE", "KOPIE_AN", "ute@laden.example", True),
        ("MAIN\\BELEGE", "ABSENDERZEILE", "x", True),
        ("MAIN\\KASSE", "LETZTER_BENUTZER", "x", True),
        ("MAIN\\FIBU", "KONTO_KASSE", "1000", False),
        ("MAIN\\NUMBERS", "VK-RECH", "4711", False),
        ("MAIN", "DB_VERSION", "1.50", False),
    ],
)
def test_settings_of_persons(mainkey: str, name: str, value: str, taken: bool) -> None:
    assert groups_of(mainkey, name, value, ["persons"]) == ({"persons"} if taken else set())


def test_no_value_of_a_setting_is_kept() -> None:
    assert not [name for name in SETTING_KEPT if name.startswith("VAL_") and name != "VAL_TYP"]
