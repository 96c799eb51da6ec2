# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Reads the option files of MySQL's and MariaDB's clients, such as ``~/.my.cnf``, as these read them.

Source: MySQL documentation, "Using Option Files"; MariaDB documentation, "Configuring MariaDB with Option Files".
What a file says of a connection is honoured, or refused by its name: a word that was left out could be the one that
protects the password.
"""

from __future__ import annotations

import stat
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable

# The groups that every client program reads; what comes later wins. Those of one program are not meant for others.
_GROUPS = ("client", "client-server", "client-mariadb")
_DEEPEST_INCLUDE = 10
_SPACES = " \t\n\v\f\r"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "s": " ", '"': '"', "'": "'", "\\": "\\"}
WITH_VALUE = frozenset(
    ("host", "port", "socket", "protocol", "user", "password", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key",
     "ssl-mode", "ssl-cipher", "tls-version")
)  # fmt: skip
# The last says that the hash of MySQL 4.0 is sent to nobody, which is so.
SWITCHES = frozenset(("ssl", "ssl-verify-server-cert", "secure-auth"))
_HONOURED = WITH_VALUE | SWITCHES
# They say where a connection goes, how it is protected, or who is told the password.
_NOT_DONE_HERE = frozenset(
    ("bind-address", "dns-srv-name", "password1", "password2", "password3", "pipe", "proxy-user",
     "server-public-key-path", "shared-memory-base-name")
)  # fmt: skip
_PROTECTION = ("ssl", "tls", "auth")
_ON, _OFF = ("1", "on", "true"), ("0", "off", "false")


def read_option_file(path: str) -> dict[str, str]:
    """Return what an option file and those that it includes say of connections; names with hyphens.

    The value of what is on or off is "1" or "0". Raises Failure connection_failed, and OSError for a file that cannot
    be read.
    """
    found: dict[str, str] = {}
    for option, value in _Reader(path).options(path, 0):
        name, said = _understood(path, option, value)
        if name is not None:
            found[name] = said
    return found


class _Reader:
    """The lines of a file and of those that it includes."""

    def __init__(self, path: str) -> None:
        self._first = path

    def options(self, path: str, depth: int) -> t.Iterator[tuple[str, str | None]]:
        """Yield the options of the clients' groups in their order; None stands for a bare word."""
        file = Path(path)
        if stat.S_IMODE(file.stat().st_mode) & stat.S_IWOTH and file.is_file():
            raise self._failure(f"{path} can be written by everybody on this machine; take that right away")
        group = None
        for number, line in enumerate(file.read_bytes().decode("utf-8", "surrogateescape").split("\n"), 1):
            text = line.strip(_SPACES)
            if not text or text[0] in "#;":
                continue
            if text[0] == "!":
                yield from self._included(path, text[1:].lstrip(_SPACES), depth)
            elif text[0] == "[" and "]" in text:
                group = text[1 : text.index("]")].rstrip(_SPACES)
            elif text[0] == "[" or group is None:
                raise self._failure(f"{path} cannot be understood in line {number}; correct it")
            elif group in _GROUPS:
                yield _option(text)

    def _included(self, path: str, directive: str, depth: int) -> t.Iterator[tuple[str, str | None]]:
        word, place = (*directive.split(None, 1), "", "")[:2]
        if word not in ("include", "includedir"):
            return
        place = place.rstrip(_SPACES)
        if not place or depth >= _DEEPEST_INCLUDE:
            what = f"includes others more than {_DEEPEST_INCLUDE} times" if place else "does not say what it includes"
            raise self._failure(f"{path} {what}; correct that")
        if word == "includedir":
            for file in sorted(one for one in Path(place).iterdir() if one.suffix == ".cnf"):
                yield from self.options(str(file), depth + 1)
        # Clients go on without a file that is not there, but not without a folder.
        elif Path(place).is_file():
            yield from self.options(place, depth + 1)

    def _failure(self, reason: str) -> Failure:
        which = "" if reason.startswith(self._first) else f"{self._first}: "
        return Failure("connection_failed", f"the option file {which}{reason}, or name another as config_file")


def _option(text: str) -> tuple[str, str | None]:
    name, equals, value = _without_comment(text).partition("=")
    return name.rstrip(_SPACES), _value(value.strip(_SPACES)) if equals else None


def _without_comment(text: str) -> str:
    """Return a line up to the first ``#`` that stands in no quotes."""
    quote = ""
    escaped = False
    for position, letter in enumerate(text):
        if letter in "'\"" and not escaped:
            quote = letter if not quote else "" if quote == letter else quote
        if letter == "#" and not quote:
            return text[:position]
        escaped = bool(quote) and letter == "\\" and not escaped
    return text


def _value(text: str) -> str:
    """Return a value without its quotes and with its escapes resolved."""
    if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]:
        text = text[1:-1]
    value = ""
    letters = iter(range(len(text)))
    for position in letters:
        letter = text[position]
        if letter == "\\" and position < len(text) - 1:
            following = text[next(letters)]
            letter = _ESCAPES.get(following, "\\" + following)
        value += letter
    return value


def _understood(path: str, option: str, value: str | None) -> tuple[str | None, str]:
    """Return the name and the value of an option that is honoured, and no name for one that is of no concern here."""
    name = option.lower().replace("_", "-")
    if name.startswith("loose-"):
        name = name[len("loose-") :]
    if name in SWITCHES:
        return name, _switch(path, name, value)
    for prefix, on in (("skip-", False), ("disable-", False), ("enable-", True)):
        if name.startswith(prefix) and name[len(prefix) :] in SWITCHES:
            name = name[len(prefix) :]
            return name, "1" if (_switch(path, option, value) == "1") is on else "0"
    if name in WITH_VALUE:
        if value is None:
            raise _refused(path, option, "has no value there; give it one")
        if name != "password" and not value.isprintable():
            raise _refused(path, option, "has a value there that is no text; correct it")
        return name, value
    if _concerns_the_connection(name):
        raise _refused(path, option, "is not known to this collection; leave it out there")
    return None, ""


def _concerns_the_connection(name: str) -> bool:
    bare = name
    for prefix in ("skip-", "disable-", "enable-", "maximum-"):
        bare = bare[len(prefix) :] if bare.startswith(prefix) else bare
    # Clients take the beginning of a name for the whole.
    begins = len(bare) > 1 and any(whole.startswith(bare) for whole in _HONOURED)
    return begins or bare in _NOT_DONE_HERE or any(bare.startswith(word) for word in _PROTECTION)


def _switch(path: str, option: str, value: str | None) -> str:
    said = (value or "").lower()
    if value is None or said in _ON:
        return "1"
    if said in _OFF:
        return "0"
    raise _refused(path, option, "is neither on nor off there; say 1 or 0")


def _refused(path: str, option: str, why: str) -> Failure:
    return Failure(
        "connection_failed",
        f"the option {printable(option)} in the option file {path} {why}, or name another file as config_file",
    )
