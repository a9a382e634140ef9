"""Make the console of a program under test what `CONSOLE_KIND` says. Python imports this file when it starts.

Wine's console accepts the modes for escape sequences but does nothing with them. For "vt", this file obeys
the sequences that the program writes; for "legacy", it refuses the modes. A sequence that no program has
written so far is an error, so that nobody trusts a wrong screen.
"""

import ctypes
import io
import os
import re
import sys
from ctypes import byref, wintypes
from typing import Any

assert sys.platform == "win32"

_kernel32 = ctypes.WinDLL("kernel32")
_DWORD = wintypes.DWORD
_ENABLE_VIRTUAL_TERMINAL_PROCESSING, _ENABLE_VIRTUAL_TERMINAL_INPUT = 0x4, 0x200
_SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[?>=]?)(?P<numbers>[\d;]*)[ !]?(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78]"
)
_IGNORED = {"?h", "?l", "q", "h", "l", "n"}
#: The colours of sequences, as the console numbers them.
_COLOURS = (0, 4, 2, 6, 1, 5, 3, 7)
_BRIGHT = 8


class _Coord(ctypes.Structure):
    _fields_ = (("x", ctypes.c_short), ("y", ctypes.c_short))


class _ScreenBufferInfo(ctypes.Structure):
    _fields_ = (
        *(("size", _Coord), ("cursor", _Coord), ("attributes", wintypes.WORD)),
        *((name, ctypes.c_short) for name in ("left", "top", "right", "bottom")),
        ("largest", _Coord),
    )


class _Screen(io.RawIOBase):
    """The console as a standard stream that obeys sequences while they are switched on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._handle = wintypes.HANDLE(_kernel32.GetStdHandle(-10 - number))
        self._default = self._info().attributes

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text, at = bytes(data).decode("utf-8", "surrogatepass"), 0
        modes = _DWORD()
        _kernel32.GetConsoleMode(self._handle, byref(modes))
        for part in _SEQUENCE.finditer(text) if modes.value & _ENABLE_VIRTUAL_TERMINAL_PROCESSING else ():
            self._print(text[at : part.start()])
            at = part.end()
            if part["final"]:
                numbers = [int(number or 0) for number in part["numbers"].split(";")]
                self._obey(part["private"] + part["final"], numbers)
        self._print(text[at:])
        return len(data)

    def _info(self) -> _ScreenBufferInfo:
        info = _ScreenBufferInfo()
        _kernel32.GetConsoleScreenBufferInfo(self._handle, byref(info))
        return info

    def _print(self, text: str) -> None:
        for start in range(0, len(text), 1000):
            part = text[start : start + 1000]
            units = len(part.encode("utf-16-le", "surrogatepass")) // 2
            _kernel32.WriteConsoleW(self._handle, ctypes.c_wchar_p(part), units, byref(_DWORD()), None)

    def _obey(self, final: str, numbers: list[int]) -> None:
        info, count = self._info(), max(1, numbers[0])
        x, y, width = info.cursor.x, info.cursor.y, info.size.x
        if final in "ABCD":
            right, down = {"A": (0, -1), "B": (0, 1), "C": (1, 0), "D": (-1, 0)}[final]
            self._move(x + right * count, y + down * count)
        elif final == "G":
            self._move(count - 1, y)
        elif final == "H":
            row, column = (max(1, number) for number in [*numbers, 1][:2])
            self._move(column - 1, info.top + row - 1)
        elif final == "K" and numbers == [0]:
            self._erase(x, y, width - x)
        elif final == "J" and numbers == [0]:
            self._erase(x, y, width - x + width * (info.bottom - y))
        elif final == "J" and numbers == [2]:
            self._erase(0, info.top, width * (info.bottom - info.top + 1))
        elif final == "m":
            for number in numbers:
                self._set_attributes(number)
        elif final not in _IGNORED:
            raise NotImplementedError(f"the shim does not know the sequence {numbers} {final}")

    def _move(self, x: int, y: int) -> None:
        info = self._info()
        point = _Coord(max(0, min(x, info.size.x - 1)), max(info.top, min(y, info.bottom)))
        _kernel32.SetConsoleCursorPosition(self._handle, point)

    def _erase(self, x: int, y: int, count: int) -> None:
        start, count_done = _Coord(x, y), _DWORD()
        _kernel32.FillConsoleOutputCharacterW(
            self._handle, ctypes.c_wchar(" "), count, start, byref(count_done)
        )
        _kernel32.FillConsoleOutputAttribute(self._handle, self._default, count, start, byref(count_done))

    def _set_attributes(self, number: int) -> None:
        attributes, default = self._info().attributes, self._default
        if number == 0:
            attributes = default
        elif number == 1:
            attributes |= _BRIGHT
        elif number == 7:
            attributes = attributes & ~0xFF | (attributes & 0xF) << 4 | (attributes & 0xF0) >> 4
        elif 30 <= number <= 37:
            attributes = attributes & ~0x7 | _COLOURS[number - 30]
        elif 90 <= number <= 97:
            attributes = attributes & ~0xF | _COLOURS[number - 90] | _BRIGHT
        elif 40 <= number <= 47:
            attributes = attributes & ~0x70 | _COLOURS[number - 40] << 4
        elif number == 39:
            attributes = attributes & ~0xF | default & 0xF
        elif number == 49:
            attributes = attributes & ~0xF0 | default & 0xF0
        _kernel32.SetConsoleTextAttribute(self._handle, attributes)


def _refuse_sequences() -> None:
    shared: Any = ctypes.windll.kernel32
    set_mode = shared.SetConsoleMode

    def set_known_mode(handle: Any, mode: Any) -> int:
        current = _DWORD()
        shared.GetConsoleMode(handle, byref(current))
        # Each bit is for one direction. For input, 0x4 is the echo.
        is_input = current.value & ~0xF
        unknown = getattr(mode, "value", mode) & (
            _ENABLE_VIRTUAL_TERMINAL_INPUT | (0 if is_input else _ENABLE_VIRTUAL_TERMINAL_PROCESSING)
        )
        return 0 if unknown else int(set_mode(handle, mode))

    shared.SetConsoleMode = set_known_mode


if os.environ.get("CONSOLE_KIND") == "legacy":
    _refuse_sequences()
else:
    for number, name, errors in ((1, "stdout", "strict"), (2, "stderr", "backslashreplace")):
        if _kernel32.GetConsoleMode(wintypes.HANDLE(_kernel32.GetStdHandle(-10 - number)), byref(_DWORD())):
            screen = io.BufferedWriter(_Screen(number))
            stream = io.TextIOWrapper(screen, "utf-8", errors, newline="\n", line_buffering=True)
            setattr(sys, name, stream)
