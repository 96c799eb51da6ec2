#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore would replace, before anybody does it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_compare
short_description: Compare a backup with a Mandant before it is restored
version_added: 2.0.0
description:
  - Tells what a restore of a backup would replace. Backup and Mandant are compared row by row, by the primary key where
    there is one. For each table it tells how many rows are only in the backup, only in the Mandant, different, and the
    same, and in which columns those differ. So it does with definitions, views, triggers and foreign keys, and with the
    newest document of each side.
  - What is only in the Mandant, and what differs, is what people would lose.
  - The backup is loaded beside the Mandant as M(cao.faktura.mandant_restore) does it, into tables C(BACK_RESTORE_NEW_*)
    of the same database, and compared by the server. Nothing that is in use is changed, and people may work meanwhile.
    At the end these tables are gone. What a run leaves that is killed, the next comparison or restore clears away.
  - Values are compared by their bytes, whatever a collation takes for equal. Letter case counts, and so do blanks at
    the end, umlauts, an empty text beside NULL, and each digit of a number. Texts in two character sets are compared by
    their characters.
  - A row without a primary key, or of a table whose primary key is another one in the backup, is the same as one that
    has the same values in all columns that both tables have. Such rows are never different, but only on one side, each
    as often as it is there.
  - Only counts and names are returned, and with O(keys) values of primary keys. No other value is.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._backup_file
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details: It does the same, since it changes nothing of the Mandant. The backup is loaded beside it all the same.
  diff_mode:
    support: N/A
    details: Nothing is changed.
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
  tables:
    description:
      - Patterns (C(*) and C(?)) of the tables and views of the backup that alone are compared.
      - As in O(cao.faktura.mandant_restore#module:tables), with which only these would be replaced.
    type: list
    elements: str
    default: []
  keys:
    description:
      - How many primary keys to name in RV(comparison.tables[].keys), of each table and each kind of difference. The
        first ones are named, in the order of the key.
      - A key may tell something, a customer's number for example, and it goes into the result and into logs.
    type: int
    default: 0
notes:
  - It needs the same privileges as M(cao.faktura.mandant_restore) with C(reload_tables=false), and about as much room
    on the server's disk.
  - Tables of InnoDB are read as they were at one moment. Those of other engines have no past. Each of them is read as
    it is when its turn comes, and who writes into it waits for as long as that takes.
  - Where a restore was cut off behind its first change, it fails with C(verification_failed), since nothing of the
    Mandant may be changed. The next restore or rollback puts that right.
  - With a binary log what is loaded is written to it, as a restore does.
seealso:
  - module: cao.faktura.mandant_restore
  - module: cao.faktura.backup_show
"""

EXAMPLES = r"""
- name: What would be lost?
  cao.faktura.mandant_compare:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    login_unix_socket: /run/mysqld/mysqld.sock
  register: compared

- name: Show it
  cao.faktura.backup_show:
    analysis: "{{ compared.analysis }}"
    comparison: "{{ compared.comparison }}"

- name: Go on only where the backup has all documents of the Mandant
  ansible.builtin.assert:
    that: documents | map(attribute='only_in_mandant') | sum == 0
    fail_msg: Documents would be lost
  vars:
    documents: "{{ compared.comparison.tables | selectattr('name', 'equalto', 'JOURNAL') }}"

- name: Which articles differ?
  cao.faktura.mandant_compare:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    tables: [ARTIKEL]
    keys: 20
    login_unix_socket: /run/mysqld/mysqld.sock
"""

RETURN = r"""
comparison:
  description: What differs. Of all tables together, and of each.
  returned: success
  type: dict
  contains:
    is_same:
      description: Whether everything is the same, definitions included.
      type: bool
      sample: false
    mandant:
      description: The Mandant, as its database is called on the server.
      type: str
      sample: cao_musterladen
    newest_document:
      description: The date of the newest document on each side; null where there is none.
      type: dict
      contains:
        backup:
          description: That of the backup.
          type: str
          sample: "2026-11-02"
        mandant:
          description: That of the Mandant.
          type: str
          sample: "2026-11-05"
    backup_rows:
      description: The rows of the backup.
      type: int
      sample: 10412
    mandant_rows:
      description: The rows of the Mandant.
      type: int
      sample: 10431
    same:
      description: Rows that are the same on both sides.
      type: int
      sample: 10405
    different:
      description: Rows of one primary key that differ.
      type: int
      sample: 5
    only_in_backup:
      description: Rows that a restore would bring.
      type: int
      sample: 2
    only_in_mandant:
      description: Rows that a restore would take out of use.
      type: int
      sample: 21
    tables:
      description: The tables of both sides, by name. With O(tables) those alone.
      type: list
      elements: dict
      contains:
        name:
          description: Its name, as it is after a restore.
          type: str
          sample: JOURNAL
        found:
          description: V(both), V(only_in_backup) or V(only_in_mandant).
          type: str
          sample: both
        is_same:
          description: Whether its rows and its definition are the same.
          type: bool
          sample: false
        backup_rows:
          description: Its rows in the backup.
          type: int
          sample: 203
        mandant_rows:
          description: Its rows in the Mandant.
          type: int
          sample: 214
        same:
          description: Rows that are the same in all columns that both sides have.
          type: int
          sample: 200
        different:
          description: Rows of one primary key that differ.
          type: int
          sample: 3
        only_in_backup:
          description: Rows that only the backup has.
          type: int
          sample: 0
        only_in_mandant:
          description: Rows that only the Mandant has.
          type: int
          sample: 11
        columns:
          description: The columns in which rows differ, with the number of these rows.
          type: list
          elements: dict
          sample: [{"name": "STADIUM", "rows": 3}]
        definition:
          description:
            - In what the definition differs. C(kind) is V(column), V(key), V(check), V(option), V(order) (of the
              columns) or V(name) (of the table, in letter case). C(found) is V(different), V(only_in_backup) or
              V(only_in_mandant).
            - What a column holds that is only in the Mandant goes with a restore, and is in none of the counts.
          type: list
          elements: dict
          sample: [{"kind": "column", "name": "LIEFERZEIT", "found": "only_in_mandant"}]
        compared_by:
          description:
            - V(primary_key), or V(rows) where there is none that both sides share.
            - Null where nothing had to be compared. The table is on one side only, or the same by what stands for all
              of its rows.
          type: str
          sample: primary_key
        keys:
          description:
            - The first primary keys of each kind, C(only_in_backup), C(only_in_mandant) and C(different). Bytes are in
              hexadecimal digits.
            - Null without O(keys), and where no rows differ or no primary key names them.
          type: dict
          sample: {"only_in_backup": [], "only_in_mandant": [{"REC_ID": 4712}], "different": [{"REC_ID": 4488}]}
    objects:
      description: Views, triggers and foreign keys that are not the same, with the table that they belong to.
      type: list
      elements: dict
      sample: [{"kind": "trigger", "name": "TR_ARTIKEL", "table": "ARTIKEL", "found": "only_in_mandant"}]
    refusal:
      description:
        - What M(cao.faktura.mandant_restore) would say to this backup with its defaults, C(error) and C(msg), where it
          is not whole or of another company. Null where it would not refuse it for that.
        - Whether somebody's work would go is what the counts tell.
      type: dict
      sample: {"error": "other_company", "msg": "localhost:3306: cao_musterladen is of ..."}
    seconds:
      description: How long it took.
      type: float
      sample: 3.2
analysis:
  description: The analysis of the backup, as M(cao.faktura.backup_info) returns it.
  returned: success
  type: dict
  sample: {"dialect": "cao", "rows": 10412}
chosen:
  description: Which file it is, and how old, as M(cao.faktura.backup_info) returns it.
  returned: success, with O(newest) or O(max_age)
  type: dict
  sample: {"path": "/srv/backup/CAO_backup_2026_11_02_18_05.zip", "candidates": 31}
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: mandant_missing
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_compare_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_compare import compare_mandant
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_compare_spec(), supports_check_mode=True)
    run(module, compare_mandant)


if __name__ == "__main__":
    main()
