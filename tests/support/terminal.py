# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real terminal without a window: a shell in tmux, to type into and to take pictures of."""

from __future__ import annotations

import re
import subprocess
import time
import typing as t
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from browser import Browser

TIMEOUT_SECONDS = 120.0
PROMPT = "$ "
# What was asked for has come to its end: nothing follows the prompt, and something is before it.
AT_PROMPT = r"(?s)\n\$\s*\Z"
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_COLOURS = [(46, 52, 64), (191, 97, 106), (142, 186, 108), (224, 189, 107), (111, 151, 205), (180, 142, 173)]
_COLOURS += [(126, 188, 203), (216, 222, 233)]
_THEME = TerminalTheme((30, 34, 42), (216, 222, 233), _COLOURS, _COLOURS)
_PAGE = """\
<!DOCTYPE html>
<meta charset="utf-8">
<style>
  body {{ margin: 0; background: {background}; color: {foreground}; }}
  pre {{ display: inline-block; margin: 0; padding: 14px 18px; font: 15px/1.35 "DejaVu Sans Mono", monospace; }}
  {stylesheet}
</style>
<pre>{code}</pre>
"""


class TerminalError(Exception):
    """The screen does not show what it should."""


class Terminal:
    """A shell on a screen of ``columns`` and ``lines``; ``with`` ends it and what runs in it.

    :param folder: the shell's own, also for the socket of tmux.
    """

    def __init__(self, folder: Path, environment: t.Mapping[str, str], *, columns: int, lines: int) -> None:
        self._tmux = ["tmux", "-S", str(folder / ".terminal"), "-f", "/dev/null"]
        self._folder = folder
        self._environment = {**environment, "PS1": PROMPT, "TERM": "xterm-256color"}
        self._size = ["-x", str(columns), "-y", str(lines)]

    def __enter__(self) -> Terminal:
        shell = ["bash", "--noprofile", "--norc"]
        self._call("new-session", "-d", *self._size, "-c", str(self._folder), *shell)
        self.wait_for(re.escape(PROMPT.strip()))
        return self

    def __exit__(self, *_exc: object) -> None:
        self._call("kill-server")

    def type(self, text: str) -> None:
        """Type a line, or more."""
        self._call("send-keys", "-l", text)
        self._call("send-keys", "Enter")

    def clear(self) -> None:
        """Begin with an empty screen, at a prompt."""
        self.type("clear")
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while _ESCAPE.sub("", self.screen()).strip() != PROMPT.strip():
            _rest(deadline, "the screen is not cleared")

    def wait_for(self, pattern: str) -> str:
        """Return the screen, with its colours, as soon as its text has the pattern."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not re.search(pattern, _ESCAPE.sub("", screen := self.screen())):
            _rest(deadline, f"{pattern} does not come:\n{screen}")
        return screen

    def run(self, line: str, *answers: tuple[str, str]) -> str:
        """Type a line, answer the questions that it asks, and return the screen when the next prompt is there."""
        self.type(line)
        for question, answer in answers:
            self.answer(question, answer)
        return self.wait_for(AT_PROMPT)

    def answer(self, question: str, answer: str) -> None:
        """Type a line when the screen ends with a question."""
        self.wait_for(rf"{re.escape(question)}\s*\Z")
        self.type(answer)

    def screen(self) -> str:
        """Return the screen with its colours, without the empty lines below."""
        return self._call("capture-pane", "-p", "-e").rstrip("\n")

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout


def _rest(deadline: float, fault: str) -> None:
    if time.monotonic() > deadline:
        raise TerminalError(fault)
    time.sleep(0.05)


def draw(screen: str, browser: Browser, page: Path, picture: Path) -> None:
    """Save a picture (PNG) of a screen; ``page`` is the HTML file for it."""
    columns = max(len(_ESCAPE.sub("", line)) for line in screen.splitlines())
    with page.with_suffix(".txt").open("w", encoding="utf-8") as nowhere:
        console = Console(file=nowhere, record=True, width=columns, force_terminal=True, color_system="truecolor")
        console.print(Text.from_ansi(screen), no_wrap=True, crop=False)
    page.write_text(console.export_html(theme=_THEME, code_format=_PAGE), encoding="utf-8")
    browser.open(page, width=2000)
    box = "document.querySelector('pre').getBoundingClientRect()"
    width, height = (browser.run(f"Math.ceil({box}.{side})") for side in ("width", "height"))
    browser.open(page, width=width, height=height)
    browser.screenshot(picture, whole=False)
