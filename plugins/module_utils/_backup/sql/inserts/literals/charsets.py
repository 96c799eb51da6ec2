# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Character sets that a literal may name, and the types that one may be cast to."""

from __future__ import annotations

# Character sets in which no byte of a longer character can be a quote or a backslash.
INTRODUCERS = frozenset(
    b"""_BINARY _LATIN1 _UTF8 _UTF8MB3 _UTF8MB4 _ASCII _LATIN2 _LATIN5 _LATIN7 _CP1250 _CP1251 _CP1256 _CP1257 _CP850
    _CP852 _CP866 _KOI8R _KOI8U _GREEK _HEBREW _HP8 _DEC8 _MACCE _MACROMAN _KEYBCS2 _ARMSCII8 _GEOSTD8""".split()
)
# The bytes of these are written in hexadecimal digits only.
HEX_INTRODUCERS = INTRODUCERS | frozenset(
    b"_UCS2 _UTF16 _UTF16LE _UTF32 _BIG5 _GBK _SJIS _CP932 _GB2312 _GB18030 _EUCKR _UJIS _EUCJPMS _SWE7 _TIS620".split()
)
CAST_TYPES = frozenset(
    b"""UNSIGNED SIGNED INTEGER INT CHAR CHARACTER NCHAR VARCHAR BINARY VARBINARY DATE DATETIME TIME YEAR DECIMAL DOUBLE
    FLOAT REAL JSON SET CHARSET INET4 INET6 UUID""".split()
)
CHARSETS = frozenset(name[1:] for name in HEX_INTRODUCERS)
