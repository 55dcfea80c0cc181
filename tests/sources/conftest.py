"""Sources that are closed at the end of a test."""

import pytest

from support.local_images import Opener


@pytest.fixture
def opened():
    opener = Opener()
    yield opener
    opener.close()
