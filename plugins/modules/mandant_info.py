#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Mandanten are on a server, what is in them, and whether they have drifted."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_info
short_description: Look at the Mandanten of CAO-Faktura on a server
version_added: 1.0.0
description:
  - Tells what Mandanten are on a server, whose they are, how old, how large and in which state, what was restored into
    them and when, whether they are still as that restore left them, and who works on them now.
  - Reads table names, sizes, the marker of the last restore, and four values. Nothing else of the rows is read, and
    nothing is written, not even to the binary log.
  - It works with few privileges. What the account may not see is named in RV(mandanten[].not_seen).
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._login
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
  platform: {}
  action_group: {}
options:
  mandant:
    description:
      - The database of one Mandant.
      - Without it all databases are looked at that hold CAO-Faktura's tables C(FIRMA) and C(REGISTRY), or that
        M(cao.faktura.mandant_restore) has filled.
    type: str
    aliases: [database, db]
  verify:
    description: How to look for drift from what was restored.
    type: str
    choices:
      none: Not at all. The cheapest.
      quick: Compare names and definitions of tables, foreign keys, triggers, views and numbers of rows.
      full: >-
        Compare what all rows hold, too. It finds every change, and reads every row on the server. Of a Mandant that
        version 1.0.0 restored, RV(mandanten[].not_seen) names what it cannot find until the next restore.
    default: none
  keep_tables:
    description:
      - Patterns (C(*) and C(?)) of tables of other programs in the same database, which are no drift.
      - As in O(cao.faktura.mandant_restore#module:keep_tables).
    type: list
    elements: str
    default: []
  count_rows:
    description: Count the rows of the tables in use, as RV(mandanten[].rows). The server reads every table for it.
    type: bool
    default: false
    version_added: 2.0.0
  in_use:
    description:
      - Whether people work in the Mandant. Then rows that changed are no drift but work, and
        RV(mandanten[].drift.in_use) names their tables. A table that is gone, new or otherwise defined is drift still.
    type: bool
    default: false
    version_added: 2.0.0
  backups:
    description:
      - A pattern of the Mandant's backups on the host, such as C(/srv/backup/laden/CAO_backup_*.zip).
      - RV(newest_backup) says which is the newest, as O(cao.faktura.mandant_restore#module:newest) would choose it.
    type: str
    version_added: 2.0.0
  max_age:
    description: >-
      How old the newest of O(backups) may be, such as V(26h). RV(newest_backup.too_old) says whether it is older.
    type: str
    version_added: 2.0.0
notes:
  - The privileges SELECT, SHOW VIEW and TRIGGER on the Mandanten show everything in them, and PROCESS the sessions of
    all accounts.
seealso:
  - module: cao.faktura.mandant_restore
  - module: cao.faktura.mandant_rollback
"""

EXAMPLES = r"""
- name: What Mandanten are here?
  cao.faktura.mandant_info:
    login_unix_socket: /run/mysqld/mysqld.sock
  register: found

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.company }}, schema {{ item.db_version }}, last used {{ item.last_document_date }}"
  loop: "{{ found.mandanten }}"
  loop_control:
    label: "{{ item.name }}"

- name: Is the demo Mandant still as it was restored?
  cao.faktura.mandant_info:
    mandant: cao_demo
    verify: full
  register: demo
  failed_when: demo.mandanten[0].drift is none or demo.mandanten[0].drift.tables | length > 0
"""

RETURN = r"""
server:
  description: The server.
  returned: success
  type: dict
  contains:
    version:
      description: Its version.
      type: str
      sample: 10.11.14-MariaDB-0+deb12u2
    mariadb:
      description: Whether it is a MariaDB.
      type: bool
      sample: true
