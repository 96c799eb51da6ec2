# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data that is measured: one table like CAO's JOURNALPOS, the same bytes every time.

A row is about 203 bytes of SQL in CAO's own layout. Its texts are German and cp1252, some have
escapes, some cells are NULL; its numbers spread as those of a trader do, so that the secondary
keys are filled in no order. A tab separated file with the same values is made for LOAD DATA.
"""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupColumn,
    BackupKey,
    BackupTable,
    write_backup,
)

WHEN = datetime.datetime(2026, 11, 2, 18, 5, 9)
HEADER = BackupHeader(mandant="Musterladen", when=WHEN)
TABLE_NAME = "JOURNALPOS"
ROWS_PER_PIECE = 4000

TABLE = BackupTable(
    TABLE_NAME,
    (
        BackupColumn("REC_ID", "int(11)", nullable=False, extra="auto_increment"),
        BackupColumn("QUELLE", "tinyint(4)", "0", nullable=False),
        BackupColumn("JOURNAL_ID", "int(11)", "0", nullable=False),
        BackupColumn("POSITION", "int(11)", "0", nullable=False),
        BackupColumn("ARTIKEL_ID", "int(11)", "-1", nullable=False),
        BackupColumn("ADDR_ID", "int(11)", "-1", nullable=False),
        BackupColumn("ARTIKELTYP", "char(1)", "N", nullable=False),
        BackupColumn("LTERMIN", "date"),
        BackupColumn("ATRNUM", "varchar(20)"),
        BackupColumn("ARTNUM", "varchar(20)"),
        BackupColumn("BARCODE", "varchar(20)"),
        BackupColumn("MENGE", "decimal(10,3)", "0.000", nullable=False),
        BackupColumn("ME_EINHEIT", "varchar(10)"),
        BackupColumn("EPREIS", "decimal(10,4)", "0.0000", nullable=False),
        BackupColumn("GPREIS", "decimal(10,2)", "0.00", nullable=False),
        BackupColumn("RABATT", "decimal(10,2)", "0.00", nullable=False),
        BackupColumn("STEUER_CODE", "tinyint(4)", "0", nullable=False),
        BackupColumn("GEBUCHT", "enum('N','Y')", "N", nullable=False),
        BackupColumn("BRUTTO_FLAG", "enum('N','Y')", "N", nullable=False),
        BackupColumn("BEZEICHNUNG", "text"),
    ),
    (
        BackupKey("PRIMARY KEY", ("REC_ID",)),
        BackupKey("KEY", ("ARTIKEL_ID",), "ARTIKEL_ID"),
        BackupKey("KEY", ("JOURNAL_ID", "POSITION"), "JOURNAL_ID"),
    ),
)

# Four kinds of rows; each takes the same numbers, in the order of _numbers().
_DATE = "2026-%02d-%02d"
_VARIANTS: tuple[tuple[str | None, str | None, str, str, str], ...] = (
    (_DATE, None, "Stück", "Y", "Schraube M%d für Gehäuse, Größe %02d"),
    (_DATE, "AT17", "Pkg", "N", 'Tee \\"Zur Mühle\\" %d g, %02d St., 2,50 €'),
    (None, None, "m²", "Y", "Lieferung %02d.%02d.\\r\\nFliese Ø %d mm, %02d"),
    (_DATE, None, "Stück", "Y", "Bürostuhl grün, Nr. %d/%02d"),
)


def _cells(variant: tuple[str | None, str | None, str, str, str]) -> tuple[str | None, ...]:
    date, order, unit, booked, text = variant
    numbers = ("%d", "3", "%d", "%d", "%d", "%d", "N")
    amounts = ("%d.000", unit, "%d.%d000", "%d.%02d", "0.00", "2", booked, "N", text)
    # Where there is no date, the text takes its two numbers: they come before those of the text.
    return (*numbers, date, order, "A%04d", "4012%04d", *amounts)


def literal(cell: str | None) -> str:
    """Spell a cell as CAO does."""
    return "NULL" if cell is None else f"'{cell}'"


def _field(cell: str | None) -> str:
    return "\\N" if cell is None else cell


def _templates(start: str, cell: t.Callable[[str | None], str], comma: str, end: str) -> list[bytes]:
    return [(start + comma.join(map(cell, _cells(variant))) + end).encode("cp1252") for variant in _VARIANTS]


SQL_TEMPLATES = _templates(f"INSERT INTO {TABLE_NAME} VALUES (", literal, ",", ");\r\n")
TAB_TEMPLATES = _templates("", _field, "\t", "\n")


def _pieces(templates: t.Sequence[bytes], rows: int) -> t.Iterator[bytes]:
    for start in range(1, rows + 1, ROWS_PER_PIECE):
        yield b"".join(
            [
                templates[n & 3]
                % (
                    (n, n // 5 + 1, n % 5 + 1, n * 7919 % 4001, n // 5 * 613 % 5003)
                    + ((n * 7 % 12 + 1, n * 11 % 28 + 1) if n & 3 != 2 else ())
                    + (n * 7919 % 4001, n * 7919 % 4001, n * 13 % 60 + 1)
                    + (n * 31 % 907, n * 7 % 10, n * 37 % 9001, n * 3 % 20 * 5)
                    + ((n * 7 % 12 + 1, n * 11 % 28 + 1) if n & 3 == 2 else ())
                    + (n * 41 % 997, n * 3 % 90)
                )
                for n in range(start, min(start + ROWS_PER_PIECE, rows + 1))
            ]
        )


def sql_pieces(rows: int) -> t.Iterator[bytes]:
    """Yield a whole backup in CAO's own layout, one table with so many rows."""
    yield from write_backup(HEADER, [(TABLE, ())])
    yield f"#\r\n# TABLE [{TABLE_NAME}] DATA\r\n#\r\n".encode("ascii")
    yield from _pieces(SQL_TEMPLATES, rows)
    yield b"\r\n\r\n\r\n"


