"""A program in a pseudo-terminal, whose keys are typed and whose screen is waited for."""

import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from bench.programs import environment

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

_PATIENCE = 30.0
_REST = 0.05
_ROWS, _COLUMNS = 24, 80
_WHERE_IS_THE_CURSOR = b"\x1b[6n"
_AT_THE_TOP = b"\x1b[1;1R"
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|[=>78])")


class Terminal:
    """Runs a program. `answers`: whether the terminal answers when it is asked where the cursor is."""

    def __init__(self, command: Sequence[str], folder: Path, answers: bool) -> None:
        self._answers = answers
        self._unread = b""
        self._screen, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self.began = time.perf_counter()
        self._program = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environment(),
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.kill()
        self._program.wait()
        os.close(self._screen)

    def type(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def wait_for(self, text: str) -> float:
        """Reads until a text is on the screen, and gives the instant. What came before it is forgotten, so
        that the next wait is for what comes after it. Raises TimeoutError."""
        # A program may draw the space between two words by moving the cursor.
        wanted = b"".join(text.encode().split())
        end = time.perf_counter() + _PATIENCE
        while True:
            shown = b"".join(_SEQUENCE.sub(b"", self._unread).split())
            now = time.perf_counter()
            if wanted in shown:
                self._unread = shown.partition(wanted)[2]
                return now
            if not select.select([self._screen], [], [], max(0.0, end - now))[0]:
                raise TimeoutError(f"“{text}” did not show within {_PATIENCE:.0f} s; last: {shown[-500:]!r}")
            self._read(text)

    def rest(self) -> None:
        """Reads until nothing more is drawn: what a key set going is done before a person's next one."""
        while select.select([self._screen], [], [], _REST)[0]:
            self._read("")

    def _read(self, text: str) -> None:
        try:
            more = os.read(self._screen, 65536)
        except OSError:
            more = b""
        if not more:
            raise EOFError(f"the program ended before “{text}” showed: {self._unread[-500:]!r}")
        if self._answers:
            os.write(self._screen, _AT_THE_TOP * more.count(_WHERE_IS_THE_CURSOR))
        self._unread += more
