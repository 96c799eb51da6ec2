# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""phpMyAdmin and Adminer, asked for a dump as a browser asks them: PHP serves them on the loopback interface."""

from __future__ import annotations

import contextlib
import http
import http.cookiejar
import re
import subprocess
import tempfile
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from mandant import Mandant
from private_server import free_port

_START_SECONDS = 30.0
_EXTENSIONS = "ctype iconv mbstring mysqlnd mysqli pdo pdo_mysql dom tokenizer xml phar simplexml xmlreader xmlwriter"
_FIELD = re.compile(r"""name=["']token["'] value=["']([^"']+)""")
_CONFIG = """<?php
$i = 1;
$cfg['blowfish_secret'] = '%s';
$cfg['TempDir'] = '%s';
$cfg['Servers'][1] = ['auth_type' => 'config', 'host' => '%s', 'port' => '%d', 'user' => '%s', 'password' => '%s'];
"""
Fields = t.Mapping[str, t.Union[str, t.Sequence[str]]]


class Pages:
    """A folder of PHP, served; a context manager. ``root`` is where the packages were unpacked."""

    def __init__(self, root: Path, documents: Path, environment: t.Mapping[str, str]) -> None:
        self._root = root
        self._documents = documents
        self._environment = environment
        self._port = free_port()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def __enter__(self) -> t.Self:
        program = next(iter(sorted((self._root / "usr" / "bin").glob("php[0-9].[0-9]"))))
        modules = next(iter(sorted((self._root / "usr" / "lib" / "php").glob("20[0-9]*"))))
        settings = {
            "extension_dir": modules,
            "include_path": f".:{self._root}/usr/share/php",
            "memory_limit": "512M",
            "date.timezone": "UTC",
            "session.save_path": self._environment["TMPDIR"],
        }
        pairs = [
            *settings.items(),
            *(("extension", name) for name in _EXTENSIONS.split() if (modules / f"{name}.so").exists()),
        ]
        command = [str(program), "-n", *(part for name, value in pairs for part in ("-d", f"{name}={value}"))]
        self._process = subprocess.Popen(
            [*command, "-S", f"127.0.0.1:{self._port}", "-t", str(self._documents)],
            env={"PATH": "/usr/bin:/bin", **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        self._process.kill()
        self._process.wait()

    def get(self, path: str) -> str:
        """Return a page; the first one waits until they are served."""
        limit = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._asked(path, None).decode("utf-8", "replace")
            except urllib.error.HTTPError:
                raise
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > limit or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def post(self, path: str, fields: Fields) -> bytes:
        """Send a form, and return what comes."""
        return self._asked(path, urllib.parse.urlencode(fields, doseq=True).encode())

    def _asked(self, path: str, data: bytes | None) -> bytes:
        try:
            with self._opener.open(f"http://127.0.0.1:{self._port}/{path}", data) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as exc:
            # Adminer's form for a login is forbidden, in words of HTTP.
            if exc.code != http.HTTPStatus.FORBIDDEN:
                raise
            return exc.read()


def token(page: str) -> str:
    """Return what a form has to send along."""
    found = _FIELD.search(page)
    if found is None:
        raise ValueError(f"no token in the page:\n{page[:2000]}")
    return found[1]


@contextlib.contextmanager
def phpmyadmin(root: Path, mandant: Mandant) -> t.Iterator[t.Callable[[Fields], bytes]]:
    """Give what asks phpMyAdmin for an export, by the fields of its form that are not as it proposes them."""
    share = root / "usr" / "share" / "phpmyadmin"
    for path in (*share.parent.rglob("*autoload.php"), share / "libraries" / "vendor_config.php"):
        text = path.read_text(encoding="utf-8").replace("'/etc/phpmyadmin/config.inc.php'", "getenv('CONFIG_FILE')")
        path.write_text(text.replace("'/usr/share/php/", "'"), encoding="utf-8")
    address = mandant.server.address
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.inc.php")
        config.touch(mode=0o600)
        login = (address.host, address.port, address.user, address.password)
        config.write_text(_CONFIG % ("k" * 32, folder, *login), encoding="utf-8")
        with Pages(root, share, {"TMPDIR": folder, "CONFIG_FILE": str(config)}) as pages:
            form = token(pages.get("index.php?route=/"))

            def export(fields: Fields) -> bytes:
                tables = mandant.tables()
                asked = {**_PHPMYADMIN, "db": mandant.name, "token": form, "table_select[]": tables}
                asked |= {"table_structure[]": tables, "table_data[]": tables, **fields}
                return pages.post("index.php?route=/export", asked)

            yield export


@contextlib.contextmanager
def adminer(root: Path, mandant: Mandant) -> t.Iterator[t.Callable[[Fields], bytes]]:
    """Give what asks Adminer for an export, by the fields of its form that are not as it proposes them."""
    address = mandant.server.address
    with (
        tempfile.TemporaryDirectory() as folder,
        Pages(root, root / "usr" / "share" / "adminer", {"TMPDIR": folder}) as pages,
    ):
        form = pages.get("adminer.php")
        host = f"{address.host}:{address.port}"
        login = {"driver": "server", "server": host, "username": address.user, "password": address.password}
        fields = {f"auth[{name}]": value for name, value in {**login, "db": ""}.items()}
        pages.post("adminer.php", fields | ({"token": token(form)} if "token" in form else {}))
        where = urllib.parse.urlencode({"server": host, "username": address.user, "db": mandant.name, "dump": ""})
        form = token(pages.get(f"adminer.php?{where}"))

        def export(fields: Fields) -> bytes:
            tables = mandant.tables()
            asked = {**_ADMINER, "token": form, "tables[]": tables, "data[]": tables, **fields}
            return pages.post(f"adminer.php?{where}", asked)

        yield export


# What the forms propose.
_ADMINER = {"output": "text", "format": "sql", "db_style": "", "table_style": "DROP+CREATE", "data_style": "INSERT"}
_ADMINER |= {"triggers": "1", "auto_increment": "1"}
_PHPMYADMIN = {
    "export_type": "database",
    "export_method": "quick",
    "quick_or_custom": "custom",
    "what": "sql",
    "output_format": "sendit",
    "filename_template": "@DATABASE@",
    "charset": "utf-8",
    "compression": "none",
    "maxsize": "",
    "sql_include_comments": "something",
    "sql_header_comment": "",
    "sql_use_transaction": "something",
    "sql_compatibility": "NONE",
    "sql_structure_or_data": "structure_and_data",
    "sql_create_table": "something",
    "sql_auto_increment": "something",
    "sql_create_view": "something",
    "sql_create_trigger": "something",
    "sql_backquotes": "something",
    "sql_type": "INSERT",
    "sql_insert_syntax": "both",
    "sql_max_query_size": "50000",
    "sql_hex_for_binary": "something",
    "sql_utc_time": "something",
}
