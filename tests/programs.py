"""Programs that some tests need, which are no part of Python."""

import os
import shutil

import pytest


def need(program: str) -> str:
    """The path of a program. Skips the test where it is not installed; fails it where all must be there."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} is not installed"
        if "DTM_MAP_ALL_TOOLS" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    return path
