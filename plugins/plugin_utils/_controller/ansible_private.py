# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Everything that is used of ansible-core without being promised: the only file in which such names stand.

Promised is what the guides "Developing plugins" and "Developing modules" describe, and what ansible-core's own source
calls public: run(), _execute_module() and _task.args of an action, CallbackBase with its v2 methods, _display and
options, CallbackTaskResult, Templar, Display, ansible.errors and ansible.module_utils. The table in
private_names.py has the rest; a test asks the ansible-core that is installed for each.
"""

from __future__ import annotations

import contextlib
import inspect
import typing as t
from pathlib import Path

from ansible import constants as C  # noqa: N812
from ansible import context
from ansible.errors import AnsibleError
from ansible.module_utils import basic
from ansible.parsing.vault import is_encrypted_file
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import module_utils_loader

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.module_answers import (
    names_terminal,
    no_room,
    wants_terminal,
)

Result = dict[str, t.Any]
ForFile = t.Callable[[Result], Result]


class LocalAction(ActionBase):
    """An action that asks no host."""

    _requires_connection = False

    def checked_options(self, spec: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
        """Return the task's options as a module would get them; AnsibleActionFail for what does not fit."""
        _validation, options = self.validate_argument_spec(argument_spec=spec)
        return t.cast("dict[str, t.Any]", options)


class HostAction(ActionBase):
    """An action that works on the task's host, by its module and beside it."""

    _supports_async = True

    @property
    def options(self) -> dict[str, t.Any]:
        """The task's options."""
        return dict(self._task.args)

    @property
    def async_seconds(self) -> int:
        """The seconds of a task's own async, 0 without."""
        return int(self._task.async_val or 0)

    @property
    def waits(self) -> bool:
        """Whether Ansible waits for a task with async."""
        return bool(self._task.poll > 0)

    @property
    def is_censored(self) -> bool:
        """Whether the task has no_log."""
        return bool(self._task.no_log)

    @property
    def role_name(self) -> str | None:
        """The full name of the role that the task is of."""
        role = self._task._role
        return None if role is None else str(role.get_name())

    @property
    def loader(self) -> t.Any:
        """What reads files of the controller."""
        return self._loader

    def find_in_files(self, path: str) -> str:
        """Return where a file of the controller is, in files/ of the role or playbook; AnsibleError."""
        return str(self._find_needle("files", path))

    @property
    def search_folders(self) -> list[str]:
        """The folders in which, and in files/ of which, find_in_files() looks."""
        return [str(folder) for folder in self._task.get_search_path()]

    def own_folder(self) -> str:
        """Return the task's own temporary folder on the host; it is made where there is none yet."""
        shell = self._connection._shell
        if shell.tmpdir is None:
            self._make_tmp_path()
        return str(shell.tmpdir)

    def remove_own_folder(self, folder: str | None = None) -> None:
        """Remove the task's own temporary folder from the host; ``folder`` where Ansible has forgotten it."""
        self._remove_tmp_path(folder or self._connection._shell.tmpdir)

    @property
    def temporary_place(self) -> str:
        """The folder on the host in which those for temporary files are made; may begin with a tilde."""
        return str(self.get_shell_option("remote_tmp", default="~/.ansible/tmp"))

    @property
    def is_for_another(self) -> bool:
        """Whether the module runs as a user who cannot remove what that of the connection has sent."""
        return bool(self._is_become_unprivileged())

    def path_on_host(self, folder: str, name: str) -> str:
        """Return the path of a file in a folder of the host."""
        return str(self._connection._shell.join_path(folder, name))

    def send_file(self, path: str, remote: str) -> None:
        """Send a file of the controller."""
        self._transfer_file(path, remote)

    def keep_private(self, folder: str, path: str) -> None:
        """Leave a file in the own folder to the user alone that the module runs as."""
        self._remote_chmod((path,), "0600")
        self._fixup_perms2((folder, path), execute=False)

    @property
    def takes_input(self) -> bool:
        """Whether commands on the host can be given an input."""
        return bool(self._connection.has_pipelining)

    def execute(self, command: str) -> Result:
        """Run a shell command on the host."""
        return t.cast("Result", self._low_level_execute_command(command))

    def execute_with_input(self, command: str, data: bytes) -> Result:
        """Run a shell command on the host as the user that the connection is of."""
        return t.cast("Result", self._low_level_execute_command(command, in_data=data, sudoable=False))

    def call_module(self, options: Result, task_vars: Result, for_file: ForFile, *, in_background: bool) -> Result:
        """Call the module of the action's name.

        Its options hold secrets: a file with them would stay, if this process were killed. They go by the input where
        they can. A wrapped module needs its file, and su the input for itself: ``for_file`` takes them out then.
        """
        connection, become = self._connection, self._connection.become
        by_input = connection.has_pipelining and (not become or become.pipelining) and not in_background
        called: Result = {}
        try:
            with _pipelined(connection) if by_input else contextlib.nullcontext():
                given = options if by_input else for_file(options)
                called = self._execute_module(module_args=given, task_vars=task_vars, wrap_async=in_background)
            again = wants_terminal(called)
        except AnsibleError as exc:
            again = names_terminal(str(exc))
            if not (again and become and by_input):
                raise
        if again and become and by_input:
            called = self._execute_module(module_args=for_file(options), task_vars=task_vars, wrap_async=False)
        return {**called, **no_room(called)}


