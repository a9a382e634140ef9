"""What every test may use."""

import signal

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from dtm_mapper.catalogue import Catalogue
from strategies import CATALOGUE

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

# A shell that starts the tests in the background makes them ignore Ctrl-C, and every program that they start
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The program's own catalogue."""
    return CATALOGUE
