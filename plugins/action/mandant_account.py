# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of the module mandant_account."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.calling_action import CallingActionModule


class ActionModule(CallingActionModule):
    """Leaves no secret on the host."""
