"""Sources that are closed when a test is over."""

import pytest

from support.local_images import Opener


@pytest.fixture
def opened():
    opener = Opener()
    yield opener
    opener.close()
