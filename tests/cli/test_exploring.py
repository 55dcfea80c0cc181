"""How the explorer uses the login of the command line."""

import pytest

from layerscope.cli.connection import Connection
from layerscope.cli.exploring import _connect, _open
from layerscope.cli.image_request import ImageRequest
from layerscope.errors import UsageError
from layerscope.registry.http.events import ignore


@pytest.mark.parametrize("named", ["localhost:5000/app", "localhost:5000", ""])
def test_a_login_is_never_sent_to_a_registry_that_the_user_goes_to_later(named):
    request = ImageRequest(named, connection=Connection(username="me", password="secret"))
    with pytest.raises(UsageError, match="one registry"):
        _connect(request, "other.example", ignore)
    with pytest.raises(UsageError, match="one registry"):
        _open(request, "other.example/app", ignore)


def test_without_a_login_the_user_can_go_to_any_registry():
    with _connect(ImageRequest("localhost:5000/app"), "other.example", ignore) as client:
        assert client is not None