@contextlib.contextmanager
def _pipelined(connection: t.Any) -> t.Iterator[None]:
    """Have modules go by the input of their Python.

    A connection that knows the option is asked by it: a local one would make a terminal the input, for the password of
    sudo, and the module could not come.
    """
    always, has_option = connection.always_pipeline_modules, connection.has_option("pipelining")
    asked = connection.get_option("pipelining") if has_option else None
    connection.always_pipeline_modules = True
    if has_option:
        connection.set_option("pipelining", True)
    try:
        yield
    finally:
        connection.always_pipeline_modules = always
        if has_option:
            connection.set_option("pipelining", asked)


def task_id(task: t.Any) -> str:
    """Return what tells a task from all others."""
    return str(task._uuid)


def task_name(task: t.Any) -> str:
    """Return the name of a task as the screen shows it."""
    return str(task.get_name())


def action_of(task: t.Any) -> str:
    """Return the full name of what a task calls."""
    return str(task.resolved_action or task.action)


def has_loop(task: t.Any) -> bool:
    """Whether a task is a loop."""
    return task.loop is not None


def options_of(task: t.Any) -> dict[str, t.Any]:
    """Return the options of a result's task, their templates filled in; none where that failed."""
    return dict(task.args) if isinstance(task.args, t.Mapping) else {}


def in_check_mode(task: t.Any) -> bool:
    """Whether a result's task ran in check mode."""
    return bool(task.check_mode)


def roles_and_actions(play: t.Any) -> t.Iterator[str]:
    """Yield the full names of a play's roles, and of what its tasks call, those in blocks too."""
    yield from (str(role.get_name()) for role in play.get_roles())
    waiting = list(play.get_tasks())
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list):
            waiting += entry
        elif hasattr(entry, "block"):
            waiting += [*entry.block, *entry.rescue, *entry.always]
        else:
            yield action_of(entry)


def variables_of(play: t.Any) -> dict[str, t.Any]:
    """Return the variables of a play that belong to no host, templates as they stand."""
    return t.cast("dict[str, t.Any]", play.get_variable_manager().get_vars(play=play))


def loader_of(play: t.Any) -> t.Any:
    """Return what reads a play's files."""
    return play.get_loader()


def playbook_path(playbook: t.Any) -> str:
    """Return the path of a playbook."""
    return str(playbook._file_name)


def failed_hosts(stats: t.Any) -> set[str]:
    """Return the hosts that failed or were not reached."""
    return {*stats.failures, *stats.dark}


def is_check_run() -> bool:
    """Whether ansible-playbook was called with --check."""
    return bool(context.CLIARGS.get("check"))


def own_setting(name: str, definitions: dict[str, t.Any], variables: t.Mapping[str, t.Any]) -> t.Any:
    """Return a setting of the collection, from configuration, environment and variables."""
    own = {"plugin_type": "action", "plugin_name": "cao.faktura"}
    C.config.initialize_plugin_configuration_definitions(*own.values(), definitions)
    return C.config.get_config_value(name, **own, variables=variables)


def ansible_home() -> str:
    """Return the folder in which Ansible keeps things on the controller."""
    return str(C.config.get_config_value("ANSIBLE_HOME"))


def payload_folder() -> Path:
    """Return the folder in which Ansible keeps what it sends of modules, for as long as it runs."""
    return Path(C.DEFAULT_LOCAL_TMP) / "ansiballz_cache"


def folders_of_module_utils() -> list[Path]:
    """Return the folders of what modules import of Ansible: its own, and those that users have."""
    return [Path(inspect.getfile(basic)).parent, *map(Path, module_utils_loader._get_paths(subdirs=False))]


def shows_good_results() -> bool:
    """Whether the screen's callback shows results without failure and change; those that cannot be asked do."""
    with contextlib.suppress(AnsibleError):
        screen = {"plugin_type": "callback", "plugin_name": C.DEFAULT_STDOUT_CALLBACK}
        return bool(C.config.get_config_value("display_ok_hosts", **screen))
    return True


def show_progress(display: t.Any, text: str, *, newline: bool = True) -> None:
    """Write to the standard error of ansible-playbook, and to no log."""
    display.display(text, stderr=True, screen_only=True, newline=newline)


def columns_of(display: t.Any) -> int:
    """Return the width of the screen."""
    return int(display.columns)


def verbosity_of(display: t.Any) -> int:
    """Return how often ansible-playbook was given -v."""
    return int(display.verbosity)


def is_vault(file: t.BinaryIO) -> bool:
    """Whether a file is encrypted with Ansible's vault."""
    return bool(is_encrypted_file(file))


def has_vault_password(loader: t.Any) -> bool:
    """Whether any password for vaults was given."""
    return bool(loader._vault.secrets)


def decrypt(loader: t.Any, data: bytes) -> bytes:
    """Return the content of a file in a vault; AnsibleError where no password fits."""
    return t.cast("bytes", loader._vault.decrypt(data))


@contextlib.contextmanager
def real_file(loader: t.Any, path: str) -> t.Iterator[str]:
    """Give a path of a file's content; of one in a vault it is a temporary file of Ansible's, as with copy."""
    real = loader.get_real_file(path)
    try:
        yield real
    finally:
        loader.cleanup_tmp_file(real)
