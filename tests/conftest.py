"""What every test may use."""

import signal
import sys
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from dtm_mapper.catalogue import Catalogue
from programs import IN_WINE
from strategies import CATALOGUE

if sys.platform == "win32" and IN_WINE:
    import _winapi

    #: Wine 8 fails to start a process once in some thousand times, and starts it when asked again.
    _INTERNAL_ERROR = 1359
    _create_process = _winapi.CreateProcess

    def _create_process_again(*arguments: Any) -> Any:
        try:
            return _create_process(*arguments)
        except OSError as error:
            if error.winerror != _INTERNAL_ERROR:
                raise
            return _create_process(*arguments)

    _winapi.CreateProcess = _create_process_again

# Every run tries the same examples, so that no test depends on luck; the long profile looks for new ones.
# There is no deadline, because a test may be slow on a shared machine without anything being wrong.
settings.register_profile(
    "dtm-map", deadline=None, max_examples=40, print_blob=True, derandomize=True, database=None
)
settings.register_profile(
    "long",
    settings.get_profile("dtm-map"),
    max_examples=500,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
)
settings.load_profile("dtm-map")

# A shell that starts the tests in the background makes them ignore Ctrl-C, and nohup a closed window. Every
# program that they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case after its argument instead of its bytes.

    The bytes of an office document hold the time at which it was made. Versions of pytest that name a case
    after them find different tests in each of xdist's processes, and run none.
    """
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The program's own catalogue."""
    return CATALOGUE
