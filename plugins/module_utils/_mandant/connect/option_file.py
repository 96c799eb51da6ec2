# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Reads the option files of MySQL's and MariaDB's clients, such as ``~/.my.cnf``."""

from __future__ import annotations

import configparser

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

_SECTION = "client"


class _Parser(configparser.RawConfigParser):
    """Names are the same in either case, and with hyphens as with underscores."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr.lower().replace("_", "-")


def read_option_file(path: str) -> dict[str, str]:
    """Return the ``[client]`` settings of an option file; names with hyphens.

    Raises Failure connection_failed, and OSError and UnicodeDecodeError for what is no file of text.
    """
    parser = _Parser(strict=False, allow_no_value=True)
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.lstrip().startswith("!include")]
    try:
        parser.read_string("".join(lines), path)
        options = parser.items(_SECTION) if parser.has_section(_SECTION) else []
        return {name: _unquoted(value) for name, value in options}
    except (configparser.Error, AttributeError, TypeError):
        raise Failure(
            "connection_failed",
            f"the option file {path} cannot be understood; check its lines, or name another as config_file",
        ) from None


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] in "'\"" and value[-1] == value[0]
    return value[1:-1] if quoted else value
