"""Run a program in a console without a window, for `WindowsConsole`.

Each line of standard input is a request: a JSON list of a method of `ConsoleDriver` and its argument. Each
line of standard output is its result.

Wine's console keeps the modes for escape sequences but does nothing with them. There, this driver turns keys
into sequences, and shim/sitecustomize.py obeys the sequences that the program writes.
"""

import contextlib
import ctypes
import json
import msvcrt
import os
import signal
import subprocess
import sys
import time
import unicodedata
from ctypes import byref, wintypes
from pathlib import Path
from typing import Any

assert sys.platform == "win32"

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_user32 = ctypes.WinDLL("user32", use_last_error=True)
_DWORD, _WORD, _SHORT = wintypes.DWORD, wintypes.WORD, ctypes.c_short
_SHIFT, _CTRL, _ALT, _RIGHT_ALT, _RIGHT_CTRL = 0x10, 0x08, 0x02, 0x01, 0x04
_VK_SHIFT, _VK_CONTROL, _VK_MENU, _VK_NUMPAD0 = 16, 17, 18, 96
#: The virtual key of a character that is on no key.
_VK_PACKET = 0xE7
_CREATE_NO_WINDOW = 0x08000000
_ENABLE_PROCESSED_INPUT, _ENABLE_VIRTUAL_TERMINAL_INPUT = 0x1, 0x200
_CF_UNICODETEXT, _GMEM_MOVEABLE = 13, 0x2

#: The escape sequences of the arrows and of Home and End, of Insert to Page Down, and of F1 to F12, as in
#: microsoft/terminal's terminalInput.cpp.
_SEQUENCES = {37: "[D", 38: "[A", 39: "[C", 40: "[B", 36: "[H", 35: "[F"}
_SEQUENCES |= {45: "[2~", 46: "[3~", 33: "[5~", 34: "[6~"}
_SEQUENCES |= {112 + at: f"O{letter}" for at, letter in enumerate("PQRS")}
_SEQUENCES |= {116 + at: f"[{number}~" for at, number in enumerate((15, 17, 18, 19, 20, 21, 23, 24))}

_kernel32.GlobalAlloc.restype = _kernel32.GlobalLock.restype = ctypes.c_void_p
_kernel32.GlobalAlloc.argtypes = (wintypes.UINT, ctypes.c_size_t)
_kernel32.GlobalLock.argtypes = _kernel32.GlobalUnlock.argtypes = (ctypes.c_void_p,)
_user32.CreateWindowExW.restype = wintypes.HWND
_user32.OpenClipboard.argtypes = (wintypes.HWND,)
_user32.SetClipboardData.argtypes = (wintypes.UINT, ctypes.c_void_p)
_user32.SetClipboardData.restype = ctypes.c_void_p


class _Coord(ctypes.Structure):
    _fields_ = (("x", _SHORT), ("y", _SHORT))


class _Rectangle(ctypes.Structure):
    _fields_ = (("left", _SHORT), ("top", _SHORT), ("right", _SHORT), ("bottom", _SHORT))


class _ScreenBufferInfo(ctypes.Structure):
    _fields_ = (
        *(("size", _Coord), ("cursor", _Coord), ("attributes", _WORD)),
        *(("window", _Rectangle), ("largest", _Coord)),
    )


class _KeyRecord(ctypes.Structure):
    """An INPUT_RECORD with a KEY_EVENT_RECORD."""

    _fields_ = (
        *(("type", _WORD), ("down", wintypes.BOOL), ("times", _WORD), ("code", _WORD)),
        *(("scan", _WORD), ("char", _WORD), ("held", _DWORD)),
    )


