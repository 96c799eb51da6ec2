# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What each group of ``neutralise`` takes out of a copy: tables, columns and settings, as data.

Names are matched in any letter case. Where CAO's newer schemas are not known (cao-format 4.4), a rule says what
may stay or how a name sounds, so that a column nobody has seen yet is emptied rather than left. The guide
docs/docsite/rst/neutralise.rst says the same for users.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import EMPTIED
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Group

REGISTRIES = ("REGISTRY", "REGISTERY")
# What is left of a setting: its name and what kind of value it had. REGISTRY has these columns (cao-format 4.6).
SETTING_NAME = ("MAINKEY", "NAME")
SETTING_KEPT = (*SETTING_NAME, "VAL_TYP", "CACHABLE", "READONLY", "LAST_CHANGE")

# A column of REGISTRY and a pattern of LIKE, with | as its escape, for the value in upper case.
SettingPattern = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class TableRule:
    """What is taken out of every row of a table: the texts of ``columns``, or of all columns but those ``kept``.

    ``flags`` get a value; ``required`` says that the table must have one of the columns, else it cannot be told
    where its secret is.
    """

    table: str
    columns: re.Pattern[str] | None = None
    kept: tuple[str, ...] = ()
    flags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    required: bool = False


@dataclasses.dataclass(frozen=True)
class GroupRules:
    """One group: ``settings`` of REGISTRY, ``tables``, ``columns`` of any other table, tables that are ``emptied``.

    ``secrets`` says that a column goes, too, that is named like the server or user of one of these. ``bindings`` are
    columns that go where they are settings, and stay in documents and logs. ``outbox`` says that the mails go which
    wait to be sent.
    """

    settings: tuple[SettingPattern, ...]
    columns: re.Pattern[str]
    tables: tuple[TableRule, ...] = ()
    emptied: tuple[str, ...] = ()
    outbox: bool = False
    secrets: re.Pattern[str] | None = None
    bindings: re.Pattern[str] | None = None


def _under(*keys: str) -> tuple[SettingPattern, ...]:
    """Return patterns of MAINKEY that has a part which begins with one of these words."""
    return tuple(("MAINKEY", pattern) for key in keys for pattern in (f"{key}%", f"%\\{key}%"))


def _named(*words: str) -> tuple[SettingPattern, ...]:
    """Return patterns of NAME that has one of these words in it."""
    return tuple(("NAME", f"%{word}%") for word in words)


def _words(*words: str) -> tuple[SettingPattern, ...]:
    """Return patterns of NAME that has one of these words in it, set off by underscores, or is one."""
    return tuple(("NAME", pattern) for word in words for pattern in (word, f"%|_{word}", f"{word}|_%", f"%|_{word}|_%"))


def _of(*services: str) -> tuple[SettingPattern, ...]:
    """Return patterns of settings that belong to a service, by MAINKEY or by a NAME that begins with it or has it."""
    begun = tuple(("NAME", f"{service}%") for service in services)
    return (*_under(*services), *begun, *(one for one in _words(*services) if one[1].startswith("%")))


def _windows_paths(*columns: str) -> tuple[SettingPattern, ...]:
    return tuple((column, pattern) for column in columns for pattern in ("_:\\%", "_:/%", "\\\\%", "//%"))


# What a program says to be let in, or where: the words of a name behind that of a service.
_SERVER_OR_USER = r"(URL|URI|HOST|SERVER|GATEWAY|SMTP|POP3|IMAP|FTP|USER|BENUTZER|LOGIN|ACCOUNT|ACCT|DOMAIN)"
_NAMED_AS_SECRET = re.compile(r"PASSW|PASSPHRASE|KENNW|PWD|SECRET|TOKEN|API_?KEY|(^|_)(PW|PASS|PIN|PUK|TAN)(_|$)")

