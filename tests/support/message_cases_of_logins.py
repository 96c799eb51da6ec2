# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong where a server is logged in to."""

from __future__ import annotations

from message_case import Case
from mishaps import logged_in, no_database_server

LOGINS = (
    Case(
        "connection_failed",
        "No server answers there.",
        "Start it, or correct the address; it is seen from the managed host.",
        lambda place: logged_in(place, port=1),
    ),
    Case(
        "connection_failed",
        "Something answers there that is no database server.",
        "Correct the port.",
        no_database_server,
    ),
    Case(
        "connection_failed",
        "The server does not know this user with this password.",
        "Correct the login options; they may also come from an option file.",
        lambda place: logged_in(place, password="Geheim"),
    ),
    Case(
        "connection_failed",
        "The option file is not there.",
        "Correct :ansopt:`cao.faktura.mandant_restore#module:config_file`.",
        lambda place: logged_in(place, config_file="/etc/mysql/nicht_da.cnf"),
    ),
)