class ConsoleDriver:
    """A console and the program in it. Each public method is a request."""

    def __init__(self, options: dict[str, Any], arguments: list[str]) -> None:
        streams = [os.open(name, os.O_RDWR | os.O_BINARY) for name in ("CONIN$", "CONOUT$")]
        self._input, self._output = (wintypes.HANDLE(msvcrt.get_osfhandle(stream)) for stream in streams)
        self._wine = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
        # Ctrl-C and Ctrl-Break must not end this process.
        self._ignore = ctypes.WINFUNCTYPE(wintypes.BOOL, _DWORD)(lambda _event: True)
        _kernel32.SetConsoleCtrlHandler(self._ignore, True)
        _kernel32.SetConsoleCP(options["code_page"])
        _kernel32.SetConsoleOutputCP(options["code_page"])
        self.resize([options["columns"], options["rows"]])
        # Whether to wait before the next key.
        self._paused = False
        environment = {**os.environ, **options["environment"], "CONSOLE_KIND": options["kind"]}
        if self._wine or options["kind"] == "legacy":
            environment["PYTHONPATH"] = str(Path(__file__).resolve().with_name("shim"))
        self._program = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[1],
            env=environment,
        )

    def press(self, key: list[Any]) -> None:
        """Press a key after the program has read the ones before.

        Nobody types as fast as this, and keys that are read together are a paste if text follows an Enter.
        """
        waiting, end = _DWORD(1), time.monotonic() + 2
        while waiting.value and time.monotonic() < end and self._program.poll() is None:
            _kernel32.GetNumberOfConsoleInputEvents(self._input, byref(waiting))
            time.sleep(0.002)
        if self._paused:
            time.sleep(0.05)
        if key[1] == "\x03" and self._modes(self._input) & _ENABLE_PROCESSED_INPUT:
            _kernel32.GenerateConsoleCtrlEvent(0, 0)
        else:
            self.press_together([key])

    def press_together(self, keys: list[list[Any]]) -> None:
        """Press keys so fast that the program reads them together."""
        self._paused = any(key[1] == "\r" for key in keys)
        sequences = self._wine and self._modes(self._input) & _ENABLE_VIRTUAL_TERMINAL_INPUT
        records = []
        for code, char, held in keys:
            if code == 0:
                code, held = _key_of(char)
            if sequences:
                records += [_record(True, 0, unit, 0) for unit in _units(_sequence(code, char, held))]
            else:
                records += [record for unit in _units(char) for record in _pressed(code, unit, held)]
        self._write(records)

    def paste(self, argument: tuple[str, bool]) -> None:
        """Write the keys of a text, with or without brackets around them."""
        text, brackets = argument
        self._paused = True
        text = text.replace("\r\n", "\r").replace("\n", "\r")
        records = [record for char in text for record in _pasted(char)]
        start, end = (_without_keys(sign) if brackets else [] for sign in ("\x1b[200~", "\x1b[201~"))
        self._write([*start, *records, *end])

    def set_clipboard(self, text: str) -> bool:
        """Copy a text to the clipboard."""
        # The clipboard takes data only from the window that opened it.
        window = _user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
        if not _user32.OpenClipboard(window):
            return False
        _user32.EmptyClipboard()
        content = text.encode("utf-16-le") + b"\0\0"
        memory = _kernel32.GlobalAlloc(_GMEM_MOVEABLE, len(content))
        ctypes.memmove(_kernel32.GlobalLock(memory), content, len(content))
        _kernel32.GlobalUnlock(memory)
        copied = bool(_user32.SetClipboardData(_CF_UNICODETEXT, memory))
        _user32.CloseClipboard()
        return copied

    def put_events(self, events: list[dict[str, int]]) -> None:
        """Write key events as they are."""
        names = ("down", "code", "char", "held")
        self._write([_record(*(event.get(name, 0) for name in names)) for event in events])

    def resize(self, size: list[int]) -> None:
        """Give the window and its buffer another size."""
        columns, rows = size
        info = self._info()
        # The window may at no time be larger than its buffer.
        width = min(columns - 1, info.window.right - info.window.left)
        height = min(rows - 1, info.window.bottom - info.window.top)
        _kernel32.SetConsoleWindowInfo(self._output, True, byref(_Rectangle(0, 0, width, height)))
        _kernel32.SetConsoleScreenBufferSize(self._output, _Coord(columns, rows))
        _kernel32.SetConsoleWindowInfo(self._output, True, byref(_Rectangle(0, 0, columns - 1, rows - 1)))

    def screen(self, _argument: None) -> list[str]:
        """Return the lines of the window."""
        info, count = self._info(), _DWORD()
        lines = []
        for y in range(info.window.top, info.window.bottom + 1):
            text = ctypes.create_unicode_buffer(info.size.x + 1)
            _kernel32.ReadConsoleOutputCharacterW(self._output, text, info.size.x, _Coord(0, y), byref(count))
            lines.append(text.value[: count.value].rstrip())
        return lines

    def state(self, _argument: None) -> dict[str, Any]:
        """Return the modes of the console, its code pages, its cursor and its size."""
        info = self._info()
        return {
            "input": self._modes(self._input),
            "output": self._modes(self._output),
            "code_pages": [_kernel32.GetConsoleCP(), _kernel32.GetConsoleOutputCP()],
            "cursor": [info.cursor.x, info.cursor.y - info.window.top],
            "size": [info.size.x, info.size.y],
        }

    def exit_code(self, _argument: None) -> int | None:
        """Return the exit code of the program; None while it runs."""
        return self._program.poll()

    def kill(self, _argument: None) -> None:
        """End the program with TerminateProcess, so that none of its code runs."""
        self._program.kill()
        self._program.wait()

    def close(self, _argument: None) -> None:
        """End every program in the console."""
        processes = (_DWORD * 64)()
        for pid in processes[: _kernel32.GetConsoleProcessList(processes, 64)]:
            if pid != os.getpid():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGTERM)

    def _write(self, records: list[_KeyRecord]) -> None:
        array = (_KeyRecord * len(records))(*records)
        if not _kernel32.WriteConsoleInputW(self._input, array, len(records), byref(_DWORD())):
            raise ctypes.WinError(ctypes.get_last_error())

    def _info(self) -> _ScreenBufferInfo:
        info = _ScreenBufferInfo()
        _kernel32.GetConsoleScreenBufferInfo(self._output, byref(info))
        return info

    def _modes(self, handle: wintypes.HANDLE) -> int:
        modes = _DWORD()
        _kernel32.GetConsoleMode(handle, byref(modes))
        return modes.value


