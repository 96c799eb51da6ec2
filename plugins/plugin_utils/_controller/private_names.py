# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The table of what is used of ansible-core without being promised; ansible_private.py is the file that uses it."""

from __future__ import annotations

import typing as t


class PrivateName(t.NamedTuple):
    """A name of ansible-core, the function or class of this file that needs it, and what for.

    ``parameters`` are those of a function that are given by name.
    """

    module: str
    owner: str
    name: str
    needed_by: str
    purpose: str
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join(filter(None, (self.module, self.owner, self.name)))


_ACTION = ("ansible.plugins.action", "ActionBase")
_CONNECTION = ("ansible.plugins.connection", "ConnectionBase")
_TASK = ("ansible.playbook.task", "Task")
_PLAY = ("ansible.playbook.play", "Play")
_BLOCK = ("ansible.playbook.block", "Block")
_CONFIG = ("ansible.config.manager", "ConfigManager")
_DISPLAY = ("ansible.utils.display", "Display")
_LOADER = ("ansible.parsing.dataloader", "DataLoader")
_PLUGINS = ("ansible.plugins.loader", "PluginLoader")
_VAULT = ("ansible.parsing.vault", "VaultLib")
NAMES = (
    PrivateName(*_ACTION, "_requires_connection", "LocalAction", "to ask no host"),
    PrivateName(*_ACTION, "validate_argument_spec", "LocalAction", "to check options"),
    PrivateName(*_ACTION, "_supports_async", "HostAction", "to run under a task's own async"),
    PrivateName(*_ACTION, "_loader", "HostAction", "to read files of the controller"),
    PrivateName(*_ACTION, "_find_needle", "HostAction", "to look for a backup as copy does"),
    PrivateName(*_TASK, "get_search_path", "HostAction", "to look for backups by a pattern as copy does"),
    PrivateName(*_ACTION, "_connection", "HostAction", "to know how the host is reached"),
    PrivateName(*_ACTION, "_make_tmp_path", "HostAction", "to send a backup"),
    PrivateName(*_ACTION, "_remove_tmp_path", "HostAction", "to leave nothing on the host"),
    PrivateName(*_ACTION, "_transfer_file", "HostAction", "to send a backup"),
    PrivateName(*_ACTION, "_remote_chmod", "HostAction", "to keep a backup from others"),
    PrivateName(*_ACTION, "_fixup_perms2", "HostAction", "to give a backup to become_user", ("execute",)),
    PrivateName(*_ACTION, "_is_become_unprivileged", "HostAction", "to know that another user works on the host"),
    PrivateName(*_ACTION, "get_shell_option", "HostAction", "to know where temporary files belong"),
    PrivateName(*_ACTION, "_low_level_execute_command", "HostAction", "to watch a job", ("in_data", "sudoable")),
    PrivateName(*_ACTION, "_execute_module", "HostAction", "to call the module", ("module_args", "wrap_async")),
    PrivateName(*_CONNECTION, "_shell", "HostAction", "to know the own folder"),
    PrivateName(*_CONNECTION, "has_pipelining", "HostAction", "to send bytes"),
    PrivateName(*_CONNECTION, "always_pipeline_modules", "_pipelined", "to have no secret in a file"),
    PrivateName(*_CONNECTION, "become", "HostAction", "to know whether another user works on the host"),
    PrivateName("ansible.plugins.become", "BecomeBase", "pipelining", "HostAction", "to have no secret in a file"),
    PrivateName("ansible.plugins.shell", "ShellBase", "tmpdir", "HostAction", "to know the own folder"),
    PrivateName("ansible.plugins.shell", "ShellBase", "join_path", "HostAction", "to name a file on the host"),
    PrivateName(*_TASK, "async_val", "HostAction", "to run under a task's own async"),
    PrivateName(*_TASK, "poll", "HostAction", "to know whether a task waits"),
    PrivateName(*_TASK, "no_log", "HostAction", "to show nothing of a censored task"),
    PrivateName(*_TASK, "_role", "HostAction", "to know a task of a role of the collection"),
    PrivateName(*_TASK, "_uuid", "task_id", "to tell tasks apart"),
    PrivateName(*_TASK, "get_name", "task_name", "to name a task in the report"),
    PrivateName(*_TASK, "resolved_action", "action_of", "to know the collection's tasks"),
    PrivateName(*_TASK, "action", "action_of", "to know the collection's tasks"),
    PrivateName(*_TASK, "loop", "has_loop", "to know the result of a loop from those of its turns"),
    PrivateName(*_TASK, "args", "options_of", "to tell in the report what was wanted"),
    PrivateName(*_TASK, "check_mode", "in_check_mode", "to tell a forecast from a restore"),
    PrivateName(*_PLAY, "get_roles", "roles_and_actions", "to know plays with the collection's roles"),
    PrivateName(*_PLAY, "get_tasks", "roles_and_actions", "to know plays with the collection's tasks"),
    PrivateName("ansible.playbook.role", "Role", "get_name", "roles_and_actions", "to know the collection's roles"),
    PrivateName(*_BLOCK, "block", "roles_and_actions", "to see tasks in blocks"),
    PrivateName(*_BLOCK, "rescue", "roles_and_actions", "to see tasks in blocks"),
    PrivateName(*_BLOCK, "always", "roles_and_actions", "to see tasks in blocks"),
    PrivateName(*_PLAY, "get_variable_manager", "variables_of", "to read the report's variables"),
    PrivateName("ansible.vars.manager", "VariableManager", "get_vars", "variables_of", "to read variables", ("play",)),
    PrivateName(*_PLAY, "get_loader", "loader_of", "to read the report's variables"),
    PrivateName("ansible.playbook", "Playbook", "_file_name", "playbook_path", "to name the playbook in the report"),
    PrivateName("ansible.executor.stats", "AggregateStats", "failures", "failed_hosts", "to know failed hosts"),
    PrivateName("ansible.executor.stats", "AggregateStats", "dark", "failed_hosts", "to know unreachable hosts"),
    PrivateName("ansible.context", "", "CLIARGS", "is_check_run", "to tell a forecast from a restore"),
    PrivateName("ansible.constants", "", "config", "own_setting", "to read settings"),
    PrivateName(
        "ansible.constants", "", "DEFAULT_STDOUT_CALLBACK", "shows_good_results", "to know the screen's callback"
    ),
    PrivateName("ansible.constants", "", "DEFAULT_LOCAL_TMP", "payload_folder", "to keep what is sent of a module"),
    PrivateName(*_PLUGINS, "_get_paths", "folders_of_module_utils", "to see a changed source"),
    PrivateName(*_CONFIG, "initialize_plugin_configuration_definitions", "own_setting", "to read the own settings"),
    PrivateName(
        *_CONFIG, "get_config_value", "own_setting", "to read settings", ("plugin_type", "plugin_name", "variables")
    ),
    PrivateName(*_DISPLAY, "display", "show_progress", "to show progress", ("stderr", "screen_only", "newline")),
    PrivateName(*_DISPLAY, "columns", "columns_of", "to fit progress to the screen"),
    PrivateName(*_DISPLAY, "verbosity", "verbosity_of", "to keep progress apart from what -vvv tells"),
    PrivateName("ansible.parsing.vault", "", "is_encrypted_file", "is_vault", "to know a file in a vault"),
    PrivateName(*_LOADER, "_vault", "decrypt", "to decrypt a backup in memory"),
    PrivateName(*_VAULT, "secrets", "has_vault_password", "to say that there is no password"),
    PrivateName(*_VAULT, "decrypt", "decrypt", "to decrypt a backup in memory"),
    PrivateName(*_LOADER, "get_real_file", "real_file", "to send a backup from a vault"),
    PrivateName(*_LOADER, "cleanup_tmp_file", "real_file", "to leave nothing of it on the controller"),
)
