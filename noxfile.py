# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of the checks; antsibull-nox.toml says what they are. tools/check.py runs them without installing."""

from __future__ import annotations

import antsibull_nox
import antsibull_nox.sessions.collections as nox_collections
import nox

antsibull_nox.load_antsibull_nox_toml()


@nox.session
def typing(session: nox.Session) -> None:
    """Run type checker: mypy, strict."""
    session.install("-r", "tests/requirements/test.txt")
    place = nox_collections.prepare_collections(session, install_in_site_packages=False)
    if place is None:
        session.error("mypy needs a virtual environment")
    with session.chdir(place.current_path):
        for what in (("-p", "ansible_collections.cao.faktura.plugins"), ("tests/support", "tools", "noxfile.py")):
            session.run("mypy", *session.posargs, *what, env={"MYPYPATH": str(place.current_place)})
