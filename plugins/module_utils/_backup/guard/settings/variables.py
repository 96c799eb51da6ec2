# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The variables that dumps set: which may be passed over, and what those of character sets stand for."""

from __future__ import annotations

_SCOPES = (b"SESSION.", b"LOCAL.")
# No byte of a longer character of these can be a quote or a backslash.
CHARSETS = {
    "latin1": "latin1", "cp1252": "latin1", "ascii": "latin1", "utf8": "utf8mb4", "utf8mb3": "utf8mb4",
    "utf8mb4": "utf8mb4", "binary": "binary", "latin2": "latin2", "latin5": "latin5", "latin7": "latin7",
    "cp1250": "cp1250", "cp1251": "cp1251", "cp1257": "cp1257", "cp850": "cp850", "cp852": "cp852",
    "cp866": "cp866", "cp1256": "cp1256", "koi8r": "koi8r", "koi8u": "koi8u", "greek": "greek", "hebrew": "hebrew",
    "macroman": "macroman", "macce": "macce", "hp8": "hp8", "tis620": "tis620", "gb2312": "gb2312", "euckr": "euckr",
    "ujis": "ujis",
}  # fmt: skip
HARMLESS = frozenset(
    b"""AUTOCOMMIT CHARACTER_SET_CLIENT CHARACTER_SET_CONNECTION CHARACTER_SET_RESULTS CHARSET COLLATION_CONNECTION
    CHARACTER_SET_DATABASE COLLATION_DATABASE COLLATION_SERVER
    DEFAULT_STORAGE_ENGINE DEFAULT_TABLE_ACCESS_METHOD FOREIGN_KEY_CHECKS NOTE_VERBOSITY SQL_AUTO_IS_NULL
    SQL_LOG_BIN SQL_MODE SQL_NOTES SQL_QUOTE_SHOW_CREATE SQL_SAFE_UPDATES SQL_WARNINGS STORAGE_ENGINE TABLE_TYPE
    TIME_ZONE TX_ISOLATION TRANSACTION_ISOLATION UNIQUE_CHECKS WAIT_TIMEOUT INTERACTIVE_TIMEOUT NET_READ_TIMEOUT
    NET_WRITE_TIMEOUT
    INNODB_STRICT_MODE CHECK_CONSTRAINT_CHECKS EXPLICIT_DEFAULTS_FOR_TIMESTAMP SQL_REQUIRE_PRIMARY_KEY
    CHARACTER_SET_SERVER MAX_ALLOWED_PACKET NET_BUFFER_LENGTH BULK_INSERT_BUFFER_SIZE SORT_BUFFER_SIZE
    MYISAM_SORT_BUFFER_SIZE LOCK_WAIT_TIMEOUT INNODB_LOCK_WAIT_TIMEOUT MAX_STATEMENT_TIME MAX_EXECUTION_TIME
    SQL_BIG_SELECTS SQL_GENERATE_INVISIBLE_PRIMARY_KEY INFORMATION_SCHEMA_STATS_EXPIRY
    ALTER_ALGORITHM BIG_TABLES COMPLETION_TYPE DEFAULT_TMP_STORAGE_ENGINE GROUP_CONCAT_MAX_LEN GTID_NEXT
    INNODB_STATS_AUTO_RECALC JOIN_BUFFER_SIZE LC_MESSAGES LC_TIME_NAMES LONG_QUERY_TIME LOW_PRIORITY_UPDATES
    MAX_DELAYED_THREADS MAX_ERROR_COUNT MAX_HEAP_TABLE_SIZE OLD_ALTER_TABLE PROFILING PSEUDO_REPLICA_MODE
    PSEUDO_SLAVE_MODE QUERY_CACHE_TYPE READ_BUFFER_SIZE READ_RND_BUFFER_SIZE SHOW_CREATE_TABLE_VERBOSITY
    SHOW_CREATE_TABLE_SKIP_SECONDARY_ENGINE SQL_BIG_TABLES SQL_BUFFER_RESULT SQL_LOW_PRIORITY_UPDATES
    SQL_SELECT_LIMIT TMP_TABLE_SIZE BINLOG_FORMAT DIV_PRECISION_INCREMENT OPTIMIZER_SWITCH
    BINLOG_ROW_IMAGE CHARACTER_SET_FILESYSTEM CTE_MAX_RECURSION_DEPTH IDENTITY KEEP_FILES_ON_CREATE LAST_INSERT_ID
    MAX_RECURSIVE_ITERATIONS RAND_SEED1 RAND_SEED2 SKIP_REPLICATION SYSTEM_VERSIONING_ALTER_HISTORY
    TRANSACTION_READ_ONLY TX_READ_ONLY UPDATABLE_VIEWS_WITH_LIMIT WSREP_ON EXPLAIN_FORMAT
    INNODB_DDL_THREADS INNODB_PARALLEL_READ_THREADS NET_RETRY_COUNT PRINT_IDENTIFIED_WITH_AS_HEX
    RESTRICT_FK_ON_NON_STANDARD_KEY RESULTSET_METADATA SESSION_TRACK_GTIDS
    SHOW_GIPK_IN_CREATE_TABLE_AND_INFORMATION_SCHEMA USE_SECONDARY_ENGINE WINDOWING_USE_HIGH_PRECISION
    ARIA_SORT_BUFFER_SIZE BINLOG_ALTER_TWO_PHASE EQ_RANGE_INDEX_DIVE_LIMIT IDLE_TRANSACTION_TIMEOUT JOIN_CACHE_LEVEL
    OPTIMIZER_USE_CONDITION_SELECTIVITY SKIP_PARALLEL_REPLICATION TMP_MEMORY_TABLE_SIZE USE_STAT_TABLES WSREP_OSU_METHOD
    WSREP_SYNC_WAIT""".split()
)
# What dumps set for all sessions of a server that begin later; it is nothing that a table holds.
HARMLESS_GLOBAL = HARMLESS | frozenset(
    b"""GTID_PURGED GTID_SLAVE_POS INNODB_FILE_FORMAT INNODB_FILE_PER_TABLE INNODB_LARGE_PREFIX
    LOG_BIN_TRUST_FUNCTION_CREATORS""".split()
)
# What changes which values the server gives to rows behind it.
CHANGES_ROWS = {b"INSERT_ID": "the number of the next row", b"TIMESTAMP": "the time of rows that leave it out"}
ENGINE = (b"DEFAULT_STORAGE_ENGINE", b"STORAGE_ENGINE", b"TABLE_TYPE")
# What rows and columns are computed by, and how servers have it: a restore sets neither.
USUAL = {b"DIV_PRECISION_INCREMENT": ("4", "default"), b"LC_TIME_NAMES": ("en_us", "0", "default")}
_ALWAYS_ZERO = frozenset(("UTC", "GMT", "ETC/UTC", "ETC/GMT"))


def as_offset(zone: str) -> str:
    """Return a time zone by its offset where that is always the same: most servers have no tables of zones."""
    return "+00:00" if zone.upper() in _ALWAYS_ZERO else zone


def system_variable(text: bytes) -> bytes | None:
    """Return the name of ``@@x`` and ``@@session.x``, in upper case; None for anything else."""
    if not text.startswith(b"@@"):
        return None
    name = text[2:].upper()
    return next((name[len(scope) :] for scope in _SCOPES if name.startswith(scope)), name)
