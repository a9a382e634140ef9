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
        import subprocess

        # cmd.exe does not know single quotes.
        return subprocess.list2cmdline(words)
    import shlex

    return shlex.join(words)


def _code(match: re.Match[str]) -> str:
    char = match.group()
    return " ↵ " if char == "\n" else f"<{ord(char):02X}>"
