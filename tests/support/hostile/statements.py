# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights, and statements that no dump of tables has."""

from __future__ import annotations

from hostile.row import TRIGGER, Hostile, accepted, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "rights": (
        forbidden("grant", "GRANT ALL ON *.* TO x@'%';", "GRANT"),
        forbidden("create_user", "CREATE USER x@'%' IDENTIFIED BY 'y';", "tables, views and triggers"),
        forbidden("drop_user", "DROP USER root@localhost;", "DROP USER"),
        forbidden("set_password_in_trigger", TRIGGER + "SET PASSWORD = PASSWORD('x');", "its variables"),
        forbidden("set_password_for_in_trigger", TRIGGER + "SET PASSWORD FOR x = PASSWORD('x');", "its variables"),
        forbidden("set_password", "SET PASSWORD = PASSWORD('x');", "PASSWORD"),
        forbidden("set_role", "SET ROLE admin;", "ROLE"),
        forbidden("create_role", "CREATE ROLE r;", "tables, views and triggers"),
        forbidden("revoke", "REVOKE ALL ON *.* FROM x;", "REVOKE"),
        forbidden("grant_lower_case", "gRaNt all on *.* to x;", "GRANT"),
        forbidden("alter_user", "ALTER USER root@localhost IDENTIFIED BY '';", "TABLE"),
    ),
    "statement": (
        forbidden("do_sleep", "DO SLEEP(1000);", "DO"),
        forbidden("rename_table", "RENAME TABLE T TO mandant_b.T;", "another database"),
        forbidden("handler", "HANDLER T OPEN;", "HANDLER"),
        forbidden("shutdown", "SHUTDOWN;", "SHUTDOWN"),
        forbidden("kill", "KILL 1;", "KILL"),
        accepted("flush", "FLUSH PRIVILEGES; FLUSH LOGS; FLUSH TABLES;", rows=2),
        forbidden("flush_hosts", "FLUSH HOSTS;", "FLUSH"),
        forbidden("flush_another", "FLUSH TABLES mandant_b.T;", "not understood"),
        forbidden("install_plugin", "INSTALL SONAME 'server_audit';", "INSTALL"),
        accepted("change_master", "STOP SLAVE; CHANGE MASTER TO MASTER_HOST='x', MASTER_LOG_POS=4;", rows=2),
        accepted("change_source", "CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='x';", rows=2),
        accepted("start_slaves", "SET GLOBAL gtid_slave_pos='0-1-2'; START ALL SLAVES;", rows=2),
        forbidden("change_master_by_query", "CHANGE MASTER TO MASTER_HOST=(SELECT 1);", "not understood"),
        forbidden("change_another", "CHANGE DATABASE x;", "CHANGE"),
        forbidden("binlog", "BINLOG 'AAAA';", "BINLOG"),
        forbidden("update_rows", "UPDATE T SET B='z';", "UPDATE"),
        forbidden("begin_with_rest", "BEGIN DROP DATABASE x;", "end of a statement"),
        forbidden("delete_where", "DELETE FROM U WHERE 1;", "does not create"),
        accepted("truncate_filled", "TRUNCATE T;", "rows_dropped_by_dump", rows=1),
        forbidden("truncate_another", "TRUNCATE mandant_b.T;", "another database"),
        forbidden("compound_statement", "BEGIN NOT ATOMIC DROP DATABASE mandant_b; END;", "DROP DATABASE"),
        forbidden("if_statement", "IF 1 THEN DROP DATABASE mandant_b; END IF;", "of another kind"),
        accepted("savepoint", "SAVEPOINT a; RELEASE SAVEPOINT a; COMMIT AND CHAIN;", finding="missing_end", rows=2),
        forbidden("rollback_to", "SAVEPOINT a; ROLLBACK TO a;", "ROLLBACK"),
        forbidden("xa", "XA START 'a';", "XA"),
        forbidden("backup_stage", "BACKUP STAGE START;", "of another kind"),
    ),
}
