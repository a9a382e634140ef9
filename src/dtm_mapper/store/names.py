"""The names of the files that belong to a mapping."""

import os
import zlib
from pathlib import Path

#: What the names of second copies and last-resort copies have after the mapping's own.
SECOND_COPY, LAST_RESORT = "-second-copy", "-unsaved"


def free_path(folder: Path, stem: str, ending: str, suffix: str) -> Path:
    """A name in a folder that no file has yet. Raises OSError."""
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    names = (extended(stem, after=f"{ending}{number}{suffix}") for number in numbers)
    return next(path for name in names if not (path := folder / name).exists())


def extended(stem: str, before: str = "", after: str = "") -> str:
    """A name made longer. What would be too long for a file is cut, and a number tells it from its likes."""
    room = 255 - len(os.fsencode(before + after))
    name = os.fsencode(stem)
    if len(name) > room:
        stem = f"{name[: room - 9].decode('utf-8', 'ignore')}~{zlib.crc32(name):08x}"
    return f"{before}{stem}{after}"


def temporary_prefix(target: Path) -> str:
    """How the names of files begin that will be put in the place of `target`; eight characters and `.tmp`
    follow."""
    return extended(target.name, ".", ".????????.tmp").removesuffix("????????.tmp")
