import httpx
import pytest

from layerscope.errors import NotFound, RegistryError
from layerscope.oci import Descriptor, Digest, Reference
from layerscope.oci.media_types import DOCKER_FOREIGN_LAYER_GZIP
from layerscope.registry.api.foreign import MAX_URLS, open_foreign
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import RegistryClient
from layerscope.registry.hosts.hosts import Hosts
from support.fake_registry import Reply
from support.impatient import ImpatientTransport

BLOB = b"foreign bytes"


class Alice:
    def find(self, _domain, _repository):
        return Credential("alice", "canary")


def reply(status=200, body=b"", **headers):
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


class Web:
    """The network beyond the registry: an answer for each address, and the requests."""

    def __init__(self, **answers):
        self.answers = answers
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        return self.answers.get(request.url.host.partition(".")[0], reply(404))


def descriptor(*urls):
    return Descriptor(DOCKER_FOREIGN_LAYER_GZIP, Digest.of(BLOB), len(BLOB), urls=urls)


def fetch(web, *urls):
    transport = ImpatientTransport(http=httpx.MockTransport(web))
    with (
        RegistryClient(credentials=Alice(), transport=transport) as client,
        open_foreign(client, descriptor(*urls)) as chunks,
    ):
        return b"".join(chunks)


def found():
    return reply(body=BLOB)


def test_a_foreign_layer_comes_from_its_address_without_credentials():
    web = Web(store=found())
    assert fetch(web, "https://store.example/layer") == BLOB
    assert "authorization" not in web.requests[0].headers


def test_the_next_address_is_tried_if_one_fails():
    web = Web(good=found())
    assert fetch(web, "http://store.example/layer", "https://bad.example/layer", "https://good.example/layer") == BLOB
    assert [request.url.host for request in web.requests] == ["bad.example", "good.example"]


@pytest.mark.parametrize(
    "url",
    ["http://store.example/x", "https://169.254.169.254/x", "file:///etc/passwd", "https://localhost/x", "https://127.0.0.1/",
     "https://[::1]/", "https://2130706433/", "https://10.0.0.1:8443/", "https://user:pw@store.example/", "", "ftp://x/"],
)  # fmt: skip
def test_other_schemes_and_private_addresses_are_never_asked(url):
    web = Web()
    with pytest.raises(RegistryError, match="URL of a foreign layer"):
        fetch(web, url)
    assert web.requests == []


def test_a_redirect_to_a_private_address_is_refused():
    web = Web(store=reply(302, location="https://10.0.0.1/x"))
    with pytest.raises(RegistryError, match="private"):
        fetch(web, "https://store.example/layer")
    assert len(web.requests) == 1


def test_a_login_is_an_error_and_not_answered():
    web = Web(store=reply(401, **{"WWW-Authenticate": 'Basic realm="x"'}))
    with pytest.raises(RegistryError, match="requires a login"):
        fetch(web, "https://store.example/layer")
    assert len(web.requests) == 1


def test_a_layer_without_addresses_is_not_found():
    with pytest.raises(NotFound, match="no URL"):
        fetch(Web())


def test_addresses_are_not_tried_without_end():
    web = Web()
    with pytest.raises(NotFound):
        fetch(web, *[f"https://s{number}.example/" for number in range(1000)])
    assert len(web.requests) == MAX_URLS


def test_a_registry_source_asks_only_the_registry_by_default(fake_registry, client):
    wanted = descriptor("https://store.example/layer")
    source = RegistryStore(fake_registry.reference(), client)
    with pytest.raises(NotFound, match="foreign layer") as error, source.open(wanted):
        pass
    assert "--foreign-layers" in error.value.hint


def test_a_foreign_layer_that_the_registry_holds_comes_from_there(fake_registry, client):
    fake_registry.on("GET", f"/v2/app/blobs/{Digest.of(BLOB)}", Reply(body=BLOB))
    with RegistryStore(fake_registry.reference(), client).open(descriptor("https://store.example/")) as chunks:
        assert b"".join(chunks) == BLOB


def test_a_source_gets_foreign_layers_if_asked():
    web = Web(store=found())
    client = RegistryClient(Hosts(), transport=ImpatientTransport(http=httpx.MockTransport(web)))
    source = RegistryStore(Reference.parse("reg.example/app"), client, foreign_layers=True)
    with source.open(descriptor("https://store.example/layer")) as chunks:
        assert b"".join(chunks) == BLOB
    assert [request.url.host for request in web.requests] == ["reg.example", "store.example"]


def test_a_blob_that_is_not_foreign_is_never_looked_for_elsewhere(fake_registry, client):
    wanted = Descriptor("application/x", Digest.of(BLOB), len(BLOB), urls=("https://store.example/layer",))
    source = RegistryStore(fake_registry.reference(), client, foreign_layers=True)
    with pytest.raises(NotFound, match="does not have the blob"), source.open(wanted):
        pass
