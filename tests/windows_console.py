"""A Windows console without a window that tests type into and read: on Windows, or under Wine on Linux."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Literal

import pytest

from keys import Key

#: How long anything may take, on a busy machine, before the wait for it is given up.
PATIENCE = 40.0
Kind = Literal["vt", "legacy"]

_TOP = Path(__file__).resolve().parent.parent
_DRIVER = _TOP / "tests" / "windows" / "console_driver.py"
#: What `tests/windows/run` sets up.
_SETUP = _TOP / ".windows"
_WINDOWS_PYTHON = _SETUP / "org" / "bytedeco" / "cpython" / "windows-x86_64" / "python.exe"


def has_windows_python() -> bool:
    """Return whether Windows' Python is at hand."""
    return sys.platform == "win32" or (_SETUP / "installed").exists()


needs_windows_python = pytest.mark.skipif(
    not has_windows_python(),
    reason="needs Windows' Python, which tests/windows/run --setup sets up",
)


class WindowsConsole:
    """A program of Windows' Python in a console of its own. Leaving its `with` block ends the program."""

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        kind: Kind = "vt",
        columns: int = 80,
        rows: int = 25,
        code_page: int = 65001,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Run Windows' Python with these arguments.

        `kind` is "vt" for the console of Windows 10 and 11, which understands escape sequences, or "legacy"
        for older ones, which do not. `code_page` 65001 is UTF-8.
        """
        options = {
            "columns": columns,
            "rows": rows,
            "kind": kind,
            "code_page": code_page,
            "environment": environment or {},
        }
        # Wine only knows pipes and terminals as streams.
        self._driver = subprocess.Popen(
            [*_python(), _on_windows(_DRIVER), "start", json.dumps(options), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=folder,
            env=_environment(),
        )
        self._replies: Queue[str] = Queue()
        threading.Thread(target=self._collect_replies, daemon=True).start()
        self._next_reply(PATIENCE)

    def __enter__(self) -> "WindowsConsole":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._driver.poll() is None:
            self._request("close")
            self._driver.wait(PATIENCE)

    def send(self, *keys: Key | str) -> None:
        """Press keys, each after the program has read the one before; a text is its characters."""
        for key in keys:
            for each in key if type(key) is str else (key,):
                self._request("press", [0, each, 0] if isinstance(each, str) else each[:3])

    def send_at_once(self, *keys: Key | str) -> None:
        """Press keys while the program does not read, so that it reads them together."""
        each = [char for key in keys for char in (key if type(key) is str else (key,))]
        self._request("press_together", [[0, key, 0] if isinstance(key, str) else key[:3] for key in each])

    def paste(self, text: str, brackets: bool = False) -> None:
        """Paste as conhost does, which writes the keys of a text all at once.

        `brackets` puts brackets around the text, as Windows Terminal and Windows 11 since 24H2 do. Windows 10
        has none.
        """
        self._request("paste", [text, brackets])

    def set_clipboard(self, text: str) -> None:
        """Copy a text to the clipboard."""
        assert self._request("set_clipboard", text), "the clipboard cannot be opened"

    def put_events(self, *events: dict[str, int]) -> None:
        """Put key events with `down`, `code`, `char` and `held` into the console as they are."""
        self._request("put_events", events)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._request("resize", [columns, rows])

    def kill(self) -> None:
        """End the program on the spot, with TerminateProcess."""
        self._request("kill")

    def text(self) -> str:
        """Return what the window shows, without the blanks at the ends of its lines and of itself."""
        return "\n".join(self._request("screen")).rstrip()

    def state(self) -> dict[str, Any]:
        """Return the modes of the console, its code pages, its cursor and its size."""
        return dict(self._request("state"))

    def wait_for(self, shown: str | Callable[[str], bool]) -> str:
        """Wait until the window shows a text, or until a condition on its text holds; return its text."""
        holds = (lambda text: shown in text) if isinstance(shown, str) else shown
        end = time.monotonic() + PATIENCE
        while True:
            ended = self._request("exit_code") is not None
            if holds(screen := self.text()):
                return screen
            if ended or time.monotonic() > end:
                raise AssertionError(f"the console does not show {shown!r}:\n{screen}")
            time.sleep(0.05)

    def wait_for_exit(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        end = time.monotonic() + PATIENCE
        while (code := self._request("exit_code")) is None:
            if time.monotonic() > end:
                raise AssertionError(f"the program does not end:\n{self.text()}")
            time.sleep(0.05)
        return int(code)

    def _request(self, name: str, argument: Any = None) -> Any:
        assert self._driver.stdin
        self._driver.stdin.write(json.dumps([name, argument]) + "\n")
        self._driver.stdin.flush()
        return self._next_reply(PATIENCE)

    def _next_reply(self, seconds: float) -> Any:
        try:
            return json.loads(self._replies.get(timeout=seconds))
        except Empty:
            self._driver.kill()
            error = self._driver.stderr.read() if self._driver.stderr else ""
            raise AssertionError(f"the console does not answer: {error}") from None

    def _collect_replies(self) -> None:
        assert self._driver.stdout
        for line in self._driver.stdout:
            self._replies.put(line)


def _python() -> list[str]:
    return [sys.executable] if sys.platform == "win32" else ["wine", str(_WINDOWS_PYTHON)]


def _on_windows(path: Path) -> str:
    return str(path) if sys.platform == "win32" else "Z:" + str(path).replace("/", "\\")


def _environment() -> dict[str, str]:
    # What is said of the terminal that the tests run in is not true of this one.
    others = ("NO_COLOR", "COLUMNS", "LINES", "WT_SESSION", "TERM", "PYTHONPATH")
    inherited = {name: text for name, text in os.environ.items() if name not in others}
    if sys.platform == "win32":
        return inherited
    return {**inherited, "WINEPREFIX": str(_SETUP / "prefix"), "WINEARCH": "win64", "WINEDEBUG": "-all"}
