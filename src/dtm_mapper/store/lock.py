"""Locks a mapping against a second session."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dtm_mapper.errors import OpenElsewhere, Unusable
from dtm_mapper.files import hint_if_open, patiently
from dtm_mapper.i18n import _
from dtm_mapper.store.names import extended

if sys.platform == "win32":
    import msvcrt

    from dtm_mapper.windows_files import hide
else:
    import fcntl


@contextlib.contextmanager
def locked(target: Path, path: Path, holder: str) -> Iterator[bool]:
    """Keep other sessions out of the mapping at `target`, which the operator named `path`. `holder` is what
    they are told.

    Yield False if the file system cannot lock. Raise OpenElsewhere, or Unusable if the folder cannot be
    written to.
    """
    lock = target.with_name(extended(target.name, ".", ".lock"))
    try:
        descriptor = _acquire(lock, path)
    except OSError as error:
        if in_use := hint_if_open(lock):
            raise Unusable(str(lock), _("the lock file of this mapping is in use"), in_use) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = _("the folder cannot be written to ({why})").format(why=error.strerror)
            raise Unusable(str(path), what, _("Name a file in another folder.")) from None
        yield False
        return
    try:
        # Without these words, on a full disk, others are told less; the lock holds all the same.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, holder.encode("utf-8", "replace"))
        yield True
    finally:
        # Windows removes no file that is open; elsewhere it must go while it is still held.
        if sys.platform == "win32":
            os.close(descriptor)
        with contextlib.suppress(OSError):
            patiently(lock.unlink)
        if sys.platform != "win32":
            os.close(descriptor)


def _acquire(lock: Path, path: Path) -> int:
    while True:
        descriptor = patiently(lambda: _open(lock))
        try:
            if sys.platform == "win32":
                hide(lock)
            taken = _try_lock(descriptor)
            # Whoever held it may have removed the file between the two calls.
            if taken and _is(descriptor, lock):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        holder = os.read(descriptor, 500).decode("utf-8", "replace")
        os.close(descriptor)
        if not taken:
            what = _("this mapping is open elsewhere: {holder}").format(holder=holder or "?")
            raise OpenElsewhere(str(path), what, _("Leave it there first, then try again."))


def _open(lock: Path) -> int:
    try:
        # Through a link that came with a folder, another file would be emptied.
        return os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except PermissionError:
        # Left behind by another user, as a file that only may be read; that is enough to lock.
        if not lock.exists():
            raise
        return os.open(lock, os.O_RDONLY)


def _is(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:
        # Far behind the text, which others must be able to read while the lock is held.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