def _record(down: int, code: int, char: int, held: int) -> _KeyRecord:
    return _KeyRecord(1, down, 1, code, _user32.MapVirtualKeyW(code, 0), char, held)


def _units(text: str) -> list[int]:
    return list(memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H"))


def _key_of(char: str) -> tuple[int, int]:
    """Return the virtual key that has a character, and what is held down for it."""
    scanned = _user32.VkKeyScanW(ctypes.c_wchar(char)) & 0xFFFF if ord(char) < 0x10000 else 0xFFFF
    if scanned == 0xFFFF:
        return _VK_PACKET, 0
    shifts = scanned >> 8
    alt_gr = _CTRL | _RIGHT_ALT if shifts & 6 == 6 else 0
    return scanned & 0xFF, alt_gr or (_SHIFT if shifts & 1 else 0) | (_CTRL if shifts & 2 else 0)


def _pressed(code: int, unit: int, held: int) -> list[_KeyRecord]:
    """Return the events of a key, between those of the keys that are held down for it."""
    keys = ((_SHIFT, _VK_SHIFT), (_CTRL | _RIGHT_CTRL, _VK_CONTROL), (_ALT | _RIGHT_ALT, _VK_MENU))
    modifiers = [key for bits, key in keys if held & bits]
    return [
        *(_record(True, key, 0, held) for key in modifiers),
        _record(True, code, unit, held),
        _record(False, code, unit, held),
        *(_record(False, key, 0, 0) for key in reversed(modifiers)),
    ]


def _pasted(char: str) -> list[_KeyRecord]:
    """Return the events of a pasted character, as microsoft/terminal's CharToKeyEvents makes them.

    A character that is neither on the keyboard nor a letter comes as if it were typed with Alt and the
    numeric keypad: the event in which Alt is released holds it.
    """
    code, held = (13, 0) if char == "\r" else _key_of(char)
    if code != _VK_PACKET:
        return _pressed(code, ord(char), held)
    if char.isalpha() or ord(char) > 0xFFFF or unicodedata.east_asian_width(char) in "WF":
        return _without_keys(char)
    digits = [_VK_NUMPAD0 + int(digit) for digit in str(ord(char) % 256)]
    return [
        _record(True, _VK_MENU, 0, _ALT),
        *(_record(down, digit, 0, _ALT) for digit in digits for down in (True, False)),
        _record(False, _VK_MENU, ord(char), 0),
    ]


def _without_keys(text: str) -> list[_KeyRecord]:
    return [record for unit in _units(text) for record in _pressed(0, unit, 0)]


def _sequence(code: int, char: str, held: int) -> str:
    """Return what Windows sends for a key to a program that wants escape sequences."""
    if code == 9 and held == _SHIFT:
        return "\x1b[Z"
    if code == 8:
        return "\b" if held == _CTRL else "\x7f"
    if char != "\0":
        return "\x1b" + char if held == _ALT else char
    plain = _SEQUENCES.get(code, "")
    alt, control = held & (_ALT | _RIGHT_ALT), held & (_CTRL | _RIGHT_CTRL)
    modifiers = 1 + bool(held & _SHIFT) + 2 * bool(alt) + 4 * bool(control)
    if not plain or modifiers == 1:
        return plain and "\x1b" + plain
    return f"\x1b{plain[:-1]};{modifiers}~" if plain[-1] == "~" else f"\x1b[1;{modifiers}{plain[-1]}"


def main() -> None:
    """Start again in a console of its own that has no window, and serve requests there."""
    stage, options, *arguments = sys.argv[1:]
    if stage == "start":
        command = [sys.executable, __file__, "serve", options, *arguments]
        streams: Any = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
        sys.exit(subprocess.call(command, **streams, creationflags=_CREATE_NO_WINDOW))
    driver = ConsoleDriver(json.loads(options), arguments)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        name, argument = json.loads(line)
        print(json.dumps(getattr(driver, name)(argument)), flush=True)
        if name == "close":
            return
    driver.close(None)


if __name__ == "__main__":
    main()
