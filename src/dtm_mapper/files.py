"""Files from anywhere: typed paths, and contents that are read within bounds."""

import os.path
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _

#: How large a mapping or a catalogue may be.
MAX_BYTES = 8 * 1024 * 1024
T = TypeVar("T")


def typed_path(text: str) -> Path:
    """Return a typed path, with `~` or `~user` at its beginning expanded if there is such a user. Raise
    Unusable for a folder that does not exist: Path("folder/") would name a file."""
    # Windows does not look whether there is such a user.
    is_name = sys.platform == "win32" and text[:1] == "~" and text[1:2] not in ("", "/", "\\")
    # Path("./~x").expanduser() would expand a name in this folder, too.
    path = Path(text if is_name else os.path.expanduser(text))  # noqa: PTH111
    if text.endswith((os.sep, os.altsep or os.sep)) and not os.path.exists(path):  # noqa: PTH110
        what = _("the folder “{folder}” does not exist").format(folder=path)
        raise Unusable(text, what, _("Check its name, or create the folder first."))
    return path


def describe_emptiness(source: bytes) -> str:
    """Say that a file is empty; '' if it is not."""
    if source.removeprefix(b"\xef\xbb\xbf").strip(b"\0 \t\r\n"):
        return ""
    if b"\0" in source:
        return _("the file contains only zero bytes, as after a power cut")
    return _("the file is empty")


def line_number(text: str, index: int, start: int = 0) -> int:
    """Count lines from 1 at `start`, as editors do (libyaml counts U+0085 and U+2028, too)."""
    breaks = text.count("\n", start, index) + text.count("\r", start, index)
    return breaks - text.count("\r\n", start, index) + 1


def source_of(path: Path, most: int = MAX_BYTES, smaller: str = "") -> bytes:
    """The bytes of a file that has at most `most` of them, or one more where it grew meanwhile. `smaller` is
    how to make it so. Raises OSError, or Unusable where it is no such file."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise Unusable(str(path), _("this is a folder, not a file"), _("Name a file in it."))
    if not stat.S_ISREG(found.st_mode):
        # Only to open a pipe or a device may take for ever, or do something.
        raise Unusable(str(path), _("this is not a regular file"), _("Save it as a file first."))
    if found.st_size > most:
        what = _("the file is larger than {size} MB").format(size=most >> 20)
        raise Unusable(str(path), what, smaller or _("It is no file of this program."))
    with patiently(lambda: path.open("rb")) as file:
        return file.read(most + 1)


def patiently(action: Callable[[], T]) -> T:
    """Try again for half a second on Windows, where a virus scanner, an index or a cloud service may have the
    file open for some milliseconds. Raise OSError."""
    end = time.monotonic() + 0.5
    while True:
        try:
            return action()
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > end:
                raise
            time.sleep(0.01)


def hint_if_open(path: Path, otherwise: str = "") -> str:
    """Say how to mend that a file cannot be read or written: `otherwise`, unless a program has it open, which
    matters on Windows alone."""
    if sys.platform == "win32":
        from dtm_mapper.windows_files import is_open

        if is_open(path):
            return _("It is open in another program, such as Word or Excel: close it there and try again.")
    return otherwise
