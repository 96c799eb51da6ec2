# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of the module backup_info."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.shipping_action import ShippingActionModule


class ActionModule(ShippingActionModule):
    """Ships the backup."""

    logs_in = False
