"""Files that are written whole: at any instant a name has the old bytes or the new ones."""

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dtm_mapper.files import patiently
from dtm_mapper.store.names import temporary_prefix

if sys.platform == "win32":
    # It loads ctypes, which nothing else needs.
    from dtm_mapper import windows_files

_EFFECTIVE = os.access in os.supports_effective_ids


def write_whole(target: Path, content: bytes, like: Path | None = None) -> None:
    """Puts a file in place whole, with the mode of `like`, by default of the one that was there: at any
    instant the name holds the old bytes or the new ones. Raises OSError."""
    with new_file(target, content, like or target) as new:
        replace(new, target)


@contextlib.contextmanager
def new_file(target: Path, content: bytes, like: Path) -> Iterator[Path]:
    """A file beside `target`, with the mode of `like`, on the disk and compared; removed again where the
    block does not put it in place."""
    descriptor, name = tempfile.mkstemp(prefix=temporary_prefix(target), suffix=".tmp", dir=target.parent)
    new = Path(name)
    try:
        if sys.platform == "win32":
            windows_files.hide(new)
            windows_files.copy_access(like, new)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if patiently(new.read_bytes) != content:
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        _as_before(like, new)
        yield new
    except BaseException:
        with contextlib.suppress(OSError):
            patiently(new.unlink)
        raise


def replace(new: Path, target: Path) -> None:
    """Put a new file in the place of another one so that a power cut cannot undo it. Raise OSError."""
    if sys.platform == "win32":
        windows_files.hide(new, windows_files.hidden(target))
        patiently(lambda: windows_files.replace(new, target))
    else:
        new.replace(target)
        flush_folder(target.parent)


def flush_folder(path: Path) -> None:
    """fsync a folder so that a change of its names survives a power cut. Windows cannot do this."""
    if sys.platform != "win32":
        # Not every file system can flush a folder; the file itself is on the disk.
        with contextlib.suppress(OSError):
            folder = os.open(path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def is_protected(path: Path) -> bool:
    """Whether there is a file that may not be written to; root may always, and looks at its mode too."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not mode & 0o222 or not os.access(path, os.W_OK, effective_ids=_EFFECTIVE)


def _as_before(target: Path, new: Path) -> None:
    """Gives a new file the mode and the owner of another one, and lets its owner write to it."""
    try:
        old = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    except OSError:
        new.chmod(0o600)
        return
    new.chmod(stat.S_IMODE(old.st_mode) | stat.S_IWUSR)
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError):
            os.chown(new, old.st_uid, old.st_gid)
