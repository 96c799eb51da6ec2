# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser without a window: Chromium, driven by its own protocol over two pipes."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

_TIMEOUT_SECONDS = 60.0
_A4_INCHES = {"paperWidth": 8.27, "paperHeight": 11.69}


class BrowserError(Exception):
    """The browser refused a command, ended or did not answer."""


class Browser:
    """One page of a headless Chromium; ``with Browser() as browser`` ends it and removes its profile."""

    def __enter__(self) -> Browser:
        with contextlib.ExitStack() as stack:
            profile = tempfile.mkdtemp(prefix="faktura-browser-")
            stack.callback(shutil.rmtree, profile, ignore_errors=True)
            (there, self._to), (self._from, back) = os.pipe(), os.pipe()
            stack.callback(os.close, self._to)
            stack.callback(os.close, self._from)
            self._process = self._launch(profile, there, back)
            stack.callback(self._end)
            self._numbers, self._read = 0, b""
            target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
            attach = {"targetId": target, "flatten": True}
            self._session: str | None = None
            self._session = self._call("Target.attachToTarget", attach)["sessionId"]
            self._call("Page.enable")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    @staticmethod
    def _launch(profile: str, there: int, back: int) -> subprocess.Popen[bytes]:
        """Start Chromium so that it reads commands from its descriptor 3 and answers on 4."""
        command = [
            *("chromium", "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}"),
            # The sandbox does not work for root and in containers; only pages of the tests are opened.
            *("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage"),
            *("--disable-extensions", "--disable-background-networking", "--disable-component-update"),
        ]
        # A shell moves the pipes to where Chromium wants them; not every sh knows descriptors of two digits.
        moved = ["bash", "-c", f'exec "$@" 3<&{there} 4>&{back}', "bash", *command]
        try:
            return subprocess.Popen(
                moved,
                pass_fds=(there, back),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(there)
            os.close(back)

    def _end(self) -> None:
        with contextlib.suppress(BrowserError, OSError):
            self._session = None
            self._call("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def open(self, path: Path, *, width: int, height: int = 900, dark: bool = False) -> None:
        """Open a file in a window of the size and wait until it is loaded."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._call("Emulation.setDeviceMetricsOverride", size)
        self._call("Page.navigate", {"url": path.as_uri()})
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while self.run("document.readyState + ' ' + location.href") != f"complete {path.as_uri()}":
            if time.monotonic() > deadline:
                raise BrowserError(f"{path} does not load")
            time.sleep(0.02)

    def run(self, script: str) -> t.Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Save a picture (PNG) of the whole page, or of what the window shows."""
        answer = self._call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        path.write_bytes(base64.b64decode(answer["data"]))

    def pdf(self, path: Path) -> None:
        """Print the page on A4, as a person does it with the browser's own settings."""
        answer = self._call("Page.printToPDF", {**_A4_INCHES, "printBackground": True, "preferCSSPageSize": True})
        path.write_bytes(base64.b64decode(answer["data"]))

    def _call(self, method: str, params: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        self._numbers += 1
        message: dict[str, t.Any] = {"id": self._numbers, "method": method, "params": dict(params or {})}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while True:
            answer = self._next(deadline)
            if answer.get("id") == self._numbers:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, t.Any] = answer["result"]
                return result

    def _next(self, deadline: float) -> dict[str, t.Any]:
        """Return the next message, an answer or an event."""
        while b"\0" not in self._read:
            ready, _writing, _failed = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(self._from, 1 << 20) if ready else b""
            if not piece:
                raise BrowserError("Chromium has ended" if ready else "Chromium does not answer")
            self._read += piece
        line, _mark, self._read = self._read.partition(b"\0")
        message: dict[str, t.Any] = json.loads(line)
        return message
