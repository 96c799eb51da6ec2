# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sql_mode that a trigger of a dump gets."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import mode_for_trigger


@pytest.mark.parametrize(
    ("stated", "of_server", "mode"),
    [
        ("", "TRADITIONAL", ""),
        ("pipes_as_concat, ansi_quotes", "", "ANSI_QUOTES,PIPES_AS_CONCAT"),
        ("NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION", "", "NO_ENGINE_SUBSTITUTION"),
        ("ORACLE,NO_KEY_OPTIONS", "", "ANSI_QUOTES,IGNORE_SPACE,PIPES_AS_CONCAT"),
        ("x') union select 1", "", ""),
        ("NO_BACKSLASH_ESCAPES", "", "NO_BACKSLASH_ESCAPES"),
        (None, "ANSI_QUOTES,STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES"),
        (None, "TRADITIONAL,NO_AUTO_CREATE_USER", "TRADITIONAL"),
        ("traditional,ALLOW_INVALID_DATES", "", "ALLOW_INVALID_DATES,TRADITIONAL"),
    ],
)
def test_mode(stated: str | None, of_server: str, mode: str) -> None:
    assert mode_for_trigger(stated, of_server) == mode
