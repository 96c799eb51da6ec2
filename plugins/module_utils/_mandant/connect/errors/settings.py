# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Errors that a setting of the server brings about, and those whose messages quote names; by their numbers."""

from __future__ import annotations

# Settings of the server that stand in the way, and what to do about them.
SETTINGS = {
    1038: "set sort_buffer_size=2097152, its default",
    1047: "the node takes no statements: it has lost its Galera cluster, or wsrep_reject_queries is set; name another",
    1173: "set innodb_force_primary_key=OFF, or say engine: MyISAM",
    1197: "raise max_binlog_cache_size",
    1290: "the server is read-only: set read_only=OFF, or name the primary server",
    1298: "load the tables of zones with mysql_tzinfo_to_sql",
    1705: "raise max_binlog_stmt_cache_size",
    1785: "say one engine for all tables, as engine: InnoDB",
    1836: "the server is read-only: set read_only=OFF, or name the primary server",
    1874: "start the server without innodb_read_only",
    1881: "start the server without innodb_force_recovery",
    1969: "set max_statement_time=0 for the account",
    3024: "set max_execution_time=0",
    3161: "take the engine out of disabled_storage_engines, or say engine: InnoDB",
    3185: "load a keyring into the server",
    3231: "raise group_replication_transaction_size_limit",
    3750: "set sql_require_primary_key=OFF for the account",
    3826: "grant TABLE_ENCRYPTION_ADMIN, or set table_encryption_privilege_check=OFF",
    3983: "switch the redo log on: ALTER INSTANCE ENABLE INNODB REDO_LOG",
    3989: "let the database be written to: ALTER DATABASE ... READ ONLY=0",
    4047: "set innodb_read_only_compressed=OFF",
    4165: "take out of wsrep_mode, for the time of the restore, what forbids it",
    4182: "switch the engine on, or say another one by engine",
    4185: "load the plugin of the compression into the server",
    6125: "set restrict_fk_on_non_standard_key=OFF for the account",
}
# Their messages quote names of tables, columns, keys and the like, and no value.
QUOTE_NAMES = frozenset(
    (1059, 1060, 1061, 1063, 1067, 1072, 1074, 1091, 1115, 1166, 1193, 1235, 1239, 1273, 1283, 1286, 1294, 1298, 1305,
     1425, 1426, 1427, 1439, 1478, 1582, 1583, 1629, 1688, 1821, 1822, 1824, 1825, 1826, 1901, 3102, 3161, 3763, 3770,
     3780, 3814, 3820, 3822, 4161, 6125)
)  # fmt: skip
