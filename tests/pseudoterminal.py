"""Runs the program in a pseudo-terminal of its own, and shows what an operator would see (not on Windows)."""

import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

from dtm_mapper.interview.terminal import REFLOWING

if sys.platform != "win32":
    import fcntl
    import termios

#: How long anything may take, on a busy machine, before the wait for it is given up.
PATIENCE = 20.0


class _Screen(pyte.HistoryScreen):
    """A terminal's screen, with what scrolled off it and, if it `answers`, what it says when it is asked
    where its cursor is."""

    def __init__(self, columns: int, rows: int, answers: Callable[[str], object] | None) -> None:
        super().__init__(columns, rows, history=10_000)
        self._answers = answers

    def write_process_input(self, data: str) -> None:
        if self._answers is not None:
            self._answers(data)


class Pseudoterminal:
    """`dtm-map` with some arguments in a terminal; leaving its `with` block ends and reaps the process."""

    def __init__(
        self,
        *arguments: str,
        cwd: Path,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        answers_cursor: bool = True,
    ) -> None:
        self._screen = _Screen(columns, rows, self.send if answers_cursor else None)
        self._stream = pyte.ByteStream(self._screen)
        #: All bytes that the program wrote.
        self.output = b""
        self._ended = False
        self._master, inside = os.openpty()
        self._set_size(columns, rows)
        # What is said of the terminal that the tests run in is not true of this one.
        others = ("NO_COLOR", "COLUMNS", "LINES", *REFLOWING)
        inherited = {key: text for key, text in os.environ.items() if key not in others}
        # As in a virtual environment that is activated, the program is on the path.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dtm_mapper", *arguments],
            cwd=cwd,
            env={
                **inherited,
                "PATH": path,
                "TERM": "xterm-256color",
                **(environment or {}),
            },
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            # The controlling terminal, so that Ctrl-C on a cooked terminal is a signal, as in real life.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inside)

    def __enter__(self) -> "Pseudoterminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def send(self, keys: str) -> None:
        """Presses keys, given as the characters that a terminal sends for them."""
        waiting = keys.encode()
        while waiting:
            waiting = waiting[os.write(self._master, waiting[:512]) :]

    def close_window(self) -> None:
        """Closes the terminal, as the button of its window does."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the window another size."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        self.process.send_signal(signal.SIGWINCH)

    def modes(self) -> list[Any]:
        """How the terminal treats what is typed: raw or cooked, echoed or not."""
        return termios.tcgetattr(self._master)

    def echoes(self) -> bool:
        """Whether the terminal itself shows what is typed."""
        return bool(self.modes()[3] & termios.ECHO)

    def text(self) -> str:
        """What the screen shows, without the blanks at the ends of its lines and of itself."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def history(self) -> str:
        """What scrolled off the screen, and then what it shows."""
        columns = range(self._screen.columns)
        lines = [
            "".join(line[column].data for column in columns).rstrip() for line in self._screen.history.top
        ]
        return "\n".join([*lines, self.text()])

    def wait_for(self, shown: str | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """Reads until the screen, wholly drawn, shows a text, or until a condition on its text holds; gives
        its text."""
        holds = (lambda text: shown in text) if isinstance(shown, str) else shown
        end = time.monotonic() + timeout
        # A prompt draws with the terminal's own wrapping off.
        while pyte.modes.DECAWM not in self._screen.mode or not holds(self.text()):
            if self._ended or time.monotonic() > end:
                wanted = repr(shown) if isinstance(shown, str) else "what is waited for"
                raise AssertionError(f"the screen does not show {wanted}:\n{self.history()}")
            # Not longer, for a condition may look at other things than the screen.
            self._read(0.05)
        return self.text()

    def wait_for_exit(self, timeout: float = PATIENCE) -> int:
        """Reads until the program has ended, and gives its exit code."""
        end = time.monotonic() + timeout
        while not self._ended and time.monotonic() < end:
            self._read(end - time.monotonic())
        return self.process.wait(max(0.1, end - time.monotonic()))

    def interrupt(self) -> int:
        """Press Ctrl-C until the program ends, and return its exit code.

        Python's readline misses a signal that arrives just before it begins to wait for a key.
        """
        for _attempt in range(round(PATIENCE / 4)):
            self.send("\x03")
            with suppress(subprocess.TimeoutExpired):
                return self.wait_for_exit(4)
        raise AssertionError(f"the program does not end at Ctrl-C:\n{self.history()}")

    def _read(self, timeout: float) -> None:
        """Takes in what the program writes, if it does so in time."""
        if not select.select([self._master], [], [], max(0.0, timeout))[0]:
            return
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux's way to say that nobody is left at the other end
            data = b""
        self._ended = not data
        self.output += data
        self._stream.feed(data)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
