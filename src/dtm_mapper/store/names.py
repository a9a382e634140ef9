"""The names that files can have here, and those of the files that belong to a mapping."""

import os
import re
import sys
import zlib
from pathlib import Path

from dtm_mapper.errors import Unusable
from dtm_mapper.i18n import _, ngettext

#: What the names of second copies and last-resort copies have after the mapping's own.
SECOND_COPY, LAST_RESORT = "-second-copy", "-unsaved"
#: The same in names with numbers. A second copy may have last-resort copies, too.
OWN_COPY = re.compile(rf"({SECOND_COPY}(-\d+)?)?({LAST_RESORT}(-\d+)?)?")
#: What no name may contain on Windows. A colon would name a hidden part of another file.
_FORBIDDEN = re.compile(r"[<>:\"/\\|?*\0-\x1f]")
_PORTS = (f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *_PORTS}
#: Windows opens no file whose path is longer, unless somebody has set that it does.
_WINDOWS_LIMIT = 259


def refuse_name(path: Path) -> None:
    """Raise Unusable if this system can have no file of this name."""
    if sys.platform == "win32":
        if character := _FORBIDDEN.search(path.name):
            what = _("a file name cannot contain “{character}” on Windows").format(character=character[0])
        elif path.name.partition(".")[0].rstrip().upper() in _DEVICES or _length(path.name) > 255:
            what = _("Windows does not allow this file name")
        else:
            return
        raise Unusable(str(path), what, _("Name another file."))


def refuse_new_name(path: Path) -> None:
    """Raise Unusable if there should be no new file of this name, because Windows would change it."""
    refuse_name(path)
    if path.name != (name := without_last_dots(path.name)):
        what = _("a file name must not end with a dot, a space or a backslash")
        mend = _("Name it {name} instead.") if name else _("Name another file.")
        raise Unusable(str(path), what, mend.format(name=name))


def refuse_long_path(path: Path, longest: Path) -> None:
    """Raise Unusable if a file cannot be kept at `path`, because the path of a file that belongs to it,
    `longest`, would be too long here."""
    excess = _length(os.path.abspath(longest)) - _limit(longest)  # noqa: PTH100 (which keeps a symbolic link)
    if excess > 0:
        what = _(
            "the path is too long, because temporary files and backups beside the file have longer names"
        )
        mend = ngettext(
            "Shorten the names of the file and its folders by {count} character, or use another folder.",
            "Shorten the names of the file and its folders by {count} characters, or use another folder.",
            excess,
        )
        raise Unusable(str(path), what, mend.format(count=excess))


def _length(text: str) -> int:
    """Return the length of a name or a path as the system counts it."""
    if sys.platform == "win32":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(os.fsencode(text))


def _limit(path: Path) -> int:
    if sys.platform == "win32":
        from dtm_mapper.windows_files import has_long_paths

        return 32_000 if has_long_paths() or str(path).startswith("\\\\?\\") else _WINDOWS_LIMIT
    return os.pathconf("/", "PC_PATH_MAX") - 1


def without_last_dots(name: str) -> str:
    """Return a name without what Windows leaves out at its end, or other systems take for a part of it."""
    return name.rstrip(". \\")


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


def temporary_path(target: Path) -> Path:
    """Return a pattern of the paths of these files."""
    return target.with_name(f"{temporary_prefix(target)}????????.tmp")
