import pytest

from layerscope.errors import NotFound, UsageError, VerificationError
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.blobs import fetch_blob
from layerscope.registry.client import RegistryClient
from layerscope.registry.hosts import HostOptions, Hosts
from layerscope.registry.manifests import fetch_manifest
from layerscope.registry.rules import Mirror, RegistryRule
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image
from support.impatient import ImpatientTransport

IMAGE = build_image()


@pytest.fixture
def mirror():
    with FakeRegistry() as registry:
        yield registry


class Keeper:
    """A login for one registry."""

    def __init__(self, domain):
        self.domain = domain

    def find(self, domain, _repository):
        return Credential("alice", "canary") if domain == self.domain else None


@pytest.fixture
def mirrored(fake_registry, mirror):
    rule = RegistryRule(fake_registry.host, fake_registry.host, mirrors=(Mirror(f"{mirror.host}/cache"),))
    hosts = Hosts(HostOptions(rules=(rule,)))
    with RegistryClient(hosts, Keeper(fake_registry.host), transport=ImpatientTransport()) as client:
        yield client


def test_r14_a_mirror_is_asked_first_and_told_for_whom(fake_registry, mirror, mirrored):
    mirror.serve(IMAGE, "cache/app")
    fetched = fetch_manifest(mirrored, fake_registry.reference())
    config = fetched.document.config
    assert fetch_blob(mirrored, fake_registry.reference(), config) == IMAGE.config_bytes
    assert mirror.paths() == [
        f"/v2/cache/app/manifests/latest?ns={fake_registry.host}",
        f"/v2/cache/app/blobs/{config.digest}?ns={fake_registry.host}",
    ]
    assert fake_registry.requests == []


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(429), Reply(401), Reply(307)])
def test_r14_a_mirror_that_fails_is_passed_over_at_once(fake_registry, mirror, mirrored, reply):
    mirror.on("GET", "/v2/cache/app/manifests/latest", reply)
    fake_registry.serve(IMAGE)
    assert fetch_manifest(mirrored, fake_registry.reference()).data == IMAGE.manifest_bytes
    assert len(mirror.requests) == 1
    assert fake_registry.paths() == ["/v2/app/manifests/latest"]
    assert mirrored.transport.pauses == []


def test_r14_a_mirror_that_cannot_be_reached_is_not_asked_again(fake_registry, mirror, mirrored):
    def hang_up(_request):
        raise ConnectionError

    mirror.on("GET", "/v2/cache/app/manifests/latest", hang_up)
    fake_registry.serve(IMAGE)
    for _ in range(3):
        fetch_manifest(mirrored, fake_registry.reference())
    assert len(mirror.requests) == 1


def test_r14_the_credentials_of_the_origin_are_not_sent_to_a_mirror(fake_registry, mirror, mirrored):
    challenge = {"WWW-Authenticate": 'Basic realm="x"'}
    mirror.on("GET", "/v2/cache/app/manifests/latest", Reply(401, headers=challenge))
    good = Reply(body=IMAGE.manifest_bytes)
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(401, headers=challenge), good)
    fetch_manifest(mirrored, fake_registry.reference())
    assert [request.headers.get("authorization") for request in mirror.requests] == [None]
    assert fake_registry.requests[1].headers["authorization"].startswith("Basic ")


def test_what_is_asked_of_the_registry_itself_does_not_go_to_a_mirror(fake_registry, mirror, mirrored):
    mirror.serve(IMAGE, "cache/app")
    with pytest.raises(NotFound):
        fetch_manifest(mirrored, fake_registry.reference(), mirrors=False)
    assert mirror.requests == []


def test_a_mirror_is_verified_as_any_registry(fake_registry, mirror, mirrored):
    mirror.on("GET", f"/v2/cache/app/manifests/{IMAGE.digest}", Reply(body=b"{}"))
    with pytest.raises(VerificationError):
        fetch_manifest(mirrored, fake_registry.reference(f"app@{IMAGE.digest}"))


def test_an_image_that_lies_elsewhere_is_read_from_there(fake_registry):
    rule = RegistryRule("example.com/foo", f"{fake_registry.host}/bar")
    fake_registry.serve(IMAGE, "bar/app")
    from layerscope.oci.reference import Reference

    with RegistryClient(Hosts(HostOptions(rules=(rule,)))) as client:
        fetched = fetch_manifest(client, Reference.parse("example.com/foo/app"))
    assert fetched.data == IMAGE.manifest_bytes
    assert fake_registry.paths() == ["/v2/bar/app/manifests/latest"]


def test_a_blocked_registry_is_not_asked(fake_registry):
    rule = RegistryRule(fake_registry.host, blocked=True)
    with RegistryClient(Hosts(HostOptions(rules=(rule,)))) as client, pytest.raises(UsageError, match="is blocked"):
        fetch_manifest(client, fake_registry.reference())
    assert fake_registry.requests == []


def test_the_prefix_of_a_rule_is_shown_escaped():
    hosts = Hosts(HostOptions(rules=(RegistryRule("*.\x1b[2J.example", blocked=True),)))
    with pytest.raises(UsageError) as error:
        hosts.reading_endpoints("a.\x1b[2J.example", "app", by_digest=False)
    assert r"the rule for `*.\x1b[2J.example`" in str(error.value)
