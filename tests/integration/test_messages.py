# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of messages in the documentation is what is really said, and no error is missing in it.

FAKTURA_WRITE_MESSAGES=1 makes these tests write the page.
"""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

import messages
import mishaps
from mandant import Mandant
from message_case import Case
from message_cases import CASES
from playbook_runner import PlaybookRunner
from private_server import PrivateServer

TREE = Path(__file__).resolve().parents[2]
PAGE = TREE / "docs" / "docsite" / "rst" / "messages.rst"
REWRITE = "FAKTURA_WRITE_MESSAGES=1 make integration PYTEST_ARGS='-k messages' writes the page as it is now"


@pytest.fixture(scope="module")
def said(
    server: PrivateServer, playbook: PlaybookRunner, tmp_path_factory: pytest.TempPathFactory
) -> t.Iterator[list[tuple[Case, str]]]:
    """What is said in each case."""
    mandant = Mandant("cao_musterladen", server)
    mandant.drop()
    mandant.create()
    place = mishaps.Place(tmp_path_factory.mktemp("messages"), mandant, playbook)
    place.restorer.run(place.file(mishaps.BACKUP))
    yield [(case, messages.said(case, place)) for case in CASES]
    mandant.drop()


def test_every_error_has_a_message() -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import ErrorName

    shown = {case.error for case in CASES} - {""}
    assert shown == set(t.get_args(ErrorName)), "tests/support/message_cases.py shows what each error looks like"


def test_messages_say_what_where_and_what_to_do(said: list[tuple[Case, str]]) -> None:
    for case, message in said:
        assert "Traceback" not in message
        assert "\n" not in message
        assert 40 < len(message) < 500, message
        assert "Geheim" not in message
        assert case.error == "" or any(mark in message for mark in (";", ". ", "?")), f"no advice: {message}"


def test_the_page_is_what_is_said(said: list[tuple[Case, str]]) -> None:
    page = messages.page(said)
    if os.environ.get("FAKTURA_WRITE_MESSAGES"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8"), REWRITE
