#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a backup of a Mandant in CAO's own format."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_backup
short_description: Write a backup of a Mandant in CAO-Faktura's own format
version_added: 1.0.0
description:
  - Writes all tables of a Mandant into a ZIP as CAO-Faktura names and lays it out. M(cao.faktura.mandant_restore)
    brings them back to the bit. The rules by which CAO-Faktura's own wizard takes a file apart are kept.
  - It holds one moment of the Mandant, while people work. Tables of InnoDB are read from a snapshot. Where there are
    others, MyISAM for example, all tables are locked for writing until these are read, which is reported in
    RV(locked_seconds); reading goes on.
  - It holds what CAO-Faktura's own backups lose, storage engines, character sets, comments, counters and key lengths
    for example. Views, triggers, stored routines and events are left out as they are there, and named in RV(left_out).
    So are tables C(BACK_*).
  - Where some text of a column would not come back from UTF-8 (bytes that its character set has no letter for, letters
    that two of its bytes stand for), all texts of that column are written by their own bytes, C(x'8160') for example.
    Of C(latin1), in which CAO-Faktura works, no text is.
  - The file appears under its name when it is complete, on the disk and proven. For that it is read back as a restore
    reads it, and rows and values of each table are compared with what the server says of the bytes that it stores. No
    plain text of it reaches a disk when it has a password.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details: Writes nothing, and tells what file would be written, and which would be removed.
  diff_mode:
    support: full
    details: The files written and removed.
  idempotent:
    support: none
    details: A backup is a new file in every run.
  platform: {}
  action_group: {}
options:
  mandant:
    description: The database of the Mandant.
    type: str
    required: true
    aliases: [database, db]
  dest:
    description:
      - A folder on the managed host, for a file named C(CAO_backup_yyyy_mm_dd_hh_mm.zip). A second one of the same
        minute gets a number; no file is overwritten.
      - Or a file that ends in C(.zip) or C(.sql). It takes the place of one that is there.
    type: path
    required: true
  password:
    description: Password of the ZIP. Without it anybody can read it.
    type: str
    aliases: [zip_password]
  encryption:
    description:
      - How the ZIP is encrypted that has a O(password).
      - V(zipcrypto) without a password is refused.
    type: str
    choices:
      aes256: AES with 256 bits, as WinZip and 7-Zip read it.
      zipcrypto: The old encryption of ZIP, which CAO-Faktura's own wizard needs. It can be broken.
    default: aes256
  static_tables:
    description: Whether C(PLZ), C(BLZ) and C(LAND) are saved with their rows. CAO-Faktura can fill them again.
    type: bool
    default: true
  keep:
    description:
      - How many backups of this Mandant to keep in the folder, this one included. Older ones are removed when it is
        there.
      - Only ZIP files are counted and removed that this module has written of this Mandant on this server. A server is
        known by its C(server_uid) or C(server_uuid), its name and its port; one on another machine is another one under
        each O(login_host).
    type: int
requirements:
  - pyzipper (0.3.6 to 0.4.0 are tested) for O(encryption=aes256)
  - libarchive-c (5.0 to 5.3 are tested) for O(encryption=zipcrypto)
notes:
  - Where a restore or rollback was cut off within its swap, so that tables in use have other names, or a removal, it
    fails with V(verification_failed) until that was run again.
  - The account needs SELECT and, where not all tables are of InnoDB, LOCK TABLES on the Mandant.
  - While it runs, M(cao.faktura.mandant_restore) and another backup of the same Mandant fail with V(locked).
seealso:
  - module: cao.faktura.mandant_restore
  - module: cao.faktura.mandant_info
"""

EXAMPLES = r"""
- name: A backup every night, for a month
  cao.faktura.mandant_backup:
    mandant: cao_musterladen
    dest: /srv/backup/cao_musterladen
    password: "{{ backup_password }}"
    keep: 31
    login_unix_socket: /run/mysqld/mysqld.sock

- name: A backup that CAO-Faktura's own wizard can read
  cao.faktura.mandant_backup:
    mandant: cao_musterladen
    dest: /srv/handover
    password: "{{ backup_password }}"
    encryption: zipcrypto
"""

RETURN = r"""
file:
  description: The backup.
  returned: success
  type: dict
  contains:
    path:
      description: Where it is, or in check mode would be.
      type: str
      sample: /srv/backup/cao_musterladen/CAO_backup_2026_11_02_18_05.zip
    size:
      description: Its size in bytes. Not known in check mode.
      type: int
      sample: 421337
    sha256:
      description: Its SHA-256. Not known in check mode.
      type: str
      sample: d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
    encryption:
      description: V(aes256), V(zipcrypto) or V(none).
      type: str
      sample: aes256
tables:
  description: The tables, by their names in the backup.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: ARTIKEL
    rows:
      description: How many rows were saved.
      type: int
      sample: 502
rows:
  description: The rows of all tables.
  returned: success
  type: int
  sample: 10412
seconds:
  description: How long it took, in seconds. Not known in check mode.
  returned: success
  type: float
  sample: 2.1
locked_seconds:
  description: How long others could not write, in seconds. Not known in check mode.
  returned: success
  type: float
  sample: 0.9
left_out:
  description:
    What is in the database and not in the backup, by kind. Triggers, routines and events that the account may not see
    are not named.
  returned: success
  type: dict
  sample: {"views": ["XT_OFFENE_POSTEN"]}
removed:
  description: The older backups that were removed for O(keep).
  returned: success
  type: list
  elements: str
  sample: [CAO_backup_2026_10_02_18_05.zip]
diff:
  description:
    RV(ignore:prepared) is what C(--diff) prints; RV(ignore:data) has the files that are written and removed.
  returned: when diff mode is on
  type: dict
  sample:
    prepared: |
      cao_musterladen: 73 tables with 10,412 rows
        new backup: CAO_backup_2026_11_02_18_05.zip
        older backup that goes: CAO_backup_2026_10_02_18_05.zip
        left out, as CAO-Faktura does: 1 view
    data:
      before: {"removed": [CAO_backup_2026_10_02_18_05.zip], "written": []}
      after: {"removed": [], "written": [CAO_backup_2026_11_02_18_05.zip]}
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: missing_privilege
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_backup_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_backup import backup_mandant
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_backup_spec(), supports_check_mode=True)
    run(module, backup_mandant)


if __name__ == "__main__":
    main()
