#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the action plugin of the same name, which does it all."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_show
short_description: Show the analysis of a backup on the screen
version_added: 1.0.0
description:
  - Shows whose backup it is, when and by which program it was written, what is in it, which tables are the largest,
    what a person should know before it is restored, and what will be repaired, as CAO-Faktura's wizard does before a
    restore.
  - It works on the controller, with any callback for the screen and without any setting of it.
author:
  - The cao.faktura authors (@cao-faktura)
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    description: Can run in C(check_mode) and tell what would change without changing it.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in diff mode.
    support: N/A
    details: Nothing is changed.
  idempotent:
    description: When run twice in a row with the same arguments, the second run changes nothing and says so.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: all
options:
  analysis:
    description: The analysis, as M(cao.faktura.backup_info) and M(cao.faktura.mandant_restore) return it.
    type: dict
    required: true
  comparison:
    description: A comparison with a Mandant, as M(cao.faktura.mandant_compare) returns it. The card goes on with it.
    type: dict
    version_added: 2.0.0
  language:
    description: Language of the card. With V(auto) that of the controller's locale, English for any but German.
    type: str
    choices: [auto, de, en]
    default: auto
seealso:
  - module: cao.faktura.backup_info
  - module: cao.faktura.mandant_compare
  - plugin: cao.faktura.card
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the backup
  cao.faktura.backup_info:
    file: CAO_backup_2026_11_02_18_05.zip
    password: "{{ backup_password }}"
  register: backup

- name: Show what it is
  cao.faktura.backup_show:
    analysis: "{{ backup.analysis }}"
    language: de
"""

RETURN = r"""
lines:
  description: The lines of the card, as the filter P(cao.faktura.card#filter) returns them.
  returned: success
  type: list
  elements: str
  sample: ["Kräuterhof", "Written by        CAO-Faktura, 2 November 2026, 18:05"]
"""
