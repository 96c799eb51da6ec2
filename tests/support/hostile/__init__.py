# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and tricky files, as tables: each row has a file's name, what is in it, and what comes of it.

``FILES`` of a module has its rows by what they try. A new module has to be named in every_file.py.
"""
