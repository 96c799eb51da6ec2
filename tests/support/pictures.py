# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the documents again: of a terminal in which real playbooks run, and of a report.

``pictures.py INSTALLED`` with the folder in which the collection is installed writes into docs/images. What is typed is
what the guides tell to type, on a private MariaDB. The report is that of the twelve invented
Mandanten of its own tests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import yaml

from browser import Browser
from demo_run import EXAMPLES, PASSWORD, TREE
from mandant import Mandant
from mariadb_server import MariadbServer
from terminal import AT_PROMPT, Terminal, draw

IMAGES = TREE / "docs" / "images"
MAKE_BACKUP = TREE / "tests" / "support" / "make_demo_backup.py"
# Messages name the playbook with its folder, so that of the pictures is one that any user could have.
FOLDER = Path("/tmp/kraeuterhof")
COLUMNS, LINES = 122, 40
BACKUP = "CAO_backup_2026_11_02_18_05.zip"
# So many that their restore lasts long enough to be seen.
ROWS = 400_000
VAULT_PASSWORD = "Schlüsselbund"
VAULT_QUESTION = "Vault password:"
REPORT_SIZE = (1280, 1180)


class Guide(t.NamedTuple):
    """The names that a guide gives to things."""

    language: t.Literal["de", "en"]
    playbook: str
    vault: str
    old_vault: str
    host: str
    play: str
    task: str


GUIDES = (
    Guide(
        *("de", "ruecksicherung.yml", "tresor.yml", "alter_tresor.yml", "laden"),
        *("Datensicherung in den Mandanten einspielen", "Rücksicherung"),
    ),
    Guide(
        *("en", "restore.yml", "vault.yml", "old_vault.yml", "database_server"),
        *("Put the backup into the Mandant", "Restore, once"),
    ),
)


def write_yaml(path: Path, content: object) -> None:
    """Write a file of a playbook's folder."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def fill_folder(guide: Guide, server: MariadbServer, environment: t.Mapping[str, str]) -> None:
    """Write what the guide tells to write: inventory, playbook, and the password in a vault."""
    address = server.address
    host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    write_yaml(FOLDER / "inventory.yml", {"all": {"hosts": {guide.host: host}}})
    options = {
        "mandant": "cao_musterladen",
        "file": BACKUP,
        "password": "{{ backup_password }}",
        "login_unix_socket": address.socket,
        "login_user": address.user,
        "login_password": address.password,
    }
    tasks = [{"name": guide.task, "cao.faktura.mandant_restore": options}]
    write_yaml(FOLDER / guide.playbook, [{"name": guide.play, "hosts": guide.host, "tasks": tasks}])
    secret = FOLDER / "secret"
    secret.write_text(VAULT_PASSWORD, encoding="utf-8")
    for name, password in ((guide.vault, PASSWORD), (guide.old_vault, "Kraeutergarten")):
        write_yaml(FOLDER / name, {"backup_password": password, "cao_password": password})
        encrypt = ["ansible-vault", "encrypt", "--vault-password-file", str(secret), str(FOLDER / name)]
        subprocess.run(encrypt, env=environment, capture_output=True, check=True)


def make_backup(environment: t.Mapping[str, str]) -> None:
    """Make the backup where the playbooks look for it."""
    (FOLDER / "files").mkdir()
    where = ["--output", str(FOLDER / "files" / BACKUP), "--password-env", "DEMO_PASSWORD"]
    command = [sys.executable, str(MAKE_BACKUP), "--rows", str(ROWS), *where]
    subprocess.run(command, env={**environment, "DEMO_PASSWORD": PASSWORD}, stdout=subprocess.DEVNULL, check=True)


def follow(guide: Guide, terminal: Terminal) -> t.Iterator[tuple[str, str]]:
    """Do what the guide tells to do; yield the name and the screen of each picture."""
    answer = (VAULT_QUESTION, VAULT_PASSWORD)
    command = "ansible-playbook -i inventory.yml -e @{} --ask-vault-pass"
    play = f"{command.format(guide.vault)} {guide.playbook}"
    look = f"cao.faktura.analyse \\\n  -e cao_file=$PWD/files/{BACKUP} -e cao_language={guide.language}"
    yield "analyse", terminal.run(f"{command.format(guide.vault)} {look}", answer)
    terminal.clear()
    yield "check", terminal.run(f"{play} --check --diff", answer)
    terminal.clear()
    yield "password", terminal.run(f"{command.format(guide.old_vault)} {guide.playbook}", answer)
    terminal.clear()
    terminal.type(play)
    terminal.answer(*answer)
    yield "progress", terminal.wait_for(r"[5-9]\d %  restore .* rows/s")
    terminal.wait_for(AT_PROMPT)
    yield "again", terminal.run(play, answer)


def environment_for(installed: Path, home: Path) -> dict[str, str]:
    """Return the environment of a user with Ansible and the collection."""
    path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {
        "PATH": os.pathsep.join(path),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }


def draw_terminal(installed: Path, browser: Browser, pages: Path) -> None:
    """Make the pictures of the terminal."""
    with contextlib.ExitStack() as stack:
        # Fails when it is there: then it is somebody's.
        FOLDER.mkdir(mode=0o700)
        stack.callback(shutil.rmtree, FOLDER)
        environment = environment_for(installed, pages)
        make_backup(environment)
        server = stack.enter_context(MariadbServer())
        for guide in GUIDES:
            fill_folder(guide, server, environment)
            with Terminal(FOLDER, environment, columns=COLUMNS, lines=LINES) as terminal:
                for name, screen in follow(guide, terminal):
                    picture = IMAGES / f"terminal-{name}-{guide.language}.png"
                    draw(screen, browser, pages / "screen.html", picture)
            Mandant("cao_musterladen", server).drop()


def draw_report(installed: Path, browser: Browser, pages: Path) -> None:
    """Make the pictures of the report, in both languages."""
    sys.path.insert(0, str(installed))
    import report_data
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
    from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page

    with open_backup(str(EXAMPLES / BACKUP), password=PASSWORD, checksum=None, options=ReadOptions()) as backup:
        document = report_data.document(backup.analysis.to_result(), 12)
    width, height = REPORT_SIZE
    for guide in GUIDES:
        page = pages / f"report-{guide.language}.html"
        page.write_text(render_page(document, guide.language), encoding="utf-8")
        browser.open(page, width=width, height=height)
        browser.screenshot(IMAGES / f"report-{guide.language}.png", whole=False)


def main() -> None:
    """Make all pictures, small."""
    # Who is told to end tidies up all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    installed = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="faktura-pictures-") as name, Browser() as browser:
        draw_report(installed, browser, Path(name))
        draw_terminal(installed, browser, Path(name))
    pictures = [str(path) for path in sorted(IMAGES.glob("*.png"))]
    subprocess.run(["pngquant", "--ext", ".png", "--force", "--strip", "--speed", "1", "64", *pictures], check=True)


if __name__ == "__main__":
    main()
