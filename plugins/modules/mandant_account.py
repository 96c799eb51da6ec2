#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database account that works on Mandanten."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_account
short_description: Make the database account that works on Mandanten of CAO-Faktura
version_added: 2.0.0
description:
  - Makes an account on the database server, gives it what the other modules need on certain Mandanten, and tries it out
    by a login of its own.
  - An account that is there keeps what it has. What it lacks is granted, and where its password is another one, it gets
    O(account_password). Nothing is ever taken from it.
  - The login is that of an administrator, who may make accounts and grant privileges.
  - MariaDB, and MySQL before 5.7, get the hash of the password only, so that no log of the server has the password.
    Newer MySQL hides it in its logs itself.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details: Changes nothing, and returns the statements that the run then executes.
  diff_mode:
    support: full
  idempotent:
    support: full
  platform: {}
  action_group: {}
options:
  account:
    description: The name of the account.
    type: str
    required: true
  account_host:
    description:
      - From where it may log in, as in C(CREATE USER) - V(localhost), an address, a pattern such as V(192.0.2.%), or
        V(%) for everywhere.
      - Whether the password fits is tried out for V(localhost) and V(%) alone, since the module logs in from where it
        runs. The password of any other account is set when the account is made, and not looked at again.
    type: str
    default: localhost
  account_password:
    description: The account's password.
    type: str
    required: true
  mandanten:
    description:
      - The databases of the Mandanten. They need not be there yet.
      - C(%) stands for any letters, as in V(cao_%). All other letters stand for themselves.
    type: list
    elements: str
    required: true
  server_privileges:
    description: What it may do beyond its Mandanten. A hosted database does without any of it.
    type: list
    elements: str
    choices:
      reload: Close the tables before others take their place (O(cao.faktura.mandant_restore#module:reload_tables)).
      process: See who else is connected to a Mandant.
      disconnect: >-
        End connections of others, for V(disconnect) of O(cao.faktura.mandant_restore#module:running_instances).
    default: [reload, process]
seealso:
  - module: cao.faktura.mandant_restore
"""

EXAMPLES = r"""
- name: The account for all Mandanten whose names begin with cao_
  cao.faktura.mandant_account:
    account: faktura_admin
    account_password: "{{ database_password }}"
    mandanten: ["cao_%"]
    login_unix_socket: /run/mysqld/mysqld.sock

- name: An account for one Mandant, from one address
  cao.faktura.mandant_account:
    account: faktura_laden
    account_host: 192.0.2.10
    account_password: "{{ database_password }}"
    mandanten: [cao_musterladen, cao_musterladen_drill]
    server_privileges: [reload, process, disconnect]
    login_unix_socket: /run/mysqld/mysqld.sock
"""

RETURN = r"""
action:
  description: What was done, or in check mode what would be done - V(created), V(changed) or V(unchanged).
  returned: success
  type: str
  sample: created
statements:
  description: The statements, without the password.
  returned: success
  type: list
  elements: str
  sample:
    - CREATE USER 'faktura_admin'@'localhost' IDENTIFIED BY PASSWORD '********'
    - GRANT ALL PRIVILEGES ON `cao\_%`.* TO 'faktura_admin'@'localhost'
    - GRANT RELOAD, PROCESS ON *.* TO 'faktura_admin'@'localhost'
tried:
  description: Whether the account has logged in from here.
  returned: success
  type: bool
  sample: true
diff:
  description: RV(ignore:prepared) is what C(--diff) prints, the RV(statements).
  returned: when diff mode is on
  type: dict
  sample:
    prepared: |
      GRANT RELOAD, PROCESS ON *.* TO 'faktura_admin'@'localhost'
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: missing_privilege
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_account_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_account import account_of_mandanten
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_account_spec(), supports_check_mode=True)
    run(module, account_of_mandanten)


if __name__ == "__main__":
    main()
