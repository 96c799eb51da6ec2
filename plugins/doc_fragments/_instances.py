# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The options about others on the Mandant (module_utils/_ansible/argument_spec.py, instances_spec)."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that put other tables in the place of a Mandant's."""

    DOCUMENTATION = r"""
options:
  reload_tables:
    description:
      - Close the Mandant's tables (C(FLUSH TABLES)) before the other ones take their place.
      - This needs the privilege RELOAD. Set it to V(false) on hosted databases, where that is not to be had.
      - Then no running instance of CAO-Faktura may be ignored.
    type: bool
    default: true
    aliases: [flush_tables]
  running_instances:
    description: What to do when others, for example a running CAO-Faktura, are connected to the Mandant.
    type: str
    choices:
      fail: Fail, and say who.
      wait: Wait for O(wait_timeout) seconds until they have gone, then fail.
      disconnect: End their connections.
      ignore: Go on all the same. Not together with O(reload_tables=false).
    default: fail
  wait_timeout:
    description: Seconds to wait with O(running_instances=wait).
    type: int
    default: 300
"""
