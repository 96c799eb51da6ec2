#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back to the generation of tables before the last restore."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_rollback
short_description: Bring back what a Mandant of CAO-Faktura held before the last restore
version_added: 1.0.0
description:
  - Brings the tables back that the last restore has set aside as C(BACK_<name>), by one C(RENAME TABLE).
  - The tables in use become the generation before. So nothing is lost, and a second run undoes the first, unless
    O(checksum) says what is to be taken back.
  - It works after M(cao.faktura.mandant_restore), and after a restore with CAO-Faktura's own wizard, which leaves
    tables of the same names.
  - Tables of other programs stay where they are, as do tables that were made since the restore.
  - Where the last restore was of some tables alone, by O(cao.faktura.mandant_restore#module:tables), just these change.
    One that came where there was none is set aside.
  - The backup whose restore was taken back is not brought in again by C(policy=once) of M(cao.faktura.mandant_restore).
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._instances
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details: Changes nothing, not even the server's binary log, and forecasts what the run then does.
  diff_mode:
    support: full
    details: The rows of each table before and after.
  idempotent:
    support: partial
    details: Only with O(checksum). Without it each run changes the two generations over.
  platform: {}
  action_group: {}
options:
  mandant:
    description: The database of the Mandant.
    type: str
    required: true
    aliases: [database, db]
  checksum:
    description:
      - The backup whose restore is taken back, as C(sha256:) and 64 hexadecimal digits.
      - A Mandant where no restore of this backup is in use is left alone, as is one that was rolled back already. So
        the task may be run again, for example after a connection that was lost before the answer came.
      - Without it, whatever was restored last is taken back, and a second run undoes the first.
    type: str
seealso:
  - module: cao.faktura.mandant_restore
"""

EXAMPLES = r"""
- name: Back to what was there before the last restore
  cao.faktura.mandant_rollback:
    mandant: cao_musterladen
    login_unix_socket: /run/mysqld/mysqld.sock

- name: Take the restore of one backup back, however often the playbook is run
  cao.faktura.mandant_rollback:
    mandant: cao_musterladen
    checksum: sha256:d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
    login_unix_socket: /run/mysqld/mysqld.sock

- name: The same at a hoster, when everybody has closed CAO-Faktura
  cao.faktura.mandant_rollback:
    mandant: db4711
    running_instances: wait
    wait_timeout: 600
    reload_tables: false
    login_host: db.example.com
    login_user: db4711
    login_password: "{{ database_password }}"
"""

RETURN = r"""
action:
  description: What was done, or in check mode what would be done.
  returned: success
  type: str
  sample: rolled_back
reason:
  description: Why it was done, or not, as one sentence.
  returned: success
  type: str
  sample: the restore on 2026-11-02 at 18:05:09 UTC is taken back
  version_added: 2.0.0
analysis:
  description:
    - The analysis of the backup that is in the Mandant now, as M(cao.faktura.backup_info) returns it.
    - It is empty where no restore by this collection has brought the tables that came back.
  returned: success
  type: dict
  sample: {"dialect": "cao", "rows": 10412}
restore:
  description: How it went.
  returned: when the Mandant is rolled back
  type: dict
  contains:
    tables:
      description: How many tables came back.
      type: int
      sample: 73
    seconds:
      description: How long it took, in seconds. Not known in check mode.
      type: float
      sample: 0.4
    downtime_seconds:
      description:
        - How long the Mandant was away, in seconds, at most.
        - Not known in check mode, nor where this run ends an earlier one that was cut off.
      type: float
      sample: 0.08
    previous:
      description: The tables of the generation before, which a second run would bring back.
      type: list
      elements: str
      sample: [BACK_ARTIKEL]
    dropped:
      version_added: 2.0.0
      description:
        - The tables whose content goes for good.
        - There are some only where the last restore was cut off behind its swap; it is taken back then.
      type: list
      elements: str
      sample: []
diff:
  description: >-
    RV(ignore:prepared) is what C(--diff) prints; RV(ignore:data) has the rows of each table before and after.
  returned: when diff mode is on
  type: dict
  sample:
    prepared: |
      cao_musterladen: 1 table with 502 rows before, 1 table with 500 rows after
        table    rows before  after
        ARTIKEL          502    500  replaced
    data: {"before": {"tables": {"ARTIKEL": {"rows": 502}}}, "after": {"tables": {"ARTIKEL": {"rows": 500}}}}
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: nothing_to_roll_back
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_rollback_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_rollback import rollback_mandant
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_rollback_spec(), supports_check_mode=True)
    run(module, rollback_mandant)


if __name__ == "__main__":
    main()
