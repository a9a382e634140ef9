"""Text made safe for a screen, where it shows and does nothing else, and for a shell."""

import re
import sys

_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ud800-\udfff]")


def visible(text: str, lines: bool = False) -> str:
    """Text that cannot style, ring, move the cursor or turn the line round: such characters show as
    their code. `lines`: its line breaks stay."""
    return "\n".join(visible(line) for line in text.split("\n")) if lines else _HIDDEN.sub(_code, text)


def shell_command(*words: str) -> str:
    """Return a command that this system's shell splits into these words."""
    if sys.platform == "win32":
        return windows_command(*words)
    import shlex

    return shlex.join(words)


def windows_command(*words: str) -> str:
    """Return a command that PowerShell and cmd.exe split into these words, or PowerShell alone if cmd.exe has
    no way to write them."""
    quoted = [_quote_for_windows(word) for word in words]
    # PowerShell runs a program whose name is in quotation marks only after &.
    return ("& " if quoted[0] != words[0] else "") + " ".join(quoted)


def _quote_for_windows(word: str) -> str:
    if re.fullmatch(r"[\w\\/.:-]+", word):
        return word
    # Each of these characters means something to PowerShell between double quotation marks.
    if re.search("[$`“”„]", word):
        return "'" + re.sub("['‘’‚‛]", r"\g<0>\g<0>", word) + "'"
    return f'"{word}"'


def _code(match: re.Match[str]) -> str:
    char = match.group()
    return " ↵ " if char == "\n" else f"<{ord(char):02X}>"
