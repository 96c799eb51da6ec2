# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of single files of the database room stand on; the folders mirror those of the library."""

from __future__ import annotations

import typing as t

import pytest

from library import Library
from restoring import Restorer


@pytest.fixture
def library(restorer: Restorer) -> t.Iterator[Library]:
    """The parts of the library, to be called one by one in the Mandant, which is empty."""
    made = Library(restorer)
    yield made
    made.close()
