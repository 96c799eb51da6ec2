# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong: when, what to do, and how to make it happen."""

from __future__ import annotations

from message_case import Case
from message_cases_of_accounts import LOGINS, ROLES, SETTINGS
from message_cases_of_checks import CHECKS
from message_cases_of_comparisons import COMPARING
from message_cases_of_files import ARCHIVES, NOT_WHOLE, PICKING, STATEMENTS, TEXTS
from message_cases_of_removals import REMOVALS
from mishaps import (
    BACKUP,
    analysed,
    another_company,
    as_user,
    bomb,
    by_hand,
    cut,
    elsewhere,
    equal_in_another_collation,
    example,
    flipped,
    fresh,
    in_use,
    locked,
    members_that_are_one,
    name_taken,
    no_pymysql,
    no_pyzipper,
    other_program,
    read_only,
    refused_ahead,
    refused_row,
    refused_table,
    restored,
    row_lost,
    small_packets,
    strange_pymysql,
    task,
    trigger_of_a_missing_table,
    unknown_collation,
    unknown_zone,
    unrepaired,
    view_of_a_lost_column,
    worked_in,
    worked_in_before,
)

_TRANSFER = "Transfer it again; if it stays so, make a new backup."
_CHOOSE = "Choose another file."
_ASK = "Ask where the file comes from; make a backup of the Mandant alone."

