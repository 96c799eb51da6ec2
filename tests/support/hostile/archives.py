# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that lie, escape or explode; archive_makers.py makes them."""

from __future__ import annotations

import gzip
import stat
import struct

from archives import NAME, Forged, aes_extra, forged_zip
from hostile import archive_makers as make
from hostile.row import Hostile, accepted, damaged, not_a_backup, too_large

_AES = aes_extra()

FILES: dict[str, tuple[Hostile, ...]] = {
    "ZIP slip": (
        not_a_backup("slip_parent", make.named(b"../CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_deep", make.named(b"a/../../CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_absolute", make.named(b"/etc/cron.d/CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_windows", make.named(b"..\\CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_drive", make.named(b"C:\\Windows\\CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_network", make.named(b"\\\\server\\share\\CAO_backup.sql"), "leaves the ZIP's own folder"),
        not_a_backup("slip_stream", make.named(b"CAO_backup.sql:hidden"), "leaves the ZIP's own folder"),
        damaged(
            "slip_other_header",
            make.zip_of(make.entry(local={"name": b"../../../../etc/cron.d/x.s"})),
            "contradict each other",
        ),
        accepted("slip_unicode_name", make.unicode_name(b"../../CAO_backup.sql")),
        accepted("slip_folder", make.zip_of(make.entry(name=b"../a/", data=b"", method=0), make.entry())),
        accepted("slip_gzip_name", make.written(lambda: make.gzip_with_name(b"../../etc/cron.d/x"))),
        not_a_backup("slip_tar", make.written(make.tar), "tar archive"),
    ),
    "link": (
        not_a_backup("link_symbolic", make.unix(stat.S_IFLNK), "a link or another"),
        not_a_backup("link_device", make.unix(stat.S_IFCHR), "a link or another"),
        not_a_backup("link_block_device", make.unix(stat.S_IFBLK), "a link or another"),
        not_a_backup("link_socket", make.unix(stat.S_IFSOCK), "a link or another"),
    ),
    "bomb": (
        too_large("bomb_deflate", make.written(make.bomb_with_its_size), "unpacks to more"),
        damaged("bomb_that_lies", make.written(make.bomb_that_lies), "more bytes"),
        too_large("bomb_gzip", make.written(make.bomb_gzip), "unpacks to more"),
        not_a_backup("bomb_gzip_of_gzip", make.written(lambda: gzip.compress(make.bomb_gzip())), "gzip archive"),
        too_large("bomb_bzip2_alone", make.written(make.bomb_bzip2_alone), "unpacks to more"),
        too_large("bomb_xz", make.written(make.bomb_xz), "unpacks to more"),
        too_large("bomb_bzip2", make.written(make.bomb_bzip2), "unpacks to more"),
        not_a_backup(
            "bomb_entries",
            make.zip_of(*(Forged(name=b"%d" % number, data=b"", method=0) for number in range(2_000))),
            "instead of exactly one",
        ),
        too_large("bomb_sparse_sql", make.sparse_sql, "larger than 64 GiB"),
    ),
    "desktop": (
        accepted("desktop_macos", make.zip_of(make.entry(), *make.DESKTOP), "zip_files_left_out"),
        accepted("desktop_backslashes", make.named(b"BACKUP\\Laden\\CAO_backup.sql")),
        not_a_backup("desktop_only", make.zip_of(*make.DESKTOP), "holds no file"),
        damaged(
            "desktop_overlaps",
            make.zip_of(make.entry(), Forged(name=b".DS_Store", central={"offset": 40})),
            "overlaps",
        ),
    ),
    "nested bomb": (
        not_a_backup(
            "nested_zip",
            make.written(lambda: forged_zip(Forged(name=NAME.encode(), data=forged_zip(make.entry())))),
            "ZIP archive",
        ),
        not_a_backup(
            "nested_zip_by_name",
            make.written(lambda: forged_zip(Forged(name=b"CAO_backup.zip", data=forged_zip(make.entry())))),
            "is a .zip file",
        ),
        not_a_backup("nested_bombs", make.written(lambda: make.nested(3)), "instead of exactly one"),
        not_a_backup(
            "nested_gzip",
            make.written(lambda: forged_zip(Forged(name=NAME.encode(), data=gzip.compress(make.DUMP)))),
            "gzip archive",
        ),
    ),
    "overlapping entries": (
        not_a_backup("overlapping_entries", make.written(make.overlapping), "instead of exactly one"),
        damaged("overlapping_quoted", make.written(make.overlapping_quoted), "overlaps"),
        damaged(
            "overlapping_directory",
            make.zip_of(make.entry(local={"packed": 5000}, central={"packed": 5000})),
            "overlaps",
        ),
    ),
    "lying sizes": (
        damaged("lie_unpacked_less", make.lie(unpacked=10), "more bytes"),
        damaged("lie_unpacked_more", make.lie(unpacked=len(make.DUMP) + 1), "fewer bytes"),
        damaged("lie_unpacked_zero", make.lie(unpacked=0), "more bytes"),
        damaged("lie_packed_less", make.lie(packed=20), "end too early"),
        damaged("lie_checksum", make.lie(crc=0), "checksum is wrong"),
        damaged("lie_local_size", make.zip_of(make.entry(local={"unpacked": 5})), "different sizes"),
        damaged(
            "lie_stored_size",
            make.zip_of(make.entry(method=0, local={"unpacked": 9}, central={"unpacked": 9})),
            "contradict each other",
        ),
        damaged("lie_method", make.zip_of(make.entry(local={"method": 0})), "contradict each other"),
        damaged("lie_encryption", make.zip_of(make.entry(central={"flags": 1})), "contradict each other"),
        damaged(
            "lie_aes",
            make.zip_of(
                make.entry(method=99, flags=1, local={"extra": _AES}, central={"extra": aes_extra(strength=1)})
            ),
            "contradict each other",
        ),
        damaged("lie_directory_size", make.zip_of(make.entry(), size=7), "not where its end says"),
        damaged("lie_directory_place", make.zip_of(make.entry(), offset=3), "not where its end says"),
        damaged("lie_entries", make.zip_of(make.entry(), count=2, here=2), "cannot be read"),
        damaged("lie_no_entries", make.zip_of(make.entry(), count=0, here=0), "another length"),
    ),
    "duplicate member": (
        not_a_backup(
            "duplicate_member", make.zip_of(make.entry(), make.entry(data=make.OTHER)), "some of the same name"
        ),
        not_a_backup(
            "duplicate_by_case",
            make.zip_of(make.entry(name=b"A.sql"), make.entry(name=b"a.SQL", data=make.OTHER)),
            "instead of exactly one",
        ),
        damaged("duplicate_hidden", make.written(lambda: make.hidden_member(other=make.OTHER)), "does not name"),
        damaged("duplicate_second_end", make.written(make.second_end), "not where its end says"),
        damaged(
            "duplicate_concatenated",
            make.written(lambda: forged_zip(make.entry()) + forged_zip(make.entry(data=make.OTHER))),
            "not where its end says",
        ),
    ),
    "4 GiB": (
        too_large("large_declared", make.lie(unpacked=0xFFFFFFFE), "unpacks to more"),
        damaged("large_packed", make.lie(packed=0xFFFFFFFE), "overlaps"),
        accepted("large_sparse", make.sparse_zip),
    ),
    "Zip64": (
        accepted("zip64_right", make.zip64_member(len(make.DUMP))),
        too_large("zip64_unpacked", make.zip64_member(5 << 30), "unpacks to more"),
        too_large("zip64_huge", make.zip64_member((1 << 64) - 1), "unpacks to more"),
        damaged(
            "zip64_missing",
            make.zip_of(make.entry(central={"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF})),
            "different sizes",
        ),
        damaged(
            "zip64_short",
            make.zip_of(make.entry(central={"unpacked": 0xFFFFFFFF, "extra": struct.pack("<HHI", 1, 4, 9)})),
            "incomplete",
        ),
        damaged("zip64_contradiction", make.zip_of(make.entry(), zip64={"count": 2}), "contradict each other"),
        damaged("zip64_far_end", make.zip_of(make.entry(), zip64={"at": 1 << 62}), "is missing"),
    ),
    "name with control characters": (
        not_a_backup("control_newline", make.named(b"CAO\nbackup.sql"), "control characters"),
        not_a_backup("control_nul", make.named(b"CAO_backup.sql\0.exe"), "control characters"),
        not_a_backup("control_escape", make.named(b"\x1b[2JCAO_backup.sql"), "control characters"),
        not_a_backup("control_delete", make.named(b"CAO\x7fbackup.sql"), "control characters"),
        not_a_backup("control_bidirectional", make.named("CAO_\u202elqs.exe".encode()), "control characters"),
        accepted("control_no_utf8", make.named(b"CAO_\xff\xfe.sql")),
        accepted("control_long", make.named(b"a" * 60_000 + b".sql")),
    ),
}