# In this order: paths are known by their values, which the other groups take away.
RULES: t.Mapping[Group, GroupRules] = {
    "paths": GroupRules(
        settings=(
            *_under("PFAD"),
            *_named("PFAD", "PATH", "VERZEICHNIS"),
            *_words("DIR"),
            *_windows_paths("VAL_CHAR", "VAL_BLOB"),
            *_of("FTP", "SFTP", "WEBDAV"),
        ),
        columns=re.compile(r"PFAD|PATH|VERZEICHNIS|(^|_)(DIR(_|$)|S?FTP|WEBDAV)"),
        tables=(TableRule("EXPORT", re.compile(r"^FILENAME$")),),
        # Links to files beside the database: to open one from a copy is to open the original's file.
        emptied=("LINK",),
    ),
    "mail": GroupRules(
        settings=(
            *_under("EMAIL", "E-MAIL", "MAIL", "SMTP", "POP3", "IMAP"),
            *_named("MAIL", "SMTP", "POP3", "IMAP"),
            *_of("SMS"),
        ),
        columns=re.compile(
            rf"SMTP|POP3|IMAP|(^|_)(E_?)?MAIL_?{_SERVER_OR_USER}|(^|_)SMS_?({_SERVER_OR_USER}|API|KEY|ABSENDER)"
            r"|(^|_)((E_?)?MAIL|SMS)_?(PASSW|KENNW|PWD)"
        ),
        tables=(
            TableRule("MAIL_KONTEN", kept=("KONTO_NAME",), flags={"POP3_EMPFANG_FLAG": "N", "POP3_DELETE_FLAG": "N"}),
            TableRule("MAIL_REGELN", re.compile(r"^AKT_WL_EMAIL$"), flags={"REGEL_AKTIV": "N"}),
        ),
        outbox=True,
        emptied=("REGISTRY_LOG",),
    ),
    "shop": GroupRules(
        settings=_under("SHOP"),
        columns=re.compile(r"^SHOP_.*(PASS|PWD|KENNW|USER|LOGIN|URL|HOST|TOKEN)"),
        emptied=("REGISTRY_LOG",),
    ),
    "passwords": GroupRules(
        settings=(
            *_under("MAIN\\BACKUP"),
            *_named("PASSW", "PASSPHRASE", "KENNW", "PWD", "SECRET", "TOKEN", "APIKEY", "API|_KEY"),
            *_words("PW", "PASS", "PIN", "PUK", "TAN"),
            *_of("FTP", "SFTP", "SMS", "TSE"),
        ),
        columns=_NAMED_AS_SECRET,
        secrets=_NAMED_AS_SECRET,
        bindings=re.compile(
            rf"(^|_)TSE_?({_SERVER_OR_USER}|PIN|PUK|ADMIN|CLIENT|SERIEN|SERIAL|DEVICE|LAUFWERK|PORT|KEY|ID(_|$))"
        ),
        tables=(TableRule("MITARBEITER", _NAMED_AS_SECRET, required=True),),
        emptied=("REGISTRY_LOG", "MITARBEITER_LOG"),
    ),
    # Their tables and columns are in persons.py. The others know what they take out by names that it changes.
    "persons": GroupRules(
        settings=(
            *_under("USERSETTINGS", "EMAIL", "E-MAIL", "MAIL"),
            *_named("MAIL", "IBAN", "TELEFON", "TELEFAX", "INHABER", "ABSENDER", "BENUTZER", "SIGNATUR"),
            *_words("USER", "LOGIN", "BLZ", "BIC", "FAX"),
            ("VAL_CHAR", "%@%"),
            ("VAL_BLOB", "%@%"),
        ),
        columns=re.compile(r"(?!)"),
        emptied=EMPTIED,
    ),
}
# Settings that are called after who made them: their rows go.
NAMED_AFTER_USERS: tuple[SettingPattern, ...] = (("MAINKEY", "USERSETTINGS\\%"),)

# Tables of these purposes tell what was: a receipt names the TSE that signed it.
TELL_WHAT_WAS = ("documents", "logs", "money")
_BESIDE = re.compile(rf"_?{_SERVER_OR_USER}")


def beside_secrets(secrets: re.Pattern[str], names: t.Iterable[str]) -> frozenset[str]:
    """Return the columns named like the server or user of a secret: what stands before its word, and a word for it.

    ``names`` are in upper case. SMSURL and SMSBENUTZERNAME belong to SMSPASSWORT.
    """
    given = tuple(names)
    found = ((name, secrets.search(name)) for name in given)
    services = {name[: match.start()].rstrip("_") for name, match in found if match is not None} - {"", "USER", "LOGIN"}
    return frozenset(
        name
        for name in given
        if any(name.startswith(one) and _BESIDE.match(name, len(one)) is not None for one in services)
    )


# Mails that wait to be sent are those in a folder of this type (MAIL_ORDNER.ORDNER_TYP).
OUTBOX = "PA"
