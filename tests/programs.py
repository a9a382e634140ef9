"""Programs that some tests need, which are no part of Python."""

import ctypes
import os
import shutil
import sys

import pytest

#: Wine has no access lists, no hidden files, no PowerShell, no Ctrl-Break and no paths that are too long.
IN_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def need(program: str) -> str:
    """The path of a program. Skips the test where it is not installed; fails it where all must be there."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} is not installed"
        if "DTM_MAP_ALL_TOOLS" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    return path