CASES = (
    Case(
        "file_not_found",
        "The file is not on the managed host, or the path is misspelled.",
        "Check path and owner; without :ansopt:`cao.faktura.mandant_restore#module:remote_src` the file is looked for "
        "on the controller.",
        lambda place: analysed(str(place.folder / "nicht_da.zip")),
    ),
    Case(
        "file_not_found",
        "The file is not on the controller.",
        "Put it beside the playbook, into :file:`files/`, or say where it is.",
        lambda place: task(place, file="nicht_da.zip", remote_src=False),
    ),
    Case(
        "not_a_backup",
        "The file is of another kind: a picture, a document, an archive that must be unpacked first.",
        _CHOOSE,
        lambda place: analysed(place.file(b"\x89PNG\r\n\x1a\n" + bytes(100), "logo.png")),
    ),
    Case(
        "not_a_backup",
        "It is one of the server's own table files.",
        "Copies of them are no backup: make one with CAO-Faktura.",
        lambda place: analysed(place.file(b"\xfe\x01\x0a\x09" + bytes(200), "ARTIKEL.frm")),
    ),
    Case(
        "not_a_backup",
        "It is a folder, for example one with the server's table files.",
        "Name the one file.",
        lambda place: analysed(str(place.folder)),
    ),
    Case(
        "not_a_backup",
        "The ZIP holds a folder of table files, or anything but one SQL file.",
        _CHOOSE,
        lambda place: analysed(
            place.packed(("musterladen/ARTIKEL.frm", b"\xfe\x01"), ("musterladen/ARTIKEL.MYD", b"1"))
        ),
    ),
    Case(
        "not_a_backup",
        "The ZIP holds two SQL files.",
        "Unpack it and choose one of them.",
        lambda place: analysed(place.packed(("alt.sql", BACKUP), ("neu.sql", BACKUP))),
    ),
    Case(
        "not_a_backup",
        "It is a text without SQL, for example a file :file:`*.cao` of the program.",
        _CHOOSE,
        lambda place: analysed(place.file(b"10000000;Bundesbank;Berlin\r\n", "blz.cao")),
    ),
    Case(
        "not_a_backup",
        "The file is empty.",
        "Make the backup, or the copy, again.",
        lambda place: analysed(place.file(b"")),
    ),
    Case(
        "not_a_backup",
        "It is the dump of another program's database, and a Mandant would be lost to it.",
        _CHOOSE,
        other_program,
    ),
    Case(
        "not_a_backup",
        "A pattern of :ansopt:`cao.faktura.mandant_restore#module:tables` fits nothing in the backup.",
        "Correct the name, or choose a backup that has the table.",
        lambda place: restored(place, tables=("ARTIKLE",)),
    ),
    Case(
        "password_required",
        "The ZIP is encrypted.",
        "Say :ansopt:`cao.faktura.mandant_restore#module:password`, from a vault.",
        lambda place: analysed(example(place)),
    ),
    Case(
        "wrong_password",
        "The password is another.",
        "In CAO-Faktura it is in the settings of the backup. Older files may have older passwords.",
        lambda place: analysed(example(place), password="Geheim"),
    ),
    Case(
        "checksum_mismatch",
        "The file is not the one that the task declares.",
        "Transfer it again, or declare the checksum of the new one.",
        lambda place: analysed(example(place), checksum="sha256:" + "0" * 64),
    ),
    Case(
        "checksum_mismatch",
        "The declared checksum is not of the form sha256: and 64 hexadecimal digits.",
        "Write what :command:`sha256sum` prints.",
        lambda place: analysed(example(place), checksum="421337"),
    ),
    Case("damaged", "Bytes of the file are not what they were.", _TRANSFER, flipped),
    Case(
        "damaged",
        "The file has defects of CAO's writer, and they are not to be put right.",
        "Look at the repairs in the analysis; then say :ansopt:`cao.faktura.mandant_restore#module:repairs=apply`.",
        unrepaired,
    ),
    Case("truncated", "The end of the ZIP is missing.", _TRANSFER, cut),
    Case(
        "truncated",
        "The SQL ends within a statement.",
        _TRANSFER,
        lambda place: analysed(place.file(BACKUP[:-60])),
    ),
    *NOT_WHOLE,
    Case("too_large", "It unpacks to more than a backup can be.", "Check where it comes from.", bomb),
    Case(
        "forbidden_statement",
        "The file reaches for another database.",
        _ASK,
        lambda place: analysed(place.file(BACKUP + b"INSERT INTO andere.KUNDEN VALUES ('1');\r\n")),
    ),
    Case(
        "forbidden_statement",
        "The file holds a statement that no backup needs, also within a comment that servers execute.",
        _ASK,
        lambda place: analysed(place.file(BACKUP + b"/*!50000 GRANT ALL ON *.* TO cao */;\r\n")),
    ),
    Case(
        "forbidden_statement",
        "It is a script for tables that are there already, for example :file:`formulare.cao`.",
        "Run it where it belongs: it is no backup.",
        lambda place: analysed(place.file(b"INSERT INTO BLATT VALUES (1);\r\n", "formulare.cao")),
    ),
    Case(
        "forbidden_statement",
        "A row holds a function, or another word that is no value.",
        "It is a script and no dump: have the table dumped with its values.",
        lambda place: analysed(place.file(BACKUP + b"INSERT INTO FIRMA VALUES (NOW(),'K\xf6ln',NULL);\r\n")),
    ),
    *STATEMENTS,
    Case(
        "encoding_ambiguous",
        "The bytes contradict what the dump says of itself.",
        "Say :ansopt:`cao.faktura.mandant_restore#module:encoding`; texts with umlauts show which one is right.",
        lambda place: analysed(place.file(b"SET NAMES utf8;\r\n" + BACKUP)),
    ),
    Case(
        "encoding_ambiguous",
        "The encoding is misspelled.",
        "Take one of the list.",
        lambda place: analysed(place.file(BACKUP), encoding="ansi"),
    ),
    Case(
        "missing_dependency",
        "PyMySQL is missing for the Python that Ansible uses on the managed host.",
        "Run the command there. It is another one where the system manages its Python.",
        no_pymysql,
    ),
    Case(
        "missing_dependency",
        "The PyMySQL there is newer than those that are tested, and lacks something.",
        "As above.",
        strange_pymysql,
    ),
    Case("missing_dependency", "The ZIP is encrypted with AES, and pyzipper is missing.", "As above.", no_pyzipper),
    *ARCHIVES,
    *TEXTS,
    *LOGINS,
    Case(
        "missing_privilege",
        "The database user may not do what is needed.",
        "Grant it: :samp:`GRANT ALL ON {mandant}.* TO {user}`.",
        lambda place: as_user(place, f"SELECT, INSERT ON `{place.mandant.name}`.*", "PROCESS, RELOAD ON *.*"),
    ),
    Case(
        "missing_privilege",
        "The user has all rights on the Mandant, but not RELOAD, as at a hoster.",
        "Say :ansopt:`cao.faktura.mandant_restore#module:reload_tables=false`.",
        lambda place: as_user(place, f"ALL ON `{place.mandant.name}`.*", "PROCESS ON *.*"),
    ),
    *ROLES,
    Case(
        "mandant_missing",
        "The name is misspelled, and no database is to be created.",
        "Correct the name.",
        lambda place: elsewhere(place, "cao_mustreladen", create=False),
    ),
    Case(
        "mandant_missing",
        "The Mandant is written in another letter case.",
        "Write it as it is there.",
        lambda place: elsewhere(place, "CAO_Musterladen"),
    ),
    Case(
        "mandant_missing",
        "The database is one of the server's own.",
        "Name the Mandant's database.",
        lambda place: elsewhere(place, "mysql"),
    ),
    Case(
        "mandant_missing",
        "The name is empty or too long.",
        "Look at the variable that it comes from.",
        lambda place: elsewhere(place, ""),
    ),
    Case(
        "mandant_in_use",
        "Others are connected to the Mandant.",
        "Close CAO-Faktura, or see :ansopt:`cao.faktura.mandant_restore#module:running_instances`.",
        in_use,
    ),
    Case("locked", "Another run works on this Mandant.", "Wait for it.", locked),
    Case(
        "server_setting",
        "A row of the backup is longer than the server takes.",
        "Set what the message says.",
        small_packets,
    ),
    Case(
        "server_setting",
        "A table that stays has a trigger or a foreign key with a name of the backup's.",
        "Rename that one, or let :ansopt:`cao.faktura.mandant_restore#module:keep_tables` keep less.",
        name_taken,
    ),
    *SETTINGS,
    Case("server_setting", "The server is read-only, as a replica is.", "Name the primary server.", read_only),
    Case(
        "server_setting",
        "The engine is misspelled, or switched off.",
        "Take one that the server has.",
        lambda place: restored(place, engine="InoDB"),
    ),
    Case(
        "server_setting",
        "The character set of a new database is misspelled.",
        "Take one that the server has.",
        lambda place: elsewhere(place, "cao_neu", charset="latin"),
    ),
    Case(
        "server_setting",
        "The dump sets a time zone by its name, and the server has no tables of zones.",
        "Load them, or restore on a server that has them.",
        unknown_zone,
    ),
    Case(
        "server_setting",
        "A unique key is in a collation of a newer server, and none that this one has keeps apart what that one does.",
        "Restore on a server that knows it.",
        unknown_collation,
    ),
    Case(
        "statement_failed",
        "A trigger writes to a table that is not in the backup.",
        "Keep that table by :ansopt:`cao.faktura.mandant_restore#module:keep_tables`, or leave the trigger out.",
        trigger_of_a_missing_table,
    ),
    Case(
        "statement_failed",
        "A table is restored by itself, and what stays refers to something that it does not have.",
        "Restore the other table, too, or another backup.",
        view_of_a_lost_column,
    ),
    Case(
        "statement_failed",
        "The server cannot make a table as the backup defines it.",
        "Restore on a server of the kind that the dump is from, or have it made again by another program.",
        refused_table,
    ),
    Case(
        "statement_failed",
        "The server does not take what defines a table, such as a function of another server; nothing is changed.",
        "Restore on a server like the one that the dump is of, or take it out of the table and make the dump again.",
        refused_ahead,
    ),
    Case(
        "statement_failed",
        "Two members of an ENUM or SET are one to the collation of the column, so that rows would get the other one.",
        "Rename one of them, or give the column a collation that tells them apart, and make the dump again.",
        members_that_are_one,
    ),
    Case(
        "statement_failed",
        "The server refuses a row, for example for a key that is there twice.",
        ":ansopt:`cao.faktura.mandant_restore#module:on_error=skip` does as CAO's wizard does, and lists the rows.",
        refused_row,
    ),
    Case(
        "verification_failed",
        "What arrived is not what was sent.",
        "Run again. Twice the same is a fault of the server's disk or memory.",
        row_lost,
    ),
    *PICKING,
    *COMPARING,
    Case(
        "verification_failed",
        "Rows that differ in the dump's collation are one and the same in that of this server.",
        "Restore on a server that knows the dump's.",
        equal_in_another_collation,
    ),
    Case(
        "would_replace_work",
        "Another backup, or this one wanted otherwise, and people have worked in the Mandant since its restore.",
        "Leave it, or say :ansopt:`cao.faktura.mandant_restore#module:replace=true`, best with "
        ":ansopt:`cao.faktura.mandant_restore#module:backup_first`.",
        worked_in,
    ),
    Case(
        "would_replace_work",
        "What is in the Mandant was not restored here, or CAO-Faktura's own wizard has restored since.",
        "As above.",
        by_hand,
    ),
    Case(
        "would_replace_work",
        "What people did is in the generation before, which the next restore drops.",
        "As above.",
        worked_in_before,
    ),
    *REMOVALS,
    Case(
        "other_company",
        "The company in the backup is not that of the Mandant.",
        "Look which of them is meant. Where a company has another name now, say "
        ":ansopt:`cao.faktura.mandant_restore#module:other_company=allow`.",
        another_company,
    ),
    *CHECKS,
    Case(
        "nothing_to_roll_back",
        "There is no generation before.",
        "Restore an older backup instead.",
        fresh,
    ),
    Case(
        "",
        "A value is misspelled.",
        "Take one of the list.",
        lambda place: task(place, policy="allways"),
    ),
    Case(
        "",
        "A number is out of its range.",
        "Take one within.",
        lambda place: task(place, wait_timeout=-5),
    ),
)