# Dumps whose statements stand in another order: what a reader that counts on runs of rows would be slow with.
LAYOUTS: dict[str, str] = {
    "comments": "a comment before each row",
    "comments-inside": "a comment before each row of an INSERT",
    "comments-in-words": "a comment in each INSERT",
    "delimiters": "another delimiter for each row",
    "double-quotes": "double quotes",
    "in-turn": "rows of two tables in turn",
    "lists": "lists of columns in turn",
    "navicat": "Navicat's layout",
    "pairs": "INSERT with SET",
    "selects": "a SELECT before each row",
    "settings": "a setting before each row",
    "updates": "ON DUPLICATE KEY UPDATE now and then",
    "verbs": "INSERT, REPLACE and INSERT IGNORE in turn",
    "words": "values in other words",
    "words-together": "values in other words, by hundreds",
    "zones": "another time zone for each row",
}
# Rows of other tables than JOURNALPOS: very short ones, and such of a megabyte.
OTHER_SIZES = ("short", "long")
_LONG_TEXT = "Größe und Maß, Wörter in großer Zahl. " * 25_000
_OTHER_TABLE = "JOURNALPOS_2"
_ROWS_TOGETHER = 400
_VERBS = (b"INSERT", b"REPLACE", b"INSERT IGNORE")
_UPDATE = b" ON DUPLICATE KEY UPDATE POSITION=VALUES(POSITION);\r\n"
_BEFORE_EACH = {
    "comments": b"-- Position %d\r\n",
    "selects": b"SELECT 'Position %d';\r\n",
    "settings": b"SET @position = %d;\r\n",
    "zones": b"SET time_zone = '+02:%02d';\r\n",
}
_NAVICAT = "-- ----------------------------\n-- Records of %s\n-- ----------------------------\n"


def definition() -> bytes:
    """Return the statements that make the table."""
    table = b"".join(write_backup(HEADER, [(TABLE, ())])).replace(b"\r\n", b"\n")
    return table[table.index(b"drop table") :]


def rows_spelled(cell: t.Callable[[str | None], str], comma: str, rows: int) -> t.Iterator[bytes]:
    """Yield what stands between the parentheses of each row, with its cells spelled so."""
    # Texts have line feeds as escapes alone.
    for piece in _pieces(_templates("", cell, comma.replace("\n", "\v"), "\n"), rows):
        for line in piece.split(b"\n")[:-1]:
            yield line.replace(b"\v", b"\n")


def layout_pieces(layout: str, rows: int) -> t.Iterator[bytes]:
    """Yield the same rows with a comment before each INSERT, in turn with those of a second table, or as Navicat does.

    Or as pairs of columns and values behind SET, with values in other words than literals of one, or as LAYOUTS says.

    All is one transaction: else the client waits for the disk at each row.
    """
    table = definition()
    yield b"/*\n Navicat Premium Dump SQL\n*/\n\n" if layout == "navicat" else b"-- rows in another order\n"
    yield b"SET NAMES latin1;\n" + table
    if layout == "in-turn":
        yield table.replace(TABLE_NAME.encode(), _OTHER_TABLE.encode())
    yield b"BEGIN;\n"
    number = 0
    if layout == "navicat":
        yield (_NAVICAT % TABLE_NAME).encode()
        start = f"INSERT INTO `{TABLE_NAME}` (`" + "`, `".join(column.name for column in TABLE.columns) + "`) VALUES ("
        yield from _pieces(_templates(start, literal, ", ", ");\n"), rows)
    elif layout == "pairs":
        yield from _pieces(_pair_templates(), rows)
    elif layout == "words":
        yield from _pieces(_templates(f"INSERT INTO {TABLE_NAME} VALUES (", _in_words, ", ", ");\n"), rows)
    elif layout == "lists":
        yield from _pieces(_list_templates(), rows)
    elif layout in ("words-together", "double-quotes", "comments-inside"):
        cell = {"words-together": _in_words, "double-quotes": _double_quoted}.get(layout, literal)
        yield from _together(_templates("(", cell, ", ", ")\n"), rows, comments=layout == "comments-inside")
    else:
        for piece in _pieces(SQL_TEMPLATES, rows):
            for line in piece.splitlines(keepends=True):
                number += 1
                yield _alone(layout, line, number)
    yield b"COMMIT;\n"


