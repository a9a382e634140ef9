"""What every test may use."""

import pytest
from hypothesis import settings

from dtm_mapper.catalogue import Catalogue
from strategies import CATALOGUE

# No deadline: the machines that run this are shared, and a slow one has found no mistake.
settings.register_profile("dtm-map", deadline=None, max_examples=40, print_blob=True)
settings.register_profile("long", settings.get_profile("dtm-map"), max_examples=500)
settings.load_profile("dtm-map")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The program's own catalogue."""
    return CATALOGUE
