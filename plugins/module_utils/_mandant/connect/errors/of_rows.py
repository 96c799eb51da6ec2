# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What errors of rows mean: a server says them of a value, a key that is there, or a row that has no place."""

from __future__ import annotations

OF_ROWS = {
    1048: "a column cannot be NULL",
    1058: "the number of values does not fit the number of columns",
    1062: "duplicate entry",
    1114: "the table is full; the disk or the quota of the server may be exhausted",
    1136: "the number of values does not fit the number of columns",
    1138: "a value is NULL that may not be",
    1162: "a text is larger than max_allowed_packet",
    1169: "duplicate entry",
    1261: "a row has too few values",
    1262: "a row has too many values",
    1263: "a column cannot be NULL",
    1264: "value out of range",
    1265: "value does not fit the column",
    1292: "invalid date, time or number",
    1300: "bytes that are no text in the character set",
    1301: "a result is larger than max_allowed_packet",
    1364: "a column has no default value",
    1365: "a division by 0",
    1366: "value does not fit the column or its character set",
    1367: "a number is too large to be read",
    1369: "a row does not meet the CHECK OPTION of a view",
    1406: "value too long for the column",
    1411: "invalid date, time or number",
    1416: "bytes that are no geometry",
    1441: "a date or time is out of range",
    1467: "there is no next number for the auto_increment column",
    1525: "invalid date, time or number",
    1569: "two rows would get one number",
    1586: "duplicate entry",
    1591: "no partition for a value",
    1690: "a number is out of range",
    1748: "a row is of another partition",
    1859: "duplicate entry",
    1863: "a row is in the wrong partition",
    1916: "a value is too large",
    1917: "a value is too long",
    1918: "a value that cannot be converted",
    3140: "a text is no JSON",
    3141: "a text is no JSON",
    3144: "JSON in the character set binary",
    3156: "a value cannot be taken out of JSON",
    3617: "a coordinate is out of range",
    3732: "a coordinate is out of range",
    4139: "the file of the table's keys is full",
}
