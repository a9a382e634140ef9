"""How the keys of a Windows console are put together from the keys that prompt_toolkit reads."""

import sys
from ctypes import c_ulong
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.win32_types import INPUT_RECORD

from dtm_mapper.interview.windows_input import correct_event, may_continue, whole_keys

ALT_UP: dict[str, Any] = {"VirtualKeyCode": 18, "KeyDown": 0}
LEFT_ALT, LEFT_CTRL, RIGHT_ALT, SHIFT = 0x2, 0x8, 0x1, 0x10
PASTE, DOWN, ENTER = Keys.BracketedPaste, Keys.Down, Keys.ControlM


def keys_of(typed: str) -> list[KeyPress]:
    """Return the keys that prompt_toolkit reads together from these characters."""
    keys: list[KeyPress] = []
    Vt100Parser(keys.append).feed_and_flush(typed)
    return keys


def read(typed: str, clipboard: str = "") -> list[tuple[str, str]]:
    return [(key.key, key.data) for key in whole_keys(keys_of(typed), lambda: clipboard)]


def units(text: str) -> str:
    """Return a text as a Windows console delivers it, in units of UTF-16."""
    pairs = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "".join(map(chr, pairs))


@pytest.mark.parametrize(
    "typed", ["A\rB", "A\r\rB\r", "\rA", "A\r\nB", "•\tA\r•\tB\r", "- A\r+ B\r:quit\r", "A\r\tB", "é\r😀"]
)
def test_an_enter_with_text_behind_it_is_pasted(typed: str) -> None:
    assert read(typed) == [(PASTE, typed)]


@pytest.mark.parametrize("typed", ["A", "A\r", "A B\r\r", "\r", "\r\r", "A\tB\r", "\u2028\x85\r"])
def test_keys_without_text_behind_an_enter_are_typed(typed: str) -> None:
    assert read(typed) == [(key.key, key.data) for key in keys_of(typed)]


def test_a_paste_ends_at_another_key() -> None:
    assert read("A\rB\x1b[BC\r") == [(PASTE, "A\rB"), (DOWN, "\x1b[B"), ("C", "C"), (ENTER, "\r")]


def test_a_paste_in_brackets_stays_one() -> None:
    assert read(f"\x1b[200~A\r{units('😀')}\x1b[201~\r") == [(PASTE, "A\r😀"), (ENTER, "\r")]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_the_halves_of_a_character_are_one_key(text: str) -> None:
    assert read(units(text)) == [(char, char) for char in text]


def test_half_a_character_stays_half() -> None:
    assert read("\ude00A\ud83d\r") == [*((half, half) for half in ("\ude00", "A", "\ud83d")), (ENTER, "\r")]


@pytest.mark.parametrize("key", ["\x16", "\x1b[2;2~"])
def test_the_keys_of_the_clipboard_paste_it(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES

    monkeypatch.setitem(ANSI_SEQUENCES, "\x1b[2;2~", Keys.ShiftInsert)
    assert read(f"A{key}\r", "B\r\nC") == [("A", "A"), (PASTE, "B\r\nC"), (ENTER, "\r")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", False),
        ("A", False),
        ("\r", False),
        ("A\r", True),
        ("A\rB", False),
        ("\ud83d", True),
        ("😀", False),
    ],
)
def test_more_may_follow_an_enter_with_text_before_it_and_half_a_character(
    typed: str, expected: bool
) -> None:
    assert may_continue(keys_of(typed)) == expected


def event(char: str = "\0", **fields: Any) -> Any:
    record = INPUT_RECORD()
    record.EventType = 1
    made = record.Event.KeyEvent
    made.uChar.UnicodeChar = char
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def test_the_character_of_a_released_alt_is_pressed() -> None:
    changed = event("’", **ALT_UP)
    correct_event(changed)
    assert changed.KeyDown


def test_a_released_alt_without_a_character_stays_released() -> None:
    changed = event(**ALT_UP)
    correct_event(changed)
    assert not changed.KeyDown


@pytest.mark.parametrize(
    ("char", "held", "expected"),
    [
        ("#", LEFT_CTRL | LEFT_ALT, 0),
        ("#", LEFT_CTRL | LEFT_ALT | SHIFT, SHIFT),
        ("#", LEFT_CTRL | RIGHT_ALT, LEFT_CTRL | RIGHT_ALT),
        ("b", LEFT_ALT, LEFT_ALT),
        ("\x01", LEFT_CTRL | LEFT_ALT, LEFT_CTRL | LEFT_ALT),
        ("\0", LEFT_CTRL | LEFT_ALT, LEFT_CTRL | LEFT_ALT),
    ],
)
def test_ctrl_and_the_left_alt_are_alt_gr_for_a_sign(char: str, held: int, expected: int) -> None:
    changed = event(char, ControlKeyState=held)
    correct_event(changed)
    assert c_ulong(changed.ControlKeyState).value == expected


if sys.platform == "win32":
    from prompt_toolkit.input import win32

    @pytest.mark.parametrize("reader", [win32.Vt100ConsoleInputReader, win32.ConsoleInputReader])
    def test_an_input_has_the_private_parts_that_we_replace(reader: type) -> None:
        assert callable(vars(reader)["_get_keys"])
        assert callable(vars(reader)["read"])
        assert callable(vars(win32.Win32Input)["read_keys"])
