#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wizard's analysis of a backup, without any database."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_info
short_description: Analyse a backup of CAO-Faktura
version_added: 1.0.0
description:
  - Reads a backup from its first to its last byte and tells whose it is, what is in it, what would be repaired,
    and whether it can be restored.
  - No database is needed and nothing is changed.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._backup_file
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
  platform: {}
options:
  lines:
    description: How many of the first lines to return in RV(analysis.head), as the wizard shows them.
    type: int
    default: 10
seealso:
  - module: cao.faktura.mandant_restore
"""

EXAMPLES = r"""
- name: Whose backup is this?
  cao.faktura.backup_info:
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
  register: backup

- name: Is there a backup of last night?
  cao.faktura.backup_info:
    file: /srv/backup/musterladen/CAO_backup_*.zip
    newest: true
    max_age: 26h
    remote_src: true
    password: "{{ backup_password }}"

- name: Say it in one line
  ansible.builtin.debug:
    msg: "{{ backup.analysis.company }}, {{ backup.analysis.header.date }}, {{ backup.analysis.rows }} rows"
"""

RETURN = r"""
analysis:
  description: Everything that is known about the backup. It holds no rows and no secrets.
  returned: success
  type: dict
  contains:
    dialect:
      description:
        - The program that wrote it, for example V(cao), V(mysqldump), V(mariadb-dump), V(heidisql), V(phpmyadmin).
        - It is V(unknown) when no comment tells.
      type: str
      sample: cao
    header:
      description: What the first lines say.
      type: dict
      contains:
        program:
          description: The writing program.
          type: str
          sample: CAO-Faktura
        date:
          description: When it was written, as the program wrote it.
          type: str
          sample: "02.11.2026 18:05:09"
        mandant:
          description: The Mandant, in dumps of other programs the database.
          type: str
          sample: Kräuterhof
    file:
      description: The file.
      type: dict
      contains:
        path:
          description: Where it is.
          type: str
          sample: /srv/backup/CAO_backup_2026_11_02_18_05.zip
        size:
          description: Its size in bytes.
          type: int
          sample: 421337
        sha256:
          description: Its SHA-256, which is its identity.
          type: str
          sample: d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
        member:
          description: The SQL file in a ZIP.
          type: str
          sample: CAO_backup_2026_11_02_18_05.sql
        encryption:
          description: How the ZIP is encrypted.
          type: str
          sample: zipcrypto
    encoding:
      description: The character set under which its bytes are sent to the server.
      type: str
      sample: latin1
    tables:
      description: Its tables.
      type: list
      elements: dict
      sample: [{"name": "ARTIKEL", "rows": 502, "bytes": 331204}]
    rows:
      description: The rows of all tables.
      type: int
      sample: 10412
    statements:
      description: How many statements the file has.
      type: int
      sample: 10560
    db_version:
      description: The version of the schema, from REGISTRY.
      type: str
      sample: "1.40"
    company:
      description: The company, from FIRMA.
      type: str
      sample: Kräuterhof
    last_document_date:
      description:
        - The date of the newest document, from C(JOURNAL), C(LIEFERSCHEIN), C(EKBESTELL) and C(EKEINGANG).
        - M(cao.faktura.mandant_restore) warns where the Mandant holds newer ones.
      type: str
      sample: "2026-11-02"
      version_added: 2.0.0
    head:
      description: The first lines, without values of rows.
      type: list
      elements: str
      sample: ["# CAO-Faktura", "# Datum :02.11.2026 18:05:09 Uhr"]
    repairs:
      description: Known defects of CAO's writer that are put right.
      type: list
      elements: dict
      sample:
        - name: quoted_current_timestamp
          table: REGISTRY
          column: LAST_CHANGE
          count: 1
          text: the default CURRENT_TIMESTAMP was written as a text; it is a function again
    findings:
      description:
        - What a person should know before it is restored.
        - With C(export_failed), C(promise_broken) and C(missing_end) it is likely not whole, and
          M(cao.faktura.mandant_restore) fails with C(incomplete) where that is sure. C(end_unknown) says that nothing
          in the file tells where it ends.
      type: list
      elements: dict
      sample:
        - name: static_tables_left_out
          table: null
          text: "PLZ, BLZ: saved without rows. CAO-Faktura fills them again when it is started."
chosen:
  version_added: 2.0.0
  description: Which file it is, and how old. With O(newest) or O(max_age).
  returned: success, with O(newest) or O(max_age)
  type: dict
  contains:
    path:
      description: The file.
      type: str
      sample: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    date:
      description: When it was made, at the earliest.
      type: str
      sample: "2026-11-02T18:05:00+01:00"
    date_from:
      description: What told that, V(name), V(header) or V(modified), the time of the file.
      type: str
      sample: name
    age_seconds:
      description: How old it is.
      type: int
      sample: 28500
    candidates:
      description: How many files it was chosen from.
      type: int
      sample: 31
    passed_over:
      description: Files that match and were no candidates.
      type: list
      elements: dict
      sample:
        - path: /srv/backup/CAO_backup_2026_11_03_18_05.zip.part
          why: has the name of a file that is not finished
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: wrong_password
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import backup_info_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.backup_info import analyse_backup
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=backup_info_spec(), supports_check_mode=True)
    run(module, analyse_backup)


if __name__ == "__main__":
    main()
