# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files lie is left out, and nothing else of a definition."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.places_on_disk import without_places
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import render
from dumps import words_of

COLUMNS = "`t` (`tablespace` int, INDEX directory (a), `b` varchar(9) COMMENT 'DATA DIRECTORY=1')"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ("DATA DIRECTORY='/x' ENGINE=InnoDB", "ENGINE=InnoDB"),
        ("ENGINE=InnoDB data directory '/x', INDEX DIRECTORY = \"/y\" COMMENT='z'", "ENGINE=InnoDB, COMMENT='z'"),
        ("ENGINE=InnoDB, DATA DIRECTORY='/x', COMMENT='z'", "ENGINE=InnoDB, COMMENT='z'"),
        ("TABLESPACE `a` STORAGE DISK ENGINE=InnoDB", "ENGINE=InnoDB"),
        ("TABLESPACE = a ENGINE=InnoDB AUTOEXTEND_SIZE=4M", "ENGINE=InnoDB"),
        ("ENGINE=InnoDB SECONDARY_ENGINE=RAPID ENGINE_ATTRIBUTE='{}'", "ENGINE=InnoDB"),
        ("TYPE=MyISAM RAID_TYPE=striped RAID_CHUNKS=4 RAID_CHUNKSIZE=256 PACK_KEYS=1", "TYPE=MyISAM PACK_KEYS=1"),
        ("ENGINE=TokuDB `compression`='tokudb_zlib' COMMENT='z'", "ENGINE=TokuDB COMMENT='z'"),
        ("ENGINE=TokuDB COMPRESSION=TOKUDB_LZMA", "ENGINE=TokuDB"),
        ("ENGINE=TokuDB ROW_FORMAT TOKUDB_QUICKLZ, COMMENT='z'", "ENGINE=TokuDB, COMMENT='z'"),
        ("COMPRESSION='zlib' COMMENT='TOKUDB_'", "COMPRESSION='zlib' COMMENT='TOKUDB_'"),
        ("PARTITION BY HASH (a) (PARTITION p DATA DIRECTORY = '/x' ENGINE=InnoDB)", None),
        ("ENGINE=InnoDB UNION=(a,`b`) INSERT_METHOD=LAST, COMMENT='z'", "ENGINE=InnoDB, COMMENT='z'"),
        ("CONNECTION='x' PASSWORD 'y' ENGINE=InnoDB UNION=() STORAGE DISK", "ENGINE=InnoDB"),
        ("UNION (a", ""),
        ("PARTITION BY HASH (storage DIV 2)", "PARTITION BY HASH (storage DIV 2)"),
        ("PARTITION BY HASH (a) (PARTITION connection VALUES IN (1), PARTITION storage VALUES IN (2))",
         "PARTITION BY HASH (a) (PARTITION connection VALUES IN (1), PARTITION storage VALUES IN (2))"),
        ("COMMENT='TABLESPACE x' `tablespace`=5", "COMMENT='TABLESPACE x' `tablespace`=5"),
        ("DATA DIRECTORY", "DATA DIRECTORY"),
        ("TABLESPACE (a)", "TABLESPACE (a)"),
        ("ENGINE=InnoDB", "ENGINE=InnoDB"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_left(options: str, kept: str | None) -> None:
    kept = "PARTITION BY HASH (a) (PARTITION p ENGINE=InnoDB)" if kept is None else kept
    tokens, found = without_places(words_of(f"{COLUMNS} {options}".encode()).rest())
    assert render(tokens) == render(words_of(f"{COLUMNS} {kept}".encode()).rest())
    assert found is (options != kept)


def test_a_table_without_columns_has_no_place() -> None:
    tokens = words_of(b"t LIKE u").rest()
    assert without_places(tokens) == (list(tokens), False)
