"""Standard input, output and error, which may be closed, full, or without a reader."""

import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

#: How the system says that the reader of a pipe has ended. Windows says EINVAL.
_NO_READER = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)


class OutputFailed(Exception):
    """Standard output cannot be written, for example because the disk is full."""


class ReaderLeft(Exception):
    """The program that reads standard output has ended, as `head` does early. This is not an error."""


class _Raw(io.RawIOBase):
    """The lowest layer of a stream. It fails at most once.

    The first failure is kept in `failure`. Everything that is written later is dropped, so that the rest of a
    buffer cannot fail again when Python ends.
    """

    def __init__(self, stream: io.TextIOWrapper, silent: bool) -> None:
        """`silent`: do not raise the failure, because there is no other place to report it."""
        # Python closes a stream that nothing refers to.
        self._stream = stream
        # With PYTHONUNBUFFERED, there is no buffer, and Python does not notice if only a part is written.
        self._raw = cast(io.RawIOBase, getattr(stream.buffer, "raw", stream.buffer))
        self._silent = silent
        self.failure: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int | None:
        if self.failure is None:
            try:
                return self._raw.write(data)
            except OSError as error:
                self.failure = error
                if not self._silent:
                    raise (ReaderLeft if error.errno in _NO_READER else OutputFailed) from error
        return len(memoryview(data))

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()


def guard_streams() -> None:
    """Prepare the standard streams. A failure of standard output raises OutputFailed or ReaderLeft, wherever
    it is written; standard error never fails; a closed stream is empty, or takes everything."""
    # Python sets a closed stream to None.
    sys.stdin = sys.stdin or _open_null("r")
    sys.stdout = _guarded(sys.stdout or _open_null("w"), silent=False)
    sys.stderr = _guarded(sys.stderr or _open_null("w"), silent=True)


def is_terminal(stream: TextIO) -> bool:
    """Return whether a stream is a terminal. On Windows, the null device claims to be one."""
    if sys.platform != "win32" or not stream.isatty():
        return stream.isatty()
    import ctypes
    import msvcrt

    handle = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
    return bool(ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(ctypes.c_ulong())))


def _open_null(mode: str) -> TextIO:
    return cast(TextIO, Path(os.devnull).open(mode, encoding="utf-8"))


def _guarded(stream: TextIO, silent: bool) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Raw(stream, silent)),
        # A file or a pipe on Windows would have another encoding on every computer.
        encoding=stream.encoding if stream.isatty() or sys.platform != "win32" else "utf-8",
        # A terminal or a file that cannot show a character must not end the program.
        errors="backslashreplace",
        line_buffering=stream.line_buffering or stream.write_through,
    )


def output_failure() -> OSError | None:
    """Return why standard output could not be written; None if it could, or if only its reader left."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Raw) else None
    return None if failure is None or failure.errno in _NO_READER else failure
