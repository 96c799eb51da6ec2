# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The options that say how to reach the server (module_utils/_ansible/argument_spec.py, login_spec)."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that talk to a server."""

    DOCUMENTATION = r"""
attributes:
  action_group:
    description: Use C(group/cao.faktura.faktura) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - cao.faktura.faktura
options:
  login_host:
    description:
      - Host of the MariaDB or MySQL server, seen from the managed host.
      - Without it and without O(login_unix_socket) the value of O(config_file) is used, else V(localhost).
    type: str
  login_port:
    description: Port of the server; V(3306) when neither it nor O(config_file) says another.
    type: int
  login_user:
    description:
      - Database user. It needs all privileges on the Mandant's database (C(GRANT ALL ON mandant.*)).
      - Where a module has the option C(reload_tables), V(true) needs RELOAD too.
      - Without it the value of O(config_file) is used, else the name of the operating system's user.
    type: str
  login_password:
    description:
      - Password of the database user. It may have any letters.
      - A server that asks for the password itself, instead of a proof that it is known, is refused unless O(ca_cert)
        proves who it is. A warning says when it went over a line whose other end nobody has proven.
    type: str
  login_unix_socket:
    description: Unix socket of a server on the managed host.
    type: path
  config_file:
    description:
      - MySQL option file whose sections C([client]), C([client-server]) and C([client-mariadb]) are read, as the
        clients read them, with the files that it includes.
      - What it says of the connection, of TLS and of the password is honoured, or refused by its name; a file that
        everybody may write is refused.
      - Without it C(~/.my.cnf) is read where it exists. Options of the task win over the file.
    type: path
  connect_timeout:
    description: Seconds to wait for the connection, and for each answer of the server until the login is done.
    type: int
    default: 30
  ca_cert:
    description: File of the certificate authority. With it TLS is required and the server's certificate is verified.
    type: path
    aliases: [ssl_ca]
  client_cert:
    description: File of the client's certificate.
    type: path
    aliases: [ssl_cert]
  client_key:
    description: File of the client's key.
    type: path
    aliases: [ssl_key]
  check_hostname:
    description: Whether the server's certificate must be for O(login_host). On by default with O(ca_cert).
    type: bool
requirements:
  - PyMySQL (1.0.2 to 1.2.4 are tested)
"""
