"""The sign by which dtm-map recognises a mapping that it wrote to be handed on."""

import re

from dtm_mapper.format_line import WINDOW

_SIGN = re.compile(rb"^# dtm-map shared ([0-9a-f]{64})\r?\n", re.MULTILINE)
#: The sign and the lines above it have to be within WINDOW.
_LINE = 400


def with_sign(text: str, about: list[str]) -> bytes:
    """Return a mapping's text below a comment with the lines of `about` and the sign."""
    comment = "".join(f"# {_one_line(line)}\n" for line in about)
    sign = f"# dtm-map shared {digest((comment + text).encode())}\n"
    return f"{comment}{sign}{text}".encode()


def _one_line(text: str) -> str:
    """Replace everything that would end a comment, because a reader of YAML sees a line break there."""
    return "".join(character if character.isprintable() else " " for character in text)[:_LINE]


def has_sign(source: bytes) -> bool:
    """Return whether a file was once written to be handed on. Its beginning is enough."""
    return _SIGN.search(source[:WINDOW]) is not None


def is_shared(source: bytes) -> bool:
    """Return whether a mapping is still as it was written to be handed on.

    Once somebody edits or continues it, it is a mapping like any other.
    """
    # A mail program or a copy over a network may have changed the line breaks alone.
    source = source.replace(b"\r\n", b"\n")
    sign = _SIGN.search(source, 0, WINDOW)
    if sign is None:
        return False
    rest = source[: sign.start()] + source[sign.end() :]
    return digest(rest).encode() == sign[1]


def without_sign(head: bytes) -> bytes:
    """Remove the sign from the comments at the top of a file."""
    return _SIGN.sub(b"", head)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    # Imported only here, because few mappings have a sign.
    import hashlib

    return hashlib.sha256(content).hexdigest()
