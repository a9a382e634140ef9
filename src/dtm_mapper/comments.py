"""The comments of a mapping's file. A save keeps those above the first key, and loses the others."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import yaml

from dtm_mapper.files import line_number
from dtm_mapper.i18n import _
from dtm_mapper.screen import shell_command
from dtm_mapper.yamlfile import events

_COMMENT = re.compile(r"(?:^|(?<=[ \t\n\r]))#")
#: A warning names this many lines.
_NAMED = 5


def new_head(name: str) -> str:
    """Return the comment at the top of a new file. It is in English, because the file does not depend on the
    language in use."""
    # A line break in the file's name would end the comment.
    command = shell_command("dtm-map", "edit", name if name.isprintable() else "FILE")
    return f"# This file is a mapping of data users, made with dtm-map.\n# To continue it, run: {command}\n"


def find_head(source: bytes) -> bytes:
    """Return everything above the first key: comments, blank lines, `---`. Empty if there is no key."""
    text = source.decode("utf-8-sig", "replace")
    before = text[: _first_key(text)].rstrip(" \t")
    if before and before[-1] not in "\r\n":
        before += "\n"
    mark = b"\xef\xbb\xbf" if source.startswith(b"\xef\xbb\xbf") else b""
    return mark + before.encode("utf-8")


def lost_comments(source: bytes) -> list[int]:
    """List the lines with a comment below the first key. After a mistake in the YAML, some of them may not
    be comments."""
    if b"#" not in source:
        return []
    text = source.decode("utf-8-sig", "replace")
    lines: list[int] = []
    line, counted, after = 1, 0, _first_key(text)
    scalars = ((start, end) for kind, start, end in _spans(text) if kind is yaml.ScalarEvent)
    for start, end in (*scalars, (len(text), len(text))):
        for match in _COMMENT.finditer(text, after, start):
            line += line_number(text, match.start(), counted) - 1
            counted = match.start()
            if lines[-1:] != [line]:
                lines.append(line)
        after = max(after, end)
    return lines


def _first_key(text: str) -> int:
    return next((start for kind, start, _end in _spans(text) if kind is yaml.MappingStartEvent), 0)


def lost_comments_warning(path: Path, source: bytes, backups: Path) -> str:
    """Say which comments of a file a save will lose; '' if it keeps all."""
    lines = lost_comments(source)
    if not lines:
        return ""
    what = _(
        "{file} has comments (line {lines}). They are not kept when it is saved; "
        "the file with its comments will be in {folder}"
    )
    numbers = ", ".join(str(number) for number in lines[:_NAMED])
    return what.format(file=path, lines=numbers, folder=backups)


def _spans(text: str) -> Iterator[tuple[type, int, int]]:
    """Yield the kind, the start and the end of each event, up to the first mistake in the YAML."""
    with suppress(yaml.YAMLError):
        next_event = events(text)
        while (kind := type(event := next_event())) is not yaml.StreamEndEvent:
            yield kind, event.start_mark.index, event.end_mark.index
