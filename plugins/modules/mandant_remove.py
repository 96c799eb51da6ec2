#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a Mandant that restores made, by declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_remove
short_description: Remove a Mandant of CAO-Faktura that was made by a restore
version_added: 2.0.0
description:
  - Removes a database that M(cao.faktura.mandant_restore) made, and nothing else. Where it is gone, nothing is done.
  - The marker of the last restore says whether a restore made the database. Where it was there before, empty, as at a
    hoster, what restores brought is taken out of it, and the empty database stays. Where it held anything before,
    nothing is removed, nor where the marker is that of another database or of version 1.0.
  - What people did is protected. Where anything has changed since the restore, or the generation before holds rows that
    no restore has brought, the task fails with V(would_replace_work) unless O(drifted=remove). Tables, views, routines
    and events that no restore has brought are never removed, whatever the options; the task fails then.
  - A run that is cut off is ended by the next one. Until then nobody takes what is left for a Mandant.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details: Changes nothing, not even the server's binary log, and forecasts what the run then does.
  diff_mode:
    support: full
    details: The rows of each table before, and none after.
  idempotent:
    support: full
  platform: {}
  action_group: {}
options:
  mandant:
    description: The database of the Mandant.
    type: str
    required: true
    aliases: [database, db]
  drifted:
    description: What to do where people have changed something since the restore.
    type: str
    choices:
      fail: Fail, and say what has changed.
      remove: Remove it all the same.
    default: fail
  scratch:
    description:
      - Remove the Mandant only if it is a scratch copy, made with O(cao.faktura.mandant_restore#module:scratch).
      - So nothing else goes that has got its name.
    type: bool
    default: false
  running_instances:
    description: What to do when others, for example a running CAO-Faktura, are connected to the Mandant.
    type: str
    choices:
      fail: Fail, and say who.
      wait: Wait for O(wait_timeout) seconds until they have gone, then fail.
      disconnect: End their connections.
      ignore: Remove it all the same.
    default: fail
  wait_timeout:
    description: Seconds to wait with O(running_instances=wait).
    type: int
    default: 300
  backup_first:
    description:
      - Save the Mandant before, as M(cao.faktura.mandant_backup) does, in this folder or file on the managed host.
      - If that fails, nothing is removed. A generation before that is people's work is saved, too.
    type: path
  password:
    description: The password that the ZIP of O(backup_first) gets.
    type: str
    aliases: [zip_password]
seealso:
  - module: cao.faktura.mandant_restore
  - module: cao.faktura.mandant_backup
"""

EXAMPLES = r"""
- name: Remove a demo Mandant whose customer has left
  cao.faktura.mandant_remove:
    mandant: cao_demo07
    login_unix_socket: /run/mysqld/mysqld.sock

- name: Remove it with all that was tried in it, and keep a backup of that
  cao.faktura.mandant_remove:
    mandant: cao_demo07
    drifted: remove
    backup_first: /srv/backups/removed
    login_unix_socket: /run/mysqld/mysqld.sock

- name: Remove the scratch copy of a drill, and nothing else that may have its name
  cao.faktura.mandant_remove:
    mandant: cao_musterladen_drill
    scratch: true
    drifted: remove
    login_unix_socket: /run/mysqld/mysqld.sock
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode what would be done.
    - V(removed) where the database is gone, V(emptied) where it stays without its tables, else V(unchanged).
  returned: success
  type: str
  sample: removed
reason:
  description: Why it was done, or not, as one sentence.
  returned: success
  type: str
  sample: it holds what was restored here on 2026-11-02 at 18:05:09 UTC
analysis:
  description:
    - The analysis of the backup that was in the Mandant, as M(cao.faktura.backup_info) returns it.
    - It is empty where there was none.
  returned: success
  type: dict
  sample: {"dialect": "cao", "rows": 10412}
removed:
  description: What went.
  returned: when something is removed
  type: dict
  contains:
    database:
      description: Whether the database was to go with its tables. If it stays, a warning says why.
      type: bool
      sample: true
    tables:
      description: The tables that went, those of the generation before included.
      type: list
      elements: str
      sample: [ARTIKEL, FIRMA]
    views:
      description: The views that went.
      type: list
      elements: str
      sample: []
    rows:
      description: How many rows the tables in use had.
      type: int
      sample: 10412
    seconds:
      description: How long it took, in seconds. Not known in check mode.
      type: float
      sample: 0.4
backup_first:
  description: The files that were written before. In check mode their sizes are not known.
  returned: when O(backup_first) is set
  type: list
  elements: dict
  contains:
    generation:
      description: V(live) for the tables in use, V(before) for the generation before.
      type: str
      sample: live
    path:
      description: The file on the managed host.
      type: str
      sample: /srv/backups/removed/CAO_backup_2026_11_03_06_12.zip
    size:
      description: Its size in bytes.
      type: int
      sample: 311250
    sha256:
      description: Its SHA-256.
      type: str
      sample: d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
    encryption:
      description: How it is encrypted.
      type: str
      sample: none
    rows:
      description: How many rows it holds.
      type: int
      sample: 10412
diff:
  description: >-
    RV(ignore:prepared) is what C(--diff) prints; RV(ignore:data) has the rows of each table before, and none after.
  returned: when diff mode is on
  type: dict
  sample:
    prepared: |
      cao_musterladen: 1 table with 502 rows before, 0 tables with 0 rows after
        table    rows before  after
        ARTIKEL          502      -  gone
    data: {"before": {"tables": {"ARTIKEL": {"rows": 502}}}, "after": {"tables": {}}}
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: would_replace_work
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_remove_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_remove import remove_mandant
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_remove_spec(), supports_check_mode=True)
    run(module, remove_mandant)


if __name__ == "__main__":
    main()