def _alone(layout: str, line: bytes, number: int) -> bytes:
    """Return a statement of one row with what the layout has beside it."""
    if layout == "in-turn":
        return line + line.replace(TABLE_NAME.encode(), _OTHER_TABLE.encode(), 1)
    if layout == "comments-in-words":
        return line.replace(b" VALUES", b" /* %d */ VALUES" % number, 1)
    if layout == "verbs":
        return line.replace(b"INSERT", _VERBS[number % len(_VERBS)], 1)
    if layout == "updates":
        return line if number % 7 else line.rstrip()[:-1] + _UPDATE
    if layout == "delimiters":
        return b"DELIMITER ;;\n" + line.rstrip() + b";\nDELIMITER ;\n"
    return _BEFORE_EACH[layout] % (number % 60 if layout == "zones" else number) + line


def _together(templates: t.Sequence[bytes], rows: int, *, comments: bool) -> t.Iterator[bytes]:
    """Yield statements of many rows each, with a comment before each row or without."""
    number = 0
    for piece in _pieces(templates, rows):
        lines = piece.splitlines()
        for start in range(0, len(lines), _ROWS_TOGETHER):
            some = lines[start : start + _ROWS_TOGETHER]
            if comments:
                some = [b"/* %d */ %b" % (number + index, line) for index, line in enumerate(some)]
            number += len(some)
            yield f"INSERT INTO {TABLE_NAME} VALUES\n".encode() + b",\n".join(some) + b";\n"


def _double_quoted(cell: str | None) -> str:
    return "NULL" if cell is None else f'"{cell}"'


def _list_templates() -> list[bytes]:
    """Return rows that name their columns but those that are NULL."""
    templates = []
    for variant in _VARIANTS:
        given = [(column.name, cell) for column, cell in zip(TABLE.columns, _cells(variant)) if cell is not None]
        names, cells = ", ".join(name for name, _cell in given), ", ".join(literal(cell) for _name, cell in given)
        templates.append(f"INSERT INTO {TABLE_NAME} ({names}) VALUES ({cells});\n".encode("cp1252"))
    return templates


def _in_words(cell: str | None) -> str:
    if cell is None:
        return "null"
    # The date in the second form, texts in the third, and a number now and then.
    if cell.startswith("2026-"):
        return f"CAST('{cell}' AS DATE)"
    return f"_latin1'{cell}'" if cell[:1].isalpha() else f"CONCAT('{cell}')" if cell.startswith("4012") else f"'{cell}'"


def _pair_templates() -> list[bytes]:
    names = [column.name for column in TABLE.columns]
    return [
        (
            f"INSERT INTO {TABLE_NAME} SET "
            + ", ".join(f"{name}={literal(cell)}" for name, cell in zip(names, _cells(variant)))
            + ";\n"
        ).encode("cp1252")
        for variant in _VARIANTS
    ]


def other_sizes(size: str, rows: int) -> t.Iterator[bytes]:
    """Yield a dump of so many very short rows, many in an INSERT, or of a thousandth of them, each of a megabyte."""
    yield b"SET NAMES utf8mb4;\nCREATE TABLE T (A int NOT NULL, B longtext, PRIMARY KEY (A)) DEFAULT CHARSET=utf8mb4;\n"
    if size == "short":
        for start in range(0, rows, ROWS_PER_PIECE):
            numbers = range(start, min(start + ROWS_PER_PIECE, rows))
            yield ("INSERT INTO T VALUES " + ",".join(f"({number},'a')" for number in numbers) + ";\n").encode()
    else:
        for number in range(rows // 1000):
            yield f"INSERT INTO T VALUES ({number},'{_LONG_TEXT}');\n".encode()


def tab_pieces(rows: int) -> t.Iterator[bytes]:
    """Yield the same rows as LOAD DATA reads them: tabs, line feeds, backslashes, cp1252."""
    yield from _pieces(TAB_TEMPLATES, rows)


def create_table() -> str:
    """Return the CREATE TABLE of the backup, for what reads no SQL."""
    text = b"".join(write_backup(HEADER, [(TABLE, ())])).decode("cp1252")
    return text[text.index("create table") : text.rindex(";")]


def many_tables(tables: int) -> t.Iterator[bytes]:
    """Yield a backup of many small tables: what counts in a swap is their number."""
    columns = (
        BackupColumn("REC_ID", "int(11)", nullable=False, extra="auto_increment"),
        BackupColumn("NAME", "varchar(50)", nullable=False),
        BackupColumn("PREIS", "decimal(10,2)", "0.00", nullable=False),
    )
    keys = (BackupKey("PRIMARY KEY", ("REC_ID",)), BackupKey("KEY", ("NAME",), "NAME"))
    return write_backup(
        HEADER,
        (
            (
                BackupTable(f"TABELLE_{number:03d}", columns, keys),
                [(row, f"Müller {number}/{row}", f"{row}.50") for row in range(1, 21)],
            )
            for number in range(1, tables + 1)
        ),
    )
