"""Files that another program has open on Windows, and what Wine cannot show."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from programs import IN_WINE

#: What other programs may do with a file meanwhile: nothing, as while Excel saves; read, as while Word has it
#: open; read and write, as while a virus scanner looks at it.
NOTHING, READ, READ_AND_WRITE = 0, 1, 3
_READ_ACCESS, _OPEN_EXISTING = 0x80000000, 3

real_windows = pytest.mark.skipif(
    IN_WINE, reason="Wine keeps no access lists, and hides each file whose name begins with a dot"
)


@contextmanager
def open_elsewhere(path: Path, sharing: int) -> Iterator[None]:
    """Have a file open as another program has it. Raise OSError where it cannot be opened so."""
    if sys.platform != "win32":
        yield
    else:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.CreateFileW(str(path), _READ_ACCESS, sharing, None, _OPEN_EXISTING, 0, None)
        if handle == -1:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            yield
        finally:
            kernel.CloseHandle(handle)
