# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site; tools/docs.py builds it."""

from __future__ import annotations

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
html_theme_options = {
    "collapse_navigation": False,
    "display_version": False,
    "documentation_home_url": "index.html",
    "topbar_links": {},
    "vcs_pageview_mode": "",
}
html_show_sphinx = False
html_use_smartypants = False
nitpicky = True
# Environment variables of Ansible itself have no place here to refer to.
nitpick_ignore_regex = [("envvar", ".*")]
