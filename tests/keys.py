"""Keys of a keyboard, as a Linux terminal and as a Windows console deliver them."""

from typing import NamedTuple

#: What is held down with a key, in the bits of a Windows console. AltGr is the right Alt with the left Ctrl.
SHIFT, CTRL, ALT, ALT_GR = 0x10, 0x08, 0x02, 0x09
#: The virtual key of a character that is on no key.
PACKET = 0xE7


class Key(NamedTuple):
    """A key that is pressed and released."""

    code: int
    """The virtual key code of Windows."""
    char: str = "\0"
    held: int = 0
    sequence: str = ""
    """What a Linux terminal sends for it."""


ENTER, TAB, ESCAPE = Key(13, "\r", 0, "\r"), Key(9, "\t", 0, "\t"), Key(27, "\x1b", 0, "\x1b")
BACKSPACE, DELETE, INSERT = Key(8, "\b", 0, "\x7f"), Key(46, sequence="\x1b[3~"), Key(45, sequence="\x1b[2~")
LEFT, UP, RIGHT, DOWN = (Key(37 + at, sequence=f"\x1b[{letter}") for at, letter in enumerate("DACB"))
HOME, END, F1 = Key(36, sequence="\x1b[H"), Key(35, sequence="\x1b[F"), Key(112, sequence="\x1bOP")
ALT_B, F2 = Key(66, "b", ALT, "\x1bb"), Key(113, sequence="\x1bOQ")
CTRL_LEFT, CTRL_RIGHT = Key(37, held=CTRL, sequence="\x1b[1;5D"), Key(39, held=CTRL, sequence="\x1b[1;5C")
SHIFT_END = Key(35, held=SHIFT, sequence="\x1b[1;2F")
SHIFT_TAB, SHIFT_INSERT = Key(9, "\t", SHIFT, "\x1b[Z"), Key(45, held=SHIFT, sequence="\x1b[2;2~")


def ctrl(letter: str) -> Key:
    """Return Ctrl with a letter."""
    char = chr(ord(letter.upper()) - 64)
    return Key(ord(letter.upper()), char, CTRL, char)


def alt_gr(char: str) -> Key:
    """Return a character of the third level, as French and Spanish keyboards send it."""
    return Key(0x32, char, ALT_GR, char)


def text_of(*keys: Key | str) -> str:
    """Return what a Linux terminal sends for these keys; a text is its characters."""
    return "".join(key if isinstance(key, str) else key.sequence for key in keys)