newest_backup:
  description: The newest of O(backups). V(null) where there is none, or where it cannot be told; a warning says why.
  returned: with O(backups)
  type: dict
  version_added: 2.0.0
  contains:
    path:
      description: The file.
      type: str
      sample: /srv/backup/laden/CAO_backup_2026_11_02_18_05.zip
    date:
      description: When it was made.
      type: str
      sample: "2026-11-02T18:05:00+01:00"
    date_from:
      description: What told that - V(name), V(header) or V(modified).
      type: str
      sample: name
    age_seconds:
      description: How old it is.
      type: int
      sample: 28800
    candidates:
      description: From how many it was chosen.
      type: int
      sample: 31
    passed_over:
      description: Files that match and were passed over, and why.
      type: list
      elements: dict
      sample: []
    too_old:
      description: Whether it is older than O(max_age).
      type: bool
      sample: false
not_seen:
  description: What of the server the account may not see.
  returned: success
  type: list
  elements: str
  sample: []
mandanten:
  description: The Mandanten by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The database.
      type: str
      sample: cao_musterladen
    charset:
      description: The default character set of the database.
      type: str
      sample: latin1
    collation:
      description: The default collation of the database.
      type: str
      sample: latin1_swedish_ci
    db_version:
      description: The version of the schema, from C(REGISTRY).
      type: str
      sample: "1.40"
    company:
      description: The company, from C(FIRMA).
      type: str
      sample: Kräuterhof
    last_document_date:
      description: >-
        The latest date of a document, from C(JOURNAL), C(LIEFERSCHEIN), C(EKBESTELL) and C(EKEINGANG), as yyyy-mm-dd.
      type: str
      sample: "2026-11-02"
    last_backup_date:
      description: When CAO-Faktura itself made its last backup, from C(REGISTRY), as yyyy-mm-dd.
      type: str
      sample: "2026-11-01"
    size:
      description: Bytes of all tables in use, rows and keys, as the server tells. It is an estimate with InnoDB.
      type: int
      sample: 3145728
    tables:
      description: How many tables are in use.
      type: int
      sample: 73
    purposes:
      description:
        - The tables by what they are for, with their number and bytes.
        - V(addresses), V(articles), V(documents), V(money), V(company), V(office), V(vehicles), V(files), V(logs), and
          V(other) for tables that CAO-Faktura is not known to have.
      type: dict
      sample: {"documents": {"tables": 14, "size": 1048576}}
    other_tables:
      description: Tables that CAO-Faktura is not known to have.
      type: list
      elements: str
      sample: [XT_WARTESCHLANGE]
    views:
      description: The views.
      type: list
      elements: str
      sample: []
    unreadable_tables:
      description: Tables that the server cannot open.
      type: list
      elements: str
      sample: []
    engines:
      description: How many tables each storage engine has.
      type: dict
      sample: {"MyISAM": 73}
    charsets:
      description: How many tables have which default character set.
      type: dict
      sample: {"latin1": 73}
    restored:
      description:
        - What M(cao.faktura.mandant_restore) put there last.
        - V(null) when the origin is unknown, as after a restore with CAO-Faktura's own wizard.
      type: dict
      contains:
        sha256:
          description: The SHA-256 of the backup.
          type: str
          sample: d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
        file:
          description: The name of its file.
          type: str
          sample: CAO_backup_2026_11_02_18_05.zip
        program:
          description: The program that wrote it.
          type: str
          sample: CAO-Faktura
        date:
          description: When it was written, as the program wrote it.
          type: str
          sample: "02.11.2026 18:05:09"
        mandant:
          description: The Mandant that it was written of.
          type: str
          sample: Kräuterhof
        restored_at:
          description: When it was restored, in UTC.
          type: str
          sample: "2026-11-03T01:00:12Z"
        version:
          description: The version of this collection that restored it.
          type: str
          sample: 1.0.0
        rows:
          description: How many rows were restored.
          type: int
          sample: 10412
        errors:
          description: How many statements were left out with O(cao.faktura.mandant_restore#module:on_error=skip).
          type: int
          sample: 0
        neutralised:
          description:
            - The groups that were taken out of it with O(cao.faktura.mandant_restore#module:neutralise), as V(mail) for
              a copy that mails nobody. Empty for a backup as it is.
            - Where tables came from several backups, those that were taken out of all of them.
          type: list
          elements: str
          sample: []
        only:
          version_added: 2.0.0
          description:
            - The tables and views that are in use from it, where O(cao.faktura.mandant_restore#module:tables) had named
              what is restored. V(null) for a whole backup.
          type: list
          elements: str
          sample: null
        earlier:
          version_added: 2.0.0
          description:
            - Restores before the last one from which tables are in use, too, the latest first. Each has the same facts.
          type: list
          elements: dict
          sample: []
    rows:
      description: How many rows its tables in use have. C(null) without O(count_rows), and where one cannot be read.
      type: int
      sample: 10412
      version_added: 2.0.0
    drift:
      description: What is no longer as it was restored. V(null) when it was not looked for, or the origin is unknown.
      type: dict
      contains:
        verify:
          description: How it was looked for.
          type: str
          sample: quick
        tables:
          description: The tables, views and triggers that differ, and how. None means that nothing has drifted.
          type: list
          elements: dict
          sample: [{"name": "ARTIKEL", "what": "content"}]
        in_use:
          description: The tables in which rows have changed, with O(in_use).
          type: list
          elements: str
          returned: with O(in_use)
          sample: [JOURNAL]
          version_added: 2.0.0
    previous:
      description: The generation before, which M(cao.faktura.mandant_rollback) would bring back. V(null) without one.
      type: dict
      contains:
        tables:
          description: How many tables it has.
          type: int
          sample: 73
        size:
          description: Their bytes.
          type: int
          sample: 3145728
        made_by:
          description: V(mandant_restore), or V(cao) for CAO-Faktura's own wizard.
          type: str
          sample: mandant_restore
        restored:
          description: What was restored then, as in RV(mandanten[].restored).
          type: dict
          sample: null
        rollback:
          description: Whether a rollback is possible.
          type: bool
          sample: true
        why_not:
          description: Why it is not possible.
          type: str
          sample: null
    older_aside:
      version_added: 2.0.0
      description:
        - Tables C(BACK_*) of generations before the previous one. They stay aside where only some tables were restored
          since, until the next restore of a whole backup. A rollback does not bring them back.
      type: dict
      contains:
        tables:
          description: Their names.
          type: list
          elements: str
          sample: []
        size:
          description: Their bytes.
          type: int
          sample: 0
    leftovers:
      description:
        - Tables that a run which was cut off has left, its note C(BACK_RESTORE_MADE) among them. The next restore,
          rollback or removal drops them, and says so in a warning.
      type: dict
      contains:
        tables:
          description: Their names.
          type: list
          elements: str
          sample: []
        size:
          description: Their bytes.
          type: int
          sample: 0
    others_aside:
      version_added: 2.0.0
      description:
        - Tables and views C(BACK_*) that no restore has left, neither of this collection nor of CAO-Faktura. A restore
          leaves them as they are, but the wizard of CAO-Faktura drops them.
      type: dict
      contains:
        tables:
          description: Their names.
          type: list
          elements: str
          sample: [BACK_ARTIKEL_2019]
        size:
          description: Their bytes.
          type: int
          sample: 16384
    unfinished:
      description: Whether a restore or rollback was cut off. The next run puts that right first.
      type: bool
      sample: false
    sessions:
      description: Other sessions on the Mandant, for example of a running CAO-Faktura.
      type: list
      elements: dict
      contains:
        number:
          description: The server's number of the connection.
          type: int
          sample: 4711
        account:
          description: User and host.
          type: str
          sample: cao@192.0.2.17:51012
        seconds:
          description: Seconds since its last statement began.
          type: int
          sample: 12
    busy:
      description: Whether a restore, rollback or backup by this collection is running.
      type: bool
      sample: false
    not_seen:
      description: What the account may not see, or the server cannot tell.
      type: list
      elements: str
      sample: ["sessions of other accounts, since PROCESS is missing"]
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: mandant_missing
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_info_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_info import inform_about_mandanten
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_info_spec(), supports_check_mode=True)
    run(module, inform_about_mandanten)


if __name__ == "__main__":
    main()
