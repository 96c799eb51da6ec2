# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site; tools/docs.py builds it."""

from __future__ import annotations

import typing as t

project = "cao.faktura"
copyright = "2026, The cao.faktura authors"  # noqa: A001
author = "The cao.faktura authors"
title = html_title = html_short_title = "cao.faktura"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
# The file is written by tools/docs.py: the site is built without a network.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}
highlight_language = "yaml"
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_static_path = ["own"]
html_css_files = ["site.css"]
html_theme_options = {
    "collapse_navigation": False,
    "display_version": False,
    "topbar_links": {},
    "vcs_pageview_mode": "",
}
html_show_sphinx = False
html_use_smartypants = False
nitpicky = True
# Environment variables of Ansible itself have no place here to refer to.
nitpick_ignore_regex = [("envvar", ".*")]


def _home(_app: object, _page: str, _template: str, context: dict[str, t.Any], _doctree: object) -> None:
    """The theme's own link home leads to a page beside the one that it is on."""
    context["theme_documentation_home_url"] = context["pathto"]("index")


def setup(app: t.Any) -> None:
    """Take part in making each page."""
    app.connect("html-page-context", _home)
