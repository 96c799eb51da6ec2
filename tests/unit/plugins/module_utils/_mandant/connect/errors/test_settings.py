# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A setting of the server that stands in the way is called a setting, with what to do about it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.meanings import MEANING
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.settings import QUOTE_NAMES, SETTINGS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of

# Their messages quote values, or pieces of statements that hold some.
QUOTE_VALUES = {1062, 1064, 1231, 1264, 1265, 1292, 1300, 1366, 1367, 1411, 1525, 1526, 1586, 1690, 3140, 3854}


@pytest.mark.parametrize("number", SETTINGS)
def test_settings(number: int) -> None:
    failure = failure_of(ServerError(number, ""), where="db, m", doing="creating the table FIRMA")
    assert failure.error == "server_setting"
    assert SETTINGS[number] in failure.msg
    assert "FIRMA" in failure.msg


def test_all_are_known() -> None:
    assert set(SETTINGS) <= set(MEANING)
    assert set(MEANING) >= QUOTE_NAMES
    assert not QUOTE_NAMES & QUOTE_VALUES
