"""Puts together the keys of a Windows console, from whose events prompt_toolkit makes one key each.

This module can go when all of these are solved:

- Several pasted lines come as lines that were typed. Windows 10 never got the brackets of
  microsoft/terminal#15155, and prompt_toolkit's Vt100ConsoleInputReader does not look for pastes. Its
  ConsoleInputReader does, but takes a line that was typed ahead for one.
- A pasted sign that is on no key comes with the event that releases Alt (prompt_toolkit#1405).
- A character beyond U+FFFF comes as two keys (prompt_toolkit#1978).
- Ctrl-V and Shift-Insert paste nothing while a program reads keys in raw mode (microsoft/WSL#2104).
- Ctrl with the left Alt is AltGr, but prompt_toolkit's ConsoleInputReader takes it for Escape.
"""

import ctypes
import re
import sys
import time
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from prompt_toolkit.input import Input
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

_KEY_EVENT, _VK_MENU = 1, 18
_LEFT_CTRL_AND_ALT = 0x8 | 0x2
_CF_UNICODETEXT = 13
_TEXT_KEYS = (Keys.ControlM, Keys.ControlJ, Keys.ControlI)
#: How many milliseconds to wait for the rest of something that may be incomplete.
_PATIENCE = 20


def correct_event(event: Any) -> None:
    """Change an event (KEY_EVENT_RECORD) so that prompt_toolkit makes the right key from it."""
    char = event.uChar.UnicodeChar
    if event.VirtualKeyCode == _VK_MENU and char != "\0":
        event.KeyDown = True
    if event.ControlKeyState & _LEFT_CTRL_AND_ALT == _LEFT_CTRL_AND_ALT and char >= " ":
        event.ControlKeyState &= ~_LEFT_CTRL_AND_ALT


def may_continue(keys: list[KeyPress]) -> bool:
    """Return whether more may belong to the last of these keys, which were read together."""
    return bool(keys) and (_is_high(keys[-1].key) or (len(keys) > 1 and keys[-1].key == Keys.ControlM))


def whole_keys(keys: Iterable[KeyPress], clipboard: Callable[[], str]) -> list[KeyPress]:
    """Return the keys that were meant by keys that were read together."""
    joined: list[KeyPress] = []
    for key in keys:
        if key.key in (Keys.ControlV, Keys.ShiftInsert):
            key = KeyPress(Keys.BracketedPaste, clipboard())
        elif joined and _is_high(joined[-1].key) and "\udc00" <= key.key <= "\udfff":
            char = _join(joined.pop().data + key.data)
            key = KeyPress(char, char)
        joined.append(KeyPress(key.key, _join(key.data)))
    whole: list[KeyPress] = []
    for is_text, group in groupby(joined, lambda key: key.key in _TEXT_KEYS or not isinstance(key.key, Keys)):
        run = list(group)
        text = "".join(key.data for key in run)
        # A typed Enter ends what is read together. After a pasted one, there is text.
        pasted = is_text and re.search("[\r\n][^\r\n]", text)
        whole += [KeyPress(Keys.BracketedPaste, text)] if pasted else run
    return whole


def _is_high(key: str) -> bool:
    """Return whether a key is the first half of a character beyond U+FFFF."""
    return "\ud800" <= key <= "\udbff"


def _join(text: str) -> str:
    """Return a text in which the two halves of a character are one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


if sys.platform == "win32":
    from prompt_toolkit.eventloop.win32 import wait_for_handles
    from prompt_toolkit.input.win32 import Win32Input

    def read_whole_input(source: Input) -> None:
        """Change the keys that an input reads, if it is a console."""
        if not isinstance(source, Win32Input):
            return
        reader: Any = source.console_input_reader
        reader.recognize_paste = False
        keys_of_records = reader._get_keys
        ANSI_SEQUENCES["\x1b[2;2~"] = Keys.ShiftInsert

        def get_keys(count: Any, records: Any) -> Any:
            for record in records[: count.value]:
                if record.EventType == _KEY_EVENT:
                    correct_event(record.Event.KeyEvent)
            return keys_of_records(count, records)

        def read_keys() -> list[KeyPress]:
            keys: list[KeyPress] = list(reader.read())
            # One read takes at most 2048 events, and a paste may be longer.
            while wait_for_handles([reader.handle], timeout=_PATIENCE if may_continue(keys) else 0):
                keys += reader.read()
            return whole_keys(keys, _clipboard)

        reader._get_keys = get_keys
        source.read_keys = read_keys  # type: ignore[method-assign]

    def _clipboard() -> str:
        """Return the text on the clipboard; "" if there is none."""
        user32, kernel32 = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
        user32.GetClipboardData.restype = kernel32.GlobalLock.restype = ctypes.c_void_p
        kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = (ctypes.c_void_p,)
        # Another program may have it for a moment.
        for _attempt in range(20):
            if user32.OpenClipboard(None):
                break
            time.sleep(0.01)
        else:
            return ""
        try:
            memory = user32.GetClipboardData(_CF_UNICODETEXT)
            address = kernel32.GlobalLock(memory)
            if not address:
                return ""
            text = ctypes.wstring_at(address)
            kernel32.GlobalUnlock(memory)
            return text
        finally:
            user32.CloseClipboard()
