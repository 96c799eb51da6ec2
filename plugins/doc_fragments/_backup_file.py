# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The options that choose and open a backup (module_utils/_ansible/argument_spec.py, backup_file_spec)."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that read a backup."""

    DOCUMENTATION = r"""
options:
  file:
    description:
      - The backup, C(CAO_backup_*.zip) or C(.sql), or a dump made by another program. Also C(.sql.gz), C(.sql.bz2),
        C(.sql.xz) and C(.sql.zst).
      - What it is is told from its bytes, not from its name.
      - It is unpacked as a stream; no plain text of it reaches a disk.
    type: path
    required: true
    aliases: [src]
  newest:
    description:
      - Take the newest of the files that O(file) matches, a pattern such as C(/srv/backup/CAO_backup_*.zip) with
        C(*), C(?) and C([...]). Without this option a pattern is refused.
      - A file is as old as the date in its name says, else that in its header, else the time of the file. Dates without
        a zone are read by the clock of the machine that has the files; such that lie in the future are not believed.
      - Files that are being written just now, and names of such that are not finished (C(.part), C(.tmp), hidden ones),
        are passed over.
      - It fails, with their names, where several could be the newest and where they are not all of one Mandant.
    type: bool
    default: false
    version_added: 2.0.0
  max_age:
    description:
      - How old the backup may be, as a duration such as V(26h), V(7d) or V(1d12h). An older one fails with C(too_old)
        before anything else is looked at.
      - Its age is told as with O(newest). Of a date without a time of day the beginning of the day counts, unless the
        header or the time of the file are of that day.
    type: str
    version_added: 2.0.0
  remote_src:
    description:
      - Whether the file is on the managed host already.
      - Otherwise it is on the controller, and is looked for as M(ansible.builtin.copy) does, in C(files/) of the role
        and beside the playbook, and at last in the folder where Ansible was started and in C(files/) there.
      - A file that is encrypted with Ansible's vault is decrypted in memory.
      - It is sent to the host when it is needed there, readable by its user alone, and removed as soon as it is open.
    type: bool
    default: false
  password:
    description:
      - Password of the ZIP.
      - It is tried in the spellings of UTF-8, cp1252 and cp850, since Windows programs differ.
      - A restore that finds this very file in the Mandant does not open it, so a wrong password is not noticed then.
    type: str
    aliases: [zip_password]
  checksum:
    description: Expected SHA-256 of the file, as C(sha256:) and 64 hexadecimal digits.
    type: str
  encoding:
    description:
      - Encoding of the texts in the backup, for example V(cp1252) or V(utf-8).
      - V(auto) proves it from the bytes and from the dump's own C(SET NAMES), and fails where the two differ.
    type: str
    default: auto
requirements:
  - pyzipper (0.3.6 to 0.4.0 are tested) for ZIP files with AES encryption
  - zstandard (0.19.0 to 0.25.0 are tested) for C(.sql.zst) where Python is older than 3.14
  - libarchive-c (5.0 to 5.3 are tested), optional, unpacks ZIP files with CAO's own encryption about ten times as fast
"""
